"""The territorial plan: list, the plan itself, its sections, the committee's actions and check, its moves."""

from django.urls import reverse

from conciliazione.kernel import access, tables
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.pages import Column, ListPage, MovePage
from conciliazione.kernel.templatetags.portal import eur, number

from ..filters.plan import PlanFilter
from ..forms.plan import AdoptForm, GuidanceForm
from ..queries import plan as queries
from ..rules.plan import PLAN
from ..services import plan as services
from ..services import projects as project_services


def _amount(plan):
    """None while the plan has no action: nothing is not zero."""
    return plan.action_amount if plan.action_count else None


class PlanList(ListPage):
    """The plans: those of one's network, those transmitted for the Regione, the validated ones for everyone."""

    permission = access.PUBLIC
    template_name = "plans/plan/list.html"
    title = "Piani territoriali"
    purpose = "Un solo piano per ASL e programma: raccoglie i progetti finanziati e le azioni di rete."
    empty_text = "Nessun piano è visibile: l'ASL lo prepara dopo la graduatoria, e con la validazione diventa pubblico."
    count_label = ("piano", "piani")
    filterset_class = PlanFilter
    columns = (
        Column(
            "piano",
            "Piano",
            value=lambda p: p.title,
            sort="title",
            cell=lambda p: tables.opening(p, p.title, p.is_example and "Esempio inventato"),
        ),
        Column("rete", "Rete", value=lambda p: p.network.name, sort="network__name"),
        Column("programma", "Programma", value=lambda p: p.programme.name, sort="programme__name"),
        Column("stato", "Stato", value=lambda p: p.get_status_display(), sort="status", cell=tables.state),
        Column(
            "azioni",
            "Azioni",
            value=lambda p: p.action_count,
            sort="action_count",
            numeric=True,
            cell=lambda p: number(p.action_count),
        ),
        Column(
            "risorse",
            "Risorse",
            value=_amount,
            sort="action_amount",
            numeric=True,
            cell=lambda p: eur(_amount(p)),
        ),
    )

    def rows(self):
        return queries.plan_list(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "plan.edit"):
            return "Apri un piano", reverse("plans:plan_open")
        return None


class PlanMove(MovePage):
    """Adopt, transmit, return with guidance, validate, run, conclude."""

    lifecycle = PLAN
    moves = {
        "adopt": services.adopt,
        "transmit": services.transmit,
        "return": services.give_back,
        "validate": services.validate,
        "run": project_services.run,
        "conclude": services.conclude,
    }
    checks = {"adopt": services.check_can_adopt}

    def records(self):
        return queries.visible_plans(self.request.user)

    @property
    def form_class(self):
        return {"adopt": AdoptForm, "return": GuidanceForm}.get(self.transition.name, ReasonForm)

    def form_kwargs(self):
        if self.transition.name == "adopt":
            return {"meetings": queries.meetings_for(self.object)}
        return {} if self.transition.name == "return" else super().form_kwargs()

    def perform(self, form):
        if self.transition.name == "adopt":
            data = form.cleaned_data
            return services.adopt(self.object, by=self.request.user, meeting=data["meeting"], reason=data["reason"])
        return super().perform(form)
