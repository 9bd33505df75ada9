"""Which role may do what on the records of this app (see docs/permissions.md)."""

from conciliazione.kernel.access import Role, declare, expect

R, S, O, C, M, L, P = tuple(Role)  # noqa: E741 -- one letter a role keeps the table readable
EVERYONE = {R, S, O, C, M, L, P}

TABLE = declare(
    {
        # programmes, rule sets, indicator catalogue: set by the Regione (art. 11.2, 11.3)
        "programme.view": EVERYONE,
        "programme.edit": {R},
        "indicator.view": EVERYONE,
        "indicator.propose": {R, O},
        "indicator.agree": {R},
        # an alliance's own: asked by its lead, agreed by its ASL, given up by either
        "indicator.ask": {L},
        "indicator.settle": {O},
        "indicator.give_up": {O, L},
        # organisations: the office keeps the register and confirms nature and size
        "organisation.view": EVERYONE,
        "organisation.edit": {R, O},
        # the network, its agreement and adhesions (art. 5, 9, 10)
        "network.view": {R, S, O, C, M},
        "network.create": {R},
        "network.edit": {O},
        "agreement.edit": {O},
        "agreement.sign": {O, M},
        "membership.manage": {O},
        "membership.renounce": {M, O},
        "duty.record": {O, M},
        "seat.manage": {R, O},
        "privacy.erase": {R},
        "seat.colleagues": {M, L, P},  # for their own body
        # bodies (art. 4 and 6) and their meetings
        "steering.view": {R, S},
        "steering.manage": {R, S},
        "committee.view": {R, S, O, C, M},
        "committee.manage": {O},
        "meeting.view": {R, S, O, C, M},
        "meeting.convene": {O, C},
        "meeting.minute": {O, C},
        # those of an alliance are for its partners and the ASL (art. 7 and 8)
        "alliance_meeting.view": {O, L, P},
        "alliance_meeting.manage": {L},
        # the register of the acts that came in and went out (protocollo)
        "registry.view": {O},
        "registry.write": {O},
    }
)


@expect
def grants_from_bodies():
    """Regione and Cabina reach every network and programme; office, committee and members their own network."""
    from .enums import MembershipStatus
    from .models import Membership, Network, Programme
    from .models.people import REGIONAL_GROUPS

    regional = {Role.REGION: REGIONAL_GROUPS["region"], Role.STEERING: REGIONAL_GROUPS["steering"]}
    for programme in Programme.objects.all():
        for role, group in regional.items():
            yield group, role, programme
    for network in Network.objects.all():
        for role, group in regional.items():
            yield group, role, network
        yield network.office_group, Role.OFFICE, network
        yield network.committee_group, Role.COMMITTEE, network
    members = Membership.objects.filter(status=MembershipStatus.MEMBER).select_related("network", "organisation")
    for membership in members:
        yield membership.organisation.group_name, Role.MEMBER, membership.network
