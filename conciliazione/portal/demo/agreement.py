"""The first stage: the programme, the Cremona network, its agreement of 2014 and its bodies.

The agreement, its deliberation, its signatories and their names are those of the act. Everything else is invented:
people, former adherents, indicators, meetings; bodies and indicators among them are marked as examples.
"""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from network.enums import (
    DecisionOutcome,
    MeetingBody,
    MeetingPurpose,
    MembershipOrigin,
    Nature,
    OrganisationKind,
    SeatKind,
    SteeringSeatKind,
)
from network.models import Meeting, Membership, Organisation, Programme
from network.rules.examples import EXAMPLES, ExampleProgramme
from network.services import (
    agreements,
    committees,
    decisions,
    indicators,
    meetings,
    memberships,
    networks,
    organisations,
    programmes,
    register_imports,
    seats,
    steering,
)

from . import office
from .papers import example_paper
from .story import NETWORK, Story

DATA = Path(__file__).resolve().parent / "data" / "agreement-2014-15.json"
NOT_IN_THE_ACT = "Conferma di esempio: l'accordo non dice se l'ente è pubblico o privato."
FORMER = (
    ("Cooperativa sociale Il Filo (esempio)", Nature.PRIVATE_NON_PROFIT, "Crema"),
    ("Associazione Tempi Amici (esempio)", Nature.PRIVATE_NON_PROFIT, "Cremona"),
    ("Fondazione Nido Aperto (esempio)", Nature.PRIVATE_NON_PROFIT, "Casalmaggiore"),
    ("Consorzio Botteghe del Po (esempio)", Nature.PRIVATE, "Casalmaggiore"),
)
RENOUNCES = "Consorzio Botteghe del Po (esempio)"
STEERING = (
    (SteeringSeatKind.REGIONAL_DIRECTORATE, "Carla Valsecchi (esempio), Direzione Istruzione, Formazione e Lavoro"),
    (SteeringSeatKind.EQUALITY_ADVISER, "Ines Moroni (esempio), Consigliera regionale di parità"),
    (SteeringSeatKind.UNIONCAMERE, "Dario Lanzani (esempio), Unioncamere Lombardia"),
    (SteeringSeatKind.ANCI, "Lucia Ferrari (esempio), ANCI Lombardia"),
    (SteeringSeatKind.UPL, "Paolo Gatti (esempio), Unione Province Lombarde"),
)


def tell(story: Story) -> None:
    """From the programme of the Regione to the first meetings of the network, January to June 2014."""
    act = json.loads(DATA.read_text(encoding="utf-8"))
    _programmes(story)
    _network(story, act)
    _register(story, act)
    _indicators(story)
    _former_adherents(story)
    _agreement(story, act)
    _bodies(story)
    office.letters(story)
    _first_meetings(story)
    _file_of_bodies(story)


def _at(year: int, month: int, day: int, hour: int, minute: int = 0):
    return timezone.make_aware(datetime(year, month, day, hour, minute))


def _programmes(story: Story) -> None:
    with story.on(2014, 1, 13):
        regione = story.new_person("regione", "Elena", "Colombo")
        seats.give_seat(
            person=regione, kind=SeatKind.REGION, office="Funzionaria, Direzione Famiglia", by=None, quiet=True
        )
        regione = story.person("regione")
        programme = _from_example(EXAMPLES[0], by=regione)
        programmes.activate(programme, by=regione)
    with story.on(2014, 1, 14):
        for other in EXAMPLES[1:]:
            name, basis = f"{other.name} (esempio di altro ciclo)", "Altro ciclo, di esempio"
            _from_example(replace(other, name=name, legal_basis=basis), by=regione)


def _from_example(example: ExampleProgramme, *, by) -> Programme:
    described = ("code", "name", "legal_basis", "starts_on", "ends_on", "agreement_months", "areas")
    return programmes.create_from(example, by=by, **{name: getattr(example, name) for name in described})


