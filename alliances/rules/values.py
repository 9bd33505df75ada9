"""What the rules look at: an alliance and a programme's rule set as plain values, without a database."""

from dataclasses import dataclass, field, replace
from datetime import date

from conciliazione.kernel.rulebook import RULES
from network.enums import FIVE_CONTENTS, Nature, OrganisationKind, Size

from ..enums import Opening, PartnerKind, Verdict

SMALL_SIZES = frozenset({Size.MICRO, Size.SMALL})
PRIVATE_NATURES = frozenset({Nature.PRIVATE, Nature.PRIVATE_NON_PROFIT})
LEAD_WORDS = {
    Nature.PUBLIC: "un ente pubblico",
    Nature.PRIVATE_NON_PROFIT: "un ente privato non profit",
    Nature.PRIVATE: "un'impresa",
}


@dataclass(frozen=True)
class ProgrammeRules:
    """The rule set of a programme, as far as alliances are concerned. `max_leads_per_body` None: no limit."""

    programme: str
    source: str
    version: int = 1
    lead_natures: tuple[str, ...] = (Nature.PUBLIC,)
    max_leads_per_body: int | None = 1
    min_members: int = 2
    min_public: int = 1
    min_private: int = 1
    min_micro_or_small: int = 0
    mandatory_contents: tuple[str, ...] = FIVE_CONTENTS

    @property
    def label(self) -> str:
        """Where a verdict comes from: «2014-15, regole versione 1 (Accordo 2014-15, art. 9)»."""
        return f"{self.programme}, regole versione {self.version} ({self.source})"

    @property
    def leads_in_words(self) -> str:
        """Who may lead: «un ente pubblico o un ente privato non profit»."""
        words = [LEAD_WORDS[nature] for nature in LEAD_WORDS if nature in self.lead_natures]
        return " o ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "nessun ente"


@dataclass(frozen=True)
class Party:
    """A body inside an alliance, as the rules see it. `leads_elsewhere`: the other alliances that it leads now."""

    name: str
    nature: str = Nature.UNCONFIRMED
    size: str = Size.NOT_APPLICABLE
    organisation_kind: str = OrganisationKind.OTHER
    kind: str = PartnerKind.FULL
    is_lead: bool = False
    competences: str = ""
    resources: str = ""
    commitments: str = ""
    leads_elsewhere: tuple[str, ...] = ()

    @property
    def is_full(self) -> bool:
        return self.kind == PartnerKind.FULL

    @property
    def is_zone_plan_body(self) -> bool:
        return self.organisation_kind == OrganisationKind.ZONE_PLAN_BODY


@dataclass(frozen=True)
class Contents:
    """The partnership agreement: its texts, whether it is open, and who has signed (R32, R37)."""

    opening: str = Opening.UNSTATED
    organisation: str = ""
    governance: str = ""
    commitments: str = ""
    version: int = 1
    sent_to_sign: bool = False
    in_force: bool = False
    signed: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()


@dataclass(frozen=True)
class AllianceFacts:
    """Everything about an alliance that some rule asks for."""

    name: str
    network_lead: str
    parties: tuple[Party, ...] = ()
    contents: Contents = field(default_factory=Contents)
    alliances_in_network: int = 1
    instructions_issued_on: date | None = None
    purpose: str = ""
    districts: tuple[str, ...] = ()

    @property
    def leads(self) -> tuple[Party, ...]:
        return tuple(party for party in self.parties if party.is_lead)

    @property
    def lead(self) -> Party | None:
        return self.leads[0] if self.leads else None

    @property
    def full(self) -> tuple[Party, ...]:
        """The full partners: the least numbers of a programme count these."""
        return tuple(party for party in self.parties if party.is_full)

    def led_by(self, name: str, **changes) -> "AllianceFacts":
        """The same alliance with another lead."""
        parties = tuple(replace(party, is_lead=party.name == name, **changes) for party in self.parties)
        return replace(self, parties=parties)


@dataclass(frozen=True)
class Finding:
    """How the alliance stands towards one rule, with the sentence for the person and where the rule comes from."""

    rule: str
    verdict: Verdict
    words: str
    source: str
    who: str = ""
    one_of_several: bool = False  # there are more findings on this rule
    as_set: str = ""  # the rule as the programme sets it, where that is not how the agreement of 2014 has it

    @property
    def title(self) -> str:
        """The rule in words."""
        return self.as_set or RULES[self.rule].text

    @property
    def anchor(self) -> str:
        """Where a page can be opened at this rule; empty when several findings share it."""
        return f"regola-{self.rule}" if self.rule in RULES and not self.one_of_several else ""

    @property
    def met(self) -> bool:
        return self.verdict == Verdict.MET
