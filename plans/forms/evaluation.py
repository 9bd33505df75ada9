"""What a member of the committee writes: the declaration, the points, the choice of the meeting."""

from django import forms

from conciliazione.kernel.forms import DateField, EuroField, LongTextField, TextField
from network.models import Meeting


class DeclarationForm(forms.Form):
    """In conflict or not, and why when the portal knows a link."""

    has_conflict = forms.TypedChoiceField(
        label="La tua posizione su questa proposta",
        choices=[("no", "Non sono in conflitto di interessi"), ("yes", "Sono in conflitto di interessi e mi astengo")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="Sei in conflitto se tu, un tuo familiare o l'ente per cui lavori avete un interesse nella proposta.",
    )
    note = LongTextField(label="Nota", max_length=1000, rows=3, required=False)

    def __init__(self, *args, known_link: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        if known_link:
            self.fields[
                "note"
            ].help_text = "Obbligatoria se dichiari di non essere in conflitto nonostante il legame noto."

    @property
    def denies(self) -> bool:
        return self.cleaned_data["has_conflict"] is False


class ScoreForm(forms.Form):
    """Points and reason for each criterion of the grid; all may stay empty until the evaluation is delivered."""

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for criterion in self.criteria:
            self.fields[f"points_{criterion.pk}"] = forms.DecimalField(
                label=f"Punti per «{criterion.title}»",
                min_value=0,
                max_value=criterion.max_points,
                max_digits=6,
                decimal_places=2,
                localize=True,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-points": ""}),
            )
            self.fields[f"reason_{criterion.pk}"] = LongTextField(
                label=f"Motivazione per «{criterion.title}»", max_length=2000, rows=3, required=False
            )

    def rows(self):
        """(criterion, points field, reason field) in the order of the grid."""
        return [(c, self[f"points_{c.pk}"], self[f"reason_{c.pk}"]) for c in self.criteria]

    def scores(self):
        """Criterion id -> (points or None, reason), as `services.evaluation.save_scores` takes them."""
        data = self.cleaned_data
        return {c.pk: (data[f"points_{c.pk}"], data[f"reason_{c.pk}"]) for c in self.criteria}


class CollegialForm(ScoreForm):
    """The committee's own points: all of them with their reason, and the meeting that gave them."""

    meeting = forms.ModelChoiceField(
        label="Seduta del Comitato",
        queryset=Meeting.objects.none(),
        empty_label="Scegli la seduta",
        help_text="Le sedute già svolte dopo la chiusura dell'avviso, con i presenti registrati.",
    )

    def __init__(self, *args, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = meeting_words
        for name, field in self.fields.items():
            field.required = field.required or name.startswith(("points_", "reason_"))
        self.fields["note"] = LongTextField(label="Nota per il verbale", max_length=2000, rows=3, required=False)
        self.fieldsets = [("La seduta", ["meeting", "note"])] + [
            (c.title, [f"points_{c.pk}", f"reason_{c.pk}"]) for c in self.criteria
        ]


class ApproveRankingForm(forms.Form):
    """The meeting in which the committee approved the ranking."""

    meeting = forms.ModelChoiceField(
        label="Seduta del Comitato",
        queryset=Meeting.objects.none(),
        empty_label="Scegli la seduta",
        help_text="Le sedute del Comitato già svolte, con i presenti registrati.",
    )
    reason = LongTextField(label="Nota", max_length=2000, rows=3, required=False)

    def __init__(self, *args, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = meeting_words


class DrawForm(forms.Form):
    """The act by which free money goes down the reserve list."""

    act = TextField(
        label="Atto che dispone lo scorrimento", max_length=200, help_text="Tipo e numero: «Decreto n. 51»."
    )
    act_on = DateField(label="Data dell'atto")
    added = EuroField(
        label="Risorse aggiuntive",
        required=False,
        help_text="Quanto l'atto aggiunge alle risorse libere, per esempio da un nuovo riparto della Regione.",
    )


def meeting_words(meeting: Meeting) -> str:
    return f"{meeting.starts_at:%d/%m/%Y}, {meeting.get_purpose_display().lower()}, {meeting.place}"
