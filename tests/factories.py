"""Small worlds for the tests: rows made directly, with the grants that follow from them.

Services are tested on their own; a test of a higher room starts from rows, so that it fails for its own reasons.
"""

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.utils import timezone

from alliances.enums import AllianceStatus, Opening, PartnershipStatus
from alliances.models import Alliance, Partner, PartnershipAgreement
from conciliazione.kernel import access
from conciliazione.kernel.afterwards import settling
from network.enums import (
    AgreementStatus,
    Area,
    CommitteeStatus,
    IndicatorKind,
    IndicatorStatus,
    MembershipOrigin,
    MembershipStatus,
    Nature,
    OrganisationKind,
    ProgrammeStatus,
    SeatKind,
)
from network.models import (
    CommitteeMember,
    District,
    EvaluationCommittee,
    Indicator,
    Membership,
    Network,
    NetworkAgreement,
    Organisation,
    Person,
    Programme,
    RuleSet,
    Seat,
)
from plans.enums import BudgetCategory, CallStatus, PlanStatus, ProjectStatus, ProposalStatus
from plans.models import (
    BudgetLine,
    Call,
    Criterion,
    ExpectedIndicator,
    PlanAction,
    Project,
    ProjectProposal,
    ProposalAction,
    TerritorialPlan,
)

_numbers = itertools.count(1)
PASSWORD = "una-frase-lunga-di-prova"
LONG_AGO = date(2014, 1, 1)


def make_organisation(name=None, *, nature=Nature.PUBLIC, kind=OrganisationKind.MUNICIPALITY, **fields):
    return Organisation.objects.create(name=name or f"Ente {next(_numbers)}", nature=nature, kind=kind, **fields)


def make_person(email=None, *, seat=None, network=None, organisation=None, **fields):
    """A person, sitting in a seat when `seat` (a SeatKind) is given."""
    number = next(_numbers)
    fields.setdefault("first_name", "Persona")
    fields.setdefault("last_name", f"Numero {number}")
    person = Person.objects.create_user(email or f"persona{number}@example.org", PASSWORD, **fields)
    if seat:
        add_seat(person, seat, network=network, organisation=organisation)
    return person


def add_seat(person, kind, *, network=None, organisation=None):
    seat = Seat.objects.create(person=person, kind=kind, network=network, organisation=organisation, starts_on=LONG_AGO)
    access.seat_person(person, seat.group_name)
    person.__dict__.pop("active_seats", None)
    person.__dict__.pop("acting_seat", None)
    access.forget(person)
    return seat


def make_programme(code=None, **rules):
    code = code or f"programma-{next(_numbers)}"
    programme = Programme.objects.create(
        code=code,
        name=f"Programma {code}",
        legal_basis="D.G.R. 1081/2013",
        starts_on=date(2014, 1, 1),
        ends_on=date(2030, 12, 31),
        status=ProgrammeStatus.ACTIVE,
    )
    rules.setdefault("lead_natures", [Nature.PUBLIC])
    rules.setdefault("max_leads_per_body", 1)
    RuleSet.objects.create(programme=programme, valid_from=LONG_AGO, source="Accordo 2014-15, art. 9", **rules)
    return programme


def make_indicator(programme, code=None, *, by_sex=True, status=IndicatorStatus.AGREED, **fields):
    code = code or f"I{next(_numbers)}"
    return Indicator.objects.create(
        programme=programme,
        code=code,
        name=f"Destinatari raggiunti {code}",
        kind=IndicatorKind.OUTPUT,
        unit="persone",
        status=status,
        **{"breakdowns": ["sex"] if by_sex else [], **fields},
    )


