"""Autumn 2015: the ASL checks all the spending, the final reports come in, a second call is open.

It stops on 16 November 2015, where every body has something to do. The story is invented.
"""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from monitoring.enums import CorrectiveKind, DeclarationOutcome, IssuerBody, ItemOutcome
from monitoring.models import FinancialReport, ReportingWindow
from monitoring.queries.finance import budget_of
from monitoring.services import corrective, finance, progress, sampling
from network.enums import (
    Area,
    DecisionOutcome,
    IndicatorKind,
    MeetingBody,
    MeetingPurpose,
    Nature,
    OrganisationKind,
)
from network.models import Indicator
from network.queries.meetings import bodies_of
from network.services import applications, decisions, indicators, meetings
from plans.enums import AmendmentKind, BudgetCategory
from plans.models import Project
from plans.queries import amendments as amendment_queries
from plans.rules.amendments import Money
from plans.services import amendments, attachments, call_papers, calls, draws, proposals

from . import late_correction
from .alliances import TALES
from .monitoring import FINAL, INTERMEDIATE, SAME_PAPER, add_spending, projects_of, report_of, write_report
from .papers import example_paper
from .story import Story

LAST_WORDS = (
    (
        "Il progetto è quasi concluso. Le attività previste sono state svolte e il servizio continua fino a dicembre "
        "con le "
        "risorse dei partner.\n\nLe famiglie chiedono che l'orario esteso resti: il capofila ne discute nel Piano di "
        "Zona.",
        "Qualche ritardo nei mesi estivi, recuperato a settembre.",
        "Inserire il servizio nella programmazione ordinaria dell'ambito.",
    ),
    (
        "Dopo la correzione dei registri i dati sono completi. Il servizio funziona nelle due sedi e a novembre si "
        "sono "
        "aggiunte nuove richieste.\n\nI partner hanno condiviso gli strumenti di accesso, che restano in uso.",
        "Il passaparola funziona meglio degli avvisi: chi non ha già contatti con i servizi arriva tardi.",
        "Una giornata informativa con le organizzazioni sindacali e i consultori.",
    ),
)
SECOND_CALL = "Avviso 2015 – azioni integrative"
LAST_SPENDING = (
    ("Personale educativo, cedolini (esempio)", "P-{n}9/2015", 400, BudgetCategory.STAFF, Decimal("0.08")),
    ("Il Filo cooperativa sociale (esempio)", "{n}31/2015", 410, BudgetCategory.EXTERNAL, Decimal("0.05")),
)


def tell(story: Story) -> None:
    projects = projects_of(story)
    _sample(story)
    _check_spending(story, projects)
    _second_call(story)
    _draw(story)
    _final_reports(story, projects)
    late_correction.tell(story, projects[0])
    _last_spending(story, projects)
    _acts(story, projects)
    _corrections(story, projects)
    _new_indicator(story)
    _applications(story)
    _alliance_meeting(story)


