"""Results: indicators against targets, the values behind each figure, the actions of the plans."""

from conciliazione.kernel import access
from conciliazione.kernel.pages import Column, PlainPage
from conciliazione.kernel.templatetags.portal import number
from network.enums import COUNTED_INDICATORS, Dimension, Sex
from plans.enums import ProjectStatus
from plans.models import ExpectedIndicator, PlanAction, TerritorialPlan

from ..filters import ActionFilter, MeasurementFilter, SelectionForm, TargetFilter
from ..queries import rollups
from ..queries.reckoning import COUNTED_ACTIONS, latest_progress
from ..queries.results import part_in_words, results_of, selection_for, values_counted
from ..queries.rollups import address
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
            query["alleanza"] = chosen["alleanza"].pk
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
    row_template = "monitoring/measurement/_row.html"
    filterset_class = MeasurementFilter
    keys_first = True
    default_order = "-window"
    count_label = ("valore", "valori")
    empty_text = "Non c'è ancora nessun valore validato: arriva quando l'ASL valida la prima relazione."
    own_columns = (
        Column("indicator", "Indicatore", lambda m: str(m.expected.indicator), sort="expected__indicator__code"),
        Column("project", "Progetto", lambda m: m.report.project.title, sort="report__project__title"),
        Column("window", "Finestra", lambda m: m.report.window.name, sort="report__window_id"),
        Column("value", "Valore", lambda m: m.value, sort="value", numeric=True),
        Column("women", "Donne", lambda m: m.women, sort="women", numeric=True),
        Column("men", "Uomini", lambda m: m.men, sort="men", numeric=True),
    )

    @property
    def part_label(self) -> str:
        """The part of the values that was asked for (`?voce=sex:women`), in words."""
        return part_in_words(self.request.GET.get("voce", ""))

    @property
    def columns(self):
        if not self.part_label:
            return self.own_columns
        return (*self.own_columns, Column("part", self.part_label, lambda m: m.part, sort="part", numeric=True))

    def rows(self):
        place = {"network": "report__project__network", "alliance": "report__project__alliance"}
        return (
            rollups.counted_measurements(access.reach(self.request.user, "project.view", **place))
            .select_related(
                "expected__indicator", "report__window", "report__project__alliance", "report__project__network"
            )
            .annotate(
                women=rollups.part_of_measurement(Dimension.SEX, Sex.WOMEN),
                men=rollups.part_of_measurement(Dimension.SEX, Sex.MEN),
            )
        )

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
        place = {"network": "proposal__project__network", "alliance": "proposal__project__alliance"}
        return (
            ExpectedIndicator.objects.filter(
                access.reach(self.request.user, "project.view", **place),
                proposal__project__isnull=False,
                indicator__status__in=COUNTED_INDICATORS,
            )
            .exclude(proposal__project__status=ProjectStatus.REVOKED)
            .select_related("indicator", "proposal__project__alliance", "proposal__project__network")
        )
