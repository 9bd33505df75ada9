"""Indicators: proposed by an ASL (or the Regione), agreed by the Regione, then used; at last retired (R45)."""

import json
from pathlib import Path

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import normalise

from ..enums import Aggregation, Direction, IndicatorStatus, ProgrammeStatus
from ..models import Indicator
from ..rules.breakdowns import check_dimensions
from ..rules.indicators import INDICATOR, check_ratio
from ..rules.programmes import check_area
from ._trace import save

CATALOGUE = Path(__file__).parents[1] / "data" / "indicators.json"
DEFINITION = (
    "name",
    "kind",
    "unit",
    "direction",
    "aggregation",
    "weight_unit",
    "numerator",
    "denominator",
    "area",
    "breakdowns",
    "description",
)


@atomic
def propose(programme, *, code: str, by, is_example: bool = False, **definition) -> Indicator:
    """Propose an indicator for a programme (`definition`: see DEFINITION); the Regione agrees it.

    Raises Refused beside the field.
    """
    indicator = _new(programme, code=code, is_example=is_example, status=IndicatorStatus.PROPOSED, by=by, **definition)
    save(indicator, by=by, why="Indicatore proposto")
    begin(indicator, INDICATOR, by=by, label="Indicatore proposto")
    _tell_regione(indicator, by)
    return indicator


def catalogue() -> list[dict]:
    """The starting catalogue: about 25 examples on the five areas, to be agreed or corrected; ratios by code."""
    return json.loads(CATALOGUE.read_text())


@atomic
def propose_catalogue(programme, *, by) -> list[Indicator]:
    """Propose the starting catalogue for a programme, marked as examples; codes that are there already are left.

    Raises Refused when the programme is over or nothing is left to propose.
    """
    _check_programme(programme)
    there = {indicator.code: indicator for indicator in programme.indicators.order_by("version")}
    new = []
    for row in catalogue():
        if row["code"] in there:
            continue
        parts = {name: there[row[name]] for name in ("numerator", "denominator") if name in row}
        there[row["code"]] = propose(programme, by=by, is_example=True, **{**row, **parts})
        new.append(there[row["code"]])
    if not new:
        raise Refused("Tutti gli indicatori del catalogo di partenza sono già nel programma.")
    return new


@atomic
def create_asked(programme, *, code: str, by, is_example: bool = False, **definition) -> Indicator:
    """An indicator that an alliance asks for itself, outside the regional catalogue: its ASL agrees. Raises Refused."""
    indicator = _new(programme, code=code, is_example=is_example, status=IndicatorStatus.ASKED, by=by, **definition)
    save(indicator, by=by, why="Indicatore chiesto dall'Alleanza")
    states = (IndicatorStatus, "", IndicatorStatus.ASKED)
    note(indicator, noun="indicator", name="create", label="Indicatore chiesto dall'Alleanza", by=by, states=states)
    return indicator


@atomic
def settle(indicator: Indicator, *, by, reason: str = "") -> Indicator:
    """The ASL agrees with the alliance: from now on the alliance measures it, for itself alone."""
    indicator = lock(indicator)
    move(indicator, INDICATOR, "settle", by=by, reason=reason)
    _tell_alliance(indicator, f"L'ASL ha concordato l'indicatore {indicator}: si può indicare nelle proposte.", by)
    return indicator


@atomic
def refuse(indicator: Indicator, *, by, reason: str) -> Indicator:
    """The ASL does not agree, and says why."""
    indicator = lock(indicator)
    move(indicator, INDICATOR, "refuse", by=by, reason=reason)
    _tell_alliance(indicator, f"L'ASL non ha concordato l'indicatore {indicator}: {reason}", by)
    return indicator


@atomic
def give_up(indicator: Indicator, *, by, reason: str) -> Indicator:
    """An alliance's own is not used any more; what was measured stays."""
    indicator = lock(indicator)
    move(indicator, INDICATOR, "give_up", by=by, reason=reason)
    _tell_alliance(indicator, f"L'indicatore {indicator} è stato ritirato: {reason}", by)
    return indicator


