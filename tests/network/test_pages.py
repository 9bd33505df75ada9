"""The pages of the section «Rete»: who may open them, and what lists cost."""

import pytest
from django.urls import reverse

from conciliazione.kernel import access, clock
from network.enums import MeetingBody, MeetingPurpose, MembershipStatus, Nature
from network.models import Meeting, Membership, NetworkAgreement
from tests.factories import make_indicator, make_member, make_network, make_organisation, make_person, make_programme

pytestmark = pytest.mark.django_db


def make_meeting(world, body=MeetingBody.NETWORK):
    return Meeting.objects.create(
        body=body,
        purpose=MeetingPurpose.STEERING if body == MeetingBody.STEERING else MeetingPurpose.PERIODIC,
        network=None if body == MeetingBody.STEERING else world.network,
        starts_at=clock.now(),
        place="Sala",
        agenda="Punti",
    )


def addresses(world):
    """name -> (address, the roles that may open it), on records of `world`."""
    network, agreement = world.network.pk, world.agreement.pk
    body = make_member(world)
    membership = Membership.objects.get(organisation=body).pk
    asks = make_organisation()
    request = Membership.objects.create(
        network=world.network, organisation=asks, status=MembershipStatus.REQUESTED, origin="request"
    ).pk
    indicator = make_indicator(world.programme, status="proposed").pk
    meeting, cabina = make_meeting(world).pk, make_meeting(world, MeetingBody.STEERING).pk
    office, everyone = {"office"}, {"region", "steering", "office", "chair", "member"}
    register = {"region", "office"}
    all_signed_in = everyone | {"outsider"}
    table = [
        ("home", [], all_signed_in),
        ("programmes", [], everyone),
        ("programme_create", [], {"region"}),
        ("programme", [world.programme.pk], everyone),
        ("programme_edit", [world.programme.pk], {"region"}),
        ("programme_rules", [world.programme.pk], {"region"}),
        ("programme_move", [world.programme.pk, "concludi-il-programma"], {"region"}),
        ("indicators", [], everyone),
        ("indicator_create", [], register),
        ("indicator", [indicator], everyone),
        ("indicator_edit", [indicator], register),
        ("indicator_move", [indicator, "concorda-l-indicatore"], {"region"}),
        ("organisations", [], all_signed_in),
        ("organisation_create", [], register),
        ("organisation", [body.pk], everyone),
        ("organisation_edit", [body.pk], register),
        ("organisation_nature", [body.pk], register),
        ("seats", [], register),
        ("seat_give", [], register),
        ("networks", [], everyone),
        ("network_create", [], {"region"}),
        ("join", [], all_signed_in),
        ("network", [network], everyone),
        ("network_duties", [network], everyone),
        ("network_edit", [network], office),
        ("district_add", [network], office),
        ("members_on_day", [network], everyone),
        ("members_on", [network, "2014-06-01"], everyone),
        ("registry", [network], office),
        ("registry_letter", [network], office),
        ("membership_join", [network], office),
        ("agreement_create", [network], office),
        ("meeting_convene", [network], {"office", "chair"}),
        ("agreements", [], everyone),
        ("agreement", [agreement], everyone),
        ("agreement_text", [agreement], office),
        ("agreement_compare", [agreement], everyone),
        ("signature_record", [agreement, body.pk], office),
        ("signature_record_file", [agreement, body.pk], office),
        ("scan_attach", [agreement], office),
        ("memberships", [], all_signed_in),
        ("membership", [membership], everyone),
        ("membership_move", [request, "accogli-la-richiesta"], office),
        ("membership_move", [membership, "registra-l-uscita-dalla-rete"], office),
        ("contribution_add", [membership], office),
        ("adhesion_link_issue", [membership], office),
        ("steering", [], {"region", "steering"}),
        ("steering_seat_add", [], {"region", "steering"}),
        ("committee", [world.committee.pk], everyone),
        ("committee_member_add", [world.committee.pk], office),
        ("committee_member_end", [world.member_seat.pk], office),
        ("meetings", [], everyone),
        ("meeting", [meeting], everyone),
        ("meeting_hold", [meeting], {"office", "chair"}),
        ("meeting_change", [meeting], {"office", "chair"}),
        ("meeting_calendar", [meeting], everyone),
        ("decision_add", [meeting], {"office", "chair"}),
        ("assembly_quorum", [network], office),
        ("committee_quorum", [world.committee.pk], office),
        ("committee_substitute", [world.member_seat.pk], office),
        ("committee_take_over", [world.member_seat.pk], office),
        ("steering_quorum", [], {"region", "steering"}),
        ("meeting", [cabina], {"region", "steering"}),
        ("meeting_hold", [cabina], {"region", "steering"}),
    ]
    return [(reverse(f"network:{name}", args=args), roles) for name, args, roles in table]


