"""The life of an alliance and of a version of its partnership agreement (art. 9)."""

from conciliazione.kernel.lifecycle import Lifecycle, Transition, register

from ..enums import AllianceStatus as State
from ..enums import PartnershipStatus as Version

ALLIANCE = register(
    Lifecycle(
        noun="alliance",
        states=State,
        initial=State.FORMING,
        transitions=(
            Transition(
                "send_to_sign",
                (State.FORMING,),
                State.SIGNING,
                "Manda l'accordo alla firma",
                "partnership.edit",
                consequence="I partner e il testo restano come sono ora, e ogni partner riceve l'invito a firmare. "
                "Con l'ultima firma l'Alleanza è costituita.",
                primary=True,
            ),
            Transition(
                "reopen",
                (State.SIGNING,),
                State.FORMING,
                "Riapri l'Alleanza",
                "partnership.edit",
                consequence="Le firme già raccolte non valgono più: la versione alla firma è ritirata e conservata, e "
                "una nuova versione, con lo stesso testo, si può modificare. Tutti i partner sono avvisati.",
                needs_reason=True,
            ),
            Transition(
                "constitute", (State.SIGNING,), State.CONSTITUTED, "Costituzione", "partnership.sign", automatic=True
            ),
            Transition(
                "dissolve",
                (State.FORMING, State.SIGNING, State.CONSTITUTED),
                State.DISSOLVED,
                "Sciogli l'Alleanza",
                "alliance.dissolve",
                consequence="L'Alleanza non può più presentare proposte, l'accordo di partenariato cessa e il capofila "
                "può guidare un'altra Alleanza. Non si può tornare indietro.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)

AGREEMENT = register(
    Lifecycle(
        noun="partnership_agreement",
        states=Version,
        initial=Version.DRAFT,
        transitions=(
            Transition(
                "send",
                (Version.DRAFT,),
                Version.SIGNING,
                "Manda alla firma",
                "partnership.edit",
                consequence="Il testo resta com'è ora e ogni partner riceve l'invito a firmare. Con l'ultima firma "
                "questa versione entra in vigore.",
                primary=True,
            ),
            Transition(
                "withdraw",
                (Version.DRAFT, Version.SIGNING),
                Version.WITHDRAWN,
                "Ritira questa versione",
                "partnership.edit",
                consequence="Questa versione non entrerà in vigore e le firme raccolte non valgono; resta conservata. "
                "La versione in vigore continua a valere.",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "enter_force",
                (Version.SIGNING,),
                Version.IN_FORCE,
                "Entrata in vigore",
                "partnership.sign",
                automatic=True,
            ),
            Transition(
                "supersede",
                (Version.IN_FORCE,),
                Version.SUPERSEDED,
                "Sostituzione con la nuova versione",
                "partnership.sign",
                automatic=True,
            ),
            Transition("end", (Version.IN_FORCE,), Version.ENDED, "Cessazione", "alliance.dissolve", automatic=True),
        ),
    )
)
