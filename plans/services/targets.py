"""An alliance's own indicators, and what a proposal commits to for each part of a breakdown (R44, R45)."""

from collections.abc import Mapping
from decimal import Decimal

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock
from conciliazione.kernel.notices import notify
from network.enums import Dimension
from network.models import Indicator
from network.rules.breakdowns import categories, check_parts
from network.services import indicators

from ..models import AllianceIndicator, ExpectedIndicator, ExpectedPart
from ..queries import proposals as queries
from .proposals import editable, touch
from .saving import drop, keep


@atomic
def ask_indicator(alliance, *, by, code: str, is_example: bool = False, **definition) -> Indicator:
    """Ask for an indicator of the alliance's own; its ASL agrees or says why not. Raises Refused beside the field.

    `definition`: see `network.services.indicators.DEFINITION`.
    """
    indicator = indicators.create_asked(alliance.programme, code=code, by=by, is_example=is_example, **definition)
    AllianceIndicator.objects.create(alliance=alliance, indicator=indicator)
    notify(
        access.people_with(Role.OFFICE, alliance.network),
        f"L'Alleanza {alliance.name} chiede un indicatore proprio, {indicator}: concordalo o di' perché no.",
        url=indicator.get_absolute_url(),
        by=by,
    )
    return indicator


@atomic
def set_part_targets(
    expected: ExpectedIndicator, *, by, targets: Mapping[tuple[str, str], Decimal]
) -> ExpectedIndicator:
    """Say what of the target is for each part: (dimension, category) -> target. What is not given is taken out.

    The parts of a breakdown add up to the target. Raises Refused; its field is `part_<dimension>`.
    """
    editable(expected.proposal, "indicators")
    expected = lock(expected)
    indicator = expected.indicator
    if not indicator.breakdowns:
        raise Refused("Questo indicatore si raccoglie solo come totale: non ha parti a cui dare un obiettivo.")
    districts = {str(d.pk): d.name for d in queries.districts_for(expected.proposal)}
    allowed = {name: categories(Dimension(name), districts) for name in indicator.breakdowns}
    check_parts(indicator.name, expected.target, targets, allowed)
    there = {(part.dimension, part.category): part for part in expected.parts.all()}
    for key in there.keys() - targets.keys():
        drop(there[key], by=by, why="Obiettivo della voce tolto")
    for (dimension, category), target in targets.items():
        part = there.get((dimension, category)) or ExpectedPart(
            expected=expected, dimension=dimension, category=category
        )
        if part.pk is None or part.target != target:
            part.target = target
            keep(part, by=by, why="Obiettivo della voce")
    touch(expected.proposal, by=by, why="Obiettivi per voce")
    return expected
