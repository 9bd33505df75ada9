"""What somebody without an account asks of a network, and what the ASL answers (art. 5)."""

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register

from ..enums import ApplicationStatus as State

APPLICATION = register(
    Lifecycle(
        noun="application",
        states=State,
        initial=State.RECEIVED,
        transitions=(
            Transition(
                "accept",
                (State.RECEIVED,),
                State.ACCEPTED,
                "Accogli la domanda",
                "membership.manage",
                consequence="Chi l'ha mandata riceve la risposta per e-mail, e l'invito a entrare per l'ente.",
                primary=True,
            ),
            Transition(
                "decline",
                (State.RECEIVED,),
                State.DECLINED,
                "Non accogliere la domanda",
                "membership.manage",
                consequence="Chi l'ha mandata riceve la motivazione per e-mail, e può mandarne un'altra.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)


def check_written(**texts: str) -> None:
    """Each of these was written. Raises Refused at the first that was not."""
    asked = {
        "body_name": "Scrivi la denominazione dell'ente.",
        "legal_representative": "Scrivi chi rappresenta legalmente l'ente.",
        "first_name": "Scrivi il tuo nome.",
        "last_name": "Scrivi il tuo cognome.",
        "reason": "Scrivi perché lo chiedi: l'ASL decide anche su questo.",
    }
    for name, text in texts.items():
        if not text.strip():
            raise Refused(asked[name], field=name)
