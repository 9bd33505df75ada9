"""Amendments, extensions and reductions of a granted project, by an act of the ASL, kept as versions."""

from collections.abc import Mapping
from datetime import date

from conciliazione.kernel import clock
from conciliazione.kernel.money import ZERO, format_eur
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public

from ..enums import AmendmentKind
from ..models import PlanAction, Project, ProjectVersion, PublicationUpdate
from ..queries import amendments as queries
from ..queries.projects import orders_of, publication_of, who_hears
from ..rules import amendments as rules
from ..rules.plan import scale_to


def check_can_amend(project: Project) -> None:
    rules.check_can_amend(status=project.status, granted=bool(project.grant_act and project.cup))


@atomic
def amend(
    project: Project,
    *,
    by,
    kind: str,
    act: str,
    act_on: date,
    reason: str,
    ends_on: date,
    budget: Mapping[str, rules.Money] | None = None,
) -> ProjectVersion:
    """Change the end or the budget of a project by an act; what it was stays as the version before.

    The grant is shared out afresh and never raised; a reduction lowers it, and a grant that was published is then to
    be published anew. Raises Refused beside the field.
    """
    project = lock(project)
    check_can_amend(project)
    first = _first_version(project, by)
    newest = project.versions.order_by("-number").first() or first
    budget = dict(budget) if budget is not None else queries.budget_now(project)
    rules.check_act(act=act, act_on=act_on, after=newest.act_on, reason=reason, today=clock.today())
    rules.check_period(
        kind=kind,
        starts_on=project.starts_on,
        ends_on=ends_on,
        before=project.ends_on,
        limit=queries.last_day(project),
    )
    ordered = sum((payment.amount for payment in orders_of(project)), ZERO)
    rules.check_budget(budget, grant=project.grant, co_financing=project.co_financing, kind=kind, ordered=ordered)
    content = queries.content_of(project.starts_on, ends_on, budget)
    rules.check_changes(newest.content, content)
    version = _keep(project, newest.number + 1, kind, act.strip(), act_on, reason.strip(), content, by)
    if project.ends_on != ends_on:
        _move_last_actions(project, ends_on, by)
    project.ends_on = ends_on
    project.grant = sum((money.grant for money in budget.values()), ZERO)
    project.co_financing = sum((money.co_financing for money in budget.values()), ZERO)
    project._history_user = by
    project.save()
    _share_out_in_plan(project, by)
    label = f"{version.get_kind_display()}: {version.act}"
    note(project, noun="project", name="amend", label=label[:200], by=by, reason=version.reason)
    text = f"{version.get_kind_display()} del progetto «{project.title}»: {version.act}."
    notify(who_hears(project), text, url=project.get_absolute_url(), by=by)
    return version


def check_can_publish_change(project: Project) -> None:
    """Raises Refused unless the grant is published with an amount that is no longer its own."""
    publication = publication_of(project)
    rules.check_publish_change(published=publication and publication.stands, grant=project.grant)


@atomic
def publish_change(project: Project, *, by, office: str, official: str) -> PublicationUpdate:
    """Publish a changed grant anew: the new amount with its act; the earlier one stays (d.lgs. 33/2013 art. 26-27)."""
    project = lock(project)
    check_can_publish_change(project)
    check_public(office=office, official=official)
    publication = publication_of(project)
    version = project.versions.filter(kind=AmendmentKind.REDUCTION).order_by("number").last()
    update = PublicationUpdate.objects.create(
        publication=publication,
        number=publication.updates.count() + 1,
        before=publication.stands,
        amount=project.grant,
        act=version.act,
        act_on=version.act_on,
        office=office.strip(),
        official=official.strip(),
        published_at=clock.now(),
        published_by=by,
    )
    label = f"Pubblica l'importo modificato: {format_eur(update.amount)} (d.lgs. 33/2013, artt. 26 e 27)"
    note(project, noun="project", name="publish_change", label=label, by=by)
    text = f"L'importo modificato del contributo di «{project.title}», {format_eur(update.amount)}, è pubblicato."
    notify(who_hears(project), text, url=project.get_absolute_url(), by=by)
    return update


def _first_version(project: Project, by) -> ProjectVersion:
    """The project as it was granted, kept when the first act changes it."""
    first = project.versions.order_by("number").first()
    if first is not None:
        return first
    content = queries.content_of(project.starts_on, project.ends_on, queries.budget_by_category(project))
    return _keep(project, 1, AmendmentKind.GRANT, project.grant_act, project.granted_on, "", content, by)


def _keep(project, number, kind, act, act_on, reason, content, by) -> ProjectVersion:
    return ProjectVersion.objects.create(
        project=project,
        number=number,
        kind=kind,
        act=act,
        act_on=act_on,
        reason=reason,
        content=content,
        made_at=clock.now(),
        made_by=by,
    )


def _move_last_actions(project: Project, ends_on: date, by) -> None:
    """The actions of the plan that went to the end of the project go to its new end; none goes beyond it."""
    for action in PlanAction.objects.filter(project=project):
        if action.ends_on == project.ends_on or action.ends_on > ends_on:
            action.ends_on = max(ends_on, action.starts_on)
            action._history_user = by
            action.save()


def _share_out_in_plan(project: Project, by) -> None:
    """What the project costs now, over its actions of the plan in the proportions that they had (EUR)."""
    actions = list(PlanAction.objects.filter(project=project).order_by("starts_on", "pk"))
    for action, amount in zip(actions, scale_to([a.amount for a in actions], project.cost), strict=True):
        if action.amount != amount:
            action.amount = amount
            action._history_user = by
            action.save()
