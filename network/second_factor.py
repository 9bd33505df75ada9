"""The second factor: who needs one, and the door that leads to it."""

import base64
import hashlib

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.dispatch import receiver
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode

from conciliazione.kernel import sessions

from .enums import SeatKind

# art. 4, 5, 6 and 11.3: who decides on others' money, or sees everybody's records
SEATS = {SeatKind.OFFICE, SeatKind.COMMITTEE, SeatKind.REGION, SeatKind.STEERING}
FOR_FACTOR = "renewed_for_factor"  # in the session: it has another key than before the second factor was used
STRONG_SIGN_IN = "strong_sign_in"  # in the session: the identity provider has asked for two factors
FREE = ("/accesso/", "/static/", "/informative/")


def needs(person) -> bool:
    """Whether this person must enter with a second factor."""
    return person.is_staff or person.is_superuser or any(seat.kind in SEATS for seat in person.active_seats)


def has_used(request) -> bool:
    """Whether this session began, or went on, with a second factor."""
    if request.session.get(STRONG_SIGN_IN) == request.user.pk:
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


@receiver(authenticator_added)
def counts_from_now_on(sender, request, user, authenticator, **kwargs):
    """Whoever has just set one up has used it: the first code or the passkey's own answer was asked for."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        post_authentication(request, authenticator, reauthenticated=True)


class SecondFactorGate:
    """Whoever needs a second factor and has not used it reaches the pages that set it up, and the way out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.SECOND_FACTOR_REQUIRED or request.path.startswith(FREE):
            return None
        person = request.user
        if not person.is_authenticated or not needs(person):
            return None
        if has_used(request):
            if request.session.get(FOR_FACTOR) is None:
                sessions.renew(request)
                request.session[FOR_FACTOR] = True
            return None
        types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        if not Authenticator.objects.filter(user=person, type__in=types).exists():
            return redirect("network:second_factor")
        messages.info(request, "Per continuare conferma che sei tu con il secondo fattore.")
        where = request.get_full_path() if request.method == "GET" else "/"
        if sessions.keep(request):
            where = reverse("network:resume")
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': where})}")


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secrets of the second factor are encrypted where they are stored."""

    @cached_property
    def _box(self) -> MultiFernet:
        keys = [hashlib.sha256(f"second-factor:{key}".encode()).digest() for key in settings.SECRETS_KEYS]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

    def encrypt(self, text):
        return self._box.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return self._box.decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self):
        return settings.MFA_TOTP_ISSUER

    def _get_site_name(self):
        return settings.MFA_TOTP_ISSUER
