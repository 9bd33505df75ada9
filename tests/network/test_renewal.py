"""The agreement ends, is told beforehand, and passes its adherents to the next one (R08, R09, R41)."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.models import Notice
from network.enums import AgreementStatus, MembershipStatus
from network.models import Membership
from network.queries import members_on, missing_signatures, to_convene
from network.rules.agreements import notice_due
from network.services import agreements, memberships, terms
from tests.factories import at, make_member, make_network, make_organisation, make_person, make_programme

END = date(2016, 3, 31)


@pytest.mark.rule("R41")
@pytest.mark.parametrize(
    ("left", "due"), [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (1, 30), (0, 30), (-1, None)]
)
def test_which_notice_is_due(left, due):
    assert notice_due(END, END - timedelta(days=left)) == due


@pytest.fixture(scope="module")
def ending(made):
    """An agreement that ends on 31 March 2016, and one adherent with a delegate."""
    world = make_network()
    type(world.agreement).objects.filter(pk=world.agreement.pk).update(expires_on=END)
    world.agreement.refresh_from_db()
    world.body = make_member(world, "Cooperativa Alfa")
    world.delegate = make_person(seat="delegate", organisation=world.body)
    return made(world)


@pytest.mark.rule("R41", "R11")
@pytest.mark.django_db
def test_three_notices_each_once(ending, capsys):
    sent = []
    for day in (at(2015, 9, 1), at(2015, 10, 3), at(2015, 10, 3), at(2016, 1, 5), at(2016, 3, 2), at(2016, 3, 30)):
        with clock.standing_at(day):
            call_command("daily", "network.remind_expiring")
        sent.append(Notice.objects.filter(to=ending.delegate).count())
    assert sent == [0, 1, 1, 2, 3, 3]
    office = Notice.objects.filter(to=ending.office)
    assert office.count() == 3
    assert "Va preparato il nuovo accordo" in office.first().text
    assert office.first().url == reverse("network:agreement_create", args=[ending.network.pk])
    assert "Avviso dei 90 giorni" in capsys.readouterr().out


@pytest.mark.rule("R41")
@pytest.mark.django_db
def test_a_portal_that_starts_late_sends_the_last_notice_alone(ending):
    with clock.standing_at(at(2016, 3, 20)):
        assert [days for _, days in terms.remind_expiring()] == [30]
        assert terms.remind_expiring() == []


@pytest.mark.rule("R08", "R09", "R10", "R41")
@pytest.mark.django_db
def test_the_renewal_carries_the_adherents_over(ending):
    world, office = ending, ending.office
    silent = make_member(world, "Comune Silente", legal_representative="Eva Re", legal_representative_office="Sindaca")
    gone = make_member(world, "Ente Uscito")
    world.agreement.signatures.create(
        organisation=world.body, position=1, name_on_paper="Coop. Alfa", signatory="Presidente Ugo Po", signed_on=END
    )
    world.agreement.versions.create(number=1).articles.create(number=1, heading="Obiettivi", text="Uno")
    for member in Membership.objects.all():
        member.convened_on = date(2014, 4, 1)
        member.save()
    with clock.standing_at(at(2016, 3, 20)):
        memberships.renounce(Membership.objects.get(organisation=gone), reason="Cessa", by=office)
        programme = make_programme()
        access.repair()
        renewed = agreements.create(world.network, programme, by=office)
        assert renewed.previous == world.agreement
        rows = list(renewed.signatures.values_list("name_on_paper", "signatory"))
        assert rows == [
            ("Coop. Alfa", "Presidente Ugo Po"),
            (world.asl.name, "Legale rappresentante"),
            ("Comune Silente", "Sindaca Eva Re"),
        ]
        agreements.approve(renewed, number="9", on=date(2016, 3, 20), by=office)
    with clock.standing_at(at(2016, 4, 1)):
        assert terms.expire_due() == [world.agreement]
        agreements.sign(renewed, signed_on=date(2016, 4, 1), place="Cremona", organisations=[world.asl], by=office)
        world.agreement.refresh_from_db()
        assert world.agreement.status == AgreementStatus.SUPERSEDED
        # who was silent is a member all the same, its signature is missing, and it is to be convened again
        there = {membership.organisation for membership in members_on(world.network, clock.today())}
        assert there == {world.asl, world.body, silent}
        assert {membership.organisation for membership in missing_signatures(world.network)} == {world.body, silent}
        assert {membership.organisation for membership in to_convene(world.network)} == {world.body, silent}
        memberships.convene_former(
            world.network, starts_at=at(2016, 4, 20), place="Cremona", agenda="Nuovo accordo", by=office
        )
        assert not to_convene(world.network).exists()


@pytest.mark.rule("R08")
@pytest.mark.django_db
def test_the_next_agreement_is_prepared_from_the_page(ending, enter):
    ending.agreement.versions.create(number=1).articles.create(number=1, heading="Obiettivi", text="Uno")
    programme = make_programme()
    access.repair()
    client = enter(ending.office)
    done = client.post(reverse("network:agreement_create", args=[ending.network.pk]), {"programme": programme.pk})
    page = client.get(done.url).content.decode()
    assert "Cooperativa Alfa" in page
    assert "Accordo precedente" in page
    with clock.standing_at(at(2016, 1, 20)):
        terms.remind_expiring()
    assert Notice.objects.filter(to=ending.office, text__contains="è in preparazione", url=done.url).exists()


@pytest.mark.rule("R08", "R10")
@pytest.mark.django_db
def test_who_was_a_member_on_a_day(world, enter):
    early = make_member(world, "Ente Antico")
    make_organisation("Ente Estraneo")
    signs = make_member(world, "Ente Firmatario")
    world.agreement.signatures.create(
        organisation=signs, name_on_paper="F", signatory="F", signed_on=date(2014, 5, 1), position=1
    )
    Membership.objects.filter(organisation=early).update(
        since=date(2012, 1, 1), until=date(2014, 7, 1), status=MembershipStatus.RENOUNCED, reason="Cessa"
    )
    client = enter(world.office)

    def on(day):
        rows = client.get(reverse("network:members_on", args=[world.network.pk, day])).context["page_obj"]
        return {row.organisation.name: row.signed_then for row in rows}

    assert on("2011-12-31") == {}
    assert on("2013-06-01") == {"Ente Antico": False}
    assert on("2014-04-30") == {"Ente Antico": False, "Ente Firmatario": False, world.asl.name: False}
    assert on("2014-05-01")["Ente Firmatario"] is True
    assert "Ente Antico" in on("2014-06-30")
    assert "Ente Antico" not in on("2014-07-01")
    url = reverse("network:members_on_day", args=[world.network.pk])
    assert client.get(url, {"giorno": "2014-05-01"}).url.endswith("/2014-05-01/")
    assert client.get(url, {"giorno": "boh"}).url.endswith(f"/{clock.today()}/")
    assert client.get(url + "2014-02-31/").status_code == 404
    sheet = client.get(url + "2014-05-01/", {"formato": "csv"})
    assert "Ente Firmatario" in b"".join(sheet.streaming_content).decode()
