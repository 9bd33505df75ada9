"""The parts that documents are made of. Each takes plain data; how to use them: docs/documents.md."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from .portal import eur

register = template.Library()

NOTHING = "–"
KINDS = {"text", "head", "money", "number", "center", "date"}
_ITEM = re.compile(r"^\s*(?P<mark>[-•]|[a-z0-9]{1,2}[.)])\s+(?P<text>.+)$")


@register.filter
def long_day(moment) -> str:
    """31 marzo 2014, as an act writes it (Django's Italian months have a capital)."""
    if moment is None:
        return NOTHING
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return formats.date_format(moment, "j F Y").lower()


@register.filter
def blocks(text: str) -> str:
    """Plain text as paragraphs and lists. Everything in it is escaped."""
    parts = [_block(block) for block in re.split(r"\n\s*\n", str(text or "").strip()) if block.strip()]
    return mark_safe("\n".join(parts))  # noqa: S308 # nosec B308 B703 -- every part was escaped by _block


def _block(block: str) -> str:
    """A paragraph, and the list that follows it when its lines begin with a mark."""
    words: list[str] = []
    items: list[list[str]] = []
    for line in block.splitlines():
        match = _ITEM.match(line)
        if match:
            items.append([match["mark"], match["text"]])
        elif items:
            items[-1][1] += " " + line.strip()
        else:
            words.append(line.strip())
    paragraph = format_html("<p>{}</p>", " ".join(words)) if words else ""
    if not items:
        return paragraph
    if all(mark in "-•" for mark, _ in items):
        rows = format_html_join("", "<li>{}</li>", ((text,) for _, text in items))
        return format_html("{}<ul>{}</ul>", paragraph, rows)
    rows = format_html_join(
        "", '<li><span class="mark">{} </span>{}</li>', (("–" if mark in "-•" else mark, text) for mark, text in items)
    )
    return format_html('{}<ul class="marked">{}</ul>', paragraph, rows)


def words_of(value: Any, kind: str = "text") -> str:
    """A value as it is printed."""
    if value is None:
        return NOTHING
    if kind == "money" and not isinstance(value, str):
        return eur(Decimal(value))
    if isinstance(value, bool):
        return "Sì" if value else "No"
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "d/m/Y H:i")
    if isinstance(value, date):
        return formats.date_format(value, "d/m/Y")
    if isinstance(value, (int, float, Decimal)):
        return formats.number_format(value, use_l10n=True, force_grouping=True)
    return str(value)


@dataclass(frozen=True)
class Cell:
    text: str
    kind: str


@dataclass(frozen=True)
class Row:
    style: str  # "plain", "group", "line"
    cells: tuple[Cell, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Column:
    label: str
    kind: str
    width: str


def _column(given) -> Column:
    label, kind, width = (*((given,) if isinstance(given, str) else given), "", "")[:3]
    kind = kind or "text"
    if kind not in KINDS:
        raise ValueError(f"A column of a document cannot be of kind {kind!r}: {', '.join(sorted(KINDS))}.")
    return Column(label, kind, width)


def _cells(values, columns: list[Column]) -> tuple[Cell, ...]:
    if len(values) != len(columns):
        raise ValueError(f"A row of {len(values)} cells under {len(columns)} columns: {values!r}")
    return tuple(Cell(words_of(v, c.kind), c.kind) for v, c in zip(values, columns, strict=True))


def _row(given, columns: list[Column]) -> Row:
    if isinstance(given, dict):
        style, words = next(iter(given.items()))
        if style not in {"group", "line"}:
            raise ValueError(f"A row of a document is a list, a group or a line, not {style!r}.")
        return Row(style, words=str(words))
    return Row("plain", cells=_cells(given, columns))


@register.inclusion_tag("documents/parts/table.html")
def doc_table(table: dict) -> dict:
    """A table with caption, header that repeats, rows that are never cut."""
    columns = [_column(c) for c in table["columns"]]
    total = table.get("total")
    return {
        "caption": table.get("caption", ""),
        "columns": columns,
        "rows": [_row(r, columns) for r in table["rows"]],
        "total": _cells(total, columns) if total else (),
        "wide": bool(table.get("wide")),
        "empty": table.get("empty", "Nessuna voce."),
        "width": len(columns),
    }


@register.inclusion_tag("documents/parts/facts.html")
def doc_facts(facts, caption: str = "") -> dict:
    """Label and value, one a row."""
    rows = [
        (label, [words_of(v) for v in value] if isinstance(value, (list, tuple)) else [words_of(value)])
        for label, value in facts
    ]
    return {"facts": rows, "caption": caption}


@register.inclusion_tag("documents/parts/articles.html")
def doc_articles(articles) -> dict:
    """The numbered articles of an act."""
    return {
        "articles": [
            {
                "number": str(article["number"]),
                "title": article.get("title", ""),
                "text": article.get("text", ""),
                "table": article.get("table"),
            }
            for article in articles
        ]
    }


@register.inclusion_tag("documents/parts/signatures.html")
def doc_signatures(rows, caption: str = "") -> dict:
    """Who signs: body, name, and the signature or the room for it."""
    return {
        "caption": caption,
        "rows": [
            {"body": r["body"], "name": r["name"], "role": r.get("role", ""), "status": r.get("status", "")}
            for r in rows
        ],
    }
