"""Filters of the lists, kept in the URL with Italian names."""

import django_filters
from django import forms

from conciliazione.kernel.choosing import RecordFilter
from conciliazione.kernel.models import RegistryEntry

from .enums import (
    AgreementStatus,
    ApplicationKind,
    ApplicationStatus,
    Area,
    IndicatorKind,
    IndicatorStatus,
    MeetingBody,
    MeetingPurpose,
    MeetingStatus,
    MembershipStatus,
    Nature,
    OrganisationKind,
    SeatKind,
)
from .models import Network, Organisation, Programme
from .queries.registry import years_of

EMPTY = "Tutti"


def _networks(request):
    return Network.objects.visible_to(request.user).only("name")


def _programmes(request):
    return Programme.objects.visible_to(request.user).only("name")


def _choice(label, choices, field, **kwargs):
    return django_filters.ChoiceFilter(field_name=field, label=label, choices=choices, empty_label=EMPTY, **kwargs)


def _network(field="network", **kwargs):
    return RecordFilter(field_name=field, label="Rete", queryset=_networks, empty_label="Tutte", **kwargs)


def _day(label, method):
    return django_filters.DateFilter(
        label=label, method=method, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class OrganisationFilter(django_filters.FilterSet):
    cerca = django_filters.CharFilter(label="Nome, codice fiscale o comune", method="by_text", max_length=100)
    tipo = _choice("Tipo", OrganisationKind.choices, "kind")
    natura = _choice("Natura", Nature.choices, "nature")
    stato = django_filters.ChoiceFilter(
        label="Stato",
        choices=[("attivi", "Ci sono ancora"), ("cessati", "Cessati")],
        method="by_state",
        empty_label=EMPTY,
    )
    rete = RecordFilter(label="Aderente alla Rete", queryset=_networks, method="by_network", empty_label="Tutte")

    class Meta:
        model = Organisation
        fields = []

    def by_text(self, queryset, name, value):
        found = queryset.named_like(value)
        return found | queryset.filter(tax_code__iexact=value.strip()) | queryset.filter(municipality__icontains=value)

    def by_state(self, queryset, name, value):
        return queryset.filter(ceased_on__isnull=value == "attivi")

    def by_network(self, queryset, name, network):
        return queryset.filter(pk__in=network.memberships.current().values("organisation"))


class IndicatorFilter(django_filters.FilterSet):
    programma = RecordFilter(
        field_name="programme",
        label="Programma",
        queryset=_programmes,
    )
    stato = _choice("Stato", IndicatorStatus.choices, "status")
    tipo = _choice("Tipo", IndicatorKind.choices, "kind")
    area = _choice("Area di intervento", Area.choices, "area")


class MembershipFilter(django_filters.FilterSet):
    cerca = django_filters.CharFilter(label="Ente", method="by_text", max_length=100)
    rete = _network()
    stato = _choice("Stato", MembershipStatus.choices, "status")
    firma = django_filters.ChoiceFilter(
        label="Firma dell'accordo",
        choices=[("si", "Ha firmato"), ("no", "Firma mancante")],
        method="by_signature",
        empty_label=EMPTY,
    )
    natura = _choice("Natura", Nature.choices, "organisation__nature")
    giorno = _day("Aderenti al giorno", "on_day")

    def by_text(self, queryset, name, value):
        return queryset.filter(organisation__in=Organisation.objects.named_like(value))

    def by_signature(self, queryset, name, value):
        return queryset.filter(has_signed=value == "si", status=MembershipStatus.MEMBER)

    def on_day(self, queryset, name, day):
        return queryset.on(day).exclude(status__in=[MembershipStatus.REQUESTED, MembershipStatus.DECLINED])


class ApplicationFilter(django_filters.FilterSet):
    rete = _network()
    tipo = _choice("Che cosa chiede", ApplicationKind.choices, "kind")
    stato = _choice("Stato", ApplicationStatus.choices, "status")


class AgreementFilter(django_filters.FilterSet):
    rete = _network()
    programma = RecordFilter(
        field_name="programme",
        label="Programma",
        queryset=_programmes,
    )
    stato = _choice("Stato", AgreementStatus.choices, "status")


class MeetingFilter(django_filters.FilterSet):
    organo = _choice("Organo", MeetingBody.choices, "body")
    scopo = _choice("Scopo", MeetingPurpose.choices, "purpose")
    stato = _choice("Stato", MeetingStatus.choices, "status")
    rete = _network()
    dal = _day("Dal", "since")
    al = _day("Al", "until")

    def since(self, queryset, name, day):
        return queryset.filter(starts_at__date__gte=day)

    def until(self, queryset, name, day):
        return queryset.filter(starts_at__date__lte=day)


class SeatFilter(django_filters.FilterSet):
    cerca = django_filters.CharFilter(label="Nome o e-mail", method="by_text", max_length=100)
    incarico = _choice("Incarico", SeatKind.choices, "kind")
    rete = _network()
    attivi = django_filters.ChoiceFilter(
        label="Periodo",
        choices=[("oggi", "In carica oggi"), ("finiti", "Terminati")],
        method="by_period",
        empty_label=EMPTY,
    )

    def by_text(self, queryset, name, value):
        for word in value.split():
            queryset = (
                queryset.filter(person__first_name__icontains=word)
                | queryset.filter(person__last_name__icontains=word)
                | queryset.filter(person__email__icontains=word)
            )
        return queryset

    def by_period(self, queryset, name, value):
        active = queryset.model.objects.active().values("pk")
        return queryset.filter(pk__in=active) if value == "oggi" else queryset.exclude(pk__in=active)


class RegistryFilter(django_filters.FilterSet):
    cerca = django_filters.CharFilter(label="Numero o parole dell'oggetto", method="by_text", max_length=100)
    anno = _choice("Anno", [], "sequence__year")
    verso = _choice("Verso", RegistryEntry.Direction.choices, "direction")
    dal = _day("Dal", "since")
    al = _day("Al", "until")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["anno"].extra["choices"] = [(year, str(year)) for year in years_of(self.queryset)]

    def by_text(self, queryset, name, value):
        found = queryset.filter(subject__icontains=value)
        number = value.rsplit("/", 1)[-1].strip()
        return found | queryset.filter(number=int(number)) if number.isdecimal() and len(number) < 10 else found

    def since(self, queryset, name, day):
        return queryset.filter(at__date__gte=day)

    def until(self, queryset, name, day):
        return queryset.filter(at__date__lte=day)
