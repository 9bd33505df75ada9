"""The territorial plan as its page and its document show it: sections, actions, coverage, money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from alliances.models import Partner
from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.money import ZERO, format_eur
from conciliazione.kernel.moves import timeline
from conciliazione.kernel.narrowing import with_parts
from network.enums import Area, MeetingBody, MeetingStatus, ProgrammeStatus
from network.models import District, Meeting, Network, NetworkAgreement, Programme

from ..enums import ActionOrigin, PlanSectionKind, ProposalStatus, RankingStatus
from ..models import PlanAction, ProjectProposal, RankingRow, TerritorialPlan
from ..rules import coverage, territory
from .ranking import present_at


def plan_list(person):
    """The plans that this person may see, with what a row of the list shows (EUR)."""
    rows = TerritorialPlan.objects.visible_to(person).select_related("network", "programme").order_by("-pk")
    own = ("title", "status", "is_example", "action_count", "action_amount")
    return rows.only(*own, "network__name", "programme__name")


def visible_plans(person):
    """The plans that this person may see."""
    return TerritorialPlan.objects.visible_to(person).select_related("network", "programme").order_by("-pk")


def plans_to_open(person):
    """The plans that this person may see, with what a form about one needs; who may write is the page's business."""
    return TerritorialPlan.objects.visible_to(person).select_related("network__lead", "programme")


# --- sections -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Section:
    kind: str
    title: str
    text: str

    @property
    def anchor(self) -> str:
        return f"sezione-{self.kind}"

    @property
    def written(self) -> bool:
        return bool(self.text.strip())


def sections_of(plan: TerritorialPlan) -> list[Section]:
    """Every section in its order, written or not."""
    texts = dict(plan.sections.values_list("kind", "text"))
    return [Section(kind.value, kind.label, texts.get(kind.value, "")) for kind in PlanSectionKind]


# --- actions, coverage, money -------------------------------------------------------------------------------------
def actions_of(plan: TerritorialPlan) -> list[PlanAction]:
    """The actions in their order, with the names of district and alliance."""
    names = ("district__name", "proposal__alliance__name", "project__alliance__name", "project__proposal")
    return list(with_parts(plan.actions.order_by("starts_on", "ends_on", "pk"), *names))


def funded_proposals(plan: TerritorialPlan) -> list[ProjectProposal]:
    """What the rankings of this network and programme have funded, each with its cost and grant (EUR)."""
    return list(
        ProjectProposal.objects.filter(
            call__network=plan.network_id, call__programme=plan.programme_id, status=ProposalStatus.FUNDED
        )
        .select_related("alliance", "call")
        .annotate(
            co_financing=Sum("budget_lines__co_financing"),
            grant=Coalesce(F("draw_row__granted"), F("ranking_row__granted"), Sum("budget_lines__grant")),
        )
        .annotate(cost=F("grant") + F("co_financing"))
        .order_by("registry_number")
    )


def unplanned(plan: TerritorialPlan) -> list[ProjectProposal]:
    """Funded proposals whose actions are not in the plan yet."""
    planned = set(plan.actions.exclude(proposal=None).values_list("proposal_id", flat=True))
    return [proposal for proposal in funded_proposals(plan) if proposal.pk not in planned]


@dataclass(frozen=True)
class Coverage:
    """Districts x areas. `holes` in words."""

    districts: list[District]
    rows: list[list[coverage.Cell]]

    @property
    def holes(self) -> list[str]:
        names = {district.pk: district.name for district in self.districts}
        return [f"{names[cell.district]}: {Area(cell.area).label}" for cell in coverage.holes(self.rows)]

    @property
    def actions(self) -> int:
        """How many actions there are in all."""
        return sum(cell.count for row in self.rows for cell in row)

    @property
    def cells(self) -> int:
        return sum(len(row) for row in self.rows)

    def as_matrix(self, caption: str, url: str = "") -> dict:
        """What `components/matrix.html` draws; a full cell leads to its actions."""
        return {
            "caption": caption,
            "corner": "Ambito",
            "columns": Area.labels,
            "rows": [
                {
                    "label": district.name,
                    "cells": [
                        {
                            "count": cell.count,
                            "amount": cell.amount,
                            "url": f"{url}?ambito={cell.district}&area={cell.area}#azioni-del-piano",
                        }
                        for cell in row
                    ],
                }
                for district, row in zip(self.districts, self.rows, strict=True)
            ],
        }


