"""The file of an import."""

from django import forms


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="Excel (.xlsx) o CSV, con le colonne del modello.",
        error_messages={"required": "Scegli il file.", "empty": "Il file è vuoto."},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
