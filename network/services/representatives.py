"""Who represents a body, over time: appointed from a day, corrected, ended."""

from datetime import date

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.text import normalise

from ..models import LegalRepresentative, Organisation
from ..rules.organisations import check_personal_code
from ._trace import save


@atomic
def appoint(
    organisation: Organisation, *, name: str, starts_on: date, by, office: str = "", tax_code: str = "", act: str = ""
) -> LegalRepresentative:
    """From `starts_on` this person represents the body; whoever did before ends on that day.

    What was signed by the former one stays as it was. Raises Refused for a day in the future or before the beginning
    of the former one, an empty name, a wrong tax code.
    """
    organisation = lock(organisation)
    name, tax_code = _checked(name, tax_code)
    if starts_on > clock.today():
        raise Refused("La data è nel futuro: registra la nomina quando vale.", field="starts_on")
    former = organisation.representatives.filter(ends_on=None).first()
    if former is not None:
        _end(former, starts_on, field="starts_on", by=by)
    representative = LegalRepresentative(
        organisation=organisation,
        name=name,
        office=normalise(office),
        tax_code=tax_code,
        act=normalise(act),
        starts_on=starts_on,
        recorded_by=by,
    )
    save(representative, by=by, why="Nomina")
    _show(organisation, representative, by=by)
    label = f"Legale rappresentante dal {starts_on:%d/%m/%Y}: {representative}"
    note(organisation, noun="organisation", name="appoint", label=label, by=by, reason=representative.act)
    return representative


@atomic
def correct(
    organisation: Organisation, *, name: str, by, reason: str, office: str = "", tax_code: str = ""
) -> LegalRepresentative:
    """Mend what was written wrong of the present one: the person is the same. Raises Refused."""
    organisation = lock(organisation)
    present = organisation.representatives.filter(ends_on=None).first()
    if present is None:
        raise Refused("L'ente non ha un legale rappresentante in carica: registra la nomina.")
    if not reason.strip():
        raise Refused("Scrivi che cosa si corregge e perché.", field="reason")
    present.name, present.tax_code = _checked(name, tax_code)
    present.office = normalise(office)
    save(present, by=by, why=reason)
    _show(organisation, present, by=by)
    label = f"Dati del legale rappresentante corretti: {present}"
    note(organisation, noun="organisation", name="correct_representative", label=label, by=by, reason=reason)
    return present


@atomic
def vacate(organisation: Organisation, *, on: date, by, reason: str) -> LegalRepresentative:
    """The present one ends and nobody follows yet. Raises Refused."""
    organisation = lock(organisation)
    present = organisation.representatives.filter(ends_on=None).first()
    if present is None:
        raise Refused("L'ente non ha un legale rappresentante in carica.")
    if on > clock.today():
        raise Refused("La data è nel futuro: registra la fine quando vale.", field="on")
    _end(present, on, field="on", by=by)
    _show(organisation, None, by=by)
    label = f"Fine dell'incarico dal {on:%d/%m/%Y}: {present}"
    note(organisation, noun="organisation", name="vacate", label=label, by=by, reason=reason)
    return present


def follow_the_body(organisation: Organisation, *, by) -> None:
    """Keep the record of who represents in step with what is written on the body itself (its form, an import)."""
    written = organisation.legal_representative
    present = organisation.representatives.filter(ends_on=None).first()
    if present is None:
        if not written:
            return
        present = LegalRepresentative(organisation=organisation, recorded_by=by)
    elif not written:
        present.ends_on = max(clock.today(), present.starts_on or clock.today())
        save(present, by=by, why="Non più indicato")
        return
    values = (written, organisation.legal_representative_office, organisation.legal_representative_tax_code)
    if (present.name, present.office, present.tax_code) != values:
        present.name, present.office, present.tax_code = values
        save(present, by=by, why="Dati dell'ente")


def _checked(name: str, tax_code: str) -> tuple[str, str]:
    name, tax_code = normalise(name), normalise(tax_code).upper().replace(" ", "")
    if not name:
        raise Refused("Scrivi il nome del legale rappresentante.", field="name")
    check_personal_code(tax_code)
    return name, tax_code


def _end(representative: LegalRepresentative, on: date, *, field: str, by) -> None:
    if representative.starts_on is not None and on <= representative.starts_on:
        raise Refused(
            f"{representative} è in carica dal {representative.starts_on:%d/%m/%Y}: la data deve venire dopo.",
            field=field,
        )
    representative.ends_on = on
    save(representative, by=by, why="Fine dell'incarico")


def _show(organisation: Organisation, present: LegalRepresentative | None, *, by) -> None:
    """Write the present one on the body, where agreements and documents read it."""
    organisation.legal_representative = present.name if present else ""
    organisation.legal_representative_office = present.office if present else ""
    organisation.legal_representative_tax_code = present.tax_code if present else ""
    save(organisation, by=by, why="Legale rappresentante")
