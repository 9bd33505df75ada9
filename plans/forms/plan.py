"""What is written in the territorial plan."""

from django import forms

from conciliazione.kernel.forms import DateField, EuroField, LongTextField, TextField
from network.enums import Area
from network.models import District, Meeting, Network, Programme

from .evaluation import meeting_words


class OpenPlanForm(forms.Form):
    network = forms.ModelChoiceField(label="Rete", queryset=Network.objects.none(), empty_label=None)
    programme = forms.ModelChoiceField(label="Programma", queryset=Programme.objects.none(), empty_label=None)
    title = TextField(label="Titolo", max_length=250)

    def __init__(self, *args, networks, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = networks
        self.fields["programme"].queryset = programmes


class SectionForm(forms.Form):
    text = LongTextField(
        label="Testo",
        max_length=20000,
        rows=18,
        required=False,
        help_text="Una riga vuota separa i paragrafi; le righe che cominciano con «- » diventano un elenco.",
    )


class CoverageForm(forms.Form):
    text = LongTextField(
        label="Esito della verifica",
        max_length=4000,
        rows=8,
        help_text="Quali ambiti e aree sono coperti, quali no, e perché basta così o quali azioni sono state aggiunte.",
    )


class ActionForm(forms.Form):
    """An action that the committee adds."""

    title = TextField(label="Titolo", max_length=200)
    area = forms.ChoiceField(label="Area di intervento", choices=Area)
    district = forms.ModelChoiceField(label="Ambito", queryset=District.objects.none(), empty_label="Scegli l'ambito")
    description = LongTextField(label="Che cosa si fa e per chi", max_length=4000)
    starts_on = DateField(label="Dal")
    ends_on = DateField(label="Al")
    amount = EuroField(label="Risorse", help_text="Dalle risorse dell'avviso per azioni di rete.")
    expected_participants = forms.IntegerField(
        label="Destinatari previsti", min_value=0, max_value=1_000_000, initial=0
    )

    fieldsets = (
        ("Che cosa", ("title", "area", "district", "description")),
        ("Quando e con quanto", ("starts_on", "ends_on", "amount", "expected_participants")),
    )

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = districts


class AdoptForm(forms.Form):
    meeting = forms.ModelChoiceField(
        label="Seduta in cui è stato adottato",
        queryset=Meeting.objects.none(),
        empty_label="Scegli la seduta",
        help_text="Del Comitato di Valutazione o dell'Assemblea della Rete, svolta da quando il piano si scrive. Se "
        "non è in elenco, convocala e registrane lo svolgimento nelle sedute della Rete.",
        error_messages={"required": "Il piano si adotta in una seduta: scegli quale."},
    )
    reason = LongTextField(label="Atto o nota", max_length=2000, rows=3, required=False)

    def __init__(self, *args, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = meeting_words


class GuidanceForm(forms.Form):
    """What Regione or Cabina ask the ASL to change."""

    reason = LongTextField(label="Indirizzi per l'ASL", max_length=4000, rows=8)


class ExtendForm(forms.Form):
    """The act that moves the end of the plan onward."""

    act = TextField(label="Atto che dispone la proroga", max_length=200, help_text="Tipo e numero: «D.G.R. n. 4221».")
    act_on = DateField(label="Data dell'atto")
    ends_on = DateField(label="Il piano finisce il")
    reason = LongTextField(label="Motivo", max_length=2000, rows=3, required=False)
