"""From a funded proposal to a project: award, grant act, publication, start, end (art. 8, 9; d.lgs. 33/2013)."""

from alliances.queries import is_constituted, lead_of
from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public

from ..enums import PlanStatus, ProposalStatus
from ..models import PlanAction, Project, ProjectProposal, Publication, TerritorialPlan
from ..queries import projects as queries
from ..queries.draws import granted_to
from ..rules import projects as rules
from ..rules.plan import PLAN
from ..signals import project_started


@atomic
def run(plan: TerritorialPlan, *, by, reason: str = "") -> TerritorialPlan:
    """Start a validated plan: its projects are made at once, where the partnership agreement is in force."""
    plan = lock(plan)
    move(plan, PLAN, "run", by=by, reason=reason)
    start_projects(plan, by=by)
    return plan


@atomic
def start_projects(plan: TerritorialPlan, *, by) -> tuple[list[Project], list[ProjectProposal]]:
    """Make the projects of the funded proposals; returns (made, waiting for the signatures of their alliance: R32).

    To be asked again when a partnership agreement has been signed. Raises Refused for a plan that is not validated.
    """
    plan = lock(plan)
    if plan.status not in {PlanStatus.VALIDATED, PlanStatus.RUNNING}:
        raise Refused("I progetti nascono quando la Cabina di Regia ha validato il piano.")
    made, waiting = [], []
    for proposal in queries.proposals_without_project(plan):
        if proposal.constituted:
            made.append(award(proposal, by=by))
        else:
            waiting.append(proposal)
    return made, waiting


def refuse_unsigned(waiting: list[ProjectProposal]) -> None:
    """Say that none of these proposals can become a project yet (R32)."""
    names = ", ".join(sorted({proposal.alliance.name for proposal in waiting}))
    rules.check_constituted(names, False)


@atomic
def award(proposal: ProjectProposal, *, by) -> Project:
    """Make the project of one funded proposal. Raises RuleViolated R32 before all partners have signed."""
    proposal = lock(proposal)
    if proposal.status != ProposalStatus.FUNDED:
        raise Refused("Solo una proposta finanziata diventa progetto.")
    rules.check_constituted(proposal.alliance.name, is_constituted(proposal.alliance))
    actions = list(proposal.actions.all())
    lines = list(proposal.budget_lines.all())
    granted = granted_to(proposal)
    project = Project(
        proposal=proposal,
        network_id=proposal.call.network_id,
        programme_id=proposal.call.programme_id,
        alliance_id=proposal.alliance_id,
        title=proposal.title,
        grant=sum(line.grant for line in lines) if granted is None else granted,
        co_financing=sum(line.co_financing for line in lines),
        starts_on=min(action.starts_on for action in actions),
        ends_on=max(action.ends_on for action in actions),
        is_example=proposal.is_example,
    )
    project._history_user = by
    project.save()
    for action in PlanAction.objects.filter(proposal=proposal):
        action.project = project
        action._history_user = by
        action.save()
    begin(project, rules.PROJECT, by=by, label="Ammette il progetto al contributo")
    text = f"Il progetto «{project.title}» è ammesso al contributo. Segue l'atto di concessione dell'ASL."
    notify(queries.who_hears(project), text, url=project.get_absolute_url(), by=by)
    return project


def check_can_record_grant(project: Project) -> None:
    """The act is recorded before the project starts and before the grant is published with it."""
    if project.status != rules.PROJECT.initial:
        raise Refused("L'atto di concessione si registra prima che il progetto cominci.")
    if queries.is_published(project):
        raise Refused("Il contributo è già pubblicato con questi dati: non si cambiano più.")


@atomic
def record_grant(project: Project, *, by, grant_act, granted_on, cup, starts_on, ends_on) -> Project:
    """Record the act by which the ASL grants the money, the CUP and the period; until the project starts."""
    project = lock(project)
    check_can_record_grant(project)
    cup = cup.replace(" ", "").upper()
    rules.check_grant(
        grant_act=grant_act, cup=cup, granted_on=granted_on, starts_on=starts_on, ends_on=ends_on, today=clock.today()
    )
    if Project.objects.filter(cup=cup).exclude(pk=project.pk).exists():
        raise Refused("Questo CUP è già di un altro progetto.", field="cup")
    project.grant_act, project.granted_on, project.cup = grant_act.strip(), granted_on, cup
    project.starts_on, project.ends_on = starts_on, ends_on
    project._history_user = by
    project.save()
    note(project, noun="project", name="record_grant", label=f"Registra la concessione: {project.grant_act}", by=by)
    return project


