"""A person of the portal, known by their address or invited with it."""

from django import forms

from conciliazione.kernel.forms import DateField, LongTextField, TextField

from ..enums import SeatKind
from ..models import Network, Organisation


class PersonFields(forms.Form):
    """Who: an address, and the name of whoever is not in the portal yet."""

    email = forms.EmailField(
        label="Indirizzo e-mail",
        max_length=254,
        help_text="Se la persona non è ancora nel portale riceve un invito a questo indirizzo.",
    )
    first_name = TextField(label="Nome", max_length=100, required=False, help_text="Serve per chi non è nel portale.")
    last_name = TextField(label="Cognome", max_length=100, required=False)

    def who(self) -> dict:
        """What `services.people.invite` asks."""
        return {name: self.cleaned_data[name] for name in ("email", "first_name", "last_name")}


class SeatForm(PersonFields):
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
    starts_on = DateField(label="Dal", required=False, help_text="Se non lo indichi, da oggi.")

    fieldsets = (
        ("Chi", ("email", "first_name", "last_name")),
        ("Dove siede", ("kind", "network", "organisation", "office", "starts_on")),
    )

    def __init__(self, *args, kinds, networks, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in SeatKind if kind in kinds]
        self.fields["network"].queryset = networks
        self.fields["organisation"].queryset = organisations


class EndForm(forms.Form):
    """Ending a place: why."""

    reason = LongTextField(label="Motivazione", max_length=2000, rows=3)
