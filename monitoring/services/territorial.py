"""The territorial report: the ASL collects and catalogues, the Regione gathers (art. 11.2, 11.3)."""

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.registry import register
from plans.enums import PlanStatus

from ..enums import ReportStatus, TerritorialReportStatus
from ..models import ProgressReport, TerritorialReport
from ..queries.catalogue import catalogue_of
from ..queries.corrections import version_before
from ..queries.writers import SAVED, senders_of
from ..rules.levels import CLOSED_TERRITORIAL, Received, check_anew, check_not_oneself, check_transmission
from ..rules.lifecycles import TERRITORIAL_REPORT
from ..rules.reports import check_open

EDITABLE = (TerritorialReportStatus.DRAFT, TerritorialReportStatus.RETURNED)


@atomic
def prepare_territorial_report(plan, window, *, by, comment: str = "") -> TerritorialReport:
    """Begin the report of a plan for a window, with the catalogue of all its actions as it stands. Raises Refused."""
    plan = lock(plan)
    if window.programme_id != plan.programme_id:
        raise Refused("La finestra è di un altro programma: scegline una del programma del piano.", field="window")
    if plan.status not in {PlanStatus.RUNNING, PlanStatus.CONCLUDED}:
        raise Refused("Si relaziona su un piano in attuazione: questo non lo è ancora.", field="plan")
    check_open(window.opens_on, clock.today())
    if TerritorialReport.objects.filter(plan=plan, window=window).exists():
        raise Refused("La relazione territoriale per questa finestra esiste già: aprila dall'elenco.", field="window")
    report = TerritorialReport.objects.create(
        plan=plan, window=window, comment=comment, catalogue=catalogue_of(plan, window)
    )
    begin(report, TERRITORIAL_REPORT, by=by, label="Relazione territoriale in preparazione")
    return report


def check_editable(report) -> None:
    """Whether the ASL may still change comment and catalogue. Raises Refused."""
    if report.status not in EDITABLE:
        raise Refused(
            "La relazione è già stata trasmessa alla Regione e non si modifica. Se dopo è cambiato qualcosa, preparane "
            "una nuova versione."
        )


def check_renew(report) -> None:
    """Whether a new version may be begun: of the one that is with the Regione, one at a time. Raises Refused."""
    if report.status not in CLOSED_TERRITORIAL:
        raise Refused(
            f"Si prepara una nuova versione di una relazione che è presso la Regione: questa è "
            f"«{report.get_status_display()}»."
        )
    versions = TerritorialReport.objects.filter(plan=report.plan_id, window=report.window_id)
    if versions.filter(version__gt=report.version).exists():
        raise Refused("Una nuova versione è già in preparazione: completa quella.")


@atomic
def renew_territorial_report(report, *, by, reason: str) -> TerritorialReport:
    """Begin a new version, since what was handed on no longer says what was validated (R43, R45).

    What the Regione has counts until the new one is transmitted. Reports of projects that had not come may come again:
    their leads are told. Raises Refused beside the field.
    """
    report = lock(report)
    check_renew(report)
    if not reason.strip():
        raise Refused("Scrivi perché mandi una nuova versione: la Regione lo legge per primo.", field="reason")
    new = TerritorialReport.objects.create(
        plan=report.plan,
        window=report.window,
        version=report.version + 1,
        why_anew=reason.strip()[:300],
        comment=report.comment,
        catalogue=catalogue_of(report.plan, report.window),
    )
    label = f"Aperta la versione {new.version}"
    begin(new, TERRITORIAL_REPORT, by=by, label=label, reason=reason)
    note(report, noun="territorial_report", name="renew", label=label, by=by, reason=reason)
    _tell_the_missing(new, by)
    return new


def _tell_the_missing(report, by) -> None:
    missing = ProgressReport.objects.due().filter(
        window=report.window_id,
        version=1,
        status__in=[ReportStatus.DRAFT, ReportStatus.RETURNED],
        project__plan_actions__plan=report.plan_id,
    )
    for row in missing.select_related("project__alliance").distinct().order_by("pk"):
        notify(
            access.people_with(Role.LEAD, row.project.alliance),
            f"L'ASL prepara una nuova versione della relazione territoriale «{report.window.name}»: puoi ancora "
            f"inviare la relazione di «{row.project.title}».",
            url=row.get_absolute_url(),
            by=by,
        )


