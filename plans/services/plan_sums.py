"""How many actions a plan has and what they come to, kept on the plan: a list of plans reads no action."""

from decimal import Decimal

from django.db.models import Count, Sum

from conciliazione.kernel.moves import atomic

from ..models import PlanAction, TerritorialPlan


def keep_sums(plans: set[int]) -> None:
    """Count and sum the actions of these plans anew: a debt (`kernel.afterwards`) of whatever changes an action.

    What is kept is derived and no decision: it has no history.
    """
    rows = TerritorialPlan.objects.filter(pk__in=plans).order_by("pk")
    # locked first, summed by a statement of its own: of two who add an action the second sees both
    kept = {pk: (count, amount) for pk, count, amount in _kept(rows.select_for_update())}
    for pk, found in _sums(kept).items():
        if kept[pk] != found:
            TerritorialPlan.objects.filter(pk=pk).update(action_count=found[0], action_amount=found[1])


@atomic
def keep_all_sums() -> list[str]:
    """The same for all plans; says whose sums were not those of their actions."""
    found = _sums(TerritorialPlan.objects.values_list("pk", flat=True))
    wrong = {pk for pk, *kept in _kept(TerritorialPlan.objects.all()) if tuple(kept) != found[pk]}
    keep_sums(wrong)
    return [f"Azioni e risorse ricontate: {plan}" for plan in TerritorialPlan.objects.filter(pk__in=wrong)]


def _kept(plans):
    return plans.values_list("pk", "action_count", "action_amount")


def _sums(plans) -> dict[int, tuple[int, Decimal]]:
    keys = list(plans)
    actions = PlanAction.objects.filter(plan__in=keys).order_by().values("plan")
    found = actions.annotate(count=Count("pk"), amount=Sum("amount")).values_list("plan", "count", "amount")
    return dict.fromkeys(keys, (0, Decimal(0))) | {pk: (count, amount) for pk, count, amount in found}
