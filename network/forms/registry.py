"""Registering a letter by hand."""

from django import forms

from conciliazione.kernel.forms import DateField, LongTextField, TextField
from conciliazione.kernel.models import RegistryEntry

from ..enums import Means
from ..models import Organisation


class LetterForm(forms.Form):
    direction = forms.ChoiceField(label="Verso", choices=RegistryEntry.Direction.choices, widget=forms.RadioSelect)
    subject = TextField(label="Oggetto", max_length=200)
    organisation = forms.ModelChoiceField(
        label="Ente",
        queryset=Organisation.objects.all(),
        required=False,
        help_text="Se è nel registro degli enti.",
    )
    counterpart = TextField(
        label="Mittente o destinatario",
        max_length=200,
        required=False,
        help_text="Chi l'ha mandato, o a chi è andato. Se non lo scrivi, è l'ente scelto sopra.",
    )
    means = forms.ChoiceField(label="Mezzo", choices=Means.choices)
    dated_on = DateField(label="Data del documento", required=False)
    file = forms.FileField(label="Copia del documento", required=False, help_text="PDF, immagine o documento.")
    note = LongTextField(label="Annotazioni", max_length=1000, required=False, rows=3)

    fieldsets = (
        ("Che cosa", ("direction", "subject", "dated_on")),
        ("Da chi o a chi", ("organisation", "counterpart", "means")),
        ("Copia e note", ("file", "note")),
    )

    def clean(self):
        data = super().clean()
        if not data.get("organisation") and not data.get("counterpart") and "counterpart" not in self.errors:
            self.add_error("counterpart", "Scrivi chi l'ha mandato o a chi è andato, o scegli l'ente.")
        return data
