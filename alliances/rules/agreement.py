"""The partnership agreement: its five contents, its signatures, who may accede later (art. 9)."""

from dataclasses import dataclass, replace

from conciliazione.kernel.rulebook import enforces, violated
from network.enums import FIVE_CONTENTS, PartnershipContent

from ..enums import Opening, Verdict
from .composition import LEAD, OFFICE, article, listed
from .values import AllianceFacts, Finding, ProgrammeRules

MET, MISSING, BROKEN = Verdict.MET, Verdict.MISSING, Verdict.BROKEN


@dataclass(frozen=True)
class Content:
    """A content of the agreement and whether it is there. `key` names the field where it is written."""

    number: int
    key: str
    label: str
    done: bool
    why: str = ""


@enforces("R37")
def five_contents(facts: AllianceFacts) -> list[Content]:
    """R37, art. 9: the five contents, in the order of the agreement, each with what is still missing."""
    written = facts.contents
    parties, stated = len(facts.parties) > 1, bool(written.opening)
    first = "" if parties and stated else "Servono i partner e l'indicazione se l'accordo è chiuso o aperto."
    return [
        Content(1, "opening", "Soggetti coinvolti, e se l'accordo è chiuso o aperto", parties and stated, first),
        Content(2, "organisation_text", "Assetti organizzativi", bool(written.organisation.strip())),
        Content(3, "governance_text", "Assetti di governance", bool(written.governance.strip())),
        Content(4, "lead", "Capofila", facts.lead is not None),
        Content(5, "commitments_text", "Impegni delle parti", bool(written.commitments.strip())),
    ]


def mandatory_contents(facts: AllianceFacts, rules: ProgrammeRules) -> list[Content]:
    """R37, art. 9: the contents that the programme requires; those of the act are five."""
    further = {
        PartnershipContent.PURPOSE: bool(facts.purpose.strip()),
        PartnershipContent.DISTRICTS: bool(facts.districts),
        PartnershipContent.CONTRIBUTIONS: _of_every_full(facts, "competences", "resources"),
        PartnershipContent.PARTY_COMMITMENTS: _of_every_full(facts, "commitments"),
    }
    known = {content.key: content for content in five_contents(facts)}
    known |= {content.value: Content(0, content.value, content.label, done) for content, done in further.items()}
    required = [content for content in PartnershipContent if content in rules.mandatory_contents]
    return [replace(known[content.value], number=number) for number, content in enumerate(required, start=1)]


def _of_every_full(facts: AllianceFacts, *names: str) -> bool:
    return bool(facts.full) and all(getattr(party, name).strip() for party in facts.full for name in names)


def contents_complete(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R37, art. 9: all the contents are there that the programme requires."""
    required = mandatory_contents(facts, rules)
    usual = set(rules.mandatory_contents) == set(FIVE_CONTENTS)
    labels = "; ".join(content.label.lower() for content in required)
    as_set = "" if usual else f"L'accordo di partenariato ha i contenuti che il programma chiede: {labels}"
    source = article("R37") if usual else f"{article('R37')}; {rules.label}"
    lacking = [content.label.lower() for content in required if not content.done]
    if lacking:
        words = f"All'accordo di partenariato mancano: {'; '.join(lacking)}."
        return Finding("R37", MISSING, words, source, who=LEAD, as_set=as_set)
    all_of_them = "tutti e cinque i contenuti" if usual else f"tutti i contenuti chiesti, {len(required)}"
    return Finding("R37", MET, f"L'accordo di partenariato ha {all_of_them}.", source, as_set=as_set)


@enforces("R32")
def signed_by_all(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R32, art. 9: the agreement is signed by all participants; until then it is not in force."""
    written = facts.contents
    if not written.sent_to_sign:
        return Finding("R32", MISSING, "L'accordo non è ancora stato mandato alla firma.", article("R32"), who=LEAD)
    if written.awaited:
        words = f"Mancano le firme di: {listed(written.awaited)}."
        return Finding("R32", MISSING, words, article("R32"), who="Partner")
    return Finding("R32", MET, f"Hanno firmato tutti: {len(written.signed)}.", article("R32"))


@enforces("R33")
def instructions_followed(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R33 (duty), art. 9: the agreement follows the instructions of the ASL; they stand beside each content."""
    issued = facts.instructions_issued_on
    if issued is None:
        words = "L'ASL non ha ancora dato indicazioni per gli accordi di partenariato di questo programma."
        return Finding("R33", MISSING, words, article("R33"), who=OFFICE)
    words = f"Le indicazioni dell'ASL, del {issued:%d/%m/%Y}, sono accanto al testo mentre lo si scrive."
    return Finding("R33", MET, words, article("R33"))


@enforces("R34")
def later_accession(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R34, art. 9: others may accede later only if the agreement says that it is open."""
    opening = facts.contents.opening
    if not opening:
        words = "Va indicato se l'accordo è chiuso o aperto a successive adesioni."
        return Finding("R34", MISSING, words, article("R34"), who=LEAD)
    words = (
        "L'accordo è aperto: altri soggetti possono aderire dopo, firmando un'adesione."
        if opening == Opening.OPEN
        else "L'accordo è chiuso: dopo la costituzione nessun altro può aderire."
    )
    return Finding("R34", MET, words, article("R34"))


def check_later_accession(opening: str, alliance: str) -> None:
    """Raises R34 unless the agreement in force is open to later accessions."""
    if opening != Opening.OPEN:
        raise violated(
            "R34",
            f"L'accordo di {alliance} è chiuso: altri soggetti possono aderire solo se l'accordo lo prevede. "
            "Prepara una nuova versione dell'accordo che lo dica aperto",
        )
