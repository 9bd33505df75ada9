"""What the services of this app share: saving with its history, grants that follow the partners, whom to tell."""

from itertools import chain

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import MoveRefused
from conciliazione.kernel.moves import note

from ..enums import AllianceStatus, PartnershipStatus
from ..models import Alliance, AllianceGroupObjectPermission, PartnershipAgreement
from ..permissions import grants_of_partners
from ..queries.alliances import open_agreement
from ..rules.lifecycles import ALLIANCE

State = AllianceStatus


def keep(record, *, by, why: str = ""):
    """Save with the history row that says who and why, at the portal's time."""
    record._history_date = clock.now()
    record._history_user = by
    record._change_reason = why[:100]
    record.save()
    return record


def trace(alliance: Alliance, name: str, label: str, *, by, reason: str = ""):
    """A line in the alliance's story that changes no state."""
    return note(alliance, noun=ALLIANCE.noun, name=name, label=label, by=by, reason=reason)


def sync_grants(alliance: Alliance, *, by=None) -> None:
    """Make the grants on the alliance what its partners imply. Call after every change of partners or lead."""
    wanted = {(group, role) for group, role, _ in grants_of_partners(alliance.partners.all())}
    rows = AllianceGroupObjectPermission.objects.filter(content_object=alliance)
    held = {(group, Role(codename)) for group, codename in rows.values_list("group__name", "permission__codename")}
    for group, role in held - wanted:
        access.revoke(group, role, alliance)
    for group, role in wanted - held:
        access.grant(group, role, alliance)
    if by is not None:
        access.forget(by)


def draft_for_change(alliance: Alliance, what: str) -> PartnershipAgreement:
    """The version that is being written, if partners, lead and text may change now.

    Raises MoveRefused with what to do first.
    """
    draft = open_agreement(alliance)
    if alliance.status == State.DISSOLVED:
        raise MoveRefused(f"{alliance.name} è sciolta: {what} non si può più cambiare.")
    if draft is None:
        raise MoveRefused(
            f"L'accordo di {alliance.name} è in vigore: per cambiare {what} prepara prima una nuova versione."
        )
    if draft.status != PartnershipStatus.DRAFT:
        undo = "riapri l'Alleanza" if alliance.status == State.SIGNING else "ritira la versione alla firma"
        raise MoveRefused(f"L'accordo è alla firma e resta com'è: per cambiare {what}, prima {undo}.")
    return draft


def everyone(alliance: Alliance):
    """The people of all the partners."""
    return chain(access.people_with(Role.LEAD, alliance), access.people_with(Role.PARTNER, alliance))


def office_of(alliance: Alliance):
    """The people of the network's lead: the one counterpart of the alliance (R25, R31)."""
    return access.people_with(Role.OFFICE, alliance.network)
