"""Filters of the pages of the committee: the board and the ranking."""

import django_filters
from django.db.models import Q

from conciliazione.kernel.text import normalise

from ..models import ProjectProposal
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
        standing = self.standing
        chosen = {
            MINE: lambda row: standing.mine(row) in NEXT,
            WAITING: lambda row: not row.disclosed,
            COMPLETE: lambda row: row.disclosed,
            LINKED: lambda row: row.linked,
        }[value]
        return queryset.filter(pk__in=[row.pk for row in standing.rows if chosen(row)])
