"""Forms of a proposal: one a step of the compilation, one a row of its lists, and those of its moves."""

from django import forms

from alliances.models import Alliance, Partner
from conciliazione.kernel.forms import DateField, EuroField, LongTextField, TextField
from network.enums import Area
from network.models import District, Indicator

from ..enums import BudgetCategory
from ..models import Call, RequestedDocument
from .common import NumberField, SeenMixin

CHOOSE = "Scegli dall'elenco"


class NewProposalForm(forms.Form):
    """In whose name, and with which title. One alliance alone is not asked."""

    alliance = forms.ModelChoiceField(Alliance.objects.none(), label="Alleanza", empty_label=CHOOSE)
    title = TextField(
        label="Titolo della proposta", max_length=200, help_text="Breve e riconoscibile: comparirà nella graduatoria."
    )

    def __init__(self, *args, alliances, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alliance"].queryset = alliances
        if len(alliances) == 1:
            del self.fields["alliance"]


class DraftTextField(LongTextField):
    """A text that the proposal needs in the end; a draft may be saved without it."""

    def validate(self, value):
        """Nothing is asked of a draft: what is missing stands in the list beside."""


class TextsForm(forms.Form):
    """Base of the steps that ask for texts. `revision` is that of the page on which the person writes."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SummaryForm(TextsForm):
    title = TextField(label="Titolo", max_length=200)
    summary = DraftTextField(
        label="Sintesi",
        max_length=3000,
        rows=10,
        help_text="In dieci righe: a chi serve, che cosa si fa, con chi, che cosa cambia.",
    )


class NeedsForm(TextsForm):
    needs = DraftTextField(
        label="Contesto e bisogni",
        max_length=8000,
        rows=14,
        help_text="Da quali dati e da quali ascolti nasce la proposta; quali servizi ci sono già, anche nel Piano di "
        "Zona.",
    )


class ObjectivesForm(TextsForm):
    objectives = DraftTextField(
        label="Obiettivi",
        max_length=6000,
        rows=12,
        help_text="Che cosa sarà diverso alla fine, per famiglie, lavoratrici e lavoratori, imprese.",
    )


class SustainabilityForm(TextsForm):
    sustainability = DraftTextField(
        label="Sostenibilità",
        max_length=6000,
        rows=12,
        help_text="Che cosa continua dopo il contributo, con quali risorse e chi se ne fa carico.",
    )


TEXT_FORMS = {
    "summary": SummaryForm,
    "needs": NeedsForm,
    "objectives": ObjectivesForm,
    "sustainability": SustainabilityForm,
}


class ActionForm(SeenMixin):
    """An action: one of the five areas, a district, a period, a partner in charge."""

    title = TextField(label="Titolo dell'azione", max_length=200)
    description = LongTextField(
        label="Descrizione",
        max_length=4000,
        rows=7,
        help_text="Che cosa si fa, per chi, con quali tempi e quali operatori.",
    )
    area = forms.ChoiceField(
        label="Area di intervento",
        choices=Area.choices,
        widget=forms.RadioSelect,
        help_text="Sono le cinque aree dell'art. 2: scegli quella prevalente.",
    )
    district = forms.ModelChoiceField(District.objects.none(), label="Ambito", empty_label=CHOOSE)
    partner = forms.ModelChoiceField(Partner.objects.none(), label="Partner responsabile", empty_label=CHOOSE)
    starts_on = DateField(label="Dal")
    ends_on = DateField(label="Al")
    expected_participants = forms.IntegerField(
        label="Destinatari previsti",
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text="Quante persone raggiunge l'azione. Vuoto se non si rivolge a persone.",
    )

    fieldsets = [
        ("", ["title", "description"]),
        ("Dove e con chi", ["area", "district", "partner"]),
        ("Quando e per quanti", ["starts_on", "ends_on", "expected_participants"]),
    ]

    def __init__(self, *args, partners, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        self.fields["district"].queryset = districts

    def clean_expected_participants(self):
        return self.cleaned_data["expected_participants"] or 0


class BudgetLineForm(SeenMixin):
    """A voce di spesa. The co-financing is what the grant does not cover, so that the parts always add up."""

    category = forms.ChoiceField(label="Voce di spesa", choices=[("", CHOOSE), *BudgetCategory.choices])
    partner = forms.ModelChoiceField(Partner.objects.none(), label="Chi sostiene la spesa", empty_label=CHOOSE)
    description = TextField(
        label="Descrizione", max_length=250, help_text="Per esempio: educatrici, 320 ore a 22,00 € l'ora."
    )
    cost = EuroField(label="Costo", min_value=0.01)
    grant = EuroField(
        label="Contributo chiesto", help_text="Il resto del costo è il cofinanziamento di chi sostiene la spesa."
    )

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners

    def clean(self):
        data = super().clean()
        cost, grant = data.get("cost"), data.get("grant")
        if cost is not None and grant is not None:
            if grant > cost:
                self.add_error("grant", "Il contributo chiesto non può superare il costo: correggi uno dei due.")
            data["co_financing"] = cost - grant
        return data


class IndicatorForm(SeenMixin):
    """A target on one of the indicators that the programme has agreed."""

    indicator = forms.ModelChoiceField(
        Indicator.objects.none(),
        label="Indicatore",
        empty_label=CHOOSE,
        help_text="L'elenco è quello concordato tra ASL e Regione (art. 11).",
    )
    baseline = NumberField(
        label="Valore di base", max_digits=12, required=False, help_text="Com'è oggi. Zero se si parte da nulla."
    )
    target = NumberField(label="Obiettivo", max_digits=12, help_text="Il valore da raggiungere alla fine del progetto.")

    def __init__(self, *args, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators

    def clean_baseline(self):
        return self.cleaned_data["baseline"] or 0


class AttachmentForm(forms.Form):
    """A file, for a document that the call asks for or with a title of its own."""

    document = forms.ModelChoiceField(
        RequestedDocument.objects.none(),
        label="Documento chiesto dall'avviso",
        required=False,
        empty_label="Nessuno di questi: un altro documento",
    )
    title = TextField(
        label="Che documento è",
        max_length=150,
        required=False,
        help_text="Per esempio: lettera di sostegno. Vuoto se l'hai scelto dall'elenco.",
    )
    file = forms.FileField(
        label="File",
        help_text="PDF, immagine, Word, Excel o OpenDocument.",
        error_messages={"required": "Scegli il file.", "empty": "Il file è vuoto."},
    )

    def __init__(self, *args, documents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = documents
        if not documents:
            self.fields["document"].widget = forms.HiddenInput()
            self.fields["title"].required = True

    def clean(self):
        data = super().clean()
        if not data.get("document") and not data.get("title") and "title" not in self.errors:
            self.add_error("title", "Scrivi che documento è, oppure sceglilo tra quelli che l'avviso chiede.")
        return data


class SubmitForm(forms.Form):
    """What the lead declares when handing in."""

    declared = forms.BooleanField(
        label="Dichiaro che i dati sono veri e che i partner condividono la proposta",
        error_messages={"required": "Per presentare la proposta serve questa dichiarazione."},
    )


class DuplicateForm(forms.Form):
    """For which call, and with which title."""

    call = forms.ModelChoiceField(Call.objects.none(), label="Avviso", empty_label=CHOOSE)
    title = TextField(label="Titolo", max_length=200, required=False, help_text="Vuoto per tenere quello di partenza.")

    def __init__(self, *args, calls, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = calls
