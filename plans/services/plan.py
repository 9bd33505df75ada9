"""The territorial plan is opened, written, checked for coverage, adopted, transmitted, validated, run (art. 5, 6)."""

import hashlib
import json

from conciliazione.kernel import clock, registry
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public

from ..enums import ActionOrigin, PlanSectionKind
from ..models import PlanAction, PlanSection, PlanVersion, TerritorialPlan
from ..queries import evaluation
from ..queries import plan as queries
from ..queries.plan_page import missing_for_adoption
from ..rules import coverage
from ..rules import plan as rules


@atomic
def open_plan(network, *, by, programme, title: str, is_example: bool = False) -> TerritorialPlan:
    """Begin the one plan of the network for a programme. Raises RuleViolated R07 when there is one already."""
    check_public(title=title)
    network = lock(network)
    present = TerritorialPlan.objects.filter(network=network, programme=programme).first()
    rules.check_one_plan(present.title if present else "")
    plan = TerritorialPlan(network=network, programme=programme, title=title, is_example=is_example)
    plan._history_user = by
    plan.save()
    PlanSection.objects.bulk_create(PlanSection(plan=plan, kind=kind) for kind in PlanSectionKind)
    begin(plan, rules.PLAN, by=by, label="Apre il piano")
    return plan


@atomic
def write_section(plan: TerritorialPlan, *, by, kind: str, text: str) -> PlanSection:
    """Write a section; the earlier texts stay in its history."""
    check_public(text=text)
    plan = _editable(plan)
    section, _ = PlanSection.objects.get_or_create(plan=plan, kind=PlanSectionKind(kind))
    if section.text != text.strip():
        section.text = text.strip()
        section._history_user = by
        section.save()
        note(plan, noun="territorial_plan", name="write_section", label=f"Scrive «{section}»", by=by)
    return section


@atomic
def import_funded(plan: TerritorialPlan, *, by) -> list[PlanAction]:
    """Bring the actions of the funded proposals into the plan; those that are already there stay as they are.

    The money of each comes from the proposal's budget lines (`rules.plan.share_out`).
    """
    return _bring_in(_editable(plan), by)


def _bring_in(plan: TerritorialPlan, by) -> list[PlanAction]:
    made = []
    for proposal in queries.unplanned(plan):
        actions = list(proposal.actions.order_by("starts_on", "pk"))
        lines = [(line.partner_id, line.cost) for line in proposal.budget_lines.all()]
        amounts = rules.share_out([action.partner_id for action in actions], lines)
        amounts = rules.scale_to(amounts, proposal.cost)
        for action, amount in zip(actions, amounts, strict=True):
            planned = PlanAction(
                plan=plan,
                origin=ActionOrigin.ALLIANCE,
                proposal=proposal,
                area=action.area,
                district_id=action.district_id,
                title=action.title,
                description=action.description,
                starts_on=action.starts_on,
                ends_on=action.ends_on,
                amount=amount,
                expected_participants=action.expected_participants,
            )
            planned._history_user = by
            planned.save()
            made.append(planned)
    if made:
        label = "Riporta nel piano le azioni delle proposte finanziate"
        note(plan, noun="territorial_plan", name="import_funded", label=label, by=by)
    return made


@atomic
def add_action(
    plan: TerritorialPlan,
    *,
    by,
    area,
    district,
    title,
    description,
    starts_on,
    ends_on,
    amount,
    expected_participants=0,
) -> PlanAction:
    """The committee adds an action that no alliance proposed, where the territory needs it (R17)."""
    check_public(title=title, description=description)
    plan = _editable(plan)
    evaluation.check_committee(plan.network)
    if district.network_id != plan.network_id:
        raise Refused("L'ambito è di un'altra Rete.", field="district")
    rules.check_action(
        starts_on=starts_on,
        ends_on=ends_on,
        programme_starts_on=plan.programme.starts_on,
        programme_ends_on=plan.programme.ends_on,
    )
    action = PlanAction(
        plan=plan,
        origin=ActionOrigin.COMMITTEE,
        area=area,
        district=district,
        title=title,
        description=description,
        starts_on=starts_on,
        ends_on=ends_on,
        amount=amount,
        expected_participants=expected_participants,
    )
    action._history_user = by
    action.save()
    note(plan, noun="territorial_plan", name="add_action", label=f"Il Comitato aggiunge l'azione «{title}»", by=by)
    office = queries.people_of_plan(plan, Role.OFFICE)
    notify(office, f"Il Comitato ha aggiunto al piano l'azione «{title}».", url=plan.get_absolute_url(), by=by)
    return action


