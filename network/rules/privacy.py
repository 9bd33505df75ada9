"""What the portal keeps of people, why, for how long, and what happens then (GDPR art. 5, 13, 17, 30).

The register is data: the public page, the document and the daily retention read the same lines.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """One line of the register. `days` is None where the law wants it kept without an end."""

    key: str
    what: str
    whose: str
    why: str
    basis: str
    days: int | None
    then: str

    @property
    def how_long(self) -> str:
        if self.days is None:
            return "senza scadenza"
        years, rest = divmod(self.days, 365)
        if years and not rest:
            return "un anno" if years == 1 else f"{years} anni"
        return "un giorno" if self.days == 1 else f"{self.days} giorni"


PUBLIC_TASK = "compito di interesse pubblico (GDPR art. 6.1.e)"
LEGAL_DUTY = "obbligo di legge (GDPR art. 6.1.c; d.lgs. 33/2013; CAD art. 43)"
SECURITY = "sicurezza del trattamento (GDPR art. 32)"

REGISTER = (
    Kept(
        "account",
        "Nome, cognome, e-mail e, per SPID e CIE, codice fiscale",
        "Chi accede al portale",
        "Riconoscere la persona e scriverle",
        PUBLIC_TASK,
        2 * 365,
        "dopo due anni senza incarichi i dati sono sostituiti da un numero; gli atti restano",
    ),
    Kept(
        "seats",
        "Incarichi, con ente e periodo",
        "Chi accede al portale",
        "Sapere chi poteva fare che cosa, e quando",
        LEGAL_DUTY,
        None,
        "restano, legati al numero della persona",
    ),
    Kept(
        "acts",
        "Atti, decisioni, firme, documenti e la loro traccia",
        "Chi li ha compiuti",
        "Provare come si è deciso e speso",
        LEGAL_DUTY,
        None,
        "restano come sono: un atto firmato non si cambia",
    ),
    Kept(
        "trail",
        "Registro delle attività: numero della persona, che cosa, quando, sigillo dell'indirizzo",
        "Chi accede al portale",
        "Trovare abusi; provare che nulla è stato cambiato",
        SECURITY,
        None,
        "non contiene nomi, e-mail né indirizzi leggibili",
    ),
    Kept(
        "sessions",
        "Sessioni: indirizzo e programma del dispositivo, e il testo che una sessione finita stava inviando",
        "Chi accede al portale",
        "Mostrare alla persona da dove è entrata, farla uscire, e non farle perdere ciò che ha scritto",
        SECURITY,
        30,
        "cancellate",
    ),
    Kept(
        "attempts",
        "Tentativi di accesso falliti: e-mail e indirizzo",
        "Chi prova a entrare",
        "Fermare chi prova a indovinare le password",
        SECURITY,
        30,
        "cancellati",
    ),
    Kept(
        "counts",
        "Conteggi delle richieste, per persona o indirizzo",
        "Chi usa il portale",
        "Limitare l'uso eccessivo",
        SECURITY,
        1,
        "cancellati",
    ),
    Kept(
        "sheets",
        "Elenchi lunghi chiesti come foglio di calcolo, con i filtri usati",
        "Chi li ha chiesti, e chi vi compare",
        "Consegnarli a chi li ha chiesti, e solo a chi li ha chiesti",
        PUBLIC_TASK,
        7,
        "cancellati",
    ),
    Kept(
        "notices",
        "Notifiche lette",
        "Chi accede al portale",
        "Dire alla persona che cosa deve fare",
        PUBLIC_TASK,
        365,
        "cancellate",
    ),
    Kept(
        "applications",
        "Domande mandate senza accesso: nome, ruolo, e-mail e motivo di chi scrive",
        "Chi chiede di aderire o di agire per un ente",
        "Rispondere alla domanda e provare come si è deciso",
        PUBLIC_TASK,
        2 * 365,
        "dopo due anni dalla risposta nome ed e-mail di chi ha scritto sono cancellati; la domanda dell'ente resta",
    ),
    Kept(
        "participants",
        "Destinatari dei progetti: solo numeri, per sesso, età e tipo di cura; mai nomi",
        "Nessuno è riconoscibile",
        "Misurare i risultati",
        PUBLIC_TASK,
        None,
        "restano: non sono dati personali",
    ),
)
BY_KEY = {kept.key: kept for kept in REGISTER}
