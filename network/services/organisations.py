"""The register of bodies: who they are, and whether public or private."""

from difflib import SequenceMatcher

from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale, iva

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.text import normalise, search_key

from ..enums import Nature, OrganisationKind, Size
from ..models import Organisation
from ._trace import save

ALIKE = 0.86  # of 1: from here two names are taken for the same body written in two ways
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
            f"Nel registro c'è già {names}. Se è lo stesso, usa quello; se è un altro, spunta «È un ente diverso».",
            field="is_distinct",
        )
        self.similar = similar


@atomic
def create(*, by, is_distinct: bool = False, is_example: bool = False, **fields) -> Organisation:
    """Add a body to the register, its nature still to be confirmed.

    Raises Refused for a wrong tax code or VAT number or one that is taken, and LikelyDuplicate when a similar name is
    there and the person has not said that this is another body (`is_distinct`).
    """
    fields = _tidy(fields)
    organisation = Organisation(is_example=is_example, **fields)
    _check(organisation, is_distinct=is_distinct)
    save(organisation, by=by, why="Inserimento nel registro")
    _note(organisation, "create", "Ente inserito nel registro", by)
    return organisation


@atomic
def update(organisation: Organisation, *, by, is_distinct: bool = True, **fields) -> Organisation:
    """Change what is registered of a body; nature and size are changed by `confirm_nature` alone."""
    organisation = lock(organisation)
    for name, value in _tidy(fields).items():
        setattr(organisation, name, value)
    _check(organisation, is_distinct=is_distinct)
    save(organisation, by=by, why="Dati aggiornati")
    _note(organisation, "update", "Dati aggiornati", by)
    return organisation


@atomic
def confirm_nature(organisation: Organisation, *, nature: str, by, size: str = "", reason: str = "") -> Organisation:
    """Put on record whether the body is public or private, and the size of an enterprise: who said it, and when.

    On it depend who may lead an alliance (R39) and its composition (R35).
    """
    if nature not in Nature.values or nature == Nature.UNCONFIRMED:
        raise Refused("Scegli se l'ente è pubblico, privato non profit o privato.", field="nature")
    if size not in Size.values:
        raise Refused("Scegli una delle dimensioni dell'elenco.", field="size")
    organisation = lock(organisation)
    if size and nature == Nature.PUBLIC:
        raise Refused("La dimensione vale per le imprese: un ente pubblico non ne ha.", field="size")
    if not size and organisation.kind == OrganisationKind.ENTERPRISE:
        raise Refused("Per un'impresa indica anche la dimensione.", field="size")
    organisation.nature, organisation.size = nature, size
    organisation.nature_confirmed_by, organisation.nature_confirmed_at = by, clock.now()
    save(organisation, by=by, why="Natura confermata")
    words = Nature(nature).label + (f", {Size(size).label.split(' (')[0].lower()}" if size else "")
    _note(organisation, "confirm_nature", f"Natura confermata: {words}", by, reason)
    return organisation


def similar_to(name: str, *, apart_from: int | None = None) -> list[Organisation]:
    """Bodies whose name is the same but for small things (points, order of words, a letter)."""
    key = _words(name)
    if not key:
        return []
    others = Organisation.objects.exclude(pk=apart_from).only("pk", "name", "search_name")
    return [other for other in others if _alike(key, _words(other.name))]


def _words(name: str) -> str:
    letters = "".join(c if c.isalnum() else " " for c in search_key(name))
    return " ".join(sorted(letters.split()))


def _alike(one: str, two: str) -> bool:
    if one == two:
        return True
    # one word that differs (a place) makes another body, however long the rest
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    if matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return False
    apart = set(one.split()) ^ set(two.split())
    left, right = sorted(apart & set(one.split())), sorted(apart & set(two.split()))
    return len(left) == len(right) and all(
        SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE for a, b in zip(left, right, strict=True)
    )


def _tidy(fields: dict) -> dict:
    tidy = {name: normalise(value) if name in _TEXTS else value for name, value in fields.items()}
    for name in ("tax_code", "vat_number", "legal_representative_tax_code"):
        if name in tidy:
            tidy[name] = tidy[name].upper().replace(" ", "")
    if "certified_email" in tidy:
        tidy["certified_email"] = tidy["certified_email"].lower()
    return tidy


def _check(organisation: Organisation, *, is_distinct: bool) -> None:
    if not organisation.name:
        raise Refused("Scrivi la denominazione dell'ente.", field="name")
    if organisation.kind not in OrganisationKind.values:
        raise Refused("Scegli uno dei tipi di ente dell'elenco.", field="kind")
    if organisation.tax_code:
        try:
            codicefiscale.validate(organisation.tax_code)
        except ValidationError:
            raise Refused(
                "Il codice fiscale non è valido: ha 11 cifre (enti) o 16 caratteri (persone) e una cifra di controllo.",
                field="tax_code",
            ) from None
    representative = organisation.legal_representative_tax_code
    if representative and not (len(representative) == 16 and codicefiscale.is_valid(representative)):
        raise Refused(
            "Il codice fiscale del legale rappresentante non è valido: è di una persona, ha 16 caratteri.",
            field="legal_representative_tax_code",
        )
    if organisation.vat_number:
        try:
            iva.validate(organisation.vat_number)
        except ValidationError:
            raise Refused("La partita IVA non è valida: ha 11 cifre, controllale.", field="vat_number") from None
    others = Organisation.objects.exclude(pk=organisation.pk)
    if same := others.filter(search_name=search_key(organisation.name)[:200]).first():
        raise Refused(f"Nel registro c'è già «{same.name}»: usa quello.", field="name")
    if organisation.tax_code and (same := others.filter(tax_code=organisation.tax_code).first()):
        raise Refused(f"Questo codice fiscale è già di «{same.name}»: usa quell'ente.", field="tax_code")
    if not is_distinct and (similar := similar_to(organisation.name, apart_from=organisation.pk)):
        raise LikelyDuplicate(similar)


def _note(organisation: Organisation, name: str, label: str, by, reason: str = "") -> None:
    note(organisation, noun="organisation", name=name, label=label, by=by, reason=reason)
