"""What the pages of this app share: acts with a form of their own, and where the pages hang."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.pages import MovePage

from ..enums import SeatKind


def rete(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Breadcrumbs from the section «Rete» down."""
    return [("Rete", reverse("network:home")), *more]


class ActPage(MovePage):
    """The confirmation page of one move that asks for more than a reason: `move_name`, and a form of its own."""

    move_name = ""

    @cached_property
    def transition(self):
        return self.lifecycle[self.move_name]

    @property
    def moves(self):
        return {self.move_name: None}

    def form_kwargs(self):
        return {}


def own_body(person, organisation_id: int) -> bool:
    """Whether the person acts as delegate of this very body."""
    seat = person.acting_seat
    return bool(seat and seat.kind == SeatKind.DELEGATE and seat.organisation_id == organisation_id)


def require_own_body_or(person, action: str, record, organisation_id: int) -> None:
    """A delegate acts for their own body only; whoever holds `action` on the record may act for all of them."""
    if not access.can(person, action, record) and not own_body(person, organisation_id):
        raise PermissionDenied("Può farlo solo il delegato di questo ente, o l'ASL.")