def _network(story: Story, act: dict) -> None:
    with story.on(2014, 1, 20):
        regione = story.person("regione")
        asl = _organisation(act["signatories"][0], by=regione)
        ster = organisations.create(
            name="STER di Cremona", kind=OrganisationKind.STER, municipality="Cremona", is_distinct=True, by=regione
        )
        network = networks.create_network(
            name="Rete di Cremona",
            slug=NETWORK,
            lead=asl,
            ster=ster,
            districts=("Cremona", "Crema", "Casalmaggiore"),
            by=regione,
        )
        for key, first, last, office in (
            ("asl", "Chiara", "Bassi", "Responsabile, Direzione Sociale"),
            ("asl2", "Marco", "Zanoni", "Istruttore, Direzione Sociale"),
        ):
            person = story.new_person(key, first, last)
            seats.give_seat(person=person, kind=SeatKind.OFFICE, network=network, office=office, by=regione, quiet=True)


def _organisation(row: dict, *, by) -> Organisation:
    office, holder = _split(row["signatory"])
    return organisations.create(
        name=row["organisation"],
        kind=row["kind"],
        tax_code=row.get("tax_code", ""),
        municipality=row.get("municipality", ""),
        address=row.get("address", ""),
        legal_representative=holder,
        legal_representative_office=office,
        is_distinct=True,
        by=by,
    )


OFFICES = ("Direttore Generale", "Segretario Generale FF", "Segretario Generale", "Segretaria Generale")


def _split(signatory: str) -> tuple[str, str]:
    """(office, name) of what the table of signatures writes in one cell."""
    office = next((known for known in OFFICES if signatory.startswith(known)), signatory.split(" ", 1)[0])
    return office, signatory.removeprefix(office).strip()


def _register(story: Story, act: dict) -> None:
    with story.on(2014, 1, 27):
        asl = story.person("asl")
        for row in act["signatories"][1:]:
            _organisation(row, by=asl)
    with story.on(2014, 2, 3):
        asl = story.person("asl")
        for row in act["signatories"]:
            organisation = story.organisation(row["organisation"])
            organisations.confirm_nature(
                organisation, nature=row["nature"], size=row.get("size", ""), reason=NOT_IN_THE_ACT, by=asl
            )
        organisations.confirm_nature(
            story.organisation("STER di Cremona"), nature=Nature.PUBLIC, reason=NOT_IN_THE_ACT, by=asl
        )


def _indicators(story: Story) -> None:
    with story.on(2014, 2, 10):
        asl = story.person("asl")
        proposed = indicators.propose_catalogue(story.programme, by=asl)
    with story.on(2014, 2, 24):
        regione = story.person("regione")
        for indicator in proposed:
            indicators.agree(indicator, by=regione)


def _former_adherents(story: Story) -> None:
    with story.on(2014, 2, 12):
        asl = story.person("asl")
        for name, nature, municipality in FORMER:
            kind = OrganisationKind.EMPLOYERS if nature == Nature.PRIVATE else OrganisationKind.THIRD_SECTOR
            organisation = organisations.create(
                name=name, kind=kind, municipality=municipality, is_example=True, is_distinct=True, by=asl
            )
            organisations.confirm_nature(organisation, nature=nature, reason="Ente inventato per l'esempio.", by=asl)
            memberships.join(
                story.network,
                organisation,
                origin=MembershipOrigin.FORMER_AGREEMENT,
                since=date(2011, 6, 1),
                reason="Adesione di esempio alla fase sperimentale 2010-2013.",
                by=asl,
            )