def map_of(covered: Coverage, title: str, url: str = "") -> dict:
    """What `components/territory_map.html` draws: each district with how many areas the plan covers there."""
    drawn = territory.layout([district.name for district in covered.districts])
    labels = dict(Area.choices)
    places = []
    for district, row, shape in zip(covered.districts, covered.rows, drawn.shapes, strict=True):
        missing = [labels[cell.area] for cell in row if cell.is_hole]
        reached = len(row) - len(missing)
        count = sum(cell.count for cell in row)
        amount = sum((cell.amount for cell in row), ZERO)
        places.append(
            {
                "shape": shape,
                "level": "none" if not reached else "part" if missing else "full",
                "words": f"{reached} aree su {len(row)}" if reached else "scoperto",
                "figures": f"{count} azioni, {format_eur(amount)}",
                "count": count,
                "amount": amount,
                "missing": missing,
                "url": f"{url}?ambito={district.pk}#azioni-del-piano" if url else "",
            }
        )
    return {"title": title, "layout": drawn, "places": places}


def coverage_of(plan: TerritorialPlan, actions: Iterable[PlanAction]) -> Coverage:
    districts = list(plan.network.districts.order_by("name"))
    covering = [coverage.Covering(a.district_id, a.area, a.amount) for a in actions]
    return Coverage(districts, coverage.matrix([d.pk for d in districts], Area.values, covering))


@dataclass(frozen=True)
class FinanceLine:
    """A line of the financial plan (EUR). For what the committee added the whole amount comes from the network."""

    title: str
    body: str
    cost: Decimal
    grant: Decimal
    co_financing: Decimal
    url: str = ""


@dataclass(frozen=True)
class Finance:
    lines: list[FinanceLine]

    @property
    def cost(self) -> Decimal:
        return sum((line.cost for line in self.lines), ZERO)

    @property
    def grant(self) -> Decimal:
        return sum((line.grant for line in self.lines), ZERO)

    @property
    def co_financing(self) -> Decimal:
        return sum((line.co_financing for line in self.lines), ZERO)


def finance_of(actions: Iterable[PlanAction], proposals: Iterable[ProjectProposal]) -> Finance:
    """The money by funded proposal, then by action that the committee added."""
    lines = [
        FinanceLine(p.title, p.alliance.name, p.cost or ZERO, p.grant or ZERO, (p.cost or ZERO) - (p.grant or ZERO))
        for p in proposals
    ]
    lines += [
        FinanceLine(a.title, "Azione di rete", a.amount, a.amount, ZERO)
        for a in actions
        if a.origin == ActionOrigin.COMMITTEE
    ]
    return Finance(lines)


def content_of(plan: TerritorialPlan) -> dict:
    """The whole plan as plain data: what a version keeps, and what its document prints."""
    actions = actions_of(plan)
    covered = coverage_of(plan, actions)
    funded = funded_proposals(plan)
    finance = finance_of(actions, funded)
    return {
        "title": plan.title,
        "network": plan.network.name,
        "lead": plan.network.lead.name,
        "department": plan.network.lead_department,
        "programme": plan.programme.name,
        "legal_basis": plan.programme.legal_basis,
        "sections": [{"kind": s.kind, "title": s.title, "text": s.text} for s in sections_of(plan)],
        "ends_on": end_of(plan).isoformat(),
        "coverage_note": plan.coverage_note,
        "coverage": [
            {
                "district": district.name,
                "cells": [{"area": c.area, "count": c.count, "amount": str(c.amount)} for c in row],
            }
            for district, row in zip(covered.districts, covered.rows, strict=True)
        ],
        "actions": [
            {
                "title": action.title,
                "description": action.description,
                "origin": action.origin,
                "by": owner_of(action),
                "area": action.area,
                "district": action.district.name,
                "starts_on": action.starts_on.isoformat(),
                "ends_on": action.ends_on.isoformat(),
                "amount": str(action.amount),
                "expected_participants": action.expected_participants,
            }
            for action in actions
        ],
        "finance": [
            {
                "title": line.title,
                "body": line.body,
                "cost": str(line.cost),
                "grant": str(line.grant),
                "co_financing": str(line.co_financing),
            }
            for line in finance.lines
        ],
        "partners": partners_of(funded),
        "rankings": rankings_of(plan),
    }


