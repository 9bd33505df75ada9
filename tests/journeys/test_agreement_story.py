"""The agreement of 2014-15, from the programme of the Regione to its results: the whole chain through the pages.

Every chapter is what somebody does at their own browser, on the day on which it happened or would have. What the
agreement says of it stands beside, by article. Dates of chapters 3 and 4 are those of the act; the rest is invented.
"""

from datetime import date, datetime

import pytest

from network.enums import Nature, OrganisationKind, SeatKind
from plans.enums import CheckOutcome
from plans.rules.eligibility import POINTS
from tests.factories import add_seat, make_organisation, make_person
from tests.journeys.storyteller import Story

PUBLIC, SOCIAL = {"nature": Nature.PUBLIC}, {"nature": Nature.PRIVATE_NON_PROFIT, "kind": OrganisationKind.THIRD_SECTOR}


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("R01", "R08", "R13", "R29", "R35", "R37", "R39", "R41", "R45")
def test_the_agreement_of_2014_15(new_context, faults, assert_good):
    story = Story(new_context, faults, assert_good)
    for chapter in CHAPTERS:
        chapter(story)


def before_the_story(story: Story):
    """The bodies of the territory are in the register, and one person of the Regione can sign in."""
    make_person("regione@example.org", first_name="Elena", last_name="Colombo", seat=SeatKind.REGION)
    make_organisation("ASL di Cremona", kind=OrganisationKind.HEALTH_AUTHORITY)
    make_organisation("STER di Cremona", kind=OrganisationKind.STER)
    make_organisation("Provincia di Cremona", kind=OrganisationKind.PROVINCE)
    make_organisation("Regione Lombardia", kind=OrganisationKind.REGION)
    for who, first_name, body, more in (
        ("crema", "Anna", "Comune di Crema", PUBLIC),
        ("filo", "Paolo", "Cooperativa sociale Il Filo", SOCIAL),
        ("tempi", "Rita", "Associazione Tempi Amici", SOCIAL),
    ):
        organisation = make_organisation(body, tax_code=f"0011223{len(body):04d}", **more)
        add_seat(make_person(f"{who}@example.org", first_name=first_name), SeatKind.DELEGATE, organisation=organisation)
    for who, first_name in (("laura", "Laura"), ("stefano", "Stefano"), ("giulia", "Giulia")):
        make_person(f"{who}@example.org", first_name=first_name, last_name="Del Comitato")


def the_region_prepares_the_programme(story: Story):
    """The programme carries its rules as data: who may lead, how many alliances, which composition (art. 8-9)."""
    with story.on(2014, 1, 13):
        regione = story.person("regione@example.org")
        regione.opens("Rete", "Programmi").does(
            "Prepara un programma",
            {
                "Nome": "Conciliazione 2014-15",
                "Codice": "2014-15",
                "Base giuridica": "D.G.R. 1081/2013",
                "Dal": date(2014, 1, 1),
                "Al": date(2015, 12, 31),
                "Durata dell'accordo di rete": 24,
            },
        )
        regione.cannot("Attiva il programma", "regole")
        regione.does(
            "Scrivi le regole",
            {"Fonte": "Accordo 2014-15, art. 8-9", "Chi può essere capofila di Alleanza": "Pubblico"},
        )
        regione.sees("Un soggetto pubblico", "Una sola Alleanza alla volta", "almeno 1 pubblico e almeno 1 privato")
        regione.does("Attiva il programma").sees("Attivo")


