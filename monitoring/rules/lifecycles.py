"""The lives of reports and of corrective actions (art. 4, 8, 11)."""

from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces

from ..enums import CorrectiveStatus, FinancialReportStatus, PracticeStatus, ReportStatus, TerritorialReportStatus

PROGRESS_REPORT = register(
    Lifecycle(
        noun="progress_report",
        states=ReportStatus,
        initial=ReportStatus.DRAFT,
        transitions=(
            Transition(
                "submit",
                (ReportStatus.DRAFT, ReportStatus.RETURNED),
                ReportStatus.SUBMITTED,
                "Invia all'ASL",
                "report.submit",
                consequence="La relazione passa all'ASL e non si può più modificare, a meno che l'ASL la restituisca.",
                primary=True,
            ),
            Transition(
                "validate",
                (ReportStatus.SUBMITTED,),
                ReportStatus.VALIDATED,
                "Valida la relazione",
                "report.validate",
                consequence="I valori entrano nei totali della Rete e della Regione, che da ora può leggere la "
                "relazione.",
                primary=True,
            ),
            Transition(
                "return",
                (ReportStatus.SUBMITTED,),
                ReportStatus.RETURNED,
                "Restituisci la relazione",
                "report.validate",
                consequence="Il capofila riceve la motivazione, corregge la relazione e la invia di nuovo.",
                needs_reason=True,
            ),
            Transition(
                "supersede",
                (ReportStatus.VALIDATED,),
                ReportStatus.SUPERSEDED,
                "Sostituisci con la correzione",
                "report.validate",
                consequence="La versione corretta, appena validata, conta al posto di questa.",
                automatic=True,
            ),
        ),
    )
)

FINANCIAL_REPORT = register(
    Lifecycle(
        noun="financial_report",
        states=FinancialReportStatus,
        initial=FinancialReportStatus.DRAFT,
        transitions=(
            Transition(
                "submit",
                (FinancialReportStatus.DRAFT, FinancialReportStatus.RETURNED),
                FinancialReportStatus.SUBMITTED,
                "Invia la rendicontazione",
                "report.submit",
                consequence="L'ASL controlla ogni spesa con il suo giustificativo; fino ad allora le spese non si "
                "modificano.",
                primary=True,
            ),
            Transition(
                "finish",
                (FinancialReportStatus.SUBMITTED,),
                FinancialReportStatus.CHECKED,
                "Chiudi il controllo",
                "finance.check",
                consequence="L'esito di ogni spesa diventa definitivo e il capofila lo riceve. La spesa ammessa "
                "entra nei totali.",
                primary=True,
            ),
            Transition(
                "return",
                (FinancialReportStatus.SUBMITTED,),
                FinancialReportStatus.RETURNED,
                "Restituisci la rendicontazione",
                "finance.check",
                consequence="Il capofila riceve la motivazione, corregge le spese e invia di nuovo la rendicontazione.",
                needs_reason=True,
            ),
        ),
    )
)

TERRITORIAL_REPORT = register(
    Lifecycle(
        noun="territorial_report",
        states=TerritorialReportStatus,
        initial=TerritorialReportStatus.DRAFT,
        transitions=(
            Transition(
                "transmit",
                (TerritorialReportStatus.DRAFT, TerritorialReportStatus.RETURNED),
                TerritorialReportStatus.TRANSMITTED,
                "Trasmetti alla Regione",
                "territorial.transmit",
                consequence="Il catalogo resta com'è in questo momento, la relazione prende il numero di protocollo "
                "e arriva "
                "alla Regione. Da allora i capofila non possono più inviare relazioni per questa finestra.",
                primary=True,
            ),
            Transition(
                "accept",
                (TerritorialReportStatus.TRANSMITTED,),
                TerritorialReportStatus.ACCEPTED,
                "Acquisisci la relazione",
                "territorial.accept",
                consequence="I risultati di questo territorio entrano nella raccolta regionale e l'ASL ne riceve "
                "notizia.",
                primary=True,
            ),
            Transition(
                "return",
                (TerritorialReportStatus.TRANSMITTED,),
                TerritorialReportStatus.RETURNED,
                "Restituisci all'ASL",
                "territorial.accept",
                consequence="L'ASL riceve la motivazione; può validare altre relazioni, correggere il commento e "
                "trasmettere "
                "di nuovo.",
                needs_reason=True,
            ),
            Transition(
                "supersede",
                (TerritorialReportStatus.TRANSMITTED, TerritorialReportStatus.ACCEPTED),
                TerritorialReportStatus.SUPERSEDED,
                "Sostituisci con la nuova versione",
                "territorial.transmit",
                consequence="La nuova versione, appena trasmessa, sta presso la Regione al posto di questa.",
                automatic=True,
            ),
        ),
    )
)


