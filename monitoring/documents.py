"""The documents of the monitoring: the report of a project, and that of a territory."""

from django.db.models import Sum
from django.utils import timezone

from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import format_eur

from .enums import FinancialReportStatus, ReportStatus, TerritorialReportStatus
from .models import FinancialReport, ProgressReport, TerritorialReport
from .queries.catalogue import read_catalogue
from .queries.changes import catalogue_changes
from .queries.corrections import version_before
from .queries.corrective import corrective_on
from .queries.finance import items_of, summary_of
from .queries.reports import content_of
from .rules.levels import CLOSED_TERRITORIAL
from .rules.results import Achieved, plain


def _share(achieved: Achieved):
    return achieved.share if achieved.measured else achieved.state


def _parts_in_words(line) -> str:
    """«Sesso: donne 12, uomini 8. Fascia di età: …»; empty when the value is not broken down."""
    words = [
        f"{label}: "
        + ", ".join(f"{part.label.lower()} {plain(part.value)}" for part in parts if part.value is not None)
        for label, parts in line.breakdowns
        if any(part.value is not None for part in parts)
    ]
    return ". ".join(words)


def report_version(report: ProgressReport) -> str:
    """A report has a document once it is validated: from then on it never changes, and the Regione may read it."""
    if report.status not in {ReportStatus.VALIDATED, ReportStatus.SUPERSEDED}:
        raise Refused("Il documento si può avere dopo la validazione dell'ASL.")
    return str(report.revision)


def report_context(report: ProgressReport) -> dict:
    """The values with their targets, the actions, and the words."""
    content = content_of(report)
    project = report.project
    return {
        "state": report.get_status_display(),
        "submitted_at": report.submitted_at,
        "facts": [
            ("Progetto", project.title),
            ("CUP", project.cup or "–"),
            ("Alleanza", project.alliance.name),
            ("Rete", project.network.name),
            ("Versione", str(report.version)),
            ("Destinatari nel periodo", f"{report.people_reached} persone, {report.enterprises_reached} imprese"),
            ("Finestra", report.window.name),
            ("Periodo", f"dal {report.window.period_from:%d/%m/%Y} al {report.window.period_to:%d/%m/%Y}"),
            ("Inviata", f"{report.submitted_at:%d/%m/%Y}{' (in ritardo)' if report.late else ''}"),
            ("Stato", report.get_status_display()),
        ],
        "values": {
            "caption": "Indicatori concordati con la Regione",
            "columns": [
                ("Cod.", "text", "16mm"),
                ("Indicatore", "head"),
                ("Periodo", "number"),
                ("Come si divide", "text"),
                ("Totale", "number"),
                ("Obiettivo", "number"),
            ],
            "rows": [
                [
                    line.indicator.code,
                    f"{line.indicator.name} ({line.indicator.unit})",
                    plain(line.value),
                    _parts_in_words(line),
                    plain(line.achieved.value),
                    plain(line.expected.target),
                ]
                for line in content.shown
            ],
        },
        "actions": {
            "caption": "Avanzamento delle azioni",
            "columns": [("Azione", "head"), ("Ambito", "text"), ("Avanzamento %", "number"), ("Nota", "text")],
            "rows": [
                [
                    line.action.title,
                    line.action.district.name,
                    line.percent,
                    line.progress.note if line.progress else "",
                ]
                for line in content.actions
            ],
        },
        "narrative": report.narrative,
        "difficulties": report.difficulties,
        "corrective_proposals": report.corrective_proposals,
        "correctives": {
            "caption": "Azioni correttive e indirizzi sul progetto e sulla sua Alleanza, come stavano all'invio",
            "columns": [
                ("Oggetto", "head"),
                ("Emessa da", "text", "32mm"),
                ("Del", "date", "24mm"),
                ("Risposta", "text"),
            ],
            "rows": _correctives_at(report),
        },
    }


def _correctives_at(report: ProgressReport) -> list:
    """What had been asked when the report was sent, with the answer if there was one then."""
    sent = report.submitted_at
    return [
        [
            action.subject,
            action.get_issuer_display(),
            timezone.localtime(action.issued_at).date(),
            action.answer if action.answered_at and action.answered_at <= sent else "non ancora data",
        ]
        for action in corrective_on(report.project).filter(issued_at__lte=sent).order_by("issued_at", "pk")
    ]


