"""Filters of the portal's own lists."""

from datetime import UTC, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from conciliazione.kernel.models import TrailEntry
from network.models import Person

from .trail_words import kinds_of_record


def start_of(day) -> str:
    """The first instant of a day in Europe/Rome, written as the trail writes its instants."""
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC).isoformat()


def _day(label, method):
    return django_filters.DateFilter(
        label=label, method=method, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class TrailFilter(django_filters.FilterSet):
    persona = django_filters.CharFilter(label="Chi (nome, e-mail o numero)", method="by_person", max_length=100)
    atto = django_filters.ChoiceFilter(
        field_name="kind", label="Che cosa", choices=TrailEntry.Kind.choices, empty_label="Tutto"
    )
    cerca = django_filters.CharFilter(label="Parole dell'atto", field_name="what", lookup_expr="icontains")
    su = django_filters.ChoiceFilter(
        label="Su che cosa", method="by_kind_of_record", choices=kinds_of_record(), empty_label="Tutto"
    )
    numero = django_filters.CharFilter(
        label="Numero di ciò su cui è l'atto",
        method="by_record",
        max_length=19,
        help_text="Quello che la colonna «Su che cosa» scrive dopo «n.»",
    )
    dal = _day("Dal", "since")
    al = _day("Al", "until")

    def by_person(self, queryset, name, value):
        text = value.strip()
        if text.isdecimal():
            return queryset.filter(person=text) if len(text) < 19 else queryset.none()
        named = Q()
        for word in text.split():
            named &= Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
        return queryset.filter(person__in=Person.objects.filter(named).values("pk"))

    def by_kind_of_record(self, queryset, name, value):
        return queryset.filter(about__startswith=f"{value}:")

    def by_record(self, queryset, name, value):
        return queryset.filter(about__endswith=f":{value.strip()}")

    def since(self, queryset, name, day):
        return queryset.filter(at__gte=start_of(day))

    def until(self, queryset, name, day):
        return queryset.filter(at__lt=start_of(day + timedelta(days=1)))
