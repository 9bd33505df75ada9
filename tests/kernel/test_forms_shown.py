"""Forms as a person meets them: labels, hints, errors, refusals."""

from types import SimpleNamespace

import pytest
from django import forms

from conciliazione.kernel.errors import RuleViolated
from conciliazione.kernel.forms import DateField, EuroField, LongTextField, ReasonForm, TextField
from conciliazione.kernel.templatetags import portal

from .reading import page, piece, select, words

pytestmark = [pytest.mark.urls("tests.kernel.frame_urls"), pytest.mark.usefixtures("two_public_sections")]


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
