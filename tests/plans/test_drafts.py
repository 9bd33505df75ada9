"""Drafts that never lose a word: saved while typing, two people at once, forms left halfway."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from network.enums import Area
from plans.enums import ProposalStatus
from plans.models import ProjectProposal, UnsavedForm
from plans.services import proposals as services
from plans.services import submission

from .. import factories

pytestmark = pytest.mark.django_db
TYPING = {"headers": {"X-While-Typing": "1"}}


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def test_a_text_is_saved_while_it_is_typed(ally, draft, enter):
    client = enter(ally.lead_person)
    answer = client.post(url("proposal_needs", draft.pk), {"needs": "Prime parole", "revision": 1}, **TYPING)
    assert answer.json()["revision"] == 2
    assert answer.json()["message"].startswith("Salvato alle ")
    answer = client.post(url("proposal_needs", draft.pk), {"needs": "Prime parole, e altre", "revision": 2}, **TYPING)
    assert answer.json()["revision"] == 3
    same = client.post(url("proposal_needs", draft.pk), {"needs": "Prime parole, e altre", "revision": 3}, **TYPING)
    assert same.json()["revision"] == 3  # nothing changed, nothing written
    draft.refresh_from_db()
    assert draft.needs == "Prime parole, e altre"
    assert draft.status == ProposalStatus.DRAFT


def test_typing_leaves_a_row_of_history_once_in_a_while_and_the_button_always(ally, draft):
    before = draft.history.count()
    for words in ("Uno", "Uno due", "Uno due tre"):
        services.save_texts(draft, by=ally.lead_person, while_typing=True, needs=words)
    assert draft.history.count() == before + 1
    services.save_texts(draft, by=ally.partner_person, while_typing=True, needs="Del partner")
    assert draft.history.count() == before + 2
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        services.save_texts(draft, by=ally.partner_person, while_typing=True, needs="Del partner, dopo")
        assert draft.history.count() == before + 3
        services.save_texts(draft, by=ally.partner_person, while_typing=True, needs="Del partner, ancora")
        services.save_texts(draft, by=ally.partner_person, needs="Del partner, ancora")
    assert draft.history.count() == before + 4
    assert draft.history.first().needs == "Del partner, ancora"


def test_what_cannot_be_saved_is_said_with_its_reason_and_the_rest_is_saved(ally, draft, enter):
    client = enter(ally.lead_person)
    values = {"title": "x" * 10_000, "summary": "Questa va bene", "revision": 1}
    answer = client.post(url("proposal_summary", draft.pk), values, **TYPING)
    assert answer.status_code == 422
    assert "Titolo" in answer.json()["message"]
    assert "200" in answer.json()["message"]
    title = draft.title
    draft.refresh_from_db()
    assert (draft.title, draft.summary) == (title, "Questa va bene")


def test_two_people_typing_the_same_part_never_overwrite_each_other(ally, draft, enter):
    enter(ally.partner_person).post(url("proposal_needs", draft.pk), {"needs": "Del partner", "revision": 1}, **TYPING)
    client = enter(ally.lead_person)
    clash = client.post(url("proposal_needs", draft.pk), {"needs": "Del capofila", "revision": 1}, **TYPING)
    assert clash.status_code == 409
    assert clash.json()["theirs"] == {"needs": "Del partner"}
    assert str(ally.partner_person) in clash.json()["message"]
    draft.refresh_from_db()
    assert draft.needs == "Del partner"
    other = client.post(url("proposal_objectives", draft.pk), {"objectives": "Altra parte", "revision": 1}, **TYPING)
    assert other.status_code == 200
    chosen = {"needs": "Del capofila", "revision": clash.json()["revision"]}
    assert client.post(url("proposal_needs", draft.pk), chosen, **TYPING).status_code == 200
    draft.refresh_from_db()
    assert (draft.needs, draft.objectives) == ("Del capofila", "Altra parte")


def test_two_windows_of_one_person_are_told_so(ally, draft, enter):
    client = enter(ally.lead_person)
    client.post(url("proposal_needs", draft.pk), {"needs": "In una finestra", "revision": 1}, **TYPING)
    clash = client.post(url("proposal_needs", draft.pk), {"needs": "Nell'altra", "revision": 1}, **TYPING)
    assert "in un'altra finestra" in clash.json()["message"]


def test_nobody_signed_in_is_sent_to_sign_in_and_strangers_find_nothing(world, draft, client):
    answer = client.post(url("proposal_needs", draft.pk), {"needs": "Chi sono?"}, **TYPING)
    assert answer.status_code == 302
    assert "/accesso/" in answer.url
    client.force_login(world.office)
    assert client.post(url("proposal_needs", draft.pk), {"needs": "Chi sono?"}, **TYPING).status_code == 404
    draft.refresh_from_db()
    assert draft.needs != "Chi sono?"


def test_what_was_handed_in_is_not_typed_over(ally, draft, enter):
    client = enter(ally.lead_person)
    submission.submit(draft, by=ally.lead_person)
    for name in ("proposal_needs", "action_new"):
        answer = client.post(url(name, draft.pk), {"needs": "Tardi", "title": "Tardi"}, **TYPING)
        assert answer.status_code == 422
        assert "non si modifica" in answer.json()["message"]
    assert not UnsavedForm.objects.exists()


def action(world, ally, **changes):
    return {
        "title": "Corso",
        "description": "Dieci incontri",
        "area": Area.TRAINING,
        "district": world.districts[0].pk,
        "partner": ally.partner.pk,
        "starts_on": "2014-10-01",
        "ends_on": "2015-03-31",
        "expected_participants": "30",
        **changes,
    }


def test_a_form_left_halfway_is_found_as_it_was(world, ally, draft, enter):
    client = enter(ally.lead_person)
    half = {"title": "Corso per", "starts_on": "2014-99-99", "area": Area.TRAINING}
    answer = client.post(url("action_new", draft.pk), half, **TYPING)
    assert "entra nella proposta quando premi «Aggiungi l'azione»" in answer.json()["message"]
    assert draft.actions.count() == 1
    page = client.get(url("action_new", draft.pk)).text
    assert "Abbiamo ripreso ciò che avevi scritto" in page
    assert 'value="Corso per"' in page
    assert 'value="2014-99-99"' in page
    assert "Corso per" not in enter(ally.partner_person).get(url("action_new", draft.pk)).text
    client = enter(ally.lead_person)
    assert client.post(url("action_new", draft.pk), action(world, ally)).status_code == 302
    assert not UnsavedForm.objects.exists()
    client.post(url("action_new", draft.pk), half, **TYPING)
    client.post(url("action_new", draft.pk), {"start_over": "1"})
    assert "Abbiamo ripreso" not in client.get(url("action_new", draft.pk)).text


def test_a_row_changed_meanwhile_is_noticed_also_after_coming_back(world, ally, draft, enter):
    row = draft.actions.get()
    client = enter(ally.lead_person)
    services.update_action(row, by=ally.lead_person, title="Prima")
    seen = client.get(url("action_edit", row.pk)).context["form"].initial["seen"]
    mine = action(world, ally, title="Il mio titolo", seen=seen)
    client.post(url("action_edit", row.pk), mine, **TYPING)
    services.update_action(row, by=ally.partner_person, title="Il titolo del partner")
    page = client.get(url("action_edit", row.pk))
    assert 'value="Il mio titolo"' in page.text
    answer = client.post(url("action_edit", row.pk), mine)
    assert answer.status_code == 422
    assert "Il titolo del partner" in answer.text
    row.refresh_from_db()
    assert row.title == "Il titolo del partner"


def test_a_row_is_added_once_when_the_button_is_pressed_twice(world, ally, draft, enter):
    client = enter(ally.lead_person)
    line = {"category": "staff", "partner": ally.partner.pk, "description": "Ore", "cost": "100", "grant": "50"}
    indicator = {"indicator": factories.make_indicator(world.programme).pk, "target": "50"}
    rows = {"action": action(world, ally), "budget_line": line, "indicator": indicator}
    parts = {"action": draft.actions, "budget_line": draft.budget_lines, "indicator": draft.expected_indicators}
    for name, values in rows.items():
        for _ in range(2):
            assert client.post(url(f"{name}_new", draft.pk), values).status_code == 302
        assert parts[name].count() == 2  # the one that was there, and this


def test_a_value_longer_than_any_field_is_refused_without_being_kept(draft, ally, enter):
    answer = enter(ally.lead_person).post(url("action_new", draft.pk), {"title": "x" * 20_001}, **TYPING)
    assert answer.status_code == 422
    assert not UnsavedForm.objects.exists()


def test_the_browser_is_told_which_form_was_saved(ally, draft, enter):
    client = enter(ally.lead_person)
    client.cookies["bozze_salvate"] = "script|7.needs.3"
    client.post(url("proposal_needs", draft.pk), {"needs": "Bisogni", "revision": 1})
    told = client.cookies["bozze_salvate"].value
    assert told == f"7.needs.3|{draft.pk}.needs.{ally.lead_person.pk}"
    assert ProjectProposal.objects.get().needs == "Bisogni"
