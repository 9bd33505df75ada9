"""Programmes and their rule sets: set by the Regione, by versions (art. 11.3)."""

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.text import normalise

from ..enums import ProgrammeStatus
from ..models import Programme, RuleSet
from ..models.people import REGIONAL_GROUPS
from ..rules.programmes import PROGRAMME, RuleValues, check_values
from ._trace import save

REGIONAL_ROLES = {access.Role.REGION: REGIONAL_GROUPS["region"], access.Role.STEERING: REGIONAL_GROUPS["steering"]}


def grant_regional(scope) -> None:
    """Regione and Cabina reach every network and programme."""
    for role, group in REGIONAL_ROLES.items():
        access.grant(group, role, scope)


@atomic
def create(*, code: str, name: str, legal_basis: str, starts_on, ends_on, by, agreement_months: int = 24) -> Programme:
    """Start a programme, in preparation. Its agreements last `agreement_months` from their signature (R41)."""
    if Programme.objects.filter(code=code).exists():
        raise Refused("Un programma con questo codice esiste già.", field="code")
    programme = Programme(code=code)
    _fill(programme, name, legal_basis, starts_on, ends_on, agreement_months)
    save(programme, by=by, why="Programma creato")
    grant_regional(programme)
    begin(programme, PROGRAMME, by=by, label="Programma creato")
    return programme


@atomic
def update(programme: Programme, *, name: str, legal_basis: str, starts_on, ends_on, agreement_months: int, by):
    """Change what describes a programme. A closed one stays as it was."""
    programme = lock(programme)
    _check_open(programme)
    _fill(programme, name, legal_basis, starts_on, ends_on, agreement_months)
    save(programme, by=by, why="Dati aggiornati")
    note(programme, noun="programme", name="update", label="Dati aggiornati", by=by)
    return programme


def _fill(programme, name, legal_basis, starts_on, ends_on, agreement_months) -> None:
    if ends_on <= starts_on:
        raise Refused("La fine del programma deve seguire l'inizio.", field="ends_on")
    if not agreement_months:
        raise Refused("Indica quanti mesi dura l'accordo di rete.", field="agreement_months")
    programme.name, programme.legal_basis = normalise(name), normalise(legal_basis)
    programme.starts_on, programme.ends_on = starts_on, ends_on
    programme.agreement_months = agreement_months


def _check_open(programme: Programme) -> None:
    if programme.status == ProgrammeStatus.CLOSED:
        raise Refused("Il programma è concluso: i suoi dati e le sue regole restano come erano.")


@atomic
def set_rules(programme: Programme, *, valid_from, source: str, by, reason: str = "", **values) -> RuleSet:
    """Give the programme a new version of its rule set; the earlier ones stay, and what was checked against them.

    `values` are the fields of `rules.programmes.RuleValues`; those not given are taken from the version before.
    """
    programme = lock(programme)
    _check_open(programme)
    latest = programme.rule_sets.order_by("-version").first()
    if latest is not None:
        before = RuleValues.of(latest)
        values = {name: getattr(before, name) for name in RuleValues.__dataclass_fields__} | values
        if valid_from < latest.valid_from:
            raise Refused(
                f"La versione {latest.version} vale dal {latest.valid_from:%d/%m/%Y}: la nuova non può valere prima.",
                field="valid_from",
            )
    if not source.strip():
        raise Refused("Scrivi da quale atto vengono queste regole.", field="source")
    rule_set = RuleSet(
        programme=programme,
        version=latest.version + 1 if latest else 1,
        valid_from=valid_from,
        source=normalise(source),
        **values,
    )
    check_values(RuleValues.of(rule_set))
    rule_set.lead_natures = list(rule_set.lead_natures)
    save(rule_set, by=by, why=reason or "Nuova versione delle regole")
    label = f"Regole, versione {rule_set.version}, valide dal {valid_from:%d/%m/%Y}"
    note(programme, noun="programme", name="set_rules", label=label, by=by, reason=reason)
    return rule_set


def check_can_activate(programme: Programme) -> None:
    """A programme becomes active once it has rules. Raises Refused."""
    if not programme.rule_sets.exists():
        raise Refused("Il programma non ha ancora regole: scrivile prima di attivarlo.")


@atomic
def activate(programme: Programme, *, by, reason: str = "") -> Programme:
    """From now on networks may work in it."""
    programme = lock(programme)
    check_can_activate(programme)
    move(programme, PROGRAMME, "activate", by=by, reason=reason)
    return programme


@atomic
def close(programme: Programme, *, by, reason: str) -> Programme:
    """Nothing new starts in it any more."""
    programme = lock(programme)
    move(programme, PROGRAMME, "close", by=by, reason=reason, at=clock.now())
    return programme