def the_region_creates_the_network(story: Story):
    """The ASL leads the network through its Direzione Sociale (art. 5); the STER will sit in the committee (art. 6)."""
    with story.on(2014, 1, 20):
        regione = story.person("regione@example.org")
        regione.opens("Rete", "Reti").does(
            "Crea una Rete",
            {
                "Nome della Rete": "Rete di Cremona",
                "Sigla": "cremona",
                "ASL capofila": "ASL di Cremona",
                "STER del territorio": "STER di Cremona",
                "Ambiti distrettuali": "Cremona\nCrema\nCasalmaggiore",
            },
        )
        regione.sees("Tre organi, e nessun altro (art. 3 dell'accordo)", "Comitato di Valutazione")
        regione.opens("Rete", "Persone").does(
            "Assegna un incarico",
            {
                "Indirizzo e-mail": "asl@example.org",
                "Nome": "Chiara",
                "Cognome": "Bassi",
                "Incarico": "Ufficio ASL",
                "Rete": "Rete di Cremona",
                "Ruolo": "Responsabile, Direzione Sociale",
            },
        )
        # art. 4: in the Cabina only the Direzione Famiglia presides
        regione.opens("Rete", "Cabina di Regia").follows("Registra una nomina")
        nomination = {
            "Seggio": "Direzione Famiglia",
            "Titolare": "Marta Lodigiani, Direzione Famiglia",
            "Presiede la Cabina": True,
            "Indirizzo e-mail": "cabina@example.org",
            "Nome": "Marta",
            "Cognome": "Lodigiani",
        }
        regione.is_refused("Direzione Famiglia", "art. 4", fields={**nomination, "Seggio": "ANCI"})
        regione.continues(nomination).sees("Presiede e convoca")
        story.newcomer("asl@example.org").sees("Ufficio ASL")
        story.newcomer("cabina@example.org").sees("Cabina di Regia")


def asl_and_region_agree_the_indicators(story: Story):
    """The ASL catalogues the actions with result indicators agreed with the Regione (art. 11.2)."""
    with story.on(2014, 2, 10):
        asl = story.person("asl@example.org")
        asl.opens("Rete", "Indicatori").does(
            "Proponi un indicatore",
            {
                "Programma": "Conciliazione 2014-15",
                "Codice": "R01",
                "Nome": "Famiglie raggiunte dai servizi",
                "Tipo": "Risultato",
                "Unità di misura": "persone",
                "Si raccoglie diviso per": "Sesso",
            },
        )
        asl.sees("La Regione concorda l'indicatore")
    with story.on(2014, 2, 24):
        regione = story.person("regione@example.org")
        regione.opens("Rete", "Indicatori", "R01").does("Concorda l'indicatore")
        regione.sees("Concordato con la Regione")


def asl_writes_and_signs_the_agreement(story: Story):
    """Approved on 27 March 2014, signed on 31 March: the two years run from the signature (art. 10)."""
    signatories = {
        "ASL di Cremona": "Direttore Generale Gilberto Compagnoni",
        "Comune di Crema": "Sindaco Stefania Bonaldi",
        "Provincia di Cremona": "Presidente Massimiliano Salini",
        "Cooperativa sociale Il Filo": "Presidente Paolo Riva",
    }
    with story.on(2014, 3, 3):
        asl = story.person("asl@example.org")
        asl.opens("Rete", "Apri la Rete")
        # art. 5: whoever adhered before is a member, unless they expressly renounce
        asl.does(
            "Registra un aderente",
            {"Ente": "Associazione Tempi Amici", "Origine": "Aderente agli accordi precedenti"},
        )
        asl.opens("Rete", "Apri la Rete").does("Prepara l'accordo", {"Programma": "Conciliazione 2014-15"})
        asl.sees("Art. 9", "Prima stesura")
        for body, who in signatories.items():
            asl.does("Aggiungi un firmatario", {"Ente": body, "Nominativo per firma": who})
    with story.on(2014, 3, 27, 15):
        asl.opens("Rete", "Accordi di rete", "Rete di Cremona")
        asl.does("Registra la deliberazione", {"Deliberazione n.": "180", "Del": date(2014, 3, 27)})
        asl.reads("Deliberazione", "n. 180 del 27/03/2014")
    with story.on(2014, 3, 31, 11):
        asl.does(
            "Registra la sottoscrizione",
            {
                "Sottoscritto il": date(2014, 3, 31),
                "Luogo": "Cremona",
                "Chi ha firmato in questo giorno": list(signatories),
            },
        )
        asl.reads("Scade il", "31/03/2016").reads("Firme", "4 raccolte su 5").shows("accordo-di-rete")
        asl.downloads("Scarica l'accordo", "180", "31/03/2014", "Il Filo")


