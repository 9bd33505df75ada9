"""Results: indicators against targets, the values behind each figure, the actions of the plans."""

from conciliazione.kernel import access
from conciliazione.kernel.pages import Column, PlainPage
from conciliazione.kernel.templatetags.portal import number
from network.enums import Dimension, Sex
from plans.models import PlanAction, Project, TerritorialPlan

from ..filters import ActionFilter, MeasurementFilter, SelectionForm
from ..queries import rollups
from ..queries.reckoning import COUNTED_ACTIONS, latest_progress
from .base import Inside, MonitoringList, tabs_for


class Indicators(Inside, PlainPage):
    """Each agreed indicator with target and achieved; every figure opens its records."""

    template_name = "monitoring/indicators.html"
    permission = "results.view"
    part = "indicators"
    title = "Indicatori e risultati"

    def breadcrumbs(self):
        return super().breadcrumbs()[:1]

    def get_context(self):
        person = self.request.user
        form = SelectionForm(self.request.GET, request=self.request)
        chosen = form.cleaned_data if form.is_valid() else {}
        programme, network, alliance = (chosen.get(name) for name in ("programma", "rete", "alleanza"))
        projects = Project.objects.visible_to(person)
        if alliance:
            projects = projects.filter(alliance=alliance)
        networks = [network] if network else None
        found = rollups.indicators(programme, networks, projects=projects.values("pk"))
        measured = [row for row in found if row.achieved.measured]
        reached = sum(row.achieved.reached for row in measured)
        return {
            "tabs": tabs_for(person, self.part),
            "form": form,
            "results": found,
            "chart": [
                {
                    "label": row.name,
                    "value": row.achieved.share,
                    "target": 100,
                    "url": row.url,
                    "note": f"{row.code}: {words_of(row.achieved, row.unit)}",
                }
                for row in found
            ],
            "finding": f"Indicatori che hanno raggiunto l'obiettivo: {reached} su {len(found)}",
            "narrowed": any(chosen.values()),
        }


def words_of(achieved, unit: str) -> str:
    """«45 di 120 persone», or that nothing has been measured yet."""
    if not achieved.measured:
        return f"obiettivo {number(achieved.target)} {unit}, {achieved.state}"
    return f"{number(achieved.value)} di {number(achieved.target)} {unit}"


class MeasurementList(MonitoringList):
    """The values behind the figures: only those of validated reports on agreed indicators."""

    permission = "results.view"
    part = "indicators"
    title = "Valori registrati"
    purpose = "I valori delle relazioni validate, che compongono ogni totale. Ogni riga porta alla sua relazione."
    row_template = "monitoring/measurement/_row.html"
    filterset_class = MeasurementFilter
    keys_first = True
    default_order = "-window"
    count_label = ("valore", "valori")
    empty_text = "Non c'è ancora nessun valore validato: arriva quando l'ASL valida la prima relazione."
    columns = (
        Column("indicator", "Indicatore", lambda m: str(m.expected.indicator), sort="expected__indicator__code"),
        Column("project", "Progetto", lambda m: m.report.project.title, sort="report__project__title"),
        Column("window", "Finestra", lambda m: m.report.window.name, sort="report__window__period_from"),
        Column("value", "Valore", lambda m: m.value, sort="value", numeric=True),
        Column("women", "Donne", lambda m: m.women, sort="women", numeric=True),
        Column("men", "Uomini", lambda m: m.men, sort="men", numeric=True),
    )

    def rows(self):
        place = {"network": "report__project__network", "alliance": "report__project__alliance"}
        return (
            rollups.counted_measurements()
            .filter(access.reach(self.request.user, "project.view", **place))
            .select_related(
                "expected__indicator", "report__window", "report__project__alliance", "report__project__network"
            )
            .annotate(
                women=rollups.part_of_measurement(Dimension.SEX, Sex.WOMEN),
                men=rollups.part_of_measurement(Dimension.SEX, Sex.MEN),
            )
        )


class ActionList(MonitoringList):
    """All actions of the plans the person may see, with how far each is."""

    permission = "results.view"
    part = "indicators"
    title = "Azioni dei piani"
    purpose = "Tutte le azioni catalogate, per area di intervento e ambito, con l'ultimo avanzamento validato."
    row_template = "monitoring/action/_row.html"
    filterset_class = ActionFilter
    default_order = "area"
    count_label = ("azione", "azioni")
    empty_text = "Nessun piano ha ancora azioni: entrano nel piano quando i progetti sono finanziati."
    columns = (
        Column("title", "Azione", lambda a: a.title, sort="title"),
        Column("area", "Area di intervento", lambda a: a.get_area_display(), sort="area"),
        Column("district", "Ambito", lambda a: a.district.name, sort="district__name"),
        Column("progress", "Avanzamento %", lambda a: a.latest, sort="latest", numeric=True),
        Column("amount", "Risorse", lambda a: a.amount, sort="amount", numeric=True),
    )

    def rows(self):
        visible = TerritorialPlan.objects.visible_to(self.request.user).values("pk")
        return (
            PlanAction.objects.filter(COUNTED_ACTIONS, plan__in=visible)
            .annotate(latest=latest_progress())
            .select_related("district", "project__alliance", "plan__network")
        )
