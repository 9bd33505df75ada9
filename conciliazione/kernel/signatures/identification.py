"""How the person of this session was identified: what an acceptance in the portal rests on (CAD, art. 20, c. 1-bis)."""

from dataclasses import dataclass
from enum import StrEnum

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from ..errors import Refused


class How(StrEnum):
    PROVIDER = "provider"
    SECOND_FACTOR = "second_factor"
    SIMULATED = "simulated"


@dataclass(frozen=True)
class Identification:
    """`words` are kept with the acceptance and shown beside it."""

    how: How
    words: str


SIMULATED = Identification(How.SIMULATED, "identificazione simulata, in una dimostrazione")
FACTORS = {"totp": "codice temporaneo", "webauthn": "passkey", "recovery_codes": "codice di recupero"}
TOO_WEAK = (
    "Sei entrato con la sola password, e per accettare in forma valida bisogna essere identificati con certezza "
    "(CAD, art. 20). Entra con SPID o CIE, o usa un secondo fattore. In alternativa carica il documento firmato "
    "digitalmente, o firma su carta presso l'ASL."
)


def identified_how(request) -> Identification | None:
    """How this session's person was identified beyond a password: through an identity provider (SPID and CIE come by
    OIDC) or with a second factor. None: the password alone.

    A demonstration has no real identities: there the password stands for one, and the words say so.
    """
    if not request.user.is_authenticated:
        return None
    records = get_authentication_records(request, request.user)
    for record in reversed(records):
        if record.get("method") == "socialaccount":
            provider = str(record.get("provider", ""))[:80]
            return Identification(How.PROVIDER, f"identità digitale ({provider})")
    for record in reversed(records):
        if record.get("method") == "mfa":
            factor = FACTORS.get(record.get("type"), "secondo fattore")
            return Identification(How.SECOND_FACTOR, f"secondo fattore ({factor})")
    if settings.SIMULATED_IDENTIFICATION:
        return SIMULATED
    return None


def require(identification: Identification | None) -> Identification:
    """Raises Refused, with what to do, for a session that only a password opened."""
    if identification is None:
        raise Refused(TOO_WEAK)
    return identification


def stronger_at(request) -> tuple[str, str]:
    """(label, address) of the page where this person can be identified better, and then comes back here."""
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    if Authenticator.objects.filter(user=request.user, type__in=types).exists():
        back = urlencode({"next": request.path})
        return "Conferma con il secondo fattore", f"{reverse('mfa_reauthenticate')}?{back}"
    return "Attiva un secondo fattore", reverse("mfa_index")
