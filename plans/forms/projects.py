"""The grant, its publication and the payments."""

from django import forms

from conciliazione.kernel.forms import DateField, EuroField, TextField

from ..enums import PaymentKind


class GrantForm(forms.Form):
    grant_act = TextField(
        label="Atto di concessione", max_length=200, help_text="Tipo, numero e data: «Decreto n. 12»."
    )
    granted_on = DateField(label="Data dell'atto")
    cup = TextField(
        label="CUP", max_length=20, help_text="Codice unico di progetto: 15 caratteri, lettere maiuscole e cifre."
    )
    starts_on = DateField(label="Il progetto va dal")
    ends_on = DateField(label="Al")

    fieldsets = (("Concessione", ("grant_act", "granted_on", "cup")), ("Periodo", ("starts_on", "ends_on")))


class PublicationForm(forms.Form):
    """What d.lgs. 33/2013 art. 27 asks beyond what the project already says."""

    tax_code = TextField(
        label="Dati fiscali del beneficiario", max_length=16, help_text="Codice fiscale o partita IVA del capofila."
    )
    legal_basis = TextField(label="Norma o titolo a base dell'attribuzione", max_length=300)
    office = TextField(label="Ufficio", max_length=150)
    official = TextField(label="Responsabile del procedimento", max_length=150)
    selection = TextField(label="Modalità di individuazione del beneficiario", max_length=300)


class PublishChangeForm(forms.Form):
    """Amounts and act come from the project; the earlier publication stays beside the new one."""

    office = TextField(label="Ufficio", max_length=150)
    official = TextField(label="Responsabile del procedimento", max_length=150)


class PaymentForm(forms.Form):
    kind = forms.ChoiceField(label="Tipo", choices=PaymentKind, widget=forms.RadioSelect)
    amount = EuroField(
        label="Importo",
        required=False,
        help_text="Per l'anticipo può restare vuoto: lo calcola il portale dall'avviso.",
    )
    order_act = TextField(label="Atto di liquidazione", max_length=200)
    ordered_on = DateField(label="Data dell'atto")


class PaidForm(forms.Form):
    paid_on = DateField(label="Pagato il")