register(
    DocumentKind(
        key="monitoring_report",
        label="Relazione di monitoraggio",
        template="documents/monitoring_report.html",
        model=ProgressReport,
        permission="report.track",
        context=report_context,
        title=lambda r: f"Relazione di monitoraggio: {r.project.title}",
        short_title=lambda r: f"Relazione di monitoraggio – {r.window.name}",
        version=report_version,
        filename=lambda r: f"relazione-{r.project.title}-{r.window.name}",
        issuer=lambda r: r.project.alliance.name,
    )
)


def statement_version(report: FinancialReport) -> str:
    """A financial report has its statement once the check is over; what was parked and settled makes a new version."""
    if report.status != FinancialReportStatus.CHECKED:
        raise Refused("Il rendiconto si può avere quando il controllo è concluso.")
    settled = report.items.aggregate(total=Sum("approved_amount"))["total"] or 0
    return f"{report.checked_at:%Y%m%d}-{settled}"


def statement_context(report: FinancialReport) -> dict:
    """Every expenditure with what the ASL found of it, then the categories beside the budget."""
    items = list(items_of(report))
    summary = summary_of(report, items)
    return {
        "facts": [
            ("Progetto", report.project.title),
            ("CUP", report.project.cup or "–"),
            ("Alleanza", report.project.alliance.name),
            ("Rete", report.project.network.name),
            ("Finestra", report.window.name),
            ("Inviata", f"{report.submitted_at:%d/%m/%Y}{' (in ritardo)' if report.late else ''}"),
            ("Controllo concluso", f"{report.checked_at:%d/%m/%Y}"),
            ("Contributo richiesto", format_eur(summary.claimed)),
            ("Contributo maturato in tutto", format_eur(summary.due)),
            ("Contributo già pagato", format_eur(summary.paid)),
            (
                "Cofinanziamento provato",
                f"{format_eur(summary.co_financing_proved)} su {format_eur(summary.co_financing)}",
            ),
        ],
        "items": {
            "caption": "Spese rendicontate",
            "columns": [
                ("Documento", "head"),
                ("Partner e voce", "text"),
                ("Pagato il", "text", "20mm"),
                ("Importo", "money", "24mm"),
                ("Ammesso", "money", "24mm"),
                ("Esito", "text"),
            ],
            "rows": [
                [
                    f"{item.supplier}, n. {item.document_number} del {item.document_on:%d/%m/%Y}",
                    f"{item.partner.organisation.name}; {item.get_category_display().lower()}",
                    f"{item.paid_on:%d/%m/%Y}",
                    item.amount,
                    item.approved_amount,
                    f"{item.get_outcome_display()}{f': {item.reason}' if item.reason else ''}",
                ]
                for item in items
            ],
            "total": ["Totale", "", "", summary.reported, summary.approved, ""],
        },
        "lines": {
            "caption": "Voci di spesa e budget del progetto",
            "columns": [
                ("Voce", "head"),
                ("Previsto", "money"),
                ("Qui rendicontato", "money"),
                ("Qui ammesso", "money"),
                ("Ammesso in tutto", "money"),
            ],
            "rows": [
                [line.label, line.planned, line.reported, line.approved, line.approved_of_project]
                for line in summary.lines
            ],
            "total": ["Totale", summary.planned, summary.reported, summary.approved, summary.approved_of_project],
        },
    }


register(
    DocumentKind(
        key="expenditure_statement",
        label="Rendiconto delle spese",
        template="documents/expenditure_statement.html",
        model=FinancialReport,
        permission="report.track",
        context=statement_context,
        title=lambda r: f"Rendiconto delle spese: {r.project.title}",
        short_title=lambda r: f"Rendiconto delle spese – {r.window.name}",
        version=statement_version,
        filename=lambda r: f"rendiconto-{r.project.title}-{r.window.name}",
        issuer=lambda r: r.project.alliance.name,
    )
)