def asl_convenes_the_former_adherents(story: Story):
    """On signing the lead convenes all earlier adherents; silence is not renunciation, a reasoned word is (art. 5)."""
    with story.on(2014, 4, 2):
        asl = story.person("asl@example.org")
        asl.opens("Rete", "Apri la Rete").does(
            "Convoca gli aderenti precedenti",
            {"Giorno e ora dell'incontro": datetime(2014, 4, 16, 10), "Luogo": "Cremona, sala dell'ASL"},
        )
    with story.on(2014, 4, 18):
        tempi = story.person("tempi@example.org")
        tempi.sees("adesione")
        tempi.opens("Rete", "Aderenti", "Associazione Tempi Amici").follows("Rinuncia all'adesione")
        tempi.is_refused("Motivazione")
        tempi.continues({"Motivazione": "L'associazione si scioglie a fine anno."})
        tempi.sees("Ha rinunciato", "si scioglie a fine anno")


def asl_forms_the_committee(story: Story):
    """The committee is valid only with the ASL and the STER of the territory, plus whom the network names (art. 6)."""
    with story.on(2014, 4, 8):
        asl = story.person("asl@example.org")
        asl.opens("Rete", "Apri la Rete", "Comitato di Valutazione")
        asl.does(
            "Nomina un componente",
            {"Indirizzo e-mail": "laura@example.org", "Per quale ente": "ASL di Cremona", "Presiede il Comitato": True},
        )
        asl.does(
            "Nomina un componente", {"Indirizzo e-mail": "giulia@example.org", "Per quale ente": "Provincia di Cremona"}
        )
        asl.cannot("Costituisci il Comitato", "STER", "art. 6")
        asl.does(
            "Nomina un componente", {"Indirizzo e-mail": "stefano@example.org", "Per quale ente": "STER di Cremona"}
        )
    with story.on(2014, 4, 10):
        act = {"Atto di nomina": "Determinazione n. 45", "Numero legale": 2}
        asl.does("Costituisci il Comitato", act).sees("Costituito").reads("Numero legale", "almeno 2 presenti")


def a_municipality_forms_an_alliance(story: Story):
    """Freely formed, public and private together, one public lead from inside, five contents, all sign (art. 8-9)."""
    with story.on(2014, 5, 5):
        crema = story.person("crema@example.org")
        crema.opens("Alleanze").does(
            "Avvia un'Alleanza",
            {
                "Programma": "Conciliazione 2014-15",
                "Nome dell'Alleanza": "Tempi di Crema",
                "Finalità": "Servizi di cura per chi lavora a turni.",
                "Ambiti del territorio": ["Crema", "Cremona"],
            },
        )
        crema.cannot("Manda l'accordo alla firma", "capofila", "art. 9").sees("Partner pubblici e privati")
        crema.does("Aggiungi un partner", {"Ente": "Cooperativa sociale Il Filo", **what_a_partner_brings()})
        crema.does("Modifica Comune di Crema", what_a_partner_brings())
        # art. 9: the lead is a public body; the duties are those of art. 8
        crema.follows("Scegli il capofila")
        choice = {"L'ente accetta i quattro compiti del capofila": True}
        crema.is_refused(
            "il capofila è un ente pubblico", "art. 8-9", fields={**choice, "Capofila": "Cooperativa sociale Il Filo"}
        )
        crema.continues({**choice, "Capofila": "Comune di Crema"}).sees("Capofila indicato")
        crema.shows("alleanza").follows("Assetti organizzativi").continues(
            {
                "L'accordo è chiuso o aperto?": "aperto",
                "Assetti organizzativi": "Un gruppo di lavoro che si incontra ogni mese.",
                "Assetti di governance": "Decide la cabina dell'Alleanza, a maggioranza.",
                "Impegni delle parti": "Ciascuno mette a disposizione operatori e sedi.",
            }
        )
        crema.opens("Alleanze", "Tempi di Crema").does(
            "Manda l'accordo alla firma", {"Da firmare entro": date(2014, 5, 20)}
        )
    with story.on(2014, 5, 7):
        read = {"Ho letto l'accordo e posso firmarlo per l'ente": True}
        crema.follows("Firma per Comune di Crema").shows("firma").continues(read).sees("Firme raccolte: 1 su 2")
        filo = story.person("filo@example.org")
        filo.sees("Tempi di Crema")
        filo.opens("Alleanze", "Tempi di Crema", "Versione 1").does("Firma per Cooperativa", read)
        filo.opens("Alleanze", "Tempi di Crema").sees("Costituita").reads("Costituita il", "07/05/2014")


def what_a_partner_brings() -> dict:
    return {"Competenze": "Servizi all'infanzia", "Risorse": "Due educatori", "Impegni": "Partecipa alle azioni"}


