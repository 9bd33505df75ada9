"""Filters of the lists of plans and of funded projects."""

import django_filters as filters
from django.db.models import Q

from conciliazione.kernel.choosing import RecordFilter
from network.models import Network, Programme

from ..enums import PlanStatus, ProjectStatus
from ..models import Project, TerritorialPlan


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
