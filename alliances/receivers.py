"""What this app does when another act happens, and what it asks of the network when one of its own does."""

from django.dispatch import receiver

from conciliazione.kernel.errors import Refused
from network.services.programmes import freeze_rules
from network.signals import body_succeeded, rules_changing

from .enums import AllianceStatus
from .models import Alliance
from .services.successions import follow
from .signals import alliance_constituted


@receiver(alliance_constituted, dispatch_uid="alliances.freeze_rules")
def freeze_the_rules(alliance, by=None, **_):
    """From the first alliance that is constituted, the rules of the programme change by versions only."""
    freeze_rules(alliance.programme, by=by)


@receiver(rules_changing, dispatch_uid="alliances.hold_rules")
def hold_rules_at_signing(rule_set, **_):
    """Whoever is signing has read the alliance against these rules."""
    signing = Alliance.objects.filter(rule_set=rule_set, status=AllianceStatus.SIGNING).order_by("name").first()
    if signing is not None:
        raise Refused(
            f"{signing.name} è alla firma con la versione {rule_set.version} delle regole: "
            "scrivi una nuova versione, con la data da cui vale."
        )


@receiver(body_succeeded, dispatch_uid="alliances.follow_bodies")
def follow_bodies(succession, why, by=None, **_):
    """Partnerships follow the body that stands in the place of another."""
    follow(succession, why=why, by=by)
