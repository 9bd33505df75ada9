"""The filters of the lists, kept in the address under Italian names."""

import django_filters as df
from django import forms
from django.db.models import Q

from alliances.models import Alliance
from conciliazione.kernel import access, clock
from conciliazione.kernel.choosing import NamedField, NamedFilter, RecordFilter
from conciliazione.kernel.narrowing import asked, narrowed
from network.enums import Area, Dimension
from network.models import District, Indicator, Network, Programme
from network.queries.programmes import current_programme
from network.rules.breakdowns import categories
from plans.models import ExpectedIndicator, PlanAction

from .enums import (
    CorrectiveKind,
    CorrectiveStatus,
    FinancialReportStatus,
    IssuerBody,
    PracticeStatus,
    ReportStatus,
    TerritorialReportStatus,
)
from .models import (
    CorrectiveAction,
    FinancialReport,
    GoodPractice,
    Measurement,
    ProgressReport,
    ReportingWindow,
    TerritorialReport,
)
from .queries.results import part_of_address
from .queries.rollups import late_now, part_of_measurement
from .rules.halves import first_day, half_label, last_day

AFTER_PROGRAMME = "Si sceglie dopo il programma."
NO_ALLIANCE = "Nessuna Alleanza che puoi vedere si chiama «{}»: scrivi una parte del suo nome."
LATE = [("si", "Solo in ritardo")]
HALVES = [(str(half), half_label(half)) for half in range(2010 * 2, 2050 * 2)]


def programmes(request):
    return Programme.objects.only("name")


def windows(request):
    return narrowed(ReportingWindow.objects.all(), request, "finestra", programme="programma")


def networks(request):
    return Network.objects.visible_to(request.user).only("name")


def networks_offered(filterset) -> dict[int, Network]:
    """The networks of the filter «Rete», by key: few, and read for it anyway, so that no row needs to join its own."""
    return {network.pk: network for network in filterset.form.fields["rete"].queryset}


def alliances(request):
    """Those that the person sees, of the network chosen if there is one."""
    visible, network = Alliance.objects.visible_to(request.user), asked(request, "rete")
    return visible if network is None else visible.filter(network=network)


def indicators(request):
    return narrowed(Indicator.objects.visible_to(request.user), request, "indicatore", programme="programma")


def choose(field: str, label: str, queryset, hint: str = "") -> RecordFilter:
    return RecordFilter(field_name=field, label=label, queryset=queryset, empty_label="Tutti", help_text=hint)


def few_alliances(request) -> bool:
    """They may be few enough for a list: not of all networks at once."""
    return not access.grants_of(request.user).regional or asked(request, "rete") is not None


def of_alliance(field: str) -> NamedFilter:
    return NamedFilter(
        field_name=field, label="Alleanza", queryset=alliances, offer=few_alliances, none_words=NO_ALLIANCE
    )


def one_of(field: str, label: str, choices) -> df.ChoiceFilter:
    return df.ChoiceFilter(field_name=field, label=label, choices=choices, empty_label="Tutti")


class LateFilter(df.ChoiceFilter):
    """Sent after the term, or not sent though the term is over."""

    def __init__(self, **kwargs):
        super().__init__(label="Ritardo", choices=LATE, empty_label="Tutti", **kwargs)

    def filter(self, queryset, value):
        return queryset.filter(Q(late=True) | late_now(clock.today())) if value else queryset


class PartField(forms.CharField):
    choices = [
        (f"{dimension}:{key}", word) for dimension in Dimension.values for key, word in categories(dimension).items()
    ]


class PartFilter(df.CharFilter):
    """Values that have a part («sex:women»), with that part beside them; what is no part is not looked at."""

    field_class = PartField

    def __init__(self, **kwargs):
        super().__init__(widget=forms.HiddenInput, **kwargs)

    def filter(self, queryset, value):
        part = part_of_address(value or "")
        if part is None:
            return queryset
        return queryset.annotate(part=part_of_measurement(*part)).filter(part__isnull=False)


class WindowsFilter(df.FilterSet):
    """Narrows to windows by programme and half-years: the windows are found first, since there are few of them and an
    index leads from them to their values."""

    programma = choose("report__window__programme", "Programma", programmes)
    dal = df.ChoiceFilter(label="Dal", choices=HALVES, widget=forms.HiddenInput)
    al = df.ChoiceFilter(label="Al", choices=HALVES, widget=forms.HiddenInput)

    def filter_queryset(self, queryset):
        chosen = dict(self.form.cleaned_data)
        programme, first, last = (chosen.pop(name) for name in ("programma", "dal", "al"))
        for name, value in chosen.items():
            queryset = self.filters[name].filter(queryset, value)
        if not (programme or first or last):
            return queryset
        found = Q(programme=programme) if programme else Q()
        found &= Q(period_to__gte=first_day(int(first))) if first else Q()
        found &= Q(period_to__lte=last_day(int(last))) if last else Q()
        windows = ReportingWindow.objects.filter(found).order_by()
        return queryset.filter(report__window__in=list(windows.values_list("pk", flat=True)))


