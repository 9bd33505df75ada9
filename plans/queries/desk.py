"""What awaits a person, what runs and which terms come: evaluation, ranking, plan, projects."""

from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.tasks import HORIZON, MOST_TOLD, Awaited, Deadline, Running, Task, read_once

from ..enums import CallStatus, PlanStatus, ProjectStatus, RankingStatus
from ..models import Call, Project, Ranking, TerritorialPlan
from ..rules.plan import EDITABLE
from .calls import office_calls
from .collegial import term_of
from .projects import projects_waiting
from .to_evaluate import began, progress_of

PLAN_STEPS = (
    (PlanStatus.DRAFT, "In preparazione"),
    (PlanStatus.ADOPTED, "Adottato"),
    (PlanStatus.TRANSMITTED, "Trasmesso"),
    (PlanStatus.VALIDATED, "Validato"),
    (PlanStatus.RUNNING, "In attuazione"),
    (PlanStatus.CONCLUDED, "Concluso"),
)
EVALUATION_STEPS = ("Valutazione", "Graduatoria formata", "Approvata", "Pubblicata")


@read_once
def awaited_by(person) -> Awaited:
    """What evaluation, ranking, plan and projects may put on the desk of this person."""
    roles, today = access.grants_of(person).any(), clock.today()
    ending = Project.objects.visible_to(person).filter(
        status=ProjectStatus.RUNNING, ends_on__gte=today, ends_on__lte=today + HORIZON
    )
    rows = {"ending": ending.only("title", "ends_on").order_by("ends_on", "pk")}
    if Role.COMMITTEE in roles:
        evaluated = access.reach(person, "evaluation.view", network="network")
        in_evaluation = Call.objects.filter(evaluated, status=CallStatus.EVALUATION)
        rows["in_evaluation"] = in_evaluation.select_related("ranking").annotate(began_at=began())
    if roles & {Role.COMMITTEE, Role.OFFICE, Role.REGION, Role.STEERING}:
        seats = access.reach(person, "plan.view", network="network")
        seats |= access.reach(person, "plan.view_transmitted", network="network")
        rows["plans"] = TerritorialPlan.objects.visible_to(person).filter(seats).select_related("network__lead")
    if Role.OFFICE in roles:
        published = access.reach(person, "ranking.publish", network="call__network")
        states = [RankingStatus.APPROVED, RankingStatus.PUBLISHED]
        rows["rankings"] = Ranking.objects.filter(published, status__in=states).select_related("call")
        rows["projects"] = projects_waiting(person)
    if roles & {Role.LEAD, Role.PARTNER}:
        own = Project.objects.filter(access.reach(person, "project.view", alliance="alliance"))
        begun = own.filter(status__in=[ProjectStatus.AWARDED, ProjectStatus.RUNNING])
        rows["own"] = begun.order_by("title", "pk")
    return Awaited(rows)


def tasks_for(person) -> list[Task]:
    """The tasks of the seat in which the person acts; what no role of theirs reaches is not asked of the database."""
    roles = access.grants_of(person).any()
    found: list[Task] = []
    if Role.COMMITTEE in roles:
        found += _committee_tasks(person)
    if Role.OFFICE in roles:
        found += _office_tasks(person)
    if Role.STEERING in roles:
        found += _steering_tasks(person)
    return found


def running_for(person) -> list[Running]:
    """Calls in evaluation, plans on their way, projects of the alliance, as steps."""
    roles = access.grants_of(person).any()
    found: list[Running] = []
    if roles & {Role.COMMITTEE, Role.OFFICE}:
        found += [_evaluation_steps(call) for call in _calls_in_evaluation(person)]
    if roles & {Role.COMMITTEE, Role.OFFICE, Role.REGION, Role.STEERING}:
        found += [_plan_steps(plan) for plan in _plans(person) if plan.status != PlanStatus.CONCLUDED]
    if roles & {Role.LEAD, Role.PARTNER}:
        found += [_project_steps(project) for project in awaited_by(person)["own"]]
    return found


