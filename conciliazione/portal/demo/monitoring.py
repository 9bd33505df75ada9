"""The intermediate monitoring of summer 2015: windows, reports on three levels, what is to be corrected.

The story is invented; the three levels are those of art. 11 of the agreement.
"""

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from conciliazione.kernel import clock
from monitoring.enums import CorrectiveKind, IssuerBody, WindowKind
from monitoring.models import ProgressReport, ReportingWindow
from monitoring.queries.reports import content_of
from monitoring.services import corrections, corrective, finance, progress, territorial, windows
from monitoring.services.progress import ActionEntry, Entry
from plans.enums import BudgetCategory, ProjectStatus
from plans.models import Project

from . import practices
from .papers import example_paper
from .story import Story

INTERMEDIATE = "Monitoraggio intermedio al 30/06/2015"
FINAL = "Monitoraggio finale al 31/12/2015"

# what each project has reached by June, as a share of its targets
REACHED = (Decimal("0.55"), Decimal("0.40"), Decimal("0.30"))
NARRATIVES = (
    "Le attività sono partite nei tempi. I partner si incontrano ogni mese e dividono i compiti come da accordo. "
    "Le famiglie conoscono il servizio soprattutto attraverso i consultori e le scuole.\n\n"
    "Nel secondo trimestre le richieste sono aumentate: per i mesi estivi è stata aperta una seconda fascia oraria.",
    "Dopo l'avvio con il gruppo di lavoro, il servizio è attivo in due sedi. Gli operatori hanno seguito la formazione "
    "comune e usano la stessa scheda di accesso.\n\n"
    "Le persone chiedono orari più larghi nel tardo pomeriggio: si è deciso di spostare un turno.",
    "Il lavoro con le imprese ha preso più tempo del previsto, ma due accordi aziendali sono in discussione. "
    "Lo sportello informativo è aperto un giorno alla settimana.\n\n"
    "La collaborazione con le organizzazioni sindacali ha permesso di raggiungere lavoratori dei turni.",
)
DIFFICULTIES = (
    "Pochi uomini tra i destinatari: la comunicazione va rivista.",
    "Le imprese più piccole rispondono con fatica agli inviti.",
    "I tempi degli accordi aziendali sono più lunghi dei tempi del progetto.",
)
PROPOSALS = (
    "Un volantino dedicato ai padri, con l'aiuto della Consigliera di parità.",
    "Incontri presso le imprese, invece che inviti in sede.",
    "Un modello di accordo già pronto, da proporre alle associazioni datoriali.",
)

WORDS = tuple(zip(NARRATIVES, DIFFICULTIES, PROPOSALS, strict=True))

# supplier, number, day after the start, category, share of the project's cost; the third is in two projects
SPENDING = (
    ("Personale educativo, cedolini (esempio)", "P-{n}/2015", 60, BudgetCategory.STAFF, Decimal("0.11")),
    ("Il Filo cooperativa sociale (esempio)", "{n}8/2015", 90, BudgetCategory.EXTERNAL, Decimal("0.09")),
    ("Tipografia del Torrazzo (esempio)", "45/2015", 100, BudgetCategory.COMMUNICATION, None),
    ("Cartoleria Centrale (esempio)", "{n}12/2015", 110, BudgetCategory.EQUIPMENT, Decimal("0.02")),
    ("Studio Formazione Adda (esempio)", "{n}7/2015", 120, BudgetCategory.EXTERNAL, Decimal("0.06")),
    ("Nido famiglia Girasole (esempio)", "{n}3/2015", 130, BudgetCategory.VOUCHERS, Decimal("0.05")),
    ("Energia e servizi, quota (esempio)", "{n}90/2015", 140, BudgetCategory.OVERHEADS, Decimal("0.02")),
)
SAME_PAPER = Decimal("480.00")
WITH_VAT = {BudgetCategory.EXTERNAL, BudgetCategory.EQUIPMENT, BudgetCategory.COMMUNICATION}


def projects_of(story: Story) -> list[Project]:
    """The projects under way, in a fixed order."""
    return list(
        Project.objects.filter(network=story.network, programme=story.programme, status=ProjectStatus.RUNNING)
        .select_related("alliance", "network", "programme", "proposal")
        .order_by("pk")
    )


def report_of(project: Project, window_name: str) -> ProgressReport:
    return ProgressReport.objects.get(project=project, window__name=window_name)


