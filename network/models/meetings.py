from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse

from ..enums import DecisionOutcome, MeetingBody, MeetingPurpose, MeetingStatus


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Meetings of the networks one sees; those of the Cabina for whoever sits there or in the Regione."""
        own = access.reach(person, "network.view", network="network")
        return self.filter(own | Q(body=MeetingBody.STEERING) if access.can(person, "steering.view") else own)


class Meeting(models.Model):
    """A meeting of the Cabina, of a committee or of a network's assembly: convened, held, minuted."""

    body = models.CharField("organo", max_length=10, choices=MeetingBody)
    purpose = models.CharField("scopo", max_length=12, choices=MeetingPurpose)
    network = models.ForeignKey("network.Network", models.PROTECT, null=True, blank=True, related_name="meetings")
    status = models.CharField("stato", max_length=16, choices=MeetingStatus, default=MeetingStatus.CONVENED)
    starts_at = models.DateTimeField("inizio")
    minutes_long = models.PositiveSmallIntegerField("durata prevista in minuti", default=120)
    place = models.CharField("luogo", max_length=200)
    agenda = models.TextField("ordine del giorno")
    quorum = models.PositiveSmallIntegerField("presenti perché la seduta sia valida", null=True, blank=True)
    changes = models.PositiveSmallIntegerField("variazioni della convocazione", default=0)
    minutes = models.TextField("verbale", blank=True)
    minutes_number = models.CharField("numero del verbale", max_length=12, blank=True)
    convened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "seduta"
        verbose_name_plural = "sedute"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                name="meeting_body_fits_network",
                condition=Q(body=MeetingBody.STEERING, network__isnull=True)
                | (~Q(body=MeetingBody.STEERING) & Q(network__isnull=False)),
                violation_error_message="La Cabina è regionale; le altre sedute sono di una Rete (artt. 3 e 4).",
            )
        ]

    def __str__(self):
        return f"{self.get_body_display()} – {self.get_purpose_display()}"

    def get_absolute_url(self):
        return reverse("network:meeting", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id}

    @property
    def minutes_register(self) -> str:
        """The series in which the minutes of this body are numbered, year by year."""
        return f"minutes:{self.body}:{self.network_id or 'regional'}"


class Attendance(models.Model):
    """That a body was present at a meeting (R19, R20)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    organisation = models.ForeignKey("network.Organisation", models.PROTECT, related_name="attendances")
    representative = models.CharField("rappresentante", max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "organisation"],
                name="attendance_once",
                violation_error_message="La presenza di questo ente è già registrata.",
            )
        ]

    def __str__(self):
        return f"{self.organisation.name}: presente"


class Decision(models.Model):
    """What a meeting decided, point by point; fixed with the minutes."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField("numero")
    text = models.TextField("decisione")
    outcome = models.CharField("esito", max_length=12, choices=DecisionOutcome)
    in_favour = models.PositiveSmallIntegerField("favorevoli", null=True, blank=True)
    against = models.PositiveSmallIntegerField("contrari", null=True, blank=True)
    abstained = models.PositiveSmallIntegerField("astenuti", null=True, blank=True)

    class Meta:
        verbose_name = "decisione"
        verbose_name_plural = "decisioni"
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="decision_number_once",
                violation_error_message="Questa decisione è già registrata.",
            )
        ]

    def __str__(self):
        return f"Decisione {self.number}"

    @property
    def votes(self) -> str:
        """The votes in words, or "" when they were not counted."""
        counted = (("favorevoli", self.in_favour), ("contrari", self.against), ("astenuti", self.abstained))
        return ", ".join(f"{word} {number}" for word, number in counted if number is not None)
