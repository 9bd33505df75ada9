"""What the plans keep when an action changes, whichever service writes it, inside the same transaction."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from conciliazione.kernel.afterwards import owe

from .models import PlanAction
from .services.plan_sums import keep_sums


@receiver([post_save, post_delete], sender=PlanAction, dispatch_uid="plans.sums_of_plan")
def action_changed(instance, **kwargs) -> None:
    owe(keep_sums, instance.plan_id)
