"""The committee together: points opened by the chair, the collegial score in a meeting, the reminder."""

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.pages import FormPage

from ..forms.evaluation import CollegialForm
from ..queries import collegial as queries
from ..queries import scoring
from ..queries.standing import standing_of
from ..queries.to_evaluate import calls_to_evaluate
from ..rules import collegial as rules
from ..services import collegial as services
from .evaluation import ProposalInEvaluation, section


class Gated(ProposalInEvaluation, FormPage):
    """What the pages about one proposal share: nobody in conflict, nobody who has not declared."""

    permission = "evaluation.rank"

    def get(self, request, *args, **kwargs):
        return self.gate() or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self.gate() or super().post(request, *args, **kwargs)

    def success_url(self, result):
        return reverse("plans:scores", args=[self.object.pk])

    def cancel_url(self):
        return self.success_url(None)


class OpenScores(Gated):
    """The chair opens the points before all have delivered."""

    form_class = ReasonForm
    title = "Apri i punti al Comitato"
    submit_label = "Apri i punti"
    intro = (
        "Tutto il Comitato vede i punti consegnati fin qui. Chi non ha consegnato non potrà più valutare da solo "
        "questa proposta: si decide in seduta."
    )

    def form_kwargs(self):
        return {"required": True}

    def possible(self):
        services.check_can_open(self.object, by=self.request.user)

    def perform(self, form):
        return services.open_scores(self.object, by=self.request.user, reason=form.cleaned_data["reason"])


class JudgePage(Gated):
    """The points that the committee gives together, in a meeting."""

    template_name = "plans/evaluation/judge.html"
    form_class = CollegialForm
    title = "Punteggio collegiale"
    submit_label = "Registra il punteggio collegiale"

    def possible(self):
        services.check_can_judge(self.object, by=self.request.user)

    @cached_property
    def sheet(self):
        return scoring.sheet_of(self.request.user, self.object)

    @cached_property
    def present(self):
        return queries.collegial_of(self.object)

    def form_kwargs(self):
        return {
            "criteria": list(self.object.call.criteria.select_related("group")),
            "meetings": queries.meetings_to_judge(self.object),
        }

    def initial(self):
        if self.present:
            found = {"meeting": self.present.meeting_id, "note": self.present.note}
            for score in self.present.scores.all():
                found[f"points_{score.criterion_id}"] = score.points
                found[f"reason_{score.criterion_id}"] = score.reason
            return found
        return {f"points_{row.criterion.pk}": row.mean for row in self.sheet.rows}

    def get_context(self):
        return {"sheet": self.sheet}

    def perform(self, form):
        return services.judge(
            self.object,
            by=self.request.user,
            meeting=form.cleaned_data["meeting"],
            scores=form.scores(),
            note_text=form.cleaned_data["note"],
        )


class RemindPage(FormPage):
    """The chair reminds who still has to declare or to deliver."""

    permission = "evaluation.rank"
    template_name = "plans/evaluation/remind.html"
    form_class = forms.Form
    title = "Sollecita i componenti"
    submit_label = "Manda il sollecito"
    success_message = "Sollecito mandato."

    def records(self):
        return calls_to_evaluate(self.request.user)

    def build_form(self, *args):
        return self.form_class(*args)

    def breadcrumbs(self):
        return [section(), (self.object.title, self.success_url(None))]

    @cached_property
    def lagging(self):
        lags = standing_of(self.request.user, self.object).lags
        return [(member, lag) for member, lag in lags if lag and member.person != self.request.user]

    def possible(self):
        rules.check_presides(is_chair=queries.presides_over(self.request.user, self.object), chair_there=True)
        if self.object.status != "evaluation":
            raise Refused("L'avviso non è in valutazione: non c'è nulla da sollecitare.")
        rules.check_somebody_lags(len(self.lagging), False)

    def get_context(self):
        return {"lagging": self.lagging}

    def perform(self, form):
        services.remind(self.object, by=self.request.user)
        return self.object

    def success_url(self, result):
        return reverse("plans:board", args=[self.object.pk])
