"""Records chosen in a filter: from a list where there are few, else by a part of the name."""

import pytest
from django import forms

from conciliazione.kernel import choosing
from conciliazione.kernel.choosing import NamedField
from network.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bodies(made):
    names = [*(f"Ente {n}" for n in range(4)), "Casa <d'oro>"]
    return made([Organisation.objects.create(name=name, kind="municipality", nature="public") for name in names])


def shown(**data):
    class Form(forms.Form):
        ente = NamedField(queryset=Organisation.objects.all(), required=False, none_words="Nessuno si chiama «{}».")

    return Form(data)


def cleaned(text: str):
    form = shown(ente=text)
    return form.cleaned_data["ente"] if form.is_valid() else form.errors["ente"]


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(choosing, "MOST_OFFERED", 2)


def test_few_are_offered_in_a_list(bodies):
    form = shown(ente=str(bodies[1].pk))
    html = str(form["ente"])
    assert html.count("<option") == 6
    assert f'value="{bodies[1].pk}" selected' in html
    assert "Casa &lt;d&#x27;oro&gt;" in html


def test_many_are_found_by_a_part_of_the_name(bodies, many):
    form = shown(ente="ente")
    assert "<select" not in str(form["ente"])
    assert 'value="ente"' in str(form["ente"])
    assert cleaned("ente").keys == tuple(body.pk for body in bodies[:4])
    assert cleaned(" ente 2 ").keys == (bodies[2].pk,)
    assert cleaned("") is None


def test_an_address_may_state_the_key_and_the_page_shows_the_name(bodies, many):
    key = str(bodies[3].pk)
    chosen = cleaned(key)
    assert (chosen.keys, str(chosen), chosen.address) == ((bodies[3].pk,), "Ente 3", key)
    assert 'value="Ente 3"' in str(shown(ente=key)["ente"])
    assert cleaned("ente").address == "ente"


@pytest.mark.parametrize("text", ["nessuno così", "99999", "9" * 40, "\x00 -1", "%"])
def test_what_is_nobody_s_name_is_refused_in_words(bodies, many, text):
    (error,) = cleaned(text)
    assert error.startswith("Nessuno si chiama «")


def test_a_part_that_is_in_too_many_names(bodies, many, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_MEANT", 3)
    assert cleaned("ente") == ["«ente» sta in più di 3 nomi: scrivi una parte più lunga del nome."]
