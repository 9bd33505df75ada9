"""Entering with SPID or CIE: the person is the one whose codice fiscale the provider states, and nobody else."""

import re
from functools import wraps

import requests
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.shortcuts import render

from .second_factor import STRONG_SIGN_IN

TAX_CODE = re.compile(r"[A-Z0-9]{16}\Z")


def claims_of(sociallogin) -> dict:
    """What the provider says of the person: of the identity token, and over it of its userinfo."""
    told = sociallogin.account.extra_data
    return {**(told.get("id_token") or {}), **(told.get("userinfo") or {})}


def tax_code_in(claims: dict, name: str) -> str:
    """The codice fiscale («TINIT-RSSMRA…» is the same as «RSSMRA…»); empty when there is none."""
    value = claims.get(name) or claims.get("fiscal_number") or claims.get("fiscalNumber") or ""
    code = str(value).strip().upper().removeprefix("TINIT-")
    return code if TAX_CODE.match(code) else ""


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Matches by codice fiscale, at each entrance anew; makes no accounts and links none by e-mail."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def get_provider(self, request, provider, client_id=None):
        from .identity_provider import CarefulProvider

        return CarefulProvider(request, app=super().get_provider(request, provider, client_id).app)

    def pre_social_login(self, request, sociallogin):
        from .models import Person

        options = sociallogin.provider.app.settings
        claims = claims_of(sociallogin)
        code = tax_code_in(claims, options["tax_code_claim"])
        if not code:
            raise self.refused(request, "no_code")
        if sociallogin.state.get("process") == "connect" and request.user.is_authenticated:
            self.link(request, code)
        people = list(Person.objects.filter(tax_code__iexact=code, is_active=True)[:2])
        if len(people) != 1:
            raise self.refused(request, "unknown")
        person = people[0]
        if sociallogin.is_existing and sociallogin.user != person:
            raise self.refused(request, "other")
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)
        request.session.pop(STRONG_SIGN_IN, None)
        if claims.get("acr") in options["strong_acr"]:
            request.session[STRONG_SIGN_IN] = person.pk

    def link(self, request, code: str) -> None:
        """Whoever is in already links the identity to their own access: the provider proves whose code it is."""
        from .models import Person

        person = request.user
        taken = Person.objects.filter(tax_code__iexact=code).exclude(pk=person.pk).exists()
        if taken or (person.tax_code and person.tax_code.upper() != code):
            raise self.refused(request, "other")
        if not person.tax_code:
            person.tax_code = code
            person.save(update_fields=["tax_code"])

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        # cancelled, forged, replayed or unreachable: one page, which tells nothing of the inside
        raise self.refused(request, "cancelled" if error == "cancelled" else "failed")

    def get_requests_session(self):
        """A provider that does not answer, or answers with something else, is told on the page."""
        session = super().get_requests_session()
        ask = session.request

        @wraps(ask)
        def asked(method, *args, **kwargs):
            try:
                answer = ask(method, *args, **kwargs)
                if method.upper() == "GET":
                    answer.raise_for_status()
                    answer.json()
            except requests.RequestException as error:
                raise self.refused(context.request, "silent") from error
            return answer

        session.request = asked
        return session

    def refused(self, request, why: str) -> ImmediateHttpResponse:
        page = render(
            request, "socialaccount/refused.html", {"title": "Accesso con identità digitale", "why": why}, status=403
        )
        return ImmediateHttpResponse(page)
