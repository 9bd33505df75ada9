"""What names a natural person beyond doubt, found in text that is about to be published.

D.lgs. 33/2013 art. 26 c. 4 forbids to publish what tells who is in need or ill: so no text that goes out may carry the
codice fiscale of a person or the account on which somebody is paid. Names of officials are due there and stay.
"""

import re

from stdnum import iban
from stdnum.it import codicefiscale

from .errors import Refused

_PERSON = re.compile(r"\b[A-Z]{6}\w{2}[A-Z]\w{2}[A-Z]\w{3}[A-Z]\b", re.IGNORECASE)
_ACCOUNT = re.compile(r"\bIT\s?\d{2}\s?[A-Z](?:\s?[0-9A-Z]){22}\b", re.IGNORECASE)


def identifiers_in(text: str) -> list[str]:
    """What of a natural person stands in the text, in words; nothing when it may go out."""
    found = []
    if any(codicefiscale.is_valid(match[0]) for match in _PERSON.finditer(text)):
        found.append("il codice fiscale di una persona")
    if any(iban.is_valid(match[0]) for match in _ACCOUNT.finditer(text)):
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
