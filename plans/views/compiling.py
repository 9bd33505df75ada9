"""What the pages that write a proposal share: its steps, what is missing, and two people at once."""

import re

from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.pages import FormPage

from ..enums import ProposalStatus
from ..models import ProjectProposal
from ..queries import proposals as queries
from ..rules.proposals import STEPS, check_editable

SAVED = "bozze_salvate"  # a cookie for static/js/drafts.js: names of forms, nothing of what they hold
KEY = re.compile(r"[0-9]+\.[a-z0-9-]+\.[0-9]+")


def to_proposals() -> tuple[str, str]:
    return ("Proposte", reverse("plans:proposals"))


def step_url(proposal: ProjectProposal, key: str) -> str:
    """The page of a step of the compilation."""
    return reverse(f"plans:proposal_{key}", args=[proposal.pk])


def place_url(proposal: ProjectProposal, place: str) -> str:
    """The page where a requirement is mended."""
    if place == "call":
        return proposal.call.get_absolute_url()
    if place == "alliance":
        return proposal.alliance.get_absolute_url()
    if place == "network":
        return proposal.call.network.get_absolute_url()
    return step_url(proposal, place)


def missing_list(proposal: ProjectProposal, requirements) -> list[dict]:
    """Requirements as the component «Che cosa manca» shows them."""
    return [{"label": r.label, "done": r.met, "why": r.why, "url": place_url(proposal, r.place)} for r in requirements]


def stepper(proposal: ProjectProposal, requirements, current: str = "", reopened=frozenset()) -> list[dict]:
    """The steps of the compilation, or those reopened alone: done when nothing of theirs is missing."""
    unmet = {r.place for r in requirements if not r.met}
    return [
        {
            "label": step.label,
            "state": "current" if step.key == current else "todo" if step.key in unmet else "done",
            "url": step_url(proposal, step.key),
        }
        for step in STEPS
        if not reopened or step.key in reopened
    ]


def next_url(proposal: ProjectProposal, key: str, person) -> str:
    """The step after this one; after the last, the check before handing in, or the proposal for who cannot do that.
    Of what a clarification request reopened: back to the request."""
    request = queries.open_clarification(proposal)
    if request is not None:
        return request.get_absolute_url()
    keys = [step.key for step in STEPS]
    at = keys.index(key) + 1
    if at < len(keys):
        return step_url(proposal, keys[at])
    if access.can(person, "proposal.submit", proposal):
        return reverse("plans:proposal_submit", args=[proposal.pk])
    return proposal.get_absolute_url()


class Compiling:
    """A page on which a draft is written, by whoever acts for a body of the alliance."""

    permission = "proposal.edit"
    step = ""

    def records(self):
        return queries.proposal_detail(self.request.user)

    @property
    def proposal(self) -> ProjectProposal:
        return self.object

    def breadcrumbs(self):
        return [to_proposals(), (self.proposal.title, self.proposal.get_absolute_url())]

    def get_context(self):
        proposal = self.proposal
        if self.closed():
            return {"proposal": proposal, "steps": None, "missing": None, "theirs": None}
        requirements = queries.content_requirements(proposal)
        return {
            "proposal": proposal,
            "steps": stepper(proposal, requirements, self.step, self.reopened),
            "steps_label": "Passi della compilazione",
            "missing": missing_list(proposal, requirements),
            "theirs": getattr(self, "theirs", None),
        }

    @cached_property
    def reopened(self) -> frozenset[str]:
        """The parts that a clarification request has reopened; empty for a draft, which is open as a whole."""
        return queries.reopened_steps(self.proposal)

    def closed(self) -> bool:
        return self.proposal.status != ProposalStatus.DRAFT and self.step not in self.reopened


class CompilingForm(Compiling, FormPage):
    """A form on a draft; refused once it is no draft any more."""

    template_name = "plans/proposal/compile.html"
    theirs = None
    unsaved = None

    def possible(self):
        check_editable(self.proposal.status, self.step, self.reopened)

    def draft_key(self) -> str:
        """Under which name the browser keeps what is not saved yet: proposal, form, person."""
        return f"{self.proposal.pk}.{self.form_name()}.{self.request.user.pk}"

    def form_name(self) -> str:
        return self.step

    def post(self, request, *args, **kwargs):
        if "X-While-Typing" not in request.headers:
            return self.told_as_saved(super().post(request, *args, **kwargs))
        try:
            self.possible()
            return self.while_typing()
        except Refused as refused:
            return JsonResponse({"message": refused.message}, status=422)

    def told_as_saved(self, answer):
        """Once the form is saved the browser may forget what it kept of it: the page's script reads it in a cookie."""
        if answer.status_code == 302:
            names = [name for name in self.request.COOKIES.get(SAVED, "").split("|") if name][-9:]
            names = [name for name in names if KEY.fullmatch(name)] + [self.draft_key()]
            answer.set_cookie(SAVED, "|".join(dict.fromkeys(names)), max_age=86400, samesite="Lax")
        return answer

    def while_typing(self) -> JsonResponse:
        """The page's script sends what is being typed: keep it, and tell when."""
        raise NotImplementedError


def kept(message: str = "", *, status: int = 200, **more) -> JsonResponse:
    """The answer to the script: what to tell, and what it needs for the next time."""
    at = f"{timezone.localtime(clock.now()):%H:%M:%S}"
    return JsonResponse({"message": message or f"Salvato alle {at}.", **more}, status=status)


def seen_now(record) -> int | None:
    """The id of the newest row of history: which version of the row a form is made from."""
    return record.history.order_by("-history_id").values_list("history_id", flat=True).first()
