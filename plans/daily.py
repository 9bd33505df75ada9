"""What time alone brings about here: clarification requests that lapse, members of the committee who are reminded."""

from conciliazione.kernel import clock
from conciliazione.kernel.daily import daily

from .enums import CallStatus
from .models import Call
from .queries.collegial import evaluation_periods
from .rules.collegial import reminder_due
from .services import clarifications, collegial, places, plan_sums


@daily("plans.remind_evaluators", "Solleciti ai componenti del Comitato di Valutazione")
def remind_evaluators() -> list[str]:
    """Once each full week since the evaluation began, and each day in the last days before its term."""
    done = []
    calls = {call.pk: call for call in Call.objects.filter(status=CallStatus.EVALUATION).order_by("pk")}
    for pk, (began, term) in evaluation_periods(calls.values()).items():
        key = reminder_due(began, term, clock.today())
        people = collegial.remind(calls[pk], key=key) if key else []
        done += [f"«{calls[pk].title}»: {person}" for person in people]
    return done


@daily("plans.lapse_clarifications", "Richieste di chiarimenti scadute")
def lapse_clarifications():
    return [f"Scaduta senza risposta: {request}" for request in clarifications.lapse_due()]


@daily("plans.sums_of_plans", "Azioni e risorse dei piani, dopo un aggiornamento")
def sums_of_plans() -> list[str]:
    return plan_sums.keep_all_sums()


@daily("plans.calls_of_evaluations", "Avvisi di dichiarazioni e valutazioni, dopo un aggiornamento")
def calls_of_evaluations() -> list[str]:
    return places.fill_calls()


@daily("plans.networks_of_proposals", "Rete delle proposte scritte durante un aggiornamento")
def networks_of_proposals() -> list[str]:
    return places.fill_networks()
