"""The main pages of each role, and on which record they are measured: the fullest that the role sees."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from monitoring.models import FinancialReport, ProgressReport
from network.models import Indicator, Network, Organisation, Person
from plans.models import Call, Project, ProjectProposal, Ranking, TerritorialPlan

LARGEST = "prova-milano"  # of the territories of the generator
ROWS = 50


def place() -> Network | None:
    """The network that is measured: the largest, or the fullest where little was generated."""
    generated = Network.objects.filter(slug__startswith="prova-")
    return generated.filter(slug=LARGEST, projects__status="running").first() or _fullest(generated, "projects")


@dataclass(frozen=True)
class Bound:
    """The most that a kind of page may ask of the database, and cost in multiples of the floor."""

    queries: int
    floors: float


BOUNDS = {
    "list": Bound(12, 3),
    "detail": Bound(25, 5),
    "board": Bound(15, 5),
    "search": Bound(15, 5),
    "form": Bound(25, 5),
}


@dataclass(frozen=True)
class Route:
    """A page that is measured."""

    name: str
    role: str
    kind: str
    url: str

    @property
    def key(self) -> str:
        return f"{self.name}@{self.role}"


def people() -> dict[str, Person | None]:
    """Who walks, by role; nobody for the public."""
    slug = place().slug
    body = _project().alliance.partners.get(is_lead=True).organisation
    addresses = {
        "region": "regione@prova.example.org",
        "steering": "cabina@prova.example.org",
        "office": f"asl@{slug}.example.org",
        "committee": f"comitato1@{slug}.example.org",
    }
    found = {role: Person.objects.get(email=address) for role, address in addresses.items()}
    delegate = Person.objects.get(seats__organisation=body, seats__kind="delegate")
    return {"public": None, **found, "lead": delegate}


LISTS = {
    "public": (
        *("portal:public_networks", "portal:public_alliances", "portal:public_projects", "portal:public_plans"),
        *("plans:calls", "plans:rankings"),
    ),
    "region": (
        *("network:organisations", "network:networks", "network:memberships", "network:seats", "network:indicators"),
        *("network:programmes", "alliances:list", "plans:calls", "plans:rankings", "plans:plans", "plans:projects"),
        *("monitoring:reports", "monitoring:financial_reports", "monitoring:measurements", "monitoring:actions"),
        *("monitoring:windows", "portal:records_concesso", "portal:records_pagato", "portal:records_ammesso"),
    ),
    "steering": ("alliances:list", "plans:plans", "plans:projects", "monitoring:reports"),
    "office": (
        *("network:organisations", "network:memberships", "network:seats", "network:meetings", "network:agreements"),
        *("alliances:list", "plans:calls", "plans:proposals", "plans:rankings", "plans:plans", "plans:projects"),
        *("monitoring:reports", "monitoring:expected", "monitoring:financial_reports", "monitoring:measurements"),
        "monitoring:actions",
    ),
    "committee": ("plans:proposals", "plans:projects", "monitoring:reports", "monitoring:actions"),
    "lead": ("alliances:list", "plans:proposals", "plans:projects", "monitoring:reports", "network:organisations"),
}
BOARDS = {
    "public": ("portal:public_home",),
    "region": ("portal:home", "portal:dashboard", "monitoring:indicators", "monitoring:gathering"),
    "steering": ("portal:home", "portal:dashboard"),
    "office": ("portal:home", "portal:dashboard", "monitoring:indicators"),
    "committee": ("portal:home", "plans:evaluation"),
    "lead": ("portal:home", "portal:dashboard"),
}
WORD = "doposcuola"


def routes() -> list[Route]:
    """All that is walked, with addresses of this database."""
    found = []
    for role, names in LISTS.items():
        found += [Route(name, role, "list", f"{reverse(name)}?righe={ROWS}") for name in names]
        if role in {"region", "office"}:
            found.append(_deep(role))
    for role, names in BOARDS.items():
        for name in names:
            query = "?programma=tutti" if name == "portal:dashboard" else ""
            found.append(Route(name, role, "board", reverse(name) + query))
    for role in LISTS:
        found.append(Route("portal:search", role, "search", f"{reverse('portal:search')}?q={WORD}"))
    for name, roles, kind, pick in RECORDS:
        record = pick()
        if record is not None:
            found += [Route(name, role, kind, reverse(name, args=[record.pk])) for role in roles]
    return found


def _deep(role: str) -> Route:
    """The last page of the longest list."""
    name = "plans:projects" if role == "region" else "plans:proposals"
    rows = Project.objects if role == "region" else ProjectProposal.objects.filter(call__network=place())
    return Route(f"{name}, last page", role, "list", f"{reverse(name)}?righe={ROWS}&pagina={-(-rows.count() // ROWS)}")


def _fullest(rows, path: str):
    return rows.annotate(most=Count(path)).order_by("-most", "pk").first()


def _call():
    return _fullest(Call.objects.filter(network=place(), status="evaluation"), "proposals")


def _under_evaluation():
    return ProjectProposal.objects.filter(call=_call()).order_by("pk").first()


def _ranking():
    return _fullest(Ranking.objects.filter(call__network=place()), "rows")


def _plan():
    return _fullest(TerritorialPlan.objects.filter(network=place()), "actions")


def _project():
    return Project.objects.filter(network=place(), status="running").order_by("pk").first()


def _report(model: type) -> Callable:
    def first():
        return model.objects.filter(project=_project()).order_by("pk").first()

    return first


STAFF = ("region", "office", "lead")
RECORDS: tuple[tuple[str, tuple[str, ...], str, Callable], ...] = (
    ("plans:board", ("office", "committee"), "board", _call),
    ("plans:ranking", ("public", "office", "committee"), "board", _ranking),
    ("plans:plan", ("public", "office", "region"), "board", _plan),
    ("plans:call", ("public", "office"), "detail", _call),
    ("plans:proposal", ("office", "committee"), "detail", _under_evaluation),
    ("plans:scores", ("committee",), "form", _under_evaluation),
    ("plans:project", STAFF, "detail", _project),
    ("monitoring:report", STAFF, "detail", _report(ProgressReport)),
    ("monitoring:financial_report", ("office", "lead"), "detail", _report(FinancialReport)),
    ("alliances:alliance", STAFF, "detail", lambda: _project().alliance),
    ("network:network", ("region", "office"), "detail", place),
    (
        "network:organisation",
        ("region", "office"),
        "detail",
        lambda: _fullest(Organisation.objects.filter(kind="enterprise"), "partnerships"),
    ),
    ("network:indicator", ("region", "office"), "detail", lambda: Indicator.objects.order_by("pk").first()),
)