@pytest.fixture(scope="module")
def pages(people, world):
    return addresses(world)


@pytest.fixture(scope="module")
def people(world, outsider, made):
    world.agreement.versions.create(number=1).articles.create(number=1, heading="Obiettivi", text="Uno")
    people = {
        "region": world.region,
        "steering": world.steering,
        "office": world.office,
        "chair": world.chair,
        "member": make_person(seat="delegate", organisation=make_member(world)),
        "outsider": outsider,
    }
    return made(people)


@pytest.mark.parametrize("role", ["region", "steering", "office", "chair", "member", "outsider"])
def test_each_page_opens_for_its_roles_alone(pages, people, enter, role):
    client = enter(people[role])
    wrong = []
    for url, roles in pages:
        status = client.get(url).status_code
        good = status in {200, 302, 409} if role in roles else status in {403, 404}
        if not good:
            wrong.append((url, status))
    assert wrong == []


def test_nobody_gets_in_without_signing_in(pages, client):
    for url, _ in pages:
        response = client.get(url)
        assert response.status_code == 302, url
        assert reverse("account_login") in response.url


def test_the_records_of_another_network_do_not_exist(world, people, elsewhere, enter):
    elsewhere.agreement.versions.create(number=1)
    foreign = [
        url
        for url, _ in addresses(elsewhere)
        if url.rstrip("/").rsplit("/", 1)[-1].isdecimal() and "/programmi/" not in url and "/indicatori/" not in url
    ]
    client = enter(world.office)
    hidden = [url for url in foreign if "/enti/" not in url]
    assert hidden
    assert [(url, client.get(url).status_code) for url in hidden if client.get(url).status_code != 404] == []


LISTS = {
    "programmes": 7,
    "indicators": 8,
    "organisations": 8,
    "seats": 8,
    "networks": 8,
    "agreements": 9,
    "memberships": 8,
    "meetings": 8,
}


@pytest.mark.parametrize(("name", "queries"), LISTS.items())
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_for_one_row_and_for_three(name, queries, rows, enter, django_assert_max_num_queries):
    worlds = [make_network() for _ in range(rows)]
    for world in worlds:
        make_indicator(world.programme)
        make_meeting(world)
    client = enter(worlds[0].region)
    with django_assert_max_num_queries(12) as counted:
        response = client.get(reverse(f"network:{name}"))
    assert response.status_code == 200
    assert response.context["paginator"].count >= rows
    assert len(counted) == queries


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_can_be_taken_away(world, enter, name, form):
    response = enter(world.region).get(reverse(f"network:{name}"), {"formato": form})
    assert response.status_code == 200
    assert b"".join(response.streaming_content)


HOSTILE = ["'", '"><script>', "%00", "-1", "9" * 40, "à" * 300, "2014-13-45", "0001-01-01", "\x00"]