def _check_spending(story: Story, projects: list[Project]) -> None:
    """Every item of every report gets its outcome: one in part, one not at all, one paper seen in two projects."""
    for number, project in enumerate(projects):
        report = FinancialReport.objects.get(project=project, window__name=INTERMEDIATE)
        items = list(report.items.order_by("document_on", "pk"))
        for position, item in enumerate(items):
            with story.on(2015, 10, 12 + 3 * number, 9 + position // 4, 10 * (position % 4)):
                _check(story, item, partly=(number, position) == (0, 3), disallowed=(number, position) == (1, 4))
        with story.on(2015, 11, 3 + number, 15):
            finance.finish_check(report, by=story.person("asl"))


def _sample(story: Story) -> None:
    """The declarations behind the overheads are verified by sample: one of them in three."""
    window = ReportingWindow.objects.get(programme=story.programme, name=INTERMEDIATE)
    with story.on(2015, 10, 9, 11):
        sample = sampling.draw_sample(
            story.network, window, by=story.person("asl"), seed="prot. 1187 del 9 ottobre 2015", share=34
        )
    with story.on(2015, 10, 13, 15):
        sampling.verify(
            sample.drawn.first(),
            by=story.person("asl2"),
            outcome=DeclarationOutcome.CONFIRMED,
            finding="Viste le bollette e il calcolo della quota: corrispondono.",
        )


def _check(story: Story, item, *, partly: bool, disallowed: bool) -> None:
    by = story.person("asl2" if partly else "asl")
    if disallowed:
        finance.check_item(
            item,
            by=by,
            outcome=ItemOutcome.DISALLOWED,
            reason="La spesa non riguarda le attività del progetto: è una fornitura dell'ente.",
        )
    elif partly:
        finance.check_item(
            item,
            by=by,
            outcome=ItemOutcome.PARTLY,
            approved_amount=(item.amount * Decimal("0.6")).quantize(Decimal("0.01")),
            reason="Ammessa la quota usata dal progetto: il resto serve altre attività del capofila.",
        )
    elif item.amount == SAME_PAPER:
        finance.check_item(
            item,
            by=by,
            outcome=ItemOutcome.PARTLY,
            approved_amount=SAME_PAPER / 2,
            reason="La stessa fattura è divisa a metà tra due progetti: ammessa la metà.",
        )
    else:
        beyond = item.category not in budget_of(item.report.project)
        reason = "Voce non prevista: lo spostamento è autorizzato dall'ASL con nota di settembre." if beyond else ""
        finance.check_item(item, by=by, outcome=ItemOutcome.APPROVED, reason=reason)


def _second_call(story: Story) -> None:
    network = story.network
    with story.on(2015, 10, 26, 10):
        asl = story.person("asl")
        call = calls.create_call(
            network,
            by=asl,
            template="each",
            is_example=True,
            programme=story.programme,
            title=SECOND_CALL,
            description="Azioni piccole e rapide che completano i progetti in corso, negli ambiti e nelle aree che il "
            "piano copre meno.",
            act="Deliberazione del Direttore Generale n. 389 (esempio)",
            act_on=date(2015, 10, 23),
            opens_at=_at(2015, 11, 2, 9),
            closes_at=_at(2015, 12, 15, 12),
            budget=Decimal("25000.00"),
            advance_share=Decimal("50.00"),
        )
        call_papers.ask_for_document(call, by=asl, title="Lettere di sostegno", is_required=False)
        calls.publish(call, by=asl)
    alliance = projects_of(story)[0].alliance
    with story.on(2015, 11, 9, 10):
        question = "Possiamo prevedere un solo ambito, se lo sportello è itinerante?"
        call_papers.ask(call, by=story.lead_person(alliance), alliance=alliance, text=question)
    with story.on(2015, 11, 10, 11, 30):
        lead = story.lead_person(alliance)
        draft = proposals.create_proposal(
            call,
            by=lead,
            alliance=alliance,
            title="Sportello conciliazione itinerante",
            is_example=True,
            summary="Uno sportello che si sposta nei comuni più piccoli, un pomeriggio alla settimana.",
            needs="Chi abita lontano dal capoluogo conosce poco i servizi e vi arriva con fatica.",
        )
        proposals.add_action(
            draft,
            by=lead,
            area=Area.COMMUNICATION,
            district=network.districts.order_by("name").first(),
            partner=alliance.partners.current().order_by("-is_lead", "pk").first(),
            title="Sportello nei comuni",
            description="Un operatore informa e accompagna le famiglie e le piccole imprese.",
            starts_on=date(2016, 1, 18),
            ends_on=date(2016, 3, 25),
            expected_participants=60,
        )
        paper = example_paper("lettera-di-sostegno", "Lettera di sostegno allo sportello itinerante")
        attachments.attach(draft, by=lead, upload=paper, document=call.requested_documents.first())


def _draw(story: Story) -> None:
    """New money for 2015 reaches the proposal that waited on the reserve list of the first call."""
    with story.on(2015, 10, 28, 11):
        asl = story.person("asl")
        found = draws.draw(
            story.call.ranking,
            by=asl,
            act="Deliberazione del Direttore Generale n. 402 (esempio)",
            act_on=date(2015, 10, 27),
            added=Decimal("118000.00"),
        )
        draws.publish(found, by=asl)


def _at(year: int, month: int, day: int, hour: int) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour))


