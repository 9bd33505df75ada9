"""The tallies of projects as the records give them: values of validated reports, targets of the proposals."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from plans.models import ExpectedIndicator, ExpectedPart, Project

from ..enums import ReportStatus
from ..models import Measurement, MeasurementPart
from ..rules.tallies import Read, Tallies, add, tallies_of
from .reckoning import COUNTED

AT_ONCE = 500


def tallies_of_projects(projects: Iterable[int]) -> dict[int, Tallies]:
    """Project -> its tallies; a project that was revoked has none. Five queries for each five hundred projects."""
    found: dict[int, Tallies] = {}
    keys = sorted(projects)
    for start in range(0, len(keys), AT_ONCE):
        found |= _some(keys[start : start + AT_ONCE])
    return found


def _some(keys: list[int]) -> dict[int, Tallies]:
    proposals = dict(Project.objects.filter(COUNTED, pk__in=keys).values_list("proposal", "pk"))
    chosen = list(proposals.values())
    parts: dict[int, dict] = defaultdict(dict)
    rows = MeasurementPart.objects.filter(
        measurement__report__project__in=chosen, measurement__report__status=ReportStatus.VALIDATED
    )
    for measurement, dimension, category, value in rows.order_by().values_list(
        "measurement", "dimension", "category", "value"
    ):
        parts[measurement][dimension, category] = value
    reads: dict[int, list[Read]] = defaultdict(list)
    values = Measurement.objects.filter(report__project__in=chosen, report__status=ReportStatus.VALIDATED)
    for pk, expected, day, value, weight in values.order_by("report__window__period_to", "pk").values_list(
        "pk", "expected", "report__window__period_to", "value", "weight"
    ):
        reads[expected].append(Read(day, value, weight, parts.get(pk, {})))
    part_targets: dict[int, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for expected, dimension, category, target in (
        ExpectedPart.objects.filter(expected__proposal__in=proposals)
        .order_by()
        .values_list("expected", "dimension", "category", "target")
    ):
        part_targets[expected][dimension, category] = target
    found: dict[int, Tallies] = {pk: {} for pk in chosen}
    wanted = ExpectedIndicator.objects.filter(proposal__in=proposals).order_by("pk")
    for pk, proposal, indicator, aggregation, target in wanted.values_list(
        "pk", "proposal", "indicator", "indicator__aggregation", "target"
    ):
        mine = tallies_of(indicator, aggregation, target, part_targets.get(pk, {}), reads.get(pk, ()))
        add(found[proposals[proposal]], mine)
    return found


def projects_of(network: int, programme: int) -> list[int]:
    return list(Project.objects.filter(COUNTED, network=network, programme=programme).values_list("pk", flat=True))


def territory_tallies(by_project: dict[int, Tallies]) -> Tallies:
    """The sum over projects, without what adds up to nothing."""
    total: Tallies = {}
    for tallies in by_project.values():
        add(total, tallies)
    return {key: tally for key, tally in total.items() if tally}
