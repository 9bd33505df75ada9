"""Handing in a proposal: who may, to whom, when, and what must be there (art. 8, 9, 10), as one complete list."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from conciliazione.kernel.errors import Refused, RuleViolated
from conciliazione.kernel.rulebook import enforces, violated
from network.rules.programmes import RuleValues

from . import budget, proposals
from .calls import check_open

WORDS_FOR = {
    "summary": "La sintesi",
    "needs": "Il contesto e i bisogni",
    "objectives": "Gli obiettivi",
    "sustainability": "La sostenibilità",
}


@dataclass(frozen=True)
class Requirement:
    """Something that a proposal must have before it is handed in.

    `place` is the step of the compilation where it is mended, or "alliance", "call", "network" for what is elsewhere.
    """

    key: str
    place: str
    label: str
    met: bool
    why: str = ""


@dataclass(frozen=True)
class Draft:
    """The content of a proposal as plain values."""

    texts: Mapping[str, str]
    actions: tuple[proposals.ActionRow, ...]
    lines: tuple[budget.Line, ...]
    indicators: int
    documents: tuple[tuple[str, bool], ...] = ()  # each document that the call asks for, and whether it is there


@dataclass(frozen=True)
class Situation:
    """What stands around a proposal at an instant. `person_bodies`: the bodies for which the person acts now."""

    call_status: str
    opens_at: datetime
    closes_at: datetime
    call_network: int
    call_programme: int
    alliance_network: int
    alliance_programme: int
    alliance_name: str
    alliance_dissolved: bool
    constituted: bool
    has_agreement: bool
    lead_body: int | None
    lead_name: str
    network_agreement: tuple[date, date] | None  # signed on, expires on: of the agreement in force


@enforces("R29")
def check_lead(situation: Situation, person_bodies: Iterable[int]) -> None:
    """Only the alliance's present lead hands in its proposals (R29, art. 8). Raises RuleViolated."""
    if situation.lead_body is None:
        raise violated(
            "R29",
            f"{situation.alliance_name} non ha ancora un capofila: la proposta la presenta solo il capofila. "
            "Indicate il capofila nella pagina dell'Alleanza",
        )
    if situation.lead_body not in set(person_bodies):
        raise violated(
            "R29",
            f"Presenta la proposta solo il capofila di {situation.alliance_name}, che ora è {situation.lead_name}. "
            "Chiedi a chi agisce per quell'ente",
        )


@enforces("R14")
def check_territory(situation: Situation) -> None:
    """A proposal goes to the committee of the alliance's own territory, in its own programme (R14, art. 6)."""
    if situation.call_network != situation.alliance_network:
        raise violated(
            "R14",
            f"{situation.alliance_name} è di un'altra Rete: il Comitato valuta solo le proposte delle Alleanze del "
            "proprio territorio. Scegli un avviso della tua Rete",
        )
    if situation.call_programme != situation.alliance_programme:
        raise Refused(f"L'avviso è di un altro programma rispetto a {situation.alliance_name}: scegline uno del suo.")


def check_alliance(situation: Situation) -> None:
    """The alliance is constituted, or at least its partnership agreement exists: it may be a draft at submission, and
    must be signed before funding (art. 9, and the practice of the calls)."""
    if situation.alliance_dissolved:
        raise Refused(f"{situation.alliance_name} è sciolta: non presenta più proposte.")
    if not situation.constituted and not situation.has_agreement:
        raise Refused(
            f"{situation.alliance_name} non ha ancora un accordo di partenariato: preparane almeno la bozza. "
            "Va firmato da tutti prima del finanziamento (art. 9 dell'accordo)."
        )


@enforces("R41")
def check_network_agreement(situation: Situation, day: date) -> None:
    """The network's agreement is in force on the day: two years from its signature (R41, art. 10)."""
    if situation.network_agreement is None:
        raise violated(
            "R41", "L'accordo di Rete non è in vigore: le proposte si presentano quando è sottoscritto. Chiedi all'ASL"
        )
    signed_on, expires_on = situation.network_agreement
    if not signed_on <= day <= expires_on:
        raise violated(
            "R41",
            f"L'accordo di Rete vale dal {signed_on:%d/%m/%Y} al {expires_on:%d/%m/%Y}: in questa data non si "
            "presentano proposte. Serve un nuovo accordo",
        )