def make_network(name=None, programme=None):
    """A network with its agreement in force, ASL, STER, two districts, and a constituted committee of two.

    Returns a namespace: network, programme, asl, ster, districts, agreement, committee, and the people: office,
    chair, member (both of the committee), region, steering.
    """
    number = next(_numbers)
    name = name or f"Rete {number}"
    programme = programme or make_programme()
    asl = make_organisation(f"ASL {name}", kind=OrganisationKind.HEALTH_AUTHORITY)
    ster = make_organisation(f"STER {name}", kind=OrganisationKind.STER)
    network = Network.objects.create(name=name, slug=f"rete-{number}", lead=asl, ster=ster)
    districts = [District.objects.create(network=network, name=f"Ambito {part} {number}") for part in ("Nord", "Sud")]
    agreement = NetworkAgreement.objects.create(
        network=network,
        programme=programme,
        title=f"Accordo {name}",
        status=AgreementStatus.IN_FORCE,
        signed_on=date(2014, 3, 31),
        expires_on=date(2030, 3, 31),
    )
    Membership.objects.create(
        network=network,
        organisation=asl,
        status=MembershipStatus.MEMBER,
        origin=MembershipOrigin.SIGNATORY,
        since=LONG_AGO,
    )
    committee = EvaluationCommittee.objects.create(
        network=network, status=CommitteeStatus.CONSTITUTED, constituted_on=date(2014, 4, 1), quorum=2
    )
    world = SimpleNamespace(
        network=network,
        programme=programme,
        asl=asl,
        ster=ster,
        districts=districts,
        agreement=agreement,
        committee=committee,
        office=make_person(seat=SeatKind.OFFICE, network=network),
        chair=make_person(seat=SeatKind.COMMITTEE, network=network),
        member=make_person(seat=SeatKind.COMMITTEE, network=network),
        region=make_person(seat=SeatKind.REGION),
        steering=make_person(seat=SeatKind.STEERING),
    )
    world.chair_seat = CommitteeMember.objects.create(
        committee=committee, organisation=asl, person=world.chair, is_chair=True, starts_on=LONG_AGO
    )
    world.member_seat = CommitteeMember.objects.create(
        committee=committee, organisation=ster, person=world.member, starts_on=LONG_AGO
    )
    access.repair()
    return world


def make_member(world, name=None, **fields):
    """An organisation that adheres to the network of `world`."""
    organisation = _adherent(world, name, **fields)
    access.repair()
    return organisation


def _adherent(world, name=None, **fields):
    organisation = make_organisation(name, **fields)
    Membership.objects.create(
        network=world.network,
        organisation=organisation,
        status=MembershipStatus.MEMBER,
        origin=MembershipOrigin.SIGNATORY,
        since=LONG_AGO,
    )
    return organisation


def make_alliance(world, name=None, *, status=AllianceStatus.CONSTITUTED, opening=Opening.OPEN):
    """A constituted alliance: a public lead and a private partner, agreement in force.

    Returns a namespace: alliance, lead, partner (rows), agreement, and the people lead_person, partner_person.
    """
    number = next(_numbers)
    public = _adherent(world, f"Comune {number}")
    private = _adherent(
        world, f"Cooperativa {number}", nature=Nature.PRIVATE_NON_PROFIT, kind=OrganisationKind.THIRD_SECTOR
    )
    constituted = status == AllianceStatus.CONSTITUTED
    alliance = Alliance.objects.create(
        network=world.network,
        programme=world.programme,
        name=name or f"Alleanza {number}",
        purpose="Servizi per le famiglie",
        status=status,
        constituted_on=date(2014, 6, 1) if constituted else None,
        rule_set=world.programme.rule_sets.first() if constituted else None,
    )
    alliance.districts.set(world.districts)
    rows = {"competences": "Servizi sociali", "resources": "Due operatori", "commitments": "Partecipa alle azioni"}
    lead = Partner.objects.create(
        alliance=alliance, organisation=public, is_lead=True, exclusive_lead=True, joined_on=LONG_AGO, **rows
    )
    partner = Partner.objects.create(alliance=alliance, organisation=private, joined_on=LONG_AGO, **rows)
    agreement = PartnershipAgreement.objects.create(
        alliance=alliance,
        opening=opening,
        organisation_text="Gruppo di lavoro",
        governance_text="Cabina dell'Alleanza",
        commitments_text="Ogni parte fa la sua",
        status=PartnershipStatus.IN_FORCE if constituted else PartnershipStatus.DRAFT,
        in_force_on=date(2014, 6, 1) if constituted else None,
    )
    access.repair()
    return SimpleNamespace(
        alliance=alliance,
        lead=lead,
        partner=partner,
        agreement=agreement,
        lead_person=make_person(seat=SeatKind.DELEGATE, organisation=public),
        partner_person=make_person(seat=SeatKind.DELEGATE, organisation=private),
    )


