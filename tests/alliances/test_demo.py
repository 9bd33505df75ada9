"""The second stage of the demonstration, told after the first."""

import pytest

from alliances.enums import AllianceStatus, Opening
from alliances.models import Alliance
from alliances.queries import agreement_in_force, is_constituted, lead_of, tasks_for, verdicts
from conciliazione.kernel import access
from conciliazione.portal.demo import agreement, alliances
from conciliazione.portal.demo.story import Story
from network.models import Organisation

pytestmark = pytest.mark.django_db


def test_three_alliances_are_constituted_and_a_fourth_has_work_left():
    story = Story()
    agreement.tell(story)
    alliances.tell(story)

    for tale in alliances.TALES:
        alliance = story.alliance(tale.name)
        assert is_constituted(alliance)
        assert alliance.is_example
        assert (alliance.constituted_on.year, alliance.constituted_on.month in (5, 6)) == (2014, True)
        assert [finding.rule for finding in verdicts(alliance) if not finding.met] == []
        assert lead_of(alliance).organisation.name == tale.lead["body"]
        assert story.lead_person(alliance) == story.person(f"capofila.{tale.key}")
        partner = story.person(f"partner.{tale.key}")
        assert access.Role.PARTNER in access.roles_on(partner, alliance)
    assert agreement_in_force(story.alliance(alliances.OPEN_ONE)).opening == Opening.OPEN
    assert Alliance.objects.filter(status=AllianceStatus.FORMING).get().name == alliances.FORMING
    unmet = {finding.rule for finding in verdicts(story.alliance(alliances.FORMING)) if not finding.met}
    assert {"R35", "R36", "R37", "R38"} <= unmet
    with story.on(2015, 11, 16):
        assert any("Il Gelso" in task.what for task in tasks_for(story.person("asl")))
        assert any(alliances.FORMING in task.what for task in tasks_for(story.person("promotrice")))
    assert not Organisation.objects.filter(name__contains="(esempio)", is_example=False).exists()
    assert access.drift() == (set(), set())