PROPOSAL = "Doposcuola per chi lavora a turni"


def asl_publishes_a_call(story: Story):
    """The agreement sets no points or shares: they are of the call, which does not change once published."""
    with story.on(2014, 6, 10):
        asl = story.person("asl@example.org")
        asl.opens("Avvisi e proposte").does(
            "Prepara un avviso",
            {
                "Programma": "Conciliazione 2014-15",
                "Titolo dell'avviso": "Avviso 2014",
                "Oggetto e destinatari": "Progetti delle Alleanze per la conciliazione famiglia-lavoro.",
                "Atto che approva l'avviso": "Deliberazione n. 300",
                "Data dell'atto": date(2014, 6, 9),
                "Apertura": datetime(2014, 6, 16, 9),
                "Chiusura": datetime(2014, 7, 31, 12),
                "Risorse per le proposte delle Alleanze": 100000,
                "Risorse per azioni di rete": 10000,
                "Anticipo sul contributo": 50,
                "Griglia di valutazione": "con una soglia sul totale",
            },
        )
        asl.sees("Efficacia per la conciliazione famiglia-lavoro", "Coesione sociale")
        asl.follows("Torna all'avviso").does("Pubblica l'avviso").sees("60 punti su 100")


def the_lead_submits_a_proposal(story: Story):
    """Actions in one of the five areas (art. 2), indicators agreed (art. 11); only the lead submits (art. 8)."""
    with story.on(2014, 6, 20):
        crema = story.person("crema@example.org")
        crema.opens("Avvisi e proposte", "Avviso 2014").does("Scrivi una proposta", {"Titolo della proposta": PROPOSAL})
        crema.continues({"Sintesi": "Un doposcuola con orari che seguono i turni delle imprese."})
        crema.continues({"Contesto e bisogni": "Cento famiglie lavorano a turni e non trovano un servizio."})
        crema.continues({"Obiettivi": "Quaranta famiglie conciliano meglio cura e lavoro."})
        crema.sees("Manca: ").does(
            "Aggiungi un'azione",
            {
                "Titolo dell'azione": "Doposcuola a Crema",
                "Descrizione": "Cinque pomeriggi la settimana, fino alle 19.",
                "Area di intervento": "Offerta integrata dei servizi",
                "Ambito": "Crema",
                "Partner responsabile": "Comune di Crema",
                "Dal": date(2014, 10, 1),
                "Al": date(2015, 9, 30),
                "Destinatari previsti": 40,
            },
        )
        crema.follows("Continua").does(
            "Aggiungi una voce di spesa",
            {
                "Voce di spesa": "Personale",
                "Chi sostiene la spesa": "Comune di Crema",
                "Descrizione": "Educatori",
                "Costo": 50000,
                "Contributo chiesto": 30000,
            },
        )
        crema.follows("Continua").does("Aggiungi un indicatore", {"Indicatore": "R01", "Obiettivo": 40})
        crema.opens("Avvisi e proposte", "Proposte", PROPOSAL).cannot("Presenta la proposta", "ostenibilità")
    with story.on(2014, 7, 14, 10):
        # art. 8: a partner writes with the others, and does not hand in
        filo = story.person("filo@example.org")
        filo.opens("Avvisi e proposte", "Proposte", PROPOSAL).follows("La sostenibilità")
        filo.continues({"Sostenibilità": "Le famiglie e il Comune continuano il servizio."})
        filo.follows("Continua").sees("poi il capofila la presenta").is_shut_out(
            f"{filo.path}presenta/", "Capofila di Alleanza"
        )
        crema.opens("Avvisi e proposte", "Proposte", PROPOSAL).follows("Presenta la proposta")
        crema.sees("Offerta integrata dei servizi", "20.000,00").shows("proposta-presenta").is_refused("dichiarazione")
        crema.continues({"Dichiaro che i dati sono veri e che i partner condividono la proposta": True})
        crema.sees("Proposta presentata", "Numero di protocollo", "2014/")
        crema.downloads("Scarica la ricevuta", PROPOSAL, "2014/")