def make_call(world, *, status=CallStatus.PUBLISHED, opens_at=None, closes_at=None, budget="100000", **fields):
    """A call with two criteria (40 and 60 points, the first resolves ties), open now unless told otherwise."""
    now = timezone.now()
    call = Call.objects.create(
        network=world.network,
        programme=world.programme,
        title=f"Avviso {next(_numbers)}",
        act="Deliberazione n. 200",
        act_on=date(2014, 5, 2),
        opens_at=opens_at or now - timedelta(days=10),
        closes_at=closes_at or now + timedelta(days=10),
        budget=Decimal(budget),
        status=status,
        **{"total_threshold": Decimal(60), **fields},
    )
    for position, (title, points, tie_break) in enumerate((("Qualità", 40, 1), ("Efficacia", 60, 2)), start=1):
        Criterion.objects.create(
            call=call, position=position, title=title, max_points=Decimal(points), tie_break=tie_break
        )
    return call


def make_proposal(call, ally, *, status=ProposalStatus.SUBMITTED, title=None, grant="30000", co_financing="20000"):
    """A complete proposal of `ally` (from make_alliance): an action, a budget line, an expected indicator."""
    number = next(_numbers)
    received = status not in {ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN}
    proposal = ProjectProposal.objects.create(
        call=call,
        alliance=ally.alliance,
        title=title or f"Proposta {number}",
        summary="Sintesi",
        needs="Bisogni",
        objectives="Obiettivi",
        sustainability="Sostenibilità",
        status=status,
        registry_number=f"2014/{number:07d}" if received else "",
        submitted_at=timezone.now() if received else None,
        submitted_by=ally.lead_person if received else None,
        content_sha256="0" * 64 if received else "",
    )
    ProposalAction.objects.create(
        proposal=proposal,
        area=Area.SERVICES,
        district=ally.alliance.districts.first(),
        partner=ally.lead,
        title=f"Azione {number}",
        description="Doposcuola",
        starts_on=date(2014, 9, 1),
        ends_on=date(2015, 6, 30),
        expected_participants=40,
    )
    grant, co_financing = Decimal(grant), Decimal(co_financing)
    BudgetLine.objects.create(
        proposal=proposal,
        category=BudgetCategory.STAFF,
        partner=ally.lead,
        description="Educatori",
        cost=grant + co_financing,
        grant=grant,
        co_financing=co_financing,
    )
    indicator = call.programme.indicators.first() or make_indicator(call.programme)
    ExpectedIndicator.objects.create(proposal=proposal, indicator=indicator, target=Decimal(40))
    return proposal


@settling()  # its figures once, not after each record
def make_plan(world, *, status=PlanStatus.RUNNING):
    return TerritorialPlan.objects.create(
        network=world.network, programme=world.programme, title=f"Piano {world.network.name}", status=status
    )


@settling()  # its figures once, not after each record
def make_project(plan, proposal, *, status=ProjectStatus.RUNNING):
    """A funded project of `proposal`, with its action in the plan."""
    line = proposal.budget_lines.get()
    action = proposal.actions.get()
    ProjectProposal.objects.filter(pk=proposal.pk).update(status=ProposalStatus.FUNDED)
    project = Project.objects.create(
        proposal=proposal,
        network=plan.network,
        programme=plan.programme,
        alliance=proposal.alliance,
        title=proposal.title,
        status=status,
        grant_act="Decreto n. 12",
        granted_on=date(2014, 8, 1),
        cup=f"E{next(_numbers):014d}",
        grant=line.grant,
        co_financing=line.co_financing,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
    )
    PlanAction.objects.create(
        plan=plan,
        origin="alliance",
        project=project,
        area=action.area,
        district=action.district,
        title=action.title,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        amount=line.cost,
        expected_participants=40,
    )
    return project


def at(year, month, day, hour=9):
    """An aware instant in Europe/Rome."""
    return timezone.make_aware(datetime(year, month, day, hour))
