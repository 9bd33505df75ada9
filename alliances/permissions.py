"""Which role may do what on the records of this app (see docs/permissions.md)."""

from conciliazione.kernel.access import Role, declare, expect

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
    """The people of each partner's body reach the alliance, as lead or as partner."""
    from .models import Partner

    for partner in Partner.objects.current().select_related("alliance", "organisation"):
        role = Role.LEAD if partner.is_lead else Role.PARTNER
        yield partner.organisation.group_name, role, partner.alliance
