"""Indicators: proposed by an ASL (or the Regione), agreed by the Regione, then used; at last retired (R45)."""

from conciliazione.kernel import access
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import normalise

from ..enums import IndicatorStatus, ProgrammeStatus
from ..models import Indicator
from ..rules.programmes import INDICATOR, check_area
from ._trace import save


@atomic
def propose(
    programme,
    *,
    code: str,
    name: str,
    kind: str,
    unit: str,
    by,
    area: str = "",
    by_sex: bool = False,
    description: str = "",
    is_example: bool = False,
) -> Indicator:
    """Propose an indicator for a programme; the Regione agrees it. Raises Refused for a code that is taken."""
    check_area(area)
    _check_programme(programme)
    code = normalise(code).upper()
    if Indicator.objects.filter(programme=programme, code=code).exists():
        raise Refused("Un indicatore con questo codice esiste già nel programma.", field="code")
    indicator = Indicator(
        programme=programme,
        code=code,
        name=normalise(name),
        kind=kind,
        unit=normalise(unit),
        area=area,
        by_sex=by_sex,
        description=normalise(description),
        is_example=is_example,
    )
    save(indicator, by=by, why="Indicatore proposto")
    begin(indicator, INDICATOR, by=by, label="Indicatore proposto")
    notify(
        access.people_with(access.Role.REGION, programme),
        f"È stato proposto l'indicatore {indicator}: va concordato.",
        url=indicator.get_absolute_url(),
        by=by,
    )
    return indicator


@atomic
def update(indicator: Indicator, *, by, name: str, kind: str, unit: str, area: str, by_sex: bool, description: str):
    """Correct a proposal. An agreed indicator does not change: the measures already taken would mean another thing."""
    indicator = lock(indicator)
    check_area(area)
    if indicator.status != IndicatorStatus.PROPOSED:
        raise Refused("L'indicatore è già concordato: ritiralo e proponine un altro, così le misure restano leggibili.")
    indicator.name, indicator.unit, indicator.description = normalise(name), normalise(unit), normalise(description)
    indicator.kind, indicator.area, indicator.by_sex = kind, area, by_sex
    save(indicator, by=by, why="Proposta corretta")
    note(indicator, noun="indicator", name="update", label="Proposta corretta", by=by)
    return indicator


@atomic
def agree(indicator: Indicator, *, by, reason: str = "") -> Indicator:
    """The Regione agrees: from now on the ASLs catalogue actions with it (R45)."""
    indicator = lock(indicator)
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