def write_report(report: ProgressReport, *, by, words, reached: Decimal, percent: int) -> ProgressReport:
    """Fill in a report with invented values: `reached` of each target in this period, by sex where it is asked."""
    narrative, difficulties, proposals = words
    content = content_of(report)
    values = {}
    for line in content.measurable:
        total = (line.expected.target * reached).quantize(Decimal(1))
        parts = {}
        for dimension, categories in line.allowed.items():
            split = zip(categories, _split(total, len(categories)), strict=True)
            parts |= {(dimension, key): part for key, part in split}
        note = "Valore riferito a tutte le sedi del progetto." if line.before else ""
        values[line.expected.pk] = Entry(total, parts, Decimal(40) if line.weighted else None, note)
    actions = {
        line.action.pk: ActionEntry(_progress(line.action, percent + 5 * i)) for i, line in enumerate(content.actions)
    }
    return progress.save_report(
        report,
        by=by,
        values=values,
        actions=actions,
        narrative=narrative,
        difficulties=difficulties,
        corrective_proposals=proposals,
        people_reached=int(80 * reached) + percent,
        enterprises_reached=int(10 * reached),
    )


SHARES = {2: (7, 3), 4: (4, 3, 2, 1), 5: (3, 3, 2, 1, 1)}


def _split(total: Decimal, count: int) -> list[Decimal]:
    """The total in `count` whole parts, the first of which takes what is left."""
    weights = SHARES.get(count, (1,) * count)
    parts = [(total * weight / sum(weights)).to_integral_value(ROUND_FLOOR) for weight in weights]
    return [total - sum(parts[1:]), *parts[1:]]


def _progress(action, percent: int) -> int:
    """How far an action is: done once it has ended, nothing before it begins."""
    today = clock.today()
    if action.ends_on <= today:
        return 100
    return min(95, percent) if action.starts_on <= today else 0


def tell(story: Story) -> None:
    _windows(story)
    projects = projects_of(story)
    _reports(story, projects)
    _spending(story, projects)
    _territory(story)
    _corrections(story, projects)
    practices.tell(story, projects)


def _windows(story: Story) -> None:
    programme = story.programme
    starts = max(programme.starts_on, date(2014, 3, 31))
    with story.on(2015, 5, 4):
        windows.create_window(
            programme,
            by=story.person("regione"),
            kind=WindowKind.INTERMEDIATE,
            name=INTERMEDIATE,
            period_from=starts,
            period_to=date(2015, 6, 30),
            opens_on=date(2015, 7, 1),
            due_on=date(2015, 7, 31),
        )
        windows.create_window(
            programme,
            by=story.person("regione"),
            kind=WindowKind.FINAL,
            name=FINAL,
            period_from=date(2015, 7, 1),
            period_to=min(programme.ends_on, date(2015, 12, 31)),
            opens_on=date(2015, 11, 1),
            due_on=date(2016, 1, 31),
        )


def _reports(story: Story, projects: list[Project]) -> None:
    for number, project in enumerate(projects):
        with story.on(2015, 7, 13 + 2 * number, 10, 15):
            lead = story.lead_person(project.alliance)
            report = report_of(project, INTERMEDIATE)
            write_report(
                report, by=lead, words=WORDS[number % 3], reached=REACHED[number % 3], percent=60 - 10 * (number % 3)
            )
            corrections.add_attachment(
                report,
                by=lead,
                title="Registri delle presenze",
                upload=example_paper(f"presenze-{number + 1}", "Registri delle presenze", project.title),
            )
            progress.submit_report(report, by=lead)
    for number, project in enumerate(projects):
        report = report_of(project, INTERMEDIATE)
        if number == 1:
            with story.on(2015, 7, 22, 11):
                progress.return_report(
                    report,
                    by=story.person("asl"),
                    reason="I destinatari dell'azione principale sembrano contati due volte: controlla i registri "
                    "delle "
                    "presenze e riporta i valori corretti.",
                )
            with story.on(2015, 7, 28, 9, 40):
                lead = story.lead_person(project.alliance)
                write_report(report, by=lead, words=WORDS[number % 3], reached=Decimal("0.35"), percent=50)
                progress.submit_report(report, by=lead)
            with story.on(2015, 8, 3, 15):
                progress.validate_report(report, by=story.person("asl2"))
        else:
            with story.on(2015, 7, 24, 12, 5 + number):
                progress.validate_report(report, by=story.person("asl"))


def _spending(story: Story, projects: list[Project]) -> None:
    """The leads report the spending of the first period in July; the ASL checks it in autumn (see `closing`)."""
    for number, project in enumerate(projects):
        with story.on(2015, 7, 29, 9 + number):
            add_spending(story, project, INTERMEDIATE, number=number, rows=SPENDING[: 7 - number % 2])


