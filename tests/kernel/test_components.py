"""What templates stand on: words and numbers, signs, components, layouts. Nothing here needs a database."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import cssselect2
import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import TextChoices
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import html as parser

from conciliazione.kernel import charts, clock, navigation, tables
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.forms import DateField, EuroField, LongTextField, ReasonForm, TextField
from conciliazione.kernel.navigation import Section
from conciliazione.kernel.pages import in_words
from conciliazione.kernel.paging import EitherEndPaginator
from conciliazione.kernel.templatetags import portal
from conciliazione.kernel.tones import tone_of

pytestmark = pytest.mark.urls("tests.kernel.frame_urls")
TODAY = date(2014, 5, 10)


@pytest.fixture(autouse=True)
def _two_public_sections(monkeypatch):
    sections = [Section(10, "Ricerca", "portal:search"), Section(20, "Privacy", "portal:privacy")]
    monkeypatch.setattr(navigation, "_public", sections)


def page(template: str, path: str = "/", **context):
    """A whole page as whoever has not signed in gets it."""
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return parser.fromstring(render_to_string(template, context, request=request))


def piece(template: str, **context):
    """A component by itself."""
    return parser.fromstring(f"<div>{render_to_string(template, context)}</div>")


def drawn(source: str, **context):
    return parser.fromstring(f"<div>{engines['django'].from_string(source).render(context)}</div>")


def select(element, selector: str) -> list:
    """The elements inside `element` that a CSS selector finds, in the order of the page."""
    wrapper = cssselect2.ElementWrapper.from_html_root(element)
    return [found.etree_element for found in wrapper.query_all(selector)]


def words(element) -> str:
    return " ".join(element.text_content().split())


# --- the frame ----------------------------------------------------------------------------------------------------
def test_the_frame_names_the_page_marks_the_section_and_lets_skip_to_the_content():
    shown = page("404.html", "/portale/search/", title="Pagina non trovata")
    assert words(select(shown, "title")[0]) == "Pagina non trovata – Conciliazione"
    assert [words(a) for a in select(shown, "nav.nav-wide [aria-current]")] == ["Ricerca"]
    assert [words(a) for a in select(shown, "details.nav-narrow nav a")] == ["Ricerca", "Privacy"]
    for link in select(shown, ".skip-links a"):
        assert shown.get_element_by_id(link.get("href").removeprefix("#")) is not None
    assert select(shown, ".account, .demo-strip") == []
    assert "Accedi all'area riservata" in words(select(shown, ".slim")[0])


def test_the_frame_says_who_i_am_in_which_seat_and_lets_me_switch():
    seats = [SimpleNamespace(pk=1201, label="ASL di Cremona"), SimpleNamespace(pk=1302, label="Comune di Crema")]
    shown = drawn(
        "{% include 'components/frame_header.html' %}",
        user=SimpleNamespace(is_authenticated=True, is_superuser=True, __str__=lambda self: "Anna"),
        sections=[],
        seats=seats,
        acting_seat=seats[0],
        unread_notices=1234,
        request=RequestFactory().get("/rete/?q=1"),
    )
    assert words(select(shown, ".account-seat")[0]) == "ASL di Cremona"
    assert words(select(shown, ".count")[0]) == "1.234 da leggere"
    assert [(b.get("value"), words(b)) for b in select(shown, ".seat-switch button")] == [("1302", "Comune di Crema")]
    assert select(shown, ".seat-switch [name=next]")[0].get("value") == "/rete/?q=1"
    assert "Traccia delle operazioni" in words(shown)  # for whoever may read it


def test_a_demonstration_says_that_its_data_are_invented(settings):
    settings.DEPLOYMENT = "demo"
    with clock.standing_at(datetime(2014, 3, 31, 12, tzinfo=UTC)):
        shown = drawn(
            "{% include 'components/frame_header.html' %}", user=AnonymousUser(), request=RequestFactory().get("/")
        )
    strip = words(select(shown, ".demo-strip")[0])
    assert strip.startswith("Dimostrazione.")
    assert strip.endswith("Qui è il 31/03/2014.")


# --- numbers, dates, words ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (portal.eur(Decimal("1234.5")), "1.234,50\xa0€"),
        (portal.eur(None), "–"),
        (portal.eur(0), "0,00\xa0€"),
        (portal.number(1234567), "1.234.567"),
        (portal.number(Decimal("42.50")), "42,5"),
        (portal.number(Decimal("100")), "100"),
        (portal.number(None), "–"),
        (portal.percent(Decimal("42.50")), "42,5\xa0%"),
        (portal.percent(0), "0\xa0%"),
        (portal.day(date(2014, 3, 31)), "31/03/2014"),
        (portal.day(None), "–"),
        (portal.day(datetime(2014, 3, 31, 22, 30, tzinfo=UTC)), "01/04/2014"),
        (portal.instant(datetime(2014, 3, 31, 22, 30, tzinfo=UTC)), "01/04/2014, 00:30"),
        (portal.period(date(2014, 3, 31), date(2016, 3, 31)), "dal 31/03/2014 al 31/03/2016"),
        (portal.period(date(2014, 3, 31), None), "dal 31/03/2014"),
        (portal.period(None, None), "–"),
        (portal.counted(1, "alleanza,alleanze"), "1\xa0alleanza"),
        (portal.counted(1200, "alleanza,alleanze"), "1.200\xa0alleanze"),
        (portal.plain(1201), "1201"),
        (portal.anchor("Piano finanziario (2014)"), "piano-finanziario-2014"),
        (portal.item({"a": 1}, "a"), 1),
        (portal.item([], 0), None),
    ],
)
def test_italian_words(shown, expected):
    assert shown == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "oggi"), (1, "domani"), (-1, "ieri"), (12, "tra 12 giorni"), (-1200, "1.200 giorni fa")],
)
def test_distance_in_words(days, expected):
    assert portal.distance(TODAY + timedelta(days=days), TODAY) == expected


# --- signs --------------------------------------------------------------------------------------------------------
def test_an_icon_is_an_ornament_unless_it_has_a_label():
    assert 'aria-hidden="true"' in portal.icon("check")
    labelled = portal.icon("check", 'Fatto "bene"')
    assert 'role="img" aria-label="Fatto &quot;bene&quot;"' in labelled
    assert "aria-hidden" not in labelled


class Light(TextChoices):
    ACTIVE = "active", "In <vigore>"


def test_a_state_is_a_word_with_a_sign_and_never_markup():
    record = SimpleNamespace(status="active", get_status_display=lambda: Light.ACTIVE.label)
    shown = str(portal.status_badge(record))
    assert "state-done" in shown
    assert "In &lt;vigore&gt;" in shown


def test_an_unknown_state_is_neutral():
    assert tone_of("never heard of").name == "neutral"
    assert tone_of("refused").name == "refused"


# --- moves --------------------------------------------------------------------------------------------------------
def offer(label, *, primary=False, dangerous=False, refusal=None):
    return SimpleNamespace(
        name=label.lower(), label=label, primary=primary, dangerous=dangerous, url="/m/", refusal=refusal,
        enabled=refusal is None,
    )  # fmt: skip


def test_offers_have_one_primary_button_and_say_why_the_rest_must_wait():
    found = piece(
        "components/offers.html",
        offers=[
            offer("Ritira", dangerous=True),
            offer("Presenta", primary=True),
            offer("Chiudi", primary=True),
            offer("Finanzia", primary=True, refusal=RuleViolated("R32", "Mancano 2 firme su 7.")),
            offer("Riapri", refusal=MoveRefused("Lo stato è «Conclusa».")),
        ],
    )
    assert [words(a) for a in select(found, "a.btn-primary")] == ["Presenta"]
    assert [words(a) for a in select(found, "a.btn-outline-primary")] == ["Chiudi"]
    assert [words(a) for a in select(found, "a.btn-outline-danger")] == ["Ritira"]
    finanzia, riapri = select(found, "button[disabled]")
    reason = found.get_element_by_id(finanzia.get("aria-describedby"))
    assert words(reason) == "Mancano 2 firme su 7. (regola R32, art. 9 dell'accordo)"
    assert words(found.get_element_by_id(riapri.get("aria-describedby"))) == "Lo stato è «Conclusa»."


def test_nothing_to_offer_shows_nothing():
    assert words(piece("components/offers.html", offers=[])) == ""


def test_next_step_says_who_and_by_when():
    shown = words(
        piece("components/next_step.html", next_step={"text": "Si firma.", "who": "ASL", "by_when": date(2014, 5, 30)})
    )
    assert "Che cosa succede ora Si firma. ChiASL Entro30/05/2014 (" in shown
    later = {"text": "Si firma.", "who": "", "by_when": "alla prossima seduta"}
    assert words(piece("components/next_step.html", next_step=later)).endswith("Entroalla prossima seduta")


def test_history_tells_who_when_from_to_and_why():
    move = SimpleNamespace(
        at=datetime(2014, 3, 31, 8, 30, tzinfo=UTC), label="Restituita", from_label="Inviata", from_state="submitted",
        to_label="Restituita", to_state="returned", by_name="Anna Rossi", seat_label="ASL", reason="Manca\nl'allegato",
    )  # fmt: skip
    shown = piece("components/timeline.html", timeline=[move])
    assert "31/03/2014, 10:30 Restituita Stato: da Inviata Restituita Anna Rossi, ASL Manca" in words(shown)


# --- forms --------------------------------------------------------------------------------------------------------
class Sample(forms.Form):
    fieldsets = [("Contenuti", ["title", "summary", "gone"]), ("Risorse", ["grant", "kind"])]

    title = TextField(label="Titolo", max_length=50, help_text="Sarà pubblicato.")
    summary = LongTextField(label="Sintesi", max_length=2000, required=False)
    grant = EuroField(label="Contributo")
    kind = forms.ChoiceField(label="Tipo", choices=[("a", "Uno"), ("b", "Due")], widget=forms.RadioSelect)
    start = DateField(label="Inizio")
    agree = forms.BooleanField(label="Dichiaro")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_every_control_has_its_label_hint_and_error_tied_to_it():
    form = piece("components/form_body.html", form=Sample({"grant": "molto"}))
    ids = {element.get("id") for element in form.iter() if element.get("id")}
    for control in select(form, "input:not([type=hidden]), textarea, select"):
        assert select(form, f"label[for={control.get('id')}]"), control.get("id")
    for described in select(form, "[aria-describedby]"):
        assert set(described.get("aria-describedby").split()) <= ids
    title = form.get_element_by_id("id_title")
    assert title.get("aria-invalid") == "true"
    assert title.get("aria-describedby") == "id_title_helptext id_title_error"


def test_the_error_summary_links_to_each_wrong_field():
    sample = Sample({"grant": "molto"})
    sample.add_error(None, "L'alleanza non può avere due capofila (art. 9).")
    summary = select(piece("components/form_body.html", form=sample), ".error-summary")[0]
    assert words(select(summary, "h2")[0]) == "C'è un problema"
    assert "due capofila" in words(select(summary, "li")[0])
    targets = [a.get("href") for a in select(summary, "a")]
    assert targets == ["#id_title", "#id_grant", "#id_kind_0", "#id_start", "#id_agree"]
    assert words(select(summary, "a")[0]).startswith("Titolo: questo campo")


def test_a_form_without_errors_has_no_summary():
    assert select(piece("components/form_body.html", form=Sample()), ".error-summary") == []


def test_optional_fields_say_so_and_required_ones_do_not():
    form = piece("components/form_body.html", form=Sample())
    assert words(select(form, "label[for=id_summary]")[0]) == "Sintesi (facoltativo)"
    assert words(select(form, "label[for=id_title]")[0]) == "Titolo"


def test_fieldsets_keep_their_order_and_lose_no_field():
    groups = portal.fieldsets_of(Sample())
    assert [(title, [field.name for field in fields]) for title, fields in groups] == [
        ("Contenuti", ["title", "summary"]),
        ("Risorse", ["grant", "kind"]),
        ("", ["start", "agree"]),
    ]
    [(title, fields)] = portal.fieldsets_of(ReasonForm())
    assert (title, [field.name for field in fields]) == ("", ["reason"])


def test_units_limits_and_groups_of_choices():
    form = piece("components/form_body.html", form=Sample())
    assert words(select(form, ".field-unit .unit")[0]) == "€"
    assert words(select(form, "[data-count-for=id_summary]")[0]) == "Al massimo 2.000 caratteri."
    legends = [words(legend) for legend in select(form, ".field legend")]
    assert legends == ["Tipo"]
    assert form.get_element_by_id("id_start").get("type") == "date"


def test_a_refused_form_says_the_rule_instead_of_the_fields():
    shown = page(
        "layouts/form.html",
        title="Presenta",
        form=Sample(),
        refused=RuleViolated("R29", "Presenta solo il capofila."),
        page=SimpleNamespace(intro="", submit_label="Presenta", cancel_url="/indietro/"),
    )
    assert select(shown, "main form") == []
    assert "Presenta solo il capofila. Lo stabilisce la regola R29, art. 8 dell'accordo." in words(shown)


def test_a_dangerous_move_says_the_consequence_and_has_no_primary_button():
    shown = page(
        "layouts/move.html",
        title="Revoca",
        object="Progetto 3",
        form=ReasonForm(required=True),
        refused=None,
        transition=SimpleNamespace(consequence="Il contributo si perde.", dangerous=True),
        page=SimpleNamespace(intro="", submit_label="Revoca", cancel_url="/p/3/"),
    )
    assert "Che cosa succede se confermi Il contributo si perde." in words(shown)
    assert [words(b) for b in select(shown, "main button[type=submit]")] == ["Revoca"]
    assert select(shown, "main .btn-primary") == []


# --- lists --------------------------------------------------------------------------------------------------------
class Filters(forms.Form):
    stato = forms.ChoiceField(label="Stato", choices=[("", "Tutti"), ("a", "Attiva")], required=False)


def listing(rows, path="/alleanze/", **extra):
    paginator = EitherEndPaginator(rows, 2)
    request = RequestFactory().get(path)
    headers = [
        {"label": "Nome", "url": "?ordina=-nome", "aria_sort": "ascending", "numeric": False},
        {"label": "Contributo", "url": "", "aria_sort": "", "numeric": True},
    ]
    context = {
        "title": "Alleanze",
        "breadcrumbs": [("Rete", "/rete/")],
        "page": SimpleNamespace(
            purpose="Le alleanze della Rete.",
            row_template="components/empty.html",
            empty_text="Ne nasceranno.",
            count_label=("alleanza", "alleanze"),
        ),
        "paginator": paginator,
        "page_obj": paginator.get_page(request.GET.get("pagina")),
        "filterset": SimpleNamespace(form=Filters(request.GET)),
        "active_filters": [],
        "table_head": tables.head(headers),
        "table_orders": tables.orders(headers),
        "primary_action": ("Costituisci un'alleanza", "/alleanze/nuova/"),
        "text": "riga",
    }
    return page("layouts/list.html", path=path, **(context | extra))


def test_a_list_says_what_it_is_and_how_many():
    shown = listing(["a", "b", "c"], "/alleanze/?stato=a&pagina=2")
    assert words(select(shown, "h1")[0]) == "Alleanze"
    assert words(select(shown, "#trovati")[0]) == "3 alleanze"
    assert words(select(shown, "caption")[0]) == "Alleanze, pagina 2 di 2"
    name, grant = select(shown, "thead th")
    assert (name.get("scope"), name.get("aria-sort")) == ("col", "ascending")
    assert grant.get("aria-sort") is None
    assert (grant.get("class"), words(grant)) == ("num", "Contributo")
    assert [a.get("href") for a in select(shown, "thead a, .sort-menu a")] == ["?ordina=-nome"] * 2
    assert [words(a) for a in select(shown, ".sort-menu [aria-current]")] == ["Nome (dal primo)"]
    assert [words(a) for a in select(shown, "main .btn-primary")] == ["Costituisci un'alleanza"]
    assert [a.get("href") for a in select(shown, ".results-export a")] == [
        "?stato=a&formato=csv",
        "?stato=a&formato=xlsx",
    ]
    assert [words(a) for a in select(shown, ".paging [aria-current=page]")] == ["Pagina 2"]
    assert [words(li) for li in select(shown, ".crumbs li")] == ["Pagina iniziale", "Rete", "Alleanze"]


def test_an_empty_list_says_what_will_come_and_offers_no_export():
    shown = listing([])
    assert "Ne nasceranno." in words(shown)
    assert select(shown, "table, .results-export") == []


def test_filters_that_leave_nothing_can_be_taken_out():
    chosen = [{"label": "Stato", "value": "Attiva", "without": "?"}]
    shown = listing([], "/alleanze/?stato=a", active_filters=chosen)
    assert words(select(shown, ".chip-off")[0]) == "Togli il filtro Stato: Attiva"
    assert "Nessuna riga corrisponde ai filtri scelti." in words(shown)


# --- components ---------------------------------------------------------------------------------------------------
def test_tasks_have_one_primary_button_and_say_how_late():
    due = TODAY
    tasks = [
        {"what": "Valida", "why": "Art. 11.2", "due": due, "late": 4, "url": "/a/", "label": "Apri"},
        {"what": "Convoca", "why": "", "due": None, "late": 0, "url": "/b/", "label": "Convoca"},
    ]
    shown = piece("components/tasks.html", tasks=tasks, first_primary=True)
    assert [words(a) for a in select(shown, ".btn-primary")] == ["Apri: Valida"]
    assert "In ritardo Scaduto il 10/05/2014" in words(shown)
    assert select(piece("components/tasks.html", tasks=tasks), ".btn-primary") == []


def test_a_stepper_says_each_state_in_words():
    steps = [{"label": label, "state": state} for label, state in [("A", "done"), ("B", "current"), ("C", "todo")]]
    shown = piece("components/stepper.html", steps=steps)
    assert [words(li) for li in select(shown, "li")] == ["A (fatto)", "2 B (passo attuale)", "3 C (da fare)"]
    assert words(select(shown, "[aria-current=step]")[0]).startswith("2 B")


def test_what_is_missing_links_only_to_what_is_left():
    entries = [{"label": "Titolo", "done": True, "url": "/t/"}, {"label": "Firma", "done": False, "url": "/f/"}]
    shown = piece("components/missing.html", missing=entries)
    assert [words(li) for li in select(shown, "li")] == ["Fatto: Titolo", "Manca: Firma"]
    assert [a.get("href") for a in select(shown, "a")] == ["/f/"]


def test_a_hole_in_the_coverage_is_said_in_words():
    matrix = {
        "caption": "Copertura",
        "corner": "Distretto",
        "columns": ["Servizi", "Formazione"],
        "rows": [{"label": "Crema", "cells": [{"count": 2, "amount": Decimal(1000), "url": "/x/"}, {"count": 0}]}],
    }
    covered, hole = select(piece("components/matrix.html", matrix=matrix), "tbody td")
    assert words(covered) == "2 azioni 1.000,00 €"
    assert words(hole) == "Scoperto"
    assert hole.get("class") == "hole"


def test_facts_that_are_not_there_yet_are_a_dash():
    shown = piece("components/facts.html", facts=[("Capofila", "Comune di Crema", "/c/"), ("PEC", "")])
    assert [words(dd) for dd in select(shown, "dd")] == ["Comune di Crema", "–"]


# --- charts -------------------------------------------------------------------------------------------------------
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
        shown = render_to_string_of(f"{{% {tag} rows title='T' %}}", rows=rows)
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
        assert not re.search(r"\sstyle=", render_to_string_of(f"{{% {tag} rows title='T' %}}", rows=rows))


def render_to_string_of(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


# --- what goes wrong ----------------------------------------------------------------------------------------------
def test_the_page_for_a_broken_portal_needs_nothing_that_may_be_broken():
    shown = render_to_string("500.html")
    assert "Qualcosa non ha funzionato" in shown
    assert "/static/css/frame.css" in shown


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html"])
def test_pages_for_what_goes_wrong_say_what_to_do(name):
    shown = page(name, title="Qualcosa", reason="Può farlo solo l'ASL.")
    assert len(select(shown, "h1")) == 1
    assert "Che cosa fare" in words(shown)
    if name == "403.html":
        assert "Può farlo solo l'ASL." in words(shown)


def test_a_refusal_without_a_rule_names_none():
    assert portal.article_of(Refused("No.")) == ""


# --- filters in words ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "Attiva"),
        (["a", "b"], "Attiva, b"),
        (True, "sì"),
        (date(2014, 3, 31), "31/03/2014"),
        (slice(date(2014, 3, 31), None), "da 31/03/2014"),
        (slice(1, 5), "da 1 a 5"),
        (42, "42"),
    ],
)
def test_a_filter_in_use_is_said_in_words(value, expected):
    assert in_words(Filters().fields["stato"], value) == expected
