"""Proposals: who sees which, their content as plain values, what is missing, and what awaits people around them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from alliances.enums import AllianceStatus, PartnershipStatus
from alliances.models import Alliance, Partner
from alliances.queries import is_constituted, lead_of
from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.money import ZERO
from network.enums import AgreementStatus, IndicatorStatus, SeatKind
from network.models import District, Indicator, NetworkAgreement, RuleSet
from network.queries import rule_set_for
from network.rules.programmes import RuleValues

from ..enums import ClarificationStatus, ProposalStatus
from ..models import (
    Attachment,
    BudgetLine,
    Call,
    ClarificationRequest,
    ExpectedIndicator,
    ProjectProposal,
    RequestedDocument,
    UnsavedForm,
)
from ..rules import budget, submission
from ..rules import proposals as rules


# --- lists and records --------------------------------------------------------------------------------------------
def sum_of(field: str):
    sums = BudgetLine.objects.filter(proposal=OuterRef("pk")).order_by().values("proposal").annotate(n=Sum(field))
    return Coalesce(Subquery(sums.values("n")), ZERO, output_field=DecimalField(max_digits=12, decimal_places=2))


def proposal_list(person, *, summed: bool) -> QuerySet[ProjectProposal]:
    """The proposals that the person may see, with what a row of the list shows: not their texts. `summed`: also what
    each costs and asks for, which `give_sums` gives to rows that have been read."""
    rows = ProjectProposal.objects.visible_to(person).select_related("call", "alliance")
    return (_shown(rows) if summed else rows).only(*SHOWN, "call__title")


def give_sums(proposals: list[ProjectProposal]) -> list[ProjectProposal]:
    """With the EUR that each costs and asks for (`cost`, `grant`). One query."""
    lines = BudgetLine.objects.filter(proposal__in=proposals).order_by().values("proposal")
    sums = lines.annotate(costs=Sum("cost"), grants=Sum("grant")).values_list("proposal", "costs", "grants")
    found = {key: of_one for key, *of_one in sums}
    for proposal in proposals:
        proposal.cost, proposal.grant = found.get(proposal.pk, (ZERO, ZERO))
    return proposals


def proposals_of_call(person, call: Call) -> QuerySet[ProjectProposal]:
    """Those of one call, as its page shows them, the newest first."""
    return _shown(call.proposals.visible_to(person)).only(*SHOWN, "call").order_by("-submitted_at", "pk")


SHOWN = ("title", "registry_number", "submitted_at", "status", "alliance__name")


def _shown(rows: QuerySet[ProjectProposal]) -> QuerySet[ProjectProposal]:
    return rows.select_related("alliance").annotate(cost=sum_of("cost"), grant=sum_of("grant"))


def own_record(person) -> QuerySet[ProjectProposal]:
    """The proposals of the person's alliances, with the call and its network."""
    own = access.reach(person, "proposal.view_own", alliance="alliance")
    return ProjectProposal.objects.filter(own).select_related("call__network", "call__programme", "alliance__network")


def proposal_detail(person) -> QuerySet[ProjectProposal]:
    """The proposals that the person may see, with all their parts."""
    return whole(ProjectProposal.objects.visible_to(person))


def whole(proposals: QuerySet[ProjectProposal]) -> QuerySet[ProjectProposal]:
    """With call, alliance, actions, budget lines and indicators: a constant number of queries."""
    return proposals.select_related(
        "call__network__lead", "call__programme", "alliance__network", "submitted_by"
    ).prefetch_related(
        "actions__district",
        "actions__partner__organisation",
        "budget_lines__partner__organisation",
        "expected_indicators__indicator",
        "expected_indicators__parts",
        "attachments__document",
        "attachments__file",
    )


@dataclass(frozen=True)
class ListTotals:
    """What a list of proposals comes to, in EUR."""

    cost: Decimal
    grant: Decimal
    co_financing: Decimal


MOST_SUMMED = 1_000  # proposals


def totals_of_list(proposals: QuerySet[ProjectProposal]) -> ListTotals:
    """The sums over every row of a filtered list, not only of the page shown. Withdrawn ones do not count."""
    ids = proposals.exclude(status=ProposalStatus.WITHDRAWN).order_by().values("pk")
    sums = BudgetLine.objects.filter(proposal__in=ids).aggregate(
        cost=Sum("cost"), grant=Sum("grant"), co_financing=Sum("co_financing")
    )
    return ListTotals(**{key: value or ZERO for key, value in sums.items()})


def open_clarification(proposal: ProjectProposal) -> ClarificationRequest | None:
    """The request that waits for the alliance's answer, while its term runs."""
    if proposal.status != ProposalStatus.SUBMITTED:
        return None
    return ClarificationRequest.objects.filter(
        proposal=proposal.pk, status=ClarificationStatus.OPEN, due_at__gt=clock.now()
    ).first()


def replacement_of(proposal: ProjectProposal, person) -> ProjectProposal | None:
    """The version that takes, or took, the place of this one, if the person may see it."""
    return ProjectProposal.objects.visible_to(person).filter(replaces=proposal.pk).first()


