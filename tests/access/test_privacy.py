"""Personal data: what is kept and how long, a copy for oneself, erasure that keeps the acts, nothing more in public."""

import json
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from alliances.enums import AllianceStatus
from alliances.services import alliances
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import Move, Notice, TrailEntry
from conciliazione.kernel.trail import verify
from monitoring.services import practices
from network.enums import Area, SeatKind
from network.models import Person, Seat
from network.rules.privacy import BY_KEY, REGISTER
from network.services import privacy, seats
from plans.enums import CallStatus, ProposalStatus
from plans.services import call_papers, calls, draws, eligibility, grids, plan, proposals
from tests import factories

pytestmark = pytest.mark.django_db
NAME, FAMILY, EMAIL = "Ermenegilda", "Zanardelli", "zanardelli@example.org"


@pytest.fixture(scope="module")
def world(made):
    return made(factories.make_network())


@pytest.fixture(scope="module")
def gone(world, made):
    """Somebody who gave a seat, did things, and has none any more."""
    person = factories.make_person(EMAIL, first_name=NAME, last_name=FAMILY, tax_code="RSSMRA70A41F205Z")
    seat = seats.give_seat(person=person, kind=SeatKind.OFFICE, network=world.network, by=world.region)
    other = seats.give_seat(person=factories.make_person(), kind=SeatKind.OFFICE, network=world.network, by=person)
    Notice.objects.create(to=person, text="Una cosa da fare")
    seats.end_seat(seat, by=world.region)
    person.seat, person.did = seat, Move.objects.get(about_of(other))
    return made(person)


def about_of(record):
    from django.db.models import Q

    return Q(**Move.key(record), name="give")


def text_of_database(*skipped) -> str:
    """Everything that every table holds, as text."""
    lines = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in skipped:
            lines += [str(row) for row in model._base_manager.values_list()]
    return "\n".join(lines)


def test_erasure_leaves_no_name_anywhere_and_the_acts_where_they_were(gone, world):
    before = list(TrailEntry.objects.values_list("number", "hash"))
    privacy.pseudonymise(gone, by=world.region, reason="Richiesta della persona")
    text = text_of_database()
    for trace in (NAME, FAMILY, EMAIL, "RSSMRA70A41F205Z"):
        assert trace not in text
    person = Person.objects.get(pk=gone.pk)
    assert not person.is_active
    assert not person.has_usable_password()
    assert Seat.objects.get(pk=gone.seat.pk).person == person
    move = Move.objects.get(pk=gone.did.pk)
    assert (move.by, move.by_name, move.label) == (person, f"Persona n. {person.pk}", "Incarico assegnato")
    # the trail stays as it was, and whole
    assert list(TrailEntry.objects.order_by("-number").values_list("number", "hash"))[1:] == before
    assert not list(verify.faults())


def test_whoever_still_acts_has_a_name(world):
    with pytest.raises(Refused, match="ha ancora un incarico"):
        privacy.pseudonymise(world.office, by=world.region)
    with pytest.raises(Refused, match="assistenza"):
        privacy.pseudonymise(factories.make_person(is_staff=True), by=world.region)


def test_the_regione_erases_from_the_page_once_and_with_a_reason(gone, world, client):
    client.force_login(world.region)
    url = reverse("network:person_erase", args=[gone.seat.pk])
    assert url in client.get(gone.seat.get_absolute_url()).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Lo ha chiesto"}).status_code == 302
    assert client.get(url).status_code == 409
    client.force_login(world.office)
    assert client.post(url, {"reason": "x"}).status_code == 403


def test_one_takes_a_copy_of_everything_about_oneself(gone, client):
    client.force_login(gone)
    answer = client.post(reverse("network:own_data"))
    assert answer["Content-Disposition"] == 'attachment; filename="i-tuoi-dati.json"'  # no name in the name of a file
    told = json.loads(answer.content)
    assert told["persona"]["e-mail"] == EMAIL
    assert [seat["al"] is not None for seat in told["incarichi"]] == [True]
    assert told["atti compiuti"][0]["che cosa"] == "Incarico assegnato"
    assert "Una cosa da fare" in {notice["text"] for notice in told["notifiche"]}
    assert told["altri documenti in cui compare"]["kernel.move.by"] == 1
    assert "password" not in answer.content.decode()
    assert TrailEntry.objects.filter(kind="download", person=gone.pk).exists()


def test_the_copy_holds_nothing_of_others(gone, world, client):
    client.force_login(gone)
    text = client.post(reverse("network:own_data")).content.decode()
    assert world.region.email not in text
    assert world.office.email not in text


