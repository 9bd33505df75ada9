"""The pages of the portal itself: home, notices, seats, search, dashboard and the public lists."""

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.models import Notice, StoredFile
from monitoring.models import GoodPractice
from network.enums import MembershipStatus, SeatKind
from plans.models import Attachment, ProjectProposal, Publication
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return factories.make_network()


def publish(world, count):
    """`count` funded and published projects, each of its own alliance."""
    call, plan = factories.make_call(world), factories.make_plan(world)
    for _ in range(count):
        ally = factories.make_alliance(world)
        project = factories.make_project(plan, factories.make_proposal(call, ally))
        Publication.objects.create(
            project=project,
            beneficiary=ally.lead.organisation.name,
            tax_code="00000000000",
            amount=project.grant,
            legal_basis="Avviso 2014",
            office="Direzione Sociale",
            official="Persona",
            selection="Graduatoria",
            published_at=factories.at(2014, 12, 1),
        )


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("public_networks", 3),
        ("public_alliances", 2),
        ("public_projects", 2),
        ("public_plans", 2),
        ("transparency", 3),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_public_lists_ask_the_same_for_one_row_and_for_three(
    name, queries, count, world, client, django_assert_num_queries
):
    publish(world, count)
    if name in {"public_networks", "public_plans"}:
        for _ in range(count - 1):
            factories.make_plan(factories.make_network())
    with django_assert_num_queries(queries):
        answer = client.get(reverse(f"portal:{name}"))
    assert answer.status_code == 200
    assert len(answer.context["page_obj"]) == count


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_a_public_list_can_be_taken_away(fmt, world, client):
    publish(world, 1)
    answer = client.get(reverse("portal:transparency"), {"formato": fmt})
    assert answer["Content-Disposition"].endswith(f'.{fmt}"')
    assert b"".join(answer.streaming_content)


def test_the_public_home_counts_what_its_links_open(world, client):
    publish(world, 2)
    page = client.get(reverse("portal:public_home"))
    numbers = page.context["numbers"]
    assert (numbers.projects, numbers.alliances) == (2, 2)
    assert client.get(reverse("portal:public_projects")).context["paginator"].count == numbers.projects
    assert "Avviso" in page.content.decode()


def test_empty_portal_says_what_will_come(client):
    page = client.get(reverse("portal:public_home"))
    assert page.status_code == 200
    assert "nessun avviso è aperto" in page.content.decode()


def test_home_answers_three_questions(world, client):
    client.force_login(world.office)
    page = client.get(reverse("portal:home")).content.decode()
    for question in ("Da fare", "In corso", "Scadenze"):
        assert f">{question}</h2>" in page


def test_home_shows_what_comes_first_and_all_on_request(world, client):
    for _ in range(21):
        factories.make_member(world)
    asking = world.network.memberships.exclude(organisation=world.network.lead)
    asking.update(status=MembershipStatus.REQUESTED)
    count = asking.count()
    client.force_login(world.office)
    first = client.get(reverse("portal:home"))
    assert len(first.context["tasks"]) == 20 < count <= first.context["task_count"]
    assert f"Hai {first.context['task_count']} cose da fare" in " ".join(first.content.decode().split())
    everything = client.get(reverse("portal:home") + "?tutto")
    assert len(everything.context["tasks"]) == first.context["task_count"]
    assert "Mostra tutto" in first.content.decode()
    assert "Mostra tutto" not in everything.content.decode()


def test_home_of_somebody_without_a_seat_says_whom_to_ask(client):
    client.force_login(factories.make_person())
    page = client.get(reverse("portal:home")).content.decode()
    assert "Manca l&#x27;incarico" in page or "Manca l'incarico" in page


