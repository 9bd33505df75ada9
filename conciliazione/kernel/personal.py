"""What names a natural person beyond doubt, found in text that is about to be published.

D.lgs. 33/2013 art. 26 c. 4 forbids to publish what tells who is in need or ill: so no text that goes out may carry the
codice fiscale of a person or the account on which somebody is paid. Names of officials are due there and stay.

Twice: whoever writes what everybody will read is refused it (`check_public`); and whatever goes out to somebody who is
not signed in has it left out all the same (`left_out`), whichever way it came in.
"""

import re
from datetime import date
from decimal import Decimal

from stdnum import iban
from stdnum.it import codicefiscale

from .errors import Refused

_DIGIT = r"[0-9LMNP-V]"  # two people with the same code: letters take the place of digits
_GAP = r"[\s\-]?"
_PERSON = re.compile(
    rf"\b[A-Z]{{3}}{_GAP}[A-Z]{{3}}{_GAP}{_DIGIT}{{2}}[A-EHLMPRST]{_DIGIT}{{2}}{_GAP}[A-Z]{_DIGIT}{{3}}{_GAP}[A-Z]\b",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(rf"\bIT{_GAP}\d{{2}}{_GAP}[A-Z](?:{_GAP}[0-9A-Z]){{22}}\b", re.IGNORECASE)
LEFT_OUT = "[omissis]"


def _is_person(match: re.Match) -> bool:
    return codicefiscale.is_valid(re.sub(_GAP, "", match[0]))


def _is_account(match: re.Match) -> bool:
    return iban.is_valid(re.sub(_GAP, "", match[0]))


def identifiers_in(text: str) -> list[str]:
    """What of a natural person stands in the text, in words; nothing when it may go out."""
    found = []
    if any(_is_person(match) for match in _PERSON.finditer(text)):
        found.append("il codice fiscale di una persona")
    if any(_is_account(match) for match in _ACCOUNT.finditer(text)):
        found.append("un IBAN")
    return found


def check_public(**texts: str) -> None:
    """Texts that everybody will read, by the name of their field. Raises Refused for the first that names a person."""
    for field, text in texts.items():
        found = identifiers_in(text or "")
        if found:
            raise Refused(
                f"Questo testo sarà letto da tutti e contiene {' e '.join(found)}: non si pubblica ciò che può "
                "rivelare la salute o il disagio di una persona (d.lgs. 33/2013, art. 26, comma 4). Toglilo e riprova.",
                field=field,
            )


def left_out(text: str) -> str:
    """The text as everybody may read it: «[omissis]» in place of what names a natural person."""
    clean = _PERSON.sub(lambda match: LEFT_OUT if _is_person(match) else match[0], text)
    clean = _ACCOUNT.sub(lambda match: LEFT_OUT if _is_account(match) else match[0], clean)
    return text if clean == text else clean


def for_everybody(response):
    """An answer that whoever is not signed in gets, as `left_out`."""
    text = response.content.decode(response.charset)
    clean = left_out(text)
    if clean != text:
        response.content = clean
    return response


class OpenColumn:
    """A column of a list (`kernel.tables.Column`) that everybody may take away."""

    def __init__(self, column):
        self.label, self._column = left_out(column.label), column

    def plain(self, row):
        value = self._column.plain(row)
        return value if value is None or isinstance(value, (int, float, Decimal, date)) else left_out(str(value))
