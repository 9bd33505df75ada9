"""The territorial plan: list, the plan itself, its sections, the committee's actions and check, its moves."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock, tables
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, ListPage, MovePage
from conciliazione.kernel.templatetags.portal import eur, number
from network.enums import Area

from ..enums import PlanSectionKind, PlanStatus
from ..filters.plan import PlanFilter
from ..forms.plan import AdoptForm, GuidanceForm
from ..models import PlanAction
from ..queries import plan as queries
from ..queries import projects
from ..rules.plan import IN_FORCE, PLAN
from ..services import plan as services
from ..services import projects as project_services
from ..tables import FINANCE, action_columns


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
            "risorse", "Risorse", value=lambda p: p.amount, sort="amount", numeric=True, cell=lambda p: eur(p.amount)
        ),
    )

    def rows(self):
        return queries.plan_list(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "plan.edit"):
            return "Apri un piano", reverse("plans:plan_open")
        return None


class PlanPage(DetailPage):
    """The plan with its sections as an index, actions, coverage, money, versions and moves."""

    permission = access.PUBLIC
    template_name = "plans/plan/detail.html"
    lifecycle = PLAN

    def records(self):
        return queries.visible_plans(self.request.user).select_related("network__lead", "meeting")

    def breadcrumbs(self):
        return [("Piani territoriali", reverse("plans:plans"))]

    def can(self, action: str) -> bool:
        return access.can(self.request.user, action, self.object)

    def get_offers(self):
        if not self.request.user.is_authenticated:
            return []
        checks = {"adopt": lambda plan: services.check_complete(plan, self.lacking)}
        return offers(self.object, PLAN, self.request.user, url=self.move_url, checks=checks)

    def move_url(self, name: str) -> str:
        return reverse("plans:plan_move", args=[self.object.pk, PLAN[name].slug])

    def next_step(self):
        if not self.request.user.is_authenticated:
            return None
        asl = self.object.network.lead.name
        return {
            PlanStatus.DRAFT: {
                "text": "L'ASL scrive le sezioni e riporta i progetti finanziati; il Comitato verifica la copertura. "
                "Poi l'ASL adotta il piano.",
                "who": asl,
            },
            PlanStatus.ADOPTED: {"text": "L'ASL trasmette il piano alla Regione.", "who": asl},
            PlanStatus.TRANSMITTED: {
                "text": "La Cabina di Regia valida il piano, oppure lo restituisce con indirizzi.",
                "who": "Cabina di Regia",
            },
            PlanStatus.RETURNED: {
                "text": "L'ASL segue gli indirizzi ricevuti e adotta una nuova versione.",
                "who": asl,
            },
            PlanStatus.VALIDATED: {"text": "L'ASL avvia l'attuazione e nascono i progetti.", "who": asl},
            PlanStatus.RUNNING: {"text": "I progetti sono in corso; l'ASL ne raccoglie i risultati.", "who": asl},
            PlanStatus.CONCLUDED: {"text": "Il piano è concluso."},
        }[PlanStatus(self.object.status)]

    @cached_property
    def actions(self):
        return queries.actions_of(self.object)

    @cached_property
    def sections(self):
        return queries.sections_of(self.object)

    @cached_property
    def funded(self):
        return queries.funded_proposals(self.object)

    @cached_property
    def lacking(self) -> dict:
        return queries.lacking(self.sections, self.actions, self.funded)

    def chosen(self) -> list[PlanAction]:
        """The actions of the cell of the matrix that was opened, or all of them."""
        area, district = self.request.GET.get("area"), self.request.GET.get("ambito")
        return [
            action
            for action in self.actions
            if (not area or action.area == area) and (not district or str(action.district_id) == district)
        ]

    def get_context(self):
        plan = self.object
        covered = queries.coverage_of(plan, self.actions)
        inside = self.can("plan.view")
        editable = plan.is_editable
        lacking = self.lacking if editable and inside else None
        waiting = projects.proposals_without_project(plan) if plan.status == PlanStatus.RUNNING and inside else []
        chosen = self.chosen()
        finance = queries.finance_of(self.actions, self.funded)
        return {
            "plan_sections": self.sections,
            "next_section": next((section for section in self.sections if not section.written), None),
            "index": self.index(),
            "coverage": covered,
            "matrix": covered.as_matrix(
                "Copertura del territorio: azioni e risorse per ambito e area", self.request.path
            ),
            "map": queries.map_of(covered, "Dove arriva il piano", self.request.path),
            "ends_on": queries.end_of(plan),
            "may_extend": plan.status in IN_FORCE and self.can("plan.run"),
            "actions": chosen,
            "action_rows": tables.written(
                action_columns(
                    inside=inside or self.can("plan.view_transmitted"),
                    may_remove=editable and self.can("plan.add_action"),
                ),
                chosen,
            ),
            "filtered": self.filter_words() if len(chosen) != len(self.actions) or self.request.GET else "",
            "all_actions": self.actions,
            "gantt_rows": [
                {"label": a.title, "start": a.starts_on, "end": a.ends_on, "detail": queries.owner_of(a)}
                for a in self.actions
            ],
            "today": clock.today(),
            "finance": finance,
            "finance_rows": tables.written(FINANCE, finance.lines),
            "missing": self.missing(lacking) if lacking else [],
            "unplanned": lacking["unplanned"] if lacking else [],
            "may_edit": editable and self.can("plan.edit"),
            "may_check": editable and self.can("plan.add_action"),
            "waiting": waiting,
            "may_run": self.can("plan.run"),
            "versions": list(plan.versions.defer("content")),
            "projects": projects.projects_of(plan) if plan.status in {PlanStatus.RUNNING, PlanStatus.CONCLUDED} else [],
            "inside": inside or self.can("plan.view_transmitted"),
        }

    def filter_words(self) -> str:
        """The cell that was opened, in words."""
        area = dict(Area.choices).get(self.request.GET.get("area", ""), "")
        names = {str(action.district_id): action.district.name for action in self.actions}
        return ", ".join(part for part in (names.get(self.request.GET.get("ambito", ""), ""), area) if part)

    def index(self):
        found = []
        for section in self.sections:
            state = ("Scritta", "done") if section.written else ("Da scrivere", "waiting")
            found.append((f"#{section.anchor}", section.title, *state))
        covered = ("Verificata", "done") if self.object.coverage_note else ("Da verificare", "waiting")
        found += [
            ("#copertura", "Copertura del territorio", *covered),
            ("#azioni-del-piano", "Azioni"),
            ("#calendario", "Calendario"),
            ("#finanze", "Piano finanziario"),
        ]
        return found

    def missing(self, lacking) -> list[dict]:
        plan = self.object
        empty = set(lacking["empty"])
        found = [
            {
                "label": kind.label,
                "done": kind.label not in empty,
                "url": reverse("plans:plan_section", args=[plan.pk, kind.value]) if self.can("plan.edit") else "",
                "why": "",
            }
            for kind in PlanSectionKind
        ]
        found.append(
            {
                "label": "Azioni delle proposte finanziate",
                "done": bool(lacking["actions"]) and not lacking["unplanned"],
                "url": "#azioni-del-piano",
                "why": "",
            }
        )
        found.append(
            {
                "label": "Verifica della copertura",
                "done": bool(plan.coverage_note),
                "url": reverse("plans:plan_coverage", args=[plan.pk]) if self.can("plan.add_action") else "",
                "why": "La scrive il Comitato (art. 6).",
            }
        )
        return found


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
