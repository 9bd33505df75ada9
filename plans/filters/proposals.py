import django_filters
from django.db.models import Exists, OuterRef, Q

from alliances.models import Alliance
from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.choosing import RecordFilter
from conciliazione.kernel.narrowing import asked
from conciliazione.kernel.text import normalise
from network.models import District

from ..enums import ProposalStatus
from ..models import Call, ProjectProposal


def _seen(request):
    return ProjectProposal.objects.visible_to(request.user)


def _calls(request):
    """Those with a proposal that the person sees; of one's network looked for by the call, not among all proposals."""
    answers = ProjectProposal.objects.filter(call=OuterRef("pk"))
    received = access.reach(request.user, "proposal.view", network="network")
    own = access.reach(request.user, "proposal.view_own", alliance="alliance")
    handed_in = Exists(answers.exclude(status=ProposalStatus.DRAFT))
    return Call.objects.filter(received & Q(handed_in) | Q(Exists(answers.filter(own)))).only("title")


def _alliances(request):
    """One's own; for whoever sees those of a network the ones that answered the call chosen."""
    seen = _seen(request)
    if access.grants_of(request.user).any() & {Role.OFFICE, Role.COMMITTEE}:
        call, chosen = asked(request, "avviso"), asked(request, "alleanza")
        if call is None and chosen is None:
            return Alliance.objects.none()
        seen = seen.filter(Q(call=call) | Q(alliance=chosen))
    return Alliance.objects.filter(Exists(seen.filter(alliance=OuterRef("pk")))).only("name")


def _districts(request):
    seen = _calls(request)
    return District.objects.filter(Exists(seen.filter(network=OuterRef("network"))))


_AFTER_CALL = "Per la Rete si sceglie dopo l'avviso."


class ProposalFilter(django_filters.FilterSet):
    cerca = django_filters.CharFilter(label="Titolo, protocollo o testo", method="by_text", max_length=100)
    avviso = RecordFilter(field_name="call", label="Avviso", queryset=_calls, empty_label="Tutti")
    stato = django_filters.ChoiceFilter(
        field_name="status", label="Stato", choices=ProposalStatus.choices, empty_label="Tutti"
    )
    alleanza = RecordFilter(
        field_name="alliance", label="Alleanza", queryset=_alliances, empty_label="Tutte", help_text=_AFTER_CALL
    )
    ambito = RecordFilter(label="Ambito", queryset=_districts, empty_label="Tutti", method="by_district")

    def by_text(self, queryset, name, value):
        text = normalise(value)
        return queryset.filter(
            Q(title__icontains=text) | Q(registry_number__icontains=text) | Q(summary__icontains=text)
        )

    def by_district(self, queryset, name, value):
        return queryset.filter(pk__in=ProjectProposal.objects.filter(actions__district=value).values("pk"))
