"""Filters of the pages of the committee: the board and the ranking."""

from collections.abc import Callable

import django_filters
from django.db.models import Q

from conciliazione.kernel.text import normalise
from network.models import District

from ..enums import Outcome
from ..models import ProjectProposal, RankingRow
from ..queries.evaluation import NEXT

MINE, WAITING, COMPLETE, LINKED = "mie", "attesa", "complete", "conflitti"
ONLY = (
    (WAITING, "Quelle a cui manca qualcuno"),
    (COMPLETE, "Quelle con i punti visibili"),
    (LINKED, "Quelle con un conflitto o un legame"),
)


class BoardFilter(django_filters.FilterSet):
    """`standing`: how far the committee has come (`queries.standing`)."""

    cerca = django_filters.CharFilter(label="Titolo, protocollo o Alleanza", method="by_text", max_length=100)
    solo = django_filters.ChoiceFilter(label="Mostra", choices=ONLY, empty_label="Tutte", method="by_standing")

    class Meta:
        model = ProjectProposal
        fields = []

    def __init__(self, *args, standing, **kwargs):
        super().__init__(*args, **kwargs)
        self.standing = standing
        if standing.place is not None:
            self.form.fields["solo"].choices = [(MINE, "Solo quelle che non ho valutato"), *ONLY]

    def by_text(self, queryset, name, value):
        text = normalise(value)
        found = Q(title__icontains=text) | Q(registry_number__icontains=text) | Q(alliance__name__icontains=text)
        return queryset.filter(found)

    def by_standing(self, queryset, name, value):
        chosen = self.only(value)
        return queryset.filter(pk__in=[row.pk for row in self.standing.rows if chosen(row)])

    def chosen(self) -> Callable | None:
        """What holds for the proposals to show, from where each stands; None for all of them."""
        value = self.form.cleaned_data.get("solo") if self.is_valid() else ""
        return self.only(value) if value else None

    def only(self, value: str) -> Callable:
        standing = self.standing
        return {
            MINE: lambda row: standing.mine(row) in NEXT,
            WAITING: lambda row: not row.disclosed,
            COMPLETE: lambda row: row.disclosed,
            LINKED: lambda row: row.linked,
        }[value]


class RankingFilter(django_filters.FilterSet):
    """`network`: whose districts there are to choose from."""

    cerca = django_filters.CharFilter(label="Titolo, protocollo o Alleanza", method="by_text", max_length=100)
    esito = django_filters.ChoiceFilter(
        field_name="outcome", label="Esito", choices=Outcome.choices, empty_label="Tutti gli esiti"
    )
    ambito = django_filters.ModelChoiceFilter(
        label="Ambito", queryset=District.objects.none(), empty_label="Tutti", method="by_district"
    )

    class Meta:
        model = RankingRow
        fields = []

    def __init__(self, *args, network, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.fields["ambito"].queryset = District.objects.filter(network=network).order_by("name")

    def by_text(self, queryset, name, value):
        text = normalise(value)
        found = Q(proposal__title__icontains=text) | Q(proposal__registry_number__icontains=text)
        return queryset.filter(found | Q(proposal__alliance__name__icontains=text))

    def by_district(self, queryset, name, value):
        return queryset.filter(proposal__in=ProjectProposal.objects.filter(actions__district=value).values("pk"))
