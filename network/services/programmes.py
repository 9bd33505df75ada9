"""Programmes and their rule sets: set by the Regione, by versions (art. 11.3)."""

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.text import normalise

from ..enums import Area, ProgrammeStatus
from ..models import Programme, RuleSet
from ..models.people import REGIONAL_GROUPS
from ..rules.examples import ExampleProgramme
from ..rules.programmes import (
    PROGRAMME,
    RuleValues,
    check_may_revise,
    check_programme_areas,
    check_valid_from,
    check_values,
)
from ..signals import rules_changing
from ._trace import save

REGIONAL_ROLES = {access.Role.REGION: REGIONAL_GROUPS["region"], access.Role.STEERING: REGIONAL_GROUPS["steering"]}


def grant_regional(scope) -> None:
    """Regione and Cabina reach every network and programme."""
    for role, group in REGIONAL_ROLES.items():
        access.grant(group, role, scope)


@atomic
def create(
    *, code: str, name: str, legal_basis: str, starts_on, ends_on, by, agreement_months: int = 24, areas=Area.values
) -> Programme:
    """Start a programme, in preparation. Its agreements last `agreement_months` from their signature (R41); `areas`
    are those of the five (R01) on which it works."""
    if Programme.objects.filter(code=code).exists():
        raise Refused("Un programma con questo codice esiste già.", field="code")
    programme = Programme(code=code)
    _fill(programme, name, legal_basis, starts_on, ends_on, agreement_months, areas)
    save(programme, by=by, why="Programma creato")
    grant_regional(programme)
    begin(programme, PROGRAMME, by=by, label="Programma creato")
    return programme


@atomic
def create_from(example: ExampleProgramme, *, by, **described) -> Programme:
    """Start a programme with the rules of an example as its first version; `described` is what `create` takes.

    The rules hold from the first day of the programme, and can be corrected until an alliance stands on them.
    """
    programme = create(by=by, **described)
    set_rules(
        programme,
        valid_from=programme.starts_on,
        source=example.source,
        reason=f"Dall'esempio «{example.name}»",
        by=by,
        **vars(example.values),
    )
    return programme


@atomic
def update(
    programme: Programme, *, name: str, legal_basis: str, starts_on, ends_on, agreement_months: int, by, areas=None
):
    """Change what describes a programme. A closed one stays as it was; areas not given stay as they are."""
    programme = lock(programme)
    _check_open(programme)
    areas = programme.areas if areas is None else areas
    if programme.status == ProgrammeStatus.ACTIVE and (gone := set(programme.areas) - set(areas)):
        words = "; ".join(Area(area).label for area in Area.values if area in gone)
        raise Refused(
            f"Il programma è attivo e le Reti vi lavorano: non si può togliere un'area ({words}).", field="areas"
        )
    _fill(programme, name, legal_basis, starts_on, ends_on, agreement_months, areas)
    save(programme, by=by, why="Dati aggiornati")
    note(programme, noun="programme", name="update", label="Dati aggiornati", by=by)
    return programme


def _fill(programme, name, legal_basis, starts_on, ends_on, agreement_months, areas) -> None:
    if ends_on <= starts_on:
        raise Refused("La fine del programma deve seguire l'inizio.", field="ends_on")
    if not agreement_months:
        raise Refused("Indica quanti mesi dura l'accordo di rete.", field="agreement_months")
    programme.name, programme.legal_basis = normalise(name), normalise(legal_basis)
    programme.starts_on, programme.ends_on = starts_on, ends_on
    programme.agreement_months = agreement_months
    programme.areas = check_programme_areas(areas)


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
        check_valid_from(
            valid_from,
            latest=latest.valid_from,
            version=latest.version,
            frozen=latest.frozen_at is not None,
            today=clock.today(),
        )
    if not source.strip():
        raise Refused("Scrivi da quale atto vengono queste regole.", field="source")
    rule_set = RuleSet(
        programme=programme,
        version=latest.version + 1 if latest else 1,
        valid_from=valid_from,
        source=normalise(source),
        # where an alliance is constituted already, a version is fixed as soon as it is recorded
        frozen_at=clock.now() if latest is not None and latest.frozen_at else None,
    )
    _write(rule_set, values)
    save(rule_set, by=by, why=reason or "Nuova versione delle regole")
    label = f"Regole, versione {rule_set.version}, valide dal {valid_from:%d/%m/%Y}"
    note(programme, noun="programme", name="set_rules", label=label, by=by, reason=reason)
    return rule_set


def _write(rule_set: RuleSet, values: dict) -> None:
    """Put the values in a rule set, once they make sense together."""
    for name, value in values.items():
        setattr(rule_set, name, value)
    check_values(RuleValues.of(rule_set))
    rule_set.lead_natures = [str(nature) for nature in rule_set.lead_natures]
    rule_set.mandatory_contents = [str(content) for content in rule_set.mandatory_contents]


def check_can_revise(programme: Programme) -> RuleSet:
    """The version of the rules that may be corrected in place: the last, while nothing stands on it. Raises Refused."""
    latest = programme.rule_sets.order_by("-version").first()
    if latest is None:
        raise Refused("Il programma non ha ancora regole: scrivile prima.")
    check_may_revise(version=latest.version, is_latest=True, frozen=latest.frozen_at is not None)
    return latest


@atomic
def revise_rules(rule_set: RuleSet, *, valid_from, source: str, by, reason: str, **values) -> RuleSet:
    """Correct a version of the rules in place, while no alliance of the programme is constituted; how it was stays in
    its history. Raises Refused when it is frozen, is not the last one, or an alliance is being signed with it.
    """
    programme = lock(rule_set.programme)
    _check_open(programme)
    rule_set = lock(rule_set)
    latest = programme.rule_sets.order_by("-version").first()
    check_may_revise(
        version=rule_set.version, is_latest=rule_set.pk == latest.pk, frozen=rule_set.frozen_at is not None
    )
    before = programme.rule_sets.filter(version__lt=rule_set.version).order_by("-version").first()
    if before is not None:
        check_valid_from(
            valid_from, latest=before.valid_from, version=before.version, frozen=False, today=clock.today()
        )
    if not reason.strip():
        raise Refused("Scrivi che cosa si corregge e perché.", field="reason")
    if not source.strip():
        raise Refused("Scrivi da quale atto vengono queste regole.", field="source")
    rules_changing.send(sender=RuleSet, rule_set=rule_set, by=by)
    rule_set.valid_from, rule_set.source = valid_from, normalise(source)
    _write(rule_set, values)
    save(rule_set, by=by, why=reason)
    label = f"Regole, versione {rule_set.version}, corrette"
    note(programme, noun="programme", name="revise_rules", label=label, by=by, reason=reason)
    return rule_set


@atomic
def freeze_rules(programme: Programme, *, by=None) -> int:
    """Fix every version of the rules: an alliance of the programme is constituted on them. Returns how many were."""
    programme = lock(programme)
    loose = list(programme.rule_sets.filter(frozen_at=None).order_by("version"))
    for rule_set in loose:
        rule_set.frozen_at = clock.now()
        save(rule_set, by=by, why="Prima Alleanza costituita")
    if loose:
        label = "Regole fissate: da ora si cambiano solo per nuove versioni"
        note(programme, noun="programme", name="freeze_rules", label=label, by=by, reason="Prima Alleanza costituita")
    return len(loose)


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
