"""Rows and fields written in Python are what the templates would write, and nothing that people typed gets through as
markup."""

from types import SimpleNamespace

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template

from conciliazione.kernel import tables
from conciliazione.kernel.tables import Column
from conciliazione.kernel.templatetags.portal import eur
from network.enums import MembershipStatus
from network.models import Membership

EVIL = '<b onclick="x">&'


def test_the_first_cell_is_the_head_of_its_row_and_the_others_name_their_column():
    row = SimpleNamespace(name=EVIL, note="", grant=1234, get_absolute_url=lambda: "/a/?b=1&c=2")
    columns = (
        Column("name", "Nome", cell=lambda row: tables.opening(row, row.name, row.note, "di esempio")),
        Column("note", 'Che "cosa"'),
        Column("grant", "Contributo (EUR)", numeric=True, short="Contributo", cell=lambda row: eur(row.grant)),
    )
    assert tables.written(columns, [row]) == (
        '<tr><th scope="row"><a href="/a/?b=1&amp;c=2">&lt;b onclick=&quot;x&quot;&gt;&amp;</a>'
        '<span class="row-note">di esempio</span></th>'
        '<td data-label="Che &quot;cosa&quot;">–</td>'
        '<td data-label="Contributo" class="num">1.234,00\xa0€</td></tr>\n'
    )
    assert tables.written(columns, []) == ""


def test_a_state_is_the_badge_of_the_template():
    row = Membership(status=MembershipStatus.RENOUNCED)
    template = Template("{% status_badge row %}")
    assert tables.state(row) == template.render(Context({"row": row}))
    assert tables.words(row) == row.get_status_display()


class Everything(forms.Form):
    name = forms.CharField(max_length=20)
    amount = forms.DecimalField(localize=True, min_value=0)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    sure = forms.BooleanField(required=False)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "data-x": EVIL}), required=False)
    one = forms.ChoiceField(choices=[("", "Tutti"), ("a", EVIL), ("Gruppo", [("b", "B"), ("c", "C")])])
    more = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B"), ("c", "C")], disabled=True)
    kept = forms.CharField(widget=forms.HiddenInput)


GIVEN = {
    "name": EVIL,
    "amount": "1234,5",
    "day": "2014-03-31",
    "sure": "on",
    "text": f"\n{EVIL}",
    "one": "b",
    "more": ["a", "c"],
    "kept": "7",
}


@pytest.mark.parametrize("given", [None, {}, GIVEN])
def test_a_field_written_in_python_is_that_of_django(given):
    ours, theirs = Everything(given), Everything(given, renderer=DjangoTemplates())
    for name in Everything.base_fields:
        assert _plain(ours[name].as_widget()) == _plain(theirs[name].as_widget())


def _plain(html: str) -> list[str]:
    return [line.strip() for line in html.split("\n") if line.strip()]
