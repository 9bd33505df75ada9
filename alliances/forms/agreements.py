"""The partnership agreement: its contents, its signatures, the ASL's instructions."""

from django import forms

from conciliazione.kernel.forms import DateField, LongTextField, TextField

from ..enums import Opening


class OwedMixin:
    """Due before the signing, and may stay empty until then: not «facoltativo», and no error when saved half done."""

    def validate(self, value):
        if value not in self.empty_values:
            super().validate(value)


class OwedChoice(OwedMixin, forms.ChoiceField):
    pass


class OwedText(OwedMixin, LongTextField):
    pass


class AgreementForm(forms.Form):
    """The contents that are written as text; parties and lead come from the partners."""

    use_required_attribute = False
    opening = OwedChoice(
        label="L'accordo è chiuso o aperto?",
        choices=[(Opening.CLOSED, Opening.CLOSED.label), (Opening.OPEN, Opening.OPEN.label)],
        widget=forms.RadioSelect,
        help_text="Dopo la costituzione altri soggetti aderiscono solo se l'accordo è aperto (art. 9).",
    )
    organisation_text = OwedText(
        label="Assetti organizzativi",
        max_length=8000,
        rows=7,
        help_text="Come lavora l'Alleanza: gruppi, incontri, persone di riferimento, chi fa che cosa.",
    )
    governance_text = OwedText(
        label="Assetti di governance",
        max_length=8000,
        rows=7,
        help_text="Chi decide e come: organi, maggioranze, come si risolvono i disaccordi.",
    )
    commitments_text = OwedText(
        label="Impegni delle parti",
        max_length=8000,
        rows=7,
        help_text="Che cosa si impegnano a fare tutti. Gli impegni di ciascuno si scrivono nella scheda del partner.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SendForm(forms.Form):
    sign_by = DateField(
        label="Da firmare entro", required=False, help_text="I partner lo leggono nell'invito e nelle loro scadenze."
    )


class SignForm(forms.Form):
    read = forms.BooleanField(
        label="Ho letto l'accordo e posso firmarlo per l'ente",
        required=False,
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


class SignedFileForm(forms.Form):
    file = forms.FileField(
        label="File firmato",
        help_text="Il PDF firmato (PAdES) o il file .p7m (CAdES), al massimo 20 MB. Anche firmato da più persone.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.p7m"}),
        error_messages={"required": "Scegli il file firmato.", "empty": "Il file è vuoto."},
    )


class InstructionsForm(forms.Form):
    text = LongTextField(
        label="Indicazioni",
        max_length=8000,
        rows=14,
        help_text="Una riga vuota divide i paragrafi. Chi scrive l'accordo le legge accanto al testo.",
    )
