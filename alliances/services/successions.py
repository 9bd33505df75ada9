"""When a body follows another, its partnerships follow too; what was signed keeps the name of who signed."""

from conciliazione.kernel.moves import atomic, lock
from conciliazione.kernel.rulebook import enforces, violated

from ..models import Alliance, Partner
from ..queries.verdicts import programme_rules, rule_set_of
from .common import keep, sync_grants, trace
from .partners import make_lead


@enforces("R39", "R40")
@atomic
def follow(succession, *, why: str, by) -> None:
    """In every alliance the successor takes the place of the former body, as lead too where the programme admits it.

    Where both took part, the former one leaves. Raises RuleViolated R39 when the successor may not lead (its nature is
    not confirmed, or another), R40 when it would lead more alliances than the programme lets a body lead.
    """
    former, successor = succession.former, succession.successor
    rows = Partner.objects.current().filter(organisation=former).select_related("alliance").order_by("pk")
    for partner in rows:
        alliance = lock(partner.alliance)
        partner = lock(partner)
        if partner.is_lead:
            _check_may_lead(alliance, partner, successor)
        there = alliance.partners.current().filter(organisation=successor).first()
        if there is None:
            partner.organisation = successor
            keep(partner, by=by, why=why)
        else:
            _step_aside(alliance, partner, there, succession, by=by, why=why)
        sync_grants(alliance, by=by)
        trace(alliance, "succeed", f"{successor.name} succede a {former.name}", by=by, reason=why)


def _check_may_lead(alliance: Alliance, partner: Partner, successor) -> None:
    rules = programme_rules(rule_set_of(alliance))
    if successor.nature not in rules.lead_natures:
        raise violated(
            "R39",
            f"{partner} è capofila di {alliance.name}, e per il programma {rules.programme} il capofila è "
            f"{rules.leads_in_words}: conferma la natura di {successor.name}, o cambia prima il capofila",
            field="successor",
        )
    if not partner.exclusive_lead:
        return
    led = Partner.objects.current().filter(organisation=successor, exclusive_lead=True).select_related("alliance")
    if (other := led.exclude(alliance=alliance).first()) is not None:
        raise violated(
            "R40",
            f"{successor.name} è già capofila di {other.alliance.name}, e {partner} lo è di {alliance.name}: un ente "
            "guida una sola Alleanza per volta. Cambia prima uno dei due capofila",
            field="successor",
        )


def _step_aside(alliance: Alliance, partner: Partner, there: Partner, succession, *, by, why: str) -> None:
    """The successor takes part already: it keeps its own place, and the lead if the former one led."""
    there = lock(there)
    if partner.is_promoter:
        there.is_promoter = True
        keep(there, by=by, why=why)
    if partner.is_lead:
        make_lead(alliance, there, exclusive=partner.exclusive_lead, by=by)
        partner = lock(partner)
    partner.is_promoter, partner.left_on = False, succession.on
    keep(partner, by=by, why=why)
