"""Starting an alliance, describing it, writing to the network's lead, dissolving it."""

from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.moves import atomic, begin, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public
from conciliazione.kernel.rulebook import enforces
from network.enums import ProgrammeStatus
from network.models import Membership
from network.queries import rule_set_for

from ..enums import Addressee, PartnershipStatus
from ..models import Alliance, Partner, PartnershipAgreement
from ..rules.lifecycles import AGREEMENT, ALLIANCE
from ..rules.relations import check_addressee
from ..signals import alliance_dissolved
from .common import State, clock, everyone, keep, office_of, sync_grants, trace


@enforces("R26")
@atomic
def create_alliance(
    *, network, programme, name: str, promoter, by, purpose: str = "", districts=(), is_example: bool = False
) -> Alliance:
    """Start an alliance in a network, promoted by one of its adherents, which becomes the first partner (R26, art. 8).

    How many there already are does not count. Raises Refused when the programme is not active, the promoter is no
    adherent, a district is of another network, or the name is taken.
    """
    if programme.status != ProgrammeStatus.ACTIVE:
        raise Refused(f"Il programma {programme.name} non è attivo: scegline uno attivo.", field="programme")
    rule_set_for(programme)
    if not Membership.objects.current().filter(network=network, organisation=promoter).exists():
        raise Refused(
            f"{promoter.name} non aderisce a {network.name}: un'Alleanza nasce tra gli aderenti della Rete (art. 8).",
            field="promoter",
        )
    _check_name(name, network, programme)
    alliance = Alliance(network=network, programme=programme, name=name, purpose=purpose, is_example=is_example)
    keep(alliance, by=by, why="Alleanza avviata")
    _set_districts(alliance, districts)
    keep(
        Partner(alliance=alliance, organisation=promoter, is_promoter=True, joined_on=clock.today()),
        by=by,
        why="Ente promotore",
    )
    keep(PartnershipAgreement(alliance=alliance), by=by)
    sync_grants(alliance, by=by)
    begin(alliance, ALLIANCE, by=by, label=f"Alleanza avviata da {promoter.name}")
    notify(office_of(alliance), f"È nata una nuova Alleanza: {name}.", url=alliance.get_absolute_url(), by=by)
    return alliance


def _check_name(name: str, network, programme, *, but: int | None = None) -> None:
    check_public(name=name)
    if Alliance.objects.filter(network=network, programme=programme, name=name).exclude(pk=but).exists():
        raise Refused("Esiste già un'Alleanza con questo nome nella Rete e nel programma.", field="name")


def _set_districts(alliance: Alliance, districts) -> None:
    districts = list(districts)
    if any(district.network_id != alliance.network_id for district in districts):
        raise Refused("Gli ambiti devono essere della Rete dell'Alleanza.", field="districts")
    alliance.districts.set(districts)


@atomic
def update_alliance(alliance, *, by, name: str | None = None, purpose: str | None = None, districts=None) -> Alliance:
    """Change what is given. Name and purpose stand in the agreement: they change only while the alliance is forming."""
    alliance = lock(alliance)
    if alliance.status == State.DISSOLVED:
        raise MoveRefused(f"{alliance.name} è sciolta: non si può più cambiare.")
    name, purpose = name or alliance.name, alliance.purpose if purpose is None else purpose
    if (name, purpose) != (alliance.name, alliance.purpose):
        if alliance.status != State.FORMING:
            raise MoveRefused(
                "Nome e finalità sono quelli dell'accordo che i partner firmano: cambiano solo con l'Alleanza in "
                "formazione."
            )
        _check_name(name, alliance.network_id, alliance.programme_id, but=alliance.pk)
        alliance.name, alliance.purpose = name, purpose
    if districts is not None:
        _set_districts(alliance, districts)
    keep(alliance, by=by, why="Dati modificati")
    trace(alliance, "update", "Dati dell'Alleanza modificati", by=by)
    return alliance


@atomic
def write_to_network_lead(alliance, *, text: str, by, addressee: Addressee = Addressee.OFFICE) -> Alliance:
    """Write to the network's lead, the alliance's counterpart (R25) and its only way to the Regione (R31)."""
    check_addressee(addressee)
    alliance = lock(alliance)
    if not text.strip():
        raise Refused("Scrivi il messaggio.", field="text")
    trace(alliance, "message", f"Messaggio a {alliance.network.lead.name}", by=by, reason=text)
    notify(
        office_of(alliance),
        f"{alliance.name} ha scritto all'ASL: leggi il messaggio nella storia dell'Alleanza.",
        url=alliance.get_absolute_url(),
        by=by,
    )
    return alliance


@atomic
def dissolve(alliance, *, by, reason: str) -> Alliance:
    """End the alliance: its agreement ceases and its lead is free to lead another (R40).

    Other rooms may refuse through `alliance_dissolved` (a project that runs, for example), and then nothing happens.
    """
    alliance = lock(alliance)
    people = {person.pk: person for person in (*everyone(alliance), *office_of(alliance))}
    move(alliance, ALLIANCE, "dissolve", by=by, reason=reason)
    for agreement in alliance.agreements.exclude(
        status__in=[PartnershipStatus.SUPERSEDED, PartnershipStatus.WITHDRAWN, PartnershipStatus.ENDED]
    ):
        name = "end" if agreement.status == PartnershipStatus.IN_FORCE else "withdraw"
        move(agreement, AGREEMENT, name, by=by, reason=reason)
    for partner in alliance.partners.filter(exclusive_lead=True):
        partner.exclusive_lead = False
        keep(partner, by=by, why="Alleanza sciolta")
    sync_grants(alliance, by=by)
    alliance_dissolved.send(Alliance, alliance=alliance, by=by, reason=reason)
    notify(people.values(), f"{alliance.name} è stata sciolta.", url=alliance.get_absolute_url(), by=by)
    return alliance
