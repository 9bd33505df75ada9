"""The pages written from the code say what the code does; every rule has its place and its test."""

import pytest

from conciliazione.kernel.rulebook import RULES, Kind, places
from conciliazione.portal import handbook


@pytest.fixture(autouse=True, scope="module")
def _everything_loaded():
    handbook.load_everything()


@pytest.mark.parametrize("name", ["rules.md", "permissions.md", "workflows.md"])
def test_page_is_what_the_code_says(name):
    path, text = next((p, t) for p, t in handbook.pages().items() if p.name == name)
    assert path.read_text() == text, "run manage.py write_docs"


def test_there_are_46_rules():
    assert len(RULES) == 46


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.kind == Kind.HARD], ids=lambda r: r.id)
def test_hard_rule_is_enforced_and_tested(rule):
    assert places()[rule.id], f"nothing enforces {rule.id}"
    assert handbook.tested_rules()[rule.id], f"no test carries {rule.id}"


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.kind == Kind.DUTY], ids=lambda r: r.id)
def test_duty_is_shown_or_waits(rule):
    assert bool(places()[rule.id]) != (rule.id in handbook.WAITING)
