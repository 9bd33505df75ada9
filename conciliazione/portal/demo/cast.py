"""Who can sign in to the demonstration, and what each is there to do."""

from dataclasses import dataclass

from network.models import Person

from .story import PASSWORD


@dataclass(frozen=True)
class Account:
    email: str
    name: str
    seat: str


def accounts() -> list[Account]:
    """The demo people that exist now, with the seat in which they act."""
    people = Person.objects.filter(is_example=True, is_active=True).order_by("pk")
    return [Account(person.email, str(person), person.acting_label or "–") for person in people]


def as_text() -> str:
    """The accounts as a table for the terminal."""
    rows = accounts()
    if not rows:
        return "No demonstration yet: run manage.py seed_demo."
    width = max(len(row.email) for row in rows)
    lines = [f"  {row.email:<{width}}  {row.seat} ({row.name})" for row in rows]
    return "\n".join([f"Demo accounts (password: {PASSWORD})", *lines])
