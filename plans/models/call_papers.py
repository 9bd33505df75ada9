"""What goes with a call: the documents it asks for, the questions and answers, the rectifications."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock

from .calls import Call


class RequestedDocument(models.Model):
    """A document that a proposal brings with it."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="requested_documents")
    title = models.CharField("documento", max_length=150)
    note = models.CharField("che cosa deve contenere", max_length=500, blank=True)
    is_required = models.BooleanField("obbligatorio", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "documento chiesto"
        verbose_name_plural = "documenti chiesti"
        ordering = ["call", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "title"],
                name="requested_document_once",
                violation_error_message="L'avviso chiede già un documento con questo titolo.",
            )
        ]

    def __str__(self):
        return self.title

    def scopes(self):
        return self.call.scopes()


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Answered questions are for everyone; the others for who asked and for the office that answers."""
        answered = ~Q(answer="")
        own = access.reach(person, "question.ask", alliance="alliance")
        office = access.reach(person, "call.edit", network="call__network")
        return self.filter(answered & ~Q(call__status="draft") | own | office)


class Question(models.Model):
    """A question of an alliance on a call, and the answer that is published to all."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="questions")
    alliance = models.ForeignKey("alliances.Alliance", models.PROTECT, related_name="+")
    text = models.TextField("domanda")
    asked_at = models.DateTimeField("chiesta il", default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.TextField("risposta", blank=True)
    answered_at = models.DateTimeField("pubblicata il", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()
    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "domanda"
        verbose_name_plural = "domande e risposte"
        ordering = ["call", "asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="question_answered_with_its_instant",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message="Una risposta ha sempre il suo istante.",
            )
        ]

    def __str__(self):
        return self.text[:80]

    def get_absolute_url(self):
        return f"{self.call.get_absolute_url()}#domande"

    def scopes(self):
        return {"alliance": self.alliance_id, "network": self.call.network_id}


class Rectification(models.Model):
    """A published change to a call that is out already: what changes, by which act, and perhaps a later closing."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="rectifications")
    act = models.CharField("atto", max_length=200)
    act_on = models.DateField("data dell'atto")
    text = models.TextField("che cosa cambia")
    closes_before = models.DateTimeField("chiusura precedente")
    closes_at = models.DateTimeField("chiusura")
    published_at = models.DateTimeField("pubblicata il")
    registry_number = models.CharField("protocollo", max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "rettifica"
        verbose_name_plural = "rettifiche"
        ordering = ["call", "published_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="rectification_never_shortens",
                condition=Q(closes_at__gte=F("closes_before")),
                violation_error_message="Una rettifica può spostare la chiusura solo in avanti.",
            )
        ]

    def __str__(self):
        return f"{self.act}: {self.text[:80]}"

    @property
    def moves_the_closing(self) -> bool:
        return self.closes_at != self.closes_before