def asl_finds_it_eligible(story: Story):
    """After the closing the ASL starts the evaluation and checks what was handed in."""
    with story.on(2014, 8, 4):
        asl = story.person("asl@example.org")
        asl.opens("Avvisi e proposte", "Avviso 2014").does("Avvia la valutazione").sees("In valutazione")
        checked = {point.label: CheckOutcome.MET.label for point in POINTS}
        asl.follows(PROPOSAL).does(
            "Ammetti alla valutazione", {**checked, "Esito della verifica": "Ammessa alla valutazione"}
        )
        asl.sees("Ammessa")


def the_committee_evaluates(story: Story):
    """Each declares on conflicts of interest first; towards reconciliation, growth and cohesion (art. 6)."""
    with story.on(2014, 9, 15):
        for who in ("laura", "stefano"):
            member = story.person(f"{who}@example.org")
            member.opens("Valutazione", "Continua la valutazione").follows("Dichiara sulla prossima proposta")
            member.continues({"La tua posizione su questa proposta": "Non sono in conflitto di interessi"})
            for criterion, points in (
                ("Efficacia per la conciliazione famiglia-lavoro", 25),
                ("Crescita economica e coinvolgimento delle imprese", 15),
                ("Coesione sociale e copertura del territorio", 15),
                ("Qualità del partenariato", 12),
                ("Piano economico e sostenibilità", 11),
            ):
                member.fills(
                    {f"Punti per {criterion}": points, f"Motivazione per {criterion}": "Coerente con i bisogni."}
                )
            member.shows("valutazione").continues(then="Salva e vai alla consegna").continues().sees("78,00")
        # the third member is shut out of text and points
        giulia = story.person("giulia@example.org")
        giulia.opens("Valutazione", "Continua la valutazione").follows("Dichiara sulla prossima proposta")
        giulia.continues({"La tua posizione su questa proposta": "Sono in conflitto di interessi e mi astengo"})
        giulia.opens("Avvisi e proposte", "Proposte", PROPOSAL)
        giulia.sees("conflitto di interessi").does_not_see("Cento famiglie lavorano a turni")
    with story.on(2014, 9, 16):
        asl = story.person("asl@example.org")
        asl.opens("Rete", "Sedute").does(
            "Convoca una seduta",
            {
                "Organo": "Comitato di Valutazione",
                "Scopo": "Valutazione delle proposte",
                "Giorno e ora": datetime(2014, 9, 22, 10),
                "Luogo": "Cremona, sala dell'ASL",
                "Ordine del giorno": "Graduatoria dell'Avviso 2014",
            },
        )
    with story.on(2014, 9, 22, 12):
        asl.opens("Rete", "Sedute", "Comitato di Valutazione").does(
            "Registra lo svolgimento",
            {"ASL di Cremona": True, "STER di Cremona": True, "Verbale": "Si approva la graduatoria."},
        )
        asl.does("Approva il verbale")
        laura = story.person("laura@example.org")
        laura.opens("Valutazione", "Apri il quadro della valutazione").does("Forma la graduatoria")
        laura.does("Approva la graduatoria", {"Seduta del Comitato": "22/09/2014"})
        laura.sees(PROPOSAL, "78,00", "30.000,00").shows("graduatoria")
        laura.downloads("Scarica il verbale del Comitato", PROPOSAL, "Avviso 2014")


def the_ranking_is_public(story: Story):
    """The ASL publishes; whoever wants to reads it without signing in (d.lgs. 33/2013)."""
    with story.on(2014, 9, 24):
        asl = story.person("asl@example.org")
        asl.opens("Valutazione").follows("Avviso 2014", "Approvata").does("Pubblica la graduatoria")
        anyone = story.anyone()
        anyone.opens("Avvisi", "Avviso 2014").follows("Leggi la graduatoria").sees(PROPOSAL, "78,00").does_not_see(
            "Laura"
        )
        story.person("crema@example.org").opens("Avvisi e proposte", "Proposte", PROPOSAL).sees("Finanziata")


