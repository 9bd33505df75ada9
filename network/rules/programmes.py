"""Programmes: the five areas (art. 2), the rule set as data, and the indicators agreed with the Regione (art. 11)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated
from conciliazione.kernel.text import counted

from ..enums import Area, IndicatorStatus, Nature, ProgrammeStatus

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

INDICATOR = register(
    Lifecycle(
        noun="indicator",
        states=IndicatorStatus,
        initial=IndicatorStatus.PROPOSED,
        transitions=(
            Transition(
                "agree",
                (IndicatorStatus.PROPOSED,),
                IndicatorStatus.AGREED,
                "Concorda l'indicatore",
                "indicator.agree",
                consequence="Le ASL possono usarlo per catalogare le azioni del territorio (art. 11).",
                primary=True,
            ),
            Transition(
                "retire",
                (IndicatorStatus.PROPOSED, IndicatorStatus.AGREED),
                IndicatorStatus.RETIRED,
                "Ritira l'indicatore",
                "indicator.agree",
                consequence="Non si può più usare in nuovi progetti; le misure già raccolte restano.",
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


@enforces("R45")
def check_usable(status: str) -> None:
    """An indicator is used to catalogue actions only once the Regione has agreed it (R45, art. 11.2)."""
    if status != IndicatorStatus.AGREED:
        raise violated(
            "R45",
            f"L'indicatore è «{IndicatorStatus(status).label}»: si usa solo se concordato con la Regione.",
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

    @classmethod
    def of(cls, holder) -> "RuleValues":
        """The values of whatever carries them under the same names (a stored rule set, cleaned data as an object)."""
        values = {f.name: getattr(holder, f.name) for f in fields(cls)}
        return cls(**{**values, "lead_natures": tuple(values["lead_natures"])})


LEADABLE = (Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT, Nature.PRIVATE)


def check_values(values: RuleValues) -> None:
    """A rule set makes sense: somebody may lead, and the least numbers fit one another. Raises Refused."""
    if not values.lead_natures or not set(values.lead_natures) <= set(LEADABLE):
        raise Refused("Indica almeno una natura che può essere capofila di Alleanza.", field="lead_natures")
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


def differences(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """What changed from one rule set to the next, in words: (what, before, after)."""
    before = dict(old)
    return [(what, before.get(what, ""), now) for what, now in new if before.get(what) != now]
