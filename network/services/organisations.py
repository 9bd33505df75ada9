"""The register of bodies: who they are, and whether public or private."""

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import format_eur
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.text import normalise, search_key

from ..enums import Nature, OrganisationKind, Size
from ..models import Organisation
from ..rules.organisations import Namesakes, check_codes, check_nature, check_personal_code, check_size
from ._trace import save
from .representatives import follow_the_body

_TEXTS = (
    "name",
    "tax_code",
    "vat_number",
    "certified_email",
    "municipality",
    "address",
    "legal_representative",
    "legal_representative_office",
    "legal_representative_tax_code",
)


class LikelyDuplicate(Refused):
    """A body with a very similar name is already there. `similar` are those bodies."""

    code = "duplicate"

    def __init__(self, similar: list[Organisation]):
        names = ", ".join(f"«{organisation.name}»" for organisation in similar[:3])
        super().__init__(
            f"Nel registro c'è già {names}. Se è lo stesso, usa quello; se è un altro, scrivi qui perché è diverso.",
            field="distinct_reason",
        )
        self.similar = similar


class AlreadyRegistered(Refused):
    """The very body is already there, by name or tax code. `similar` holds it."""

    code = "duplicate"

    def __init__(self, message: str, same: Organisation, *, field: str):
        super().__init__(message, field=field)
        self.similar = [same]


@atomic
def create(
    *, by, is_distinct: bool = False, distinct_reason: str = "", is_example: bool = False, **fields
) -> Organisation:
    """Add a body to the register, its nature still to be confirmed.

    Raises Refused for a wrong tax code or VAT number or one that is taken, and LikelyDuplicate when a similar name or
    the same VAT number is there and nobody has said why this is another body (`distinct_reason`, which stays on
    record). `is_distinct` is for callers that know it of themselves.
    """
    fields = _tidy(fields)
    organisation = Organisation(is_example=is_example, **fields)
    _check(organisation, is_distinct=is_distinct, distinct_reason=distinct_reason)
    save(organisation, by=by, why="Inserimento nel registro")
    _note(organisation, "create", "Ente inserito nel registro", by, _told_apart(distinct_reason))
    follow_the_body(organisation, by=by)
    return organisation


def _told_apart(reason: str) -> str:
    return f"È un ente diverso da quelli con un nome simile: {normalise(reason)}" if reason.strip() else ""


@atomic
def update(
    organisation: Organisation, *, by, is_distinct: bool = True, distinct_reason: str = "", **fields
) -> Organisation:
    """Change what is registered of a body; nature and size are changed by `confirm_nature` and `confirm_size` alone."""
    organisation = lock(organisation)
    for name, value in _tidy(fields).items():
        setattr(organisation, name, value)
    _check(organisation, is_distinct=is_distinct, distinct_reason=distinct_reason)
    save(organisation, by=by, why="Dati aggiornati")
    _note(organisation, "update", "Dati aggiornati", by, _told_apart(distinct_reason))
    follow_the_body(organisation, by=by)
    return organisation


@atomic
def confirm_nature(organisation: Organisation, *, nature: str, by, size: str = "", reason: str = "") -> Organisation:
    """Put on record whether the body is public or private, and the size of an enterprise: who said it, and when.

    On it depend who may lead an alliance (R39) and its composition (R35).
    """
    organisation = lock(organisation)
    check_nature(nature, size, organisation.kind)
    organisation.nature = nature
    organisation.nature_confirmed_by, organisation.nature_confirmed_at = by, clock.now()
    organisation.size = size
    organisation.size_confirmed_by = by if size else None
    organisation.size_confirmed_at = clock.now() if size else None
    save(organisation, by=by, why="Natura confermata")
    words = Nature(nature).label + (f", {_in_short(size)}" if size else "")
    _note(organisation, "confirm_nature", f"Natura confermata: {words}", by, reason)
    return organisation


@atomic
def confirm_size(organisation: Organisation, *, size: str, by, reason: str = "", staff=None, turnover=None):
    """Put on record the size of an enterprise, who said it and when; on it depends its composition (R35).

    Where `staff` and `turnover` (EUR a year) are told, the size is the one that they give. Raises Refused.
    """
    organisation = lock(organisation)
    if organisation.nature == Nature.UNCONFIRMED:
        raise Refused("Conferma prima la natura: la dimensione vale per le imprese.")
    check_nature(organisation.nature, size, organisation.kind)
    check_size(size, staff, turnover)
    organisation.size, organisation.size_confirmed_by, organisation.size_confirmed_at = size, by, clock.now()
    save(organisation, by=by, why="Dimensione confermata")
    figures = [f"{staff} addetti"] if staff is not None else []
    figures += [f"fatturato di {format_eur(turnover)}"] if turnover is not None else []
    told = ". ".join(part for part in (", ".join(figures), normalise(reason)) if part)
    _note(organisation, "confirm_size", f"Dimensione confermata: {_in_short(size)}", by, told)
    return organisation


def _in_short(size: str) -> str:
    return Size(size).label.split(" (")[0].lower()


def similar_to(name: str, vat_number: str = "", *, apart_from: int | None = None) -> list[Organisation]:
    """Bodies that are likely the same: a name that differs in small things (points, legal form, order of words, a
    letter), or the same VAT number. By name."""
    others = Organisation.objects.exclude(pk=apart_from)
    found = set(Namesakes(others.values_list("pk", "name")).like(name))
    if vat_number:
        found |= set(others.filter(vat_number=vat_number).values_list("pk", flat=True))
    return list(Organisation.objects.filter(pk__in=found).order_by("name"))


def _tidy(fields: dict) -> dict:
    tidy = {name: normalise(value) if name in _TEXTS else value for name, value in fields.items()}
    for name in ("tax_code", "vat_number", "legal_representative_tax_code"):
        if name in tidy:
            tidy[name] = tidy[name].upper().replace(" ", "")
    if "certified_email" in tidy:
        tidy["certified_email"] = tidy["certified_email"].lower()
    return tidy


def _check(organisation: Organisation, *, is_distinct: bool, distinct_reason: str = "") -> None:
    if not organisation.name:
        raise Refused("Scrivi la denominazione dell'ente.", field="name")
    if organisation.kind not in OrganisationKind.values:
        raise Refused("Scegli uno dei tipi di ente dell'elenco.", field="kind")
    check_codes(organisation.tax_code, organisation.vat_number)
    check_personal_code(organisation.legal_representative_tax_code, "legal_representative_tax_code")
    others = Organisation.objects.exclude(pk=organisation.pk)
    if same := others.filter(search_name=search_key(organisation.name)[:200]).first():
        raise AlreadyRegistered(f"Nel registro c'è già «{same.name}»: usa quello.", same, field="name")
    if organisation.tax_code and (same := others.filter(tax_code=organisation.tax_code).first()):
        raise AlreadyRegistered(
            f"Questo codice fiscale è già di «{same.name}»: usa quell'ente.", same, field="tax_code"
        )
    if is_distinct:
        return
    similar = similar_to(organisation.name, organisation.vat_number, apart_from=organisation.pk)
    if similar and not distinct_reason.strip():
        raise LikelyDuplicate(similar)


def _note(organisation: Organisation, name: str, label: str, by, reason: str = "") -> None:
    note(organisation, noun="organisation", name=name, label=label, by=by, reason=reason)