@atomic
def remove_action(action: PlanAction, *, by, reason: str) -> TerritorialPlan:
    """The committee takes back an action of its own; those of the alliances come from the ranking and stay."""
    plan = _editable(action.plan)
    action = lock(action)
    if action.origin != ActionOrigin.COMMITTEE:
        raise Refused("Le azioni delle Alleanze vengono dalla graduatoria e restano nel piano.")
    if not reason.strip():
        raise Refused("Scrivi perché l'azione si toglie dal piano.", field="reason")
    label = f"Il Comitato toglie l'azione «{action.title}»"
    note(plan, noun="territorial_plan", name="remove_action", label=label, by=by, reason=reason)
    action._history_user = by
    action.delete()
    return plan


@atomic
def verify_coverage(plan: TerritorialPlan, *, by, text: str) -> TerritorialPlan:
    """The committee writes what it found when it checked how far the plan covers the territory (R17)."""
    check_public(text=text)
    plan = _editable(plan)
    evaluation.check_committee(plan.network)
    coverage.check_coverage_was_verified(text)
    plan.coverage_note = text.strip()
    plan._history_user = by
    plan.save()
    note(plan, noun="territorial_plan", name="verify_coverage", label="Verifica la copertura del territorio", by=by)
    office = queries.people_of_plan(plan, Role.OFFICE)
    notify(office, f"Il Comitato ha verificato la copertura di «{plan.title}».", url=plan.get_absolute_url(), by=by)
    return plan


def check_can_adopt(plan: TerritorialPlan) -> None:
    """What adoption asks for: every section, the funded proposals among the actions, the coverage verified (R17)."""
    check_complete(plan, missing_for_adoption(plan))


def check_complete(plan: TerritorialPlan, lacking: dict) -> None:
    """The same, for a page that has already read what is missing (`queries.plan_page.lacking`)."""
    rules.check_ready_to_adopt(**lacking)
    coverage.check_coverage_was_verified(plan.coverage_note)


@atomic
def adopt(plan: TerritorialPlan, *, by, meeting=None, reason: str = "") -> TerritorialPlan:
    """Adopt the plan: what it says is kept as a numbered version. After guidance it is adopted again, as the next one.

    `meeting` is where the committee or the network's assembly adopted it: Refused (field `meeting`) without one, or
    when it was not valid, or came before the text.
    """
    check_public(reason=reason)  # with the version, everybody reads the act
    plan = lock(plan)
    rules.PLAN.check(plan.status, "adopt")
    check_can_adopt(plan)
    rules.check_adopting_meeting(
        **queries.adopting_facts(plan, meeting)
        if meeting
        else {"ours": False, "held": False, "present": 0, "quorum": None, "on": clock.today(), "since": None}
    )
    newest = plan.versions.order_by("-number").first()
    plan.version = newest.number + 1 if newest else 1
    plan.meeting = meeting
    plan.adopted_on = clock.today()
    move(plan, rules.PLAN, "adopt", by=by, reason=reason)
    _keep_version(plan, by, plan.adopted_on, reason)
    return plan


def _keep_version(plan: TerritorialPlan, by, on, act: str) -> PlanVersion:
    content = queries.content_of(plan)
    return PlanVersion.objects.create(
        plan=plan,
        number=plan.version,
        adopted_on=on,
        adopted_by=by,
        act=act.strip()[:300],
        content=content,
        sha256=fingerprint(content),
    )


@atomic
def extend(plan: TerritorialPlan, *, by, act: str, act_on, ends_on, reason: str = "") -> TerritorialPlan:
    """Move the end of a plan in force onward, by an act; the plan with its new end is the next version."""
    check_public(act=act, reason=reason)
    plan = lock(plan)
    rules.check_extension(
        status=plan.status,
        act=act,
        act_on=act_on,
        ends_on=ends_on,
        before=queries.end_of(plan),
        since=plan.adopted_on,
        today=clock.today(),
    )
    plan.ends_on = ends_on
    label = f"Proroga il piano al {ends_on:%d/%m/%Y}: {act.strip()}"
    return _next_version(plan, by, act_on, f"Proroga: {act.strip()}", label=label, name="extend", reason=reason)


