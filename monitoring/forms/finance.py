"""Expenditures and their check."""

from django import forms

from alliances.models import Partner
from conciliazione.kernel.forms import DateField, EuroField, LongTextField, TextField
from plans.enums import BudgetCategory

from ..enums import ItemOutcome


class ItemForm(forms.Form):
    """An expenditure with its supporting document."""

    fieldsets = [
        ("La spesa", ["partner", "category", "amount"]),
        ("Il documento", ["supplier", "document_number", "document_on", "paid_on", "upload"]),
    ]
    partner = forms.ModelChoiceField(
        label="Chi ha sostenuto la spesa", queryset=Partner.objects.none(), empty_label="Scegli il partner"
    )
    category = forms.ChoiceField(label="Voce di spesa", choices=[("", "Scegli la voce"), *BudgetCategory.choices])
    amount = EuroField(label="Importo pagato")
    supplier = TextField(label="Fornitore o percipiente", max_length=200)
    document_number = TextField(
        label="Numero del documento", max_length=60, help_text="Fattura, ricevuta o cedolino, per esempio 112/2015."
    )
    document_on = DateField(label="Data del documento")
    paid_on = DateField(label="Data del pagamento")
    upload = forms.FileField(
        label="Giustificativo",
        required=False,
        help_text="PDF, immagine o documento di testo. Puoi caricarlo anche dopo, ma serve prima dell'invio.",
    )

    def __init__(self, *args, partners, has_paper: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
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
