"""The committee at work: what to evaluate, the declaration, the scoring page, the board of the whole committee."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.lifecycle import Transition
from conciliazione.kernel.moves import Offer, timeline
from conciliazione.kernel.pages import FormPage, MovePage, PlainPage

from ..enums import CallStatus, EvaluationStatus
from ..forms.evaluation import DeclarationForm, ScoreForm
from ..models import Evaluation
from ..queries import collegial, scoring
from ..queries import evaluation as queries
from ..queries.to_evaluate import calls_to_evaluate, progress_of, proposals_to_evaluate, with_counts
from ..rules import evaluation as rules
from ..services import collegial as together
from ..services import evaluation as services


def section() -> tuple[str, str]:
    return "Valutazione", reverse("plans:evaluation")


class EvaluationHome(PlainPage):
    """The calls that the person's committee evaluates, with how far they have come."""

    permission = "evaluation.view"
    template_name = "plans/evaluation/home.html"
    title = "Valutazione"

    def get_context(self):
        calls = list(with_counts(calls_to_evaluate(self.request.user)))
        open_calls = [call for call in calls if call.status == CallStatus.EVALUATION]
        return {
            "open_calls": progress_of(self.request.user, open_calls),
            "past_calls": [call for call in calls if call.status != CallStatus.EVALUATION],
            "may_score": access.can(self.request.user, "evaluation.score"),
        }


class ProposalInEvaluation:
    """What the pages about one proposal share: the record, the way back, the gate of the declaration."""

    def records(self):
        return proposals_to_evaluate(self.request.user)

    @property
    def board_url(self):
        return reverse("plans:board", args=[self.object.call_id])

    def breadcrumbs(self):
        return [section(), (self.object.call.title, self.board_url)]

    def gate(self):
        """Nobody opens a proposal before declaring (they are led there), and who is in conflict gets the reason."""
        why = queries.why_closed(self.request.user, self.object)
        if why and not queries.declarations_of(self.request.user, [self.object]):
            return redirect("plans:declare", self.object.pk)
        if why:
            raise PermissionDenied(why)
        return None


class DeclarePage(ProposalInEvaluation, FormPage):
    """The declaration on conflict of interest, before anything else."""

    permission = "evaluation.score"
    template_name = "plans/evaluation/declare.html"
    form_class = DeclarationForm
    title = "Conflitto di interessi"
    submit_label = "Dichiara"

    @cached_property
    def member(self):
        return queries.member_for(self.request.user, self.object.call)

    @cached_property
    def known_link(self) -> str:
        return queries.known_links(self.member, self.object.call).get(self.object.pk, "") if self.member else ""

    @cached_property
    def earlier(self):
        return queries.declarations_of(self.request.user, [self.object]).get(self.object.pk)

    def possible(self):
        services.check_can_declare(self.object, by=self.request.user)
        if self.earlier and self.earlier.has_conflict:
            rules.check_may_open(True)

    def form_kwargs(self):
        return {"known_link": self.known_link}

    def initial(self):
        if self.earlier:
            return {"has_conflict": "yes"}
        return {"has_conflict": "yes" if self.known_link else None}

    def cancel_url(self):
        return self.board_url

    def get_context(self):
        return {"known_link": self.known_link, "earlier": self.earlier, "partners": scoring.partners_of(self.object)}

    def perform(self, form):
        return services.declare(
            self.object,
            by=self.request.user,
            has_conflict=form.cleaned_data["has_conflict"],
            note_text=form.cleaned_data["note"],
        )

    def success_url(self, result):
        return self.board_url if result.has_conflict else reverse("plans:score", args=[self.object.pk])


class ScorePage(ProposalInEvaluation, FormPage):
    """The proposal on the left, the grid on the right."""

    permission = "evaluation.score"
    template_name = "plans/evaluation/score.html"
    form_class = ScoreForm

    def get(self, request, *args, **kwargs):
        return self.closed() or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self.closed() or super().post(request, *args, **kwargs)

    def closed(self):
        """Somewhere else to go: the declaration first, or the points once they are delivered."""
        elsewhere = self.gate()
        if elsewhere is None and self.evaluation and self.evaluation.status == EvaluationStatus.DELIVERED:
            return redirect("plans:scores", self.object.pk)
        return elsewhere

    def get_title(self):
        return self.object.title

    @cached_property
    def evaluation(self):
        return scoring.own_evaluation(self.request.user, self.object)

    @cached_property
    def criteria(self):
        return list(self.object.call.criteria.select_related("group"))

    def possible(self):
        services.check_can_score(self.object, by=self.request.user)

    def form_kwargs(self):
        return {"criteria": self.criteria}

    def initial(self):
        found = {}
        for score in self.evaluation.scores.all() if self.evaluation else []:
            found[f"points_{score.criterion_id}"] = score.points
            found[f"reason_{score.criterion_id}"] = score.reason
        return found

    def cancel_url(self):
        return self.board_url

    def perform(self, form):
        return services.save_scores(self.object, by=self.request.user, scores=form.scores())

    def success_url(self, result):
        if "deliver" in self.request.POST:
            slug = rules.EVALUATION["deliver"].slug
            return reverse("plans:evaluation_move", args=[self.object.pk, slug])
        return f"{reverse('plans:score', args=[self.object.pk])}?salvato=1"

    def get_context(self):
        progress = progress_of(self.request.user, [self.object.call])[0]
        saved = scoring.saved_at(self.evaluation) if self.evaluation else None
        return {
            "content": scoring.text_of(self.object),
            "criteria": self.criteria,
            "progress": progress,
            "saved_at": saved,
            "just_saved": "salvato" in self.request.GET,
            "following": queries.next_for(self.request.user, self.object),
        }


