import django_filters
from django.db.models import Q

from alliances.models import Alliance
from conciliazione.kernel.text import normalise
from network.models import District

from ..enums import ProposalStatus
from ..models import Call, ProjectProposal


def _seen(request):
    return ProjectProposal.objects.visible_to(request.user)


def _calls(request):
    return Call.objects.filter(proposals__in=_seen(request)).distinct()


def _alliances(request):
    return Alliance.objects.filter(proposals__in=_seen(request)).distinct()


def _districts(request):
    return District.objects.filter(network__calls__in=_calls(request)).distinct()


class ProposalFilter(django_filters.FilterSet):
    cerca = django_filters.CharFilter(label="Titolo, protocollo o testo", method="by_text", max_length=100)
    avviso = django_filters.ModelChoiceFilter(field_name="call", label="Avviso", queryset=_calls, empty_label="Tutti")
    stato = django_filters.ChoiceFilter(
        field_name="status", label="Stato", choices=ProposalStatus.choices, empty_label="Tutti"
    )
    alleanza = django_filters.ModelChoiceFilter(
        field_name="alliance", label="Alleanza", queryset=_alliances, empty_label="Tutte"
    )
    ambito = django_filters.ModelChoiceFilter(
        label="Ambito", queryset=_districts, empty_label="Tutti", method="by_district"
    )

    def by_text(self, queryset, name, value):
        text = normalise(value)
        return queryset.filter(
            Q(title__icontains=text) | Q(registry_number__icontains=text) | Q(summary__icontains=text)
        )

    def by_district(self, queryset, name, value):
        return queryset.filter(pk__in=ProjectProposal.objects.filter(actions__district=value).values("pk"))