def reopened_steps(proposal: ProjectProposal) -> frozenset[str]:
    """The parts of a submitted proposal that a clarification request has reopened and whose term still runs."""
    found = open_clarification(proposal)
    return frozenset(found.steps) if found else frozenset()


# --- choices of the forms -----------------------------------------------------------------------------------------
def partners_for(proposal: ProjectProposal) -> QuerySet[Partner]:
    """The present partners of the alliance, the lead first."""
    return Partner.objects.current().filter(alliance=proposal.alliance_id).select_related("organisation")


def districts_for(proposal: ProjectProposal) -> QuerySet[District]:
    """The districts of the call's territory."""
    return District.objects.filter(network=proposal.call.network_id).order_by("name")


def indicators_for(proposal: ProjectProposal) -> QuerySet[Indicator]:
    """The indicators that the programme has agreed with the Regione (R45, art. 11.2), and the alliance's own."""
    agreed = Q(status=IndicatorStatus.AGREED)
    own = Q(status=IndicatorStatus.OWN, owner__alliance=proposal.alliance_id)
    return Indicator.objects.filter(agreed | own, programme=proposal.call.programme_id)


def unsaved_form(proposal: ProjectProposal, person, form: str) -> UnsavedForm | None:
    """What the person typed in a form of the proposal and did not save."""
    return UnsavedForm.objects.filter(proposal=proposal.pk, person=person, form=form).first()


def documents_of(proposal: ProjectProposal) -> list[tuple[RequestedDocument, list[Attachment]]]:
    """Each document that the call asks for, with what was brought for it."""
    brought = list(proposal.attachments.all())
    return [
        (document, [a for a in brought if a.document_id == document.pk])
        for document in proposal.call.requested_documents.all()
    ]


# --- the content as plain values ----------------------------------------------------------------------------------
def rule_set_of(proposal: ProjectProposal) -> RuleSet:
    """The programme's rules on the day it was handed in; today's for a draft. Read once for the object in hand."""
    on = timezone.localdate(proposal.submitted_at) if proposal.submitted_at else clock.today()
    if getattr(proposal, "_rules_on", None) != on:
        proposal._rules_on, proposal._rules = on, rule_set_for(proposal.call.programme, on)
    return proposal._rules


def actions_of(proposal: ProjectProposal) -> tuple[rules.ActionRow, ...]:
    return tuple(
        rules.ActionRow(
            a.title,
            a.area,
            a.district.name,
            a.partner.organisation.name,
            a.starts_on,
            a.ends_on,
            a.expected_participants,
        )
        for a in proposal.actions.all()
    )


def lines_of(proposal: ProjectProposal) -> tuple[budget.Line, ...]:
    return tuple(
        budget.Line(line.category, line.partner.organisation.name, line.cost, line.grant, line.co_financing)
        for line in proposal.budget_lines.all()
    )


def content_of(proposal: ProjectProposal) -> dict:
    """All that is handed in, in values that JSON has (money and dates as text): what the fingerprint is made of."""
    call, alliance = proposal.call, proposal.alliance
    partners = alliance.partners.current().select_related("organisation").order_by("-is_lead", "organisation__name")
    totals = budget.totals(lines_of(proposal))
    return {
        "format": "proposal/1",
        "call": {
            "title": call.title,
            "act": call.act,
            "network": call.network.name,
            "programme": call.programme.name,
        },
        "alliance": {
            "name": alliance.name,
            "partners": [{"name": p.organisation.name, "lead": p.is_lead} for p in partners],
        },
        "title": proposal.title,
        "summary": proposal.summary,
        "needs": proposal.needs,
        "objectives": proposal.objectives,
        "sustainability": proposal.sustainability,
        "actions": [
            {
                "title": action.title,
                "area": action.area,
                "area_label": action.get_area_display(),
                "district": action.district.name,
                "partner": action.partner.organisation.name,
                "description": action.description,
                "starts_on": action.starts_on.isoformat(),
                "ends_on": action.ends_on.isoformat(),
                "expected_participants": action.expected_participants,
            }
            for action in proposal.actions.all()
        ],
        "budget_lines": [
            {
                "category": line.category,
                "category_label": line.get_category_display(),
                "partner": line.partner.organisation.name,
                "description": line.description,
                "cost": _money(line.cost),
                "grant": _money(line.grant),
                "co_financing": _money(line.co_financing),
            }
            for line in proposal.budget_lines.all()
        ],
        "totals": {
            "cost": _money(totals.cost),
            "grant": _money(totals.grant),
            "co_financing": _money(totals.co_financing),
        },
        "indicators": [
            {
                "code": expected.indicator.code,
                "name": expected.indicator.name,
                "unit": expected.indicator.unit,
                "baseline": _money(expected.baseline),
                "target": _money(expected.target),
            }
            | _content_parts(expected)
            for expected in proposal.expected_indicators.all()
        ],
        "attachments": [
            {
                "title": attachment.title,
                "document": attachment.document.title if attachment.document else "",
                "name": attachment.file.name,
                "sha256": attachment.file.sha256,
            }
            for attachment in proposal.attachments.all()
        ],
    }


