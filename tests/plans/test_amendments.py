"""Amendments and extensions as versions, payments that are cancelled, tranches as the call states them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.models import Move
from plans.enums import AmendmentKind, PaymentKind, PaymentStatus
from plans.models import Payment, ProjectVersion
from plans.queries import tasks_for
from plans.queries.amendments import budget_now, side_by_side
from plans.queries.draws import situation_of
from plans.rules.amendments import (
    Money,
    check_act,
    check_budget,
    check_can_amend,
    check_period,
    check_publish_change,
)
from plans.services import amendments, payments, projects
from tests.plans.evaluated import make_awarded, make_evaluated, make_ranked, make_running

D = Decimal
TODAY = date(2015, 3, 1)


# --- rules --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"act": " "}, "act"),
        ({"act_on": TODAY + timedelta(days=1)}, "act_on"),
        ({"act_on": date(2014, 1, 1)}, "act_on"),
        ({"reason": ""}, "reason"),
    ],
)
def test_an_amendment_has_its_act_in_time_and_its_reason(fields, field):
    good = {"act": "Decreto", "act_on": TODAY, "after": date(2014, 12, 9), "reason": "Ritardo", "today": TODAY}
    check_act(**good)
    with pytest.raises(Refused) as refused:
        check_act(**(good | fields))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("kind", "ends_on", "sentence"),
    [
        ("extension", date(2015, 12, 31), "sposta la fine in avanti"),
        ("amendment", date(2014, 1, 1), "prima di cominciare"),
        ("extension", date(2020, 1, 1), "entro il programma"),
    ],
)
def test_the_new_end_is_in_order(kind, ends_on, sentence):
    facts = {"starts_on": date(2015, 1, 1), "before": date(2015, 12, 31), "limit": date(2016, 12, 31)}
    check_period(kind="extension", ends_on=date(2016, 3, 31), **facts)
    with pytest.raises(Refused, match=sentence):
        check_period(kind=kind, ends_on=ends_on, **facts)


@pytest.mark.rule("R30")
def test_the_budget_is_shared_out_afresh_and_the_grant_stays():
    check_budget({"staff": Money(D(60), D(10)), "external": Money(D(40), D(15))}, grant=D(100), co_financing=D(20))
    with pytest.raises(Refused, match="lo ripartisce, non lo cambia"):
        check_budget({"staff": Money(D(60), D(20))}, grant=D(100), co_financing=D(20))
    with pytest.raises(Refused, match="Il cofinanziamento scenderebbe"):
        check_budget({"staff": Money(D(100), D(19))}, grant=D(100), co_financing=D(20))
    with pytest.raises(Refused, match="negativi"):
        check_budget({"staff": Money(D(110), D(20)), "external": Money(D(-10))}, grant=D(100), co_financing=D(20))


def test_a_reduction_lowers_the_grant_within_what_was_ordered_and_the_share_of_the_partners():
    facts = {"kind": "reduction", "grant": D(100), "co_financing": D(50), "ordered": D(40)}
    check_budget({"staff": Money(D(80), D(40))}, **facts)
    check_budget({"staff": Money(D(40), D(20))}, **facts)
    for lines, sentence in (
        (Money(D(100), D(50)), "Una riduzione abbassa"),
        (Money(D("39.99"), D(50)), "già disposti pagamenti"),
        (Money(D(0), D(50)), "si revoca"),
        (Money(D(80), D("39.99")), "almeno 40,00"),
        (Money(D(-1), D(50)), "negativi"),
    ):
        with pytest.raises(Refused, match=sentence):
            check_budget({"staff": lines}, **facts)
    with pytest.raises(Refused, match="Riduzione del contributo"):
        check_budget({"staff": Money(D(80), D(50))}, grant=D(100), co_financing=D(50))


def test_only_a_published_grant_that_changed_is_published_anew():
    check_publish_change(published=D(100), grant=D(80))
    for published, sentence in ((None, "non è ancora pubblicato"), (D(80), "nulla di nuovo")):
        with pytest.raises(Refused, match=sentence):
            check_publish_change(published=published, grant=D(80))


def test_a_project_that_is_over_or_not_granted_is_not_amended():
    check_can_amend(status="running", granted=True)
    for status, granted in (("closed", True), ("revoked", True), ("awarded", False)):
        with pytest.raises(Refused):
            check_can_amend(status=status, granted=granted)


# --- amendments ---------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def running(made):
    world = make_evaluated(advance_share=D(40), interim_share=D(30))
    make_ranked(world)
    world.project = make_running(world)
    return made(world)


def extend(world, **fields):
    given = {
        "kind": AmendmentKind.EXTENSION,
        "act": "Decreto n. 88",
        "act_on": clock.today(),
        "reason": "I lavori della sede sono in ritardo",
        "ends_on": world.project.ends_on + timedelta(days=60),
    }
    return amendments.amend(world.project, by=world.office, **(given | fields))


@pytest.mark.django_db
def test_an_extension_moves_the_end_and_keeps_what_was(running):
    before = running.project.ends_on
    version = extend(running)
    running.project.refresh_from_db()
    assert running.project.ends_on == before + timedelta(days=60)
    assert list(running.project.versions.values_list("number", "kind")) == [(1, "grant"), (2, "extension")]
    assert running.project.versions.first().content["ends_on"] == before.isoformat()
    assert version.content["ends_on"] == running.project.ends_on.isoformat()
    assert Move.objects.about(running.project).filter(name="amend", reason=version.reason).exists()
    rows = {row.label: row for row in side_by_side(list(running.project.versions.all()))}
    assert rows["Fine"].changed
    assert not rows["Contributo in tutto"].changed


@pytest.mark.django_db
def test_a_budget_is_shared_out_and_the_next_act_starts_from_there(running):
    budget = budget_now(running.project)
    key = next(k for k, money in budget.items() if money.grant)
    other = next(k for k in budget if k != key)
    budget[key] = Money(budget[key].grant - 1000, budget[key].co_financing)
    budget[other] = Money(budget[other].grant + 1000, budget[other].co_financing + 500)
    extend(running, kind=AmendmentKind.AMENDMENT, ends_on=running.project.ends_on, budget=budget)
    running.project.refresh_from_db()
    assert budget_now(running.project) == budget
    assert running.project.co_financing == sum(money.co_financing for money in budget.values())
    with pytest.raises(Refused, match="Non hai cambiato nulla"):
        extend(running, kind=AmendmentKind.AMENDMENT, ends_on=running.project.ends_on)
    assert running.project.versions.count() == 2


@pytest.mark.django_db
def test_a_refused_amendment_writes_nothing(running):
    with pytest.raises(Refused):
        extend(running, reason=" ")
    assert not ProjectVersion.objects.exists()
    projects.close(running.project, by=running.office)
    with pytest.raises(Refused, match="Concluso"):
        extend(running)


@pytest.mark.django_db
def test_the_office_amends_on_the_page_and_all_compare(running, client):
    client.force_login(running.office)
    url = reverse("plans:project_amend", args=[running.project.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"kind": "extension", "act": "Decreto n. 88", "reason": "Ritardo", "ends_on": "2090-01-01"}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "entro il programma" in answer.content.decode()
    assert "Decreto n. 88" in answer.content.decode()
    data["ends_on"] = f"{running.project.ends_on + timedelta(days=30)}"
    assert client.post(url, data).status_code == 302
    client.force_login(running.allies[0].lead_person)
    page = client.get(reverse("plans:project_versions", args=[running.project.pk])).content.decode()
    assert "modificato" in page
    assert client.post(url, data).status_code == 403


def reduce(world, grant="20000"):
    """The first category alone pays for the reduction."""
    budget = budget_now(world.project)
    key = next(k for k, money in budget.items() if money.grant)
    budget[key] = Money(budget[key].grant - (world.project.grant - D(grant)), budget[key].co_financing)
    reason = "La signora Rossi non è più seguita dal servizio"  # what nobody outside may read
    return extend(world, kind=AmendmentKind.REDUCTION, ends_on=world.project.ends_on, budget=budget, reason=reason)


@pytest.mark.django_db
def test_a_reduced_grant_is_published_anew_before_it_is_paid_and_both_amounts_stay_public(running, client):
    project, office = running.project, running.office
    reduce(running)
    project.refresh_from_db()
    assert (project.grant, project.cost) == (D(20000), D(40000))
    assert sum(action.amount for action in project.plan_actions.all()) == project.cost
    assert [money.grant for money in budget_now(project).values() if money.grant] == [D(20000)]
    with pytest.raises(Refused, match=r"da 30\.000,00 € a 20\.000,00 €.*pubblicato l'importo nuovo"):
        pay(running, PaymentKind.ADVANCE)
    assert f"Pubblica il contributo modificato di «{project.title}»" in [task.what for task in tasks_for(office)]
    client.force_login(office)
    url = reverse("plans:project_publish_change", args=[project.pk])
    assert url in client.get(project.get_absolute_url()).text
    assert "20.000,00" in client.get(url).text
    assert client.post(url, {"office": "Direzione Sociale", "official": ""}).status_code == 422
    assert client.post(url, {"office": "Direzione Sociale", "official": "Anna Bianchi"}).status_code == 302
    assert client.post(url, {"office": "Direzione Sociale", "official": "Anna Bianchi"}).status_code == 422
    update = project.publication.updates.get()
    assert (update.before, update.amount, update.act) == (D(30000), D(20000), "Decreto n. 88")
    client.logout()
    public = client.get(reverse("portal:transparency"))
    for words in ("20.000,00", "prima 30.000,00", "Decreto n. 88"):
        assert words in public.text
    exported = b"".join(client.get(reverse("portal:transparency"), {"formato": "csv"}).streaming_content).decode()
    assert "20000" in exported
    assert "30.000,00" in exported
    assert "signora Rossi" not in public.text + exported
    assert pay(running, PaymentKind.ADVANCE).amount == D(8000)  # 40 % of what the grant is now


@pytest.mark.django_db
def test_a_reduction_frees_its_money_for_the_reserve_list(running):
    reduce(running, "25000")
    (freed,) = [s for s in situation_of(running.call.ranking).commitments if s.why]
    assert (freed.freed, freed.why) == (D(5000), "contributo ridotto")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["chair", "lead", "region"])
def test_only_the_office_publishes_anew(running, client, who):
    reduce(running)
    client.force_login(running.allies[0].lead_person if who == "lead" else getattr(running, who))
    assert client.get(reverse("plans:project_publish_change", args=[running.project.pk])).status_code == 403


def test_before_the_grant_there_is_nothing_to_amend(client, db):
    world = make_evaluated()
    make_ranked(world)
    world.project = make_awarded(world)
    with pytest.raises(Refused, match="Prima registra l'atto"):
        extend(world)
    client.force_login(world.office)
    assert client.get(reverse("plans:project_amend", args=[world.project.pk])).status_code == 409


# --- payments -----------------------------------------------------------------------------------------------------
def pay(world, kind, amount=None):
    return payments.order_payment(world.project, by=world.office, kind=kind, amount=amount, order_act="Decreto n. 24")


@pytest.mark.django_db
def test_a_cancelled_payment_is_free_again(running, client):
    first = pay(running, PaymentKind.ADVANCE)
    with pytest.raises(Refused):
        payments.cancel(first, by=running.office, reason=" ")
    client.force_login(running.office)
    url = reverse("plans:payment_cancel", args=[first.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "IBAN sbagliato"}).status_code == 302
    first.refresh_from_db()
    assert (first.status, first.cancel_reason) == (PaymentStatus.CANCELLED, "IBAN sbagliato")
    again = pay(running, PaymentKind.ADVANCE)
    assert again.amount == first.amount
    payments.record_paid(again, by=running.office, paid_on=clock.today())
    with pytest.raises(MoveRefused):
        payments.cancel(again, by=running.office, reason="Tardi")
    page = client.get(running.project.get_absolute_url()).content.decode()
    assert "IBAN sbagliato" in page
    assert Payment.objects.count() == 2


@pytest.mark.django_db
def test_interim_payments_stay_within_the_share_of_the_call(running):
    pay(running, PaymentKind.ADVANCE)
    pay(running, PaymentKind.INTERIM, D(5000))
    with pytest.raises(Refused, match="ne restano 4") as refused:
        pay(running, PaymentKind.INTERIM, D("4000.01"))
    assert refused.value.field == "amount"
    pay(running, PaymentKind.INTERIM, D(4000))
    assert pay(running, PaymentKind.FINAL, D(9000)).amount == D(9000)
