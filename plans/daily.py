"""What time alone brings about here: clarification requests that lapse, members of the committee who are reminded."""

from conciliazione.kernel import clock
from conciliazione.kernel.daily import daily
from conciliazione.kernel.moves import timeline

from .enums import CallStatus
from .models import Call
from .services import clarifications, collegial

EVERY_DAYS = 7


@daily("plans.remind_evaluators", "Solleciti ai componenti del Comitato di Valutazione")
def remind_evaluators() -> list[str]:
    """Each full week since the evaluation began, once."""
    done = []
    for call in Call.objects.filter(status=CallStatus.EVALUATION).order_by("pk"):
        began = timeline(call).filter(to_state=CallStatus.EVALUATION).first()
        weeks = (clock.now() - began.at).days // EVERY_DAYS if began else 0
        if weeks:
            people = collegial.remind(call, key=f"valutazione-settimana-{weeks}")
            done += [f"«{call.title}»: {person}" for person in people]
    return done


@daily("plans.lapse_clarifications", "Richieste di chiarimenti scadute")
def lapse_clarifications():
    return [f"Scaduta senza risposta: {request}" for request in clarifications.lapse_due()]