def deadlines_for(person) -> list[Deadline]:
    """The ends of the projects that run; for the committee the terms of its evaluations."""
    found: list[Deadline] = []
    if Role.COMMITTEE in access.grants_of(person).any():
        for call in _calls_in_evaluation(person):
            if term := term_of(call):
                what = f"Termine per valutare le proposte di «{call.title}»"
                found.append(Deadline(term, what, reverse("plans:board", args=[call.pk])))
    rows = awaited_by(person)["ending"]
    return found + [Deadline(p.ends_on, f"Fine del progetto «{p.title}»", p.get_absolute_url()) for p in rows]


# --- by seat ------------------------------------------------------------------------------------------------------
@read_once
def _calls_in_evaluation(person) -> list[Call]:
    """The newest first. A committee wants to know when it began; an office has read them among its calls."""
    if Role.COMMITTEE in access.grants_of(person).any():
        return list(awaited_by(person)["in_evaluation"])
    own = [
        call
        for call in office_calls(person)
        if call.status == CallStatus.EVALUATION and access.reaches(person, "evaluation.view", network=call.network_id)
    ]
    return sorted(own, key=lambda call: (call.opens_at, call.pk), reverse=True)


@read_once
def _plans(person) -> list[TerritorialPlan]:
    """Those of the person's networks, or of the whole Region, that they see by their seat: what only the public reads
    is nobody's work."""
    return list(awaited_by(person)["plans"])


def _may(person, action: str, plan: TerritorialPlan) -> bool:
    """As the seat in the plan's own network gives it, not one in the whole Region."""
    return access.reaches(person, action, network=plan.network_id)


def _committee_tasks(person) -> list[Task]:
    found: list[Task] = []
    calls = _calls_in_evaluation(person)
    for entry in progress_of(person, calls):
        call = entry.call
        board = reverse("plans:board", args=[call.pk])
        ranking = getattr(call, "ranking", None)
        if entry.undeclared:
            words = "proposta aspetta" if entry.undeclared == 1 else "proposte aspettano"
            why = f"{entry.undeclared} {words} la tua parola sul conflitto di interessi: si legge solo dopo."
            found.append(Task(f"Dichiara la tua posizione su «{call.title}»", why, board, "Apri il quadro"))
        elif entry.left:
            why = f"Hai consegnato {entry.delivered} valutazioni su {entry.expected}; il Comitato aspetta le altre."
            found.append(Task(f"Valuta le proposte di «{call.title}»", why, board, "Continua la valutazione"))
        elif ranking is not None and ranking.status == RankingStatus.DRAFT:
            why = "La graduatoria è formata: si approva in una seduta valida del Comitato."
            found.append(Task(f"Approva la graduatoria di «{call.title}»", why, ranking.get_absolute_url(), "Apri"))
        elif ranking is None and entry.proposals:
            why = "Le tue valutazioni sono consegnate: quando lo sono tutte si forma la graduatoria."
            found.append(Task(f"Forma la graduatoria di «{call.title}»", why, board, "Apri il quadro"))
    for plan in _plans(person):
        if plan.status not in EDITABLE or plan.coverage_note or not _may(person, "plan.add_action", plan):
            continue
        why = "Il Comitato verifica se il piano copre il territorio e può aggiungere azioni (art. 6)."
        url = reverse("plans:plan_coverage", args=[plan.pk])
        found.append(Task(f"Verifica la copertura di «{plan.title}»", why, url, "Verifica la copertura"))
    return found


