"""Everything on a dashboard, put together from the kept figures: the same few queries however much there is."""

from dataclasses import dataclass, field

from conciliazione.kernel.money import share
from conciliazione.kernel.templatetags.portal import counted, eur, number
from monitoring.queries import kept, results, rollups
from monitoring.queries.rollups import address
from network.enums import Area
from plans.models import TerritorialPlan

from .parts import Group, parts_of
from .records import BY_KIND, VOICES
from .selection import Chosen
from .tables import Table
from .tilemap import TileMap, tile_map

MOST_LATE = 10


@dataclass
class Board:
    """What the page shows, in its order."""

    figures: list[dict] = field(default_factory=list)
    territories: Table | None = None
    map: TileMap | None = None
    map_title: str = ""
    money_bars: list[dict] = field(default_factory=list)
    money_title: str = ""
    over_time: Table | None = None
    line: list[dict] = field(default_factory=list)
    line_title: str = ""
    indicators: Table | None = None
    indicator_bars: list[dict] = field(default_factory=list)
    indicator_title: str = ""
    parts: Table | None = None
    part_groups: list[Group] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    chosen_indicator: str = ""
    indicator_line: list[dict] = field(default_factory=list)
    indicator_line_title: str = ""
    indicator_halves: Table | None = None
    coverage: dict | None = None
    coverage_title: str = ""
    areas: Table | None = None
    reports: list[dict] = field(default_factory=list)
    reports_table: Table | None = None
    late: list = field(default_factory=list)
    late_more: int = 0
    late_url: str = ""
    plans: list = field(default_factory=list)

    def tables(self) -> dict[str, Table]:
        found = (
            self.territories,
            self.over_time,
            self.indicators,
            self.indicator_halves,
            self.parts,
            self.areas,
            self.reports_table,
        )
        return {table.key: table for table in found if table is not None}


def board_of(person, chosen: Chosen, *, indicator: str = "") -> Board:
    """The dashboard of a selection, with `indicator` over time; at most nine queries beside those of the selection."""
    board = Board()
    money = kept.money_of(chosen.selection)
    covered = kept.coverage_of(chosen.selection) if chosen.by_territory else None
    _money(board, chosen, money)
    _indicators(board, chosen, indicator, districts=covered.places if covered and covered.by_district else {})
    if covered is not None:
        _coverage(board, chosen, covered)
        reports = kept.reports_of(chosen.selection)
        _territories(board, chosen, money, reports.networks, covered)
        _reports(board, chosen, reports)
        plans = TerritorialPlan.objects.visible_to(person).filter(chosen.selection.placed())
        board.plans = list(plans.select_related("network", "programme").order_by("network__name", "-pk")[:50])
    return board


def _money(board: Board, chosen: Chosen, money: kept.MoneyBoard) -> None:
    selection, total = chosen.selection, money.total
    board.figures = [
        {
            "label": voice.label,
            "value": "Ancora nulla" if total.value(voice.kind) is None else eur(total.value(voice.kind)),
            "url": voice.address(selection),
            "note": _of_granted(total, voice.kind),
        }
        for voice in VOICES
    ]
    board.over_time = Table(
        "tempo",
        "Contributi e spesa nei semestri",
        "Semestre",
        tuple((BY_KIND[kind].label, "eur") for kind in ("granted", "spent", "approved", "paid")),
    )
    for half in sorted(money.halves):
        figures = money.halves[half]
        kinds = ("granted", "spent", "approved", "paid")
        if all(figures.value(kind) is None for kind in kinds):
            continue
        board.over_time.row(
            kept.half_label(half),
            [figures.value(kind) for kind in kinds],
            urls=[BY_KIND[kind].address(selection, dal=half, al=half) for kind in kinds],
        )
    paid = money.over_time("paid")
    granted = total.value("granted")
    board.line = [
        {
            "label": label,
            "value": value,
            "target": granted,
            "url": BY_KIND["paid"].address(selection, al=half) if value else "",
        }
        for half, label, value in paid
    ]
    board.line_title = "Non è ancora stato pagato nulla"
    if paid and granted:
        board.line_title = f"Pagato il {number(share(paid[-1][2], granted))} % dei contributi concessi"
    elif paid:  # what was granted before the period, or to projects of other areas, is not in it
        board.line_title = f"Pagati {eur(paid[-1][2])}"