@atomic
def update_territorial_report(report, *, by, comment: str) -> TerritorialReport:
    """Change the comment; the catalogue is frozen again at the transmission. Raises Refused."""
    report = lock(report)
    check_editable(report)
    report.comment = comment
    report._history_user, report._history_date, report._change_reason = by, clock.now(), SAVED
    report.save()
    return report


def check_transmit(report) -> None:
    """Whether the report may go to the Regione: no level is skipped (R43), nothing sent twice. Raises Refused."""
    reports = ProgressReport.objects.due().exclude(status=ReportStatus.SUPERSEDED)
    reports = reports.filter(window=report.window_id, project__plan_actions__plan=report.plan_id)
    rows = reports.distinct().values_list("project__title", "status")
    check_transmission(Received(title, status) for title, status in rows)
    before = version_before(report)
    if before is not None:
        now = catalogue_of(report.plan, report.window)
        check_anew(before.catalogue, before.comment, now, report.comment, version=before.version)


@atomic
def transmit_territorial_report(report, *, by, reason: str = "") -> TerritorialReport:
    """Hand the report to the Regione with a registry number, the catalogue frozen as it is now. Raises Refused."""
    report = lock(report)
    TERRITORIAL_REPORT.check(report.status, "transmit")
    # what a lead sends at the same moment waits for this lock on every report of the window, or is waited for
    list(ProgressReport.objects.filter(window=report.window_id).select_for_update(of=("self",)).values_list("pk"))
    check_transmit(report)
    network = report.plan.network
    for old in TerritorialReport.objects.filter(
        plan=report.plan_id, window=report.window_id, status__in=CLOSED_TERRITORIAL
    ):
        move(lock(old), TERRITORIAL_REPORT, "supersede", by=by, reason=f"Trasmessa la versione {report.version}")
    report.catalogue = catalogue_of(report.plan, report.window)
    report.transmitted_at = clock.now()
    entry = register(
        report, register=network.register, direction="out", subject=f"Trasmissione alla Regione: {report}", by=by
    )
    report.registry_number = str(entry)
    move(report, TERRITORIAL_REPORT, "transmit", by=by, reason=reason)
    notify(
        access.people_with(Role.REGION, network),
        f"Relazione territoriale trasmessa: {network.name}, {report.window.name} (prot. {entry})."
        + (f" È la versione {report.version}, al posto di quella di prima." if report.version > 1 else ""),
        url=report.get_absolute_url(),
        by=by,
    )
    return report


def check_accept(report, by) -> None:
    """Whether this person may accept it. Raises RuleViolated when they handed it on themselves (R43)."""
    check_not_oneself(
        senders_of(report),
        by.pk if by else None,
        what="la relazione territoriale",
        colleague="un collega della Regione",
    )


@atomic
def accept_territorial_report(report, *, by, reason: str = "") -> TerritorialReport:
    """Take the results of the territory into the regional collection (R46). Raises Refused."""
    report = lock(report)
    TERRITORIAL_REPORT.check(report.status, "accept")
    check_accept(report, by)
    report.accepted_at = clock.now()
    move(report, TERRITORIAL_REPORT, "accept", by=by, reason=reason)
    _tell_office(report, f"La Regione ha acquisito la relazione territoriale «{report.window.name}».", by)
    return report


@atomic
def return_territorial_report(report, *, by, reason: str) -> TerritorialReport:
    """Send the report back to the ASL with the reason. Raises Refused."""
    report = lock(report)
    move(report, TERRITORIAL_REPORT, "return", by=by, reason=reason)
    _tell_office(report, f"La Regione ha restituito la relazione territoriale «{report.window.name}»: {reason}", by)
    return report


def _tell_office(report, text: str, by) -> None:
    notify(access.people_with(Role.OFFICE, report.plan.network), text, url=report.get_absolute_url(), by=by)
