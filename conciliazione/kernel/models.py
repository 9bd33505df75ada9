"""What every app writes beside its own records: moves, registry numbers, files, issued documents, notices."""

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone

from . import clock
from .trail.models import TrailEntry, TrailHead

__all__ = [
    "AboutRecord",
    "DemoClock",
    "IssuedDocument",
    "LongSheet",
    "MadeByWorker",
    "Move",
    "Notice",
    "RateCount",
    "RegistryEntry",
    "RegistrySequence",
    "StoredFile",
    "TrailEntry",
    "TrailHead",
]


class AboutRecord(models.Model):
    """Base of what points at any record of the portal."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey()

    class Meta:
        abstract = True

    @staticmethod
    def key(record: models.Model) -> dict:
        return {
            "content_type": ContentType.objects.get_for_model(record, for_concrete_model=True),
            "object_id": record.pk,
        }


class MoveQuerySet(models.QuerySet):
    def about(self, record: models.Model):
        return self.filter(**AboutRecord.key(record))


class Move(AboutRecord):
    """One step in the life of a record: who, when, from, to and why. Never changed, never deleted."""

    noun = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    from_label = models.CharField(max_length=100, blank=True)
    to_label = models.CharField(max_length=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    seat_label = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = MoveQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "at"])]

    def __str__(self):
        return f"{self.label}: {self.from_label} → {self.to_label}"


class RegistrySequence(models.Model):
    """The last number given in one register (of a network) and year. Locked while a number is taken."""

    register = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "year"], name="registry_sequence_once")]

    def __str__(self):
        return f"{self.register} {self.year}: {self.last}"


class RegistryEntry(AboutRecord):
    """One formal act that came in or went out, with its gapless number (protocollo)."""

    class Direction(models.TextChoices):
        INCOMING = "in", "In entrata"
        OUTGOING = "out", "In uscita"

    sequence = models.ForeignKey(RegistrySequence, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    direction = models.CharField(max_length=3, choices=Direction)
    subject = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # an entry made by mistake is annulled and stays, with its number (D.P.R. 445/2000, art. 54)
    annulled_at = models.DateTimeField("annullata il", null=True, blank=True)
    annulled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    annulled_reason = models.CharField("motivo dell'annullamento", max_length=500, blank=True)

    class Meta:
        verbose_name = "atto protocollato"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sequence", "number"], name="registry_number_once"),
            models.CheckConstraint(
                name="registry_annulled_with_reason",
                condition=models.Q(annulled_at=None, annulled_by=None, annulled_reason="")
                | (models.Q(annulled_at__isnull=False, annulled_by__isnull=False) & ~models.Q(annulled_reason="")),
                violation_error_message="Una registrazione si annulla con il motivo e il nome di chi lo decide.",
            ),
        ]

    def __str__(self):
        return f"{self.sequence.year}/{self.number:07d}"


class StoredFile(models.Model):
    """A file that a person brought. Stored under a name of ours; served only through a permission check."""

    file = models.FileField(upload_to="files/%Y/%m")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return self.name


class MadeByWorker(models.Model):
    """Base of what one person asks for and a worker makes: in the queue, in preparation, ready or failed."""

    class State(models.TextChoices):
        QUEUED = "queued", "In coda"
        RUNNING = "running", "In preparazione"
        READY = "ready", "Pronto"
        FAILED = "failed", "Non riuscito"

    STUCK_AFTER = timedelta(minutes=10)  # in the machine's time: whoever was making it is gone

    state = models.CharField("stato", max_length=10, choices=State, default=State.QUEUED)

    class Meta:
        abstract = True

    @property
    def is_working(self) -> bool:
        """In the queue or in preparation, with signs of life."""
        working = self.state in {self.State.QUEUED, self.State.RUNNING}
        return working and self.beat_at is not None and timezone.now() - self.beat_at < self.STUCK_AFTER


class IssuedDocument(AboutRecord):
    """A PDF that the portal issues: made once per version, then served as it was."""

    State = MadeByWorker.State

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    version = models.CharField(max_length=64)
    code = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    public = models.BooleanField(default=False)
    file = models.FileField(upload_to="documents/%Y", blank=True)
    filename = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)  # of the record as it was; printed in the document
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)  # the last sign of life of whoever is making it
    ready_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "content_type", "object_id", "version"], name="document_once_per_version"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("kernel:document", args=[self.code])


class LongSheet(MadeByWorker):
    """A list that one person asked for as a spreadsheet, too long to be written while they wait."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seat_key = models.PositiveBigIntegerField(null=True)  # in which they asked: another seat sees another list
    seat_label = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=2000)
    title = models.CharField(max_length=300)
    format = models.CharField(max_length=4)
    written = models.PositiveIntegerField("righe scritte", default=0)
    error = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to="sheets/%Y", blank=True)
    filename = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField("chiesto il")
    beat_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "elenco da scaricare"
        verbose_name_plural = "elenchi da scaricare"
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("kernel:sheet", args=[self.pk])


class Notice(models.Model):
    """Something a person should know or do, with the page where they do it."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    text = models.CharField(max_length=400)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["to", "read_at"])]

    def __str__(self):
        return self.text


class Reminder(AboutRecord):
    """That a reminder about a record has left, so that it leaves once (see `kernel.daily`)."""

    key = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "key"], name="reminder_leaves_once")
        ]

    def __str__(self):
        return self.key


class DailyRun(models.Model):
    """One duty of the daily round on one day: what it did, a sentence a line, or why it could not."""

    key = models.CharField(max_length=80)
    day = models.DateField()
    at = models.DateTimeField(default=clock.now)
    ok = models.BooleanField(default=True)
    report = models.TextField(blank=True)

    class Meta:
        ordering = ["-day", "key"]
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="daily_duty_once_a_day")]

    def __str__(self):
        return f"{self.key}, {self.day:%d/%m/%Y}"


class DemoClock(models.Model):
    """How far the time of a demonstration stands from the machine's (see `kernel.clock`), and how far its story is."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    offset = models.DurationField()
    stage = models.CharField(max_length=20, blank=True)

    def __str__(self):
        return f"{self.stage} ({self.offset})"


class RateCount(models.Model):
    """How often somebody did something within one window of time (see `kernel.limits`)."""

    name = models.CharField(max_length=40)
    who = models.CharField(max_length=60)
    counted_from = models.PositiveBigIntegerField()  # seconds since 1970
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "who", "counted_from"], name="rate_counted_once")]
        indexes = [models.Index(fields=["counted_from"])]

    def __str__(self):
        return f"{self.name} {self.who}: {self.number}"


class DigitalSignature(models.Model):
    """A digital signature that was verified and accepted: whose, on which document, with which certificate.

    What was not looked up is said too: `revocation` stays «not checked», since that needs the issuer's own servers.
    """

    class Revocation(models.TextChoices):
        NOT_CHECKED = "not_checked", "revoca non verificata"

    document = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="signatures")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="signatures")
    form = models.CharField(max_length=10)
    signer = models.CharField(max_length=200)
    tax_code = models.CharField(max_length=16)
    issuer = models.CharField(max_length=200)
    anchor = models.CharField(max_length=200)
    serial = models.CharField(max_length=64)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    certificate = models.TextField()
    fingerprint = models.CharField(max_length=64)
    claimed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(default=clock.now)
    revocation = models.CharField(max_length=12, choices=Revocation, default=Revocation.NOT_CHECKED)
    others = models.JSONField(default=list)  # who else signed the same file

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.signer}, {self.form}"
