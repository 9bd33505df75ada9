"""Programmes: the five areas (art. 2), and the rule set as data."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated
from conciliazione.kernel.text import counted

from ..enums import FIVE_CONTENTS, Area, Nature, PartnershipContent, ProgrammeStatus

PROGRAMME = register(
    Lifecycle(
        noun="programme",
        states=ProgrammeStatus,
        initial=ProgrammeStatus.DRAFT,
        transitions=(
            Transition(
                "activate",
                (ProgrammeStatus.DRAFT,),
                ProgrammeStatus.ACTIVE,
                "Attiva il programma",
                "programme.edit",
                consequence="Le Reti possono preparare accordi, avvisi e piani secondo le regole in vigore.",
                primary=True,
            ),
            Transition(
                "close",
                (ProgrammeStatus.ACTIVE,),
                ProgrammeStatus.CLOSED,
                "Concludi il programma",
                "programme.edit",
                consequence="Nessun nuovo accordo, avviso o piano può nascere in questo programma.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)


@enforces("R01")
def check_area(area: str) -> None:
    """The areas of intervention are exactly the five of article 2 (R01); empty means «not of one area»."""
    if area and area not in Area.values:
        raise violated("R01", f"«{area}» non è un'area di intervento: scegli una delle cinque.", field="area")


@enforces("R01")
def check_programme_areas(areas: Iterable[str]) -> list[str]:
    """The areas on which a programme works, in the order of article 2: some or all of the five, and no other (R01)."""
    areas = set(areas)
    for area in areas:
        if area not in Area.values:
            raise violated("R01", f"«{area}» non è un'area di intervento: scegli tra le cinque.", field="areas")
    if not areas:
        raise violated("R01", "Scegli almeno una delle cinque aree di intervento", field="areas")
    return [area for area in Area.values if area in areas]


@enforces("R01")
def check_area_of_programme(area: str, areas: Iterable[str], programme: str) -> None:
    """An action falls in an area on which its programme works (R01, art. 2). Raises RuleViolated."""
    check_area(area)
    areas = list(areas)
    if area and area not in areas:
        open_ones = "; ".join(Area(one).label for one in areas)
        raise violated(
            "R01",
            f"Il programma «{programme}» non lavora sull'area «{Area(area).label}». Scegli tra: {open_ones} (art. 2).",
            field="area",
        )


@dataclass(frozen=True)
class RuleValues:
    """The rule set of a programme as plain values. Shares in per cent, amounts in EUR, durations in months."""

    lead_natures: tuple[str, ...]
    max_leads_per_body: int | None
    min_members: int
    min_public: int
    min_private: int
    min_micro_or_small: int
    max_grant_share: Decimal | None
    max_grant_amount: Decimal | None
    min_co_financing_share: Decimal | None
    max_duration_months: int | None
    short_initiative_months: int
    mandatory_contents: tuple[str, ...] = FIVE_CONTENTS

    @classmethod
    def of(cls, holder) -> "RuleValues":
        """The values of whatever carries them under the same names (a stored rule set, cleaned data as an object)."""
        values = {f.name: getattr(holder, f.name) for f in fields(cls)}
        several = {name: tuple(values[name]) for name in ("lead_natures", "mandatory_contents")}
        return cls(**{**values, **several})


LEADABLE = (Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT, Nature.PRIVATE)


def check_values(values: RuleValues) -> None:
    """A rule set makes sense: somebody may lead, and the least numbers fit one another. Raises Refused."""
    if not values.lead_natures or not set(values.lead_natures) <= set(LEADABLE):
        raise Refused("Indica almeno una natura che può essere capofila di Alleanza.", field="lead_natures")
    if not set(values.mandatory_contents) <= set(PartnershipContent.values):
        raise Refused("Scegli i contenuti obbligatori tra quelli dell'elenco.", field="mandatory_contents")
    if PartnershipContent.LEAD not in values.mandatory_contents:
        raise violated(
            "R38",
            "Ogni Alleanza ha un capofila: l'accordo di partenariato deve indicarlo",
            field="mandatory_contents",
        )
    if values.min_public + values.min_private > values.min_members:
        raise Refused(
            f"I partecipanti sono almeno {values.min_members}, ma i soggetti pubblici e privati richiesti insieme sono "
            f"{values.min_public + values.min_private}: alza il primo numero.",
            field="min_members",
        )
    if values.max_grant_share is not None and values.min_co_financing_share is not None:
        total = values.max_grant_share + values.min_co_financing_share
        if total > 100:
            raise Refused(
                "Contributo massimo e cofinanziamento minimo superano insieme il 100 % del costo: correggine uno.",
                field="min_co_financing_share",
            )


def in_words(values: RuleValues) -> list[tuple[str, str]]:
    """The rule set as a person reads it: (what it is about, the rule)."""
    words = [Nature(nature).label.lower() for nature in values.lead_natures]
    natures = " o ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
    members = (
        f"Almeno {values.min_members} partecipanti, di cui almeno "
        f"{counted(values.min_public, 'pubblico', 'pubblici')} "
        f"e almeno {counted(values.min_private, 'privato', 'privati')}"
    )
    if values.min_micro_or_small:
        members += (
            f"; almeno {counted(values.min_micro_or_small, 'micro o piccola impresa', 'micro o piccole imprese')}"
        )
    leads = {None: "In quante Alleanze vuole", 1: "Una sola Alleanza alla volta"}
    rows = [
        ("Chi può essere capofila di Alleanza", f"Un soggetto {natures}"),
        (
            "Di quante Alleanze può essere capofila un soggetto",
            leads.get(values.max_leads_per_body, f"Al più {values.max_leads_per_body} alla volta"),
        ),
        ("Composizione dell'Alleanza", members),
        ("Contributo", _grant(values)),
        (
            "Cofinanziamento dei partner",
            f"Almeno {_share(values.min_co_financing_share)} del costo"
            if values.min_co_financing_share
            else "Nessun minimo fissato",
        ),
        (
            "Durata dei progetti",
            f"Al più {values.max_duration_months} mesi" if values.max_duration_months else "Nessun limite fissato",
        ),
        (
            "Iniziative brevi",
            f"Le azioni più brevi di {values.short_initiative_months} mesi sono segnalate al Comitato",
        ),
        (
            "Contenuti obbligatori dell'accordo di partenariato",
            "; ".join(c.label for c in PartnershipContent if c in values.mandatory_contents),
        ),
    ]
    return rows


def _share(share: Decimal) -> str:
    return f"{share.normalize():f}".replace(".", ",") + " %"


def _grant(values: RuleValues) -> str:
    parts = []
    if values.max_grant_share is not None:
        parts.append(f"{_share(values.max_grant_share)} del costo")
    if values.max_grant_amount is not None:
        amount = f"{values.max_grant_amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
        parts.append(f"{amount} €")
    return f"Al più {' e al più '.join(parts)}" if parts else "Nessun limite fissato dal programma: lo fissa l'avviso"


@dataclass(frozen=True)
class ComparedRule:
    """One rule in two rule sets, in words."""

    what: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def side_by_side(old: RuleValues, new: RuleValues) -> list[ComparedRule]:
    """Every rule in both rule sets, changed or not."""
    before = dict(in_words(old))
    return [ComparedRule(what, before[what], after) for what, after in in_words(new)]


def check_may_revise(*, version: int, is_latest: bool, frozen: bool) -> None:
    """A version is corrected in place only while nothing stands on it. Raises Refused."""
    if frozen:
        raise Refused(
            f"La versione {version} delle regole è fissata, perché un'Alleanza del programma è già costituita: "
            "scrivi una nuova versione, con la data da cui vale."
        )
    if not is_latest:
        raise Refused(f"La versione {version} è stata sostituita e resta com'è: si corregge solo l'ultima.")


def check_valid_from(valid_from: date, *, latest: date, version: int, frozen: bool, today: date) -> None:
    """From when a new version may hold: never before the one it follows, and not back in time once rules are frozen."""
    if valid_from < latest:
        raise Refused(
            f"La versione {version} vale dal {latest:%d/%m/%Y}: la nuova non può valere prima.", field="valid_from"
        )
    if frozen and valid_from < today:
        raise Refused(
            "Nel programma ci sono Alleanze già costituite: la nuova versione vale da oggi o da un giorno a venire.",
            field="valid_from",
        )


def differences(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """What changed from one rule set to the next, in words: (what, before, after)."""
    before = dict(old)
    return [(what, before.get(what, ""), now) for what, now in new if before.get(what) != now]
