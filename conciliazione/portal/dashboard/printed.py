"""A dashboard as plain data, in the words and in the order of the page: what is frozen and printed."""

from collections.abc import Callable, Iterable

from conciliazione.kernel import charts, clock
from conciliazione.kernel.templatetags.portal import counted, eur, number, percent
from monitoring.rules.halves import half_label
from network.enums import Area

from .board import Board
from .parts import on_paper
from .selection import Chosen
from .tables import Table

KINDS = {"eur": "money", "number": "number", "target": "number", "percent": "number", "text": "text"}
WIDE = 6  # columns from which a table lies down


def content_of(board: Board, chosen: Chosen) -> dict:
    """Everything the page says, as strings: facts of the filter, then sections with figures, bars and tables."""
    sections = [_money(board), _territories(board), _indicators(board)]
    if chosen.by_territory:
        sections += [_coverage(board), _reports(board), _plans(board)]
    return {"facts": facts_of(chosen), "sections": [section for section in sections if section]}


def facts_of(chosen: Chosen) -> list[list[str]]:
    """The filter in force, in words."""
    selection = chosen.selection
    if chosen.by_territory:
        where = chosen.network.name if chosen.network else _all(chosen)
        place = ["Territorio", where]
    else:
        place = ["Progetti", "quelli della tua Alleanza"]
    first = f"dal {half_label(selection.first)}" if selection.first else "dall'inizio"
    last = f"al {half_label(selection.last)}" if selection.last else "a oggi"
    return [
        ["Programma", str(chosen.programme) if chosen.programme else "Tutti i programmi"],
        place,
        ["Area di intervento", str(Area(selection.area).label) if selection.area else "Tutte"],
        ["Periodo", f"{first} {last}"],
        ["Dati al", f"{clock.today():%d/%m/%Y}"],
    ]


def _all(chosen: Chosen) -> str:
    names = [network.name for network in chosen.networks.values()]
    return names[0] if len(names) == 1 else f"Tutti ({len(names)})"


def _money(board: Board) -> dict:
    return {
        "title": "Risorse",
        "figures": [[figure["label"], str(figure["value"]), figure["note"]] for figure in board.figures],
        "bars": [
            _bars(board.money_title, "Spesa ammessa", "Contributi concessi", board.money_bars, eur)
            if len(board.money_bars) > 1
            else None,
            _bars(board.line_title, "Pagato dall'inizio", "Contributi concessi", board.line, eur),
        ],
        "tables": [_table(board.over_time)],
    }


def _territories(board: Board) -> dict | None:
    if board.territories is None:
        return None
    if len(board.territories.rows) == 1:  # of one alone there is nothing to compare
        (row,) = board.territories.rows
        heads = (label for label, _ in board.territories.columns)
        return {
            "title": f"Territorio: {row.label}",
            "figures": [[label, cell.words, ""] for label, cell in zip(heads, row.cells, strict=True)],
        }
    return {
        "title": "Territori",
        "wide": bool(board.territories.rows),
        "tables": [_table(board.territories)],
        "empty": "" if board.territories.rows else board.territories.empty,
    }


def _indicators(board: Board) -> dict:
    if board.indicators is None:
        return {
            "title": "Indicatori e obiettivi",
            "empty": "Gli indicatori sono di un programma: scegline uno nei filtri per vederli.",
        }
    return {
        "title": "Indicatori e obiettivi",
        "bars": [
            _bars(board.indicator_title, "Realizzato", "Obiettivo", board.indicator_bars, percent),
            _bars(board.indicator_line_title, "Realizzato", "Obiettivo", board.indicator_line, number),
        ],
        "tables": [_table(board.indicators), _table(board.indicator_halves), *on_paper(board.part_groups)],
        "empty": "" if board.indicators.rows else board.indicators.empty,
    }


def _coverage(board: Board) -> dict:
    matrix = board.coverage
    tables = [_table(board.areas)]
    if matrix:
        tables.insert(
            0,
            {
                "caption": matrix["caption"],
                "wide": False,
                "columns": [[matrix["corner"], "head"], *([str(label), "text"] for label in matrix["columns"])],
                "rows": [[row["label"], *map(_in_words, row["cells"])] for row in matrix["rows"]],
            },
        )
    return {"title": "Copertura", "words": board.coverage_title, "tables": tables}


def _in_words(cell: dict) -> str:
    if not cell["count"]:
        return "Scoperto"
    return f"{counted(cell['count'], 'azione,azioni')}, {eur(cell['amount'])}"


def _reports(board: Board) -> dict:
    late = [
        f"{report.project}: {report.window}, in ritardo di {counted(report.days, 'giorno,giorni')} ({report.network})"
        for report in board.late
    ]
    if board.late_more:
        late.append(f"Altre {board.late_more} nell'elenco delle relazioni attese")
    return {
        "title": "Relazioni di monitoraggio",
        "figures": [[figure["label"], str(figure["value"]), ""] for figure in board.reports],
        "list_title": "In ritardo da più tempo",
        "list": late,
        "tables": [_table(board.reports_table)] if len(board.reports_table.rows) > 1 else [],
    }


def _plans(board: Board) -> dict:
    return {
        "title": "Piani territoriali",
        "list": [f"{plan.title}: {plan.get_status_display().lower()}" for plan in board.plans],
        "empty": "" if board.plans else "Nessun piano è ancora arrivato.",
    }


def _bars(title: str, value_label: str, target_label: str, rows: Iterable, words: Callable) -> dict | None:
    """The bars of a chart; a chart over time is printed the same way, one bar a half-year."""
    found = charts.bars(rows, words)
    if not found:
        return None
    return {
        "title": title,
        "value_label": value_label,
        "target_label": target_label if any(bar.target is not None for bar in found) else "",
        "rows": [
            {
                "label": str(bar.label),
                "note": bar.note,
                "shown": bar.shown,
                "width": bar.width,
                "target": bar.target_shown,
                "target_at": bar.target_at if bar.target is not None else "",
            }
            for bar in found
        ],
    }


def _table(table: Table | None) -> dict | None:
    if table is None or not table.rows:
        return None
    return {
        "caption": table.caption,
        "wide": len(table.columns) >= WIDE,
        "columns": [[table.corner, "head"], *([label, KINDS[unit]] for label, unit in table.columns)],
        "rows": [[row.label, *(cell.words for cell in row.cells)] for row in table.rows],
    }
