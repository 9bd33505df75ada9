"""What awaits a person in this app, what runs, and which terms come. The portal's home puts the apps together."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.tasks import HORIZON, Awaited, Deadline, Running, Task, read_once
from conciliazione.kernel.text import counted

from ..enums import (
    AgreementStatus,
    CommitteeStatus,
    IndicatorStatus,
    MeetingBody,
    MeetingStatus,
    MembershipStatus,
    Nature,
    ProgrammeStatus,
    SeatKind,
)
from ..models import (
    AgreementSignature,
    Application,
    EvaluationCommittee,
    Indicator,
    Meeting,
    Membership,
    NetworkAgreement,
    Programme,
    SteeringSeat,
)
from .networks import committee_missing, memberships_with_signature, to_convene

EXPIRY_NOTICE = timedelta(days=180)
REVIEW_EVERY = timedelta(days=183)
NOT_OVER = [AgreementStatus.DRAFT, AgreementStatus.APPROVED, AgreementStatus.IN_FORCE]


@read_once
def awaited_by(person) -> Awaited:
    """What may await this person in this app, or concern them."""
    grants = access.grants_of(person)
    held = grants.any()
    offices, committees = grants.ids("network", {Role.OFFICE}), grants.ids("network", {Role.COMMITTEE})
    rows = {}
    if offices:
        requests = Membership.objects.filter(network__in=offices, status=MembershipStatus.REQUESTED)
        rows["requests"] = requests.select_related("organisation")
        for network in offices:
            members = Membership.objects.filter(network=network).current()
            rows[f"unconfirmed-{network}"] = members.filter(organisation__nature=Nature.UNCONFIRMED)
            if in_force := _in_force(person, network):
                rows[f"unsigned-{network}"] = memberships_with_signature(members).filter(has_signed=False)
                rows[f"former-{network}"] = to_convene(in_force.network, in_force)
        rows["applications"] = Application.objects.pending().filter(network__in=offices)
        rows["own_indicators"] = (
            Indicator.objects.visible_to(person).filter(status=IndicatorStatus.ASKED).order_by("pk")
        )
    forming = EvaluationCommittee.objects.filter(network__in=[*offices, *committees], status=CommitteeStatus.FORMING)
    rows["committees"] = forming.select_related("network").prefetch_related("members")
    ours = Q(network__in=offices) & ~Q(body=MeetingBody.ALLIANCE)
    ours |= Q(network__in=committees, body=MeetingBody.COMMITTEE)
    ours |= Q(alliance_key__in=grants.ids("alliance", {Role.LEAD}))
    if Role.STEERING in held:
        ours |= Q(body=MeetingBody.STEERING)
    end_of_today = timezone.make_aware(datetime.combine(clock.today(), datetime.max.time()))
    rows["meetings"] = Meeting.objects.filter(
        ours, status__in=[MeetingStatus.CONVENED, MeetingStatus.HELD], starts_at__lte=end_of_today
    ).select_related("network")
    rows["coming"] = (
        Meeting.objects.visible_to(person)
        .filter(status=MeetingStatus.CONVENED, starts_at__gte=clock.now(), starts_at__lte=clock.now() + HORIZON)
        .select_related("network")
    )
    if Role.REGION in held:
        rows["proposed"] = Indicator.objects.filter(status=IndicatorStatus.PROPOSED)
        near = Programme.objects.filter(status=ProgrammeStatus.DRAFT, starts_on__lte=clock.today() + EXPIRY_NOTICE)
        rows["programmes"] = near.order_by("starts_on")
    if Role.STEERING in held:
        rows["chairs"] = SteeringSeat.objects.current().filter(person=person, is_chair=True)
    return Awaited(rows)


def tasks_for(person) -> list[Task]:
    """Everything in this app that the person should do in the seat in which they act, the most urgent first."""
    grants = access.grants_of(person)
    found: list[Task] = []
    awaited = awaited_by(person)
    for network in sorted(grants.ids("network", {Role.OFFICE})):
        found += _office_tasks(network, awaited, [a for a in _agreements(person) if a.network_id == network])
        found += _committee_tasks([c for c in _forming_committees(person) if c.network_id == network])
    found += _own_indicator_tasks(awaited["own_indicators"])
    found += _meeting_tasks(awaited["meetings"])
    held = grants.any()
    if Role.REGION in held:
        found += _region_tasks(awaited)
    if Role.STEERING in held:
        found += _steering_tasks(person)
    if Role.MEMBER in held:
        found += _member_tasks(person)
    return sorted(found, key=lambda task: (task.due is None, task.due or clock.today()))


@enforces("R09", "R10", "R11")
def _office_tasks(network: int, awaited: Awaited, agreements: list[NetworkAgreement]) -> list[Task]:
    found = [
        Task(
            f"Rispondi alla richiesta di {membership.organisation.name}",
            "Chiede di aderire alla Rete.",
            membership.get_absolute_url(),
            "Vedi la richiesta",
        )
        for membership in awaited["requests"]
        if membership.network_id == network
    ]
    found += [
        Task(
            f"Rispondi alla domanda di {application.body_name}",
            f"Chiede dal sito: {application.get_kind_display().lower()}.",
            application.get_absolute_url(),
            "Vedi la domanda",
        )
        for application in awaited["applications"]
        if application.network_id == network
    ]
    found += _agreement_tasks(agreements)
    numbers = {name: awaited.number(f"{name}-{network}") for name in ("former", "unsigned", "unconfirmed")}
    list_url = reverse("network:memberships") + f"?rete={network}"
    if numbers["former"]:
        found.append(
            Task(
                "Convoca gli aderenti agli accordi precedenti",
                counted(numbers["former"], "non è ancora stato convocato", "non sono ancora stati convocati")
                + ": la convocazione segue la sottoscrizione (art. 5).",
                reverse("network:convene_former", args=[network]),
                "Convoca",
            )
        )
    if numbers["unsigned"]:
        found.append(
            Task(
                "Raccogli le firme che mancano",
                counted(numbers["unsigned"], "aderente non ha", "aderenti non hanno")
                + " ancora firmato l'adesione (art. 5).",
                f"{list_url}&firma=no",
                "Vedi chi manca",
            )
        )
    if numbers["unconfirmed"]:
        found.append(
            Task(
                "Conferma la natura degli enti",
                "Di "
                + counted(
                    numbers["unconfirmed"],
                    "aderente non è confermato se è pubblico o privato",
                    "aderenti non è confermato se sono pubblici o privati",
                )
                + " (art. 9).",
                reverse("network:organisations") + f"?natura={Nature.UNCONFIRMED}&rete={network}",
                "Vedi gli enti",
            )
        )
    return found


@read_once
def _agreements(person) -> list[NetworkAgreement]:
    """Those of the person's networks that are not over. What awaits an office depends on them."""
    agreements = NetworkAgreement.objects.visible_to(person).filter(status__in=NOT_OVER)
    return list(agreements.select_related("network", "programme"))


