"""Filters of the lists, kept in the URL with Italian names."""

import django_filters
from django.db.models import Exists, OuterRef, Q

from conciliazione.kernel.choosing import RecordFilter
from conciliazione.kernel.text import normalise
from network.models import District, Organisation, Programme

from .enums import AllianceStatus
from .models import Alliance, Partner


def _districts(request):
    reached = Alliance.objects.visible_to(request.user)
    return District.objects.filter(Exists(reached.filter(districts=OuterRef("pk"))))


class AllianceFilter(django_filters.FilterSet):
    cerca = django_filters.CharFilter(label="Nome dell'Alleanza o di un partner", method="by_text", max_length=100)
    programma = RecordFilter(
        field_name="programme", label="Programma", queryset=Programme.objects.only("name"), empty_label="Tutti"
    )
    stato = django_filters.ChoiceFilter(
        field_name="status", label="Stato", choices=AllianceStatus.choices, empty_label="Tutti"
    )
    ambito = RecordFilter(field_name="districts", label="Ambito", queryset=_districts, empty_label="Tutti")

    class Meta:
        model = Alliance
        fields = []

    def by_text(self, queryset, name, value):
        text = normalise(value)
        bodies = Organisation.objects.named_like(text)
        inside = Partner.objects.current().filter(organisation__in=bodies)
        return queryset.filter(Q(name__icontains=text) | Q(pk__in=inside.values("alliance")))