def the_plan_is_written_and_validated(story: Story):
    """One plan for ASL and programme (art. 5); the committee checks its coverage and adds an action (art. 6)."""
    with story.on(2014, 10, 6):
        asl = story.person("asl@example.org")
        asl.opens("Piano").does("Apri un piano").sees("In preparazione")
        plan = asl.path
        asl.cannot("Adotta il piano", "Finalità", "Bisogni")
        asl.follows("Scrivi Finalità")
        for _ in range(8):
            asl.continues({"Testo": "Che cosa vuole la Rete.\n\n- servizi\n- tempi"}, then="Salva e passa")
        asl.continues({"Testo": "Giornali e incontri nei quartieri."}).does("Riporta le proposte finanziate")
        asl.sees("Doposcuola a Crema", "Restano scoperte 14 caselle su 15").shows("piano")
    with story.on(2014, 10, 13):
        laura = story.person("laura@example.org")
        laura.opens("Piano", "Piano Territoriale").does(
            "Aggiungi un'azione del Comitato",
            {
                "Titolo": "Sportello informativo a Casalmaggiore",
                "Area di intervento": "Informazione e formazione specifica",
                "Ambito": "Casalmaggiore",
                "Che cosa si fa e per chi": "Due mattine la settimana per le famiglie.",
                "Dal": date(2014, 11, 3),
                "Al": date(2015, 10, 30),
                "Risorse": 8000,
                "Destinatari previsti": 60,
            },
        )
        laura.sees("Azione aggiunta dal Comitato").does(
            "Verifica la copertura",
            {"Esito della verifica": "Coperti Crema e Casalmaggiore; Cremona nel prossimo avviso."},
        )
        laura.sees("Cremona nel prossimo avviso")
        asl.opens("Rete", "Sedute").does(
            "Convoca una seduta",
            {
                "Organo": "Comitato di Valutazione",
                "Scopo": "Incontro periodico",
                "Giorno e ora": datetime(2014, 10, 20, 10),
                "Luogo": "Cremona, sala dell'ASL",
                "Ordine del giorno": "Adozione del Piano Territoriale",
            },
        )
    with story.on(2014, 10, 20, 12):
        asl.opens("Rete", "Sedute", "Comitato di Valutazione – Incontro periodico").does(
            "Registra lo svolgimento",
            {"ASL di Cremona": True, "STER di Cremona": True, "Verbale": "Si adotta il piano."},
        )
        asl.opens("Piano", "Piano Territoriale").does(
            "Adotta il piano",
            {"Seduta in cui è stato adottato": "20/10/2014", "Atto o nota": "Deliberazione n. 512"},
        )
        cabina = story.person("cabina@example.org")
        cabina.opens("Piano").does_not_see(
            "Piano Territoriale di Conciliazione"
        )  # art. 8: Regione only through the ASL
        asl.does("Trasmetti alla Regione").reads("Trasmesso alla Regione", "protocollo 2014/")
    with story.on(2014, 11, 10):
        cabina.opens("Piano", "Piano Territoriale").does("Valida il piano").sees("Validato dalla Cabina di Regia")
        asl.opens("Piano", "Piano Territoriale").does("Avvia l'attuazione").sees("In attuazione")
        asl.downloads("Scarica il piano", "Sportello informativo a Casalmaggiore", "Doposcuola a Crema")
        story.anyone().opens("Piani", "Piano Territoriale").sees("Doposcuola a Crema")
        story.person("regione@example.org").is_shut_out(f"{plan}sezioni/needs/", "ASL capofila di Rete")


def the_grant_is_published_before_it_is_paid(story: Story):
    """Grant act and CUP; no payment before publication (d.lgs. 33/2013, art. 26-27); then the advance of the call."""
    with story.on(2014, 11, 17):
        asl = story.person("asl@example.org")
        asl.opens("Piano", "Progetti finanziati", PROPOSAL).reads("Interlocutore dell'Alleanza", "Direzione Sociale")
        asl.does(
            "Registra la concessione",
            {
                "Atto di concessione": "Decreto n. 612",
                "Data dell'atto": date(2014, 11, 14),
                "CUP": "E71B14000120006",
                "Il progetto va dal": date(2014, 12, 1),
                "Al": date(2015, 9, 30),
            },
        )
        asl.cannot("Disponi un pagamento", "33/2013")
        asl.does("Avvia il progetto").cannot("Disponi un pagamento", "pubblicat")
        asl.does("Pubblica il contributo").does(
            "Disponi un pagamento",
            {"Tipo": "Anticipo", "Atto di liquidazione": "Determinazione n. 88", "Data dell'atto": date(2014, 11, 17)},
        )
    with story.on(2014, 12, 1):
        asl.does("Registra il pagamento", {"Pagato il": date(2014, 11, 28)}).sees("pagato il 28/11/2014", "15.000,00")
        story.anyone().opens("Trasparenza").sees("Comune di Crema", "30.000,00")


