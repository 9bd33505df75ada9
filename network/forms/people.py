"""A person of the portal, known by their address or invited with it."""

from django import forms
from stdnum.it import codicefiscale

from conciliazione.kernel.forms import DateField, LongTextField, TextField

from ..enums import SeatKind
from ..models import Network, Organisation, Seat


class PersonFields(forms.Form):
    """Who: an address, and the name of whoever is not in the portal yet."""

    email = forms.EmailField(
        label="Indirizzo e-mail",
        max_length=254,
        help_text="Se la persona non è ancora nel portale riceve un invito a questo indirizzo.",
    )
    first_name = TextField(label="Nome", max_length=100, required=False, help_text="Serve per chi non è nel portale.")
    last_name = TextField(label="Cognome", max_length=100, required=False)
    tax_code = TextField(
        label="Codice fiscale",
        max_length=16,
        required=False,
        help_text="Serve a entrare con SPID o CIE. Vale per chi non è ancora nel portale.",
    )

    def clean_tax_code(self):
        """Raises ValidationError for a code whose control letter is wrong."""
        code = self.cleaned_data["tax_code"].upper().replace(" ", "")
        if code and not codicefiscale.is_valid(code):
            raise forms.ValidationError("Il codice fiscale non è valido: controlla le lettere e i numeri.")
        return code

    def who(self) -> dict:
        """What `services.people.invite` asks."""
        return {name: self.cleaned_data[name] for name in ("email", "first_name", "last_name", "tax_code")}


class TermFields(forms.Form):
    """From when to when, or in whose stead; `held` are the seats that may be stood in for."""

    starts_on = DateField(label="Dal", required=False, help_text="Se non lo indichi, da oggi.")
    ends_on = DateField(
        label="Fino al", required=False, help_text="Il primo giorno senza l'incarico. Se non lo indichi, senza fine."
    )
    substitutes_for = forms.ModelChoiceField(
        label="Sostituisce",
        queryset=Seat.objects.none(),
        required=False,
        help_text="Per una sostituzione: chi è assente. Serve anche la fine.",
    )

    def __init__(self, *args, held, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["substitutes_for"].queryset = held
        self.order_fields(name for _, names in self.fieldsets for name in names)  # as the page shows them


class SeatForm(TermFields, PersonFields):
    """Where a person sits. The kinds and bodies on offer are those that the giver may give."""

    kind = forms.ChoiceField(label="Incarico")
    network = forms.ModelChoiceField(
        label="Rete",
        queryset=Network.objects.none(),
        required=False,
        help_text="Per l'ufficio dell'ASL.",
    )
    organisation = forms.ModelChoiceField(
        label="Ente",
        queryset=Organisation.objects.none(),
        required=False,
        help_text="Per il delegato di un ente.",
    )
    office = TextField(label="Ruolo", max_length=100, required=False, help_text="Per esempio: responsabile.")

    fieldsets = (
        ("Chi", ("email", "first_name", "last_name", "tax_code")),
        ("Dove siede", ("kind", "network", "organisation", "office")),
        ("Quando", ("starts_on", "ends_on", "substitutes_for")),
    )

    def __init__(self, *args, kinds, networks, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in SeatKind if kind in kinds]
        self.fields["network"].queryset = networks
        self.fields["organisation"].queryset = organisations


class ColleagueForm(TermFields, PersonFields):
    """A colleague of one's own body, from a day to a day, or standing in for somebody."""

    office = TextField(label="Ruolo", max_length=100, required=False, help_text="Per esempio: segreteria.")

    fieldsets = (
        ("Chi", ("email", "first_name", "last_name", "tax_code")),
        ("L'incarico", ("office", "starts_on", "ends_on", "substitutes_for")),
    )


class EndForm(forms.Form):
    """Ending a place: why."""

    reason = LongTextField(label="Motivazione", max_length=2000, rows=3)


class SeatEndForm(EndForm):
    """Ending a seat: why, and from which day."""

    on = DateField(
        label="Dal giorno", required=False, help_text="Il primo giorno senza l'incarico: oggi, se non lo dici."
    )
