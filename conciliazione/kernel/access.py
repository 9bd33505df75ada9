"""The only door to guardian: who may do what.

A role is a seat. The group of the body a person sits in holds one object permission per role on a *scope* (a
network, an alliance, a programme), and what hangs below a scope asks its scope. Each app states in one table which
roles may do which action. Whether the move is possible *now* is not decided here but by lifecycles and rules.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cache

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model, Q
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_group_obj_perms_model

from .trail import chain


class Role(StrEnum):
    """The roles of the agreement. The value is the codename of the permission on the scope."""

    REGION = "act_as_region"  # art. 11.3: officials of the Regione
    STEERING = "act_as_steering"  # art. 4: Cabina di Regia
    OFFICE = "act_as_office"  # art. 5: ASL staff, lead of the network
    COMMITTEE = "act_as_committee"  # art. 6: Comitato di Valutazione
    MEMBER = "act_as_member"  # art. 7: adherents of the network
    LEAD = "act_as_lead"  # art. 8: capofila di Alleanza
    PARTNER = "act_as_partner"  # art. 9: partner of an alliance

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.REGION: "Regione",
    Role.STEERING: "Cabina di Regia",
    Role.OFFICE: "ASL capofila di Rete",
    Role.COMMITTEE: "Comitato di Valutazione",
    Role.MEMBER: "Aderente alla Rete",
    Role.LEAD: "Capofila di Alleanza",
    Role.PARTNER: "Partner di Alleanza",
}

PUBLIC = "public"  # anyone, also without signing in
SIGNED_IN = "signed_in"  # anyone who signed in

_scopes: dict[str, type[Model]] = {}
_policy: dict[str, frozenset[Role]] = {}
_expectations: list[Callable[[], Iterable[tuple[str, Role, Model]]]] = []


def register_scope(name: str, model: type[Model]) -> None:
    """Tell the door that `model` is a scope, named `name` in `scopes()` and in `reach()`."""
    _scopes[name] = model


def declare(table: dict[str, Iterable[Role]]) -> dict[str, frozenset[Role]]:
    """Register an app's permission table: action -> the roles that may do it."""
    frozen = {action: frozenset(roles) for action, roles in table.items()}
    _policy.update(frozen)
    return frozen


def policy() -> dict[str, frozenset[Role]]:
    """The whole permission table of the portal."""
    return dict(sorted(_policy.items()))


def expect(provider: Callable[[], Iterable[tuple[str, Role, Model]]]) -> Callable:
    """Register a source of the grants that ought to exist: (group name, role, scope)."""
    _expectations.append(provider)
    return provider


def expected_grants() -> Iterator[tuple[str, Role, Model]]:
    """Every grant that follows from the seats and bodies as they stand."""
    for provider in _expectations:
        yield from provider()


def actual_grants() -> Iterator[tuple[str, Role, Model]]:
    """Every grant that guardian holds."""
    for model in _scopes.values():
        rows = get_group_obj_perms_model(model).objects.select_related("group", "permission", "content_object")
        for row in rows:
            yield row.group.name, Role(row.permission.codename), row.content_object


def role_permissions(*roles: Role) -> list[tuple[str, str]]:
    """`Meta.permissions` of a scope model."""
    return [(role.value, f"Agire come: {role.label}") for role in roles]


def grant(group_name: str, role: Role, scope: Model) -> None:
    """Give the group of a body a role on a scope."""
    group, _ = Group.objects.get_or_create(name=group_name)
    assign_perm(role.value, group, scope)
    chain.record(chain.Kind.PERMISSION, f"Dato a {group_name}: {role.value}", about=scope)


def grant_all(group_names: Iterable[str], role: Role, scope: Model) -> None:
    """Give the groups of many bodies a role on one scope, in a number of queries that does not follow theirs."""
    names = set(group_names)
    known = set(Group.objects.filter(name__in=names).values_list("name", flat=True))
    Group.objects.bulk_create(Group(name=name) for name in sorted(names - known))
    held = get_group_obj_perms_model(scope).objects.filter(
        group__name__in=names, content_object=scope, permission__codename=role.value
    )
    groups = Group.objects.filter(name__in=names).exclude(pk__in=held.values("group"))
    if groups:
        assign_perm(role.value, groups, scope)
    for group in groups:
        chain.record(chain.Kind.PERMISSION, f"Dato a {group.name}: {role.value}", about=scope)


def revoke(group_name: str, role: Role, scope: Model) -> None:
    """Take the role back; silent when it was not there."""
    group = Group.objects.filter(name=group_name).first()
    if group:
        remove_perm(role.value, group, scope)
        chain.record(chain.Kind.PERMISSION, f"Tolto a {group_name}: {role.value}", about=scope)


def seat_person(person, group_name: str) -> None:
    """Put a person in the group of a body."""
    group, _ = Group.objects.get_or_create(name=group_name)
    person.groups.add(group)
    chain.record(chain.Kind.PERMISSION, f"Entra in {group_name}", about=person)


def unseat_person(person, group_name: str) -> None:
    """Take a person out of the group of a body."""
    person.groups.remove(*Group.objects.filter(name=group_name))
    chain.record(chain.Kind.PERMISSION, f"Esce da {group_name}", about=person)


