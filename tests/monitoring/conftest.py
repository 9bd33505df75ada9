"""A small territory that reports: a plan with one project under way, and a window that is open."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conciliazione.kernel import clock
from conciliazione.kernel.afterwards import settling
from monitoring.enums import CorrectiveKind, IssuerBody, WindowKind
from monitoring.models import ReportingWindow
from monitoring.queries.kept import Selection
from monitoring.queries.results import results_of
from monitoring.services import corrective, finance, progress
from monitoring.services.progress import ActionEntry, Entry
from tests import factories

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_window(programme, name="Intermedio", *, starts=date(2014, 9, 1), ends=date(2015, 6, 30), **fields):
    today = clock.today()
    fields.setdefault("kind", WindowKind.INTERMEDIATE)
    fields.setdefault("opens_on", today - timedelta(days=10))
    fields.setdefault("due_on", today + timedelta(days=20))
    return ReportingWindow.objects.create(programme=programme, name=name, period_from=starts, period_to=ends, **fields)


@settling()  # its figures once, not after each record
def make_territory(name=None, *, programme=None, window=None):
    """A network with a running plan and one running project, its lead and partner, and a window."""
    world = factories.make_network(name, programme)
    ally = factories.make_alliance(world)
    call = factories.make_call(world)
    plan = factories.make_plan(world)
    project = factories.make_project(plan, factories.make_proposal(call, ally))
    window = window or make_window(world.programme)
    return SimpleNamespace(
        world=world,
        network=world.network,
        programme=world.programme,
        office=world.office,
        chair=world.chair,
        region=world.region,
        steering=world.steering,
        ally=ally,
        lead=ally.lead_person,
        partner=ally.partner_person,
        call=call,
        plan=plan,
        project=project,
        window=window,
        expected=project.proposal.expected_indicators.get(),
        action=project.plan_actions.get(),
    )


def entry(women, men, *, value=None, note=""):
    """A value by sex; None for what is not typed."""
    parts = {("sex", key): Decimal(part) for key, part in (("women", women), ("men", men)) if part is not None}
    return Entry(None if value is None else Decimal(value), parts, note=note)


def fill(territory, report, *, women="12", men="8", percent=40, narrative="Avviati i servizi.", note="Come previsto."):
    """Write everything that a report must hold."""
    return progress.save_report(
        report,
        by=territory.lead,
        values={territory.expected.pk: entry(women, men, note=note)},
        actions={territory.action.pk: ActionEntry(percent)},
        narrative=narrative,
        people_reached=20,
        enterprises_reached=2,
    )


def sent(territory, window=None, **values):
    """A report that the lead has sent."""
    report = progress.open_report(territory.project, window or territory.window, by=territory.lead)
    return progress.submit_report(fill(territory, report, **values), by=territory.lead)


def validated(territory, window=None, **values):
    """A report that the ASL has validated."""
    return progress.validate_report(sent(territory, window, **values), by=territory.office)


def paper(name="fattura.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def item_of(territory, **fields):
    return {
        "partner": territory.ally.lead,
        "category": "staff",
        "supplier": "Cooperativa Il Ponte",
        "document_number": "12/2015",
        "document_on": date(2015, 3, 1),
        "paid_on": date(2015, 3, 20),
        "amount": Decimal("1000"),
        **fields,
    }


def financial(territory, *items):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    for fields in items or ({},):
        files = {"upload": paper(), "proof": paper("mandato.pdf")}
        finance.add_item(report, by=territory.lead, **files, **item_of(territory, **fields))
    return finance.submit_financial_report(report, by=territory.lead)


def results(territory, *networks):
    """The kept results of the programme, over these networks or all."""
    return results_of(Selection(territory.programme.pk, tuple(network.pk for network in networks) or None))


def issue(territory, **fields):
    return corrective.issue(
        territory.network,
        **{
            "by": territory.chair,
            "issuer": IssuerBody.COMMITTEE,
            "kind": CorrectiveKind.CORRECTIVE_ACTION,
            "subject": "Coinvolgere le imprese",
            "text": "Nessuna impresa ha ancora aderito.",
            "due_on": clock.today() + timedelta(days=30),
            "project": territory.project,
            **fields,
        },
    )


@pytest.fixture(scope="module")
def territory(made):
    return made(make_territory())


@pytest.fixture
def other(db, territory):
    """Another territory of the same programme, with the same window and indicator."""
    return make_territory(programme=territory.programme, window=territory.window)