def standing(
    situation: Situation, *, now: datetime, today: date, person_bodies: Iterable[int], when
) -> list[Requirement]:
    """What must hold around the proposal, in order: each met, or not and why."""
    bodies = set(person_bodies)
    checks = (
        ("open", "call", "L'avviso è aperto", lambda: check_is_open(situation, now, when)),
        ("lead", "alliance", "Presenta il capofila dell'Alleanza", lambda: check_lead(situation, bodies)),
        (
            "territory",
            "call",
            "L'avviso è della Rete e del programma dell'Alleanza",
            lambda: check_territory(situation),
        ),
        (
            "alliance",
            "alliance",
            "L'Alleanza è costituita, o il suo accordo di partenariato è almeno in bozza",
            lambda: check_alliance(situation),
        ),
        (
            "network_agreement",
            "network",
            "L'accordo di Rete è in vigore",
            lambda: check_network_agreement(situation, today),
        ),
    )
    found = []
    for key, place, label, check in checks:
        refusal = _refusal(check)
        found.append(Requirement(key, place, label, refusal is None, refusal.message if refusal else ""))
    return found


def check_standing(situation: Situation, *, now: datetime, today: date, person_bodies: Iterable[int], when) -> None:
    """Raises the first refusal of `standing`, with its rule: territory and lead first, then the alliance and time."""
    check_territory(situation)
    check_lead(situation, person_bodies)
    check_alliance(situation)
    check_network_agreement(situation, today)
    check_is_open(situation, now, when)


def check_is_open(situation: Situation, now: datetime, when) -> None:
    """Within the term of the call, to the second."""
    check_open(situation.call_status, opens_at=situation.opens_at, closes_at=situation.closes_at, now=now, when=when)


def content(draft: Draft, rules: RuleValues, *, source: str, available) -> list[Requirement]:
    """What the proposal must contain, in the order of the steps; always the whole list, met or not."""
    found = [
        Requirement("title", "summary", "Il titolo", bool(draft.texts.get("title", "").strip())),
        _text(draft, "summary"),
        _text(draft, "needs"),
        _text(draft, "objectives"),
        Requirement(
            "actions", "actions", "Almeno un'azione", bool(draft.actions), "Ogni azione ha area, ambito, periodo."
        ),
    ]
    if rules.max_duration_months:
        lasts = proposals.duration(draft.actions)
        found.append(
            Requirement(
                "duration",
                "actions",
                f"Durata al più di {rules.max_duration_months} mesi",
                lasts <= rules.max_duration_months,
                f"Dalla prima all'ultima azione sono {lasts} mesi ({source}).",
            )
        )
    totals = budget.totals(draft.lines)
    found.append(Requirement("lines", "budget", "Almeno una voce di spesa", bool(draft.lines)))
    found.append(
        Requirement("grant", "budget", "Un contributo chiesto maggiore di zero", totals.grant > 0 or not draft.lines)
    )
    found += [
        Requirement(check.key, "budget", check.label, check.met, f"{check.words[:1].upper()}{check.words[1:]}.")
        for check in budget.budget_checks(totals, rules, source=source, available=available)
    ]
    found.append(
        Requirement(
            "indicators",
            "indicators",
            "Almeno un indicatore con il suo obiettivo",
            draft.indicators > 0,
            "Si scelgono tra quelli concordati con la Regione (art. 11).",
        )
    )
    found.append(_text(draft, "sustainability"))
    found += [
        Requirement(f"document-{place}", "attachments", f"L'allegato «{title}»", there, "Lo chiede l'avviso.")
        for place, (title, there) in enumerate(draft.documents, start=1)
    ]
    return found


def check_content(requirements: Iterable[Requirement]) -> None:
    """Raises Refused with everything that is still missing."""
    missing = [requirement.label for requirement in requirements if not requirement.met]
    if missing:
        words = "Manca ancora una cosa" if len(missing) == 1 else f"Mancano ancora {len(missing)} cose"
        raise Refused(f"{words}: {'; '.join(missing)}.")


def canonical(content: Mapping) -> bytes:
    """The one way to write a content as bytes: JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint(content: Mapping) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def _text(draft: Draft, key: str) -> Requirement:
    return Requirement(key, key, WORDS_FOR[key], bool(draft.texts.get(key, "").strip()))


def _refusal(check) -> Refused | RuleViolated | None:
    try:
        check()
    except Refused as refused:
        return refused
    return None