@cache
def _grants_statement() -> str:
    """The grants of a group on every scope, for a member of it: (scope, key, codename). Every page that is not public
    asks it, and writing it anew each time costs more than answering it."""
    quote = connection.ops.quote_name
    seated = get_user_model().groups.through._meta
    parts = []
    for name, model in _scopes.items():
        held = get_group_obj_perms_model(model)._meta
        # names of tables and columns of our models; the values are parameters
        parts.append(
            f"SELECT '{name}', held.{quote(held.get_field('content_object').column)}, permission.codename "  # noqa: S608 # nosec B608 -- names of our own tables
            f"FROM {quote(held.db_table)} held "
            f"JOIN {quote(Group._meta.db_table)} body ON body.id = held.group_id AND body.name = %s "
            f"JOIN {quote(seated.db_table)} seated ON seated.group_id = held.group_id "
            f"AND seated.{quote(seated.get_field('person').column)} = %s "
            f"JOIN {quote(Permission._meta.db_table)} permission ON permission.id = held.permission_id"
        )
    return " UNION ALL ".join(parts)


class Grants:
    """What one person may do in the seat in which they act. Loaded in one query, once a request."""

    def __init__(self, person):
        self.roles: dict[str, dict[int, set[Role]]] = {name: {} for name in _scopes}
        self.regional: set[Role] = person.regional_roles
        group_name = person.acting_group
        if not group_name:
            return
        with connection.cursor() as cursor:
            cursor.execute(_grants_statement(), [group_name, person.pk] * len(_scopes))
            for scope_name, pk, codename in cursor.fetchall():
                self.roles[scope_name].setdefault(pk, set()).add(Role(codename))

    def on(self, scope_name: str, pk: int) -> set[Role]:
        return self.roles[scope_name].get(pk, set())

    def ids(self, scope_name: str, roles: Iterable[Role]) -> list[int]:
        wanted = set(roles)
        return sorted(pk for pk, held in self.roles[scope_name].items() if held & wanted)

    def any(self) -> set[Role]:
        """The roles held anywhere at all; the regional ones even before there is a programme or a network."""
        return self.regional | {role for by_pk in self.roles.values() for held in by_pk.values() for role in held}


def grants_of(person) -> Grants:
    """The grants of a person, kept on the object for the length of a request."""
    if not hasattr(person, "_grants"):
        person._grants = Grants(person)
    return person._grants


def forget(person) -> None:
    """Drop what was loaded, after a seat or a grant changed."""
    person.__dict__.pop("_grants", None)


def roles_on(person, obj) -> set[Role]:
    """The roles a person holds on a record: those on each scope that it hangs from."""
    if not person.is_authenticated:
        return set()
    grants = grants_of(person)
    return {role for name, pk in obj.scopes().items() if pk for role in grants.on(name, pk)}


def can(person, action: str, obj=None) -> bool:
    """May this person do this action on this record (or, without a record, anywhere at all)?

    An action that no table declares is an error of ours: KeyError.
    """
    if action == PUBLIC:
        return True
    if not person.is_authenticated:
        return False
    if action == SIGNED_IN:
        return True
    allowed = _policy[action]
    if person.is_superuser:
        return True
    held = roles_on(person, obj) if obj is not None else grants_of(person).any()
    return bool(held & allowed)


def require(person, action: str, obj=None) -> None:
    """Raise PermissionDenied, with who may do it, when the person may not."""
    if not can(person, action, obj):
        who = ", ".join(role.label for role in Role if role in _policy.get(action, ()))
        raise PermissionDenied(f"Può farlo solo chi agisce come: {who}." if who else "Serve l'accesso al portale.")


def reach(person, action: str, **paths: str) -> Q:
    """A filter for the records on which the person may do `action`.

    `paths` says where a scope is found from the record: `reach(user, "call.view", network="network")`.
    """
    if not person.is_authenticated:
        return Q(pk__in=[])
    if person.is_superuser:
        return Q()
    grants = grants_of(person)
    reached = Q(pk__in=[])
    for scope_name, path in paths.items():
        ids = grants.ids(scope_name, _policy[action])
        if ids:
            reached |= Q(**{f"{path}__in": ids})
    return reached


def reaches(person, action: str, **keys: int | None) -> bool:
    """As `reach`, for a record in hand: `reaches(person, "plan.edit", network=plan.network_id)`."""
    if not person.is_authenticated:
        return False
    if person.is_superuser:
        return True
    grants = grants_of(person)
    return any(grants.on(scope_name, key) & _policy[action] for scope_name, key in keys.items() if key)


def people_with(role: Role, scope: Model):
    """The active people whose body's group holds the role on the scope: whom a notice goes to."""
    permission = Permission.objects.get(
        codename=role.value, content_type__app_label=scope._meta.app_label, content_type__model=scope._meta.model_name
    )
    rows = get_group_obj_perms_model(scope).objects.filter(content_object=scope, permission=permission)
    return get_user_model().objects.filter(is_active=True, groups__in=rows.values("group")).distinct()


def drift() -> tuple[set[tuple[str, Role, Model]], set[tuple[str, Role, Model]]]:
    """(missing, surplus): grants that the seats and bodies imply and guardian lacks, and the reverse."""
    expected, actual = set(expected_grants()), set(actual_grants())
    return expected - actual, actual - expected


def repair() -> tuple[int, int]:
    """Make the grants what the bodies imply; returns how many were (added, taken away)."""
    missing, surplus = drift()
    for group_name, role, scope in missing:
        grant(group_name, role, scope)
    for group_name, role, scope in surplus:
        revoke(group_name, role, scope)
    return len(missing), len(surplus)
