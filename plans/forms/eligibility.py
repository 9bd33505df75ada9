"""Forms of the ASL's check and of the clarification requests."""

from django import forms

from conciliazione.kernel.forms import LongTextField, TextField

from ..enums import CheckOutcome
from ..rules.eligibility import POINTS
from ..rules.proposals import STEPS

DECISIONS = [
    ("record", "Salva la verifica e decidi dopo"),
    ("admit", "Ammessa alla valutazione"),
    ("exclude", "Esclusa"),
]


class EligibilityForm(forms.Form):
    """The list, point by point, and the decision: admitted, excluded with its reason, or later."""

    decision = forms.ChoiceField(
        label="Esito della verifica",
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Scegli l'esito della verifica."},
    )
    reason = LongTextField(
        label="Motivazione",
        max_length=2000,
        rows=5,
        required=False,
        help_text="Se la proposta è esclusa serve, e l'Alleanza la legge: indica il punto dell'avviso non rispettato.",
    )

    def __init__(self, *args, points, **kwargs):
        super().__init__(*args, **kwargs)
        self.points = points
        for row in points:
            self.fields[f"point_{row.point.key}"] = forms.ChoiceField(
                label=row.point.label,
                choices=CheckOutcome.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=row.outcome,
            )
            self.fields[f"note_{row.point.key}"] = TextField(
                label=f"Nota: {row.point.label}", max_length=500, required=False, initial=row.note
            )

    @property
    def rows(self):
        """Each point with its two fields, for the page."""
        return [(row, self[f"point_{row.point.key}"], self[f"note_{row.point.key}"]) for row in self.points]

    def outcomes(self) -> dict[str, tuple[str, str]]:
        """The points that have an outcome: key -> (outcome, note)."""
        data = self.cleaned_data
        return {
            point.key: (data[f"point_{point.key}"], data[f"note_{point.key}"])
            for point in POINTS
            if data.get(f"point_{point.key}")
        }


class ClarificationForm(forms.Form):
    """What is to be clarified, in which parts, within how many days."""

    text = LongTextField(
        label="Che cosa va chiarito o completato",
        max_length=3000,
        rows=7,
        help_text="Lo legge l'Alleanza. Si chiariscono e si completano dati: la proposta resta quella presentata.",
    )
    steps = forms.MultipleChoiceField(
        label="Parti da riaprire",
        choices=[(step.key, step.label) for step in STEPS],
        widget=forms.CheckboxSelectMultiple,
        help_text="Solo queste si potranno modificare, fino alla risposta o alla scadenza.",
        error_messages={"required": "Scegli almeno una parte della proposta: solo quelle si riaprono."},
    )
    days = forms.IntegerField(label="Giorni per rispondere", min_value=1, max_value=90)


class ClarificationAnswerForm(forms.Form):
    """The words that go with the parts that were clarified."""

    text = LongTextField(
        label="Che cosa hai chiarito o completato",
        max_length=3000,
        rows=6,
        help_text="In breve, parte per parte. Le parti riaperte si chiudono con l'invio.",
    )