def partners_of(funded: Iterable[ProjectProposal]) -> list[dict]:
    """Who is in each alliance whose project the plan carries: an annex of the plan."""
    alliances = {proposal.alliance_id for proposal in funded}
    rows = Partner.objects.current().filter(alliance__in=alliances).select_related("alliance", "organisation")
    return [
        {
            "alliance": row.alliance.name,
            "body": row.organisation.name,
            "nature": row.organisation.get_nature_display(),
            "lead": row.is_lead,
        }
        for row in rows.order_by("alliance__name", "-is_lead", "organisation__name")
    ]


def rankings_of(plan: TerritorialPlan) -> list[dict]:
    """The published rankings from which the plan takes its projects: an annex of the plan (EUR as text)."""
    rows = (
        RankingRow.objects.filter(
            ranking__call__network=plan.network_id,
            ranking__call__programme=plan.programme_id,
            ranking__status=RankingStatus.PUBLISHED,
        )
        .select_related("ranking__call", "proposal__alliance")
        .order_by("ranking__call__opens_at", "ranking", "position")
    )
    return [
        {
            "call": row.ranking.call.title,
            "position": row.position,
            "title": row.proposal.title,
            "by": row.proposal.alliance.name,
            "total": str(row.total) if row.total is not None else "",
            "granted": str(row.granted),
            "outcome": row.get_outcome_display(),
        }
        for row in rows
    ]


def owner_of(action: PlanAction) -> str:
    """Who carries the action out: the alliance, or the network itself."""
    if action.project_id:
        return action.project.alliance.name
    return action.proposal.alliance.name if action.proposal_id else "Rete territoriale"


# --- choices ------------------------------------------------------------------------------------------------------
def networks_to_plan(person):
    """The networks whose plan the person may open."""
    return Network.objects.filter(access.reach(person, "plan.edit", network="pk"))


def programmes_to_plan(networks):
    """The programmes that run and for which these networks have an agreement."""
    return Programme.objects.filter(status=ProgrammeStatus.ACTIVE, agreements__network__in=networks).distinct()


def all_planned(networks) -> TerritorialPlan | None:
    """When every programme of these networks has its plan already, one of them; None while one is still to begin."""
    wanted = NetworkAgreement.objects.filter(network__in=networks, programme__status=ProgrammeStatus.ACTIVE)
    plan = TerritorialPlan.objects.filter(network=OuterRef("network"), programme=OuterRef("programme"))
    if wanted.filter(~Exists(plan)).exists():
        return None
    return TerritorialPlan.objects.filter(network__in=networks).first()


ADOPTING = (MeetingBody.COMMITTEE, MeetingBody.NETWORK)
HELD = (MeetingStatus.HELD, MeetingStatus.MINUTES_APPROVED)


def meetings_for(plan: TerritorialPlan):
    """The meetings of the committee or of the network's assembly in which the plan may have been adopted."""
    found = Meeting.objects.filter(network=plan.network_id, body__in=ADOPTING, status__in=HELD)
    since = written_since(plan)
    return (found.filter(starts_at__date__gte=since) if since else found).order_by("-starts_at")


def written_since(plan: TerritorialPlan) -> date | None:
    """The day on which the plan came into its present state: opened, or back with guidance."""
    came = timeline(plan).filter(to_state=plan.status).first()
    return timezone.localdate(came.at) if came else None


def adopting_facts(plan: TerritorialPlan, meeting: Meeting) -> dict:
    """What `rules.plan.check_adopting_meeting` asks of a meeting."""
    committee = meeting.body == MeetingBody.COMMITTEE
    ours = meeting.network_id == plan.network_id and meeting.body in ADOPTING
    return {
        "ours": ours,
        "held": meeting.status in HELD,
        "present": present_at(meeting) if committee else meeting.attendances.count(),
        "quorum": plan.network.committee.quorum if ours and committee else meeting.quorum,
        "on": timezone.localdate(meeting.starts_at),
        "since": written_since(plan),
    }


def end_of(plan: TerritorialPlan):
    """The last day of the plan: that of its programme, or of its last extension."""
    return plan.ends_on or plan.programme.ends_on


def people_of_plan(plan: TerritorialPlan, role: Role):
    return access.people_with(role, plan.network)
