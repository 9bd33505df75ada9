"""The progress report: the alliance lead writes and sends it, the ASL validates or returns it (art. 11.1, 11.2)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import ChangedMeanwhile, Refused
from conciliazione.kernel.moves import atomic, begin, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import counted
from network.enums import Aggregation
from network.rules.indicators import check_measured
from plans.enums import ProjectStatus

from ..enums import ReportStatus
from ..models import ActionProgress, Measurement, MeasurementPart, ProgressReport, TerritorialReport
from ..queries.changes import changes_of
from ..queries.corrections import corrected_after_transmission
from ..queries.reports import content_of, needs_of
from ..queries.writers import SAVED, writers_of
from ..rules.levels import check_not_oneself, check_still_collecting
from ..rules.lifecycles import PROGRESS_REPORT
from ..rules.reports import check_complete, check_distinct, check_open, check_value, is_late

EDITABLE = (ReportStatus.DRAFT, ReportStatus.RETURNED)


@dataclass(frozen=True)
class Entry:
    """What was typed for one expected indicator, in its unit; None where nothing was typed.

    `parts` are its breakdowns by (dimension, category); of a district, the category is its primary key as text.
    """

    value: Decimal | None = None
    parts: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    weight: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class ActionEntry:
    """What was typed for one action: percent from 0 to 100, or None."""

    percent: int | None = None
    note: str = ""


@atomic
def open_report(project, window, *, by, tell: bool = False) -> ProgressReport:
    """The report of a project in a window, made as a draft if it is not there yet. Raises Refused."""
    if window.programme_id != project.programme_id:
        raise Refused("La finestra è di un altro programma: scegline una del programma del progetto.", field="window")
    if project.status in {ProjectStatus.AWARDED, ProjectStatus.REVOKED}:
        raise Refused("Si relaziona sui progetti avviati: questo non lo è.", field="project")
    report, created = ProgressReport.objects.get_or_create(project=project, window=window)
    if created:
        begin(report, PROGRESS_REPORT, by=by, label="Relazione predisposta")
        if tell:
            notify(
                access.people_with(Role.LEAD, project.alliance),
                f"Relazione da compilare per «{project.title}»: {window.name}, dal {window.opens_on:%d/%m/%Y} "
                f"entro il {window.due_on:%d/%m/%Y}.",
                url=report.get_absolute_url(),
                by=by,
            )
    return report


def check_editable(report) -> None:
    """Whether the lead may write in the report now. Raises Refused with what stands in the way."""
    if report.status not in EDITABLE:
        raise Refused(
            f"La relazione è nello stato «{report.get_status_display()}» e non si modifica. "
            "Se c'è un errore, chiedi all'ASL di restituirla."
        )
    if report.project.status == ProjectStatus.REVOKED:
        raise Refused("Il progetto è stato revocato: non deve più relazioni.")
    check_open(report.window.opens_on, clock.today())
    if report.version == 1:  # a correction comes when it comes: what was transmitted stays as it was
        check_still_collecting(_territorial_status(report))


def _territorial_status(report) -> str | None:
    return (
        TerritorialReport.objects.filter(window=report.window_id, plan__network=report.project.network_id)
        .order_by("-version")
        .values_list("status", flat=True)
        .first()
    )


@atomic
def save_report(
    report,
    *,
    by,
    values: dict[int, Entry],
    actions: dict[int, ActionEntry],
    narrative: str = "",
    difficulties: str = "",
    corrective_proposals: str = "",
    people_reached: int | None = None,
    enterprises_reached: int | None = None,
    revision: int | None = None,
    wrong: list[Refused] | None = None,
) -> ProgressReport:
    """Keep what was typed, complete or not; `values` by expected indicator, `actions` by action of the plan.

    `revision` is that of the page on which it was typed. While somebody types, `wrong` gathers what cannot be kept
    yet, and the rest is. Raises Refused beside the field (`value_<pk>`,
    `part_<pk>_<dimension>_<category>`, `weight_<pk>`, `percent_<pk>`), RuleViolated (R45), ChangedMeanwhile.
    """
    report = lock(report)
    if revision is not None and revision != report.revision:
        raise ChangedMeanwhile(
            "Un collega ha salvato questa relazione mentre scrivevi. Apri la relazione in un'altra scheda, confronta e "
            "riporta qui sotto ciò che manca: quello che hai scritto è ancora qui. Poi salva di nuovo."
        )
    check_editable(report)
    for name, number in (("people_reached", people_reached), ("enterprises_reached", enterprises_reached)):
        if number is not None and number < 0:
            raise Refused("Il numero non può essere negativo: scrivi zero o un numero maggiore.", field=name)
    _save_values(report, values, by, wrong)
    _save_actions(report, actions, wrong)
    report.narrative, report.difficulties = narrative, difficulties
    report.corrective_proposals = corrective_proposals
    report.people_reached, report.enterprises_reached = people_reached, enterprises_reached
    report.revision += 1
    report._history_user, report._history_date, report._change_reason = by, clock.now(), SAVED
    report.save()
    return report


def _each(rows: dict, save, wrong: list[Refused] | None) -> None:
    """Save row by row; a refusal stops it, or goes among those that are `wrong`."""
    for key, entry in rows.items():
        try:
            save(key, entry)
        except Refused as refused:
            if wrong is None:
                raise
            wrong.append(refused)


def _save_values(report, values: dict[int, Entry], by, wrong) -> None:
    content = content_of(report)
    lines = {line.expected.pk: line for line in content.indicators}

    def save(key, entry):
        if key not in lines:
            raise Refused("Questo indicatore non è tra quelli del progetto.")
        line = lines[key]
        if line.indicator.computed:
            raise Refused(f"«{line.indicator.name}» si calcola da due altri indicatori: non si scrive.")
        measured = replace(line.measured, value=entry.value, parts=entry.parts, weight=entry.weight)
        value = check_value(measured)
        row = line.measurement
        if value is None:
            if row:
                row.delete()
            return
        check_measured(line.indicator.name, line.indicator.status, field=f"value_{key}")
        if line.indicator.aggregation == Aggregation.DISTINCT:
            check_distinct(line.indicator.name, value, line.last, field=f"value_{key}")
        row = row or Measurement(report=report, expected=line.expected)
        row.value, row.weight, row.note = value, entry.weight, entry.note
        row._history_user, row._history_date = by, clock.now()
        row.save()
        row.parts.all().delete()
        MeasurementPart.objects.bulk_create(
            MeasurementPart(measurement=row, dimension=dimension, category=category, value=part)
            for (dimension, category), part in entry.parts.items()
        )

    _each(values, save, wrong)


def _save_actions(report, actions: dict[int, ActionEntry], wrong) -> None:
    planned = {a.pk: a for a in report.project.plan_actions.all()}

    def save(key, entry):
        if key not in planned:
            raise Refused("Questa azione non è tra quelle del progetto.")
        if entry.percent is None:
            if entry.note:
                raise Refused("Scrivi anche a che punto è l'azione, da 0 a 100.", field=f"percent_{key}")
            report.action_progress.filter(plan_action=key).delete()
            return
        if not 0 <= entry.percent <= 100:
            raise Refused("L'avanzamento sta tra 0 e 100.", field=f"percent_{key}")
        ActionProgress.objects.update_or_create(
            report=report, plan_action=planned[key], defaults={"percent": entry.percent, "note": entry.note}
        )

    _each(actions, save, wrong)


def check_submit(report) -> None:
    """Whether the report may be sent as it is. Raises Refused: not open, already collected, or not complete (R44)."""
    check_editable(report)
    check_complete(needs_of(content_of(report)))


@atomic
def submit_report(report, *, by, reason: str = "") -> ProgressReport:
    """Send the report to the ASL; after the term it is accepted and marked late. Raises Refused."""
    report = lock(report)
    PROGRESS_REPORT.check(report.status, "submit")
    check_submit(report)
    first_time = report.submitted_at is None
    report.submitted_at, report.submitted_by = clock.now(), by
    if first_time:
        report.late = is_late(report.window.due_on, clock.today())
    report.revision += 1
    move(report, PROGRESS_REPORT, "submit", by=by, reason=reason)
    _tell_office(report, by, "inviata di nuovo" if not first_time else "inviata")
    return report


def _tell_office(report, by, what: str) -> None:
    late = " (in ritardo)" if report.late else ""
    notify(
        access.people_with(Role.OFFICE, report.project.network),
        f"Relazione {what}{late}: «{report.project.title}», {report.window.name}. Va validata o restituita.",
        url=report.get_absolute_url(),
        by=by,
    )


def check_validate(report, by) -> None:
    """Whether this person may validate it. Raises RuleViolated when they wrote or sent it themselves (R43)."""
    check_not_oneself(writers_of(report), by.pk if by else None)


@atomic
def validate_report(report, *, by, reason: str = "") -> ProgressReport:
    """Let the report pass: from now on its values count, and the Regione may read it. Raises Refused."""
    report = lock(report)
    PROGRESS_REPORT.check(report.status, "validate")
    check_validate(report, by)
    counted = ProgressReport.objects.filter(
        project=report.project_id, window=report.window_id, status=ReportStatus.VALIDATED
    ).first()
    if counted:
        move(lock(counted), PROGRESS_REPORT, "supersede", by=by, reason=f"Validata la versione {report.version}")
    report.validated_at, report.validated_by = clock.now(), by
    if report.version > 1:
        report.changes = [asdict(change) for change in changes_of(content_of(report))]
    move(report, PROGRESS_REPORT, "validate", by=by, reason=reason)
    if report.version > 1:
        _tell_of_correction(report, by)
    text = f"Relazione validata: «{report.project.title}», {report.window.name}."
    people = [
        *access.people_with(Role.LEAD, report.project.alliance),
        *access.people_with(Role.COMMITTEE, report.project.network),
    ]
    notify(people, text, url=report.get_absolute_url(), by=by)
    return report


def _tell_of_correction(report, by) -> None:
    """Where the territorial report has gone up already, the Regione and the ASL hear that it no longer holds."""
    found = corrected_after_transmission().filter(pk=report.pk, pending=True)
    if not found.exists():
        return
    network = report.project.network
    changed = counted(len(report.changes), "dato", "dati")
    notify(
        [*access.people_with(Role.REGION, network), *access.people_with(Role.OFFICE, network)],
        f"Corretta dopo la trasmissione: «{report.project.title}», {report.window.name}, versione {report.version} "
        f"({changed}). La relazione territoriale trasmessa non la comprende.",
        url=report.get_absolute_url(),
        by=by,
    )


@atomic
def return_report(report, *, by, reason: str) -> ProgressReport:
    """Give the report back to the alliance's lead with the reason. Raises Refused."""
    report = lock(report)
    move(report, PROGRESS_REPORT, "return", by=by, reason=reason)
    notify(
        access.people_with(Role.LEAD, report.project.alliance),
        f"L'ASL ha restituito la relazione di «{report.project.title}», {report.window.name}: {reason}",
        url=report.get_absolute_url(),
        by=by,
    )
    return report