def _agreement(story: Story, act: dict) -> None:
    with story.on(2014, 3, 3):
        asl = story.person("asl")
        agreement = agreements.create(story.network, story.programme, title=act["title"], by=asl)
        for row in act["signatories"]:
            organisation = story.organisation(row["organisation"])
            agreements.add_signatory(agreement, organisation, signatory=row["signatory"], by=asl)
    deliberated = date.fromisoformat(act["deliberation"]["on"])
    with story.on(2014, 3, 27, 15):
        agreements.approve(agreement, number=act["deliberation"]["number"], on=deliberated, by=story.person("asl"))
    with story.on(2014, 3, 31, 11):
        asl = story.person("asl")
        signatories = [story.organisation(row["organisation"]) for row in act["signatories"]]
        agreements.sign(
            agreement,
            signed_on=date.fromisoformat(act["signed"]["on"]),
            place=act["signed"]["place"],
            organisations=signatories,
            scan=example_paper("accordo-firmato", act["title"], "Pagine con le firme, 31 marzo 2014"),
            by=asl,
        )
        memberships.convene_former(
            story.network,
            starts_at=_at(2014, 4, 16, 10),
            place="Cremona, sala riunioni dell'ASL",
            agenda="Presentazione dell'accordo 2014-15\nAttività della Rete e formazione delle Alleanze\n"
            "Sottoscrizione dell'adesione da parte degli aderenti precedenti",
            by=asl,
        )


def _bodies(story: Story) -> None:
    with story.on(2014, 4, 7):
        regione = story.person("regione")
        cabina = story.new_person("cabina", "Marta", "Lodigiani")
        steering.name_seat(
            kind=SteeringSeatKind.FAMILY_DIRECTORATE,
            holder="Giovanni Daverio, Direttore Generale",
            organisation=story.organisation("Regione Lombardia"),
            person=cabina,
            is_chair=True,
            by=regione,
        )
        for kind, holder in STEERING:
            body = organisations.create(
                name=f"{kind.label} (esempio)",
                kind=OrganisationKind.OTHER,
                is_example=True,
                is_distinct=True,
                by=regione,
            )
            steering.name_seat(kind=kind, holder=holder, organisation=body, by=regione)
    with story.on(2014, 4, 8):
        asl = story.person("asl")
        committee = story.network.committee
        for key, first, last, body, chair in (
            ("comitato1", "Laura", "Ghisolfi", "ASL di Cremona", True),
            ("comitato2", "Stefano", "Bertoli", "STER di Cremona", False),
            ("comitato3", "Giulia", "Marini", "Amministrazione Provinciale di Cremona", False),
        ):
            person = story.new_person(key, first, last)
            committees.name_member(
                committee, person=person, organisation=story.organisation(body), is_chair=chair, by=asl
            )
    with story.on(2014, 4, 10):
        committees.constitute(
            committee,
            act="Determinazione di nomina di esempio del 10/4/2014",
            on=date(2014, 4, 10),
            quorum=2,
            by=story.person("asl"),
        )


