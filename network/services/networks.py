"""Networks: the territory of one ASL, with the bodies that govern it."""

from collections.abc import Iterable

from django.db.models import ProtectedError

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.text import normalise, search_key

from ..enums import MembershipOrigin
from ..models import District, EvaluationCommittee, Network, Organisation
from ..rules.networks import check_lead, check_ster
from . import memberships, steering
from ._trace import save
from .programmes import grant_regional


@atomic
@enforces("R02", "R12")
def create_network(
    *,
    name: str,
    slug: str,
    lead: Organisation,
    ster: Organisation,
    by,
    lead_department: str = "Direzione Sociale",
    districts: Iterable[str] = (),
) -> Network:
    """Create a network with its three bodies: the Cabina (regional), the lead, and one committee, still to be formed.

    The permissions of each body follow, and the ASL is the first adherent. Raises RuleViolated R06 when the lead is
    not an ASL, R13 when the STER is none.
    """
    check_lead(lead.kind, lead_department)
    check_ster(ster.kind)
    if Network.objects.filter(lead=lead).exists():
        raise Refused(f"{lead.name} guida già una Rete: ogni ASL ne guida una.", field="lead")
    name = normalise(name)
    if Network.objects.filter(name=name).exists():
        raise Refused("Una Rete con questo nome esiste già.", field="name")
    if Network.objects.filter(slug=slug).exists():
        raise Refused("Una Rete con questa sigla esiste già.", field="slug")
    network = Network(name=name, slug=slug, lead=lead, ster=ster, lead_department=normalise(lead_department))
    save(network, by=by, why="Rete creata")
    grant_regional(network)
    access.grant(network.office_group, access.Role.OFFICE, network)
    access.grant(network.committee_group, access.Role.COMMITTEE, network)
    steering.establish()
    save(EvaluationCommittee(network=network), by=by, why="Comitato da formare")
    for district in districts:
        add_district(network, name=district, by=by)
    note(network, noun="network", name="create", label="Rete creata", by=by)
    memberships.join(network, lead, origin=MembershipOrigin.SIGNATORY, since=clock.today(), by=by)
    return network


@atomic
def update_network(network: Network, *, name: str, lead_department: str, ster: Organisation, by) -> Network:
    """Change name, directorate or STER; the lead stays the ASL of the territory."""
    network = lock(network)
    check_lead(network.lead.kind, lead_department)
    check_ster(ster.kind)
    name = normalise(name)
    if Network.objects.filter(name=name).exclude(pk=network.pk).exists():
        raise Refused("Una Rete con questo nome esiste già.", field="name")
    network.name, network.lead_department, network.ster = name, normalise(lead_department), ster
    save(network, by=by, why="Dati aggiornati")
    note(network, noun="network", name="update", label="Dati aggiornati", by=by)
    return network


@atomic
def add_district(network: Network, *, name: str, by) -> District:
    """Add a part of the territory, on which the coverage of the plan is checked."""
    name = normalise(name)
    if not name:
        raise Refused("Scrivi il nome dell'ambito.", field="name")
    if any(search_key(other.name) == search_key(name) for other in network.districts.all()):
        raise Refused("Questo ambito esiste già nella Rete.", field="name")
    district = District.objects.create(network=network, name=name)
    note(network, noun="network", name="add_district", label=f"Aggiunto l'ambito {name}", by=by)
    return district


@atomic
def remove_district(district: District, *, by) -> None:
    """Take a district out, unless something was already planned for it."""
    try:
        district.delete()
    except ProtectedError:
        raise Refused(f"Per l'ambito {district.name} ci sono già azioni: non si può togliere.") from None
    note(district.network, noun="network", name="remove_district", label=f"Tolto l'ambito {district.name}", by=by)
