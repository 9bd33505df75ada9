"""What is found in a signed file, and the sentence for each thing that keeps it from being accepted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..errors import InvalidUpload


class Form(StrEnum):
    PADES = "PAdES"
    CADES = "CAdES"


class Problem(StrEnum):
    """Why a file or a signature is refused; the value goes to the log and to the tests, the sentence to the person."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NOT_SIGNED_FILE = "not_signed_file"
    NO_SIGNATURE = "no_signature"
    DETACHED = "detached"
    UNREADABLE = "unreadable"
    ALTERED = "altered"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    UNKNOWN_ISSUER = "unknown_issuer"
    NOT_FOR_SIGNING = "not_for_signing"
    WEAK = "weak"
    TIMESTAMP = "timestamp"
    OTHER_DOCUMENT = "other_document"
    ADDED = "added"
    WRONG_SIGNER = "wrong_signer"
    SIGNATORY_UNKNOWN = "signatory_unknown"
    NO_ANCHORS = "no_anchors"


SENTENCES = {
    Problem.TOO_LARGE: (
        "Il file è troppo grande: pesa {size} MB e il limite è {limit} MB. Carica il solo documento firmato, come lo "
        "ha salvato il programma di firma."
    ),
    Problem.EMPTY: "Il file è vuoto: scegli il documento firmato.",
    Problem.NOT_SIGNED_FILE: (
        "Questo non è un file firmato: il suo contenuto è di un altro tipo, qualunque sia il nome. Carica il PDF "
        "firmato (PAdES) o il file .p7m (CAdES) che ha prodotto il programma di firma."
    ),
    Problem.NO_SIGNATURE: (
        "Il PDF non contiene nessuna firma digitale. Firmalo con il programma di firma e carica il file che ne risulta."
    ),
    Problem.DETACHED: (
        "Il file contiene la firma ma non il documento (firma separata). Firma di nuovo con il documento incluso: PDF"
        " firmato o .p7m."
    ),
    Problem.UNREADABLE: (
        "Il file firmato è danneggiato e non si può leggere. Firma di nuovo il documento scaricato dal portale e "
        "carica il nuovo file."
    ),
    Problem.ALTERED: (
        "La firma di {name} non è valida: il file è stato cambiato dopo la firma. Chiedi o prepara di nuovo il file "
        "firmato, e caricalo senza aprirlo e salvarlo."
    ),
    Problem.EXPIRED: "Il certificato di {name} è scaduto il {until}: firma di nuovo con un certificato valido.",
    Problem.NOT_YET_VALID: "Il certificato di {name} vale solo dal {since}: controlla la data del certificato.",
    Problem.REVOKED: "Il certificato di {name} è revocato: firma di nuovo con un certificato valido.",
    Problem.UNKNOWN_ISSUER: (
        "Il certificato di {name} è emesso da «{issuer}», che non è tra i prestatori di servizi fiduciari "
        "riconosciuti dal portale. Firma con una firma digitale qualificata; se la tua lo è, segnalalo a chi gestisce"
        " il portale."
    ),
    Problem.NOT_FOR_SIGNING: (
        "Il certificato di {name} non è un certificato di firma: usa quello di firma digitale, non quello di "
        "autenticazione."
    ),
    Problem.WEAK: (
        "La firma di {name} usa un algoritmo che non è più sicuro: aggiorna il programma di firma e firma di nuovo."
    ),
    Problem.TIMESTAMP: (
        "La marca temporale nella firma di {name} non si può verificare con i prestatori riconosciuti dal portale: "
        "firma senza marca temporale, o segnalalo a chi gestisce il portale."
    ),
    Problem.OTHER_DOCUMENT: (
        "Hai caricato un altro documento: il contenuto firmato non è quello emesso dal portale con il codice {code}. "
        "Scarica il documento da questa pagina, firma quel file e carica il risultato."
    ),
    Problem.ADDED: (
        "Nel file c'è altro oltre alle firme: il documento {code} è stato modificato prima di firmarlo. Firma il file"
        " così come lo scarichi dal portale."
    ),
    Problem.WRONG_SIGNER: (
        "Il documento è firmato da {found}, ma per {body} si aspetta la firma di {expected}. Carica il file firmato "
        "da chi rappresenta l'ente; se il rappresentante è cambiato, chiedi all'ASL di aggiornarlo."
    ),
    Problem.SIGNATORY_UNKNOWN: (
        "Il portale non conosce il codice fiscale di chi rappresenta {body}, e senza non può riconoscerne la firma "
        "digitale. Chiedi all'ASL di registrarlo nella scheda dell'ente, poi carica di nuovo il file."
    ),
    Problem.NO_ANCHORS: (
        "Il portale non ha ancora l'elenco dei prestatori di firma riconosciuti, e non può verificare la firma "
        "digitale. Chi lo gestisce deve configurarlo; intanto si può accettare nel portale o firmare su carta."
    ),
}


class SignatureRefused(InvalidUpload):
    """A signed file that cannot be accepted. `problem` says why; the sentence says it to the person."""

    def __init__(self, problem: Problem, **words):
        super().__init__(SENTENCES[problem].format(**words), field="file")
        self.problem = problem
        self.code = f"signature.{problem}"


@dataclass(frozen=True)
class Signer:
    """One signature: its certificate, what it says of the person, and what is wrong with it (None: it holds).

    Revocation is never looked up: that needs the network of the issuer, and is told as «not checked».
    """

    form: Form
    name: str
    tax_code: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime
    certificate: str  # PEM
    fingerprint: str  # SHA-256 of the certificate
    claimed_at: datetime | None = None  # as the signer's own computer says
    anchor: str = ""  # the recognised issuer that the certificate goes back to
    problem: Problem | None = None

    @property
    def holds(self) -> bool:
        return self.problem is None

    @property
    def in_words(self) -> str:
        return f"{self.name} (C.F. {self.tax_code})" if self.tax_code else self.name

    def refusal(self) -> SignatureRefused:
        """The sentence for what is wrong with it."""
        return SignatureRefused(
            self.problem,
            name=self.name,
            issuer=self.issuer,
            until=f"{self.valid_until:%d/%m/%Y}",
            since=f"{self.valid_from:%d/%m/%Y}",
        )

    @property
    def outcome(self) -> str:
        """For a page: «valida» or the reason."""
        return "" if self.holds else self.refusal().message


@dataclass(frozen=True)
class SignedFile:
    """A signed file as it was read: the document inside, and who signed it, the innermost signature first."""

    document: bytes
    signers: tuple[Signer, ...]

    @property
    def is_pdf(self) -> bool:
        return self.document.startswith(b"%PDF-")

    @property
    def first_problem(self) -> Signer | None:
        return next((signer for signer in self.signers if not signer.holds), None)


@dataclass(frozen=True)
class Expected:
    """Who is to sign for a body: the tax code is what a certificate is held against."""

    body: str
    name: str = ""
    tax_code: str = ""

    @property
    def in_words(self) -> str:
        return f"{self.name or 'chi la rappresenta'} (C.F. {self.tax_code})"
