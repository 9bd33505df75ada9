"""What templates stand on: words and numbers, signs, components, layouts. Nothing here needs a database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.test import RequestFactory

from conciliazione.kernel import clock, tables
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.pages import in_words
from conciliazione.kernel.paging import EitherEndPaginator
from conciliazione.kernel.templatetags import portal
from conciliazione.kernel.tones import tone_of

from .reading import drawn, page, piece, select, words

pytestmark = [pytest.mark.urls("tests.kernel.frame_urls"), pytest.mark.usefixtures("two_public_sections")]
TODAY = date(2014, 5, 10)


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