def territorial_version(report: TerritorialReport) -> str:
    """A territorial report has a document once it is with the Regione, one for each transmission."""
    if report.status not in (*CLOSED_TERRITORIAL, TerritorialReportStatus.SUPERSEDED):
        raise Refused("Il documento si può avere dopo la trasmissione alla Regione.")
    return f"{report.registry_number}-{report.status}"


def _anew(report: TerritorialReport) -> list[tuple[str, str]]:
    if report.version == 1:
        return []
    return [("Versione", str(report.version)), ("Motivo della nuova versione", report.why_anew)]


def _changes_table(report: TerritorialReport) -> dict | None:
    """What this version says otherwise than the one before it, that the Regione had."""
    before = version_before(report)
    if before is None:
        return None
    return {
        "caption": f"Differenze dalla versione {before.version} (prot. {before.registry_number})",
        "columns": [("Che cosa", "head"), ("Prima", "text", "45mm"), ("Ora", "text", "45mm")],
        "rows": [
            [change.what, "riscritto" if change.rewritten else change.before, "" if change.rewritten else change.after]
            for change in catalogue_changes(before.catalogue, report.catalogue)
        ],
        "empty": "Cambia il solo commento dell'ASL.",
    }


def territorial_context(report: TerritorialReport) -> dict:
    """The catalogue as it was frozen at the transmission."""
    catalogue = read_catalogue(report.catalogue)
    rows = []
    area = None
    for action in catalogue["actions"]:
        if action["area"] != area:
            area = action["area"]
            rows.append({"group": area})
        rows.append(
            [
                action["title"],
                action["district"],
                action["alliance"] or action["origin"],
                action["percent"],
                action["amount"],
            ]
        )
    return {
        "registry_number": report.registry_number,
        "transmitted_at": report.transmitted_at,
        "facts": [
            ("Rete", report.plan.network.name),
            ("Piano", report.plan.title),
            ("Finestra", report.window.name),
            ("Periodo", f"dal {report.window.period_from:%d/%m/%Y} al {report.window.period_to:%d/%m/%Y}"),
            ("Stato", report.get_status_display()),
            *_anew(report),
        ],
        "changes": _changes_table(report),
        "results": {
            "caption": "Indicatori concordati con la Regione",
            "columns": [
                ("Cod.", "text", "16mm"),
                ("Indicatore", "head"),
                ("Obiettivo", "number"),
                ("Realizzato", "number"),
                ("Donne", "number"),
                ("Uomini", "number"),
                ("% o esito", "number"),
            ],
            "rows": [
                [
                    row["code"],
                    f"{row['name']} ({row['unit']})",
                    plain(row["target"]),
                    plain(row["value"]),
                    plain(row["achieved"].women),
                    plain(row["achieved"].men),
                    _share(row["achieved"]),
                ]
                for row in catalogue["indicators"]
            ],
        },
        "catalogue": {
            "caption": "Azioni del territorio, per area di intervento",
            "columns": [
                ("Azione", "head"),
                ("Ambito", "text"),
                ("Alleanza", "text"),
                ("Avanz. %", "number", "18mm"),
                ("Risorse", "money", "28mm"),
            ],
            "rows": rows,
            "total": ["Totale", "", "", "", sum(action["amount"] for action in catalogue["actions"])],
        },
        "missing": [f"{row['project']} ({row['alliance']}): {row['status'].lower()}" for row in catalogue["missing"]],
        "reports": catalogue["reports"],
        "comment": report.comment,
    }


register(
    DocumentKind(
        key="territorial_report",
        label="Relazione territoriale",
        template="documents/territorial_report.html",
        model=TerritorialReport,
        permission="territorial.read",
        context=territorial_context,
        title=lambda r: f"Relazione territoriale di monitoraggio – {r.plan.network.name}",
        short_title=lambda r: f"Relazione territoriale – {r.window.name}",
        version=territorial_version,
        filename=lambda r: f"relazione-territoriale-{r.plan.network.slug}-{r.window.name}",
        issuer=lambda r: f"{r.plan.network.lead.name} – {r.plan.network.lead_department}",
        long=lambda r: len((r.catalogue or {}).get("actions", [])) > 150,
        data=lambda r: r.catalogue,
    )
)
