"""Corrective actions and guidance on projects, alliances and networks (art. 4, 6, 7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused, RuleViolated
from conciliazione.kernel.models import Notice
from monitoring.documents import report_context
from monitoring.enums import (
    CorrectiveKind,
    CorrectiveStatus,
    IssuerBody,
)
from monitoring.models import CorrectiveAction
from monitoring.services import corrective

from .conftest import issue, validated

pytestmark = pytest.mark.django_db

D = Decimal


def told(person) -> int:
    return Notice.objects.filter(to=person).count()


@pytest.mark.rule("R16", "R21")
def test_a_corrective_action_is_answered_and_closed(territory):
    action = issue(territory)
    assert told(territory.lead) == told(territory.office) == 1
    with pytest.raises(Refused):
        corrective.close(action, by=territory.chair, text="Basta")
    action = corrective.answer(action, by=territory.lead, text="Due imprese entro settembre")
    assert told(territory.chair) == 1
    action = corrective.ask_again(action, by=territory.chair, reason="Quali?")
    action = corrective.answer(action, by=territory.lead, text="Alfa e Beta")
    with pytest.raises(Refused):
        corrective.close(action, by=territory.office, text="Fatto")
    action = corrective.close(action, by=territory.chair, text="Due imprese hanno aderito")
    assert (action.status, action.outcome) == (CorrectiveStatus.CLOSED, "Due imprese hanno aderito")


@pytest.mark.rule("R05", "R31")
def test_the_cabina_is_answered_by_the_asl(territory):
    action = issue(territory, by=territory.steering, issuer=IssuerBody.STEERING)
    with pytest.raises(RuleViolated) as caught:
        corrective.answer(action, by=territory.lead, text="Rispondo io")
    assert caught.value.rule == "R31"
    action = corrective.answer(action, by=territory.office, text="Sentito il capofila: sì")
    assert action.status == CorrectiveStatus.ANSWERED


@pytest.mark.rule("R05")
def test_guidance_needs_no_answer(territory):
    guidance = issue(
        territory,
        by=territory.steering,
        issuer=IssuerBody.STEERING,
        kind=CorrectiveKind.GUIDANCE,
        project=None,
        due_on=None,
    )
    assert told(territory.lead) == 1
    assert corrective.close(guidance, by=territory.steering, text="Recepito").status == CorrectiveStatus.CLOSED


def test_a_project_of_another_network_is_refused(territory, other):
    with pytest.raises(Refused):
        issue(territory, project=other.project)
    assert not CorrectiveAction.objects.exists()


# --- on an alliance as a whole ------------------------------------------------------------------------------------
@pytest.mark.rule("R05", "R16", "R21")
def test_an_alliance_is_asked_as_a_whole_and_its_reports_show_the_answer(territory, other):
    alliance = territory.ally.alliance
    action = issue(territory, by=territory.office, issuer=IssuerBody.OFFICE, project=None, alliance=alliance)
    assert action.about == alliance.name
    assert (told(territory.lead), told(other.lead)) == (1, 0)
    with pytest.raises(Refused, match="il capofila dell'Alleanza"):
        corrective.answer(action, by=territory.chair, text="Sì")
    corrective.answer(action, by=territory.lead, text="Da marzo ci si vede ogni mese")
    for wrong, field in (
        ({"alliance": other.ally.alliance, "project": None}, "alliance"),
        ({"alliance": alliance}, "alliance"),
        ({"issuer": IssuerBody.OFFICE, "by": territory.office, "project": None}, "project"),
    ):
        with pytest.raises(Refused) as caught:
            issue(territory, **wrong)
        assert caught.value.field == field
    assert CorrectiveAction.objects.count() == 1
    report = validated(territory)
    client = Client()
    for person, status in ((territory.region, 200), (territory.partner, 200), (other.lead, 404)):
        client.force_login(person)
        assert client.get(action.get_absolute_url()).status_code == status
    for person in (territory.lead, territory.office, territory.region):
        client.force_login(person)
        page = client.get(report.get_absolute_url()).content.decode()
        assert "Da marzo ci si vede ogni mese" in page
        assert "su tutta l'Alleanza" in page
    (row,) = report_context(report)["correctives"]["rows"]
    assert (row[0], row[-1]) == (action.subject, "Da marzo ci si vede ogni mese")
    issue(territory, subject="Dopo l'invio")
    assert len(report_context(report)["correctives"]["rows"]) == 1  # the document stays as it was sent


def test_an_alliance_is_asked_through_the_page(territory, other):
    client = Client()
    client.force_login(territory.office)
    page = reverse("monitoring:issue_corrective")
    data = {
        "network": territory.network.pk,
        "kind": CorrectiveKind.CORRECTIVE_ACTION,
        "subject": "Incontri",
        "text": "Vedetevi ogni mese",
        "due_on": (clock.today() + timedelta(days=9)).isoformat(),
    }
    assert client.post(page, data | {"alliance": other.ally.alliance.pk}).status_code == 422
    both = client.post(page, data | {"alliance": territory.ally.alliance.pk, "project": territory.project.pk})
    assert both.status_code == 422
    assert "Vedetevi ogni mese" in both.content.decode()
    assert client.post(page, data | {"alliance": territory.ally.alliance.pk}).status_code == 302
    action = CorrectiveAction.objects.get()
    assert (action.alliance, action.project, action.issuer) == (territory.ally.alliance, None, IssuerBody.OFFICE)
    client.force_login(territory.lead)
    assert "Rispondi" in client.get(action.get_absolute_url()).content.decode()
