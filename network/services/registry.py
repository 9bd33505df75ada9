"""The register (protocollo): letters that came in or went out beside the portal, registered by hand."""

from datetime import date

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.moves import atomic
from conciliazione.kernel.registry import register
from conciliazione.kernel.text import normalise
from conciliazione.kernel.uploads import store

from ..models import Correspondence


@atomic
def register_letter(
    network,
    *,
    direction: str,
    subject: str,
    counterpart: str,
    means: str,
    by,
    organisation=None,
    dated_on: date | None = None,
    note: str = "",
    upload=None,
) -> Correspondence:
    """Give a letter the next number of the network's register; `upload` is the copy of it, if there is one.

    Raises Refused for a letter dated in the future, InvalidUpload for a file that is not what it says. What is
    registered is not changed any more.
    """
    if dated_on and dated_on > clock.today():
        raise Refused("La data del documento è nel futuro: controllala.", field="dated_on")
    subject = normalise(subject)
    counterpart = normalise(counterpart) or (organisation.name if organisation else "")
    if not subject:
        raise Refused("Scrivi l'oggetto.", field="subject")
    if not counterpart:
        raise Refused("Scrivi chi l'ha mandato o a chi è andato, o scegli l'ente.", field="counterpart")
    file = store(upload, by=by) if upload else None
    letter = Correspondence.objects.create(
        network=network,
        direction=RegistryEntry.Direction(direction),
        subject=subject,
        counterpart=counterpart,
        organisation=organisation,
        means=means,
        dated_on=dated_on,
        note=normalise(note),
        file=file,
        by=by,
    )
    letter.entry = register(
        letter,
        register=network.register,
        direction=letter.direction,
        subject=f"{subject} – {counterpart}",
        sha256=file.sha256 if file else "",
        by=by,
    )
    letter.save(update_fields=["entry"])
    return letter
