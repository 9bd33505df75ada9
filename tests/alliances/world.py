"""Alliances for the tests, made through the services up to the state that is asked for."""

from types import SimpleNamespace

from alliances.enums import Opening, PartnerKind
from alliances.queries import lead_of
from alliances.services.agreements import send_to_sign, write_agreement
from alliances.services.alliances import create_alliance
from alliances.services.partners import add_partner, set_lead
from alliances.services.signing import sign
from conciliazione.kernel import access
from conciliazione.kernel.signatures.identification import How, Identification
from network.enums import Nature, OrganisationKind, SeatKind, Size
from tests.factories import make_member, make_network, make_person, make_programme

SECOND_FACTOR = Identification(How.SECOND_FACTOR, "secondo fattore (codice temporaneo)")
TEXTS = {
    "organisation_text": "Un gruppo di lavoro tra i partner.",
    "governance_text": "Una cabina dell'Alleanza, che si riunisce ogni due mesi.",
    "commitments_text": "Ogni parte mette a disposizione personale e sedi.",
}
BRINGS = {"competences": "Servizi alle famiglie", "resources": "Due operatori", "commitments": "Partecipa alle azioni"}


def rules_of_2022():
    """A programme like that of 2022: enterprises may lead, no limit on leads, four members, two micro or small."""
    return make_programme(
        lead_natures=[Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT, Nature.PRIVATE],
        max_leads_per_body=None,
        min_members=4,
        min_micro_or_small=2,
    )


def afresh(person):
    """As on the next request: seats and grants are read again."""
    for name in ("_grants", "active_seats", "acting_seat"):
        person.__dict__.pop(name, None)
    return person


def delegate(organisation):
    return make_person(seat=SeatKind.DELEGATE, organisation=organisation)


def found(*, programme=None, world=None, opening=Opening.OPEN, lead=True, written=True, private=True):
    """An alliance in formation: promoted by a public body, with a private partner, a lead and a complete agreement.

    Returns a namespace: world, alliance, public and private (organisations), public_person, private_person, first and
    second (their partner rows).
    """
    world = world or make_network(programme=programme)
    public = make_member(world)
    public_person = delegate(public)
    alliance = create_alliance(
        network=world.network,
        programme=programme or world.programme,
        name=f"Alleanza di {public.name}",
        purpose="Servizi per le famiglie",
        districts=world.districts,
        promoter=public,
        by=public_person,
    )
    made = SimpleNamespace(
        world=world, alliance=alliance, public=public, public_person=public_person, first=alliance.partners.get()
    )
    if private:
        made.private = make_member(world, nature=Nature.PRIVATE_NON_PROFIT, kind=OrganisationKind.THIRD_SECTOR)
        made.private_person = delegate(made.private)
        made.second = add_partner(alliance, organisation=made.private, by=public_person, **BRINGS)
    if lead:
        set_lead(made.first, by=public_person, duties_accepted=True)
    if written:
        write_agreement(alliance, by=public_person, opening=opening, **TEXTS)
    refresh(made)
    return made


def enterprises(made, number=2, size=Size.MICRO):
    """Add small enterprises to the alliance."""
    for _ in range(number):
        body = make_member(made.world, nature=Nature.PRIVATE, kind=OrganisationKind.ENTERPRISE, size=size)
        delegate(body)
        add_partner(made.alliance, organisation=body, kind=PartnerKind.FULL, by=made.public_person, **BRINGS)
    refresh(made)


def at_signing(**options):
    made = found(**options)
    made.agreement = send_to_sign(made.alliance, by=made.public_person)
    refresh(made)
    return made


def accept(signature, *, by, **options):
    """Accept in the portal, identified with a second factor."""
    return sign(signature, by=by, identification=SECOND_FACTOR, **options)


def sign_all(made):
    """Everyone who has not signed yet does."""
    for signature in made.agreement.signatures.filter(signed_at=None).select_related("partner__organisation"):
        people = access.get_user_model().objects.filter(groups__name=signature.partner.organisation.group_name)
        accept(signature, by=people.first())
    refresh(made)


def constituted(**options):
    made = at_signing(**options)
    sign_all(made)
    return made


def refresh(made):
    made.alliance = type(made.alliance).objects.select_related("network__lead", "programme").get(pk=made.alliance.pk)
    for name in ("first", "second", "agreement"):
        if hasattr(made, name):
            getattr(made, name).refresh_from_db()
    for name in ("public_person", "private_person"):
        if hasattr(made, name):
            afresh(getattr(made, name))
    made.lead = lead_of(made.alliance)


def no_drift():
    return access.drift() == (set(), set())
