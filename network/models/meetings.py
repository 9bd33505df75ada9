from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse

from ..enums import DecisionOutcome, MeetingBody, MeetingPurpose, MeetingStatus


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Meetings of the networks one sees, and of one's alliances; those of the Cabina for whoever sits there or in
        the Regione."""
        own = access.reach(person, "network.view", network="network") & ~Q(body=MeetingBody.ALLIANCE)
        theirs = access.reach(person, "alliance_meeting.view", network="network", alliance="alliance_key")
        own |= theirs & Q(body=MeetingBody.ALLIANCE)
        return self.filter(own | Q(body=MeetingBody.STEERING) if access.can(person, "steering.view") else own)


class Meeting(models.Model):
    """A meeting of the Cabina, of a committee, of a network's assembly or of an alliance: convened, held, minuted.

    An alliance is a record of another app: its key and its name stand here; `network.conveners` asks who belongs.
    """

    body = models.CharField("organo", max_length=10, choices=MeetingBody)
    purpose = models.CharField("scopo", max_length=12, choices=MeetingPurpose)
    network = models.ForeignKey("network.Network", models.PROTECT, null=True, blank=True, related_name="meetings")
    alliance_key = models.PositiveBigIntegerField(null=True, blank=True, db_index=True, editable=False)
    alliance_name = models.CharField("Alleanza", max_length=200, blank=True, editable=False)
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
            ),
            models.CheckConstraint(
                name="meeting_of_an_alliance_names_it",
                condition=Q(body=MeetingBody.ALLIANCE, alliance_key__isnull=False)
                | (~Q(body=MeetingBody.ALLIANCE) & Q(alliance_key__isnull=True)),
                violation_error_message="L'incontro di un'Alleanza dice di quale.",
            ),
        ]

    def __str__(self):
        return f"{self.body_name} – {self.get_purpose_display()}"

    def get_absolute_url(self):
        return reverse("network:meeting", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id} | ({"alliance": self.alliance_key} if self.alliance_key else {})

    @property
    def body_name(self) -> str:
        return self.alliance_name or self.get_body_display()

    @property
    def is_registered(self) -> bool:
        """Whether its acts take a number in the register of the network: those of an alliance are its own."""
        return self.network_id is not None and self.body != MeetingBody.ALLIANCE

    @property
    def minutes_register(self) -> str:
        """The series in which the minutes of this body are numbered, year by year."""
        return f"minutes:{self.body}:{self.alliance_key or self.network_id or 'regional'}"


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


class MinutesPart(models.Model):
    """The part of the minutes about one matter, for the committee a proposal: not everybody may read it.

    The matter is a record of another app: its key and its name stand here; `network.matters` asks to whom it is closed.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="parts")
    matter_key = models.PositiveBigIntegerField(editable=False)
    name = models.CharField("oggetto", max_length=300, editable=False)
    text = models.TextField("testo", blank=True)
    away = models.JSONField("allontanati per conflitto", default=list)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "parte del verbale"
        verbose_name_plural = "parti del verbale"
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "matter_key"],
                name="minutes_part_once_per_matter",
                violation_error_message="Questa parte del verbale c'è già: ricarica la pagina.",
            )
        ]

    def __str__(self):
        return f"Verbale, «{self.name}»"


class Decision(models.Model):
    """What a meeting decided, point by point; fixed with the minutes."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions")
    part = models.ForeignKey(
        MinutesPart, models.PROTECT, null=True, blank=True, verbose_name="oggetto", related_name="decisions"
    )
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
