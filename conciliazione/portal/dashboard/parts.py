"""The breakdowns of the indicators: on the page a table for each indicator, on paper one for each dimension."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString

from conciliazione.kernel.money import share
from conciliazione.kernel.templatetags.portal import number, percent
from monitoring.queries import results
from network.enums import Dimension
from network.rules.breakdowns import categories

from .tables import Row, Table

CAPTION = "Valori validati per sesso, età, tipo di cura, dimensione dell'impresa e ambito"
ABREAST = 6  # indicators beside each other on paper, where the rows are districts


@dataclass
class Group:
    """The parts of one indicator: dimension -> its categories in words, each with its row in the table of all."""

    code: str
    label: str
    sections: dict[str, list[tuple[str, Row]]] = field(default_factory=dict)

    @property
    def by(self) -> str:
        """«per sesso, età»."""
        return f"per {', '.join(Dimension(dimension).label.lower() for dimension in self.sections)}"

    @property
    def bodies(self) -> SafeString:
        """The rows as the page shows them: a body of the table for each dimension, headed by its name."""
        parts = []
        for dimension, rows in self.sections.items():
            head = escape(Dimension(dimension).label)
            parts.append(f'<tbody>\n<tr class="part-of"><th scope="rowgroup" colspan="4">{head}</th></tr>\n')
            for word, row in rows:
                cells = "".join(f'<td class="num">{cell.html}</td>' for cell in row.cells)
                parts.append(f'<tr><th scope="row">{escape(word)}</th>{cells}</tr>\n')
            parts.append("</tbody>\n")
        return SafeString("".join(parts))  # nosec B703 -- each word was escaped


def parts_of(
    found: Iterable[results.Result],
    addresses: Callable[[results.Result, str], tuple[str, str]],
    districts: Mapping[int, str],
) -> tuple[Table, list[Group]]:
    """All parts as one table, which can be taken away, and the same rows by indicator.

    `addresses` gives, of a part as an address writes it, the list of its values and that of its targets; `districts`
    are those whose names are known.
    """
    found = list(found)
    table = Table(
        "disaggregazioni",
        CAPTION,
        "Indicatore e voce",
        (("Realizzato", "number"), ("Quota", "percent"), ("Obiettivo", "target")),
        narrow=True,
    )
    words, groups = results.part_words(found, districts), []
    for result in found:
        indicator, achieved = result.indicator, result.achieved
        group = Group(indicator.code, str(indicator))
        for part in sorted(result.parts, key=lambda part: results.place_of(part, words)):
            told, target = result.parts[part]
            whole = None if told is None or not achieved.value else share(told, achieved.value)
            values, targets = addresses(result, f"{part[0]}:{part[1]}")
            table.row(f"{indicator.code}, {words[part]}", [told, whole, target], urls=[values, values, targets])
            group.sections.setdefault(part[0], []).append((words[part], table.rows[-1]))
        if group.sections:
            groups.append(group)
    return table, groups


def on_paper(groups: Iterable[Group]) -> list[dict]:
    """A small table for each dimension: its categories beside each other, districts below each other."""
    groups, tables = list(groups), []
    for dimension in Dimension:
        having = [group for group in groups if dimension in group.sections]
        told = {word for group in having for word, _ in group.sections[dimension]}
        title = f"Valori validati per {dimension.label.lower()}"
        if dimension != Dimension.DISTRICT:
            words = [word for word in categories(dimension).values() if word in told]
            rows = [[group.label, *_cells(group, dimension, words)] for group in having]
            tables += [_table(title, "Indicatore", words, rows)] if rows else []
            continue
        words = sorted(told)
        for start in range(0, len(having), ABREAST):
            some = having[start : start + ABREAST]
            columns = [_cells(group, dimension, words) for group in some]
            rows = [list(row) for row in zip(words, *columns, strict=True)]
            tables.append(_table(title, "Ambito", [group.code for group in some], rows))
    return tables


def _cells(group: Group, dimension: str, words: Iterable[str]) -> list[str]:
    rows = dict(group.sections[dimension])
    return [_in_words(rows.get(word)) for word in words]


def _in_words(row: Row | None) -> str:
    """«15 (71,43 %), obiettivo 20»."""
    if row is None:
        return "–"
    told, whole, target = (cell.value for cell in row.cells)
    words = "ancora nulla" if told is None else number(told)
    words += f" ({percent(whole)})" if whole is not None else ""
    return f"{words}, obiettivo {number(target)}" if target is not None else words


def _table(caption: str, corner: str, heads: Iterable[str], rows: list[list[str]]) -> dict:
    columns = [[corner, "head"], *([head, "text"] for head in heads)]
    return {"caption": caption, "wide": False, "columns": columns, "rows": rows}
