"""What the trail keeps of sign-ins: who, how, and from which address (as a seal, which tells equal from different)."""

import hashlib
import hmac

from allauth.account.authentication import get_authentication_records
from allauth.mfa.signals import authenticator_added, authenticator_removed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from conciliazione.kernel.limits import address_of
from conciliazione.kernel.trail import chain


def sealed(text: str) -> str:
    """A short seal of what must be compared and not be read."""
    return hmac.new(chain.key(), text.encode(), hashlib.sha256).hexdigest()[:16] if text else ""


def note(what: str, *, request=None, person=None, **detail) -> None:
    address = address_of(request) if request is not None else ""
    chain.record(chain.Kind.SIGN_IN, what, by=person, address=sealed(address), **detail)


@receiver(user_logged_in)
def entered(sender, request=None, user=None, **kwargs):
    has_session = request is not None and hasattr(request, "session")
    records = get_authentication_records(request, user) if has_session else []
    how = [record.get("type") or record.get("provider") or record["method"] for record in records]
    note("Entrato", request=request, person=user, how=how)


@receiver(user_logged_out)
def left(sender, request=None, user=None, **kwargs):
    if user is not None:
        note("Uscito", request=request, person=user)


@receiver(user_login_failed)
def failed(sender, credentials=None, request=None, **kwargs):
    named = (credentials or {}).get("email") or (credentials or {}).get("username") or ""
    note("Accesso rifiutato", request=request, account=sealed(str(named).strip().lower()))


@receiver(user_locked_out)
def locked(sender, request=None, username=None, **kwargs):
    note("Accesso sospeso", request=request, account=sealed(username or ""))


@receiver(authenticator_added)
def factor_added(sender, request, user, authenticator, **kwargs):
    note("Secondo fattore aggiunto", request=request, person=user, type=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(sender, request, user, authenticator, **kwargs):
    note("Secondo fattore tolto", request=request, person=user, type=authenticator.type)