def _in_force(person, network: int) -> NetworkAgreement | None:
    agreements = (a for a in _agreements(person) if a.network_id == network)
    return next((a for a in agreements if a.status == AgreementStatus.IN_FORCE), None)


@read_once
def _forming_committees(person) -> list[EvaluationCommittee]:
    return list(awaited_by(person)["committees"])


def _agreement_tasks(agreements: list[NetworkAgreement]) -> list[Task]:
    found = []
    today = clock.today()
    for agreement in agreements:
        url = agreement.get_absolute_url()
        if agreement.status == AgreementStatus.DRAFT:
            found.append(
                Task(
                    "Completa l'accordo di rete",
                    "È in preparazione: poi si delibera e si firma.",
                    url,
                    "Apri l'accordo",
                )
            )
        elif agreement.status == AgreementStatus.APPROVED:
            found.append(
                Task("Registra la sottoscrizione dell'accordo", "È deliberato e va alla firma.", url, "Apri l'accordo")
            )
        elif agreement.status == AgreementStatus.IN_FORCE and agreement.expires_on - EXPIRY_NOTICE <= today:
            found.append(
                Task(
                    "Prepara il nuovo accordo di rete",
                    "Quello in vigore dura "
                    + counted(agreement.programme.agreement_months, "mese", "mesi")
                    + " dalla firma (art. 10).",
                    reverse("network:agreement_create", args=[agreement.network_id]),
                    "Prepara l'accordo",
                    due=agreement.expires_on,
                )
            )
    return found


@enforces("R13")
def _committee_tasks(committees: list[EvaluationCommittee]) -> list[Task]:
    found = []
    for committee in committees:
        missing = committee_missing(committee)
        why = (
            f"Mancano: {', '.join(missing)} (art. 6)." if missing else "ASL e STER siedono: si può costituire (art. 6)."
        )
        url = committee.get_absolute_url()
        found.append(Task("Costituisci il Comitato di Valutazione", why, url, "Apri il Comitato"))
    return found


def _own_indicator_tasks(asked: Iterable[Indicator]) -> list[Task]:
    """What alliances of the office's network ask to measure for themselves."""
    return [
        Task(
            f"Concorda l'indicatore {indicator}",
            "Lo chiede un'Alleanza per sé: finché non è concordato non può indicarlo.",
            indicator.get_absolute_url(),
            "Leggi l'indicatore",
        )
        for indicator in asked
    ]


def _meeting_tasks(meetings: Iterable[Meeting]) -> list[Task]:
    """Of those whose day has come."""
    found = []
    for meeting in meetings:
        if meeting.status == MeetingStatus.CONVENED:
            what, why, label = "Registra chi era presente", "Il giorno della seduta è arrivato.", "Registra le presenze"
        else:
            what, why, label = "Scrivi e approva il verbale", "La seduta si è svolta.", "Apri la seduta"
        day = timezone.localtime(meeting.starts_at)
        found.append(Task(f"{what}: {meeting}, {day:%d/%m/%Y}", why, meeting.get_absolute_url(), label))
    return found


