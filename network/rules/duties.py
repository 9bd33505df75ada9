"""The seven duties of each adherent (art. 7), and who can tell what is known of each.

The network knows signatures and meetings. What a higher app knows (co-financing, corrective actions) it contributes
with `contribute`, so that nothing here asks upwards.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from conciliazione.kernel.rulebook import enforces


@dataclass(frozen=True)
class Duty:
    rule: str
    title: str
    text: str
    hint: str  # what the portal asks when nothing is known yet


_DUTIES = (
    Duty(
        "R18",
        "Condizioni concordate",
        "Rispettare le condizioni concordate e indicate nell'accordo.",
        "Firma l'adesione all'accordo.",
    ),
    Duty(
        "R19",
        "Formazione",
        "Partecipare alla formazione e all'accompagnamento.",
        "Partecipa al prossimo incontro di formazione.",
    ),
    Duty(
        "R20",
        "Incontri periodici",
        "Partecipare agli incontri periodici per pianificare, condividere, seguire l'andamento e le criticità.",
        "Partecipa al prossimo incontro periodico della Rete.",
    ),
    Duty(
        "R21",
        "Azioni correttive",
        "Individuare le azioni correttive per proseguire al meglio le attività programmate.",
        "Racconta che cosa hai proposto di correggere.",
    ),
    Duty(
        "R22",
        "Compartecipazione",
        "Promuovere la compartecipazione, anche finanziaria, alle iniziative.",
        "Racconta con che cosa partecipi: ore, spazi, risorse.",
    ),
    Duty(
        "R23",
        "Sinergia con informazione e formazione",
        "Garantire la sinergia con le azioni informative e formative per le famiglie e le pari opportunità.",
        "Racconta le iniziative informative collegate.",
    ),
    Duty(
        "R24",
        "Enti finanziatori terzi",
        "Promuovere partnership con enti finanziatori terzi e strategie di raccolta fondi.",
        "Racconta i contatti con fondazioni o altri finanziatori.",
    ),
)


@enforces("R18", "R19", "R20", "R21", "R22", "R23", "R24")
def duties() -> tuple[Duty, ...]:
    """The seven duties in the order of article 7."""
    return _DUTIES


DUTY_CHOICES = [(duty.rule, duty.title) for duty in _DUTIES if duty.rule not in {"R18", "R19", "R20"}]


@dataclass(frozen=True)
class Evidence:
    """One thing that the portal knows: a sentence, and the page where it is seen."""

    text: str
    url: str = ""


@dataclass
class DutyState:
    """A duty of one adherent and what is known of it. `wanting` says what is still asked, if anything."""

    duty: Duty
    evidence: list[Evidence] = field(default_factory=list)
    wanting: str = ""

    @property
    def met(self) -> bool:
        return bool(self.evidence) and not self.wanting


# rule -> callables(network_pk, organisation_pks) -> {organisation_pk: [Evidence]}
_contributors: dict[str, list[Callable]] = defaultdict(list)


def contribute(rule: str, teller: Callable[[int, Iterable[int]], dict[int, list[Evidence]]]) -> Callable:
    """Let another app tell what it knows of a duty."""
    _contributors[rule].append(teller)
    return teller


def told_by_others(rule: str, network_pk: int, organisation_pks: Iterable[int]) -> dict[int, list[Evidence]]:
    """What the other apps know of a duty, by body."""
    found: dict[int, list[Evidence]] = defaultdict(list)
    for teller in _contributors[rule]:
        for pk, evidence in teller(network_pk, organisation_pks).items():
            found[pk] += evidence
    return found
