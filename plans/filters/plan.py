"""Filters of the lists of plans and of funded projects."""

import django_filters as filters
from django.db.models import Q

from conciliazione.kernel.choosing import RecordFilter
from conciliazione.kernel.text import normalise
from network.enums import Area
from network.models import Network, Programme

from ..enums import PlanStatus, ProjectStatus
from ..models import PlanAction, Project, TerritorialPlan


class PlanFilter(filters.FilterSet):
    rete = RecordFilter(field_name="network", queryset=Network.objects.only("name"), label="Rete")
    programma = RecordFilter(field_name="programme", queryset=Programme.objects.only("name"), label="Programma")
    stato = filters.ChoiceFilter(field_name="status", choices=PlanStatus, label="Stato")

    class Meta:
        model = TerritorialPlan
        fields = []


class ProjectFilter(filters.FilterSet):
    testo = filters.CharFilter(method="search", label="Titolo, CUP o Alleanza")
    rete = RecordFilter(field_name="network", queryset=Network.objects.only("name"), label="Rete")
    programma = RecordFilter(field_name="programme", queryset=Programme.objects.only("name"), label="Programma")
    stato = filters.ChoiceFilter(field_name="status", choices=ProjectStatus, label="Stato")
    pubblicato = filters.ChoiceFilter(
        field_name="is_published",
        label="Pubblicazione",
        choices=[("True", "Contributo pubblicato"), ("False", "Contributo da pubblicare")],
    )

    class Meta:
        model = Project
        fields = []

    def search(self, queryset, name, value):
        found = Q(title__icontains=value) | Q(cup__icontains=value) | Q(alliance__name__icontains=value)
        return queryset.filter(found)


class PlanActionFilter(filters.FilterSet):
    """The actions of one plan. `districts`: [(key, name)] of those that it may cover."""

    testo = filters.CharFilter(method="search", label="Titolo o Alleanza", max_length=100)
    ambito = filters.ChoiceFilter(field_name="district", label="Ambito", empty_label="Tutti")
    area = filters.ChoiceFilter(label="Area", choices=Area.choices, empty_label="Tutte")

    class Meta:
        model = PlanAction
        fields = []

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.fields["ambito"].choices = districts

    def search(self, queryset, name, value):
        text = normalise(value)
        by_alliance = Q(proposal__alliance__name__icontains=text) | Q(project__alliance__name__icontains=text)
        return queryset.filter(Q(title__icontains=text) | by_alliance)
