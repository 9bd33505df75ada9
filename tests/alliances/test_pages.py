"""The pages through the client: who may, what is refused, what is kept, how many questions a list asks."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from alliances.enums import AllianceStatus
from alliances.queries import lead_of
from alliances.services import partners
from conciliazione.kernel.clock import today
from conciliazione.kernel.moves import timeline
from network.enums import Nature, OrganisationKind
from tests.factories import make_alliance, make_member, make_network

from .world import BRINGS, delegate, found, refresh, rules_of_2022

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def url(name, *args):
    return reverse(f"alliances:{name}", args=args)


def text_of(response):
    return response.content.decode()


# --- who may ----------------------------------------------------------------------------------------------------------
READING = ("list", "alliance", "agreement", "check", "instructions_list")
# page: (who may open it, the rest being told no)
PAGES = {
    "create": {"office", "public_person", "private_person"},
    "edit": {"office", "public_person"},
    "add_partner": {"office", "public_person"},
    "edit_partner": {"office", "public_person"},
    "remove_partner": {"office", "public_person"},
    "lead": {"office", "public_person"},
    "write": {"public_person"},
    "send": {"public_person"},
    "message": {"public_person"},
    "sign": {"public_person", "private_person"},
    "sign_file": {"public_person", "private_person"},
    "attest": {"office"},
    "attest_file": {"office"},
    "new_version": {"public_person"},
    "withdraw": {"public_person"},
    "instructions_edit": {"office"},
}
PEOPLE = ("office", "member", "region", "steering", "public_person", "private_person", "stranger")


def address(page, made):
    if page in ("list", "create", "instructions_list"):
        return url(page)
    if page.startswith("instructions"):
        return url(page, made.world.network.pk, made.world.programme.pk)
    if page in ("edit_partner", "remove_partner"):
        return url(page, made.alliance.pk, made.second.pk)
    if page in ("attest", "attest_file"):
        return url(page, made.alliance.pk, made.agreement.signatures.last().pk)
    return url(page, made.alliance.pk)


@pytest.fixture(scope="module")
def everyone(due, made):
    world = due.world
    seats = {name: getattr(world, name) for name in ("office", "member", "region", "steering")}
    return made(SimpleNamespace(**vars(due), **seats, stranger=make_network().office))


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_open_what(enter, everyone, who):
    client = enter(getattr(everyone, who))
    for page in READING:
        expected = 404 if who == "stranger" and page not in ("list", "instructions_list") else 200
        assert client.get(address(page, everyone)).status_code == expected, page
    for page, allowed in PAGES.items():
        got = client.get(address(page, everyone)).status_code
        if who in allowed:
            # 409: may do it, but not in the present state
            assert got in (200, 409), page
        elif who == "stranger":
            assert got == (200 if page == "create" else 404), page
        else:
            assert got == 403, page


def test_whoever_is_not_signed_in_is_asked_to(client, everyone):
    for page in (*READING, *PAGES):
        answer = client.get(address(page, everyone))
        assert answer.status_code == 302
        assert reverse("account_login") in answer.url


@pytest.mark.parametrize("value", ["999999999999999999999999", "-1", "abc", "%00", "'; drop", "1e9"])
def test_hostile_values_find_nothing(enter, everyone, value):
    client = enter(everyone.public_person)
    names = ("programma", "ambito", "stato", "cerca", "ordina", "rete", "versione")
    together = "&".join(f"{name}={value}" for name in names)
    for page in ("list", "check", "agreement", "create"):
        for query in (together, f"pagina={value}"):  # by itself: a page that is not there may end the answer early
            answer = client.get(f"{address(page, everyone)}?{query}")
            assert answer.status_code in (200, 404), (page, query)
    assert client.get("/alleanze/99999999999999999999/").status_code == 404
    assert client.get(f"/alleanze/{everyone.alliance.pk}/una-mossa-inventata/").status_code == 404


# --- lists ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_for_any_number(enter, rows, django_assert_num_queries):
    world = make_network()
    for _ in range(rows):
        make_alliance(world)
    client = enter(world.office)
    client.get(url("list"))
    with django_assert_num_queries(11):
        answer = client.get(url("list"))
    assert text_of(answer).count('<th scope="row">') == rows


def test_the_list_is_filtered_sorted_and_exported(enter):
    world = make_network()
    one, two = make_alliance(world, "Alleanza Beta"), make_alliance(world, "Alleanza Alfa")
    two.alliance.status = AllianceStatus.FORMING
    two.alliance.save()
    two.alliance.districts.set(world.districts[:1])
    client = enter(world.office)

    def names(query):
        return [row.name for row in client.get(f"{url('list')}?{query}").context["page_obj"]]

    assert names("") == ["Alleanza Alfa", "Alleanza Beta"]
    assert names("ordina=-nome") == ["Alleanza Beta", "Alleanza Alfa"]
    assert names("stato=forming") == ["Alleanza Alfa"]
    assert names(f"ambito={world.districts[1].pk}") == ["Alleanza Beta"]
    assert names(f"programma={world.programme.pk}") == ["Alleanza Alfa", "Alleanza Beta"]
    assert names(f"cerca={one.partner.organisation.name.upper()}") == ["Alleanza Beta"]
    assert names("cerca=niente") == []
    exported = b"".join(client.get(f"{url('list')}?stato=forming&formato=csv").streaming_content).decode()
    assert "Alleanza Alfa" in exported
    assert "Alleanza Beta" not in exported
    assert client.get(f"{url('list')}?formato=xlsx").status_code == 200


def test_an_empty_list_says_what_comes_next(enter):
    assert "può avviarne una" in text_of(enter(make_network().office).get(url("list")))


# --- starting and composing -------------------------------------------------------------------------------------------
def test_a_delegate_starts_an_alliance(enter):
    world = make_network()
    body = make_member(world)
    client = enter(delegate(body))
    given = {"programme": world.programme.pk, "name": "Alleanza nuova", "districts": [world.districts[0].pk]}
    answer = client.post(url("create"), given)
    alliance = world.network.alliances.get()
    assert answer.url == alliance.get_absolute_url()
    assert alliance.partners.get().organisation == body
    page = text_of(client.get(answer.url))
    assert "Che cosa manca" in page
    assert "In formazione" in page


def test_the_asl_starts_one_for_an_adherent(enter):
    world = make_network()
    body = make_member(world)
    client = enter(world.office)
    given = {"programme": world.programme.pk, "name": "Alleanza nuova"}
    assert client.post(url("create"), given).status_code == 422
    client.post(url("create"), given | {"promoter": body.pk})
    assert world.network.alliances.get().partners.get().organisation == body


def test_what_was_typed_is_kept_when_refused(enter, begun):
    client = enter(begun.public_person)
    given = {
        "programme": begun.world.programme.pk,
        "name": begun.alliance.name,
        "purpose": "Una finalità da tenere",
    }
    answer = client.post(url("create"), given)
    assert answer.status_code == 422
    assert "Una finalità da tenere" in text_of(answer)
    assert "Esiste già" in text_of(answer)


def test_whoever_adheres_nowhere_starts_nothing(enter, begun):
    body = make_member(begun.world)
    body.memberships.update(status="left", until=today())
    from conciliazione.kernel import access

    access.repair()
    partners.add_partner(begun.alliance, organisation=body, by=begun.public_person)
    assert enter(delegate(body)).get(url("create")).status_code == 403


def test_partners_through_the_pages(enter):
    made = found(lead=False, private=False)
    body = make_member(made.world, nature=Nature.PRIVATE, kind=OrganisationKind.ENTERPRISE)
    client = enter(made.public_person)
    add = url("add_partner", made.alliance.pk)
    assert client.post(add, {"organisation": "", "kind": "full"}).status_code == 422
    assert client.post(add, {"organisation": body.pk, "kind": "full", "competences": "Turni"}).status_code == 302
    assert client.post(add, {"organisation": body.pk, "kind": "full"}).status_code == 422
    partner = made.alliance.partners.get(organisation=body)
    edit = url("edit_partner", made.alliance.pk, partner.pk)
    assert "Turni" in text_of(client.get(edit))
    client.post(edit, {"kind": "associated", **BRINGS})
    partner.refresh_from_db()
    assert (partner.kind, partner.resources) == ("associated", BRINGS["resources"])
    client.post(url("remove_partner", made.alliance.pk, partner.pk), {"reason": ""})
    assert made.alliance.partners.current().count() == 1
    assert client.get(edit).status_code == 404


@pytest.mark.rule("R30", "R38", "R39")
def test_the_lead_through_the_page(enter, unled):
    client = enter(unled.public_person)
    place = url("lead", unled.alliance.pk)
    page = text_of(client.get(place))
    assert "Gestisce le risorse economiche" in page
    assert f"non può indicare {unled.private.name}" in page
    answer = client.post(place, {"partner": unled.second.pk, "duties_accepted": "on"})
    assert answer.status_code == 422
    assert "art. 9" in text_of(answer)
    assert client.post(place, {"partner": unled.first.pk}).status_code == 422
    assert lead_of(unled.alliance) is None
    client.post(place, {"partner": unled.first.pk, "duties_accepted": "on"})
    assert lead_of(unled.alliance).organisation == unled.public


@pytest.mark.rule("R40")
def test_a_second_lead_is_refused_on_the_page(enter, begun):
    other = found(world=begun.world, lead=False)
    partner = partners.add_partner(other.alliance, organisation=begun.public, by=other.public_person)
    answer = enter(other.public_person).post(
        url("lead", other.alliance.pk), {"partner": partner.pk, "duties_accepted": "on"}
    )
    assert answer.status_code == 422
    assert "è già capofila di" in text_of(answer)


def test_data_and_message(enter, begun):
    client = enter(begun.public_person)
    client.post(url("edit", begun.alliance.pk), {"name": "Nome nuovo", "purpose": "", "districts": []})
    refresh(begun)
    assert begun.alliance.name == "Nome nuovo"
    assert client.post(url("message", begun.alliance.pk), {"text": ""}).status_code == 422
    client.post(url("message", begun.alliance.pk), {"text": "Chiediamo un incontro"})
    assert timeline(begun.alliance).first().reason == "Chiediamo un incontro"


# --- rules on the page ------------------------------------------------------------------------------------------------
@pytest.mark.rule("R25", "R26", "R27", "R30", "R31", "R32", "R33", "R34", "R35", "R36", "R37", "R38", "R39", "R40")
def test_every_rule_is_on_the_page_with_its_verdict(enter):
    made = found(lead=False, written=False)
    answer = enter(made.public_person).get(made.alliance.get_absolute_url())
    by_rule = {finding.rule: finding.verdict for finding in answer.context["findings"]}
    assert len(by_rule) == 14
    assert {rule for rule, verdict in by_rule.items() if verdict == "missing"} == {
        "R30",
        "R32",
        "R33",
        "R34",
        "R36",
        "R37",
        "R38",
        "R39",
        "R40",
    }
    assert "regole versione 1" in text_of(answer)
    assert "Manca qualcosa" in text_of(answer)


def test_against_the_rules_of_another_programme(enter, bound):
    programme = rules_of_2022()
    answer = enter(bound.public_person).get(f"{url('check', bound.alliance.pk)}?programma={programme.pk}")
    assert answer.context["chosen"].yardstick.key == str(programme.pk)
    assert answer.context["chosen"].missing >= 1
    assert "Micro o piccole imprese almeno 2" in text_of(answer)
    assert "Ora 0, almeno 2." in text_of(answer)
    own = enter(bound.public_person).get(url("check", bound.alliance.pk))
    assert own.context["chosen"].yardstick.own


def test_what_is_not_ready_is_offered_with_its_reason(enter):
    made = found(private=False)
    page = text_of(enter(made.public_person).get(made.alliance.get_absolute_url()))
    assert "regola R35" in page
    assert "art. 9" in page
    assert url("send", made.alliance.pk) not in page
    assert enter(made.public_person).get(url("send", made.alliance.pk)).status_code == 409