def _final_reports(story: Story, projects: list[Project]) -> None:
    """The first is validated, the second waits for the ASL, the others are begun."""
    for number, project in enumerate(projects):
        report = report_of(project, FINAL)
        with story.on(2015, 11, 6 + 3 * number, 10):
            lead = story.lead_person(project.alliance)
            if number < 2:
                reached = (Decimal("0.50"), Decimal("0.45"))[number]
                write_report(report, by=lead, words=LAST_WORDS[number], reached=reached, percent=95)
                progress.submit_report(report, by=lead)
            else:
                progress.save_report(
                    report,
                    by=lead,
                    values={},
                    actions={},
                    narrative="Bozza: mancano i dati dello sportello di novembre.",
                )
        if number == 0:
            with story.on(2015, 11, 11, 12):
                progress.validate_report(report, by=story.person("asl"))


def _last_spending(story: Story, projects: list[Project]) -> None:
    """One lead has begun to report the spending of the second half, and has not sent it yet."""
    project = projects[-1]
    with story.on(2015, 11, 12, 9):
        add_spending(story, project, FINAL, number=len(projects) - 1, rows=LAST_SPENDING, submit=False)


def _acts(story: Story, projects: list[Project]) -> None:
    """A project is extended; another has its budget shared out afresh, then its grant reduced and published anew."""
    first, last = projects[0], projects[-1]
    with story.on(2015, 11, 5, 9):
        amendments.amend(
            first,
            by=story.person("asl"),
            kind=AmendmentKind.EXTENSION,
            act="Decreto n. 418 (esempio)",
            act_on=date(2015, 11, 4),
            reason="Il servizio prolungato è partito in ritardo: il capofila chiede di arrivare a fine anno (esempio)",
            ends_on=date(2015, 12, 31),
        )
    budget = amendment_queries.budget_now(last)
    (richest, most), (poorest, least) = (
        sorted(budget.items(), key=lambda pair: -pair[1].grant)[0],
        sorted((pair for pair in budget.items() if pair[1].grant), key=lambda pair: pair[1].grant)[0],
    )
    moved, less = Decimal(500), Decimal(1500)
    shared = budget | {
        richest: Money(most.grant - moved, most.co_financing),
        poorest: Money(least.grant + moved, least.co_financing),
    }
    with story.on(2015, 11, 6, 9):
        amendments.amend(
            last,
            by=story.person("asl"),
            kind=AmendmentKind.AMENDMENT,
            act="Decreto n. 420 (esempio)",
            act_on=date(2015, 11, 5),
            reason="Servono più materiali e meno ore di personale (esempio)",
            ends_on=last.ends_on,
            budget=shared,
        )
    with story.on(2015, 11, 11, 15):
        amendments.amend(
            last,
            by=story.person("asl"),
            kind=AmendmentKind.REDUCTION,
            act="Decreto n. 431 (esempio)",
            act_on=date(2015, 11, 11),
            reason="Un'azione si è chiusa prima del previsto: il capofila ha comunicato la minore spesa (esempio)",
            ends_on=last.ends_on,
            budget=shared | {richest: Money(most.grant - moved - less, most.co_financing)},
        )
    with story.on(2015, 11, 12, 11):
        amendments.publish_change(last, by=story.person("asl"), office="Direzione Sociale", official="Chiara Bassi")


