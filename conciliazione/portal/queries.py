"""What the pages above all apps read: the public site and the search."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat, Trim

from alliances.enums import AllianceStatus
from alliances.models import Alliance, Partner
from conciliazione.kernel import access, clock
from conciliazione.kernel.models import TrailEntry, TrailHead
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.searching import matching
from conciliazione.kernel.trail import verify
from monitoring.models import GoodPractice
from network.enums import AgreementStatus, MembershipStatus
from network.models import Membership, Network, Organisation, Person
from plans.enums import CallStatus, ProjectStatus
from plans.models import Attachment, Call, Project, ProjectProposal, Publication, TerritorialPlan
from plans.queries.evaluation import closed_to
from plans.queries.projects import amount_today
from plans.rules.plan import PUBLIC as PUBLIC_STATES

MOST_HITS = 20


def public_networks():
    """Every network with its lead, how many adhere today and how many alliances stand in it."""
    # each counted apart: joined together, every adhesion would meet every alliance
    members = _count_of(Membership.objects.filter(status=MembershipStatus.MEMBER))
    alliances = _count_of(Alliance.objects.filter(status=AllianceStatus.CONSTITUTED))
    return (
        Network.objects.select_related("lead")
        .prefetch_related("districts")
        .annotate(member_count=members, alliance_count=alliances)
        .order_by("name")
    )


def _count_of(rows):
    counted = rows.filter(network=OuterRef("pk")).order_by().values("network").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)


@enforces("R26")
def public_alliances():
    """The constituted alliances of all networks, as many as have formed, with their lead."""
    lead = Partner.objects.current().filter(alliance=OuterRef("pk"), is_lead=True)
    # of the rows shown alone
    partners = Partner.objects.current().filter(alliance=OuterRef("pk")).order_by().values("alliance")
    number = Subquery(partners.annotate(count=Count("pk")).values("count"))
    return (
        Alliance.objects.filter(status=AllianceStatus.CONSTITUTED)
        .select_related("network")
        .only("name", "is_example", "constituted_on", "network__name")
        .annotate(lead_name=Subquery(lead.values("organisation__name")[:1]), partner_count=Coalesce(number, 0))
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


def published_practices():
    """The good practices that the Regione has published, newest first."""
    return GoodPractice.objects.published().select_related("network", "project__alliance")


def newest_practices(person) -> list[GoodPractice]:
    """The last three that were published, for whoever acts in a network, the Regione or the Cabina. One query."""
    if not access.can(person, "practice.view"):
        return []
    return list(published_practices().order_by("-published_at", "-pk")[:3])


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
        members=Membership.objects.filter(status=MembershipStatus.MEMBER).aggregate(
            count=Count("organisation", distinct=True)
        )["count"],
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


@dataclass(frozen=True)
class Hit:
    """Something found on the page of another record."""

    words: str
    address: str

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        return self.address


# what is searched, with the fields that its index holds (the migrations `search` of each app)
ORGANISATION = ("name", "search_name")
ALLIANCE = ("name", "purpose")
CALL = ("title", "act", "description")
PROPOSAL = ("title", "registry_number", "summary", "needs", "objectives", "sustainability")
PROPOSAL_ON_ITS_LIST = ("title", "registry_number")
PROJECT = ("title", "cup")
ATTACHMENT = ("title",)


def search(person, text: str) -> list[Hits]:
    """Records that the person may see, by the words of number, title, organisation or text; at most MOST_HITS of each
    kind, the newest first where there is no better order."""
    bodies = Organisation.objects.all() if person.is_authenticated else Organisation.objects.none()
    proposals = ProjectProposal.objects.visible_to(person)
    # by the names themselves PostgreSQL would go through the index of their lists, and look at each for the words
    alliances = _cut(matching(Alliance.objects.visible_to(person), text, *ALLIANCE).order_by(_words_of("name"), "pk"))
    projects = Project.objects.visible_to(person)
    by_title = _cut(matching(projects, text, *PROJECT).order_by(_words_of("title"), "pk"))
    if len(by_title) <= MOST_HITS and alliances:
        known = [project.pk for project in by_title]
        by_title += _cut(projects.filter(alliance__in=[a.pk for a in alliances]).exclude(pk__in=known))
    # what the person may not read is found by what its list shows, not by its text: that would tell what is in it
    closed = closed_to(person)
    open_ones = proposals if closed is None else proposals.filter(~closed)
    newest = (F("pk") + 0).desc()  # by the key itself PostgreSQL would read the proposals one by one, not the words
    in_text = _cut(matching(open_ones, text, *PROPOSAL).order_by(newest))
    if closed is not None:
        in_text += _cut(matching(proposals.filter(closed), text, *PROPOSAL_ON_ITS_LIST).order_by(newest))
    attached = matching(Attachment.objects.filter(proposal__in=open_ones), text, *ATTACHMENT)
    plans = TerritorialPlan.objects.visible_to(person).filter(
        Q(title__icontains=text) | Q(registry_number__icontains=text)
    )
    found = [
        ("Enti", _cut(matching(bodies, text, *ORGANISATION))),
        ("Alleanze", alliances),
        ("Avvisi", _cut(matching(Call.objects.visible_to(person), text, *CALL))),
        ("Proposte", in_text),
        ("Progetti finanziati", by_title),
        ("Piani territoriali", _cut(plans)),
        (
            "Documenti",
            [
                Hit(f"{row.title} ({row.proposal.title})", row.proposal.get_absolute_url())
                for row in _cut(attached.select_related("proposal").order_by("-pk"))
            ],
        ),
        (
            "Buone prassi",
            _cut(
                (
                    GoodPractice.objects.visible_to(person) if person.is_authenticated else published_practices()
                ).told_with(text)
            ),
        ),
    ]
    return [Hits(label, rows[:MOST_HITS], len(rows) > MOST_HITS) for label, rows in found if rows]


def _words_of(field: str) -> Concat:
    """The field, as an expression of which there is no index."""
    return Concat(field, Value(""))


def _cut(rows) -> list:
    """One more than is shown, to know whether there are more."""
    return list(rows[: MOST_HITS + 1])


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
