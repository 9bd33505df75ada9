"""A round: the calls close in so many seconds, each lead has a time to press the button, and the killer has its own."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from conciliazione.kernel.documents import request_document
from conciliazione.kernel.models import IssuedDocument
from network.enums import SeatKind
from network.models import Person
from plans.models import TerritorialPlan

from . import world
from .browser import Browser, Tried
from .lead import Lead, Ledger
from .stage import Stage

LATE = 1.04  # share of the time by which the last ones press: a few are too late, as always
AGAIN = 0.3  # seconds until an office tries again
GRACE = 60  # seconds after the closing in which whoever has no answer yet may still get one
DRAFTING = 0.7  # of the time, at most, between beginning and pressing
KILLS = ("web", "web worker", "web worker", "worker", "worker", "database", "database connection")


@dataclass
class Round:
    tried: list[Tried] = field(default_factory=list)
    ledgers: list[Ledger] = field(default_factory=list)
    kills: Counter = field(default_factory=Counter)
    asked: list[int] = field(default_factory=list)  # documents left to the worker
    seconds: float = 0


def play(
    seats: list[world.Seat], browsers: dict[int, Browser], *, name: str, seconds: float, seed: str, pace: float = 1
) -> list[Lead]:
    """The leads of a round, begun. `browsers` keep what a person has from an earlier round: the cookies.

    The calls close in so many seconds; with a `pace` under 1 the leads take only that share of the time.
    """
    chance = random.Random(seed)  # noqa: S311 # nosec B311 -- a game that can be repeated guards nothing
    begun = time.monotonic()
    world.close_at(timezone.now() + timedelta(seconds=seconds))
    leads = []
    for number, seat in enumerate(seats):
        press = pace * seconds * (0.3 + (LATE - 0.3) * chance.random() ** 0.6)  # the nearer the closing, the more
        lead = Lead(
            seat,
            browsers[number],
            title=f"{name}, Alleanza {seat.alliance}",
            seed=f"{seed}/{number}",
            starts=begun + max(0.0, press - pace * seconds * DRAFTING) * chance.uniform(0.6, 1),
            press_at=begun + press,
            patience_until=begun + seconds + GRACE,
        )
        leads.append(lead)
        lead.start()
    return leads


class Killer(threading.Thread):
    """SIGKILL at random, and by the seed always the same."""

    def __init__(self, stage: Stage, *, seed: str, every: float, until: float):
        super().__init__(daemon=True)
        self.stage, self.until, self.every = stage, until, every
        self.chance = random.Random(seed)  # noqa: S311 # nosec B311 -- a game that can be repeated guards nothing
        self.kills: Counter = Counter()

    def run(self) -> None:
        while True:
            time.sleep(self.every * self.chance.uniform(0.4, 1.6))
            if time.monotonic() > self.until:
                return
            what = self.chance.choice(KILLS)
            self._kill(what)
            self.kills[what] += 1

    def _kill(self, what: str) -> None:
        if what == "web":
            self.stage.web.kill()
        elif what == "web worker":
            self.stage.web.kill_child(self.chance)
        elif what == "worker":
            self.stage.worker.kill()
        elif self.stage.database is None:
            return
        elif what == "database":
            self.stage.database.kill()
        else:
            self.stage.database.kill_connection(self.chance)


class Offices(threading.Thread):
    """The offices ask for the documents of their plans meanwhile: long ones, which a worker makes.

    `asked` holds the keys of those that the portal has taken on.
    """

    def __init__(self, *, seed: str, every: float, until: float, plans: list[int]):
        super().__init__(daemon=True)
        self.until, self.every, self.plans = until, every, plans
        self.chance = random.Random(seed)  # noqa: S311 # nosec B311 -- a game that can be repeated guards nothing
        self.asked: list[int] = []

    def run(self) -> None:
        while self.plans and time.monotonic() < self.until:
            try:
                self._ask(self.plans[0])
            except DatabaseError:
                connection.close()  # it was killed: ask again
                time.sleep(AGAIN)
            else:
                self.plans.pop(0)
                time.sleep(self.every * self.chance.uniform(0.5, 1.5))
        connection.close()

    def _ask(self, key: int) -> None:
        plan = TerritorialPlan.objects.select_related("network__lead", "programme").get(pk=key)
        office = Person.objects.get(seats__network=plan.network_id, seats__kind=SeatKind.OFFICE)
        self.asked.append(request_document("territorial_plan", plan, by=office).pk)


def one_round(
    stage: Stage,
    seats: list[world.Seat],
    browsers: dict[int, Browser],
    *,
    name: str,
    seconds: float,
    seed: str,
    kill: bool = False,
) -> Round:
    """Play it to its end; the portal answers again when this returns."""
    found = Round()
    tried: list[Tried] = []
    for browser in browsers.values():
        browser.tried = tried
    begun = time.monotonic()
    killer = Killer(stage, seed=f"{seed}/kill", every=max(1.0, seconds / 4), until=begun + seconds) if kill else None
    plans = list(TerritorialPlan.objects.exclude(pk__in=_asked_for()).order_by("pk").values_list("pk", flat=True))
    offices = Offices(seed=f"{seed}/offices", every=max(2.0, seconds / 5), until=begun + seconds, plans=plans)
    offices.start()
    leads = play(seats, browsers, name=name, seconds=seconds, seed=seed)
    if killer:
        killer.start()
    for lead in leads:
        lead.join()
    found.seconds = time.monotonic() - begun
    offices.join()
    found.asked = offices.asked
    if killer:
        killer.join()
        found.kills = killer.kills
        connection.close()  # ours may have been among those that broke
        stage.await_answer()
    found.tried, found.ledgers = tried, [lead.ledger for lead in leads]
    return found


def _asked_for():
    return IssuedDocument.objects.filter(kind="territorial_plan").values("object_id")