def _corrections(story: Story, projects: list[Project]) -> None:
    second = projects[min(1, len(projects) - 1)]
    with story.on(2015, 10, 20, 9):
        asked = corrective.issue(
            story.network,
            by=story.person("cabina"),
            issuer=IssuerBody.STEERING,
            kind=CorrectiveKind.CORRECTIVE_ACTION,
            subject="Far crescere la parte dell'innovazione organizzativa",
            text="Nei risultati intermedi le azioni nelle imprese sono poche. La Cabina chiede alla Rete come pensa di "
            "accompagnarle entro la fine del programma.",
            due_on=date(2015, 11, 13),
        )
    with story.on(2015, 11, 9, 16):
        corrective.answer(
            asked,
            by=story.person("asl"),
            text="Con l'avviso per azioni integrative la Rete sostiene le azioni nelle imprese più piccole. Le "
            "associazioni datoriali propongono un modello comune di accordo aziendale.",
        )
    with story.on(2015, 11, 13, 10):
        corrective.issue(
            story.network,
            by=story.person("asl"),
            issuer=IssuerBody.OFFICE,
            kind=CorrectiveKind.CORRECTIVE_ACTION,
            project=second,
            subject="Completare i registri delle presenze",
            text="Nei giustificativi controllati a ottobre mancano alcune firme nei registri. Indica entro quando sono "
            "completati e dove si possono consultare.",
            due_on=date(2015, 11, 30),
        )


def _new_indicator(story: Story) -> None:
    """The ASL proposes an indicator that the Regione has yet to agree (art. 11.2)."""
    code = "D03"
    while Indicator.objects.filter(programme=story.programme, code=code).exists():
        code += "B"
    with story.on(2015, 11, 12, 15):
        indicators.propose(
            story.programme,
            code=code,
            name="Imprese con un nuovo accordo aziendale di conciliazione (esempio)",
            kind=IndicatorKind.RESULT,
            unit="imprese",
            area=Area.ORGANISATION,
            by=story.person("asl"),
            is_example=True,
        )


def _applications(story: Story) -> None:
    """A body that is not in the network asks from the site to join it."""
    with story.on(2015, 11, 13, 9, 20):
        applications.ask_to_join(
            story.network,
            body_name="Associazione Tempi di Quartiere (esempio)",
            body_kind=OrganisationKind.THIRD_SECTOR,
            nature=Nature.PRIVATE_NON_PROFIT,
            tax_code="",
            municipality="Soresina",
            legal_representative="Franca Zanardi",
            legal_representative_office="Presidente",
            first_name="Franca",
            last_name="Zanardi",
            office="Presidente",
            email="tempi.di.quartiere@demo.example.org",
            reason="Gestiamo un doposcuola e una banca del tempo a Soresina. Vorremmo partecipare alle attività della "
            "Rete e, in futuro, a un'Alleanza.",
        )


def _alliance_meeting(story: Story) -> None:
    """The partners of an alliance meet, decide, and approve their minutes."""
    alliance = story.alliance(TALES[0].name)
    lead = story.lead_person(alliance)
    with story.on(2015, 10, 5):
        decisions.set_quorum(alliance, quorum=2, by=lead, reason="Accordo di partenariato, assetti di governance")
        meeting = meetings.convene(
            body=MeetingBody.ALLIANCE,
            purpose=MeetingPurpose.PERIODIC,
            network=story.network,
            alliance=alliance,
            starts_at=_at(2015, 10, 20, 15),
            place="Cremona, sede del capofila",
            agenda="Avanzamento delle azioni\nChe cosa resta dopo la fine del progetto",
            by=lead,
        )
    with story.on(2015, 10, 20, 17):
        text = "Il capofila riferisce dei destinatari raggiunti. I partner confermano sedi e personale fino a dicembre."
        meetings.hold(meeting, attendances=list(bodies_of(meeting)), minutes=text, by=lead)
        decisions.record_decision(
            meeting, text="Si chiede all'ASL un incontro sulla continuità.", outcome=DecisionOutcome.UNANIMOUS, by=lead
        )
        meetings.approve_minutes(meeting, by=lead)
