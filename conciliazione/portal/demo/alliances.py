"""The second stage: three alliances constituted in spring 2014, and a fourth that does not get beyond its beginning.

The bodies of the act take part in alliances that are invented, like everything said about them here; the alliances,
and the bodies that the act does not name, are marked as examples.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from alliances.enums import Opening, PartnerKind
from alliances.models import Alliance
from alliances.services import agreements, partners, signing
from alliances.services.alliances import create_alliance, write_to_network_lead
from conciliazione.kernel.signatures.identification import SIMULATED
from network.enums import MembershipOrigin, Nature, OrganisationKind, SeatKind
from network.models import District
from network.services import memberships, organisations, people, seats

from .papers import example_paper
from .story import Story

TOLD = json.loads((Path(__file__).resolve().parent / "data" / "alliances.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Tale:
    """What is told of one alliance that came to be constituted; `lead` and `others` are what each body brings."""

    key: str
    name: str
    district: str
    purpose: str
    opening: str
    started: date
    sent: date
    organisation: str
    governance: str
    commitments: str
    lead: dict[str, str]
    others: list[dict[str, str]]


TALES = [
    Tale(**row | {"started": date.fromisoformat(row["started"]), "sent": date.fromisoformat(row["sent"])})
    for row in TOLD["alliances"]
]
OPEN_ONE, LATE_PARTNER = "Alleanza Cremona Concilia", "Associazione Tempi Amici (esempio)"
FORMING = "Alleanza Pari Tempi"
SIGNATORY = "Delegato dell'ente (esempio)"  # who signs on paper: never the person whom the act names


def tell(story: Story) -> None:
    """From the instructions of the ASL to three constituted alliances; a fourth begins, and has work left."""
    with story.on(2014, 4, 24):
        agreements.issue_instructions(
            network=story.network,
            programme=story.programme,
            text="\n".join(TOLD["instructions"]),
            by=story.person("asl"),
        )
    _bodies_and_people(story)
    for tale in TALES:
        _form(story, tale)
        _sign(story, tale)
    _later_accession(story)
    _still_forming(story)


def _day(story: Story, day: date, hour: int = 10):
    return story.on(day.year, day.month, day.day, hour)


def _bodies_and_people(story: Story) -> None:
    with story.on(2014, 4, 29):
        asl = story.person("asl")
        for row in TOLD["invented"]:
            _invent(story, **row)
        for row in TOLD["delegates"]:
            person = story.new_person(row["key"], row["first_name"], row["last_name"])
            seats.give_seat(
                person=person,
                kind=SeatKind.DELEGATE,
                organisation=story.organisation(row["body"]),
                office=row["office"],
                by=asl,
                quiet=True,
            )
    with story.on(2014, 4, 30):
        _colleagues(story)


def _colleagues(story: Story) -> None:
    """The lead of Cremona brings in whoever keeps its papers, and who stands in for her in the summer of 2016."""
    lead = story.person("capofila.cremona")
    keeper, stand_in = (
        story.new_person("segreteria.cremona", "Ivana", "Soldi"),
        story.new_person("sostituto.cremona", "Fabio", "Zucchi"),
    )
    names = {"first_name": "", "last_name": ""}
    people.invite_colleague(who={"email": keeper.email, **names}, office="Segreteria", by=lead)
    people.invite_colleague(
        who={"email": stand_in.email, **names},
        office="Sostituzione",
        starts_on=date(2016, 6, 1),
        ends_on=date(2016, 9, 1),
        substitutes_for=lead.acting_seat,
        by=lead,
    )


def _invent(story: Story, *, name: str, kind: str, municipality: str, nature: str = "", size: str = "") -> None:
    asl = story.person("asl")
    body = organisations.create(
        name=name, kind=OrganisationKind(kind), municipality=municipality, is_example=True, is_distinct=True, by=asl
    )
    if nature:
        organisations.confirm_nature(
            body, nature=Nature(nature), size=size, reason="Ente inventato per l'esempio.", by=asl
        )
    memberships.join(story.network, body, origin=MembershipOrigin.REQUEST, reason="Adesione di esempio.", by=asl)


def _form(story: Story, tale: Tale) -> None:
    with _day(story, tale.started):
        lead = story.person(f"capofila.{tale.key}")
        alliance = create_alliance(
            network=story.network,
            programme=story.programme,
            name=tale.name,
            purpose=tale.purpose,
            districts=District.objects.filter(network=story.network, name=tale.district),
            promoter=story.organisation(tale.lead["body"]),
            is_example=True,
            by=lead,
        )
    with _day(story, tale.started + timedelta(days=2), 15):
        lead = story.person(f"capofila.{tale.key}")
        first = alliance.partners.get()
        partners.update_partner(first, kind=PartnerKind.FULL, by=lead, **_brings(tale.lead))
        for other in tale.others:
            partners.add_partner(
                alliance, organisation=story.organisation(other["body"]), kind=other["kind"], by=lead, **_brings(other)
            )
        partners.set_lead(first, by=lead, duties_accepted=True)
    with _day(story, tale.sent - timedelta(days=1), 16):
        agreements.write_agreement(
            alliance,
            opening=tale.opening,
            organisation_text=tale.organisation,
            governance_text=tale.governance,
            commitments_text=tale.commitments,
            by=story.person(f"capofila.{tale.key}"),
        )


def _brings(row: dict[str, str]) -> dict[str, str]:
    return {name: row[name] for name in ("competences", "resources", "commitments")}


def _sign(story: Story, tale: Tale) -> None:
    """Lead and one partner sign in the portal, the others on paper, which the ASL attests."""
    alliance = story.alliance(tale.name)
    with _day(story, tale.sent):
        agreement = agreements.send_to_sign(
            alliance, sign_by=tale.sent + timedelta(days=14), by=story.person(f"capofila.{tale.key}")
        )
    due = agreement.signatures.select_related("agreement__alliance", "partner__organisation").order_by("pk")
    on_paper = []
    for number, signature in enumerate(due, start=1):
        signing_person = _delegate_of(story, signature.partner.organisation)
        if signing_person is None:
            on_paper.append(signature)
            continue
        with _day(story, tale.sent + timedelta(days=1), 8 + number):
            signing.sign(signature, by=story.person(signing_person), identification=SIMULATED)
    signed_on = tale.sent + timedelta(days=7)
    with _day(story, signed_on + timedelta(days=1), 12):
        asl = story.person("asl2")
        for signature in on_paper:
            body = signature.partner.organisation
            signing.attest_paper(
                signature,
                signatory=SIGNATORY,
                signed_on=signed_on,
                upload=example_paper(f"firma-{signature.pk}", tale.name, f"Pagina firmata: {body.name}"),
                by=asl,
            )


def _delegate_of(story: Story, organisation) -> str | None:
    return next((row["key"] for row in TOLD["delegates"] if row["body"] == organisation.name), None)


def _later_accession(story: Story) -> None:
    """The open agreement lets one more body in, which signs an addendum."""
    alliance = story.alliance(OPEN_ONE)
    with story.on(2014, 6, 3):
        partner = partners.add_partner(
            alliance,
            organisation=story.organisation(LATE_PARTNER),
            competences="Volontari per l'accompagnamento dei bambini e la compagnia agli anziani",
            resources="Venticinque volontari, una sede",
            commitments="Organizza l'accompagnamento a scuola in due quartieri",
            by=story.person("capofila.cremona"),
        )
    with story.on(2014, 6, 6):
        signature = partner.signatures.get()
        signing.attest_paper(
            signature,
            signatory=SIGNATORY,
            signed_on=date(2014, 6, 5),
            upload=example_paper("adesione", OPEN_ONE, f"Adesione successiva: {LATE_PARTNER}"),
            by=story.person("asl2"),
        )


def _still_forming(story: Story) -> Alliance:
    """A fourth alliance in which work is left: no lead, a nature to confirm, contents to write."""
    with story.on(2014, 5, 26):
        _invent(story, name="Laboratorio tessile Il Gelso (esempio)", kind="enterprise", municipality="Soncino")
        person = story.new_person("promotrice", "Irene", "Galli")
        seats.give_seat(
            person=person,
            kind=SeatKind.DELEGATE,
            organisation=story.organisation("Amministrazione Provinciale di Cremona"),
            office="Funzionaria, Pari opportunità",
            by=story.person("asl"),
            quiet=True,
        )
    with story.on(2014, 5, 27):
        person = story.person("promotrice")
        alliance = create_alliance(
            network=story.network,
            programme=story.programme,
            name=FORMING,
            purpose="Diffondere nelle imprese della provincia orari e congedi che uomini e donne usano alla pari.",
            districts=District.objects.filter(network=story.network, name__in=["Cremona", "Crema"]),
            promoter=story.organisation("Amministrazione Provinciale di Cremona"),
            is_example=True,
            by=person,
        )
    with story.on(2014, 6, 4):
        person = story.person("promotrice")
        partners.add_partner(
            alliance,
            organisation=story.organisation("Consigliera di Parità provinciale"),
            competences="Pari opportunità e tutela nelle discriminazioni sul lavoro",
            resources="Uno sportello a settimana",
            by=person,
        )
        partners.add_partner(
            alliance,
            organisation=story.organisation("Laboratorio tessile Il Gelso (esempio)"),
            competences="Orari a isole in un piccolo laboratorio",
            by=person,
        )
        agreements.write_agreement(
            alliance,
            opening=Opening.OPEN,
            organisation_text="Un gruppo di lavoro mensile tra Provincia, Consigliera di Parità e imprese.",
            governance_text="",
            commitments_text="",
            by=person,
        )
    with story.on(2014, 6, 6, 11):
        write_to_network_lead(
            alliance,
            text="Chiediamo di confermare la natura del Laboratorio tessile Il Gelso, per completare la composizione.",
            by=story.person("promotrice"),
        )
    return alliance
