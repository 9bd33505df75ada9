"""Who an alliance is made of and who leads it (art. 8 and 9). The numbers are data of the programme's rule set."""

from dataclasses import replace

from conciliazione.kernel.rulebook import RULES, enforces
from network.enums import Nature

from ..enums import PartnerKind, Verdict
from .values import PRIVATE_NATURES, SMALL_SIZES, AllianceFacts, Finding, Party, ProgrammeRules

MET, MISSING, BROKEN = Verdict.MET, Verdict.MISSING, Verdict.BROKEN
OFFICE = "ASL"
LEAD = "Capofila"


def article(rule_id: str) -> str:
    """«art. 9 dell'accordo»."""
    return f"art. {RULES[rule_id].article} dell'accordo"


def listed(names) -> str:
    """«A, B e C»."""
    names = list(names)
    return " e ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@enforces("R26")
def free_formation(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R26, art. 8: any number of freely formed alliances; the portal sets no limit and asks nobody's leave."""
    count = facts.alliances_in_network
    others = "è l'unica Alleanza" if count <= 1 else f"le Alleanze sono {count}"
    return Finding("R26", MET, f"Si forma liberamente: nella Rete {others} e il numero non ha limite.", article("R26"))


@enforces("R27")
def zone_plan_body(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R27, art. 8: a Piano di Zona body may run actions or lead; being one never counts against a body."""
    bodies = [party for party in facts.parties if party.is_zone_plan_body]
    if not bodies:
        words = "Nessun ente di Piano di Zona partecipa: può comunque entrare, gestire azioni o essere capofila."
    else:
        parts = [
            f"{party.name} {'è capofila' if party.is_lead else 'può gestire azioni o guidare'}" for party in bodies
        ]
        words = f"Piano di Zona: {listed(parts)}."
    return Finding("R27", MET, words, article("R27"))


@enforces("R35")
def public_and_private(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R35, art. 9: at least one public and one private; a programme may ask more members, by nature and size.

    Full partners count; a nature that the ASL has not confirmed counts for neither side.
    """
    counts = counts_of(facts, rules)
    lacking = [f"{what}: {has} su almeno {least}" for what, has, least in counts if has < least]
    source = f"{article('R35')}; {rules.label}"
    usual = (rules.min_members, rules.min_public, rules.min_private, rules.min_micro_or_small) == (2, 1, 1, 0)
    asked = ", ".join(f"{what} {least}" for what, _, least in counts if least)
    as_set = "" if usual else f"L'Alleanza ha almeno: {asked}"
    if not lacking:
        present = ", ".join(f"{what} {has} (almeno {least})" for what, has, least in counts if least)
        return Finding("R35", MET, f"Ci sono i soggetti richiesti: {present}.", source, as_set=as_set)
    words = f"Mancano partner effettivi: {'; '.join(lacking)}. Aggiungili prima di andare alla firma."
    unknown = [party.name for party in facts.full if party.nature == Nature.UNCONFIRMED]
    if unknown:
        words += f" La natura di {listed(unknown)} è da confermare: finché l'ASL non lo fa, non conta."
    return Finding("R35", MISSING, words, source, who=OFFICE if unknown else LEAD, as_set=as_set)


def counts_of(facts: AllianceFacts, rules: ProgrammeRules) -> tuple[tuple[str, int, int], ...]:
    """Each number that the programme sets: (what is counted, how many there are, the least)."""
    return (
        ("partecipanti", len(facts.full), rules.min_members),
        ("soggetti pubblici", _of_nature(facts, {Nature.PUBLIC}), rules.min_public),
        ("soggetti privati", _of_nature(facts, PRIVATE_NATURES), rules.min_private),
        ("micro o piccole imprese", sum(p.size in SMALL_SIZES for p in facts.full), rules.min_micro_or_small),
    )


@enforces("R35")
def each_count(facts: AllianceFacts, rules: ProgrammeRules) -> list[Finding]:
    """R35, art. 9: the same numbers one by one, for whoever compares programmes; a least of zero asks nothing."""
    source = f"{article('R35')}; {rules.label}"
    return [
        Finding(
            "R35",
            MET if has >= least else MISSING,
            f"Ora {has}, almeno {least}." if least else f"Ora {has}: il programma non ne chiede un minimo.",
            source,
            who=LEAD,
            one_of_several=True,
            as_set=f"{what[:1].upper()}{what[1:]} almeno {least}" if least else f"{what[:1].upper()}{what[1:]}",
        )
        for what, has, least in counts_of(facts, rules)
    ]


def _of_nature(facts: AllianceFacts, natures) -> int:
    return sum(party.nature in natures for party in facts.full)


@enforces("R36")
def competences_and_resources(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R36 (duty), art. 9: the members show the competences and resources that the objectives need."""
    lacking = [party.name for party in facts.full if not (party.competences.strip() and party.resources.strip())]
    if not facts.full:
        return Finding("R36", MISSING, "Non c'è ancora nessun partner effettivo.", article("R36"), who=LEAD)
    if lacking:
        words = f"Mancano competenze o risorse di: {listed(lacking)}. Scrivile nella scheda di ciascun partner."
        return Finding("R36", MISSING, words, article("R36"), who=LEAD)
    return Finding("R36", MET, "Ogni partner effettivo mostra competenze e risorse.", article("R36"))


@enforces("R38")
def one_lead_from_inside(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R38, art. 9: the alliance names exactly one lead, from inside; a full partner, since it answers for all."""
    leads = facts.leads
    if not leads:
        words = "Il capofila non è ancora indicato: scegline uno tra i partner."
        return Finding("R38", MISSING, words, article("R38"), who=LEAD)
    if len(leads) > 1:
        words = f"Il capofila è uno solo, mentre sono indicati {listed(p.name for p in leads)}."
        return Finding("R38", BROKEN, words, article("R38"))
    if leads[0].kind != PartnerKind.FULL:
        words = f"{leads[0].name} è un partner associato: il capofila si sceglie tra i partner effettivi."
        return Finding("R38", BROKEN, words, article("R38"))
    return Finding("R38", MET, f"Il capofila è uno, interno all'Alleanza: {leads[0].name}.", article("R38"))


@enforces("R39")
def lead_nature(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R39, art. 9: the lead is a public body; a later programme may also admit others, as its rule set says."""
    source = f"{article('R39')}; {rules.label}"
    only_public = tuple(rules.lead_natures) == (Nature.PUBLIC,)
    as_set = "" if only_public else f"Il capofila dell'Alleanza è {rules.leads_in_words}"
    return replace(_nature_of_the_lead(facts, rules, source), as_set=as_set)


def _nature_of_the_lead(facts: AllianceFacts, rules: ProgrammeRules, source: str) -> Finding:
    lead = facts.lead
    if lead is None:
        words = f"Il capofila sarà {rules.leads_in_words}: va ancora indicato."
        return Finding("R39", MISSING, words, source, who=LEAD)
    if lead.nature == Nature.UNCONFIRMED:
        words = (
            f"La natura di {lead.name} è da confermare: può essere capofila solo {rules.leads_in_words}. "
            "Chiedi all'ASL di confermarla."
        )
        return Finding("R39", MISSING, words, source, who=OFFICE)
    if lead.nature not in rules.lead_natures:
        words = (
            f"L'Alleanza non può indicare {lead.name} come capofila: nel programma {rules.programme} il capofila è "
            f"{rules.leads_in_words} ({rules.source}). Scegli un altro partner."
        )
        return Finding("R39", BROKEN, words, source)
    return Finding("R39", MET, f"{lead.name} può essere capofila: è ammesso {rules.leads_in_words}.", source)


@enforces("R40")
def leads_of_the_body(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R40, art. 9: a body may be in many alliances and lead at most one at a time; a programme may allow more."""
    source = f"{article('R40')}; {rules.label}"
    most, lead = rules.max_leads_per_body, facts.lead
    if most is None:
        words = "Il programma non limita quante Alleanze un ente può guidare."
        return Finding("R40", MET, words, source, as_set="Un soggetto può stare in più Alleanze e guidarne più d'una")
    as_set = "" if most == 1 else f"Un soggetto può stare in più Alleanze e {_most_words(most)}"
    if lead is None:
        words = f"Va indicato un capofila che {_most_words(most)}."
        return Finding("R40", MISSING, words, source, who=LEAD, as_set=as_set)
    return replace(_most_leads(lead, most, source), as_set=as_set)


def _most_leads(lead: Party, most: int, source: str) -> Finding:
    if len(lead.leads_elsewhere) >= most:
        words = (
            f"{lead.name} è già capofila di {listed(lead.leads_elsewhere)}: un ente {_most_words(most)}. "
            "Scegli un altro capofila, o prima sciogli l'altra Alleanza."
        )
        return Finding("R40", BROKEN, words, source)
    return Finding("R40", MET, f"{lead.name} {_most_words(most)}, e rispetta il limite.", source)


def _most_words(most: int) -> str:
    return "guida una sola Alleanza per volta" if most == 1 else f"guida al più {most} Alleanze per volta"