def _content_parts(expected: ExpectedIndicator) -> dict:
    parts = [[part.get_dimension_display(), part.label, _money(part.target)] for part in expected.parts.all()]
    return {"parts": parts} if parts else {}


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def draft_of(proposal: ProjectProposal) -> submission.Draft:
    """The content as the rules of submission see it."""
    names = ("title", "summary", "needs", "objectives", "sustainability")
    return submission.Draft(
        texts={name: getattr(proposal, name) for name in names},
        actions=actions_of(proposal),
        lines=lines_of(proposal),
        indicators=len(proposal.expected_indicators.all()),
        documents=tuple(
            (document.title, any(a.document_id == document.pk for a in proposal.attachments.all()))
            for document in proposal.call.requested_documents.all()
            if document.is_required
        ),
    )


@dataclass(frozen=True)
class BudgetTable:
    """The money of a proposal: its sums, and how it stands towards the limits."""

    totals: budget.Totals
    checks: list[budget.Check]
    source: str


def budget_of(proposal: ProjectProposal) -> BudgetTable:
    """Computed anew from the lines each time."""
    rule_set = rule_set_of(proposal)
    totals = budget.totals(lines_of(proposal))
    checks = budget.budget_checks(
        totals, RuleValues.of(rule_set), source=rule_set.source, available=proposal.call.budget
    )
    return BudgetTable(totals, checks, rule_set.source)


def budget_with(proposal: ProjectProposal, line: budget.Line | None, *, instead_of: int | None) -> BudgetTable:
    """The budget as it would be with this line, in the place of a saved one or beside the others."""
    rule_set = rule_set_of(proposal)
    lines = [
        budget.Line(row.category, row.partner.organisation.name, row.cost, row.grant, row.co_financing)
        for row in proposal.budget_lines.all()
        if line is None or row.pk != instead_of
    ]
    totals = budget.totals(lines + ([line] if line else []))
    checks = budget.budget_checks(
        totals, RuleValues.of(rule_set), source=rule_set.source, available=proposal.call.budget
    )
    return BudgetTable(totals, checks, rule_set.source)


def flags_of(proposal: ProjectProposal) -> list[rules.Flag]:
    """What the committee should look at (R28)."""
    return rules.flags(actions_of(proposal), rule_set_of(proposal).short_initiative_months)


# --- handing in ---------------------------------------------------------------------------------------------------
def when(instant) -> str:
    """An instant as a sentence writes it: 30/06/2014 alle 12:00:00, in Europe/Rome."""
    return f"{timezone.localtime(instant):%d/%m/%Y alle %H:%M:%S}".removesuffix(":00")


def situation_of(proposal: ProjectProposal) -> submission.Situation:
    """What stands around the proposal, read afresh: the call, the alliance and its present lead, the agreement."""
    call = Call.objects.get(pk=proposal.call_id)
    alliance = Alliance.objects.get(pk=proposal.alliance_id)
    lead = lead_of(alliance)
    agreement = NetworkAgreement.objects.filter(
        network=call.network_id, programme=call.programme_id, status=AgreementStatus.IN_FORCE
    ).first()
    drafted = alliance.agreements.exclude(status__in=[PartnershipStatus.WITHDRAWN, PartnershipStatus.ENDED])
    return submission.Situation(
        call_status=call.status,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        call_network=call.network_id,
        call_programme=call.programme_id,
        alliance_network=alliance.network_id,
        alliance_programme=alliance.programme_id,
        alliance_name=alliance.name,
        alliance_dissolved=alliance.status == AllianceStatus.DISSOLVED,
        constituted=is_constituted(alliance),
        has_agreement=drafted.exists(),
        lead_body=lead.organisation_id if lead else None,
        lead_name=lead.organisation.name if lead else "",
        network_agreement=(agreement.signed_on, agreement.expires_on) if agreement else None,
    )


def bodies_of(person) -> set[int]:
    """The bodies for which the person sits today, asked of the database."""
    seats = person.seats.active().filter(kind=SeatKind.DELEGATE)
    return set(seats.values_list("organisation_id", flat=True))


def standing_of(proposal: ProjectProposal, person) -> list[submission.Requirement]:
    """What must hold around the proposal for this person to hand it in now."""
    return submission.standing(
        situation_of(proposal), now=clock.now(), today=clock.today(), person_bodies=bodies_of(person), when=when
    )


def content_requirements(proposal: ProjectProposal) -> list[submission.Requirement]:
    """What the content must have: the whole list, met or not."""
    rule_set = rule_set_of(proposal)
    return submission.content(
        draft_of(proposal), RuleValues.of(rule_set), source=rule_set.source, available=proposal.call.budget
    )


def people_of(alliance: Alliance) -> list:
    """Everyone who acts for a body of the alliance."""
    return [*access.people_with(Role.LEAD, alliance), *access.people_with(Role.PARTNER, alliance)]