def _first_meetings(story: Story) -> None:
    network = story.network
    convening = Meeting.objects.get(network=network, purpose=MeetingPurpose.CONVENING)
    with story.on(2014, 4, 16, 13):
        asl = story.person("asl")
        absent = {"Confesercenti provinciale di Cremona", "Ust Cisl Asse del Po", "Fondazione Nido Aperto (esempio)"}
        members = [m.organisation for m in Membership.objects.filter(network=network).current()]
        present = [(o, o.legal_representative) for o in members if o.name not in absent | {RENOUNCES}]
        meetings.hold(
            convening,
            attendances=present,
            minutes="Verbale di esempio. L'ASL presenta l'accordo e le attività della Rete.\n\nSi concorda di:\n"
            "- incontrarsi due volte l'anno per seguire l'andamento;\n- formare le Alleanze entro l'estate.\n\n"
            "Gli aderenti precedenti sono invitati a sottoscrivere l'adesione.",
            by=asl,
        )
        decisions.record_decision(
            convening,
            text="La Rete si incontra due volte l'anno per seguire l'andamento delle attività (esempio).",
            outcome=DecisionOutcome.UNANIMOUS,
            by=asl,
        )
        decisions.record_decision(
            convening,
            text="Le Alleanze si formano entro l'estate 2014 (esempio).",
            outcome=DecisionOutcome.MAJORITY,
            in_favour=len(present) - 2,
            against=0,
            abstained=2,
            by=asl,
        )
    with story.on(2014, 4, 18):
        renouncing = Membership.objects.get(network=network, organisation__name=RENOUNCES)
        memberships.renounce(
            renouncing, reason="Il consorzio cessa l'attività a fine anno e non può assumere impegni (esempio).", by=asl
        )
    with story.on(2014, 4, 23):
        meetings.approve_minutes(convening, by=story.person("asl"))
        training = meetings.convene(
            body=MeetingBody.NETWORK,
            purpose=MeetingPurpose.TRAINING,
            network=network,
            starts_at=_at(2014, 6, 12, 9, 30),
            place="Crema, sala del Comune",
            agenda="Come si costruisce un'Alleanza\nIndicatori e monitoraggio",
            by=story.person("asl"),
        )
    _steering_meeting(story)
    with story.on(2014, 6, 12, 13):
        asl = story.person("asl")
        members = [m.organisation for m in Membership.objects.filter(network=network).current()[:14]]
        meetings.hold(training, attendances=members, minutes="Verbale di esempio della giornata di formazione.", by=asl)
    with story.on(2014, 6, 18):
        meetings.approve_minutes(training, by=story.person("asl"))
        member = Membership.objects.get(network=network, organisation__name="Associazione Tempi Amici (esempio)")
        memberships.contribute(
            member,
            duty="R24",
            day=date(2014, 6, 16),
            text="Incontro con una fondazione di comunità per un fondo a sostegno dei servizi (esempio).",
            by=story.person("asl2"),
        )


def _steering_meeting(story: Story) -> None:
    with story.on(2014, 4, 28):
        meeting = meetings.convene(
            body=MeetingBody.STEERING,
            purpose=MeetingPurpose.STEERING,
            starts_at=_at(2014, 5, 19, 14, 30),
            place="Milano, Palazzo Lombardia",
            agenda="Avvio delle Reti\nIndicatori concordati\nCalendario degli incontri",
            by=story.person("cabina"),
        )
    with story.on(2014, 5, 19, 17):
        cabina = story.person("cabina")
        there = [story.organisation("Regione Lombardia"), *Organisation.objects.filter(name__endswith="(esempio)")]
        sitting = {o.pk for o in meetings.bodies_of(meeting)}
        present = [organisation for organisation in there if organisation.pk in sitting]
        meetings.hold(
            meeting,
            attendances=present,
            minutes="Verbale di esempio. La Cabina prende atto dell'avvio delle Reti e chiede un primo quadro dei "
            "risultati entro un anno.",
            by=cabina,
        )
    with story.on(2014, 5, 26):
        meetings.approve_minutes(meeting, by=story.person("cabina"))


FILE_OF_BODIES = """Denominazione;Tipo;Codice fiscale;Comune;PEC;Natura;Dimensione
Comune di Casalmaggiore (esempio);Comune;;Casalmaggiore;;Pubblico;
Officina Tre Fiumi S.r.l. (esempio);Impresa;;Crema;officina@pec.example.org;Privato;Micro
Associazione Tempi Amici (esempio);Terzo settore;;Cremona;tempi.amici@pec.example.org;;
Il Filo soc. coop. (esempio);Terzo settore;12345678901;Crema;;;
"""


def _file_of_bodies(story: Story) -> None:
    """A file that the ASL has sent and not imported yet: new bodies, a change, and an error to mend."""
    with story.on(2014, 4, 14):
        upload = SimpleUploadedFile("enti-del-territorio.csv", FILE_OF_BODIES.encode())
        register_imports.preview(upload, by=story.person("asl"))