def check_own(indicator: Indicator) -> None:
    """Whether it is, or was, an alliance's own. Raises Refused."""
    if getattr(indicator, "owner", None) is None:
        raise Refused("Non è di un'Alleanza: per riprenderlo proponi un nuovo indicatore.")


@atomic
def ask_again(indicator: Indicator, *, by, reason: str) -> Indicator:
    """The alliance asks again for what was not agreed or was given up, and says why."""
    indicator = lock(indicator)
    INDICATOR.check(indicator.status, "ask_again")
    check_own(indicator)
    move(indicator, INDICATOR, "ask_again", by=by, reason=reason)
    office = access.people_with(access.Role.OFFICE, indicator.owner.alliance.network)
    notify(office, f"Si chiede di nuovo {indicator}: {reason}", url=indicator.get_absolute_url(), by=by)
    return indicator


def _tell_alliance(indicator: Indicator, text: str, by) -> None:
    owner = getattr(indicator, "owner", None)
    if owner is not None:
        notify(access.people_with(access.Role.LEAD, owner.alliance), text, url=indicator.get_absolute_url(), by=by)


def _new(programme, *, code, is_example, status, by, **definition) -> Indicator:
    _check_programme(programme)
    code = normalise(code).upper()
    if Indicator.objects.filter(programme=programme, code=code).exists():
        raise Refused("Un indicatore con questo codice esiste già nel programma.", field="code")
    indicator = Indicator(programme=programme, code=code, is_example=is_example, status=status)
    return _define(indicator, **definition)


def _define(
    indicator: Indicator,
    *,
    name: str,
    kind: str,
    unit: str,
    direction: str = Direction.UP,
    aggregation: str = Aggregation.SUM,
    weight_unit: str = "",
    numerator: Indicator | None = None,
    denominator: Indicator | None = None,
    area: str = "",
    breakdowns=(),
    description: str = "",
) -> Indicator:
    check_area(area)
    programme = indicator.programme_id
    check_ratio(
        aggregation=aggregation,
        numerator=numerator and (numerator.pk, numerator.aggregation, numerator.programme_id),
        denominator=denominator and (denominator.pk, denominator.aggregation, denominator.programme_id),
    )
    if numerator and numerator.programme_id != programme:
        raise Refused("Numeratore e denominatore sono indicatori dello stesso programma.", field="numerator")
    if aggregation == Aggregation.MEAN and not weight_unit.strip():
        raise Refused(
            "Per una media indica che cosa conta il peso, per esempio «questionari raccolti».", field="weight_unit"
        )
    indicator.name, indicator.unit, indicator.description = normalise(name), normalise(unit), normalise(description)
    indicator.kind, indicator.area, indicator.direction = kind, area, direction
    indicator.aggregation = aggregation
    indicator.weight_unit = normalise(weight_unit) if aggregation == Aggregation.MEAN else ""
    indicator.numerator, indicator.denominator = numerator, denominator
    indicator.breakdowns = check_dimensions(breakdowns, aggregation=aggregation)
    return indicator


def definition_of(indicator: Indicator) -> dict:
    """What defines an indicator, by name."""
    return {name: getattr(indicator, name) for name in DEFINITION}


def check_update(indicator: Indicator) -> None:
    """Whether the definition may be corrected. Raises Refused."""
    if indicator.status not in {IndicatorStatus.PROPOSED, IndicatorStatus.ASKED}:
        raise Refused(
            "L'indicatore è già concordato: per cambiarlo proponi una nuova versione, così le misure raccolte restano "
            "leggibili."
        )


@atomic
def update(indicator: Indicator, *, by, **definition) -> Indicator:
    """Correct a proposal. An agreed indicator does not change: the measures already taken would mean another thing."""
    indicator = lock(indicator)
    check_update(indicator)
    save(_define(indicator, **definition), by=by, why="Proposta corretta")
    note(indicator, noun="indicator", name="update", label="Proposta corretta", by=by)
    return indicator


