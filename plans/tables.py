"""Rows of the pages that show a whole call or plan at once, by the hundred: written in Python (`kernel.tables`)."""

from functools import partial

from django.utils.html import format_html

from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.tables import Column, joined, link, note, opening, span, state, strong, words
from conciliazione.kernel.templatetags.portal import badge, counted, eur, instant, number, period

from .enums import ActionOrigin
from .queries.evaluation import CONFLICT, UNDECLARED, BoardRow
from .queries.plan import FinanceLine, owner_of
from .queries.ranking import Line, RankingTable, Summary

HIDDEN = span("soft", "non visibile")


# --- the call -----------------------------------------------------------------------------------------------------
def _protocol(proposal):
    number = proposal.registry_number
    return joined(number, note(instant(proposal.submitted_at))) if number else None


OF_CALL = (
    Column("title", "Proposta", cell=lambda p: opening(p, p.title, p.alliance.name)),
    Column("registry_number", "Protocollo", cell=_protocol),
    Column("cost", "Costo", cell=lambda p: eur(p.cost), numeric=True),
    Column("grant", "Contributo", cell=lambda p: eur(p.grant), numeric=True),
    Column("status", "Stato", cell=state),
)


# --- the plan -----------------------------------------------------------------------------------------------------
def action_columns(*, inside: bool, may_remove: bool) -> tuple[Column, ...]:
    """`inside`: whoever may open the projects; `may_remove`: what the committee added can be taken out again."""
    return (
        Column("azione", "Azione", cell=partial(_action, inside=inside, may_remove=may_remove), sort="title"),
        Column("area", "Area", lambda action: words(action, "area"), sort="area"),
        Column("ambito", "Ambito", lambda action: action.district.name, sort="district__name"),
        Column("periodo", "Periodo", lambda action: period(action.starts_on, action.ends_on), sort="starts_on"),
        Column("risorse", "Risorse", lambda action: eur(action.amount), numeric=True, sort="amount"),
    )


ACTION_SHEET = [
    Column("title", "Azione"),
    Column("owner", "Di chi", owner_of),
    Column("area", "Area", lambda action: words(action, "area")),
    Column("district", "Ambito", lambda action: action.district.name),
    Column("starts_on", "Dal"),
    Column("ends_on", "Al"),
    Column("expected_participants", "Destinatari previsti"),
    Column("amount", "Risorse (EUR)"),
]


def _action(action, *, inside: bool, may_remove: bool):
    added = action.origin == ActionOrigin.COMMITTEE
    title = link(action.project.get_absolute_url(), action.title) if action.project and inside else action.title
    whose = "Azione aggiunta dal Comitato" if added else owner_of(action)
    if action.expected_participants:
        whose += ", " + counted(action.expected_participants, "destinatario previsto,destinatari previsti")
    remove = None
    if added and may_remove:
        remove = format_html(
            '<a href="{}">Togli<span class="visually-hidden"> l\'azione {}</span></a>',
            reverse("plans:plan_action_remove", args=[action.plan_id, action.pk]),
            action.title,
        )
    return joined(title, note(whose), remove)


def _finance_title(line: FinanceLine):
    return joined(line.title, note(line.body))


FINANCE = (
    Column("title", "Progetto o azione", cell=_finance_title),
    Column("cost", "Costo", lambda line: eur(line.cost), numeric=True),
    Column("grant", "Contributo", lambda line: eur(line.grant), numeric=True),
    Column("co_financing", "Cofinanziamento", lambda line: eur(line.co_financing), numeric=True),
)


# --- the ranking --------------------------------------------------------------------------------------------------
def ranking_columns(table: RankingTable, *, inside: bool) -> tuple[Column, ...]:
    return (
        Column("proposal", "Proposta", cell=partial(_ranked, inside=inside)),
        *(
            Column(f"points_{place}", criterion.title, cell=partial(_points, place=place), numeric=True)
            for place, criterion in enumerate(table.criteria)
        ),
        Column(
            "total", "Totale", lambda line: HIDDEN if line.hidden else strong(number(line.row.total, 2)), numeric=True
        ),
        Column("requested", "Richiesto", lambda line: eur(line.row.requested), numeric=True),
        Column("granted", "Assegnato", lambda line: eur(line.row.granted), numeric=True),
        Column("outcome", "Esito", lambda line: state(line.row, "outcome")),
    )


