"""Which role may do what on the records of this app (see docs/permissions.md)."""

from django.db.models import Exists, OuterRef

from conciliazione.kernel.access import Role, declare, expect

from .models import Partner

R, S, O, C, M, L, P = tuple(Role)  # noqa: E741 -- one letter a role keeps the table readable

TABLE = declare(
    {
        "alliance.view": {R, S, O, C, M, L, P},
        # alliances form freely (R26): any adherent may start one, and the office for them
        "alliance.create": {O, M},
        "alliance.edit": {L, O},
        "alliance.dissolve": {L, O},
        "partnership.edit": {L},
        "partnership.sign": {L, P},
        "partnership.attest": {O},
        "instructions.edit": {O},
    }
)


@expect
def grants_from_partners():
    """The people of each partner's body reach the alliance: as lead, or as partner.

    Until a lead is named, the body that started the alliance acts for it.
    """
    yield from grants_of_partners(Partner.objects.all())


def grants_of_partners(partners):
    """(group name, role, alliance) for the current ones among `partners`."""
    led = Partner.objects.current().filter(alliance=OuterRef("alliance"), is_lead=True)
    rows = partners.filter(left_on=None).select_related("alliance", "organisation").annotate(led=Exists(led))
    for partner in rows:
        acts_as_lead = partner.is_lead or (partner.is_promoter and not partner.led)
        yield partner.organisation.group_name, Role.LEAD if acts_as_lead else Role.PARTNER, partner.alliance
