"""Results: indicators against targets, the values behind each figure, the actions of the plans."""

from django.utils.functional import cached_property

from conciliazione.kernel.pages import Column, PlainPage
from conciliazione.kernel.templatetags.portal import number

from ..filters import ActionFilter, MeasurementFilter, SelectionForm, TargetFilter, networks_offered
from ..queries.lists import actions_of_list, give_sexes, networks_of_plans, targets_of_list, values_of_list, with_sexes
from ..queries.results import part_in_words, results_of, selection_for, values_counted
from ..queries.rollups import address
from ..tables import ACTIONS, value_columns
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
        selection = selection_for(
            person, chosen.get("programma") or form.current, network=chosen.get("rete"), alliance=chosen.get("alleanza")
        )
        found = results_of(selection)
        query = {key: value for key, value in selection.query().items() if key in {"programma", "rete"}}
        if chosen.get("alleanza"):
            query["alleanza"] = chosen["alleanza"].address
        rows = [(row, address("monitoring:measurements", **query, indicatore=row.indicator.pk)) for row in found]
        reached = sum(row.achieved.reached for row in found if row.achieved.measured)
        return {
            "tabs": tabs_for(person, self.part),
            "form": form,
            "programme": chosen.get("programma") or form.current,
            "results": [
                {
                    "indicator": row.indicator,
                    "projects": row.projects,
                    "achieved": row.achieved,
                    "url": url,
                    "targets": address("monitoring:targets", **query, indicatore=row.indicator.pk),
                }
                for row, url in rows
            ],
            "chart": [
                {
                    "label": row.indicator.name,
                    "value": row.achieved.share,
                    "target": 100,
                    "url": url,
                    "note": f"{row.indicator.code}: {words_of(row.achieved, row.indicator.unit)}",
                }
                for row, url in rows
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
    filterset_class = MeasurementFilter
    default_order = "-window"
    count_label = ("valore", "valori")
    empty_text = "Non c'è ancora nessun valore validato: arriva quando l'ASL valida la prima relazione."

    @property
    def part_label(self) -> str:
        """The part of the values that was asked for (`?voce=sex:women`), in words."""
        return part_in_words(self.request.GET.get("voce", ""))

    @property
    def columns(self):
        return value_columns(self.part_label)

    def rows(self):
        rows = values_of_list(self.request.user)
        return with_sexes(rows) if self.whole else rows

    def shown(self, rows):
        networks = networks_offered(self.filterset)
        for row in rows:
            if row.report.network_id in networks:
                row.report.network = networks[row.report.network_id]
        return rows if self.whole else give_sexes(rows)

    def ordered_rows(self):
        """By window, then report by report, as the index has them: however many values there are, a page is read in
        their order and nothing is sorted."""
        rows = super().ordered_rows()
        if self.order.removeprefix("-") != "window":
            return rows
        sign = "-" if self.order.startswith("-") else ""
        return rows.order_by(f"{sign}report__window_id", f"{sign}report_id", f"{sign}pk")

    def known_count(self):
        """As it is kept with the results, where what was filtered is kept too."""
        valid = self.filterset.is_valid()
        chosen = {name: value for name, value in self.filterset.form.cleaned_data.items() if value} if valid else {}
        return values_counted(self.request.user, chosen)


class ActionList(MonitoringList):
    """All actions of the plans the person may see, with how far each is."""

    permission = "results.view"
    part = "indicators"
    title = "Azioni dei piani"
    purpose = "Tutte le azioni catalogate, per area di intervento e ambito, con l'ultimo avanzamento validato."
    filterset_class = ActionFilter
    default_order = "area"
    count_label = ("azione", "azioni")
    empty_text = "Nessun piano ha ancora azioni: entrano nel piano quando i progetti sono finanziati."
    columns = ACTIONS

    def rows(self):
        return actions_of_list(self.plans)

    @cached_property
    def plans(self) -> dict[int, int]:
        return networks_of_plans(self.request.user)

    def shown(self, rows):
        networks = networks_offered(self.filterset)
        for row in rows:
            row.place = networks.get(self.plans[row.plan_id])
        return rows


class TargetList(MonitoringList):
    """The targets behind a figure: what each funded project set itself on an agreed indicator."""

    permission = "results.view"
    part = "indicators"
    title = "Obiettivi dei progetti"
    purpose = "Che cosa ogni progetto finanziato si è impegnato a raggiungere: la somma è l'obiettivo dell'indicatore."
    row_template = "monitoring/measurement/_target_row.html"
    filterset_class = TargetFilter
    default_order = "project"
    count_label = ("obiettivo", "obiettivi")
    empty_text = "Nessun progetto finanziato ha ancora obiettivi su indicatori concordati con la Regione."
    columns = (
        Column("indicator", "Indicatore", lambda e: str(e.indicator), sort="indicator__code"),
        Column("project", "Progetto", lambda e: e.proposal.project.title, sort="proposal__project__title"),
        Column("network", "Rete", lambda e: e.proposal.project.network.name, sort="proposal__project__network__name"),
        Column("target", "Obiettivo", lambda e: e.target, sort="target", numeric=True),
    )

    def rows(self):
        return targets_of_list(self.request.user)
