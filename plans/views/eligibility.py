"""The ASL's check of a proposal, and the clarification requests: sent, answered, recalled."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from alliances.queries import is_constituted
from conciliazione.kernel import access
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import DetailPage, FormPage, MovePage

from ..enums import ClarificationStatus
from ..enums import ProposalStatus as State
from ..forms.eligibility import ClarificationAnswerForm, ClarificationForm, EligibilityForm
from ..queries import clarifications as queries
from ..queries import proposals as proposal_queries
from ..rules.eligibility import CLARIFICATION
from ..rules.proposals import STEP
from ..services import clarifications, eligibility
from .compiling import step_url, to_proposals
from .proposals import AboutProposal


class EligibilityPage(AboutProposal, FormPage):
    """The ASL's check: its list with what the portal found by itself, then the decision."""

    permission = "proposal.check"
    template_name = "plans/proposal/eligibility.html"
    form_class = EligibilityForm
    title = "Verifica di ammissibilità"
    intro = "Il portale ha ricontrollato ciò che può. L'esito lo decide l'ASL, e l'Alleanza ne riceve notizia."
    submit_label = "Registra la verifica"
    success_message = "Verifica registrata."

    def possible(self):
        if self.object.status != State.SUBMITTED:
            raise MoveRefused(f"La proposta è «{self.object.get_status_display()}»: la verifica è già stata fatta.")
        eligibility.check_may_decide(self.object)

    @cached_property
    def points(self):
        return queries.points_of(self.object)

    def form_kwargs(self):
        return {"points": self.points}

    def initial(self):
        asked = self.request.GET.get("esito", "")
        return {"decision": asked if asked in {"admit", "exclude"} else "record"}

    def get_context(self):
        proposal = self.object
        return {
            "points": self.points,
            "flags": proposal_queries.flags_of(proposal),
            "constituted": is_constituted(proposal.alliance),
            "in_time": proposal.submitted_at is not None and proposal.submitted_at < proposal.call.closes_at,
            "clock": queries.clock_of(proposal),
            "requests": list(proposal.clarifications.all()),
        }

    def perform(self, form):
        return eligibility.conclude_check(
            self.object,
            by=self.request.user,
            points=form.outcomes(),
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
        )

    def success_url(self, result):
        if result.status == State.SUBMITTED:
            return reverse("plans:proposal_eligibility", args=[result.pk])
        return result.get_absolute_url()


class ClarificationNew(AboutProposal, FormPage):
    """Ask the alliance to clarify or complete named parts."""

    permission = "clarification.send"
    template_name = "plans/form.html"
    form_class = ClarificationForm
    title = "Chiedi chiarimenti"
    intro = (
        "Soccorso istruttorio: si riaprono solo le parti che indichi, fino al termine. Intanto il termine della "
        "verifica resta fermo. Senza risposta, vale ciò che era stato presentato."
    )
    submit_label = "Invia la richiesta"
    success_message = "Richiesta inviata all'Alleanza."

    def possible(self):
        if self.object.status != State.SUBMITTED:
            raise MoveRefused(f"La proposta è «{self.object.get_status_display()}»: non si chiedono più chiarimenti.")
        eligibility.check_may_decide(self.object)
        if proposal_queries.open_clarification(self.object) is not None:
            raise Refused("C'è già una richiesta aperta: attendi la risposta o la scadenza, o ritirala.")

    def initial(self):
        return {"days": self.object.call.clarification_days}

    def get_context(self):
        return {"theirs": None}

    def perform(self, form):
        return clarifications.send(self.object, by=self.request.user, **form.cleaned_data)


class AboutClarification:
    """A page about one request: for the office and for the alliance; the committee reads the proposal alone."""

    permission = "clarification.view"

    def records(self):
        return queries.clarification_detail(self.request.user)

    def breadcrumbs(self):
        proposal = self.object.proposal
        return [to_proposals(), (proposal.title, proposal.get_absolute_url())]


class ClarificationPage(AboutClarification, DetailPage):
    """What is asked, in which parts, until when; the answer beside what was handed in."""

    template_name = "plans/proposal/clarification.html"
    title = "Richiesta di chiarimenti"
    lifecycle = CLARIFICATION

    @cached_property
    def state(self) -> str:
        return queries.state_of(self.object)

    def get_offers(self):
        if self.state != ClarificationStatus.OPEN:
            return []
        request = self.object

        def url(name: str) -> str:
            if name == "answer":
                return reverse("plans:clarification_answer", args=[request.pk])
            return reverse("plans:clarification_move", args=[request.pk, CLARIFICATION[name].slug])

        return offers(request, CLARIFICATION, self.request.user, url=url)

    def next_step(self):
        request = self.object
        if self.state == ClarificationStatus.OPEN:
            return {
                "text": "L'Alleanza corregge le parti riaperte e il capofila invia la risposta. Oltre il termine vale "
                "ciò che era stato presentato.",
                "who": f"Capofila di {request.proposal.alliance.name}",
                "by_when": request.due_at,
            }
        if request.proposal.status == State.SUBMITTED:
            return {
                "text": "L'ASL conclude la verifica di ammissibilità.",
                "who": request.proposal.call.network.lead.name,
            }
        return None

    def get_context(self):
        request, person = self.object, self.request.user
        own = access.can(person, "proposal.view_own", request.proposal)
        is_open = self.state == ClarificationStatus.OPEN
        live = is_open and own
        return {
            "state": ClarificationStatus(self.state),
            "parts": queries.compared(request, live=live) if live or not is_open else [],
            "links": [(STEP[key].label, step_url(request.proposal, key)) for key in request.steps] if live else [],
            "names": [STEP[key].label for key in request.steps],
            "live": live,
        }


class ClarificationAnswer(AboutClarification, FormPage):
    """The lead sends the answer."""

    permission = "clarification.answer"
    template_name = "plans/proposal/clarification_answer.html"
    form_class = ClarificationAnswerForm
    title = "Invia i chiarimenti"
    submit_label = "Invia i chiarimenti"
    success_message = "Chiarimenti inviati all'ASL."

    def dispatch(self, request, *args, **kwargs):
        reads = request.user.is_authenticated and request.method == "GET"
        if reads and self.object.status == ClarificationStatus.ANSWERED:
            return redirect(self.object)
        return super().dispatch(request, *args, **kwargs)

    def possible(self):
        if queries.state_of(self.object) != ClarificationStatus.OPEN:
            raise MoveRefused(
                "Questa richiesta non attende più risposta: il termine è scaduto o l'ASL ha già chiuso. Vale ciò che "
                "era stato presentato."
            )

    def possible_when_sent(self):
        """The service says it: an answer that was sent twice is one."""

    def get_context(self):
        return {"parts": queries.compared(self.object, live=True)}

    def perform(self, form):
        return clarifications.answer(self.object, by=self.request.user, text=form.cleaned_data["text"])


class ClarificationMove(AboutClarification, MovePage):
    """The ASL takes the request back."""

    lifecycle = CLARIFICATION
    moves = {"recall": clarifications.recall}

    @property
    def permission(self) -> str:
        """The move's own, not that of reading the request."""
        return self.transition.action

    def breadcrumbs(self):
        return [*super().breadcrumbs(), ("Richiesta di chiarimenti", self.object.get_absolute_url())]