class ReportFilter(df.FilterSet):
    programma = choose("window__programme", "Programma", programmes)
    finestra = choose("window", "Finestra", windows, AFTER_PROGRAMME)
    rete = choose("project__network", "Rete", networks)
    alleanza = of_alliance("project__alliance")
    stato = one_of("status", "Stato", ReportStatus.choices)
    ritardo = LateFilter()

    class Meta:
        model = ProgressReport
        fields = []


class CorrectionFilter(df.FilterSet):
    programma = choose("window__programme", "Programma", programmes)
    finestra = choose("window", "Finestra", windows, AFTER_PROGRAMME)
    rete = choose("project__network", "Rete", networks)
    alleanza = of_alliance("project__alliance")
    regione = one_of("pending", "Presso la Regione", [("True", "Da rimandare"), ("False", "Già in ordine")])

    class Meta:
        model = ProgressReport
        fields = []


class FinancialFilter(df.FilterSet):
    programma = choose("window__programme", "Programma", programmes)
    finestra = choose("window", "Finestra", windows, AFTER_PROGRAMME)
    rete = choose("project__network", "Rete", networks)
    alleanza = of_alliance("project__alliance")
    stato = one_of("status", "Stato", FinancialReportStatus.choices)

    class Meta:
        model = FinancialReport
        fields = []


class TerritorialFilter(df.FilterSet):
    programma = choose("window__programme", "Programma", programmes)
    finestra = choose("window", "Finestra", windows, AFTER_PROGRAMME)
    rete = choose("plan__network", "Rete", networks)
    stato = one_of("status", "Stato", TerritorialReportStatus.choices)

    class Meta:
        model = TerritorialReport
        fields = []


class CorrectiveFilter(df.FilterSet):
    rete = choose("network", "Rete", networks)
    tipo = one_of("kind", "Tipo", CorrectiveKind.choices)
    organo = one_of("issuer", "Organo", IssuerBody.choices)
    stato = one_of("status", "Stato", CorrectiveStatus.choices)

    class Meta:
        model = CorrectiveAction
        fields = []


class PracticeFilter(df.FilterSet):
    cerca = df.CharFilter(label="Parole", method="by_text", max_length=100)
    rete = choose("network", "Rete", networks)
    area = one_of("area", "Area di intervento", Area.choices)
    stato = one_of("status", "Stato", PracticeStatus.choices)

    class Meta:
        model = GoodPractice
        fields = []

    def by_text(self, queryset, name, value):
        return queryset.told_with(value)


class PublicPracticeFilter(PracticeFilter):
    """Of those published, for whoever reads the site."""

    rete = choose("network", "Rete", lambda request: Network.objects.all())
    stato = None


class MadeOfFilter(RecordFilter):
    """The values of an indicator; of a ratio, which nobody writes, those of the two from which it is reckoned."""

    def filter(self, queryset, value):
        return queryset.filter(**{f"{self.field_name}__in": value.made_of}) if value else queryset


class MeasurementFilter(WindowsFilter):
    indicatore = MadeOfFilter(
        field_name="expected__indicator",
        label="Indicatore",
        queryset=indicators,
        empty_label="Tutti",
        help_text=AFTER_PROGRAMME,
    )
    # «dal», «al» and «voce» are of the figures of a dashboard, which open their values with them
    finestra = choose("report__window", "Finestra", windows, AFTER_PROGRAMME)
    rete = choose("report__project__network", "Rete", networks)
    alleanza = of_alliance("report__project__alliance")
    voce = PartFilter(label="Voce")

    class Meta:
        model = Measurement
        fields = []


class TargetFilter(df.FilterSet):
    programma = choose("proposal__project__programme", "Programma", programmes)
    indicatore = choose("indicator", "Indicatore", indicators, AFTER_PROGRAMME)
    rete = choose("proposal__project__network", "Rete", networks)
    alleanza = of_alliance("proposal__project__alliance")

    class Meta:
        model = ExpectedIndicator
        fields = []


class ActionFilter(df.FilterSet):
    programma = choose("plan__programme", "Programma", programmes)
    rete = choose("plan__network", "Rete", networks)
    area = one_of("area", "Area di intervento", Area.choices)
    ambito = choose(
        "district", "Ambito", lambda request: District.objects.filter(network__in=networks(request)).distinct()
    )
    alleanza = of_alliance("project__alliance")

    class Meta:
        model = PlanAction
        fields = []


class ProgrammeForm(forms.Form):
    """A programme, or the one under way (`current`)."""

    programma = forms.ModelChoiceField(
        label="Programma", queryset=Programme.objects.none(), required=False, empty_label="Quello in corso"
    )

    def __init__(self, data, *, request):
        super().__init__(data)
        found = Programme.objects.visible_to(request.user)
        self.current = current_programme(found.order_by("-starts_on"))
        self.fields["programma"].queryset = found


class SelectionForm(ProgrammeForm):
    """What the page of the indicators is narrowed to."""

    rete = forms.ModelChoiceField(label="Rete", queryset=Network.objects.none(), required=False, empty_label="Tutte")

    def __init__(self, data, *, request):
        super().__init__(data, request=request)
        self.fields["rete"].queryset = networks(request)
        self.fields["alleanza"] = NamedField(
            label="Alleanza",
            queryset=alliances(request),
            offer=few_alliances(request),
            required=False,
            empty_label="Tutte",
            none_words=NO_ALLIANCE,
        )
