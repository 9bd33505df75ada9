"""Charts, and what else is drawn in Python: places on a scale, words, no inline style, nothing unescaped."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from conciliazione.kernel import charts

from .reading import drawn, rendered, select, words

TODAY = date(2014, 5, 10)


def test_bars_share_one_scale_from_zero():
    first, second, third = charts.bars(
        [{"label": "A", "value": 50, "target": 200}, {"label": "B", "value": 200}, {"label": "C", "value": None}], str
    )
    assert (first.width, first.target_at, first.reached) == ("25.00%", "100.00%", False)
    assert (second.width, second.target, second.reached) == ("100.00%", None, False)
    assert (third.width, third.shown) == ("0%", "dato non ancora raccolto")


def test_a_bar_chart_states_its_finding_and_gives_the_data_as_a_table():
    rows = [{"label": "Persone", "value": 228, "target": 300}, {"label": "Imprese", "value": Decimal("31.50")}]
    shown = drawn("{% bar_chart rows title='Manca poco' source='relazioni al 30/06/2015' %}", rows=rows)
    assert words(select(shown, "figcaption")[0]) == "Manca poco"
    assert [[words(cell) for cell in row] for row in select(shown, "tbody tr")] == [
        ["Persone", "228", "300"],
        ["Imprese", "31,5", "–"],
    ]
    assert "Fonte: relazioni al 30/06/2015" in words(shown)


def test_nothing_measured_yet_is_said():
    for source in ("{% bar_chart rows title='T' %}", "{% line_chart rows title='T' %}", "{% gantt rows title='T' %}"):
        assert "Non ci sono ancora" in words(drawn(source, rows=[]))


def test_a_gap_in_the_data_stays_a_gap_in_the_line():
    found = charts.points([{"label": str(n), "value": value} for n, value in enumerate([1, 2, None, 4])], str)
    assert len(charts.segments(found, "y")) == 1
    assert [point.y for point in charts.points([{"label": "a", "value": 0}], str)] == ["86.00%"]


def test_a_gantt_places_spans_on_whole_months():
    chart = charts.gantt(
        [
            {"label": "A", "start": date(2014, 4, 1), "end": date(2014, 4, 30)},
            {"label": "B", "start": date(2014, 4, 16), "end": date(2014, 5, 31)},
            {"label": "senza date", "start": None, "end": None},
        ],
        today=date(2014, 5, 1),
    )
    assert [(span.label, span.x, span.width) for span in chart.spans] == [
        ("A", "0.00%", "49.18%"),
        ("B", "24.59%", "75.41%"),
    ]
    assert [tick.label for tick in chart.ticks] == ["apr 2014", "mag"]
    assert chart.today == "49.18%"


@pytest.mark.parametrize("years", [1, 2, 5, 12])
def test_a_gantt_never_crowds_its_axis(years):
    rows = [{"label": "A", "start": date(2014, 3, 31), "end": date(2014 + years, 3, 30)}]
    assert 1 <= len(charts.gantt(rows).ticks) <= max(7, years + 1)


def test_what_charts_and_matrix_write_in_python_is_escaped():
    rows = [{"label": "<b>A & B</b>", "value": 1, "target": 2, "url": "/x/?a=1&b=2", "note": "<i>"}] * 2
    for tag in ("bar_chart", "line_chart"):
        shown = rendered(f"{{% {tag} rows title='T' %}}", rows=rows)
        assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in shown
        assert 'href="/x/?a=1&amp;b=2"' in shown
        assert "<b>" not in shown
        assert "<i>" not in shown
    shown = render_to_string("components/stepper.html", {"steps": [{"label": "<b>", "state": "todo", "url": "/x/?&"}]})
    assert '<a href="/x/?&amp;">&lt;b&gt;</a>' in shown
    matrix = {"caption": "C", "corner": "A", "columns": ["<u>"], "rows": [{"label": "<b>", "cells": [{"count": 0}]}]}
    shown = render_to_string("components/matrix.html", {"matrix": matrix})
    assert 'data-label="&lt;u&gt;"' in shown
    assert '<th scope="row">&lt;b&gt;</th>' in shown


def test_charts_draw_without_inline_styles():
    rows = [{"label": "A", "value": 1, "target": 2, "start": TODAY, "end": TODAY}]
    for tag in ("bar_chart", "line_chart", "gantt"):
        assert not re.search(r"\sstyle=", rendered(f"{{% {tag} rows title='T' %}}", rows=rows))
