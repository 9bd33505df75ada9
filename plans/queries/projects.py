"""Funded projects as lists and pages show them: money, payments, publication, what waits for a signature."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from alliances.enums import AllianceStatus, PartnershipStatus
from alliances.models import Partner, PartnershipAgreement
from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.money import ZERO
from conciliazione.kernel.narrowing import with_parts

from ..enums import PaymentKind, PaymentStatus, ProjectStatus
from ..models import (
    Payment,
    PlanAction,
    Project,
    ProjectProposal,
    Publication,
    PublicationUpdate,
    TerritorialPlan,
)
from ..rules import projects as rules
from .plan_page import funded_rows


def visible_projects(person):
    """The projects that this person may see, with what a list row shows (EUR, `lead_name`, `is_published`)."""
    lead = Partner.objects.current().filter(alliance=OuterRef("alliance"), is_lead=True)
    paid = Payment.objects.filter(project=OuterRef("pk"), status=PaymentStatus.PAID).order_by()
    return with_parts(Project.objects.visible_to(person), "alliance__name").annotate(
        lead_name=Subquery(lead.values("organisation__name")[:1]),
        paid=Coalesce(Subquery(paid.values("project").annotate(s=Sum("amount")).values("s")[:1]), ZERO),
        is_published=Exists(Publication.objects.filter(project=OuterRef("pk"))),
    )


def projects_to_open(person):
    """What the detail page of a project shows, in a constant number of queries."""
    return (
        Project.objects.visible_to(person)
        .select_related("network__lead", "programme", "alliance", "proposal__call", "publication__published_by")
        .prefetch_related(
            Prefetch("payments", Payment.objects.order_by("ordered_on", "pk")),
            "publication__updates",
            Prefetch("plan_actions", PlanAction.objects.select_related("district").order_by("starts_on", "pk")),
        )
    )


def payments_to_open(person):
    return Payment.objects.filter(
        access.reach(person, "project.view", network="project__network", alliance="project__alliance")
    ).select_related("project__network", "project__alliance", "project__proposal__call")


@dataclass(frozen=True)
class Money:
    """The grant and where it went (EUR)."""

    grant: Decimal
    advance: Decimal
    ordered: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be ordered."""
        return self.grant - self.ordered


def standing(project: Project) -> list[Payment]:
    """The payments as they are loaded with the project, the cancelled ones left out."""
    return [payment for payment in project.payments.all() if payment.status != PaymentStatus.CANCELLED]


def money_of(project: Project) -> Money:
    """From the payments as they are loaded with the project."""
    payments = standing(project)
    return Money(
        project.grant,
        rules.advance_of(project.grant, project.proposal.call.advance_share),
        sum((p.amount for p in payments), ZERO),
        sum((p.amount for p in payments if p.status == PaymentStatus.PAID), ZERO),
    )


def orders_of(project: Project) -> list[rules.Paid]:
    """The payments that stand, the cancelled ones left out."""
    rows = project.payments.exclude(status=PaymentStatus.CANCELLED)
    return [rules.Paid(kind, amount) for kind, amount in rows.values_list("kind", "amount")]


def is_published(project: Project) -> bool:
    return Publication.objects.filter(project=project.pk).exists()


def publication_of(project: Project) -> Publication | None:
    """The publication of the grant with its updates, from the rows as they are now."""
    return Publication.objects.filter(project=project.pk).prefetch_related("updates").first()


def published_amount(project: Project) -> Decimal | None:
    """What the public reads of the grant today (EUR); None when it is not published."""
    publication = publication_of(project)
    return publication.stands if publication else None


def amount_today():
    """For publications: the amount that the public reads today (EUR)."""
    newest = PublicationUpdate.objects.filter(publication=OuterRef("pk")).order_by("-number").values("amount")[:1]
    return Coalesce(Subquery(newest), F("amount"))


def is_outdated():
    """For projects: the grant is published, with an amount that an act has changed since."""
    stands = Publication.objects.annotate(now=amount_today())
    return Exists(stands.filter(project=OuterRef("pk")).exclude(now=OuterRef("grant")))


def next_kind(project: Project) -> str:
    """The payment that usually comes next: the advance if the call gives one, then interim ones."""
    kinds = {payment.kind for payment in standing(project)}
    advance = project.proposal.call.advance_share and not kinds
    return PaymentKind.ADVANCE if advance else PaymentKind.FINAL if project.status == "closed" else PaymentKind.INTERIM


def without_project(plan: TerritorialPlan) -> QuerySet[ProjectProposal]:
    """Funded proposals that are not projects yet, each with `constituted`: agreement in force, signed by all (R32)."""
    in_force = PartnershipAgreement.objects.filter(
        alliance=OuterRef("alliance"), status=PartnershipStatus.IN_FORCE, alliance__status=AllianceStatus.CONSTITUTED
    )
    rows = funded_rows(plan).filter(project=None).select_related("alliance", "call")
    return rows.annotate(constituted=Exists(in_force))


def proposals_without_project(plan: TerritorialPlan) -> list[ProjectProposal]:
    """The same, each with the money that its project begins with (EUR)."""
    money = {name: Sum(f"budget_lines__{name}") for name in ("grant", "co_financing")}
    return list(without_project(plan).annotate(**money))


def projects_of(plan: TerritorialPlan):
    rows = Project.objects.filter(network=plan.network_id, programme=plan.programme_id)
    return with_parts(rows, "alliance__name")


def lead_of_project(project: Project) -> Partner | None:
    """The lead of the alliance today: the beneficiary of the grant."""
    return (
        Partner.objects.current()
        .filter(alliance=project.alliance_id, is_lead=True)
        .select_related("organisation")
        .first()
    )


def lead_name_of(project: Project) -> str:
    lead = lead_of_project(project)
    return lead.organisation.name if lead else ""


def who_hears(project: Project):
    """The people of the lead of the alliance: the ASL speaks to them, and they to the ASL (R25)."""
    return access.people_with(Role.LEAD, project.alliance)


def projects_waiting(person):
    """Projects on which the office in which the person acts has still something to do, oldest first."""
    rows = Project.objects.filter(access.reach(person, "project.manage", network="network"))
    # looked up for the few that lack nothing else: joined, it would be read of all that are counted
    proposals = ProjectProposal.objects.filter(pk=OuterRef("proposal"))
    return (
        rows.filter(status__in=[ProjectStatus.AWARDED, ProjectStatus.RUNNING])
        .only("title", "status", "grant_act", "granted_on")
        .annotate(
            is_published=Exists(Publication.objects.filter(project=OuterRef("pk"))),
            is_outdated=is_outdated(),
            has_advance=Exists(Payment.objects.filter(project=OuterRef("pk")).exclude(status=PaymentStatus.CANCELLED)),
            advance=Subquery(proposals.values("call__advance_share")),
        )
        .filter(
            Q(grant_act="")
            | Q(status=ProjectStatus.AWARDED)
            | Q(is_published=False)
            | Q(is_outdated=True)
            | Q(has_advance=False, advance__gt=0)
        )
        .order_by("granted_on", "pk")
    )
