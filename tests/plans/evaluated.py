"""A world in which calls are evaluated, for the tests of what comes after: ranking, plan, projects."""

from datetime import timedelta
from decimal import Decimal

from conciliazione.kernel import clock
from network.enums import MeetingBody, MeetingPurpose, MeetingStatus
from network.models import Attendance, Meeting, Organisation
from plans.enums import CallStatus, PlanSectionKind, ProposalStatus
from plans.services import evaluation, plan, projects, ranking
from tests.factories import make_alliance, make_call, make_network, make_proposal


def make_evaluated(*, grants=("30000", "30000"), budget="100000", points=None, **call):
    """A call whose proposals all members have scored: world, with call, proposals and allies.

    `points[i]` are the points on the two criteria that both members give to proposal i.
    """
    world = make_network()
    world.call = make_call(world, status=CallStatus.EVALUATION, budget=budget, **call)
    world.allies = [make_alliance(world) for _ in grants]
    world.proposals = [
        make_proposal(world.call, ally, status=ProposalStatus.ELIGIBLE, grant=grant)
        for ally, grant in zip(world.allies, grants, strict=True)
    ]
    points = points or [(40 - n, 60 - n) for n in range(len(grants))]
    for proposal, given in zip(world.proposals, points, strict=True):
        for person in (world.chair, world.member):
            score(proposal, person, given)
    return world


def score(proposal, person, given):
    evaluation.declare(proposal, by=person, has_conflict=False)
    scores = {
        criterion.pk: (Decimal(points), "Motivazione")
        for criterion, points in zip(proposal.call.criteria.all(), given, strict=True)
    }
    evaluation.save_scores(proposal, by=person, scores=scores)
    return evaluation.deliver(proposal, by=person)


def make_meeting(world, *, present=None, status=MeetingStatus.HELD, body=MeetingBody.COMMITTEE, starts_at=None):
    """A meeting, of yesterday unless told otherwise."""
    meeting = Meeting.objects.create(
        body=body,
        purpose=MeetingPurpose.EVALUATION,
        network=world.network,
        status=status,
        starts_at=starts_at or clock.now() - timedelta(days=1),
        place="Cremona",
        agenda="Graduatoria",
        minutes="Il Comitato esamina le valutazioni.",
    )
    for organisation in [world.asl, world.ster] if present is None else present:
        Attendance.objects.create(meeting=meeting, organisation=organisation, representative="Una persona")
    return meeting


def make_ranked(world):
    """The ranking of the world's call, approved and published."""
    found = ranking.draw_up(world.call, by=world.chair)
    found = ranking.approve(found, by=world.chair, meeting=make_meeting(world))
    return ranking.publish(found, by=world.office)


def write_whole(territorial_plan, world):
    """Everything that adoption asks for."""
    for kind in PlanSectionKind:
        plan.write_section(territorial_plan, by=world.office, kind=kind, text=f"Testo di {kind.label}")
    plan.import_funded(territorial_plan, by=world.office)
    return plan.verify_coverage(territorial_plan, by=world.chair, text="La copertura è sufficiente.")


def make_written_plan(world):
    found = plan.open_plan(world.network, by=world.office, programme=world.programme, title="Piano di prova")
    return write_whole(found, world)


def make_validated_plan(world):
    found = adopt(make_written_plan(world), world)
    found = plan.transmit(found, by=world.office)
    return plan.validate(found, by=world.steering)


def adopt(territorial_plan, world):
    """In a meeting of today."""
    return plan.adopt(territorial_plan, by=world.office, meeting=make_meeting(world, starts_at=clock.now()))


def make_awarded(world):
    """The first project of the world, made by running its validated plan."""
    projects.run(make_validated_plan(world), by=world.office)
    return world.proposals[0].project


def grant(project, world, **fields):
    today = clock.today()
    given = {
        "grant_act": "Decreto n. 12",
        "granted_on": today,
        "cup": f"E41B1400{project.pk:07d}",
        "starts_on": today,
        "ends_on": today + timedelta(days=300),
    }
    return projects.record_grant(project, by=world.office, **(given | fields))


def publish(project, world):
    Organisation.objects.filter(partnerships__alliance=project.alliance, partnerships__is_lead=True).update(
        tax_code=f"{project.pk:011d}"
    )
    return projects.publish_grant(
        project,
        by=world.office,
        legal_basis="D.G.R. 1081/2013",
        office="Direzione Sociale",
        official="Anna Bianchi",
        selection="Avviso e graduatoria",
    )


def make_running(world):
    """The first project of the world: granted, published, started."""
    return set_going(make_awarded(world), world)


def set_going(project, world):
    """An awarded project, granted, published and started."""
    project = grant(project, world)
    publish(project, world)
    return projects.start(project, by=world.office)
