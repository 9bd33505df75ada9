"""Programmes, networks, bodies, people with their seats, alliances: what everything else hangs from."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import Group, Permission

from alliances.models import Alliance, Partner, PartnershipAgreement
from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.text import search_key
from network.models import (
    CommitteeMember,
    District,
    EvaluationCommittee,
    Indicator,
    Membership,
    Network,
    NetworkAgreement,
    Organisation,
    Person,
    Programme,
    RuleSet,
    Seat,
)

from .bulk import last_id, load
from .names import INDICATORS, PROGRAMMES, TERRITORIES, TEXT, WORDS

EVALUATORS = 3
PARTNERS = 4
POOL = 40  # bodies of a territory that lead nothing, beside those that the scale adds


@dataclass
class Ally:
    """An alliance with what its proposals need."""

    pk: int
    place: int  # index of the territory
    cycle: int  # index of the programme
    partners: tuple[int, ...]
    district: int


@dataclass
class Bodies:
    """Keys of what was made, by index."""

    scale: float
    programmes: list[int] = field(default_factory=list)
    indicators: list[list[int]] = field(default_factory=list)
    networks: list[int] = field(default_factory=list)
    districts: list[list[int]] = field(default_factory=list)
    evaluators: list[list[int]] = field(default_factory=list)  # committee members
    offices: list[int] = field(default_factory=list)  # people
    allies: list[Ally] = field(default_factory=list)


def make(scale: float) -> Bodies:
    found = Bodies(scale)
    _programmes(found)
    organisations = _Organisations()
    _networks(found, organisations)
    _alliances(found, organisations)
    _grants()
    return found


def _programmes(found: Bodies) -> None:
    base, rules, indicators = last_id(Programme), last_id(RuleSet), last_id(Indicator)
    found.programmes = [base + 1 + n for n in range(len(PROGRAMMES))]
    newest = len(PROGRAMMES) - 1
    load(
        Programme,
        ("id", "code", "name", "legal_basis", "starts_on", "ends_on", "status"),
        (
            (
                pk,
                f"prova-{year}",
                f"Programma {year}-{(year + 1) % 100}",
                "Programma inventato per le prove",
                date(year, 1, 1),
                date(year + 1, 12, 31),
                "active" if n == newest else "closed",
            )
            for n, (pk, year) in enumerate(zip(found.programmes, PROGRAMMES, strict=True))
        ),
    )
    load(
        RuleSet,
        ("id", "programme_id", "version", "valid_from", "source", "lead_natures"),
        (
            (rules + 1 + n, pk, 1, date(2010, 1, 1), "Regole inventate per le prove", '["public"]')
            for n, pk in enumerate(found.programmes)
        ),
    )
    rows = []
    for programme in found.programmes:
        keys = []
        for number, (name, unit, area) in enumerate(INDICATORS, start=1):
            indicators += 1
            keys.append(indicators)
            rows.append(
                (
                    indicators,
                    programme,
                    f"I{number:02d}",
                    name,
                    "output",
                    unit,
                    area,
                    '["sex"]' if unit == "persone" else "[]",
                    "agreed",
                )
            )
        found.indicators.append(keys)
    load(Indicator, ("id", "programme_id", "code", "name", "kind", "unit", "area", "breakdowns", "status"), rows)


class _Organisations:
    """Bodies and people as they come, loaded together at the end."""

    def __init__(self):
        self.organisation, self.person, self.seat = last_id(Organisation), last_id(Person), last_id(Seat)
        self.bodies: list[tuple] = []
        self.people: list[tuple] = []
        self.seats: list[tuple] = []
        self.members: list[tuple] = []

    def body(self, name: str, kind: str, nature: str, size: str = "") -> int:
        self.organisation += 1
        self.bodies.append((self.organisation, name, search_key(name)[:200], kind, nature, size, True))
        return self.organisation

    def sit(self, email: str, last_name: str, kind: str, *, network: int | None = None, body: int | None = None) -> int:
        self.person += 1
        self.seat += 1
        self.people.append((self.person, email, "!", "Persona", last_name, True, True))
        self.seats.append((self.seat, self.person, kind, network, body, date(2010, 1, 1)))
        return self.person

    def member(self, network: int, body: int) -> None:
        self.members.append((network, body, "member", "signatory", date(2012, 1, 1)))

    def load_bodies(self) -> None:
        columns = ("id", "name", "search_name", "kind", "nature", "size", "is_example")
        load(Organisation, columns, self.bodies)
        columns = ("id", "email", "password", "first_name", "last_name", "is_active", "is_example")
        load(Person, columns, self.people)
        self.bodies, self.people = [], []

    def load_seats(self) -> None:
        load(Seat, ("id", "person_id", "kind", "network_id", "organisation_id", "starts_on"), self.seats)
        load(Membership, ("network_id", "organisation_id", "status", "origin", "since"), self.members)
        self.seats, self.members = [], []


def _networks(found: Bodies, bodies: _Organisations) -> None:
    network, district, committee = last_id(Network), last_id(District), last_id(EvaluationCommittee)
    member, agreement = last_id(CommitteeMember), last_id(NetworkAgreement)
    bodies.sit("regione@prova.example.org", "della Regione", "region")
    bodies.sit("cabina@prova.example.org", "della Cabina", "steering")
    networks, districts, committees, members, agreements = [], [], [], [], []
    for name, parts, _ in TERRITORIES:
        network, committee = network + 1, committee + 1
        asl = bodies.body(f"ASL di {name}", "health_authority", "public")
        ster = bodies.body(f"STER di {name}", "ster", "public")
        third = bodies.body(f"Provincia di {name} (inventata)", "province", "public")
        slug = f"prova-{search_key(name).replace(' ', '-')}"
        networks.append((network, f"Rete di {name}", slug, asl, ster))
        found.networks.append(network)
        keys = []
        for part in range(1, parts + 1):
            district += 1
            keys.append(district)
            districts.append((district, network, f"Ambito {part} di {name}"))
        found.districts.append(keys)
        found.offices.append(bodies.sit(f"asl@{slug}.example.org", f"dell'ASL di {name}", "office", network=network))
        committees.append((committee, network, "constituted", date(2012, 2, 1), 2))
        keys = []
        for number, body in enumerate((asl, ster, third)[:EVALUATORS], start=1):
            member += 1
            email = f"comitato{number}@{slug}.example.org"
            person = bodies.sit(email, f"del Comitato {number}", "committee", network=network)
            members.append((member, committee, body, person, number == 1, date(2012, 2, 1)))
            keys.append(member)
        found.evaluators.append(keys)
        agreement += 1
        signed = (date(PROGRAMMES[-1], 1, 1), date(PROGRAMMES[-1] + 2, 1, 1))
        agreements.append(
            (agreement, network, found.programmes[-1], f"Accordo della Rete di {name}", "in_force", *signed)
        )
        bodies.member(network, asl)
    bodies.load_bodies()
    load(Network, ("id", "name", "slug", "lead_id", "ster_id"), networks)
    load(District, ("id", "network_id", "name"), districts)
    load(EvaluationCommittee, ("id", "network_id", "status", "constituted_on", "quorum"), committees)
    columns = ("id", "committee_id", "organisation_id", "person_id", "is_chair", "starts_on")
    load(CommitteeMember, columns, members)
    columns = ("id", "network_id", "programme_id", "title", "status", "signed_on", "expires_on")
    load(NetworkAgreement, columns, agreements)


def places(count: int) -> list[tuple[int, int]]:
    """`count` pairs of territory and programme: the larger territories more often, the programmes in turn."""
    most = max(weight for *_, weight in TERRITORIES)
    order = [place for turn in range(most) for place, (*_, weight) in enumerate(TERRITORIES) if turn < weight]
    cycles = len(PROGRAMMES)
    return [(order[(n // cycles) % len(order)], n % cycles) for n in range(count)]


def _alliances(found: Bodies, bodies: _Organisations) -> None:
    count = max(len(PROGRAMMES) * 2, round(100 * found.scale))
    alliance, partner, agreement = last_id(Alliance), last_id(Partner), last_id(PartnershipAgreement)
    pools = []
    for place, network in enumerate(found.networks):
        name = TERRITORIES[place][0]
        pool = []
        for number in range(POOL + round(2 * found.scale)):
            size = ("micro", "small", "medium", "large")[number % 4]
            body = bodies.body(f"Impresa {number} di {name} (inventata)", "enterprise", "private", size)
            bodies.member(network, body)
            pool.append(body)
        pools.append(pool)
    rules = {p: r for r, p in RuleSet.objects.filter(programme__in=found.programmes).values_list("pk", "programme")}
    alliances, partners, districts, agreements = [], [], [], []
    for number, (place, cycle) in enumerate(places(count)):
        alliance, agreement = alliance + 1, agreement + 1
        name, network, programme = TERRITORIES[place][0], found.networks[place], found.programmes[cycle]
        since = date(PROGRAMMES[cycle], 2, 1)
        lead = bodies.body(f"Comune {number} di {name} (inventato)", "municipality", "public")
        bodies.member(network, lead)
        bodies.sit(f"capofila{number}@prova.example.org", f"del Comune {number}", "delegate", body=lead)
        title = f"Alleanza {number}: {WORDS[number % len(WORDS)]}"
        alliances.append((alliance, network, programme, title, TEXT, "constituted", since, rules[programme], True))
        keys = []
        pool = pools[place]
        others = [pool[(number * PARTNERS + step) % len(pool)] for step in range(PARTNERS - 1)]
        for body in (lead, *others):
            partner += 1
            keys.append(partner)
            own = body == lead
            partners.append((partner, alliance, body, own, own, "Servizi", "Operatori", "Svolge le azioni", since))
        district = found.districts[place][number % len(found.districts[place])]
        districts.append((alliance, district))
        agreements.append((agreement, alliance, 1, "in_force", since, "open"))
        found.allies.append(Ally(alliance, place, cycle, tuple(keys), district))
    bodies.load_bodies()
    bodies.load_seats()
    columns = ("id", "network_id", "programme_id", "name", "purpose", "status", "constituted_on", "rule_set_id")
    load(Alliance, (*columns, "is_example"), alliances)
    columns = ("id", "alliance_id", "organisation_id", "is_lead", "exclusive_lead", "competences", "resources")
    load(Partner, (*columns, "commitments", "joined_on"), partners)
    load(Alliance.districts.through, ("alliance_id", "district_id"), districts)
    columns = ("id", "alliance_id", "version", "status", "in_force_on", "opening")
    load(PartnershipAgreement, columns, agreements)


def _grants() -> None:
    """Groups of the bodies, who sits in them, and what they may do: as `manage.py check_permissions` would."""
    expected = list(access.expected_grants())
    known = set(Group.objects.values_list("name", flat=True))
    seats = Seat.objects.filter(person__email__endswith=".example.org").select_related("network", "organisation")
    sitting = [(seat.group_name, seat.person_id) for seat in seats]
    names = sorted({name for name, *_ in expected} | {name for name, _ in sitting})
    load(Group, ("name",), ((name,) for name in names if name not in known))
    groups = dict(Group.objects.values_list("name", "pk"))
    load(Person.groups.through, ("person_id", "group_id"), sorted({(p, groups[name]) for name, p in sitting}))
    permissions = {
        (row.codename, row.content_type.model): row.pk
        for row in Permission.objects.filter(codename__in=list(Role)).select_related("content_type")
    }
    by_model: dict[type, set] = {}
    for name, role, scope in expected:
        key = (permissions[role.value, scope._meta.model_name], groups[name], scope.pk)
        by_model.setdefault(type(scope), set()).add(key)
    for model, keys in by_model.items():
        held = access.get_group_obj_perms_model(model)
        keys -= set(held.objects.values_list("permission", "group", "content_object"))
        load(held, ("permission_id", "group_id", "content_object_id"), sorted(keys))
