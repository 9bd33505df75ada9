"""Keeping a dashboard as a person sees it, to be printed."""

from collections.abc import Mapping
from urllib.parse import urlencode

from conciliazione.kernel import clock
from conciliazione.kernel.document_kinds import fingerprint
from conciliazione.kernel.moves import atomic

from ..models import DashboardCopy
from .board import board_of
from .printed import content_of
from .selection import SelectionForm, chosen_by

ASKED = (*SelectionForm.base_fields, "indicatore")


@atomic
def keep(person, query: Mapping) -> DashboardCopy:
    """The dashboard of this filter as it is now; the copy that is there already when nothing has changed since."""
    chosen = chosen_by(person, query)
    content = content_of(board_of(person, chosen, indicator=query.get("indicatore", "")), chosen)
    right = {name: value for name in ASKED if (value := query.get(name)) and name not in chosen.form.errors}
    copy, _ = DashboardCopy.objects.get_or_create(
        by=person,
        fingerprint=fingerprint([content, person.acting_label]),
        defaults={"content": content, "query": urlencode(right)[:500], "at": clock.now()},
    )
    return copy
