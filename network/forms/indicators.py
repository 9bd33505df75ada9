"""Indicators: what is counted, how it adds up, along which lines it is broken down."""

from django import forms

from conciliazione.kernel.forms import LongTextField, TextField

from ..enums import COUNTED_INDICATORS, Aggregation, Area, Dimension, Direction, IndicatorKind, ProgrammeStatus
from ..models import Indicator, Programme
from ..rules.breakdowns import DIVISIBLE

# a ratio is made of what is counted
PARTS_OF_RATIO = DIVISIBLE


class IndicatorForm(forms.Form):
    """An indicator to be agreed with the Regione, or an alliance's own."""

    programme = forms.ModelChoiceField(
        label="Programma", queryset=Programme.objects.none(), empty_label="Scegli il programma"
    )
    code = TextField(label="Codice", max_length=20, help_text="Breve e unico nel programma: per esempio R01.")
    name = TextField(label="Nome", max_length=200, help_text="Che cosa si conta o si misura.")
    kind = forms.ChoiceField(
        label="Tipo",
        choices=IndicatorKind.choices,
        widget=forms.RadioSelect,
        help_text="Realizzazione: che cosa si è fatto. Risultato: che cosa è cambiato.",
    )
    unit = TextField(label="Unità di misura", max_length=40, help_text="Per esempio: persone, imprese, ore.")
    area = forms.ChoiceField(
        label="Area di intervento",
        choices=[("", "Tutte le aree"), *Area.choices],
        required=False,
        help_text="Una delle cinque dell'art. 2, se l'indicatore ne riguarda una sola.",
    )
    direction = forms.ChoiceField(label="Verso", choices=Direction.choices, initial=Direction.UP, required=False)
    aggregation = forms.ChoiceField(
        label="Come si sommano periodi e progetti",
        choices=Aggregation.choices,
        initial=Aggregation.SUM,
        required=False,
        help_text="Somma: ogni periodo si aggiunge. Ultimo valore: conta l'ultimo periodo di ogni progetto. Media "
        "pesata: ogni valore pesa per i casi su cui è calcolato. Rapporto: si calcola da altri due indicatori, in per "
        "cento. Persone contate una volta sola: si scrive il totale dall'inizio del progetto.",
    )
    weight_unit = TextField(
        label="Il peso della media conta", max_length=40, required=False, help_text="Solo per una media."
    )
    numerator = forms.ModelChoiceField(
        label="Numeratore",
        queryset=Indicator.objects.none(),
        required=False,
        empty_label="Nessuno",
        help_text="Solo per un rapporto.",
    )
    denominator = forms.ModelChoiceField(
        label="Denominatore",
        queryset=Indicator.objects.none(),
        required=False,
        empty_label="Nessuno",
        help_text="Solo per un rapporto.",
    )
    breakdowns = forms.MultipleChoiceField(
        label="Si raccoglie diviso per",
        choices=Dimension.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Le parti di ogni divisione sommano al totale. Di persone e salute si raccolgono solo numeri.",
    )
    description = LongTextField(label="Descrizione", max_length=2000, required=False, help_text="Come si rileva.")

    fieldsets = (
        ("Che cosa si misura", ("programme", "code", "name", "kind", "unit", "area", "description")),
        ("Come si somma", ("direction", "aggregation", "weight_unit", "numerator", "denominator")),
        ("Come si divide", ("breakdowns",)),
    )

    def __init__(self, *args, is_new: bool = True, programme: Programme | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            open_ones = Programme.objects.exclude(status=ProgrammeStatus.CLOSED)
            self.fields["programme"].queryset = open_ones
        else:
            del self.fields["programme"], self.fields["code"]
        parts = Indicator.objects.filter(status__in=COUNTED_INDICATORS, aggregation__in=PARTS_OF_RATIO)
        if programme is not None:
            parts = parts.filter(programme=programme)
        for name in ("numerator", "denominator"):
            self.fields[name].queryset = parts
        given = [(title, [n for n in names if n in self.fields]) for title, names in self.fieldsets]
        self.fieldsets = [(title, names) for title, names in given if names]

    def clean(self):
        data = super().clean()
        data["direction"] = data.get("direction") or Direction.UP
        data["aggregation"] = data.get("aggregation") or Aggregation.SUM
        return data


class CatalogueForm(forms.Form):
    """For which programme the starting catalogue is proposed."""

    programme = forms.ModelChoiceField(
        label="Programma", queryset=Programme.objects.none(), empty_label="Scegli il programma"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.exclude(status=ProgrammeStatus.CLOSED)
