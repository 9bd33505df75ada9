"""The data of the game: territories, alliances with their leads, and a call in each that is about to close."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from conciliazione.portal.generate import bodies, bulk
from conciliazione.portal.generate.names import PROGRAMMES, TERRITORIES, TEXT
from network.enums import Area
from network.models import NetworkAgreement, Person
from plans.enums import ActionOrigin, CallStatus
from plans.models import Call, Criterion, PlanAction, RequestedDocument, TerritorialPlan

PASSWORD = "una-frase-lunga-di-prova"  # noqa: S105 # nosec B105 -- of invented people, on a database that is thrown away
OURS = ("network", "alliances", "plans", "auth")
ACTIONS = 40  # of a plan
DOCUMENT = "Lettera di adesione dei partner"


@dataclass(frozen=True)
class Seat:
    """A lead with the call that its alliance may answer."""

    email: str
    person: int
    alliance: int
    call: int


def make(leads: int) -> list[Seat]:
    """Fill an empty database with as many leads, and as much around them as there is where they are."""
    allies = -(-leads * len(PROGRAMMES) // 100) * 100  # one in seven is of the programme that runs
    with transaction.atomic():
        made = bodies.make(allies / 100)
        calls = _calls(made)
        _plans(made)
    _settle()
    return _seats(made, calls)[:leads]


def _calls(made: bodies.Bodies) -> dict[int, int]:
    """A published call in each territory; place -> key. The agreements and the programme hold today."""
    now = timezone.now()
    today = timezone.localdate()
    networks = made.networks
    NetworkAgreement.objects.filter(network__in=networks).update(
        signed_on=today - timedelta(days=90), expires_on=today + timedelta(days=600)
    )
    call, criterion = bulk.last_id(Call), bulk.last_id(Criterion)
    calls, criteria, documents, found = [], [], [], {}
    for place, network in enumerate(networks):
        call, criterion = call + 1, criterion + 1
        found[place] = call
        name = TERRITORIES[place][0]
        calls.append(
            (
                call,
                network,
                made.programmes[-1],
                f"Avviso della Rete di {name}",
                TEXT,
                f"Deliberazione n. {200 + place}",
                today - timedelta(days=30),
                now - timedelta(days=29),
                now + timedelta(hours=1),
                Decimal(90_000_000),
                Decimal(60),
                Decimal(40),
                CallStatus.PUBLISHED,
                now - timedelta(days=29),
            )
        )
        criteria.append((criterion, call, 1, "Qualità", Decimal(100), 1))
        documents.append((call, DOCUMENT))
    columns = ("id", "network_id", "programme_id", "title", "description", "act", "act_on", "opens_at", "closes_at")
    bulk.load(Call, (*columns, "budget", "total_threshold", "advance_share", "status", "published_at"), calls)
    bulk.load(Criterion, ("id", "call_id", "position", "title", "max_points", "tie_break"), criteria)
    bulk.load(RequestedDocument, ("call_id", "title"), documents)
    return found


def _plans(made: bodies.Bodies) -> None:
    """A draft of a plan in each territory for each programme: their documents are long, and left to the worker."""
    key, today = bulk.last_id(TerritorialPlan), timezone.localdate()
    plans, actions = [], []
    for place, network in enumerate(made.networks):
        for cycle, programme in enumerate(made.programmes):
            key += 1
            plans.append((key, network, programme, f"Piano {PROGRAMMES[cycle]} della Rete di {TERRITORIES[place][0]}"))
            for number in range(ACTIONS):
                area, district = Area.values[number % 5], made.districts[place][number % len(made.districts[place])]
                days = (today, today + timedelta(days=300))
                actions.append((key, ActionOrigin.COMMITTEE, area, district, f"Azione {number}", TEXT, *days))
    bulk.load(TerritorialPlan, ("id", "network_id", "programme_id", "title"), plans)
    columns = ("plan_id", "origin", "area", "district_id", "title", "description", "starts_on", "ends_on")
    bulk.load(PlanAction, columns, actions)


def _settle() -> None:
    models = [m for label in OURS for m in apps.get_app_config(label).get_models(include_auto_created=True)]
    bulk.settle(models)


def _seats(made: bodies.Bodies, calls: dict[int, int]) -> list[Seat]:
    leads = Person.objects.filter(email__startswith="capofila", email__endswith="@prova.example.org")
    leads.update(password=make_password(PASSWORD))  # as production keeps it: each sign-in costs what it costs there
    keys = dict(leads.values_list("email", "pk"))
    running = len(PROGRAMMES) - 1
    emails = (f"capofila{number}@prova.example.org" for number in range(len(made.allies)))
    return [
        Seat(email, keys[email], ally.pk, calls[ally.place])
        for email, ally in zip(emails, made.allies, strict=True)
        if ally.cycle == running
    ]


def close_at(instant: datetime) -> None:
    """The calls of the game close then."""
    Call.objects.filter(status=CallStatus.PUBLISHED).update(closes_at=instant)
