"""The entries of the trail as a person reads them. What was sealed stays as it was; only the page translates."""

import re
from functools import cache

from django.apps import apps

from conciliazione.kernel.access import Role
from conciliazione.kernel.models import TrailEntry

ROOMS = {
    "network": "Rete",
    "alliances": "Alleanze",
    "plans": "Avvisi, proposte e piano",
    "monitoring": "Monitoraggio",
    "kernel": "Protocollo",
}
GRANT = re.compile(r"(Dato|Tolto) a (\S+): (act_as_\w+)\Z")
COMPANY = re.compile(r"(Entra in|Esce da) (\S+)\Z")
GRANTED = {"Dato": "Ruolo dato", "Tolto": "Ruolo tolto"}
JOINED = {"Entra in": "Comincia ad agire per", "Esce da": "Non agisce più per"}
BODIES = {
    "organisation": "ente n. {}",
    "network-office": "ASL capofila della rete n. {}",
    "network-committee": "Comitato di Valutazione della rete n. {}",
    "region": "Regione",
    "steering": "Cabina di Regia",
}


@cache
def kinds_of_record() -> list[tuple[str, list[tuple[str, str]]]]:
    """What an entry can be about: (room, [(label of the model, its Italian name)]). Those that have such a name."""
    found = []
    for app, room in ROOMS.items():
        models = [m for m in apps.get_app_config(app).get_models() if "verbose_name" in m._meta.original_attrs]
        own = [(m._meta.label_lower, capitalised(m._meta.verbose_name)) for m in models if not hasattr(m, "history_id")]
        found.append((room, sorted(own, key=lambda each: each[1].lower())))
    return found


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def body_words(group: str) -> str:
    """The body whose group this is: «ente n. 3»."""
    name, _, number = group.partition(":")
    return BODIES.get(name, group).format(number)


def words_of(entry: TrailEntry) -> str:
    """What was done: a decision without the name that the code gives its record, a permission with role and body."""
    if entry.kind == TrailEntry.Kind.DECISION:
        return entry.what.partition(": ")[2] or entry.what
    if found := GRANT.match(entry.what):
        return f"{GRANTED[found[1]]} a {body_words(found[2])}: {Role(found[3]).label}"
    if found := COMPANY.match(entry.what):
        return f"{JOINED[found[1]]}: {body_words(found[2])}"
    return entry.what
