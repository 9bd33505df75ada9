"""For whom a person speaks about a corrective action."""

from django.db.models import Q

from conciliazione.kernel import access
from conciliazione.kernel.access import Role

from ..enums import IssuerBody
from ..models import CorrectiveAction
from ..rules.corrective import LEAD, OFFICE

ISSUING = {Role.STEERING: IssuerBody.STEERING, Role.OFFICE: IssuerBody.OFFICE, Role.COMMITTEE: IssuerBody.COMMITTEE}
ANSWERING = {Role.LEAD: LEAD, Role.OFFICE: OFFICE}


def issuing_for(person, record) -> set[str]:
    """The bodies for which the person may issue and close on this record (a network or a corrective action)."""
    return _bodies(person, record, ISSUING)


def answering_for(person, record) -> set[str]:
    """The bodies for which the person may answer."""
    return _bodies(person, record, ANSWERING)


def _bodies(person, record, table) -> set[str]:
    if person is None:
        return set()
    if person.is_superuser:
        return {str(body) for body in table.values()}
    return {str(table[role]) for role in access.roles_on(person, record) if role in table}


def corrective_on(project):
    """Those on a project, and on its alliance as a whole: what its reports show."""
    return corrective_for_pages().filter(Q(project=project) | Q(alliance=project.alliance_id))


def corrective_for_pages():
    """Corrective actions with what their rows need."""
    return CorrectiveAction.objects.select_related(
        "network", "project__alliance", "project__network", "alliance", "issued_by"
    )
