"""The network agreement comes into force by itself with the last signature of its table, whoever signs last and in
whatever way; before, only by the act of the ASL (art. 5 and 10)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conciliazione.kernel.errors import Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice, RegistryEntry
from network.enums import AgreementStatus
from network.models import Membership
from network.queries import missing_signatures
from network.rules.agreements import add_months, is_complete
from network.services import agreements
from tests.network.deliberated import TODAY, deliberated, scan, sign, state

ACTS = st.sampled_from(["sign", "remove", "add", "subscribe", "reopen"])
EARLIER = TODAY - timedelta(days=5)


@pytest.fixture(scope="module")
def signing(made):
    return made(deliberated())


@pytest.mark.parametrize(
    ("days", "complete"),
    [
        ({1: TODAY, 2: TODAY}, True),
        ({1: TODAY, 2: None}, False),
        ({1: None, 2: TODAY}, False),
        ({2: TODAY, 3: TODAY}, False),  # without the ASL, which is 1
        ({1: TODAY}, False),  # nobody agrees alone
        ({}, False),
    ],
)
def test_when_the_table_is_whole(days, complete):
    assert is_complete(days, lead=1) is complete


@pytest.mark.django_db
@pytest.mark.rule("R41")
def test_the_last_signature_puts_it_in_force_from_its_own_day(signing):
    world, (first, second) = signing, signing.towns
    sign(world, first, on=TODAY)
    sign(world, world.asl, on=EARLIER)
    assert state(world) == AgreementStatus.APPROVED
    sign(world, second, on=EARLIER)
    assert state(world) == AgreementStatus.IN_FORCE
    assert world.next.signed_on == TODAY  # the latest of the three, not the one that came in last
    assert world.next.expires_on == add_months(TODAY, world.next.programme.agreement_months)
    move = Move.objects.about(world.next).get(name="enter_force")
    assert (move.from_state, move.to_state, move.by) == ("approved", "in_force", world.office)
    world.agreement.refresh_from_db()
    assert world.agreement.status == AgreementStatus.SUPERSEDED
    assert RegistryEntry.objects.filter(subject=f"Sottoscrizione: {world.next}").count() == 1
    assert Notice.objects.filter(to=world.delegate, text__contains="è in vigore fino al").exists()
    with pytest.raises(Refused, match="lo stato è «In vigore»"):
        agreements.sign(world.next, signed_on=TODAY, place="Cremona", by=world.office)


@pytest.mark.django_db
def test_it_waits_for_the_last_and_the_asl_may_still_subscribe_without_it(signing):
    world, (first, second) = signing, signing.towns
    sign(world, first)
    with pytest.raises(Refused, match="Manca la firma dell'ASL"):
        agreements.sign(world.next, signed_on=TODAY, place="Cremona", by=world.office)
    with pytest.raises(RuleViolated, match="ultima firma"):
        agreements.sign(world.next, signed_on=EARLIER, place="Cremona", organisations=[world.asl], by=world.office)
    agreements.sign(world.next, signed_on=TODAY, place="Cremona", organisations=[world.asl], by=world.office)
    assert state(world) == AgreementStatus.IN_FORCE
    missing = missing_signatures(world.network).values_list("organisation", flat=True)
    assert second.pk in missing
    assert Membership.objects.current().filter(organisation=second).exists()  # silence is not renunciation
    sign(world, second)
    assert Move.objects.about(world.next).filter(to_state="in_force").count() == 1


@pytest.mark.django_db
def test_taking_out_the_only_one_who_had_not_signed_puts_it_in_force(signing):
    world, (first, second) = signing, signing.towns
    sign(world, first)
    sign(world, world.asl)
    agreements.remove_signatory(world.next.signatures.get(organisation=second), by=world.office)
    assert state(world) == AgreementStatus.IN_FORCE


@pytest.mark.django_db
def test_the_page_says_how_many_are_missing_and_the_last_one_needs_no_other_act(signing, client):
    world, (first, second) = signing, signing.towns
    client.force_login(world.office)
    page = world.next.get_absolute_url()
    assert "Mancano 3 firme. Con l&#x27;ultima l&#x27;accordo entra in vigore da solo" in client.get(page).text
    sign(world, first)
    sign(world, world.asl)
    assert "Manca una firma." in client.get(page).text
    row = reverse("network:signature_record", args=[world.next.pk, second.pk])
    data = {"signatory": "Sindaco", "signed_on": TODAY.isoformat(), "file": scan()}
    assert client.post(row, data).status_code == 302
    text = client.get(page).text
    assert "Firme raccolte nel portale" in text
    assert "Registra la sottoscrizione" not in text


@pytest.mark.django_db
@pytest.mark.rule("R32", "R41")
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(["sign", "remove", "add", "subscribe", "reopen"]), st.integers(0, 2)), max_size=8
    )
)
def test_in_whatever_order_it_is_in_force_when_whole_or_when_the_asl_says_so(signing, acts):
    world = signing
    bodies = [world.asl, *world.towns]
    with transaction.atomic():
        for act, number in acts:
            body = bodies[number]
            row = world.next.signatures.filter(organisation=body).first()
            try:
                with transaction.atomic():
                    if act == "sign":
                        sign(world, body)
                    elif act == "remove" and row:
                        agreements.remove_signatory(row, by=world.office)
                    elif act == "add":
                        agreements.add_signatory(world.next, body, signatory="Sindaca", by=world.office)
                    elif act == "reopen":
                        agreements.reopen(world.next, by=world.office, reason="Un errore")
                        agreements.approve(world.next, number="181", on=TODAY, by=world.office)
                    elif act == "subscribe":
                        agreements.sign(world.next, signed_on=TODAY, place="Qui", organisations=[body], by=world.office)
            except Refused:
                pass
            days = dict(world.next.signatures.values_list("organisation", "signed_on"))
            subscribed = Move.objects.about(world.next).filter(name="sign").exists()
            in_force = state(world) == AgreementStatus.IN_FORCE
            assert in_force is (subscribed or is_complete(days, lead=world.asl.pk))
            assert not in_force or days[world.asl.pk]
        transaction.set_rollback(True)