def _region_tasks(awaited: Awaited) -> list[Task]:
    found = []
    if proposed := awaited.number("proposed"):
        found.append(
            Task(
                "Concorda gli indicatori proposti",
                counted(proposed, "indicatore attende", "indicatori attendono")
                + " la Regione: senza, le ASL non catalogano le azioni (art. 11).",
                reverse("network:indicators") + f"?stato={IndicatorStatus.PROPOSED}",
                "Vedi gli indicatori",
            )
        )
    return found + [
        Task(f"Attiva il programma {programme.name}", "È in preparazione.", programme.get_absolute_url(), "Apri")
        for programme in awaited["programmes"]
    ]


@enforces("R05")
def _steering_tasks(person) -> list[Task]:
    """The Cabina looks at the results from time to time, and gives guidance (R05): its chair is reminded."""
    found = []
    if awaited_by(person).number("chairs") and review_due():
        found.append(
            Task(
                "Convoca la Cabina di Regia",
                "Da sei mesi non si riunisce: l'analisi dei risultati è periodica (art. 4).",
                reverse("network:meeting_convene_steering"),
                "Convoca la Cabina",
            )
        )
    return found


@enforces("R05")
def review_due() -> bool:
    """Whether the Cabina has not met, nor is convened, for half a year."""
    recent = Meeting.objects.filter(body=MeetingBody.STEERING, starts_at__gte=clock.now() - REVIEW_EVERY)
    return not recent.exclude(status=MeetingStatus.CANCELLED).exists()


def _member_tasks(person) -> list[Task]:
    """A delegate signs for the body in whose seat they act."""
    seat = person.acting_seat
    if seat is None or seat.kind != SeatKind.DELEGATE:
        return []
    signed = AgreementSignature.objects.filter(
        agreement=OuterRef("pk"), organisation=seat.organisation_id, signed_on__isnull=False
    )
    row = AgreementSignature.objects.filter(agreement=OuterRef("pk"), organisation=seat.organisation_id)
    members = Membership.objects.current().filter(network=OuterRef("network"), organisation=seat.organisation_id)
    waiting = (
        NetworkAgreement.objects.annotate(signed=Exists(signed), listed=Exists(row), member=Exists(members))
        .filter(signed=False)
        .filter(
            Q(status=AgreementStatus.IN_FORCE, member=True)
            | Q(status=AgreementStatus.APPROVED, listed=True, member=True)
        )
        .select_related("network", "programme")
    )
    return [
        Task(
            f"Firma l'adesione per {seat.organisation.name}",
            f"{agreement}: essere aderenti e aver firmato sono due cose (art. 5).",
            reverse("network:agreement_sign_own", args=[agreement.pk]),
            "Firma l'adesione",
        )
        for agreement in waiting
    ]


def running_for(person) -> list[Running]:
    """The agreements and committees of the person's networks that are on their way."""
    grants = access.grants_of(person)
    ids = grants.ids("network", {Role.OFFICE, Role.MEMBER, Role.COMMITTEE})
    states = {AgreementStatus.DRAFT, AgreementStatus.APPROVED}
    found = [
        Running(str(agreement), agreement.get_absolute_url(), steps_of_agreement(agreement))
        for agreement in _agreements(person)
        if agreement.network_id in ids and agreement.status in states
    ]
    for committee in _forming_committees(person):
        ready = not committee_missing(committee)
        steps = [
            ("Nomina di ASL e STER", "done" if ready else "current"),
            ("Costituzione", "current" if ready else "todo"),
        ]
        found.append(Running(str(committee), committee.get_absolute_url(), steps))
    return found


def steps_of_agreement(agreement: NetworkAgreement) -> list[tuple[str, str]]:
    """Where an agreement stands on its way into force."""
    labels = ("Testo", "Deliberazione", "Sottoscrizione", "In vigore")
    at = {AgreementStatus.DRAFT: 0, AgreementStatus.APPROVED: 2}.get(agreement.status, 4)
    return [(label, "done" if i < at else "current" if i == at else "todo") for i, label in enumerate(labels)]


def deadlines_for(person) -> list[Deadline]:
    """Meetings to come and agreements that end, in the next sixty days."""
    today = clock.today()
    coming = awaited_by(person)["coming"]
    found = [Deadline(timezone.localtime(m.starts_at).date(), str(m), m.get_absolute_url()) for m in coming]
    found += [
        Deadline(agreement.expires_on, f"Scade: {agreement}", agreement.get_absolute_url())
        for agreement in _agreements(person)
        if agreement.status == AgreementStatus.IN_FORCE and today <= agreement.expires_on <= today + HORIZON
    ]
    return sorted(found, key=lambda deadline: deadline.day)