@atomic
def publish_grant(
    project: Project, *, by, legal_basis: str, office: str, official: str, selection: str, tax_code: str = ""
) -> Publication:
    """Publish the grant as d.lgs. 33/2013 art. 26-27 wants: from here it takes effect and may be paid.

    Beneficiary and amount come from the project itself, the tax data from the register of bodies unless they are
    given. Raises Refused when they are nowhere.
    """
    project = lock(project)
    rules.check_publication(published=queries.is_published(project), granted=bool(project.grant_act and project.cup))
    if project.status == "revoked":
        raise Refused("Il contributo è revocato: non si pubblica.")
    check_public(legal_basis=legal_basis, office=office, official=official, selection=selection)
    lead = lead_of(project.alliance)
    if lead is None:
        raise Refused("L'Alleanza non ha un capofila: il beneficiario del contributo non è noto.")
    tax_data = tax_code.strip() or lead.organisation.tax_code or lead.organisation.vat_number
    if not tax_data:
        raise Refused(
            f"Manca il codice fiscale di {lead.organisation.name}, che la pubblicazione deve riportare.",
            field="tax_code",
        )
    publication = Publication(
        project=project,
        beneficiary=lead.organisation.name,
        tax_code=tax_data,
        amount=project.grant,
        legal_basis=legal_basis,
        office=office,
        official=official,
        selection=selection,
        published_at=clock.now(),
        published_by=by,
    )
    publication._history_user = by
    publication.save()
    label = "Pubblica il contributo (d.lgs. 33/2013, artt. 26 e 27)"
    note(project, noun="project", name="publish_grant", label=label, by=by)
    return publication


def check_can_start(project: Project) -> None:
    """A project starts with its act and CUP, and with the partnership agreement in force (R32)."""
    rules.check_granted(grant_act=project.grant_act, cup=project.cup)
    rules.check_constituted(project.alliance.name, is_constituted(project.alliance))


@atomic
def start(project: Project, *, by, reason: str = "") -> Project:
    """The project begins. Monitoring hears it by `signals.project_started`, in the same transaction."""
    project = lock(project)
    check_can_start(project)
    move(project, rules.PROJECT, "start", by=by, reason=reason)
    project_started.send(sender=Project, project=project, by=by)
    text = f"Il progetto «{project.title}» è avviato: da ora si documentano azioni, risultati e spese."
    notify(queries.who_hears(project), text, url=project.get_absolute_url(), by=by)
    return project


@atomic
def close(project: Project, *, by, reason: str = "") -> Project:
    """The project is over; only the final payment may still follow."""
    project = lock(project)
    move(project, rules.PROJECT, "close", by=by, reason=reason)
    notify(
        queries.who_hears(project), f"Il progetto «{project.title}» è concluso.", url=project.get_absolute_url(), by=by
    )
    return project


@atomic
def revoke(project: Project, *, by, reason: str) -> Project:
    """The ASL takes the grant back, with its reason."""
    project = lock(project)
    move(project, rules.PROJECT, "revoke", by=by, reason=reason)
    text = f"Il contributo del progetto «{project.title}» è revocato: leggi la motivazione."
    notify(queries.who_hears(project), text, url=project.get_absolute_url(), by=by)
    return project


@atomic
def renounce(project: Project, *, by, reason: str) -> Project:
    """The alliance gives the grant back: the project stops, the money is free for the reserve list (R30)."""
    project = lock(project)
    move(project, rules.PROJECT, "renounce", by=by, reason=reason)
    text = f"{project.alliance.name} ha rinunciato al contributo del progetto «{project.title}»: leggi la motivazione."
    office = access.people_with(access.Role.OFFICE, project.network)
    notify(office, text, url=project.get_absolute_url(), by=by)
    return project