def _office_tasks(person) -> list[Task]:
    found: list[Task] = []
    awaited = awaited_by(person)
    rankings = list(awaited["rankings"])
    for ranking in (ranking for ranking in rankings if ranking.status == RankingStatus.APPROVED):
        why = "Il Comitato l'ha approvata: chi ha presentato una proposta aspetta l'esito."
        what = f"Pubblica la graduatoria di «{ranking.call.title}»"
        found.append(Task(what, why, ranking.get_absolute_url(), "Apri la graduatoria"))
    plans = [plan for plan in _plans(person) if _may(person, "plan.edit", plan)]
    words = {
        PlanStatus.DRAFT: ("Prepara", "Le sezioni, le azioni e la verifica della copertura vanno completate."),
        PlanStatus.RETURNED: (
            "Correggi",
            "È tornato con indirizzi: segui ciò che chiedono e adotta una nuova versione.",
        ),
        PlanStatus.ADOPTED: ("Trasmetti alla Regione", "Il piano è adottato e aspetta la trasmissione."),
        PlanStatus.VALIDATED: ("Avvia", "La Cabina di Regia l'ha validato: ora nascono i progetti."),
    }
    for plan in plans:
        if plan.status in words:
            verb, why = words[plan.status]
            found.append(Task(f"{verb} «{plan.title}»", why, plan.get_absolute_url(), "Apri il piano"))
    planned = {(plan.network_id, plan.programme_id) for plan in plans}
    published = [ranking.call for ranking in rankings if ranking.status == RankingStatus.PUBLISHED]
    if any((call.network_id, call.programme_id) not in planned for call in published):
        why = "La graduatoria è pubblica: le proposte finanziate entrano nel piano da presentare alla Regione."
        found.append(Task("Apri il Piano Territoriale", why, reverse("plans:plan_open"), "Apri il piano"))
    for project in awaited["projects"][:MOST_TOLD] if awaited.are_many("projects") else awaited["projects"]:
        task = _next_of(project)
        if task:
            found.append(task)
    if awaited.are_many("projects"):
        what = f"Altri {awaited.number('projects') - MOST_TOLD} progetti aspettano un atto"
        why = "Concessione, pubblicazione, avvio o anticipo: la pagina di ogni progetto dice che cosa manca."
        found.append(Task(what, why, reverse("plans:projects"), "Apri l'elenco"))
    return found


def _next_of(project: Project) -> Task | None:
    """What the office has still to do for a project, one thing at a time."""
    url = project.get_absolute_url()
    if not project.grant_act:
        return Task(f"Registra la concessione di «{project.title}»", "Atto, CUP e periodo.", url, "Apri il progetto")
    if not project.is_published:
        why = "Prima della pubblicazione non si può pagare (d.lgs. 33/2013)."
        return Task(f"Pubblica il contributo di «{project.title}»", why, url, "Apri il progetto")
    if project.is_outdated:
        why = "Un atto lo ha modificato: prima di altri pagamenti si pubblica il nuovo importo (d.lgs. 33/2013)."
        return Task(f"Pubblica il contributo modificato di «{project.title}»", why, url, "Apri il progetto")
    if project.status == ProjectStatus.AWARDED:
        return Task(f"Avvia «{project.title}»", "La concessione è registrata e pubblicata.", url, "Apri il progetto")
    if not project.has_advance and project.advance:
        why = "L'avviso prevede un anticipo, non ancora disposto."
        return Task(f"Disponi l'anticipo di «{project.title}»", why, url, "Apri il progetto")
    return None


def _steering_tasks(person) -> list[Task]:
    waiting = [
        plan for plan in _plans(person) if plan.status == PlanStatus.TRANSMITTED and _may(person, "plan.validate", plan)
    ]
    return [
        Task(
            f"Valida «{plan.title}»",
            f"{plan.network.lead.name} lo ha trasmesso: si valida, oppure si restituisce con indirizzi.",
            plan.get_absolute_url(),
            "Apri il piano",
        )
        for plan in sorted(waiting, key=lambda plan: plan.transmitted_at)
    ]


# --- as steps -----------------------------------------------------------------------------------------------------
def _steps(labels, current: int) -> list[tuple[str, str]]:
    return [
        (label, "done" if place < current else "current" if place == current else "todo")
        for place, label in enumerate(labels)
    ]


def _evaluation_steps(call: Call) -> Running:
    ranking = getattr(call, "ranking", None)
    place = {None: 0, RankingStatus.DRAFT: 2, RankingStatus.APPROVED: 3}.get(ranking.status if ranking else None, 4)
    return Running(call.title, reverse("plans:board", args=[call.pk]), _steps(EVALUATION_STEPS, place))


def _plan_steps(plan: TerritorialPlan) -> Running:
    status = PlanStatus.DRAFT if plan.status == PlanStatus.RETURNED else plan.status
    place = [state for state, _ in PLAN_STEPS].index(status)
    return Running(plan.title, plan.get_absolute_url(), _steps([label for _, label in PLAN_STEPS], place))


def _project_steps(project: Project) -> Running:
    place = 1 if project.status == ProjectStatus.AWARDED else 2
    labels = ("Finanziato", "Concessione", "In corso", "Concluso")
    return Running(project.title, project.get_absolute_url(), _steps(labels, place))