def _ranked(line: Line, *, inside: bool):
    proposal = line.row.proposal
    tie = format_html("<br>{}", line.row.tie_note) if line.row.tie_note else ""
    return joined(
        span("ranking-place", f"{number(line.row.position)}."),
        " ",
        link(proposal.get_absolute_url(), proposal.title) if inside else proposal.title,
        note(joined(proposal.alliance.name, tie)),
    )


def _points(line: Line, *, place: int):
    points = line.points[place]
    if points is None:
        return HIDDEN if line.hidden else None
    return number(points, 2)


def money_line(table: RankingTable, summary: Summary) -> str:
    """Where the money ends."""
    left = f", restano {eur(summary.left)}" if summary.left else ""
    return format_html(
        '<tr class="row-line"><td colspan="{}">Qui finiscono le risorse: assegnati {} su {}{}</td></tr>\n',
        table.width,
        eur(summary.granted),
        eur(summary.budget),
        left,
    )


# --- the board ----------------------------------------------------------------------------------------------------
def board_columns(members: list, *, may_score: bool) -> tuple[Column, ...]:
    return (
        Column("titolo", "Proposta", cell=partial(_evaluated, may_score=may_score), sort="title"),
        *(
            Column(f"member_{place}", _who(member), cell=partial(_cell, place=place), short=str(member.person))
            for place, member in enumerate(members)
        ),
        Column("mean", "Media", cell=_mean, numeric=True),
        Column(
            "divergence",
            "Divergenza",
            lambda row: None if row.divergence is None else number(row.divergence, 2),
            numeric=True,
        ),
    )


def board_sheet(members: list) -> list[Column]:
    """The board for a spreadsheet: the same words and figures."""
    found = [
        Column("registry_number", "Protocollo", lambda row: row.proposal.registry_number),
        Column("title", "Proposta", lambda row: row.proposal.title),
        Column("alliance", "Alleanza", lambda row: row.proposal.alliance.name),
    ]
    for place, member in enumerate(members):
        found += [
            Column(f"member_{place}", str(member.person), lambda row, place=place: row.cells[place].word),
            Column(f"total_{place}", f"{member.person}: punti", lambda row, place=place: row.cells[place].total),
        ]
    return [
        *found,
        Column("mean", "Media", lambda row: row.total),
        Column("collegial", "Punteggio collegiale", lambda row: row.collegial),
        Column("divergence", "Divergenza", lambda row: row.divergence),
    ]


def _who(member):
    chair = ", presiede" if member.is_chair else ""
    return joined(str(member.person), note(f"{member.organisation.name}{chair}"))


def _evaluated(row: BoardRow, *, may_score: bool):
    proposal, page = row.proposal, "scores"
    if row.mine and may_score:
        page = {CONFLICT: "", UNDECLARED: "declare"}.get(row.mine.state, "score")
    elif row.closed_to_me:
        page = ""
    title = link(reverse(f"plans:{page}", args=[proposal.pk]), proposal.title) if page else proposal.title
    opened = "; punti aperti da chi presiede" if row.opened else ""
    return joined(title, " ", note(f"{proposal.alliance.name}, prot. {proposal.registry_number}{opened}"))


def _cell(row: BoardRow, *, place: int):
    cell = row.cells[place]
    sign = badge(cell.word, cell.tone)
    return sign if cell.total is None else joined(sign, " ", span("board-total", number(cell.total, 2)))


def _mean(row: BoardRow):
    if row.collegial is None:
        return HIDDEN if row.total is None else strong(number(row.total, 2))
    of_all = "" if row.total is None else f"; media {number(row.total, 2)}"
    return format_html("<div>{}{}</div>", strong(number(row.collegial, 2)), note(f"collegiale{of_all}"))
