"""The personal link of an adherent: mailed, read without an account, expiring; to sign or renounce one enters."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.signing import Signer
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import Move
from network.enums import MembershipStatus
from network.models import AdhesionLink, Membership
from network.services import links, memberships
from tests.factories import make_member, make_person
from tests.signing import with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def adherent(world, made):
    """An adherent with a delegate and a PEC, and the text of the agreement."""
    world.agreement.versions.create(number=1).articles.create(number=1, heading="Obiettivi", text="Testo da leggere")
    body = make_member(world, "Comune Lontano", certified_email="comune@pec.example.org")
    delegate = make_person(seat="delegate", organisation=body)
    membership = Membership.objects.get(organisation=body)
    return made(SimpleNamespace(**vars(world), body=body, delegate=delegate, membership=membership))


@pytest.mark.rule("R09", "R10")
def test_each_convened_adherent_gets_its_own_link(adherent, django_capture_on_commit_callbacks, mailoutbox):
    world = adherent
    other = make_member(world, "Ente Muto")
    Membership.objects.filter(organisation__in=[world.body, other]).update(origin="former_agreement")
    with django_capture_on_commit_callbacks(execute=True):
        memberships.convene_former(
            world.network, starts_at=clock.now() + timedelta(days=9), place="Qui", agenda="Accordo", by=world.office
        )
    found = {link.membership.organisation.name: link for link in AdhesionLink.objects.all()}
    assert set(found) == {"Comune Lontano", "Ente Muto"}
    assert found["Ente Muto"].sent_to == ""
    letters = {mail.to[0]: mail.body for mail in mailoutbox if "link personale" in mail.subject}
    assert set(letters) == {world.delegate.email, "comune@pec.example.org"}
    assert all(links.address_of(found["Comune Lontano"]) in body for body in letters.values())


@pytest.mark.rule("R08", "R10")
def test_it_is_read_without_an_account(adherent, client):
    link = links.issue(adherent.membership, by=adherent.office)
    page = client.get(links.address_of(link))
    text = page.content.decode()
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "Testo da leggere" in text
    assert "Firma mancante" in text
    assert "il silenzio non è una rinuncia" in text
    assert "Entra e firma" in text
    assert reverse("network:agreement_sign_own", args=[adherent.agreement.pk]) not in text
    client.get(links.address_of(link))
    link.refresh_from_db()
    assert link.opened_at is not None
    assert Move.objects.filter(noun="membership", name="open_link").count() == 1


def test_what_the_portal_did_not_sign_is_not_there(adherent, client):
    link = links.issue(adherent.membership, by=adherent.office)
    good = Signer(salt="network.adhesion-link").sign(link.nonce)
    for token in (link.nonce, good[:-1] + "_", Signer(salt="other").sign(link.nonce), "x" * 300, "%00", "a:b"):
        assert client.get(f"/rete/adesione/{token}/").status_code == 404
    assert client.get(f"/rete/adesione/{good}/").status_code == 200


def test_it_expires_and_a_new_one_ends_it(adherent, client):
    first = links.issue(adherent.membership, by=adherent.office)
    second = links.issue(adherent.membership, by=adherent.office)
    gone = client.get(links.address_of(first))
    assert gone.status_code == 410
    assert "più recente" in gone.content.decode()
    with clock.standing_at(clock.now() + timedelta(days=59)):
        assert client.get(links.address_of(second)).status_code == 200
    with clock.standing_at(clock.now() + timedelta(days=60)):
        assert client.get(links.address_of(second)).status_code == 410


@pytest.mark.rule("R08", "R10")
def test_the_delegate_signs_or_renounces_from_it(adherent, enter, outsider):
    link = links.issue(adherent.membership, by=adherent.office)
    stranger = enter(outsider).get(links.address_of(link)).content.decode()
    assert "Rinuncia all" not in stranger
    client = enter(adherent.delegate)
    page = client.get(links.address_of(link))
    sign = reverse("network:agreement_sign_own", args=[adherent.agreement.pk])
    assert sign in page.content.decode()
    client = with_second_factor(client, adherent.delegate)
    assert client.post(sign, {"read": "on"}).status_code == 302
    assert "Ha firmato" in client.get(links.address_of(link)).content.decode()
    renounce = page.context["renounce_url"]
    assert client.post(renounce, {"reason": ""}).status_code == 422
    assert client.post(renounce, {"reason": "L'ente si scioglie"}).status_code == 302
    adherent.membership.refresh_from_db()
    assert adherent.membership.status == MembershipStatus.RENOUNCED
    assert "Ha rinunciato" in client.get(links.address_of(link)).content.decode()
    with pytest.raises(Refused, match="ora non lo è"):
        links.issue(adherent.membership, by=adherent.office)


def test_the_office_prepares_it_and_sees_whether_it_was_opened(adherent, enter, client):
    office = enter(adherent.office)
    url = reverse("network:adhesion_link_issue", args=[adherent.membership.pk])
    done = office.post(url, {"reason": ""})
    assert done.url.endswith("#link")
    link = AdhesionLink.objects.get()
    page = office.get(done.url).content.decode()
    assert links.address_of(link) in page.replace("&#x27;", "'")
    assert "comune@pec.example.org" in page
    assert "Non ancora" in page
    assert enter(adherent.delegate).get(url).status_code == 403
