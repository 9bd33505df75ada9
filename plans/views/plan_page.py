"""The territorial plan on one page: its sections, what it covers, its actions, its money, its moves."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock, tables
from conciliazione.kernel.exports import Sheet
from conciliazione.kernel.moves import offers
from conciliazione.kernel.paging import EitherEndPaginator
from conciliazione.kernel.records import WHOLE, First, RecordListPage

from ..enums import PlanSectionKind, PlanStatus
from ..filters.plan import PlanActionFilter
from ..queries import plan as queries
from ..queries import plan_page as whole
from ..queries import projects
from ..rules.plan import IN_FORCE, PLAN
from ..services import plan as services
from ..tables import ACTION_SHEET, FINANCE, action_columns


class PlanPage(RecordListPage):
    """The plan with its sections as an index, actions, coverage, money, versions and moves.

    What it comes to is that of all its actions; the actions themselves come in pages, and so do the lines of the
    financial plan (`?finanze=2`).
    """

    permission = access.PUBLIC
    template_name = "plans/plan/detail.html"
    lifecycle = PLAN
    filterset_class = PlanActionFilter
    anchor = "azioni-del-piano"
    count_label = ("azione", "azioni")

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

    # --- its rows ---------------------------------------------------------------------------------------------------
    @cached_property
    def coverage(self):
        return whole.coverage_in_all(self.object)

    @cached_property
    def total(self) -> int:
        return self.coverage.actions

    def rows(self):
        return whole.action_rows(self.object)

    @cached_property
    def inside(self) -> bool:
        return self.can("plan.view") or self.can("plan.view_transmitted")

    @cached_property
    def columns(self):
        may_remove = self.object.is_editable and self.can("plan.add_action")
        return action_columns(inside=self.inside, may_remove=may_remove)

    def filterset_kwargs(self):
        districts = [(str(district.pk), district.name) for district in self.coverage.districts]
        return super().filterset_kwargs() | {"districts": districts}

    def sheet(self):
        return Sheet(f"Azioni – {self.object.title}", ACTION_SHEET, self.ordered_rows())

    @cached_property
    def finance(self):
        return whole.finance_totals(self.object)

    @cached_property
    def finance_page(self):
        lines = whole.FinanceLines(self.object, self.finance)
        paginator = EitherEndPaginator(lines, WHOLE if len(lines) <= WHOLE else self.page_size)
        paginator.name, paginator.anchor = "finanze", "finanze"
        return paginator.get_page(self.request.GET.get("finanze"))

    # --- what it lacks ----------------------------------------------------------------------------------------------
    @cached_property
    def sections(self):
        return queries.sections_of(self.object)

    @cached_property
    def lacking(self) -> dict:
        return whole.lacking(self.object, self.sections, self.total)

    def get_context(self):
        plan = self.object
        editable = plan.is_editable
        lacking = self.lacking if editable and self.can("plan.view") else None
        shown = self.page_obj.object_list
        waiting = plan.status == PlanStatus.RUNNING and self.can("plan.view")
        begun = self.inside and plan.status in {PlanStatus.RUNNING, PlanStatus.CONCLUDED}
        return {
            "plan_sections": self.sections,
            "next_section": next((section for section in self.sections if not section.written), None),
            "index": self.index(),
            "coverage": self.coverage,
            "matrix": self.coverage.as_matrix(
                "Copertura del territorio: azioni e risorse per ambito e area", self.request.path
            ),
            "map": queries.map_of(self.coverage, "Dove arriva il piano", self.request.path),
            "ends_on": queries.end_of(plan),
            "may_extend": plan.status in IN_FORCE and self.can("plan.run"),
            "actions": shown,
            "action_rows": tables.written(self.columns, shown),
            "filtered": "" if self.is_long else self.filter_words(),
            "gantt_rows": [
                {"label": a.title, "start": a.starts_on, "end": a.ends_on, "detail": queries.owner_of(a)} for a in shown
            ],
            "today": clock.today(),
            "finance": self.finance,
            "finance_page": self.finance_page,
            "finance_rows": tables.written(FINANCE, self.finance_page.object_list),
            "missing": self.missing(lacking) if lacking else [],
            "unplanned": lacking["unplanned"] if lacking else [],
            "may_edit": editable and self.can("plan.edit"),
            "may_check": editable and self.can("plan.add_action"),
            "waiting": First(projects.without_project(plan)) if waiting else None,
            "may_run": self.can("plan.run"),
            "versions": list(plan.versions.defer("content")),
            "projects": First(projects.projects_of(plan)) if begun else None,
            "inside": self.inside,
        }

    def filter_words(self) -> str:
        """The cell of the matrix that was opened, in words."""
        return ", ".join(chosen["value"] for chosen in self.active_filters())

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