@pytest.mark.parametrize("name", LISTS)
def test_no_value_in_the_address_breaks_a_list(world, enter, name):
    client = enter(world.region)
    url = reverse(f"network:{name}")
    fields = client.get(url).context["filterset"]
    names = [*(fields.form.fields if fields else []), "ordina", "formato"]
    for value in HOSTILE:
        for query in (dict.fromkeys(names, value), {"pagina": value}):
            response = client.get(url, query)
            assert response.status_code in {200, 400}, query
            assert (
                b"<script>" not in getattr(response, "content", b"").replace(b"<script src", b"").split(b"</head>")[-1]
            )


def test_filters_find_what_they_say(enter):
    world = make_network()
    client = enter(world.office)
    signs = make_member(world, "Alfa", nature=Nature.UNCONFIRMED)
    make_member(world, "Beta")
    world.agreement.signatures.create(organisation=signs, name_on_paper="Alfa", signatory="A", signed_on=clock.today())
    url = reverse("network:memberships")

    def names(**query):
        return sorted(row.organisation.name for row in client.get(url, query).context["page_obj"])

    assert names(firma="si") == ["Alfa"]
    assert names(firma="no") == sorted([world.asl.name, "Beta"])
    assert names(cerca="àlf") == ["Alfa"]
    assert names(natura="unconfirmed") == ["Alfa"]
    assert names(giorno="2013-01-01") == []
    assert "Alfa" in names(giorno="2014-06-01")
    bodies = client.get(reverse("network:organisations"), {"rete": world.network.pk, "natura": "unconfirmed"})
    assert [row.name for row in bodies.context["page_obj"]] == ["Alfa"]


def test_a_programme_in_preparation_is_for_who_prepares_it(world, enter):
    draft = make_programme()
    type(draft).objects.filter(pk=draft.pk).update(status="draft")
    access.repair()
    assert enter(world.office).get(draft.get_absolute_url()).status_code == 404
    assert enter(world.region).get(draft.get_absolute_url()).status_code == 200


@pytest.mark.rule("R08", "R10")
def test_a_member_without_a_signature_is_shown_as_one(world, people, enter):
    body = make_member(world, "Senza firma")
    page = enter(world.office).get(Membership.objects.get(organisation=body).get_absolute_url()).content.decode()
    assert "Aderente" in page
    assert "Firma mancante" in page
    agreement = enter(world.office).get(world.agreement.get_absolute_url()).content.decode()
    assert "Senza firma" in agreement


@pytest.mark.rule("R13")
def test_an_impossible_act_is_offered_with_its_reason(world, people, enter):
    world.member_seat.ends_on = clock.today()
    world.member_seat.save()
    type(world.committee).objects.filter(pk=world.committee.pk).update(status="forming")
    page = enter(world.office).get(world.committee.get_absolute_url())
    (offer,) = page.context["offers"]
    assert not offer.enabled
    assert offer.refusal.rule == "R13"
    url = reverse("network:committee_constitute", args=[world.committee.pk])
    assert enter(world.office).get(url).status_code == 409
    assert enter(world.office).post(url, {"act": "A", "on": "2014-04-10"}).status_code == 422


def test_the_empty_lists_say_who_acts(enter):
    person = make_person(seat="region")
    network = make_network()
    NetworkAgreement.objects.all().delete()
    del network
    page = enter(person).get(reverse("network:agreements")).content.decode()
    assert "Lo prepara l&#x27;ufficio dell&#x27;ASL" in page


@pytest.mark.rule("R18", "R19", "R20", "R21", "R22", "R23", "R24")
@pytest.mark.parametrize("members", [1, 3])
def test_the_duties_of_all_cost_no_more_than_those_of_one(enter, members, django_assert_max_num_queries):
    world = make_network()
    for _ in range(members):
        make_member(world)
    client = enter(world.office)
    with django_assert_max_num_queries(20) as counted:
        page = client.get(reverse("network:network_duties", args=[world.network.pk]))
    assert len(page.context["rows"]) == members + 1
    assert len(page.context["duties"]) == 7
    assert len(counted) == 11