def test_what_is_past_its_time_is_thrown_away(gone):
    now = timezone.now()
    old = {key: now - timedelta(days=BY_KEY[key].days + 1) for key in ("attempts", "notices", "account")}
    AccessAttempt.objects.create(username="a", ip_address="192.0.2.1", user_agent="", failures_since_start=1)
    AccessAttempt.objects.update(attempt_time=old["attempts"])
    Notice.objects.filter(to=gone).update(read_at=old["notices"])
    Person.objects.filter(pk=gone.pk).update(date_joined=old["account"])
    Seat.objects.filter(person=gone).update(starts_on=old["account"] - timedelta(days=9), ends_on=old["account"])
    out = StringIO()
    call_command("apply_retention", stdout=out)
    assert not AccessAttempt.objects.exists()
    assert not Notice.objects.filter(text="Una cosa da fare").exists()
    assert f"Persona n. {gone.pk}" in out.getvalue()
    assert privacy.is_erased(Person.objects.get(pk=gone.pk))
    again = StringIO()
    call_command("apply_retention", stdout=again)
    assert "Nothing is past its time." in again.getvalue()


def test_what_still_has_time_is_left(gone, world):
    Notice.objects.filter(to=gone).update(read_at=timezone.now())
    privacy.apply_retention()
    assert Notice.objects.filter(text="Una cosa da fare").exists()
    assert not privacy.is_erased(Person.objects.get(pk=gone.pk))
    assert not privacy.is_erased(Person.objects.get(pk=world.office.pk))


def test_the_register_is_on_the_public_page(client):
    page = client.get(reverse("portal:privacy")).content.decode()
    for kept in REGISTER:
        assert kept.what in page.replace("&#x27;", "'")
        assert kept.how_long in page


def test_every_table_that_names_people_is_in_the_copy(world):
    """A new table that points at a person is told without anybody having to remember."""
    Notice.objects.create(to=world.office, text="x")
    told = privacy.pointing_at(world.office)
    assert told["kernel.notice.to"] >= 1
    assert told["network.seat.person"] == 1


# --- what everybody will read ----------------------------------------------------------------------------------------
BAD = "Contributo a RSSMRA70A41F205Z"
SPEAKS_OF_PEOPLE = {  # what writes a text that is, or will be, public: beside which field it is refused
    "call": ("title", lambda at: calls.update_call(at.draft, by=at.world.office, title=BAD)),
    "call, of whom": ("description", lambda at: calls.update_call(at.draft, by=at.world.office, description=BAD)),
    "criterion": ("guidance", lambda at: grids.add_criterion(at.draft, by=at.world.office, guidance=BAD)),
    "group": ("title", lambda at: grids.add_group(at.draft, by=at.world.office, title=BAD)),
    "document": ("note", lambda at: call_papers.ask_for_document(at.draft, by=at.world.office, title="A", note=BAD)),
    "rectification": ("text", lambda at: call_papers.rectify(at.draft, by=None, act="A", act_on=None, text=BAD)),
    "question": ("text", lambda at: call_papers.ask(at.call, by=None, alliance=at.ally.alliance, text=BAD)),
    "proposal": ("title", lambda at: proposals.save_texts(at.proposal, by=at.ally.lead_person, title=BAD)),
    "action": ("description", lambda at: proposals.add_action(at.proposal, by=at.ally.lead_person, description=BAD)),
    "exclusion": ("reason", lambda at: eligibility.exclude(at.received, by=at.world.office, reason=BAD)),
    "draw": ("act", lambda at: draws.draw(None, by=None, act=BAD, act_on=None)),
    "plan": ("title", lambda at: plan.open_plan(None, by=None, programme=None, title=BAD)),
    "section": ("text", lambda at: plan.write_section(None, by=None, kind="needs", text=BAD)),
    "coverage": ("text", lambda at: plan.verify_coverage(None, by=None, text=BAD)),
    "adoption": ("reason", lambda at: plan.adopt(None, by=None, reason=BAD)),
    "guidance": ("reason", lambda at: plan.give_back(None, by=None, reason=BAD)),
    "extension": ("act", lambda at: plan.extend(None, by=None, act=BAD, act_on=None, ends_on=None)),
    "alliance": ("name", lambda at: alliances.update_alliance(at.forming, by=None, name=BAD)),
    "practice": (
        "results",
        lambda at: practices.propose(at.world.network, by=None, **PRACTICE | {"results": BAD}),
    ),
}
PRACTICE = {"title": "T", "summary": "S", "description": "D", "results": "R", "transfer": "T", "area": Area.TRAINING}


@pytest.fixture(scope="module")
def at(world, made):
    call = factories.make_call(world)
    ally = factories.make_alliance(world)
    forming = factories.make_alliance(world, status=AllianceStatus.FORMING).alliance
    draft = factories.make_call(world, status=CallStatus.DRAFT)
    proposal = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
    closed = factories.make_call(world, status=CallStatus.EVALUATION)
    received = factories.make_proposal(closed, factories.make_alliance(world))
    return made(
        SimpleNamespace(
            world=world, call=call, ally=ally, forming=forming, draft=draft, proposal=proposal, received=received
        )
    )


@pytest.mark.parametrize("what", SPEAKS_OF_PEOPLE)
def test_whoever_writes_what_all_will_read_is_refused_a_person(what, at):
    """D.lgs. 33/2013 art. 26 c. 4, beside the field; what came in another way is left out when it goes out."""
    field, write = SPEAKS_OF_PEOPLE[what]
    with pytest.raises(Refused, match=r"art\. 26, comma 4") as refused:
        write(at)
    assert refused.value.field == field