@atomic
def take_in(plan: TerritorialPlan, *, by, act: str, act_on) -> TerritorialPlan:
    """Bring into a plan in force what a scorrimento has funded since: the plan with it is the next version."""
    plan = lock(plan)
    if plan.status in rules.IN_FORCE and _bring_in(plan, by):
        label = f"Aggiorna il piano con le proposte finanziate dopo: {act}"
        _next_version(plan, by, act_on, act, label=label, name="take_in")
    return plan


def _next_version(
    plan: TerritorialPlan, by, on, act: str, *, label: str, name: str, reason: str = ""
) -> TerritorialPlan:
    plan.version += 1
    plan._history_user = by
    plan.save()
    _keep_version(plan, by, on, act)
    note(plan, noun="territorial_plan", name=name, label=label[:200], by=by, reason=reason)
    text = f"«{plan.title}»: {label[0].lower()}{label[1:]}."
    for role in (Role.COMMITTEE, Role.MEMBER, Role.REGION, Role.STEERING):
        notify(queries.people_of_plan(plan, role), text, url=plan.get_absolute_url(), by=by)
    return plan


@atomic
def transmit(plan: TerritorialPlan, *, by, reason: str = "") -> TerritorialPlan:
    """The ASL sends the plan to the Regione, with its registry number: from here Regione and Cabina see it (R31)."""
    plan = lock(plan)
    rules.PLAN.check(plan.status, "transmit")
    plan.transmitted_at = clock.now()
    version = plan.versions.get(number=plan.version)
    entry = registry.register(
        plan,
        register=plan.network.register,
        direction=RegistryEntry.Direction.OUTGOING,
        subject=f"Trasmissione alla Regione: {plan.title}, versione {plan.version}",
        by=by,
        sha256=version.sha256,
    )
    plan.registry_number = str(entry)
    move(plan, rules.PLAN, "transmit", by=by, reason=reason)
    text = f"{plan.network.lead.name} ha trasmesso «{plan.title}», versione {plan.version} (protocollo {entry})."
    for role in (Role.REGION, Role.STEERING):
        notify(queries.people_of_plan(plan, role), text, url=plan.get_absolute_url(), by=by)
    return plan


@atomic
def give_back(plan: TerritorialPlan, *, by, reason: str) -> TerritorialPlan:
    """Regione or Cabina return the plan with guidance, which the ASL follows in a new version."""
    check_public(reason=reason)
    plan = lock(plan)
    plan.guidance = reason.strip()
    move(plan, rules.PLAN, "return", by=by, reason=reason)
    text = f"«{plan.title}» è tornato con indirizzi: correggilo e adotta una nuova versione."
    notify(queries.people_of_plan(plan, Role.OFFICE), text, url=plan.get_absolute_url(), by=by)
    return plan


@atomic
def validate(plan: TerritorialPlan, *, by, reason: str = "") -> TerritorialPlan:
    """The Cabina di Regia validates the plan, which becomes public."""
    plan = lock(plan)
    plan.validated_on = clock.today()
    move(plan, rules.PLAN, "validate", by=by, reason=reason)
    text = f"La Cabina di Regia ha validato «{plan.title}»: ora si può avviare."
    for role in (Role.OFFICE, Role.COMMITTEE, Role.MEMBER):
        notify(queries.people_of_plan(plan, role), text, url=plan.get_absolute_url(), by=by)
    return plan


@atomic
def conclude(plan: TerritorialPlan, *, by, reason: str = "") -> TerritorialPlan:
    """The plan is over."""
    plan = lock(plan)
    move(plan, rules.PLAN, "conclude", by=by, reason=reason)
    return plan


def fingerprint(content: dict) -> str:
    """SHA-256 of the content in one canonical form."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _editable(plan: TerritorialPlan) -> TerritorialPlan:
    plan = lock(plan)
    rules.check_editable(plan.status)
    return plan
