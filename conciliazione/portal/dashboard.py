"""What the dashboard shows, gathered from plans and monitoring for the territories that a person may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms

from conciliazione.kernel.templatetags.portal import eur, number
from monitoring.queries import rollups
from monitoring.queries.rollups import ActionGroup, IndicatorResult, LateReport, NetworkResult
from network.models import Network, Programme
from plans.models import TerritorialPlan


class SelectionForm(forms.Form):
    """The filters of the dashboard, kept in the URL."""

    programma = forms.ModelChoiceField(Programme.objects.none(), label="Programma", required=False, empty_label="Tutti")
    rete = forms.ModelChoiceField(
        Network.objects.none(), label="Rete", required=False, empty_label="Tutte quelle che vedi"
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programma"].queryset = Programme.objects.order_by("-starts_on")
        self.fields["rete"].queryset = Network.objects.visible_to(person)


def dashboard_selection(person, query: Mapping) -> tuple[SelectionForm, Programme | None, Network | None]:
    """The form, and what it selects; a value that is not among the choices selects nothing and says so."""
    form = SelectionForm(query, person=person)
    form.is_valid()
    return form, form.cleaned_data.get("programma"), form.cleaned_data.get("rete")


@dataclass(frozen=True)
class Dashboard:
    figures: list[dict]
    indicators: list[IndicatorResult]
    bars: list[dict]
    areas: list[ActionGroup]
    districts: list[ActionGroup]
    networks: list[NetworkResult]
    plans: list[TerritorialPlan]
    late: list[LateReport]
    reporting: list


def dashboard_of(person, programme: Programme | None = None, network: Network | None = None) -> Dashboard:
    """Everything on one page, for one network or for all those that the person sees; a constant number of queries."""
    networks = [network] if network else list(Network.objects.visible_to(person).only("pk"))
    indicators = rollups.indicators(programme, networks)
    plans = TerritorialPlan.objects.visible_to(person).filter(network__in=networks)
    if programme:
        plans = plans.filter(programme=programme)
    return Dashboard(
        figures=[_figure(figure) for figure in rollups.money(programme, networks).figures()],
        indicators=indicators,
        bars=[_bar(row) for row in indicators],
        areas=rollups.by_area(programme, networks),
        districts=rollups.by_district(programme, networks),
        networks=rollups.by_network(programme, networks),
        plans=list(plans.select_related("network", "programme").order_by("network__name", "-programme__starts_on")),
        late=rollups.late_reports(programme, networks),
        reporting=rollups.reporting(programme, networks),
    )


def _figure(figure) -> dict:
    return {
        "label": figure.label,
        "value": "Ancora nulla" if figure.value is None else eur(figure.value),
        "url": figure.url,
    }


def _bar(row: IndicatorResult) -> dict:
    """An indicator as percent of its target, so that persons, hours and firms share one scale."""
    achieved = row.achieved
    reached = "non ancora misurato" if not achieved.measured else f"{number(achieved.value)} {row.unit}"
    return {
        "label": f"{row.code} {row.name}",
        "value": achieved.share,
        "target": 100,
        "url": row.url,
        "note": f"{reached}, obiettivo {number(achieved.target)}",
    }
