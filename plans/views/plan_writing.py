"""Writing the territorial plan: its opening, its sections, its actions, the check of the coverage, its projects."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.pages import FormPage

from ..enums import ActionOrigin, PlanSectionKind, PlanStatus
from ..forms.plan import ActionForm, CoverageForm, OpenPlanForm, SectionForm
from ..models import PlanAction
from ..queries import plan as queries
from ..queries import projects
from ..queries.plan_page import coverage_in_all
from ..rules.plan import check_editable, check_one_plan
from ..services import plan as services
from ..services import projects as project_services


class OpenPlan(FormPage):
    """Begin the one plan of the network for a programme (R07)."""

    permission = "plan.edit"
    form_class = OpenPlanForm
    title = "Apri un Piano Territoriale"
    intro = "L'ASL presenta alla Regione non più di un piano per programma (art. 5)."
    submit_label = "Apri il piano"

    def breadcrumbs(self):
        return [("Piani territoriali", reverse("plans:plans"))]

    @cached_property
    def networks(self):
        return queries.networks_to_plan(self.request.user)

    def form_kwargs(self):
        return {"networks": self.networks, "programmes": queries.programmes_to_plan(self.networks)}

    def possible(self):
        present = queries.all_planned(self.networks)
        if present is not None:
            check_one_plan(present.title)
        if not queries.programmes_to_plan(self.networks).exists():
            raise Refused("La Rete non ha ancora un accordo per un programma attivo: il piano si apre dopo.")

    def initial(self):
        network = self.networks.first()
        return {"network": network, "title": f"Piano Territoriale di Conciliazione – {network.name}" if network else ""}

    def perform(self, form):
        data = form.cleaned_data
        return services.open_plan(
            data["network"], by=self.request.user, programme=data["programme"], title=data["title"]
        )


class PlanForm(FormPage):
    """What the forms about one plan share."""

    permission = "plan.edit"

    def records(self):
        return queries.plans_to_open(self.request.user)

    def breadcrumbs(self):
        return [("Piani territoriali", reverse("plans:plans")), (self.object.title, self.object.get_absolute_url())]

    def possible(self):
        check_editable(self.object.status)

    def success_url(self, result):
        return self.object.get_absolute_url()


class EditSection(PlanForm):
    form_class = SectionForm
    template_name = "plans/plan/section.html"
    submit_label = "Salva la sezione"

    @cached_property
    def kind(self) -> PlanSectionKind:
        if self.kwargs["kind"] not in PlanSectionKind.values:
            raise Http404
        return PlanSectionKind(self.kwargs["kind"])

    def get_title(self):
        return self.kind.label

    @cached_property
    def sections(self):
        return queries.sections_of(self.object)

    def initial(self):
        return {"text": next(s.text for s in self.sections if s.kind == self.kind)}

    def perform(self, form):
        return services.write_section(self.object, by=self.request.user, kind=self.kind, text=form.cleaned_data["text"])

    def success_url(self, result):
        if "next" in self.request.POST and self.next_kind:
            return reverse("plans:plan_section", args=[self.object.pk, self.next_kind.kind])
        return f"{self.object.get_absolute_url()}#sezione-{self.kind.value}"

    @cached_property
    def next_kind(self):
        """The next section that is not written yet."""
        position = [s.kind for s in self.sections].index(self.kind)
        following = [*self.sections[position + 1 :], *self.sections[:position]]
        return next((s for s in following if not s.written), None)

    def get_context(self):
        steps = [
            (reverse("plans:plan_section", args=[self.object.pk, s.kind]), s.title, *self.state(s))
            for s in self.sections
        ]
        return {"index": steps, "next_kind": self.next_kind}

    def state(self, section):
        if section.kind == self.kind:
            return "Questa", "progress"
        return ("Scritta", "done") if section.written else ("Da scrivere", "waiting")


class ImportFunded(PlanForm):
    form_class = ReasonForm
    template_name = "plans/plan/import.html"
    title = "Riporta le proposte finanziate"
    submit_label = "Riporta nel piano"

    def possible(self):
        super().possible()
        if not queries.unplanned(self.object):
            raise Refused("Le azioni di tutte le proposte finanziate sono già nel piano.")

    def get_context(self):
        return {"proposals": queries.unplanned(self.object)}

    def perform(self, form):
        return services.import_funded(self.object, by=self.request.user)


class CheckCoverage(PlanForm):
    """The committee writes what it found (R17)."""

    permission = "plan.add_action"
    form_class = CoverageForm
    template_name = "plans/plan/coverage.html"
    title = "Verifica la copertura del territorio"
    submit_label = "Registra la verifica"

    def initial(self):
        return {"text": self.object.coverage_note}

    def get_context(self):
        covered = coverage_in_all(self.object)
        url = self.object.get_absolute_url()
        return {
            "coverage": covered,
            "matrix": covered.as_matrix("Copertura del territorio: azioni e risorse per ambito e area", url),
            "map": queries.map_of(covered, "Dove arriva il piano", url),
        }

    def perform(self, form):
        return services.verify_coverage(self.object, by=self.request.user, text=form.cleaned_data["text"])


class AddAction(PlanForm):
    """The committee adds an action that no alliance proposed (R17)."""

    permission = "plan.add_action"
    form_class = ActionForm
    title = "Aggiungi un'azione del Comitato"
    intro = "Il Comitato può integrare il piano con nuove azioni dove il territorio resta scoperto (art. 6)."
    submit_label = "Aggiungi l'azione"

    def form_kwargs(self):
        return {"districts": self.object.network.districts.all()}

    def initial(self):
        return {"area": self.request.GET.get("area", ""), "district": self.request.GET.get("ambito", "")}

    def perform(self, form):
        return services.add_action(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return f"{self.object.get_absolute_url()}#azioni-del-piano"


class RemoveAction(PlanForm):
    """The committee takes back an action of its own."""

    permission = "plan.add_action"
    form_class = ReasonForm
    submit_label = "Togli l'azione"

    @cached_property
    def action(self) -> PlanAction:
        return get_object_or_404(self.object.actions.filter(origin=ActionOrigin.COMMITTEE), pk=self.kwargs["action"])

    def get_title(self):
        return f"Togli «{self.action.title}»"

    def form_kwargs(self):
        return {"required": True}

    def perform(self, form):
        return services.remove_action(self.action, by=self.request.user, reason=form.cleaned_data["reason"])


class MakeProjects(PlanForm):
    """Make the projects of the alliances whose agreement came into force after the plan had started."""

    permission = "plan.run"
    form_class = ReasonForm
    template_name = "plans/plan/projects.html"
    title = "Crea i progetti"
    submit_label = "Crea i progetti"

    @cached_property
    def waiting(self):
        return projects.proposals_without_project(self.object)

    def possible(self):
        if self.object.status not in {PlanStatus.VALIDATED, PlanStatus.RUNNING}:
            raise Refused("I progetti nascono quando la Cabina di Regia ha validato il piano.")
        if not self.waiting:
            raise Refused("Tutte le proposte finanziate sono già progetti.")
        if not any(proposal.constituted for proposal in self.waiting):
            project_services.refuse_unsigned(self.waiting)

    def get_context(self):
        return {"waiting": self.waiting}

    def perform(self, form):
        project_services.start_projects(self.object, by=self.request.user)
        return self.object
