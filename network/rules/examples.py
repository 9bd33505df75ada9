"""The four cycles of the policy as ready examples: a programme and its rules, from which the Regione may start.

The first is that of the agreement of 2014. Of the others only the rules are given, as they were told: their act is for
whoever makes the programme to write.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ..enums import Area, Nature
from .programmes import RuleValues

AGREEMENT = RuleValues(
    lead_natures=(Nature.PUBLIC,),
    max_leads_per_body=1,
    min_members=2,
    min_public=1,
    min_private=1,
    min_micro_or_small=0,
    max_grant_share=None,
    max_grant_amount=None,
    min_co_financing_share=None,
    max_duration_months=None,
    short_initiative_months=3,
)


@dataclass(frozen=True)
class ExampleProgramme:
    """A cycle as the Regione may start from it. `source` is where its rules come from."""

    code: str
    name: str
    legal_basis: str
    starts_on: date
    ends_on: date
    source: str
    summary: str
    values: RuleValues
    areas: tuple[str, ...] = tuple(Area.values)
    agreement_months: int = 24

    @property
    def key(self) -> str:
        """How a page names it in its address."""
        return f"esempio-{self.code}"


EXAMPLES = (
    ExampleProgramme(
        code="2014-15",
        name="Conciliazione famiglia-lavoro 2014-15",
        legal_basis="D.G.R. 1081/2013; Programma Regionale di Sviluppo, D.G.R. X/113 del 14/5/2013",
        starts_on=date(2014, 1, 1),
        ends_on=date(2015, 12, 31),
        source="Accordo 2014-15, art. 8-9",
        summary="Guida un ente pubblico, una sola Alleanza per volta; servono un soggetto pubblico e uno privato.",
        values=AGREEMENT,
    ),
    ExampleProgramme(
        code="2019",
        name="Conciliazione famiglia-lavoro 2019",
        legal_basis="",
        starts_on=date(2019, 1, 1),
        ends_on=date(2019, 12, 31),
        source="Regole del ciclo 2019",
        summary="Guida un ente pubblico; i partner cofinanziano almeno il 30 % del costo.",
        values=replace(AGREEMENT, min_co_financing_share=Decimal(30)),
    ),
    ExampleProgramme(
        code="2020-23",
        name="Conciliazione vita-lavoro 2020-23",
        legal_basis="",
        starts_on=date(2020, 1, 1),
        ends_on=date(2023, 12, 31),
        source="Regole del ciclo 2020-23",
        summary="Guida un ente pubblico o un privato non profit.",
        values=replace(AGREEMENT, lead_natures=(Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT)),
    ),
    ExampleProgramme(
        code="2022",
        name="Conciliazione vita-lavoro 2022",
        legal_basis="",
        starts_on=date(2022, 1, 1),
        ends_on=date(2022, 12, 31),
        source="Regole del ciclo 2022",
        summary="Possono guidare anche le imprese, e più Alleanze; almeno quattro soggetti, due micro o piccole "
        "imprese; contributo al più il 70 % e 50.000 EUR; un anno.",
        values=replace(
            AGREEMENT,
            lead_natures=(Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT, Nature.PRIVATE),
            max_leads_per_body=None,
            min_members=4,
            min_micro_or_small=2,
            max_grant_share=Decimal(70),
            max_grant_amount=Decimal(50000),
            max_duration_months=12,
        ),
    ),
)


def example(key: str) -> ExampleProgramme | None:
    """The example with this key («esempio-2022»); None when there is no such one."""
    return next((one for one in EXAMPLES if one.key == key), None)
