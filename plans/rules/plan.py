"""The territorial plan: one per network and programme, its life, what it needs to be adopted (art. 5, 6, 8)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import PlanStatus as State

PLAN = register(
    Lifecycle(
        noun="territorial_plan",
        states=State,
        initial=State.DRAFT,
        transitions=(
            Transition(
                "adopt",
                (State.DRAFT, State.RETURNED),
                State.ADOPTED,
                "Adotta il piano",
                "plan.adopt",
                consequence="Il testo, le azioni e il piano finanziario restano fissati in una versione numerata, "
                "pronta per la trasmissione alla Regione.",
                primary=True,
            ),
            Transition(
                "transmit",
                (State.ADOPTED,),
                State.TRANSMITTED,
                "Trasmetti alla Regione",
                "plan.transmit",
                consequence="Il piano prende il numero di protocollo in uscita. Da questo momento lo vedono la Regione "
                "e la Cabina di Regia.",
                primary=True,
            ),
            Transition(
                "return",
                (State.TRANSMITTED,),
                State.RETURNED,
                "Restituisci con indirizzi",
                "plan.return",
                consequence="L'ASL riceve gli indirizzi che scrivi, corregge il piano e adotta una nuova versione.",
                needs_reason=True,
            ),
            Transition(
                "validate",
                (State.TRANSMITTED,),
                State.VALIDATED,
                "Valida il piano",
                "plan.validate",
                consequence="Il piano è valido e diventa pubblico. L'ASL può avviarlo e concedere i contributi.",
                primary=True,
            ),
            Transition(
                "run",
                (State.VALIDATED,),
                State.RUNNING,
                "Avvia l'attuazione",
                "plan.run",
                consequence="Per ogni proposta finanziata con accordo di partenariato in vigore nasce il progetto; le "
                "altre aspettano la firma di tutti i partner.",
                primary=True,
            ),
            Transition(
                "conclude",
                (State.RUNNING,),
                State.CONCLUDED,
                "Concludi il piano",
                "plan.run",
                consequence="Il piano è concluso e non si modifica più.",
            ),
        ),
    )
)
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
# the alliances reach Regione and Cabina only through the ASL: from the transmission of the plan on (R31, art. 8)
SEEN_BY_REGION = frozenset({State.TRANSMITTED, State.RETURNED, State.VALIDATED, State.RUNNING, State.CONCLUDED})
PUBLIC = frozenset({State.VALIDATED, State.RUNNING, State.CONCLUDED})


# the plan still changes by an act: an extension, a scorrimento
IN_FORCE = frozenset({State.VALIDATED, State.RUNNING})


def check_extension(*, status: str, act: str, act_on: date, ends_on: date, before: date, since: date, today: date):
    """A plan in force is extended by an act of its own, to a later day. `before`: the present end."""
    if status not in IN_FORCE:
        raise Refused(f"Il piano è «{State(status).label}»: si proroga dopo la validazione e finché è in attuazione.")
    if not act.strip():
        raise Refused("Scrivi l'atto che dispone la proroga.", field="act")
    if act_on > today:
        raise Refused("L'atto non può avere una data futura.", field="act_on")
    if act_on < since:
        raise Refused(f"L'atto non può precedere l'adozione del piano ({since:%d/%m/%Y}).", field="act_on")
    if ends_on <= before:
        raise Refused(f"Una proroga sposta la fine in avanti: oggi è il {before:%d/%m/%Y}.", field="ends_on")


@enforces("R07")
def check_one_plan(present: str) -> None:
    """An ASL presents not more than one plan per programme (art. 5). `present`: the title of the one there is."""
    if present:
        raise violated(
            "R07",
            f"L'ASL presenta non più di un Piano Territoriale per programma, e c'è già «{present}»: lavora su quello.",
        )


def check_editable(status: str) -> None:
    """The plan is written while it is being prepared, or after it came back with guidance."""
    if status not in EDITABLE:
        raise Refused(
            f"Il piano è «{State(status).label}» e non si modifica: si corregge solo mentre è in preparazione o "
            "dopo che la Regione o la Cabina di Regia lo hanno restituito."
        )


def check_adopting_meeting(*, ours: bool, held: bool, present: int, quorum: int | None, on: date, since: date | None):
    """Adopted in a valid meeting of the committee or of the network's assembly, in which this text could be read.

    `since` is the day on which the plan was opened, or came back with guidance; None when it is not known.
    """
    if not ours:
        raise Refused(
            "Il piano si adotta in una seduta: scegli quella del Comitato di Valutazione o dell'Assemblea di questa "
            "Rete.",
            field="meeting",
        )
    if not held:
        raise Refused("La seduta non si è ancora svolta: registrala come svolta, con i presenti.", field="meeting")
    if quorum is not None and present < quorum:
        raise Refused(
            f"La seduta non è valida: i presenti erano {present} e ne servono almeno {quorum}. Convocane un'altra.",
            field="meeting",
        )
    if since is not None and on < since:
        raise Refused(
            f"La seduta è del {on:%d/%m/%Y}, ma il piano di oggi si scrive dal {since:%d/%m/%Y}: scegli una seduta che "
            "lo ha esaminato, oppure convocala.",
            field="meeting",
        )


def check_ready_to_adopt(*, empty: Sequence[str], actions: int, unplanned: Sequence[str]) -> None:
    """A plan is adopted whole: every section written, every funded proposal among its actions."""
    if empty:
        raise Refused(f"Per adottare il piano mancano le sezioni: {', '.join(empty)}.")
    if unplanned:
        raise Refused(
            f"Tra le azioni mancano quelle delle proposte finanziate: {', '.join(unplanned[:5])}"
            f"{' e altre' if len(unplanned) > 5 else ''}. Riportale nel piano."
        )
    if not actions:
        raise Refused(
            "Il piano non ha ancora nessuna azione: riporta le proposte finanziate o aggiungi azioni del Comitato."
        )


def check_action(*, starts_on, ends_on, programme_starts_on, programme_ends_on) -> None:
    """An action of the plan runs forward, inside the programme."""
    if ends_on < starts_on:
        raise Refused("L'azione non può finire prima di cominciare.", field="ends_on")
    if starts_on < programme_starts_on or ends_on > programme_ends_on:
        raise Refused(
            f"L'azione deve stare nel periodo del programma, dal {programme_starts_on:%d/%m/%Y} al "
            f"{programme_ends_on:%d/%m/%Y}.",
            field="starts_on" if starts_on < programme_starts_on else "ends_on",
        )


def share_out(actions: Sequence[int], lines: Sequence[tuple[int, Decimal]]) -> list[Decimal]:
    """The money of each action of a proposal, from its budget lines (EUR), to the cent and nothing lost.

    `actions` holds the partner in charge of each, `lines` the partner and cost of each line. A partner's money goes in
    equal parts to the actions it is in charge of; that of a partner without actions goes in equal parts to all. Cents
    that remain go to the first ones.
    """
    amounts = [Decimal(0)] * len(actions)
    if not actions:
        return amounts
    by_partner: dict[int, Decimal] = {}
    for partner, cost in lines:
        by_partner[partner] = by_partner.get(partner, Decimal(0)) + cost
    for partner, cost in by_partner.items():
        where = [i for i, owner in enumerate(actions) if owner == partner] or list(range(len(actions)))
        cents = int(cost * 100)
        each, rest = divmod(cents, len(where))
        for order, index in enumerate(where):
            amounts[index] += Decimal(each + (1 if order < rest else 0)) / 100
    return amounts


def scale_to(amounts: Sequence[Decimal], total: Decimal | None) -> list[Decimal]:
    """The same amounts in proportion, so that they make `total` (EUR) to the cent: for a grant given in part.

    Cents that remain go to the first ones. Without a total, or without money to divide, they stay as they are.
    """
    whole = sum(amounts, Decimal(0))
    if total is None or not whole or whole == total:
        return list(amounts)
    cents = int(total * 100)
    shares = [int(amount * cents / whole) for amount in amounts]
    rest = cents - sum(shares)
    return [Decimal(share + (1 if order < rest else 0)) / 100 for order, share in enumerate(shares)]
