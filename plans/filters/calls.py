import django_filters
from django.db.models import Q

from conciliazione.kernel.choosing import RecordFilter
from conciliazione.kernel.text import normalise
from network.models import Network, Programme

from ..enums import CallStatus

PUBLIC_STATES = [choice for choice in CallStatus.choices if choice[0] != CallStatus.DRAFT]


class CallFilter(django_filters.FilterSet):
    cerca = django_filters.CharFilter(label="Titolo o atto", method="by_text", max_length=100)
    stato = django_filters.ChoiceFilter(
        field_name="status", label="Stato", choices=CallStatus.choices, empty_label="Tutti"
    )
    rete = RecordFilter(field_name="network", label="Rete", queryset=Network.objects.only("name"), empty_label="Tutte")
    programma = RecordFilter(
        field_name="programme", label="Programma", queryset=Programme.objects.only("name"), empty_label="Tutti"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.request.user.is_authenticated:
            self.form.fields["stato"].choices = [("", "Tutti"), *PUBLIC_STATES]

    def by_text(self, queryset, name, value):
        text = normalise(value)
        return queryset.filter(Q(title__icontains=text) | Q(act__icontains=text) | Q(description__icontains=text))
