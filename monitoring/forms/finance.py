"""Expenditures and their check."""

from django import forms

from alliances.models import Partner
from conciliazione.kernel.forms import DateField, EuroField, LongTextField, TextField, UploadField
from network.models import Network
from plans.enums import BudgetCategory

from ..enums import DeclarationOutcome, ItemOutcome
from ..models import ReportingWindow


class ItemForm(forms.Form):
    """An expenditure with its supporting document."""

    fieldsets = [
        ("La spesa", ["partner", "category", "amount", "vat", "own_funds"]),
        ("Il documento", ["supplier", "document_number", "document_on", "self_declared", "upload"]),
        ("Il pagamento", ["paid_on", "payment_reference", "proof"]),
    ]
    partner = forms.ModelChoiceField(
        label="Chi ha sostenuto la spesa", queryset=Partner.objects.none(), empty_label="Scegli il partner"
    )
    category = forms.ChoiceField(label="Voce di spesa", choices=[("", "Scegli la voce"), *BudgetCategory.choices])
    amount = EuroField(label="Importo pagato", help_text="In tutto, IVA compresa.")
    vat = EuroField(label="Di cui IVA", required=False, help_text="Vuoto se la spesa non ne ha.")
    own_funds = EuroField(
        label="Di cui coperto dai partner", required=False, help_text="La parte che prova il cofinanziamento."
    )
    self_declared = forms.BooleanField(
        label="È attestata da una dichiarazione sostitutiva",
        required=False,
        help_text="Per esempio le ore di chi lavora senza cedolino dedicato (d.P.R. 445/2000, art. 47). L'ASL ne "
        "verifica un campione.",
    )
    payment_reference = TextField(
        label="Estremi del pagamento", max_length=100, required=False, help_text="Mandato, bonifico o ricevuta."
    )
    proof = UploadField(
        label="Prova del pagamento",
        required=False,
        help_text="Mandato quietanzato, contabile o ricevuta. Serve prima dell'invio.",
    )
    supplier = TextField(label="Fornitore o percipiente", max_length=200)
    document_number = TextField(
        label="Numero del documento", max_length=60, help_text="Fattura, ricevuta o cedolino, per esempio 112/2015."
    )
    document_on = DateField(label="Data del documento")
    paid_on = DateField(label="Data del pagamento")
    upload = UploadField(
        label="Giustificativo",
        required=False,
        help_text="PDF, immagine o documento di testo. Puoi caricarlo anche dopo, ma serve prima dell'invio.",
    )

    def __init__(self, *args, partners, has_paper: bool = False, has_proof: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if has_proof:
            self.fields["proof"].label = "Sostituisci la prova del pagamento"
            self.fields["proof"].help_text = "C'è già: carica un file solo per sostituirla."
        self.fields["partner"].queryset = partners
        if has_paper:
            self.fields["upload"].label = "Sostituisci il giustificativo"
            self.fields["upload"].help_text = "Un giustificativo c'è già: carica un file solo per sostituirlo."


class CheckForm(forms.Form):
    """What the ASL finds of an expenditure."""

    outcome = forms.ChoiceField(
        label="Esito",
        choices=[c for c in ItemOutcome.choices if c[0] != ItemOutcome.TO_CHECK],
        widget=forms.RadioSelect,
    )
    approved_amount = EuroField(
        label="Spesa ammessa", required=False, help_text="Solo per «Ammessa in parte»: quanto è ammesso dell'importo."
    )
    reason = LongTextField(
        label="Motivo",
        required=False,
        max_length=300,
        rows=3,
        help_text="Serve quando la spesa non è ammessa per intero, o il documento compare anche altrove.",
    )

    def clean(self):
        data = super().clean()
        if data.get("outcome") != ItemOutcome.PARTLY:
            data["approved_amount"] = None
        elif data.get("approved_amount") is None and "approved_amount" not in self.errors:
            self.add_error("approved_amount", "Scrivi quanto è ammesso dell'importo.")
        return data


class SampleForm(forms.Form):
    """Which self-declarations the ASL verifies."""

    network = forms.ModelChoiceField(label="Rete", queryset=Network.objects.none(), empty_label="Scegli la Rete")
    window = forms.ModelChoiceField(
        label="Finestra di monitoraggio", queryset=ReportingWindow.objects.none(), empty_label="Scegli la finestra"
    )
    share = forms.IntegerField(
        label="Quota da verificare",
        min_value=1,
        max_value=100,
        initial=10,
        widget=forms.NumberInput(attrs={"data-unit": "%"}),
        help_text="Si arrotonda per eccesso: almeno una dichiarazione.",
    )
    seed = TextField(
        label="Seme dell'estrazione",
        max_length=40,
        help_text="Un testo qualsiasi, per esempio il numero di protocollo del giorno: con lo stesso seme chiunque "
        "ottiene lo stesso campione.",
    )

    def __init__(self, *args, networks, windows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = networks
        self.fields["window"].queryset = windows


class DeclarationForm(forms.Form):
    """What the ASL finds of a declaration that was drawn."""

    outcome = forms.ChoiceField(
        label="Esito",
        choices=[c for c in DeclarationOutcome.choices if c[0] != DeclarationOutcome.TO_VERIFY],
        widget=forms.RadioSelect,
    )
    finding = LongTextField(
        label="Che cosa si è visto",
        max_length=300,
        rows=3,
        help_text="I documenti esaminati, e il motivo se la dichiarazione non è confermata.",
    )
