"""Programmes: the rules in force, and how they changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused

from ..models import Programme, RuleSet
from ..rules.programmes import RuleValues, differences, in_words


def rule_set_for(programme: Programme, on=None) -> RuleSet:
    """The rules of the programme in force on a day (today when not given): the latest version valid by then.

    Before the first of them begins, the first. Raises Refused when the programme has no rules yet.
    """
    on = on or clock.today()
    versions = list(programme.rule_sets.order_by("-version"))
    if not versions:
        raise Refused(f"Il programma «{programme.name}» non ha ancora regole: le scrive la Regione.")
    return next((version for version in versions if version.valid_from <= on), versions[-1])


def latest_rule_set(programme: Programme) -> RuleSet | None:
    """The newest version, in force or still to come; None when there is none yet."""
    return programme.rule_sets.order_by("-version").first()


def comparable_rule_sets(person) -> list[RuleSet]:
    """Every version of the rules of the programmes that the person sees, by programme, newest first."""
    rows = RuleSet.objects.filter(programme__in=Programme.objects.visible_to(person)).select_related("programme")
    return list(rows.order_by("programme__starts_on", "programme", "-version"))


@dataclass(frozen=True)
class RuleSetInWords:
    """A version of the rules, its sentences, and what it changed against the one before."""

    rule_set: RuleSet
    sentences: list[tuple[str, str]]
    changes: list[tuple[str, str, str]]
    in_force: bool


def rule_set_history(programme: Programme) -> list[RuleSetInWords]:
    """All versions, newest first."""
    versions = list(programme.rule_sets.order_by("version"))
    if not versions:
        return []
    current = rule_set_for(programme)
    found, before = [], []
    for version in versions:
        sentences = in_words(RuleValues.of(version))
        changes = differences(before, sentences) if before else []
        found.append(RuleSetInWords(version, sentences, changes, version.pk == current.pk))
        before = sentences
    return found[::-1]


def current_programme(programmes: Iterable[Programme]) -> Programme | None:
    """Of these, newest first: the newest that runs today, or else the newest that has begun."""
    programmes, today = list(programmes), clock.today()
    begun = [p for p in programmes if p.starts_on <= today]
    return next((p for p in begun if today <= p.ends_on), begun[0] if begun else next(iter(programmes), None))
