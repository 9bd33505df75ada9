"""Setting up the app with codes: its mail leaves when what was written is kept, so this test keeps what it writes."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import factories

from .test_signing_in import activate_totp, code_for, required, sign_in

__all__ = ["required"]


@pytest.mark.django_db(transaction=True)
def test_the_app_is_set_up_once_and_asked_for_at_each_entrance(client, required):
    person = factories.make_network().office
    sign_in(client, person)
    secret = activate_totp(client)
    assert client.get(reverse("portal:home")).status_code == 200  # it has just been used
    stored = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)  # encrypted where it is kept
    assert [m.to for m in mail.outbox] == [[person.email]]  # and the person is told

    again = Client()
    assert sign_in(again, person)["Location"] == reverse("mfa_authenticate")
    assert again.get(reverse("portal:home")).status_code == 302  # the password alone opens nothing
    wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert wrong.context["form"].errors
    assert again.post(reverse("mfa_authenticate"), {"code": code_for(secret, 1)}).status_code == 302
    assert again.get(reverse("portal:home")).status_code == 200
