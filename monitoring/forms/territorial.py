"""The territorial report, the windows and the corrective actions."""

from django import forms

from alliances.models import Alliance
from conciliazione.kernel.forms import DateField, LongTextField, TextField
from network.models import Network, Programme
from plans.models import Project, TerritorialPlan

from ..enums import CorrectiveKind, WindowKind
from ..models import ReportingWindow


class PrepareForm(forms.Form):
    """Plan and window of a territorial report to begin."""

    plan = forms.ModelChoiceField(label="Piano", queryset=TerritorialPlan.objects.none(), empty_label="Scegli il piano")
    window = forms.ModelChoiceField(
        label="Finestra di monitoraggio", queryset=ReportingWindow.objects.none(), empty_label="Scegli la finestra"
    )

    def __init__(self, *args, plans, windows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans
        self.fields["window"].queryset = windows


class CommentForm(forms.Form):
    comment = LongTextField(
        label="Commento dell'ASL",
        help_text="Che cosa dicono i risultati del territorio: dove si è avanti, dove indietro, che cosa serve.",
        required=False,
        max_length=6000,
        rows=12,
    )


class WindowForm(forms.Form):
    """A window of a programme."""

    fieldsets = [
        ("La finestra", ["programme", "kind", "name"]),
        ("Il periodo su cui si relaziona", ["period_from", "period_to"]),
        ("Quando si compila", ["opens_on", "due_on", "territorial_due_on"]),
        ("Come si controlla", ["deviation_percent", "shift_percent"]),
    ]
    programme = forms.ModelChoiceField(
        label="Programma", queryset=Programme.objects.none(), empty_label="Scegli il programma"
    )
    kind = forms.ChoiceField(label="Tipo", choices=WindowKind.choices)
    name = TextField(label="Nome", max_length=100, help_text="Per esempio: Monitoraggio intermedio al 30/06/2015.")
    period_from = DateField(label="Dal")
    period_to = DateField(label="Al")
    opens_on = DateField(label="Si compila dal")
    due_on = DateField(
        label="Entro il", help_text="Le relazioni che arrivano dopo sono accettate e segnate in ritardo."
    )

    territorial_due_on = DateField(
        label="Relazione territoriale entro il",
        required=False,
        help_text="Quando l'ASL trasmette la raccolta del territorio. Vuoto se non c'è un termine.",
    )
    deviation_percent = forms.IntegerField(
        label="Scostamento che chiede una nota",
        min_value=0,
        max_value=500,
        initial=50,
        widget=forms.NumberInput(attrs={"data-unit": "%"}),
        help_text="Un valore più lontano di così dal periodo prima, o dall'obiettivo, va spiegato. Zero: mai.",
    )
    shift_percent = forms.IntegerField(
        label="Spostamento ammesso tra voci di spesa",
        min_value=0,
        max_value=100,
        initial=20,
        widget=forms.NumberInput(attrs={"data-unit": "%"}),
        help_text="Quanto una voce può superare il previsto senza che l'ASL scriva perché.",
    )

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes


class IssueForm(forms.Form):
    """A corrective action or guidance; the network is asked of who sees several."""

    network = forms.ModelChoiceField(label="Rete", queryset=Network.objects.none(), empty_label="Scegli la Rete")
    kind = forms.ChoiceField(label="Tipo", choices=CorrectiveKind.choices, widget=forms.RadioSelect)
    project = forms.ModelChoiceField(
        label="Progetto",
        queryset=Project.objects.none(),
        required=False,
        empty_label="Nessun progetto",
    )
    alliance = forms.ModelChoiceField(
        label="Alleanza",
        queryset=Alliance.objects.none(),
        required=False,
        empty_label="Nessuna Alleanza",
        help_text="Scegli un progetto o un'Alleanza intera. Lascia vuoti i due se riguarda tutta la Rete.",
    )
    subject = TextField(label="Oggetto", max_length=200)
    text = LongTextField(label="Testo", help_text="Che cosa è emerso dai risultati e che cosa si chiede.", rows=8)
    due_on = DateField(
        label="Risposta entro il",
        required=False,
        help_text="Serve per un'azione correttiva; per un indirizzo si può omettere.",
    )

    def __init__(self, *args, networks, projects, alliances, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = networks
        self.fields["project"].queryset = projects
        self.fields["alliance"].queryset = alliances


class WordsForm(forms.Form):
    """The text that a move needs: an answer, an outcome."""

    text = LongTextField(label="Testo", max_length=4000, rows=8)

    def __init__(self, *args, label: str, hint: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, hint
