from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse

from ..enums import CommitteeStatus, SteeringSeatKind


class SteeringCommittee(models.Model):
    """The Cabina di Regia: one, regional (R03, art. 4). The single row is held by `singleton`."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    established_on = models.DateField("istituita il")
    quorum = models.PositiveSmallIntegerField("presenti perché la seduta sia valida", null=True, blank=True)

    class Meta:
        verbose_name = "Cabina di Regia"
        constraints = [
            models.CheckConstraint(
                name="steering_committee_is_one",
                condition=Q(singleton=True),
                violation_error_message="La Cabina di Regia è una sola, regionale (art. 4).",
            )
        ]

    def __str__(self):
        return "Cabina di Regia"

    def get_absolute_url(self):
        return reverse("network:steering")


class HeldQuerySet(models.QuerySet):
    def current(self, on=None):
        """Held on a day (today when not given). The day on which it ends is the first without it."""
        on = on or clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


class SteeringSeat(models.Model):
    """Who holds one of the six kinds of seat; the Direzione Famiglia alone chairs (R04)."""

    committee = models.ForeignKey(SteeringCommittee, models.PROTECT, related_name="steering_seats")
    kind = models.CharField("seggio", max_length=25, choices=SteeringSeatKind)
    organisation = models.ForeignKey("network.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    holder = models.CharField("titolare", max_length=150)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="steering_seats"
    )
    is_chair = models.BooleanField("presiede", default=False)
    starts_on = models.DateField("dal")
    term_ends_on = models.DateField("mandato fino al", null=True, blank=True)
    ends_on = models.DateField("al", null=True, blank=True)

    history = HistoricalRecords()
    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name = "seggio della Cabina"
        ordering = ["-is_chair", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                name="steering_seat_is_one_of_six",
                condition=Q(kind__in=SteeringSeatKind.values),
                violation_error_message="I seggi della Cabina sono di sei tipi (art. 4).",
            ),
            models.CheckConstraint(
                name="steering_chair_is_family_directorate",
                condition=Q(is_chair=False) | Q(kind=SteeringSeatKind.FAMILY_DIRECTORATE),
                violation_error_message="Presiede e convoca solo la Direzione Famiglia (art. 4).",
            ),
            models.UniqueConstraint(
                fields=["committee"],
                condition=Q(is_chair=True, ends_on=None),
                name="steering_chair_is_one",
                violation_error_message="La Cabina ha già chi la presiede.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.holder}"


class EvaluationCommitteeQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "committee.view", network="network"))


class EvaluationCommittee(models.Model):
    """The Comitato di Valutazione e monitoraggio: one per network (R12, art. 6)."""

    network = models.OneToOneField("network.Network", models.PROTECT, related_name="committee")
    status = models.CharField("stato", max_length=12, choices=CommitteeStatus, default=CommitteeStatus.FORMING)
    constituted_on = models.DateField("costituito il", null=True, blank=True)
    act = models.CharField("atto di nomina", max_length=200, blank=True)
    quorum = models.PositiveSmallIntegerField("presenti perché la seduta sia valida", null=True, blank=True)

    history = HistoricalRecords()
    objects = EvaluationCommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = "Comitato di Valutazione"

    def __str__(self):
        return f"Comitato di Valutazione – {self.network.name}"

    def get_absolute_url(self):
        return reverse("network:committee", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id}


class CommitteeMember(models.Model):
    """A seat of the committee: the ASL and the STER of the territory, and whom the network names (R13)."""

    committee = models.ForeignKey(EvaluationCommittee, models.PROTECT, related_name="members")
    organisation = models.ForeignKey("network.Organisation", models.PROTECT, related_name="committee_seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="committee_memberships")
    is_chair = models.BooleanField("presiede", default=False)
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="supplente"
    )
    starts_on = models.DateField("dal")
    term_ends_on = models.DateField("mandato fino al", null=True, blank=True)
    ends_on = models.DateField("al", null=True, blank=True)

    history = HistoricalRecords()
    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name = "componente del Comitato"
        ordering = ["-is_chair", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "person"],
                condition=Q(ends_on=None),
                name="committee_member_once",
                violation_error_message="Questa persona siede già nel Comitato.",
            ),
            models.UniqueConstraint(
                fields=["committee"],
                condition=Q(is_chair=True, ends_on=None),
                name="committee_chair_is_one",
                violation_error_message="Il Comitato ha già chi lo presiede.",
            ),
            models.CheckConstraint(
                name="committee_term_follows_start",
                condition=Q(term_ends_on=None) | Q(term_ends_on__gt=F("starts_on")),
                violation_error_message="Il mandato finisce dopo che è iniziato.",
            ),
            models.CheckConstraint(
                name="committee_substitute_is_another",
                condition=Q(substitute=None) | ~Q(substitute=F("person")),
                violation_error_message="Il supplente è un'altra persona.",
            ),
        ]

    def __str__(self):
        return f"{self.person} ({self.organisation.name})"
