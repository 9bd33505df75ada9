from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.text import search_key

from ..enums import PRIVATE_NATURES, Nature, OrganisationKind, Size, SuccessionKind


class OrganisationQuerySet(models.QuerySet):
    def named_like(self, text: str):
        """Organisations whose name contains the text, without regard to accents and case."""
        return self.filter(search_name__contains=search_key(text))

    def existing(self):
        """Those that are still there: the ones that ceased live on in whoever followed them."""
        return self.filter(ceased_on=None)

    def visible_to(self, person):
        """The register is open to whoever sits somewhere; a delegate of a body outside every network sees that body."""
        if not person.is_authenticated:
            return self.none()
        if access.can(person, "organisation.view"):
            return self.all()
        seat = person.acting_seat
        return self.filter(pk=seat.organisation_id if seat else None)


class Organisation(models.Model):
    """A body (ente, soggetto): whoever can adhere, lead, be partner, sit on a committee."""

    name = models.CharField("denominazione", max_length=200)
    search_name = models.CharField(max_length=200, editable=False, db_index=True)
    kind = models.CharField("tipo", max_length=30, choices=OrganisationKind)
    nature = models.CharField("natura", max_length=20, choices=Nature, default=Nature.UNCONFIRMED)
    nature_confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    nature_confirmed_at = models.DateTimeField(null=True)
    size = models.CharField("dimensione", max_length=10, choices=Size, blank=True, default=Size.NOT_APPLICABLE)
    size_confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    size_confirmed_at = models.DateTimeField(null=True)
    tax_code = models.CharField("codice fiscale", max_length=16, blank=True)
    vat_number = models.CharField("partita IVA", max_length=11, blank=True)
    certified_email = models.EmailField("PEC", blank=True)
    municipality = models.CharField("comune", max_length=100, blank=True)
    address = models.CharField("indirizzo", max_length=200, blank=True)
    legal_representative = models.CharField("legale rappresentante", max_length=150, blank=True)
    legal_representative_office = models.CharField("carica", max_length=100, blank=True)
    legal_representative_tax_code = models.CharField(
        "codice fiscale del legale rappresentante", max_length=16, blank=True
    )
    ceased_on = models.DateField("cessato il", null=True, blank=True, editable=False)
    is_example = models.BooleanField("esempio inventato", default=False)

    history = HistoricalRecords()
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "ente"
        verbose_name_plural = "enti"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"],
                condition=~models.Q(tax_code=""),
                name="organisation_tax_code_once",
                violation_error_message="Un ente con questo codice fiscale è già registrato.",
            ),
            models.UniqueConstraint(
                fields=["search_name"],
                name="organisation_name_once",
                violation_error_message="Un ente con questa denominazione è già registrato.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.search_name = search_key(self.name)[:200]
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("network:organisation", args=[self.pk])

    @property
    def group_name(self) -> str:
        """The group of the people who act for this body."""
        return f"organisation:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.nature == Nature.PUBLIC

    @property
    def is_private(self) -> bool:
        return self.nature in PRIVATE_NATURES


class LegalRepresentativeQuerySet(models.QuerySet):
    def on(self, day):
        """In charge on a day. The day on which one ends is the first without."""
        return self.filter(
            models.Q(starts_on=None) | models.Q(starts_on__lte=day), models.Q(ends_on=None) | models.Q(ends_on__gt=day)
        )


class LegalRepresentative(models.Model):
    """Who represents a body, from a day to a day, and who put it on record. The present one is also on the body."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="representatives")
    name = models.CharField("nome", max_length=150)
    office = models.CharField("carica", max_length=100, blank=True)
    tax_code = models.CharField("codice fiscale", max_length=16, blank=True)
    act = models.CharField("atto di nomina", max_length=200, blank=True)
    # unknown for whoever was there before the portal
    starts_on = models.DateField("dal", null=True, blank=True)
    ends_on = models.DateField("al", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    history = HistoricalRecords()
    objects = LegalRepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = "legale rappresentante"
        verbose_name_plural = "legali rappresentanti"
        ordering = ["organisation", models.F("ends_on").desc(nulls_first=True), "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(ends_on=None),
                name="legal_representative_is_one",
                violation_error_message="L'ente ha già un legale rappresentante in carica.",
            ),
            models.CheckConstraint(
                name="legal_representative_period_in_order",
                condition=models.Q(ends_on=None)
                | models.Q(starts_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="La fine dell'incarico non può precedere l'inizio.",
            ),
        ]

    def __str__(self):
        return f"{self.office} {self.name}".strip()


class Succession(models.Model):
    """A body that ceased, and the one that stands in its place from a day on, by an act."""

    former = models.OneToOneField(Organisation, models.PROTECT, related_name="succession", verbose_name="ente cessato")
    successor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="successions", verbose_name="ente che succede"
    )
    kind = models.CharField("modo", max_length=15, choices=SuccessionKind)
    on = models.DateField("dal")
    act = models.CharField("atto", max_length=200)
    note = models.TextField("nota", blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "successione"
        verbose_name_plural = "successioni"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="succession_of_another_body",
                condition=~models.Q(former=models.F("successor")),
                violation_error_message="Un ente non può succedere a sé stesso.",
            )
        ]

    def __str__(self):
        return f"{self.former.name} → {self.successor.name}"
