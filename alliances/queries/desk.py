"""What awaits a person in the alliances app, where their processes stand, and which terms run."""

from itertools import groupby

from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.tasks import HORIZON, Awaited, Deadline, Running, Task, read_once
from network.enums import Nature
from network.models import Organisation

from ..enums import AllianceStatus, PartnershipStatus
from ..models import Alliance, PartnershipInstructions, PartnershipSignature

OPEN = (AllianceStatus.FORMING, AllianceStatus.SIGNING)


def tasks_for(person) -> list[Task]:
    """Signatures to give, alliances to complete, and for the ASL what only it can do. At most five queries."""
    return [*_to_sign(person), *_to_complete(person), *_for_the_office(person)]


@read_once
def awaited_by(person) -> Awaited:
    """What may await this person in this app, or concern them."""
    rows = {action: _signatures(person, action) for action in SIGNING if access.can(person, action)}
    seat = person.acting_seat
    if seat is not None and seat.organisation_id is not None and "partnership.sign" in rows:
        rows["to_sign"] = rows["partnership.sign"].filter(partner__organisation=seat.organisation_id)
    if access.can(person, "partnership.edit"):
        forming = Alliance.objects.filter(access.reach(person, "partnership.edit", alliance="pk"))
        rows["to_complete"] = forming.filter(status=AllianceStatus.FORMING).order_by("name")
    if access.can(person, "instructions.edit"):
        rows["of_the_network"] = (
            Alliance.objects.filter(access.reach(person, "instructions.edit", network="network"), status__in=OPEN)
            .select_related("network", "programme")
            .order_by("network__name", "programme__name", "name")
        )
    if access.can(person, "partnership.sign"):
        own = Alliance.objects.filter(access.reach(person, "partnership.sign", alliance="pk"), status__in=OPEN)
        rows["own"] = own.prefetch_related("partners")
    return Awaited(rows)


SIGNING = ("partnership.sign", "partnership.attest")


def _signatures(person, action: str):
    rows = PartnershipSignature.objects.awaited().filter(
        access.reach(person, action, alliance="agreement__alliance", network="agreement__alliance__network")
    )
    return rows.select_related("agreement__alliance", "partner__organisation").order_by("agreement__sign_by", "pk")


def _to_sign(person) -> list[Task]:
    return [
        Task(
            what=f"Firma l'accordo di partenariato di {row.agreement.alliance.name}",
            why=f"L'accordo vale quando lo hanno firmato tutti: manca {row.partner.organisation.name} (art. 9).",
            url=row.agreement.get_absolute_url(),
            label="Leggi e firma",
            due=row.agreement.sign_by,
        )
        for row in awaited_by(person)["to_sign"]
    ]


def _to_complete(person) -> list[Task]:
    return [
        Task(
            what=f"Completa {alliance.name} e mandala alla firma",
            why="Servono partner pubblici e privati, un capofila e i cinque contenuti dell'accordo (art. 9).",
            url=alliance.get_absolute_url(),
            label="Vedi che cosa manca",
        )
        for alliance in awaited_by(person)["to_complete"]
    ]


def _for_the_office(person) -> list[Task]:
    forming = list(awaited_by(person)["of_the_network"])
    if not forming:
        return []
    issued = set(PartnershipInstructions.objects.values_list("network_id", "programme_id"))
    tasks = []
    for (network, programme), _ in groupby(forming, key=lambda a: (a.network, a.programme)):
        if (network.pk, programme.pk) not in issued:
            tasks.append(
                Task(
                    what=f"Scrivi le indicazioni per gli accordi di partenariato, {programme.name}",
                    why="Le Alleanze scrivono l'accordo secondo le indicazioni dell'ASL (art. 9).",
                    url=reverse("alliances:instructions_edit", args=[network.pk, programme.pk]),
                    label="Scrivi le indicazioni",
                )
            )
    unknown = Organisation.objects.filter(
        nature=Nature.UNCONFIRMED, partnerships__left_on=None, partnerships__alliance__in=forming
    )
    tasks += [
        Task(
            what=f"Conferma la natura di {organisation.name}",
            why="Partecipa a un'Alleanza: se è pubblico o privato conta per chi la compone e chi la guida (art. 9).",
            url=organisation.get_absolute_url(),
            label="Apri la scheda dell'ente",
        )
        for organisation in unknown.distinct()
    ]
    return tasks


def running_for(person) -> list[Running]:
    """The alliances of the person that are not constituted yet, with the steps to there."""
    rows = awaited_by(person)["own"]
    return [Running(title=row.name, url=row.get_absolute_url(), steps=steps_of(row)) for row in rows]


def steps_of(alliance: Alliance) -> list[tuple[str, str]]:
    """Where an alliance stands on its way: (label, done, current or todo). Empty once dissolved."""
    if alliance.status == AllianceStatus.DISSOLVED:
        return []
    labels = ("Partner e capofila", "Accordo di partenariato", "Firma di tutti", "Costituita")
    led = any(partner.is_lead and partner.left_on is None for partner in alliance.partners.all())
    reached = {AllianceStatus.FORMING: 1 if led else 0, AllianceStatus.SIGNING: 2}.get(alliance.status, 4)
    return [
        (label, "done" if index < reached else "current" if index == reached else "todo")
        for index, label in enumerate(labels)
    ]


def deadlines_for(person) -> list[Deadline]:
    """The terms for signing in the next days, for whoever signs, leads, or attests what was signed on paper."""
    today = clock.today()
    found = {}
    for row in (row for action in SIGNING for row in awaited_by(person)[action]):
        day = row.agreement.sign_by
        if row.agreement.status == PartnershipStatus.SIGNING and day and today <= day <= today + HORIZON:
            what = f"Firma dell'accordo di {row.agreement.alliance.name}"
            found[row.agreement_id] = Deadline(day=day, what=what, url=row.agreement.get_absolute_url())
    return sorted(found.values(), key=lambda d: d.day)
