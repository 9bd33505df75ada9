from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse

from ..enums import SeatKind
from .memberships import Membership


class PersonManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractUser):
    """Someone who signs in. What they may do follows from the seat in which they act."""

    username = None
    email = models.EmailField("e-mail", unique=True)
    tax_code = models.CharField("codice fiscale", max_length=16, blank=True)
    is_example = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = PersonManager()

    class Meta:
        verbose_name = "persona"
        verbose_name_plural = "persone"
        indexes = [models.Index(fields=["last_name", "id"], name="person_by_last_name")]  # the order of the seats
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"],
                condition=~Q(tax_code=""),
                name="person_tax_code_once",
                violation_error_message="Questo codice fiscale è già di un'altra persona del portale.",
            )
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    @cached_property
    def active_seats(self) -> list["Seat"]:
        """The seats held today, oldest first."""
        return list(self.seats.active().select_related("network", "organisation").order_by("pk"))

    @cached_property
    def acting_seat(self) -> "Seat | None":
        """The seat in which the person acts now; the first one unless the session chose another."""
        return self.active_seats[0] if self.active_seats else None

    def act_in(self, seat: "Seat | None") -> None:
        """Act in another of one's seats from now on."""
        self.acting_seat = seat
        self.__dict__.pop("_grants", None)

    @property
    def acting_group(self) -> str:
        return self.acting_seat.group_name if self.acting_seat else ""

    @property
    def regional_roles(self) -> set[access.Role]:
        """The role of a seat that hangs from no network: it is there before the first programme."""
        return REGIONAL_ROLES.get(self.acting_seat.kind, set()) if self.acting_seat else set()

    @property
    def acting_label(self) -> str:
        return self.acting_seat.label if self.acting_seat else ""


class SeatQuerySet(models.QuerySet):
    def active(self, on=None):
        """Seats held on a day (today when not given). The day on which a seat ends is the first without it."""
        on = on or clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)

    def visible_to(self, person):
        """The Regione sees every seat; an office those of its network and of the bodies that adhere or have adhered
        to it; everybody their own."""
        grants = access.grants_of(person) if person.is_authenticated else None
        if grants is None:
            return self.none()
        if person.is_superuser or access.Role.REGION in grants.any():
            return self.all()
        ids = grants.ids("network", {access.Role.OFFICE})
        # asked apart, not joined: a body with several adhesions would bring its seats several times
        bodies = Membership.objects.filter(network__in=ids).order_by().values("organisation")
        return self.filter(Q(person=person) | Q(network__in=ids) | Q(organisation__in=bodies))


class Seat(models.Model):
    """A person's place in a body, from a day to a day. Permissions follow from it and end with it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="seats")
    kind = models.CharField("incarico", max_length=12, choices=SeatKind)
    network = models.ForeignKey("network.Network", models.CASCADE, null=True, blank=True, related_name="seats")
    organisation = models.ForeignKey(
        "network.Organisation", models.CASCADE, null=True, blank=True, related_name="seats"
    )
    office = models.CharField("ruolo", max_length=100, blank=True)
    starts_on = models.DateField("dal")
    ends_on = models.DateField("al", null=True, blank=True)
    substitutes_for = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="substitutes", verbose_name="sostituisce"
    )

    history = HistoricalRecords()
    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "incarico"
        verbose_name_plural = "incarichi"
        constraints = [
            models.CheckConstraint(
                name="seat_body_fits_kind",
                condition=(
                    Q(kind__in=[SeatKind.OFFICE, SeatKind.COMMITTEE], network__isnull=False)
                    | Q(kind=SeatKind.DELEGATE, organisation__isnull=False, network__isnull=True)
                    | Q(kind__in=[SeatKind.REGION, SeatKind.STEERING], network__isnull=True)
                ),
                violation_error_message="L'incarico non corrisponde all'organo indicato.",
            ),
            models.CheckConstraint(
                name="seat_substitute_has_an_end",
                condition=Q(substitutes_for__isnull=True) | Q(ends_on__isnull=False),
                violation_error_message="Una sostituzione ha sempre una fine.",
            ),
            models.CheckConstraint(
                name="seat_period_in_order",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="La fine dell'incarico non può precedere l'inizio.",
            ),
        ]

    def __str__(self):
        return f"{self.person} – {self.label}"

    def get_absolute_url(self):
        return reverse("network:seat", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on <= clock.today()

    @property
    def group_name(self) -> str:
        if self.kind == SeatKind.DELEGATE:
            return self.organisation.group_name
        if self.kind == SeatKind.OFFICE:
            return self.network.office_group
        if self.kind == SeatKind.COMMITTEE:
            return self.network.committee_group
        return REGIONAL_GROUPS[self.kind]

    @property
    def label(self) -> str:
        if self.kind == SeatKind.DELEGATE:
            return f"Per {self.organisation.name}"
        if self.network_id:
            return f"{self.get_kind_display()} – {self.network.name}"
        return self.get_kind_display()


REGIONAL_GROUPS = {SeatKind.REGION: "region", SeatKind.STEERING: "steering"}
REGIONAL_ROLES = {SeatKind.REGION: {access.Role.REGION}, SeatKind.STEERING: {access.Role.STEERING}}