def _of_granted(total: kept.MoneyTotal, kind: str) -> str:
    granted, value = total.value("granted"), total.value(kind)
    if kind == "granted" and granted is not None:
        return counted(total.projects, "progetto,progetti")
    if kind in {"approved", "spent"} and total.value("co_financing") is not None and value is not None:
        cost = total.sums["granted"] + total.sums["co_financing"]
        return f"{number(share(value, cost))} % del costo dei progetti" if cost else ""
    if kind == "paid" and granted and value is not None:
        return f"{number(share(value, granted))} % del concesso"
    return ""


def _territories(
    board: Board, chosen: Chosen, money: kept.MoneyBoard, reports: dict, covered: kept.CoverageBoard
) -> None:
    selection = chosen.selection
    narrowed = selection.area or selection.first or selection.last
    board.territories = Table(
        "territori",
        "I territori a confronto",
        "Territorio",
        (
            ("Progetti", "number"),
            ("Previsto", "eur"),
            ("Concesso", "eur"),
            ("Rendicontato", "eur"),
            ("Ammesso", "eur"),
            ("Pagato", "eur"),
            ("Ambiti con azioni", "text"),
            ("Relazioni validate", "text"),
            ("In ritardo", "number"),
        ),
        empty="Con questi filtri non c'è nulla da contare."
        if narrowed
        else "Nessun territorio ha ancora un piano validato.",
    )
    measured = []
    for pk, network in chosen.networks.items():
        figures, sent = money.networks.get(pk), reports.get(pk)
        if figures is None and sent is None:
            continue
        figures, sent, own = figures or kept.MoneyTotal(), sent or kept.ReportTotal(), selection.of_network(pk)
        kinds = ("planned", "granted", "spent", "approved", "paid")
        links = [BY_KIND[kind].address(own) for kind in kinds]
        board.territories.row(
            network.name,
            [
                figures.projects,
                *(figures.value(kind) for kind in kinds),
                f"{covered.covered(pk)} di {network.district_count}",
                f"{sent.validated} di {sent.expected}",
                sent.late,
            ],
            url=address("portal:dashboard", **own.query(programma=selection.programme or "tutti")),
            urls=[
                links[1],
                *links,
                _actions(own, "planned", area=selection.area),
                address("monitoring:expected", **_list_query(own), stato="validated"),
                address("monitoring:expected", **_list_query(own), ritardo="si"),
            ],
        )
        measured.append((board.territories.rows[-1], figures))
        board.money_bars.append(
            {
                "label": network.name,
                "value": figures.value("approved"),
                "target": figures.value("granted"),
                "url": links[3],
                "note": "",
            }
        )
    shares = [(row, share(f.sums["approved"], f.sums["granted"] + f.sums["co_financing"])) for row, f in measured]
    board.map = tile_map(
        (row.label, value, "–" if value is None else f"{number(round(value))} %", row.url) for row, value in shares
    )
    board.map_title = "Quanto del costo dei progetti è già spesa ammessa, territorio per territorio"
    beginning = sum(1 for bar in board.money_bars if bar["value"] is not None)
    board.money_title = (
        f"{beginning} territori su {len(board.money_bars)} hanno spesa ammessa"
        if len(board.money_bars) > 1
        else "Spesa ammessa e contributi concessi"
    )


def _list_query(selection: kept.Selection) -> dict[str, str]:
    """The part of the selection that the lists of reports know."""
    return {name: value for name, value in selection.query().items() if name in {"programma", "rete"}}