def results_are_reported_on_three_levels(story: Story):
    """The lead in numbers and in words, the ASL collects and catalogues, the Regione gathers (art. 11)."""
    with story.on(2015, 5, 4):
        story.person("regione@example.org").opens("Monitoraggio", "Finestre").does(
            "Stabilisci una finestra",
            {
                "Programma": "Conciliazione 2014-15",
                "Tipo": "Intermedio",
                "Nome": "Monitoraggio al 30/06/2015",
                "Dal": date(2014, 12, 1),
                "Al": date(2015, 6, 30),
                "Si compila dal": date(2015, 7, 1),
                "Entro il": date(2015, 7, 31),
            },
        )
    with story.on(2015, 7, 10):
        crema = story.person("crema@example.org")
        crema.opens("Monitoraggio", PROPOSAL).cannot("Invia all'ASL", "art. 11")
        crema.follows("Compila la relazione").fills(
            {"Donne": 24, "Uomini": 12}, within="Famiglie raggiunte dai servizi"
        )
        crema.continues(
            {
                "Persone raggiunte nel periodo": 36,
                "Imprese raggiunte nel periodo": 3,
                "Avanzamento di «Doposcuola a Crema»": 60,
            }
        )
        crema.cannot("Invia all'ASL", "manca un dato", "art. 11")
        crema.does("Compila la relazione", {"Come procede il progetto": "Il servizio è partito."}).does("Invia all'ASL")
        asl = story.person("asl@example.org")
        asl.opens("Monitoraggio", PROPOSAL).does(
            "Restituisci la relazione", {"Motivazione": "Racconta anche le imprese."}
        )
    with story.on(2015, 7, 20):
        crema.opens("Monitoraggio", PROPOSAL).sees("Racconta anche le imprese.").does(
            "Correggi la relazione",
            {"Come procede il progetto": "Il servizio è partito con tre imprese del territorio."},
        )
        crema.does("Invia all'ASL")
        asl.opens("Monitoraggio", PROPOSAL).sees("donne 24, uomini 12")
        asl.does("Valida la relazione").sees("Validata dall'ASL")
    with story.on(2015, 9, 7):
        asl.opens("Monitoraggio", "Relazioni territoriali").does(
            "Prepara la relazione", {"Piano": "Piano Territoriale", "Finestra di monitoraggio": "30/06/2015"}
        )
        asl.does("Scrivi il commento", {"Commento dell'ASL": "Quasi raggiunto l'obiettivo delle famiglie."})
        asl.does("Trasmetti alla Regione").reads("Protocollo", "2015/")
        regione = story.person("regione@example.org")
        regione.opens("Monitoraggio", "Relazioni territoriali", "Rete di Cremona").sees("24 / 12")
        regione.does("Acquisisci la relazione").sees("Acquisita dalla Regione")


def the_region_reads_the_results(story: Story):
    """The dashboard gathers the results of the territories, and every figure opens its records (art. 11.3)."""
    with story.on(2015, 9, 8):
        regione = story.person("regione@example.org")
        regione.opens("Cruscotto").sees("Piano Territoriale", "30.000,00", "20.000,00", "Rete di Cremona")
        regione.sees("R01 Famiglie raggiunte dai servizi", "90")
        regione.follows("R01 Famiglie raggiunte dai servizi").sees("36", PROPOSAL)
        regione.opens("Cruscotto").follows("Contribut").sees(PROPOSAL, "30.000,00")


def everybody_goes_home(story: Story):
    """Who signed in signs out; the page is closed to them after."""
    for email, person in story.people.items():
        if email:
            person.signs_out()


CHAPTERS = [
    before_the_story,
    the_region_prepares_the_programme,
    the_region_creates_the_network,
    asl_and_region_agree_the_indicators,
    asl_writes_and_signs_the_agreement,
    asl_convenes_the_former_adherents,
    asl_forms_the_committee,
    a_municipality_forms_an_alliance,
    asl_publishes_a_call,
    the_lead_submits_a_proposal,
    asl_finds_it_eligible,
    the_committee_evaluates,
    the_ranking_is_public,
    the_plan_is_written_and_validated,
    the_grant_is_published_before_it_is_paid,
    results_are_reported_on_three_levels,
    the_region_reads_the_results,
    everybody_goes_home,
]
