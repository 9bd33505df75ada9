"""The forms of the three ways to sign: acceptance in the portal, a signed file, paper."""

from django import forms

from ..forms import DateField, TextField


class AcceptForm(forms.Form):
    read = forms.BooleanField(label="Ho letto l'accordo e posso firmarlo per l'ente", required=False)


class SignedFileForm(forms.Form):
    file = forms.FileField(
        label="File firmato",
        help_text="Il PDF firmato (PAdES) o il file .p7m (CAdES), al massimo 20 MB. Anche firmato da più persone.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.p7m"}),
        error_messages={"required": "Scegli il file firmato.", "empty": "Il file è vuoto."},
    )


class PaperForm(forms.Form):
    signatory = TextField(
        label="Chi ha firmato", max_length=200, help_text="Carica e nome, per esempio: Sindaco Anna Rossi."
    )
    signed_on = DateField(label="Data della firma")
    file = forms.FileField(
        label="Scansione della pagina firmata",
        help_text="PDF, JPG o PNG, al massimo 20 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"required": "Scegli il file con la pagina firmata.", "empty": "Il file è vuoto."},
    )
