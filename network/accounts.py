"""Signing in: accounts are given by invitation, nobody signs up alone; whoever fails too often waits, and is told."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.dispatch import receiver
from django.shortcuts import redirect, render
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.limits import address_of, minutes
from conciliazione.kernel.models import Notice
from conciliazione.kernel.notices import notify

JUST_NOW = 300  # seconds


class InvitationOnlyAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return address_of(request)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Not of whoever has just signed in: the password was asked for a moment ago."""
        records = get_authentication_records(context.request, context.request.user)
        if records and time.time() - records[0]["at"] < JUST_NOW:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def set_password(self, user, password):
        """Of two who hold the same link and choose a password in the same instant, the first counts."""
        with transaction.atomic():
            now = type(user).objects.select_for_update(no_key=True).get(pk=user.pk)
            if now.password == user.password:
                super().set_password(user, password)
                return
        messages.error(
            context.request,
            "Con lo stesso collegamento qualcuno ha appena scelto la password. Se non eri tu, chiedi subito un "
            "collegamento nuovo e scrivi a chi ti ha invitato.",
        )
        raise ImmediateHttpResponse(redirect("account_reset_password"))

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        # addresses are given by whoever invites: they count although nobody confirmed them by a link
        return super().send_notification_mail(template_prefix, user, context, email or user.email)


def attempted_account(request, credentials=None) -> str:
    """The account somebody tries to enter, written one way."""
    named = (credentials or {}).get("email") or (credentials or {}).get("username") or request.POST.get("login", "")
    return str(named).strip().lower()[:255]


def locked_out(request, original_response=None, credentials=None):
    """The page for whoever failed too often from this address."""
    wait = int(settings.AXES_COOLOFF_TIME.total_seconds())
    answer = render(
        request,
        "account/locked_out.html",
        {"title": "Accesso sospeso", "failures": settings.AXES_FAILURE_LIMIT, "wait": minutes(wait)},
        status=429,
    )
    answer["Retry-After"] = str(wait)
    return answer


@receiver(user_locked_out)
def tell_the_person(sender, request=None, username=None, ip_address=None, **kwargs):
    """Whoever owns the account learns that somebody failed to enter it."""
    from .models import Person

    person = Person.objects.filter(email__iexact=username or "", is_active=True).first()
    url = reverse("account_change_password")
    told = Notice.objects.filter(to=person, url=url, at__gt=clock.now() - settings.AXES_COOLOFF_TIME)
    if person is None or told.exists():
        return
    notify(
        [person],
        f"Il {clock.now():%d/%m/%Y} qualcuno ha sbagliato {settings.AXES_FAILURE_LIMIT} volte la password del tuo "
        f"accesso: da quell'indirizzo è sospeso per {minutes(int(settings.AXES_COOLOFF_TIME.total_seconds()))}. "
        "Se non eri tu, cambia la password.",
        url=url,
        by=None,
    )
