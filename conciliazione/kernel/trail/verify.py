"""Checking the trail: every entry against its seal, its neighbour, the head, the moves and what was noted outside."""

import hashlib
import hmac
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from django.conf import settings

from ..models import Move
from .chain import GENESIS, Kind, digest_of, key, link, record
from .models import TrailEntry, TrailHead

FIELDS = ("number", "kind", "at", "person", "what", "about", "detail", "digest", "hash")


def faults() -> Iterator[str]:
    """What is wrong with the trail, in order; nothing when it is whole."""
    expected, previous, moves = 1, GENESIS, 0
    for entry in TrailEntry.objects.order_by("number").values(*FIELDS).iterator(chunk_size=2000):
        number = entry["number"]
        if number != expected:
            yield f"gap: entries {expected} to {number - 1} are missing"
        elif entry["hash"] != link(previous, entry["digest"]):
            yield f"entry {number}: does not follow from the one before it"
        if not hmac.compare_digest(entry["digest"], digest_of(entry)):
            yield f"entry {number}: its content is not what was sealed"
        moves += entry["kind"] == Kind.DECISION
        expected, previous = number + 1, entry["hash"]
    head = TrailHead.objects.first()
    if head is None:
        if expected > 1:
            yield "the head of the trail is missing"
    elif (head.number, head.hash) != (expected - 1, previous):
        yield f"the head says {head.number} entries, there are {expected - 1}: the end was cut or forged"
    kept = Move.objects.count()
    if kept != moves:
        yield f"{kept} moves are kept, and {moves} are in the trail"
    yield from faults_against_anchors()


# --- what was found, kept in the trail itself ---------------------------------------------------------------------
CHECKED_WHOLE, CHECKED_BROKEN = "Catena controllata: è intera", "Catena controllata: non è intera"
NEAR = 200  # entries that a look at the trail checks each time


def check(by=None) -> list[str]:
    """Check the whole trail and keep in it what was found; when it is whole, note its head outside the database."""
    found = list(faults())
    record(Kind.TRAIL, CHECKED_BROKEN if found else CHECKED_WHOLE, by=by, faults=len(found), first=found[:3])
    if not found:
        note_anchor()
    return found


def last_check() -> TrailEntry | None:
    """The entry that the last check of the whole trail left."""
    return TrailEntry.objects.filter(kind=Kind.TRAIL, what__in=[CHECKED_WHOLE, CHECKED_BROKEN]).first()


def near_faults(head: TrailHead | None) -> list[str]:
    """What is wrong with the newest entries, this head and the last note outside: quick, for each look at the trail."""
    rows = list(TrailEntry.objects.order_by("-number").values(*FIELDS)[: NEAR + 1])[::-1]
    if not rows:
        return []
    found = []
    for before, entry in pairwise(rows):
        follows = entry["number"] == before["number"] + 1 and entry["hash"] == link(before["hash"], entry["digest"])
        if not follows or not hmac.compare_digest(entry["digest"], digest_of(entry)):
            found.append(f"entry {entry['number']}")
    if head is None or (head.number, head.hash) != (rows[-1]["number"], rows[-1]["hash"]):
        found.append("head")
    if noted := anchors()[-1:]:
        [(number, hash_)] = noted
        if not TrailEntry.objects.filter(number=number, hash=hash_).exists():
            found.append(f"entry {number}, noted outside")
    return found


# --- what is noted outside the database, so that a cut end shows ------------------------------------------------------
def seal(number: int, hash_: str) -> str:
    return hmac.new(key(), f"{number}:{hash_}".encode(), hashlib.sha256).hexdigest()


def anchors() -> list[tuple[int, str]]:
    """(number, hash) noted in the file of anchors, oldest first; a line that was not sealed by us is a fault."""
    path = Path(settings.TRAIL_ANCHORS)
    if not path.exists():
        return []
    found = []
    for line in path.read_text().splitlines():
        parts = line.split()
        if len(parts) == 3 and parts[0].isdecimal():
            found.append(
                (int(parts[0]), parts[1] if hmac.compare_digest(parts[2], seal(int(parts[0]), parts[1])) else "")
            )
    return found


def faults_against_anchors() -> Iterator[str]:
    noted = dict(anchors())
    hashes = dict(TrailEntry.objects.filter(number__in=noted).values_list("number", "hash"))
    for number, hash_ in noted.items():
        if not hash_:
            yield f"the note of entry {number} in the file of anchors was forged"
        elif hashes.get(number) != hash_:
            yield f"entry {number} is not the one that was noted outside the database"


def note_anchor() -> bool:
    """Note the present head outside the database; False when there is nothing new to note."""
    head = TrailHead.objects.first()
    if head is None or head.number == 0 or (anchors() and anchors()[-1][0] == head.number):
        return False
    path = Path(settings.TRAIL_ANCHORS)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"{head.number} {head.hash} {seal(head.number, head.hash)}\n")
    return True