def _indicators(board: Board, chosen: Chosen, asked: str, *, districts: dict[int, str]) -> None:
    if chosen.programme is None:
        return
    found = results.results_of(chosen.selection)
    board.indicators = Table(
        "indicatori",
        "Valori validati e obiettivi dei progetti",
        "Indicatore",
        (("Unità", "text"), ("Obiettivo", "number"), ("Realizzato", "number"), ("% dell'obiettivo", "percent")),
        empty="Gli indicatori compaiono quando i progetti finanziati hanno i loro obiettivi.",
    )
    for row in found:
        indicator, achieved = row.indicator, row.achieved
        query = _values_query(chosen, indicator)
        url = address("monitoring:measurements", **query)
        targets = address("monitoring:targets", **_list_query(chosen.selection), indicatore=indicator.pk)
        board.indicators.row(
            str(indicator),
            [indicator.unit, achieved.target, achieved.value, achieved.share],
            url=url,
            urls=["", targets, url, url],
        )
        reached = "non ancora misurato" if not achieved.measured else f"{number(achieved.value)} {indicator.unit}"
        board.indicator_bars.append(
            {
                "label": str(indicator),
                "value": achieved.share,
                "target": 100,
                "url": url,
                "note": f"{reached}, obiettivo {number(achieved.target)}",
            }
        )

    def addresses(row: results.Result, part: str) -> tuple[str, str]:
        targets = address("monitoring:targets", **_list_query(chosen.selection), indicatore=row.indicator.pk)
        return address("monitoring:measurements", **_values_query(chosen, row.indicator), voce=part), targets

    board.parts, board.part_groups = parts_of(found, addresses, districts)
    measured = [row for row in found if row.achieved.measured]
    reached = sum(1 for row in measured if row.achieved.reached)
    board.indicator_title = (
        f"Indicatori che hanno raggiunto l'obiettivo: {reached} su {len(measured)} misurati"
        if measured
        else "Nessun indicatore ha ancora valori validati"
    )
    _one_over_time(board, chosen, measured, asked)


def _values_query(chosen: Chosen, indicator, **more) -> dict:
    """The filter of the list of values behind an indicator: what is counted once has no beginning."""
    selection = chosen.selection
    adds_up = indicator.aggregation in results.SINCE_A_DAY or indicator.computed
    begin = {"dal": selection.first} if adds_up and selection.first else {}
    end = {"al": selection.last} if selection.last else {}
    return {**_list_query(selection), "indicatore": indicator.pk, **begin, **end, **more}


def _one_over_time(board: Board, chosen: Chosen, measured: list[results.Result], asked: str) -> None:
    """The indicator that was asked for, or the first that has values, from one half-year to the next."""
    board.choices = [(str(row.indicator.pk), str(row.indicator)) for row in measured]
    row = next((row for row in measured if str(row.indicator.pk) == asked), measured[0] if measured else None)
    if row is None:
        return
    board.chosen_indicator = str(row.indicator.pk)
    board.indicator_line = row.over_time()
    share_now = row.achieved.share
    so_far = f"al {number(share_now)} % dell'obiettivo" if share_now is not None else "senza un obiettivo"
    board.indicator_line_title = f"{row.indicator}: {so_far}"
    board.indicator_halves = Table(
        "indicatore",
        f"{row.indicator}: raggiunto alla fine di ogni semestre",
        "Semestre",
        (("Realizzato", "number"), ("Obiettivo", "target")),
        narrow=True,
    )
    targets = address("monitoring:targets", **_list_query(chosen.selection), indicatore=row.indicator.pk)
    for point in board.indicator_line:
        url = address("monitoring:measurements", **_values_query(chosen, row.indicator) | {"al": point["half"]})
        point["url"] = url if point["value"] is not None else ""
        board.indicator_halves.row(point["label"], [point["value"], point["target"]], urls=[url, targets])


