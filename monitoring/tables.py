"""Columns of the long lists, whose rows are written in Python (`kernel.tables`)."""

from datetime import date

from conciliazione.kernel import clock
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.tables import Column, joined, link, note, opening, state, words
from conciliazione.kernel.templatetags.portal import badge, counted, day, distance, eur, number, percent, period

from .enums import ReportStatus


def _late(report):
    return note("inviata in ritardo") if report.late else None


def _network(report) -> str:
    return report.network.name if report.network else ""


# --- progress reports ---------------------------------------------------------------------------------------------
def _report_columns(first, status, due) -> tuple[Column, ...]:
    return (
        Column("project", "Progetto", lambda r: r.project.title, sort="project__title", cell=first),
        Column("window", "Finestra", lambda r: r.window.name, sort="window_id"),
        Column("network", "Rete", _network, sort="network__name"),
        Column("status", "Stato", lambda r: r.get_status_display(), sort="status", cell=status),
        Column("due", "Termine", lambda r: r.window.due_on, sort="window__due_on", cell=due),
        Column("submitted", "Inviata il", lambda r: r.submitted_at, sort="submitted_at", cell=_submitted),
    )


def _submitted(report) -> str:
    return day(report.submitted_at)


def _sent(report):
    return joined(state(report), _late(report))


REPORTS = _report_columns(
    lambda r: opening(r, r.project.title, r.project.alliance.name), _sent, lambda r: day(r.window.due_on)
)


def _may_open(report):
    if report.readable:
        return opening(report, report.project.title, report.project.alliance.name)
    return joined(report.project.title, note(report.project.alliance.name))


def _awaited(report):
    if report.status == ReportStatus.DRAFT and report.window.due_on < clock.today():
        return joined(badge("Non ancora inviata", "refused"), _late(report))
    return _sent(report)


def _term(report):
    if report.status != ReportStatus.DRAFT:
        return day(report.window.due_on)
    return joined(day(report.window.due_on), note(distance(report.window.due_on)))


EXPECTED = _report_columns(_may_open, _awaited, _term)


# --- financial reports --------------------------------------------------------------------------------------------
def _checked(report) -> str:
    if not report.item_count:
        return "nessuna spesa"
    return f"{number(report.checked_count)} su {counted(report.item_count, 'spesa,spese')}"


FINANCIAL = (
    Column(
        "project",
        "Progetto",
        lambda r: r.project.title,
        sort="project__title",
        cell=lambda r: opening(r, r.project.title, f"{r.project.alliance.name}, {_network(r)}"),
    ),
    Column("window", "Finestra", lambda r: r.window.name, sort="window_id"),
    Column("status", "Stato", lambda r: r.get_status_display(), sort="status", cell=_sent),
    Column("checked", "Controllo", lambda r: f"{r.checked_count} su {r.item_count}", cell=_checked),
    Column(
        "reported",
        "Rendicontato",
        lambda r: r.reported,
        sort="reported",
        numeric=True,
        apart=True,
        cell=lambda r: eur(r.reported),
    ),
    Column(
        "approved",
        "Ammesso",
        lambda r: r.approved,
        sort="approved",
        numeric=True,
        apart=True,
        cell=lambda r: eur(r.approved),
    ),
)


# --- values and targets -------------------------------------------------------------------------------------------
def _indicator(value):
    of, more = value.expected.indicator, f". {value.note}" if value.note else ""
    return opening(value.report, of.name, f"{of.code}, {of.unit}{more}")


def _measured_project(value):
    project = value.report.project
    return joined(project.title, note(f"{project.alliance.name}, {_network(value.report)}"))


def _figure(key: str, label: str, *, apart: bool = False) -> Column:
    return Column(
        key,
        label,
        lambda value: getattr(value, key),
        sort=key,
        numeric=True,
        apart=apart,
        cell=lambda value: number(getattr(value, key)),
    )


VALUES = (
    Column(
        "indicator",
        "Indicatore",
        lambda m: str(m.expected.indicator),
        sort="expected__indicator__code",
        cell=_indicator,
    ),
    Column(
        "project", "Progetto", lambda m: m.report.project.title, sort="report__project__title", cell=_measured_project
    ),
    Column("window", "Finestra", lambda m: m.report.window.name, sort="report__window_id"),
    _figure("value", "Valore"),
    _figure("women", "Donne", apart=True),
    _figure("men", "Uomini", apart=True),
)


def value_columns(part: str) -> tuple[Column, ...]:
    """`part`: the words of the part that was asked for, which then has a column of its own."""
    return (*VALUES, _figure("part", part)) if part else VALUES


# --- actions ------------------------------------------------------------------------------------------------------
def _action(action):
    whose = words(action, "origin")
    if action.project:
        whose = joined(
            link(action.project.get_absolute_url(), action.project.title), " – ", action.project.alliance.name
        )
    return joined(action.title, note(whose))


ACTIONS = (
    Column("title", "Azione", lambda a: a.title, sort="title", cell=_action),
    Column("area", "Area di intervento", lambda a: a.get_area_display(), sort="area", cell=lambda a: words(a, "area")),
    Column(
        "district",
        "Ambito",
        lambda a: a.district.name,
        sort="district__name",
        cell=lambda a: joined(a.district.name, note(a.place.name) if a.place else None),
    ),
    Column(
        "progress", "Avanzamento %", lambda a: a.latest, sort="latest", numeric=True, cell=lambda a: percent(a.latest)
    ),
    Column("amount", "Risorse", lambda a: a.amount, sort="amount", numeric=True, cell=lambda a: eur(a.amount)),
)


# --- windows ------------------------------------------------------------------------------------------------------
def _window(window):
    where = f"{reverse('monitoring:expected')}?finestra={window.pk}"
    return joined(link(where, window.name), note(words(window, "kind")))


def _near(on: date, near: bool):
    return joined(day(on), note(distance(on))) if near else day(on)


WINDOWS = (
    Column("name", "Finestra", lambda w: w.name, sort="name", cell=_window),
    Column("programme", "Programma", lambda w: w.programme.name, sort="programme__name"),
    Column(
        "period",
        "Periodo",
        lambda w: f"{w.period_from:%d/%m/%Y} – {w.period_to:%d/%m/%Y}",
        sort="period_from",
        cell=lambda w: period(w.period_from, w.period_to),
    ),
    Column(
        "opens",
        "Si compila dal",
        lambda w: w.opens_on,
        sort="opens_on",
        cell=lambda w: _near(w.opens_on, clock.today() < w.opens_on),
    ),
    Column(
        "due",
        "Termine",
        lambda w: w.due_on,
        sort="due_on",
        cell=lambda w: _near(w.due_on, w.opens_on <= clock.today() <= w.due_on),
    ),
)
