"""Every entry that the whole story leaves in the trail is told in Italian, and can be looked for by its kind."""

import re

import pytest
from django.urls import reverse

from conciliazione.kernel.access import Role
from conciliazione.kernel.models import TrailEntry
from conciliazione.portal.trail_words import kinds_of_record, words_of

from .walk import person_of

pytestmark = pytest.mark.django_db


def named() -> set[str]:
    return {label for _, kinds in kinds_of_record() for label, _ in kinds}


def test_the_words_of_the_code_are_not_shown(story):
    told = {words_of(entry) for entry in TrailEntry.objects.all()}
    assert len(told) > 100
    assert not [words for words in told if re.search(r"act_as|[a-z]_[a-z]|organisation|network-|^[a-z_]+:", words)]


def test_whatever_an_entry_is_about_has_a_name_and_is_in_the_filter(story):
    entries = {entry.about_kind: entry for entry in TrailEntry.objects.exclude(about="")}
    assert len(entries) > 25
    assert set(entries) <= named()
    names = dict(pair for _, kinds in kinds_of_record() for pair in kinds)
    assert not [
        name
        for label, name in names.items()
        if name.lower().replace(" ", "") == label.split(".")[1] and label.split(".")[1] not in {"partner"}
    ]


def test_one_chooses_a_kind_and_a_number(story, enter):
    client = enter(person_of("regione"))
    given = TrailEntry.objects.filter(about__startswith="alliances.alliance:", what__endswith=": act_as_lead").first()
    number = given.about.partition(":")[2]
    page = client.get(reverse("portal:trail"), {"su": "alliances.alliance", "numero": number})
    assert {row.about for row in page.context["page_obj"]} == {given.about}
    assert '<optgroup label="Alleanze">' in page.content.decode()
    assert f": {Role.LEAD.label}" in words_of(given)
    assert words_of(given) in page.content.decode()
    nothing = client.get(reverse("portal:trail"), {"su": "auth.group"})
    assert nothing.status_code == 200