def test_terms_can_be_kept_in_a_calendar(world, client):
    factories.make_call(world)
    client.force_login(world.office)
    text = client.get(reverse("portal:deadlines")).content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") >= 1
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_notices_are_read_and_stay(world, client):
    Notice.objects.create(to=world.office, text="È arrivata una proposta", url="/proposte/")
    Notice.objects.create(to=world.chair, text="Non per te")
    client.force_login(world.office)
    page = client.get(reverse("portal:notices")).content.decode()
    assert "È arrivata una proposta" in page
    assert "Non per te" not in page
    client.post(reverse("portal:notices"))
    assert Notice.objects.get(to=world.office).read_at
    assert not Notice.objects.get(to=world.chair).read_at


def test_acting_in_another_seat_changes_what_one_may_do(world, client):
    factories.add_seat(world.office, SeatKind.REGION)
    client.force_login(world.office)
    other = world.office.active_seats[1]
    answer = client.post(reverse("portal:switch_seat"), {"seat": other.pk, "next": "https://altrove.example/"})
    assert answer["Location"] == reverse("portal:home")
    assert client.get(reverse("portal:home")).context["acting_seat"] == other


@pytest.mark.parametrize("wanted", ["", "abc", "999999999999999999999", "-1"])
def test_a_seat_that_is_not_mine_is_refused(wanted, world, client):
    client.force_login(world.office)
    seat = world.office.acting_seat
    answer = client.post(reverse("portal:switch_seat"), {"seat": wanted}, follow=True)
    assert "non è (più) tuo" in answer.content.decode()
    assert answer.context["acting_seat"] == seat


def test_search_finds_what_one_may_see_and_nothing_else(world, client):
    ally = factories.make_alliance(world, "Alleanza del Torrazzo")
    elsewhere = factories.make_network()
    where = reverse("portal:search")
    client.force_login(ally.lead_person)
    assert "Alleanza del Torrazzo</a>" in client.get(where, {"q": "torrazzo"}).content.decode()
    client.force_login(elsewhere.office)
    assert "Alleanza del Torrazzo</a>" not in client.get(where, {"q": "torrazzo"}).content.decode()


def test_search_finds_documents_and_words_of_the_text_only_of_proposals_one_may_see(world, client):
    ally = factories.make_alliance(world)
    proposal = factories.make_proposal(factories.make_call(world), ally, title="Nido condiviso")
    ProjectProposal.objects.filter(pk=proposal.pk).update(needs="Mancano posti per i più piccoli")
    file = StoredFile.objects.create(file="x.pdf", name="x.pdf", sha256="0" * 64, size=1)
    Attachment.objects.create(proposal=proposal, title="Convenzione firmata", file=file)
    elsewhere = factories.make_network()
    for text, found in (("convenz firm", "Convenzione firmata (Nido condiviso)"), ("posti piccoli", "Nido condiviso")):
        for person, sees in ((world.office, True), (ally.lead_person, True), (elsewhere.office, False)):
            client.force_login(person)
            page = client.get(reverse("portal:search"), {"q": text}).content.decode()
            assert (f"{found}</a>" in page) == sees, (text, person)


@pytest.mark.parametrize("text", ["", "ab", "%_'\"<script>", "x" * 500, "\x00\x00\x00abc"])
def test_search_takes_any_text(text, world, client):
    answer = client.get(reverse("portal:search"), {"q": text})
    assert answer.status_code == 200
    assert b"<script>" not in answer.content.replace(b"<script src", b"")


def test_home_shows_the_newest_good_practices_of_every_network(world, client):
    assert "Buone prassi delle Reti" not in seen_by(client, world.office)
    elsewhere = factories.make_network()
    for number in range(4):
        practice_of(elsewhere, f"Prassi {number}", status="published" if number else "validated")
    page = seen_by(client, world.office)
    assert "Buone prassi delle Reti" in page
    assert ["Prassi 0" in page, "Prassi 3" in page] == [False, True]


def seen_by(client, person) -> str:
    client.force_login(person)
    return client.get(reverse("portal:home")).content.decode()


def practice_of(world, title, *, status):
    return GoodPractice.objects.create(
        network=world.network,
        title=title,
        summary="In breve",
        description="Che cosa",
        results="Cambiato",
        transfer="Come",
        area="services",
        status=status,
        proposed_by=world.office,
        published_at=clock.now() if status == "published" else None,
    )