def _coverage(board: Board, chosen: Chosen, found: kept.CoverageBoard) -> None:
    selection = chosen.selection
    areas = [area for area in Area if not selection.area or area == selection.area]
    board.areas = Table(
        "aree",
        "Azioni dei piani nelle aree di intervento (art. 2)",
        "Area",
        (
            ("Azioni", "number"),
            ("Risorse", "eur"),
            ("Destinatari previsti", "number"),
            ("Avanzamento medio", "percent"),
        ),
    )
    for area in areas:
        cell = found.areas.get(area.value, kept.CoverageCell())
        board.areas.row(
            area.label,
            [cell.actions, cell.amount, cell.participants, cell.progress],
            urls=[
                _actions(selection, "planned", area=area.value),
                _actions(selection, "planned", area=area.value),
                _actions(selection, "people", area=area.value),
                _actions(selection, "progress", area=area.value),
            ]
            if cell.actions
            else (),
        )
    rows, holes = [], 0
    for place, name in sorted(found.places.items(), key=lambda pair: pair[1]):
        cells = []
        for area in areas:
            cell = found.cells.get((area.value, place))
            holes += cell is None
            where = {"ambito": place} if found.by_district else {"rete": place}
            cells.append(
                {
                    "count": cell.actions if cell else 0,
                    "amount": cell.amount if cell else None,
                    "url": _actions(selection, "planned", area=area.value, **where) if cell else "",
                }
            )
        rows.append({"label": name, "cells": cells})
    if rows:
        board.coverage = {
            "caption": "Azioni per area di intervento, "
            + ("ambito per ambito" if found.by_district else "rete per rete"),
            "corner": "Ambito" if found.by_district else "Rete",
            "columns": [area.label for area in areas],
            "rows": rows,
        }
        board.coverage_title = (
            f"Scoperte {holes} caselle su {len(rows) * len(areas)}"
            if holes
            else "Ogni area è coperta ovunque ci sia un piano"
        )


def _actions(selection: kept.Selection, kind: str, **more) -> str:
    """The actions behind a cell: coverage does not look at the period."""
    whole = kept.Selection(selection.programme, selection.networks, network=selection.network)
    return BY_KIND[kind].address(whole, **more)


def _reports(board: Board, chosen: Chosen, told: kept.ReportBoard) -> None:
    selection, query = chosen.selection, _list_query(chosen.selection)
    reports, total = told.networks, kept.all_of(told.networks.values())
    page = "monitoring:expected"
    board.reports = [
        {"label": "Attese", "value": total.expected, "url": address(page, **query)},
        {"label": "Da validare", "value": total.submitted, "url": address(page, **query, stato="submitted")},
        {"label": "Validate", "value": total.validated, "url": address(page, **query, stato="validated")},
        {"label": "Restituite", "value": total.returned, "url": address(page, **query, stato="returned")},
        {"label": "In ritardo", "value": total.late, "url": address(page, **query, ritardo="si")},
    ]
    board.reports_table = Table(
        "relazioni",
        "Relazioni di monitoraggio, rete per rete",
        "Rete",
        tuple((label, "number") for label in ("Attese", "Da validare", "Validate", "Restituite", "In ritardo")),
    )
    for pk, network in chosen.networks.items():
        if pk in reports:
            sent, own = reports[pk], _list_query(selection.of_network(pk))
            board.reports_table.row(
                network.name,
                [sent.expected, sent.submitted, sent.validated, sent.returned, sent.late],
                urls=[
                    address(page, **own),
                    *(address(page, **own, stato=state) for state in ("submitted", "validated", "returned")),
                    address(page, **own, ritardo="si"),
                ],
            )
    windows = told.windows_with(MOST_LATE)
    board.late = rollups.late_reports(chosen.programme, selection.networks, windows=windows, most=MOST_LATE)
    board.late_more = max(0, total.late - len(board.late))
    board.late_url = address(page, **query, ritardo="si")