class ScoresPage(ProposalInEvaluation, PlainPage):
    """The points of the members, criterion by criterion: one's own at once, the others' when all have delivered."""

    permission = "evaluation.view"
    template_name = "plans/evaluation/scores.html"

    def get(self, request, *args, **kwargs):
        return self.gate() or super().get(request, *args, **kwargs)

    def get_title(self):
        return f"Punti – {self.object.title}"

    def acts(self, sheet) -> list[Offer]:
        """What the chair may do on this proposal with the committee."""
        if not access.can(self.request.user, "evaluation.rank", self.object):
            return []
        if self.object.call.status != CallStatus.EVALUATION:
            return []
        acts = ("scores_open", "Apri i punti al Comitato"), ("judge", "Registra il punteggio collegiale")
        refusals = together.why_not(self.object, by=self.request.user, disclosed=sheet.disclosed)
        found = []
        for (name, label), refusal in zip(acts, refusals, strict=True):
            move = Transition(name, (), "", label, "evaluation.rank")
            found.append(Offer(move, reverse(f"plans:{name}", args=[self.object.pk]), refusal))
        return found

    def get_context(self):
        sheet = scoring.sheet_of(self.request.user, self.object)
        can_reopen = (
            sheet.mine is not None
            and sheet.mine.status == EvaluationStatus.DELIVERED
            and not sheet.disclosed
            and self.object.call.status == CallStatus.EVALUATION
        )
        judged = collegial.collegial_of(self.object) if sheet.disclosed else None
        return {
            "sheet": sheet,
            "opening": sheet.opening,
            "collegial": judged,
            "collegial_total": scoring.total_of(judged, sheet) if judged else None,
            "acts": self.acts(sheet),
            "can_reopen": can_reopen,
            "reopen_slug": rules.EVALUATION["reopen"].slug,
            "following": queries.next_for(self.request.user, self.object),
            "timeline": timeline(sheet.mine) if sheet.mine else [],
        }


def _deliver(evaluation, *, by, reason=""):
    return services.deliver(evaluation.proposal, by=by)


def _reopen(evaluation, *, by, reason):
    return services.reopen(evaluation.proposal, by=by, reason=reason)


class EvaluationMove(MovePage):
    """Deliver one's evaluation, or take it back."""

    template_name = "plans/evaluation/move.html"
    lifecycle = rules.EVALUATION
    moves = {"deliver": _deliver, "reopen": _reopen}

    @cached_property
    def object(self) -> Evaluation:
        proposal = get_object_or_404(proposals_to_evaluate(self.request.user), pk=self.kwargs["pk"])
        found = scoring.own_evaluation(self.request.user, proposal)
        if found is None:
            raise Http404
        return found

    def get(self, request, *args, **kwargs):
        self.check_open()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.check_open()
        return super().post(request, *args, **kwargs)

    def check_open(self):
        why = queries.why_closed(self.request.user, self.object.proposal)
        if why:
            raise PermissionDenied(why)

    def possible(self):
        super().possible()
        if self.transition.name == "deliver":
            criteria = {c.pk: c.title for c in self.object.proposal.call.criteria.all()}
            scored = {s.criterion_id: (s.points, s.reason) for s in self.object.scores.all()}
            rules.check_complete(rules.missing_scores(criteria, scored))

    def get_context(self):
        return super().get_context() | {"sheet": scoring.sheet_of(self.request.user, self.object.proposal)}

    def breadcrumbs(self):
        proposal = self.object.proposal
        return [
            section(),
            (proposal.call.title, reverse("plans:board", args=[proposal.call_id])),
            (proposal.title, reverse("plans:score", args=[proposal.pk])),
        ]

    def success_url(self, result):
        if self.transition.name == "reopen":
            return reverse("plans:score", args=[self.object.proposal_id])
        return reverse("plans:scores", args=[self.object.proposal_id])
