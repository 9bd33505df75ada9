"""One alliance against the rules of any programme: its own, the others that the person sees, the shipped examples."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from conciliazione.kernel import clock
from network.queries import comparable_rule_sets
from network.rules.examples import EXAMPLES
from network.rules.programmes import RuleValues

from ..enums import Verdict
from ..models import Alliance
from ..rules.check import compare
from ..rules.values import AllianceFacts, Finding, ProgrammeRules
from .verdicts import facts_of, programme_rules, rule_set_of, rules_from


@dataclass(frozen=True)
class Yardstick:
    """Rules to hold an alliance against. `key` names them in the address of the page; `own`: those that bind it."""

    key: str
    label: str
    rules: ProgrammeRules
    values: RuleValues
    areas: tuple[str, ...]
    own: bool = False


# a room that knows more reads it once for an alliance and a person, and then answers for each set of rules
Answer = Callable[[Yardstick], list[Finding]]
Teller = Callable[[Alliance, object], Answer]
_tellers: list[Teller] = []


def also(teller: Teller) -> Teller:
    """Let a room that knows more of an alliance (its proposals) answer for the rules that concern it."""
    _tellers.append(teller)
    return teller


def yardsticks_for(alliance: Alliance, person) -> list[Yardstick]:
    """The rules that bind the alliance first, then today's of each programme that the person sees, then the examples
    of the cycles that are not among those."""
    bound = rule_set_of(alliance)
    found = [_of_rule_set(bound, str(bound.programme_id), own=True)]
    codes = {bound.programme.code}
    for _, versions in groupby(comparable_rule_sets(person), key=lambda one: one.programme_id):
        versions = list(versions)
        present = next((one for one in versions if one.valid_from <= clock.today()), versions[-1])
        codes.add(present.programme.code)
        if present.programme_id != bound.programme_id:
            found.append(_of_rule_set(present, str(present.programme_id)))
        elif present.pk != bound.pk:
            found.append(_of_rule_set(present, f"{present.programme_id}-oggi"))
    found += [
        Yardstick(
            key=one.key,
            label=f"{one.name} (esempio)",
            rules=rules_from(one.values, one.name, one.source),
            values=one.values,
            areas=one.areas,
        )
        for one in EXAMPLES
        if one.code not in codes
    ]
    return found


def _of_rule_set(rule_set, key: str, *, own: bool = False) -> Yardstick:
    return Yardstick(
        key=key,
        label=f"{rule_set.programme.name}, versione {rule_set.version}",
        rules=programme_rules(rule_set),
        values=RuleValues.of(rule_set),
        areas=tuple(rule_set.programme.areas),
        own=own,
    )


@dataclass(frozen=True)
class Outcome:
    """How the alliance stands towards one set of rules: every rule, and how many are met, missing, broken."""

    yardstick: Yardstick
    findings: list[Finding]

    def count(self, verdict: Verdict) -> int:
        return sum(finding.verdict == verdict for finding in self.findings)

    @property
    def met(self) -> int:
        return self.count(Verdict.MET)

    @property
    def missing(self) -> int:
        return self.count(Verdict.MISSING)

    @property
    def broken(self) -> int:
        return self.count(Verdict.BROKEN)


def outcomes(alliance: Alliance, person) -> list[Outcome]:
    """The alliance against each of its yardsticks."""
    facts = facts_of(alliance)
    answers = [teller(alliance, person) for teller in _tellers]
    return [_outcome(facts, yardstick, answers) for yardstick in yardsticks_for(alliance, person)]


def _outcome(facts: AllianceFacts, yardstick: Yardstick, answers: list[Answer]) -> Outcome:
    findings = compare(facts, yardstick.rules)
    return Outcome(yardstick, findings + [finding for answer in answers for finding in answer(yardstick)])