@enforces("R05", "R16", "R21")
def _corrective() -> Lifecycle:
    """A corrective action is open until its bearer answers and whoever issued it says how it ended."""
    return Lifecycle(
        noun="corrective_action",
        states=CorrectiveStatus,
        initial=CorrectiveStatus.OPEN,
        transitions=(
            Transition(
                "answer",
                (CorrectiveStatus.OPEN,),
                CorrectiveStatus.ANSWERED,
                "Rispondi",
                "corrective.answer",
                consequence="La risposta arriva a chi ha emesso l'atto, che la valuta e lo chiude o chiede altro.",
                primary=True,
            ),
            Transition(
                "ask_again",
                (CorrectiveStatus.ANSWERED,),
                CorrectiveStatus.OPEN,
                "Chiedi un'altra risposta",
                "corrective.close",
                consequence="Chi deve rispondere riceve la motivazione e risponde di nuovo.",
                needs_reason=True,
            ),
            Transition(
                "close",
                (CorrectiveStatus.OPEN, CorrectiveStatus.ANSWERED),
                CorrectiveStatus.CLOSED,
                "Chiudi con l'esito",
                "corrective.close",
                consequence="L'atto si chiude con l'esito che scrivi, e chi doveva rispondere lo riceve.",
                primary=True,
            ),
        ),
    )


CORRECTIVE_ACTION = register(_corrective())

GOOD_PRACTICE = register(
    Lifecycle(
        noun="good_practice",
        states=PracticeStatus,
        initial=PracticeStatus.PROPOSED,
        transitions=(
            Transition(
                "return",
                (PracticeStatus.PROPOSED,),
                PracticeStatus.RETURNED,
                "Chiedi di rivederla",
                "practice.validate",
                consequence="Chi l'ha proposta legge la motivazione, la corregge e la propone di nuovo.",
                needs_reason=True,
            ),
            Transition(
                "propose_again",
                (PracticeStatus.RETURNED,),
                PracticeStatus.PROPOSED,
                "Proponi di nuovo",
                "practice.propose",
                consequence="L'ASL la rilegge e la valida, o dice che cosa manca.",
                primary=True,
            ),
            Transition(
                "validate",
                (PracticeStatus.PROPOSED,),
                PracticeStatus.VALIDATED,
                "Valida la buona prassi",
                "practice.validate",
                consequence="Va alla Regione, che la pubblica per tutte le Reti e sul sito.",
                primary=True,
            ),
            Transition(
                "send_back",
                (PracticeStatus.VALIDATED,),
                PracticeStatus.RETURNED,
                "Rimanda con la motivazione",
                "practice.publish",
                consequence="Torna a chi l'ha proposta, che la corregge; poi l'ASL la valida di nuovo.",
                needs_reason=True,
            ),
            Transition(
                "publish",
                (PracticeStatus.VALIDATED,),
                PracticeStatus.PUBLISHED,
                "Pubblica la buona prassi",
                "practice.publish",
                consequence="La leggono tutte le Reti e chiunque apra il sito. Controlla che non riveli nulla di una "
                "persona.",
                primary=True,
            ),
            Transition(
                "withdraw",
                (PracticeStatus.PROPOSED, PracticeStatus.RETURNED),
                PracticeStatus.WITHDRAWN,
                "Ritira la proposta",
                "practice.propose",
                consequence="La proposta si chiude; per riprenderla se ne scrive un'altra.",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "unpublish",
                (PracticeStatus.PUBLISHED,),
                PracticeStatus.WITHDRAWN,
                "Togli dalla pubblicazione",
                "practice.publish",
                consequence="Non la legge più nessuno fuori dalla sua Rete, nemmeno sul sito.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)