def check_new_version(indicator: Indicator) -> None:
    """Whether a new version may be proposed: of an agreed indicator, and one at a time. Raises Refused."""
    if indicator.status != IndicatorStatus.AGREED:
        raise Refused(
            f"Si propone una nuova versione di un indicatore concordato: questo è «{indicator.get_status_display()}»."
        )
    if Indicator.objects.filter(replaces=indicator).exclude(status=IndicatorStatus.RETIRED).exists():
        raise Refused("Una nuova versione è già stata proposta: correggi quella.")


@atomic
def propose_version(indicator: Indicator, *, by, **definition) -> Indicator:
    """Propose what an agreed indicator should become. Until the Regione agrees, the present version holds.

    Raises Refused beside the field.
    """
    indicator = lock(indicator)
    check_new_version(indicator)
    _check_programme(indicator.programme)
    # a version that the Regione refused gives its place to the next
    for refused in Indicator.objects.filter(replaces=indicator, status=IndicatorStatus.RETIRED):
        refused.replaces = None
        save(refused, by=by, why="Il suo posto è di un'altra versione")
    last = Indicator.objects.filter(programme=indicator.programme, code=indicator.code).order_by("-version").first()
    new = Indicator(
        programme=indicator.programme,
        code=indicator.code,
        version=last.version + 1,
        replaces=indicator,
        is_example=indicator.is_example,
    )
    save(_define(new, **definition), by=by, why="Nuova versione proposta")
    begin(new, INDICATOR, by=by, label=f"Proposta la versione {new.version}")
    _tell_regione(new, by)
    return new


def _tell_regione(indicator: Indicator, by) -> None:
    notify(
        access.people_with(access.Role.REGION, indicator.programme),
        f"È stato proposto l'indicatore {indicator}: va concordato.",
        url=indicator.get_absolute_url(),
        by=by,
    )


@atomic
def offer(indicator: Indicator, *, by, reason: str = "") -> Indicator:
    """An alliance's own is proposed for the regional catalogue."""
    indicator = lock(indicator)
    move(indicator, INDICATOR, "offer", by=by, reason=reason)
    _tell_regione(indicator, by)
    return indicator


def check_leave(indicator: Indicator) -> None:
    """Whether it may be left to an alliance: only what an alliance had offered. Raises Refused."""
    if getattr(indicator, "owner", None) is None:
        raise Refused("Non viene da un'Alleanza: se non va bene per il catalogo, ritiralo con la motivazione.")


@atomic
def leave(indicator: Indicator, *, by, reason: str) -> Indicator:
    """The Regione does not take it into the catalogue; the alliance that offered it keeps it for itself."""
    indicator = lock(indicator)
    INDICATOR.check(indicator.status, "leave")
    check_leave(indicator)
    move(indicator, INDICATOR, "leave", by=by, reason=reason)
    return indicator


@atomic
def agree(indicator: Indicator, *, by, reason: str = "") -> Indicator:
    """The Regione agrees: from now on the ASLs catalogue actions with it (R45).

    The version that it replaces is chosen no more; projects that committed to it measure it to their end.
    """
    indicator = lock(indicator)
    INDICATOR.check(indicator.status, "agree")
    if indicator.replaces_id:
        old = lock(indicator.replaces)
        if old.status == IndicatorStatus.AGREED:
            move(old, INDICATOR, "supersede", by=by, reason=f"Concordata la versione {indicator.version}")
    indicator.agreed_on = clock.today()
    move(indicator, INDICATOR, "agree", by=by, reason=reason)
    return indicator


@atomic
def retire(indicator: Indicator, *, by, reason: str) -> Indicator:
    """Not to be used any more; what was measured stays."""
    indicator = lock(indicator)
    move(indicator, INDICATOR, "retire", by=by, reason=reason)
    return indicator


def _check_programme(programme) -> None:
    if programme.status == ProgrammeStatus.CLOSED:
        raise Refused(f"Il programma «{programme.name}» è concluso: scegline uno attivo.", field="programme")
