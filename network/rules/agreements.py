"""The life of a network agreement (art. 5, 9, 10)."""

from conciliazione.kernel.lifecycle import Lifecycle, Transition, register

from ..enums import AgreementStatus as State

AGREEMENT = register(
    Lifecycle(
        noun="network_agreement",
        states=State,
        initial=State.DRAFT,
        transitions=(
            Transition(
                "approve",
                (State.DRAFT,),
                State.APPROVED,
                "Registra la deliberazione",
                "agreement.edit",
                consequence="Il testo resta com'è in questa versione e l'accordo va alla firma.",
                primary=True,
            ),
            Transition(
                "sign",
                (State.APPROVED,),
                State.IN_FORCE,
                "Registra la sottoscrizione",
                "agreement.edit",
                consequence="L'accordo entra in vigore dalla data della firma e scade dopo la durata del programma.",
                primary=True,
            ),
            Transition("expire", (State.IN_FORCE,), State.EXPIRED, "Scadenza", "agreement.edit", automatic=True),
            Transition(
                "supersede",
                (State.IN_FORCE, State.EXPIRED),
                State.SUPERSEDED,
                "Sostituzione",
                "agreement.edit",
                automatic=True,
            ),
        ),
    )
)
