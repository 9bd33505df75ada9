"""Bodies of the register: codes checked by number, names that are likely the same body, the size of an enterprise."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher

from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale, iva

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.text import search_key

from ..enums import Nature, OrganisationKind, Size

ALIKE = 0.86  # of 1: from here two words are taken for the same one written in two ways
# how a body is called in law, and the small words: they do not tell one body from another
LEGAL_FORMS = (
    {"srl", "srls", "spa", "sapa", "sas", "snc", "ss", "scarl", "scrl", "scpa", "arl", "unipersonale"}
    | {"coop", "cooperativa", "soc", "societa", "sociale", "responsabilita", "limitata", "azioni"}
    | {"onlus", "aps", "odv", "ets"}
)
SMALL_WORDS = {"di", "del", "dello", "della", "dei", "degli", "delle", "da", "e", "ed", "per", "a", "in", "con"} | {
    "il",
    "lo",
    "la",
    "i",
    "gli",
    "le",
}
_SPELT = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
SIZES = (  # most staff (excluded), most turnover in millions of EUR
    (Size.MICRO, 10, 2),
    (Size.SMALL, 50, 10),
    (Size.MEDIUM, 250, 50),
)


def check_exists(name: str, ceased_on: date | None) -> None:
    """A body that has ceased takes on nothing new: whoever followed it does. Raises Refused."""
    if ceased_on is not None:
        raise Refused(
            f"{name} è cessato dal {ceased_on:%d/%m/%Y}: scegli l'ente che gli è succeduto.", field="organisation"
        )


def check_codes(tax_code: str, vat_number: str) -> None:
    """The tax code of a body or a person, and the VAT number, agree with their check digit. Empty ones pass."""
    if tax_code:
        try:
            codicefiscale.validate(tax_code)
        except ValidationError:
            raise Refused(
                "Il codice fiscale non è valido: ha 11 cifre (enti) o 16 caratteri (persone) e una cifra di controllo.",
                field="tax_code",
            ) from None
    if vat_number:
        try:
            iva.validate(vat_number)
        except ValidationError:
            raise Refused("La partita IVA non è valida: ha 11 cifre, controllale.", field="vat_number") from None


def check_personal_code(tax_code: str, field: str = "tax_code") -> None:
    """The tax code of a person: sixteen characters that agree with the last of them. Empty passes."""
    if tax_code and not (len(tax_code) == 16 and codicefiscale.is_valid(tax_code)):
        raise Refused(
            "Il codice fiscale del legale rappresentante non è valido: è di una persona, con 16 caratteri.", field=field
        )


def tell_apart(name: str) -> tuple[str, ...]:
    """The words of a name that tell the body from others, in order: no accents, points, legal forms, small words."""
    plain = _SPELT.sub(lambda found: found.group().replace(".", ""), search_key(name))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    telling = [word for word in words if word not in LEGAL_FORMS and word not in SMALL_WORDS]
    return tuple(sorted(telling or words))


def alike(one: str, other: str) -> bool:
    """Whether two names are likely the same body: the same words but for a letter, a legal form, their order."""
    return _alike(tell_apart(one), tell_apart(other))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if one == other:
        return bool(one)
    # a word that differs (a place) makes another body, however long the rest: each has its like on the other side
    left, right = sorted(set(one) - set(other)), sorted(set(other) - set(one))
    if len(left) != len(right) or len(one) != len(other):
        return False
    return all(_one_word(a, b) for a, b in zip(left, right, strict=True))


def _one_word(a: str, b: str) -> bool:
    if a.isdigit() or b.isdigit():
        return False
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _shape(words: tuple[str, ...]) -> tuple[int, frozenset[str]]:
    """What two names that are alike have the same: how many words, and which numbers."""
    return len(words), frozenset(word for word in words if word.isdigit())


class Namesakes:
    """Many names at once, each asked for those that are likely the same body. Shape and words in common narrow the
    search."""

    def __init__(self, names: Iterable[tuple[int, str]] = ()):
        self._words: dict[int, tuple[str, ...]] = {}
        self._by_word: dict[tuple, set[int]] = defaultdict(set)
        self._by_shape: dict[tuple, set[int]] = defaultdict(set)
        for key, name in names:
            self.add(key, name)

    def add(self, key: int, name: str) -> None:
        words = tell_apart(name)
        self._words[key] = words
        shape = _shape(words)
        self._by_shape[shape].add(key)
        for word in words:
            self._by_word[shape, word].add(key)

    def like(self, name: str, *, apart_from: int | None = None) -> list[int]:
        """The keys of the names that are likely the same body, in order."""
        words = tell_apart(name)
        if not words:
            return []
        shape = _shape(words)
        if len(words) <= 2:  # no word in common may be left when each has a letter wrong
            candidates = self._by_shape.get(shape, set())
        else:
            candidates = set().union(*(self._by_word.get((shape, word), set()) for word in words))
        return sorted(key for key in candidates if key != apart_from and _alike(words, self._words[key]))


def check_nature(nature: str, size: str, kind: str) -> None:
    """A nature is confirmed as one of three, and a size belongs to enterprises. Raises Refused."""
    if nature not in Nature.values or nature == Nature.UNCONFIRMED:
        raise Refused("Scegli se l'ente è pubblico, privato non profit o privato.", field="nature")
    if size not in Size.values:
        raise Refused("Scegli una delle dimensioni dell'elenco.", field="size")
    if size and nature == Nature.PUBLIC:
        raise Refused("La dimensione vale per le imprese: un ente pubblico non ne ha.", field="size")
    if not size and kind == OrganisationKind.ENTERPRISE:
        raise Refused("Per un'impresa indica anche la dimensione.", field="size")


def size_of(staff: int, turnover: Decimal) -> Size:
    """The size of an enterprise by its staff and its yearly turnover in EUR (the European definition)."""
    for size, most_staff, most_millions in SIZES:
        if staff < most_staff and turnover <= most_millions * 1_000_000:
            return size
    return Size.LARGE


def check_size(size: str, staff: int | None, turnover: Decimal | None) -> None:
    """The size that is confirmed is the one that staff and turnover give, where both are told. Raises Refused."""
    if size not in Size.values or size == Size.NOT_APPLICABLE:
        raise Refused("Scegli la dimensione dell'impresa.", field="size")
    if staff is None or turnover is None:
        return
    found = size_of(staff, turnover)
    if found != size:
        raise Refused(
            f"Con {staff} addetti e questo fatturato l'impresa è: {found.label}. Correggi la dimensione o i numeri.",
            field="size",
        )
