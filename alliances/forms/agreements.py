"""The partnership agreement: its contents, its signatures, the ASL's instructions."""

from django import forms

from conciliazione.kernel.forms import DateField, LongTextField

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


class InstructionsForm(forms.Form):
    text = LongTextField(
        label="Indicazioni",
        max_length=8000,
        rows=14,
        help_text="Una riga vuota divide i paragrafi. Chi scrive l'accordo le legge accanto al testo.",
    )
