"""The kept results, read for a selection: each indicator against its target, over time and by part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Sum

from alliances.models import Alliance
from conciliazione.kernel import access
from conciliazione.kernel.rulebook import enforces
from network.enums import COUNTED_INDICATORS, Aggregation, Dimension
from network.models import District, Indicator, Network
from network.rules.breakdowns import categories
from network.rules.indicators import ratio

from ..models import ProjectResults, ResultFigures
from ..rules.halves import half_label
from ..rules.results import Achieved
from ..rules.tallies import NO_HALF, WHOLE, Tally, promised, reached, unpacked
from .kept import Selection

SINCE_A_DAY = {Aggregation.SUM, Aggregation.MEAN}  # what adds up over a period, and so has a beginning
ORDER = list(Dimension)


@dataclass
class Result:
    """An indicator over a selection. `tallies`: (half-year, dimension, category) -> tally."""

    indicator: Indicator
    tallies: dict[tuple[int, str, str], Tally] = field(default_factory=dict)
    first: int | None = None
    numerator: "Result | None" = None
    denominator: "Result | None" = None

    def add(self, key: tuple[int, str, str], tally: Tally) -> None:
        self.tallies[key] = self.tallies.get(key, Tally()) + tally

    def _total(self, part: tuple[str, str], until: int | None = None) -> Tally:
        # what is counted once has no beginning: its last value holds what came before the period too
        begin = self.first if self.indicator.aggregation in SINCE_A_DAY else None
        found = Tally()
        for (half, *where), tally in self.tallies.items():
            inside = (until is None or half <= until) and (begin is None or half >= begin)
            if half != NO_HALF and tuple(where) == part and inside:
                found += tally
        return found

    def value(self, until: int | None = None) -> Decimal | None:
        """What was reached, by the end of a half-year or in all; None while nothing was measured."""
        if self.indicator.aggregation == Aggregation.RATIO:
            parts = (self.numerator, self.denominator)
            return ratio(*(None if part is None else part.value(until) for part in parts))
        return reached(self.indicator.aggregation, self._total(WHOLE, until))

    @property
    def target(self) -> Decimal | None:
        return promised(self.indicator.aggregation, self.tallies.get((NO_HALF, *WHOLE), Tally()))

    @property
    def projects(self) -> int:
        return self.tallies.get((NO_HALF, *WHOLE), Tally()).projects

    @cached_property
    def parts(self) -> dict[tuple[str, str], tuple[Decimal | None, Decimal | None]]:
        """(dimension, category) -> value and target, of those that have one of them."""
        found = {}
        for part in sorted({tuple(where) for _, *where in self.tallies} - {WHOLE}):
            told = reached(self.indicator.aggregation, self._total(part))
            target = promised(self.indicator.aggregation, self.tallies.get((NO_HALF, *part), Tally()))
            if told is not None or target is not None:
                found[part] = (told, target)
        return found

    @cached_property
    def achieved(self) -> Achieved:
        parts = {part: told for part, (told, _) in self.parts.items() if told is not None}
        reports = self._total(WHOLE).reports
        return Achieved(self.target, self.value(), parts, reports, self.indicator.direction)

    def over_time(self) -> list[dict]:
        """The value by the end of each half-year from the first that has one, for a chart."""
        halves = sorted({half for half, *_ in self._told() if half != NO_HALF})
        found = []
        for half in range(halves[0], halves[-1] + 1) if halves else ():
            if self.first is None or half >= self.first:
                found.append(
                    {"half": half, "label": half_label(half), "value": self.value(half), "target": self.target}
                )
        return found

    def _told(self) -> Iterable[tuple[int, str, str]]:
        both = [part.tallies for part in (self.numerator, self.denominator) if part is not None]
        return [key for tallies in (self.tallies, *both) for key in tallies]


@enforces("R45", "R46")
def results_of(selection: Selection) -> list[Result]:
    """Each counted indicator of the programme that some project expects (R45). Two queries.

    With an area, those of that area. Without a programme, none: an indicator belongs to one.
    """
    if selection.programme is None:
        return []
    agreed = Indicator.objects.filter(programme=selection.programme, status__in=COUNTED_INDICATORS)
    found = {row.pk: Result(row, first=selection.first) for row in agreed.order_by("code", "version")}
    for indicator, half, dimension, category, tally in _tallies(selection):
        if indicator in found:
            found[indicator].add((half, dimension, category), tally)
    for result in found.values():
        result.numerator = found.get(result.indicator.numerator_id)
        result.denominator = found.get(result.indicator.denominator_id)
    return [
        result
        for result in found.values()
        if result.projects and (not selection.area or result.indicator.area == selection.area)
    ]


def _tallies(selection: Selection) -> Iterable[tuple[int, int, str, str, Tally]]:
    last = selection.last
    if selection.alliances is not None:
        rows = ProjectResults.objects.filter(selection.placed(), project__alliance__in=selection.alliances)
        for kept in rows.values_list("tallies", flat=True):
            for (indicator, half, dimension, category), tally in unpacked(kept).items():
                if last is None or half <= last:
                    yield indicator, half, dimension, category, tally
        return
    rows = ResultFigures.objects.filter(selection.placed())
    if last is not None:
        rows = rows.filter(half__lte=last)
    for indicator, half, dimension, category, *sums in (
        rows.order_by()
        .values_list("indicator", "half", "dimension", "category")
        .annotate(Sum("reports"), Sum("value"), Sum("weight"), Sum("projects"), Sum("target"))
    ):
        yield indicator, half, dimension, category, Tally(*sums).exact()


KEPT_FILTERS = {"programma", "indicatore", "rete", "dal", "al", "voce"}


def values_counted(person, chosen: Mapping) -> int | None:
    """How many values the person may see under these filters of their list, as it is kept; None where it is not:
    of single alliances and windows. One query."""
    grants, roles = access.grants_of(person), access.policy()["project.view"]
    networks = grants.ids("network", roles)
    if set(chosen) - KEPT_FILTERS or not networks or grants.ids("alliance", roles):
        return None
    dimension, category = part_of_address(chosen.get("voce", "")) or WHOLE
    rows = ResultFigures.objects.filter(
        network__in=networks,
        indicator__status__in=COUNTED_INDICATORS,
        dimension=dimension,
        category=category,
        half__gte=max(int(chosen.get("dal", 0)), NO_HALF + 1),
    )
    if "indicatore" in chosen:
        rows = rows.filter(indicator__in=chosen["indicatore"].made_of)
    for own, name in (("programme", "programma"), ("network", "rete")):
        if name in chosen:
            rows = rows.filter(**{own: chosen[name]})
    if "al" in chosen:
        rows = rows.filter(half__lte=int(chosen["al"]))
    return rows.aggregate(total=Sum("reports"))["total"] or 0


def part_words(results: Iterable[Result], districts: Mapping[int, str] | None = None) -> dict[tuple[str, str], str]:
    """The words of the parts that some results have. One query if there are districts among them of which no name is
    given."""
    parts = {part for result in results for part in result.parts}
    named = {str(pk): name for pk, name in (districts or {}).items()}
    unknown = {category for dimension, category in parts if dimension == Dimension.DISTRICT} - set(named)
    rows = District.objects.filter(pk__in=unknown).values_list("pk", "name") if unknown else ()
    named |= {str(pk): name for pk, name in rows}
    words = {}
    for dimension, category in parts:
        names = named if dimension == Dimension.DISTRICT else categories(dimension)
        words[dimension, category] = names.get(category, category)
    return words


def place_of(part: tuple[str, str], words: dict[tuple[str, str], str]) -> tuple[int, int, str]:
    """Where a part stands among the others: by dimension, then as its categories are listed, districts by name."""
    dimension, category = part
    known = list(categories(dimension))
    return ORDER.index(dimension), known.index(category) if category in known else len(known), words.get(part, category)


def selection_for(person, programme, *, network=None, alliance=None) -> Selection:
    """The results that a person may see as such: of territories, or else of their alliances; narrowed to one of them.

    At most two queries.
    """
    key = programme.pk if programme else None
    networks = Network.objects.filter(access.reach(person, "results.view", network="pk"))
    networks = () if alliance else tuple(networks.values_list("pk", flat=True))
    if not networks:
        mine = Alliance.objects.filter(access.reach(person, "results.view", alliance="pk", network="network"))
        mine = mine.filter(pk__in=alliance.keys) if alliance else mine
        return Selection(programme=key, alliances=tuple(mine.values_list("pk", flat=True)))
    if network is not None:
        networks = tuple(pk for pk in networks if pk == network.pk)
    return Selection(programme=key, networks=networks, network=network.pk if network else None)


def part_of_address(text: str) -> tuple[str, str] | None:
    """A part as an address writes it («sex:women», «district:12»); None when there is no such part."""
    dimension, _, category = text.partition(":")
    if dimension not in Dimension.values or not category or len(category) > 20:
        return None
    if dimension == Dimension.DISTRICT:
        return (dimension, category) if category.isdecimal() else None
    return (dimension, category) if category in categories(dimension) else None


def part_in_words(text: str) -> str:
    """The words of a part in an address; empty when there is no such part. One query for a district."""
    part = part_of_address(text)
    if part is None:
        return ""
    if part[0] == Dimension.DISTRICT:
        key = int(part[1]) if len(part[1]) < 10 else 0
        return District.objects.filter(pk=key).values_list("name", flat=True).first() or ""
    return str(categories(part[0])[part[1]])
