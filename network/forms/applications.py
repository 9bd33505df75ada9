"""What somebody without an account asks, and what the ASL answers."""

from django import forms

from conciliazione.kernel.forms import LongTextField, TextField

from ..enums import Nature, OrganisationKind
from ..models import Network, Organisation


class _Person(forms.Form):
    first_name = TextField(label="Nome", max_length=100)
    last_name = TextField(label="Cognome", max_length=100)
    office = TextField(label="Ruolo nell'ente", max_length=100, help_text="Per esempio: presidente, funzionaria.")
    email = forms.EmailField(
        label="Indirizzo e-mail", max_length=254, help_text="A questo indirizzo arriva la risposta."
    )


class AccessForm(_Person):
    """Whoever has the personal link of an adherent asks to act for it."""

    reason = LongTextField(
        label="Perché chiedi l'accesso",
        max_length=1000,
        rows=3,
        help_text="Per esempio: devo firmare l'adesione; seguo io la conciliazione per l'ente.",
    )


class JoinForm(_Person):
    """A body that is not in the network asks to join it."""

    network = forms.ModelChoiceField(label="Rete", queryset=Network.objects.none(), empty_label="Scegli la Rete")
    body_name = TextField(label="Denominazione", max_length=200)
    body_kind = forms.ChoiceField(label="Tipo", choices=[("", "Scegli il tipo"), *OrganisationKind.choices])
    nature = forms.ChoiceField(
        label="Natura",
        choices=[choice for choice in Nature.choices if choice[0] != Nature.UNCONFIRMED],
        widget=forms.RadioSelect,
        help_text="La conferma l'ASL.",
    )
    tax_code = TextField(label="Codice fiscale", max_length=16, help_text="11 cifre per un ente.")
    municipality = TextField(label="Comune", max_length=100)
    certified_email = forms.EmailField(label="PEC", required=False, max_length=254)
    legal_representative = TextField(label="Legale rappresentante", max_length=150, help_text="Nome e cognome.")
    legal_representative_office = TextField(
        label="Carica", max_length=100, required=False, help_text="Per esempio: sindaca, presidente."
    )
    reason = LongTextField(
        label="Perché l'ente vuole aderire", max_length=2000, rows=5, help_text="Che cosa fa, e che cosa può portare."
    )
    read = forms.BooleanField(
        label="So che questi dati vanno all'ASL della Rete, che risponde alla domanda",
        error_messages={"required": "Conferma per mandare la domanda."},
    )

    fieldsets = (
        ("L'ente", ("network", "body_name", "body_kind", "nature", "tax_code", "municipality", "certified_email")),
        ("Chi lo rappresenta", ("legal_representative", "legal_representative_office")),
        ("Chi scrive", ("first_name", "last_name", "office", "email")),
        ("La domanda", ("reason", "read")),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = Network.objects.order_by("name")


class AcceptForm(forms.Form):
    """Which body it is, and whether whoever wrote acts for it."""

    organisation = forms.ModelChoiceField(
        label="È già nel registro?",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="No, è un ente nuovo",
        help_text="Gli enti del registro con lo stesso codice fiscale o un nome simile sono in alto.",
    )
    distinct_reason = TextField(
        label="Perché è un ente diverso da quelli con un nome simile",
        max_length=300,
        required=False,
        help_text="Solo se è nuovo, e nel registro ce n'è uno con un nome simile.",
    )
    gives_access = forms.BooleanField(label="Chi ha scritto diventa delegato dell'ente", required=False, initial=True)
    reason = LongTextField(label="Messaggio", max_length=2000, required=False, rows=3)

    def __init__(self, *args, likely, is_access, **kwargs):
        super().__init__(*args, **kwargs)
        if is_access:
            for name in ("organisation", "distinct_reason", "gives_access"):
                del self.fields[name]
            return
        self.fields["organisation"].queryset = Organisation.objects.existing()
        first = [(body.pk, f"{body} (sembra questo)") for body in likely]
        known = {pk for pk, _ in first}
        others = [(body.pk, str(body)) for body in Organisation.objects.existing().order_by("search_name")]
        rest = [row for row in others if row[0] not in known]
        self.fields["organisation"].choices = [("", "No, è un ente nuovo"), *first, *rest]
