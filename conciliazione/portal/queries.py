"""What the pages above all apps read: the public site and the search."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Concat, Trim

from alliances.enums import AllianceStatus
from alliances.models import Alliance, Partner
from conciliazione.kernel import clock
from conciliazione.kernel.models import TrailEntry, TrailHead
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.trail import verify
from network.enums import AgreementStatus, MembershipStatus
from network.models import Network, Organisation, Person
from plans.enums import CallStatus, ProjectStatus
from plans.models import Call, Project, ProjectProposal, Publication, TerritorialPlan
from plans.queries.projects import amount_today
from plans.rules.plan import PUBLIC as PUBLIC_STATES

MOST_HITS = 20


def public_networks():
    """Every network with its lead, how many adhere today and how many alliances stand in it."""
    members = Count("memberships", filter=Q(memberships__status=MembershipStatus.MEMBER), distinct=True)
    alliances = Count("alliances", filter=Q(alliances__status=AllianceStatus.CONSTITUTED), distinct=True)
    return (
        Network.objects.select_related("lead")
        .prefetch_related("districts")
        .annotate(member_count=members, alliance_count=alliances)
        .order_by("name")
    )


@enforces("R26")
def public_alliances():
    """The constituted alliances of all networks, as many as have formed, with their lead."""
    lead = Partner.objects.current().filter(alliance=OuterRef("pk"), is_lead=True)
    partners = Count("partners", filter=Q(partners__left_on=None))
    return (
        Alliance.objects.filter(status=AllianceStatus.CONSTITUTED)
        .select_related("network", "programme")
        .annotate(lead_name=Subquery(lead.values("organisation__name")[:1]), partner_count=partners)
        .order_by("name")
    )


def published_projects():
    """Funded projects whose grant is published."""
    return (
        Project.objects.filter(publication__isnull=False)
        .exclude(status=ProjectStatus.REVOKED)
        .select_related("network", "alliance", "programme")
        .annotate(total_cost=F("grant") + F("co_financing"))
        .order_by("title")
    )


def publications():
    """The transparency register (d.lgs. 33/2013 art. 26 and 27), newest first; each with what changed it since."""
    rows = Publication.objects.select_related("project", "project__network").prefetch_related("updates")
    return rows.annotate(now=amount_today()).order_by("-published_at", "-pk")


def public_plans():
    return TerritorialPlan.objects.filter(status__in=PUBLIC_STATES).select_related("network", "programme")


def open_calls():
    """Published calls that take proposals now or will, the next to close first."""
    return (
        Call.objects.filter(status=CallStatus.PUBLISHED, closes_at__gt=clock.now())
        .select_related("network")
        .order_by("closes_at")
    )


@dataclass(frozen=True)
class PublicNumbers:
    networks: int
    members: int
    alliances: int
    projects: int
    granted: object  # Decimal EUR, None when nothing is published yet


def public_numbers() -> PublicNumbers:
    """The figures of the public home; each is the number of rows of the page that it opens."""
    projects = published_projects().aggregate(count=Count("pk"), granted=Sum("grant"))
    return PublicNumbers(
        networks=Network.objects.filter(agreements__status=AgreementStatus.IN_FORCE).distinct().count(),
        members=Organisation.objects.filter(memberships__status=MembershipStatus.MEMBER).distinct().count(),
        alliances=Alliance.objects.filter(status=AllianceStatus.CONSTITUTED).count(),
        projects=projects["count"],
        granted=projects["granted"],
    )


@dataclass(frozen=True)
class Hits:
    """What was found of one kind; `more` says that the list was cut."""

    label: str
    rows: list
    more: bool


def search(person, text: str) -> list[Hits]:
    """Records that the person may see, by number, title, organisation or text; at most MOST_HITS of each kind."""
    found = [
        ("Enti", Organisation.objects.named_like(text) if person.is_authenticated else Organisation.objects.none()),
        ("Alleanze", Alliance.objects.visible_to(person).filter(Q(name__icontains=text) | Q(purpose__icontains=text))),
        (
            "Avvisi",
            Call.objects.visible_to(person).filter(
                Q(title__icontains=text) | Q(act__icontains=text) | Q(description__icontains=text)
            ),
        ),
        (
            "Proposte",
            ProjectProposal.objects.visible_to(person).filter(
                Q(title__icontains=text) | Q(registry_number__icontains=text) | Q(summary__icontains=text)
            ),
        ),
        (
            "Progetti finanziati",
            Project.objects.visible_to(person).filter(
                Q(title__icontains=text) | Q(cup__icontains=text) | Q(alliance__name__icontains=text)
            ),
        ),
        (
            "Piani territoriali",
            TerritorialPlan.objects.visible_to(person).filter(
                Q(title__icontains=text) | Q(registry_number__icontains=text)
            ),
        ),
    ]
    hits = []
    for label, rows in found:
        cut = list(rows[: MOST_HITS + 1])
        if cut:
            hits.append(Hits(label, cut[:MOST_HITS], len(cut) > MOST_HITS))
    return hits


def trail_entries():
    """Every entry of the trail with the name that its person has today (nothing for whoever was erased)."""
    named = Person.objects.filter(pk=OuterRef("person")).annotate(
        name=Trim(Concat("first_name", Value(" "), "last_name"))
    )
    return TrailEntry.objects.annotate(who=Subquery(named.values("name")[:1]))


def trail_state() -> dict:
    """How the chain stands: its newest entries checked now, the last check of the whole, what is noted outside."""
    head, last, noted = TrailHead.objects.first(), verify.last_check(), verify.anchors()
    return {
        "number": head.number if head else 0,
        "near": verify.near_faults(head),
        "last": last,
        "broken": last is not None and last.what == verify.CHECKED_BROKEN,
        "anchored": noted[-1][0] if noted else None,
        "sentence": f"Le ultime {verify.NEAR} righe sono state ricalcolate adesso, e tornano."
        + (" Tutta la catena tornava all'ultimo controllo." if last else ""),
    }