def add_spending(story: Story, project: Project, window_name: str, *, number: int, rows, submit: bool = True):
    """A financial report with these expenditures, each with its paper."""
    lead = story.lead_person(project.alliance)
    window = ReportingWindow.objects.get(programme=story.programme, name=window_name)
    report = finance.open_financial_report(project, window, by=lead)
    partners = list(project.alliance.partners.current().order_by("-is_lead", "pk"))
    last = min(project.ends_on, window.period_to, clock.today()) - timedelta(days=20)
    for position, (supplier, document, days, category, part) in enumerate(rows):
        if part is None and number > 1:
            continue
        day = max(project.starts_on, min(project.starts_on + timedelta(days=days), last))
        amount = SAME_PAPER if part is None else (project.cost * part).quantize(Decimal("0.01"))
        document = document.format(n=number + 1)
        finance.add_item(
            report,
            by=lead,
            partner=partners[position % len(partners)],
            category=category,
            supplier=supplier,
            document_number=document,
            document_on=day,
            paid_on=day + timedelta(days=14),
            amount=amount,
            vat=(amount * 22 / 122).quantize(Decimal("0.01")) if category in WITH_VAT else Decimal(0),
            own_funds=(amount * project.co_financing / project.cost).quantize(Decimal("0.01")),
            self_declared=category == BudgetCategory.OVERHEADS,
            payment_reference=f"mandato {100 + 10 * number + position}/2015",
            upload=example_paper(f"giustificativo-{number + 1}-{position + 1}", supplier, f"Documento n. {document}"),
            proof=example_paper(f"mandato-{number + 1}-{position + 1}", supplier, f"Pagamento di {document}"),
        )
    if submit:
        finance.submit_financial_report(report, by=lead)
    return report


def _territory(story: Story) -> None:
    with story.on(2015, 8, 20, 10):
        window = ReportingWindow.objects.get(programme=story.programme, name=INTERMEDIATE)
        report = territorial.prepare_territorial_report(
            story.plan,
            window,
            by=story.person("asl"),
            comment="I progetti sono tutti avviati e la Rete lavora insieme. I servizi alle famiglie sono più avanti "
            "dell'innovazione organizzativa: il lavoro con le imprese chiede tempi più lunghi.\n\n"
            "Gli uomini restano una parte piccola dei destinatari: le Alleanze hanno proposto azioni mirate, che l'ASL "
            "sostiene con il piano di comunicazione.",
        )
    with story.on(2015, 8, 27, 12):
        report = territorial.transmit_territorial_report(report, by=story.person("asl"))
    with story.on(2015, 9, 8, 11):
        territorial.accept_territorial_report(report, by=story.person("regione"))


def _corrections(story: Story, projects: list[Project]) -> None:
    slow = projects[-1]
    with story.on(2015, 9, 4, 16):
        action = corrective.issue(
            story.network,
            by=story.person("comitato1"),
            issuer=IssuerBody.COMMITTEE,
            kind=CorrectiveKind.CORRECTIVE_ACTION,
            project=slow,
            subject="Coinvolgere più imprese del territorio",
            text="Dalla relazione di giugno gli accordi con le imprese sono meno del previsto. Il Comitato chiede al "
            "capofila come pensa di raggiungerle nei mesi che restano, e con quali partner.",
            due_on=date(2015, 9, 30),
        )
    with story.on(2015, 9, 15, 10):
        corrective.answer(
            action,
            by=story.lead_person(slow.alliance),
            text="Da ottobre gli incontri si tengono presso le imprese, con associazioni datoriali e sindacali: due "
            "hanno "
            "già fissato la data. I risultati saranno nella relazione finale.",
        )
    with story.on(2015, 9, 17, 9, 30):
        corrective.issue(
            story.network,
            by=story.person("cabina"),
            issuer=IssuerBody.STEERING,
            kind=CorrectiveKind.GUIDANCE,
            subject="Raccogliere i destinatari per sesso in tutte le azioni",
            text="Dall'analisi dei risultati intermedi dei territori la Cabina di Regia indica di raccogliere sempre i "
            "destinatari divisi tra donne e uomini, anche nelle azioni di informazione, già nella relazione finale.",
        )
    with story.on(2015, 9, 21, 11):
        corrective.issue(
            story.network,
            by=story.person("asl"),
            issuer=IssuerBody.OFFICE,
            kind=CorrectiveKind.GUIDANCE,
            alliance=projects[0].alliance,
            subject="Una riunione al mese tra tutti i partner",
            text="L'accordo chiede ai partecipanti di incontrarsi periodicamente su avanzamento e criticità (art. 7). "
            "L'ASL indica all'Alleanza una riunione al mese, con un verbale breve da allegare alla relazione.",
        )
