"""What a person types in the form of a row, kept as it is until it is saved: the browser may close meanwhile."""

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic

from ..models import ProjectProposal, UnsavedForm
from ..queries.proposals import reopened_steps
from ..rules.proposals import check_editable

MOST = 20_000  # characters of a value: more than any field of a row takes


@atomic
def keep_unsaved(proposal: ProjectProposal, *, by, form: str, values: dict[str, str]) -> UnsavedForm:
    """Keep what was typed in a form, right or wrong. Raises MoveRefused when the proposal is no draft, Refused when a
    value is longer than any field takes."""
    check_editable(proposal.status, form.partition("-")[0], reopened_steps(proposal))
    if any(len(value) > MOST for value in values.values()):
        raise Refused(f"Il testo è troppo lungo per essere conservato: al massimo {MOST} caratteri per campo.")
    kept, _ = UnsavedForm.objects.update_or_create(
        proposal=proposal, person=by, form=form, defaults={"values": values, "saved_at": clock.now()}
    )
    return kept


@atomic
def drop_unsaved(proposal: ProjectProposal, *, by, form: str) -> None:
    """What was typed has been saved, or the person starts over."""
    UnsavedForm.objects.filter(proposal=proposal, person=by, form=form).delete()
