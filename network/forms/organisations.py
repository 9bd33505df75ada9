"""The register of bodies."""

from django import forms

from conciliazione.kernel.forms import DateField, EuroField, LongTextField, TextField

from ..enums import Nature, OrganisationKind, Size, SuccessionKind
from ..models import Organisation


class OrganisationForm(forms.Form):
    """Who a body is. Whether it is public or private is confirmed apart."""

    name = TextField(label="Denominazione", max_length=200)
    kind = forms.ChoiceField(label="Tipo", choices=OrganisationKind.choices)
    tax_code = TextField(label="Codice fiscale", max_length=16, required=False, help_text="11 cifre per un ente.")
    vat_number = TextField(label="Partita IVA", max_length=11, required=False)
    certified_email = forms.EmailField(label="PEC", required=False, max_length=254)
    municipality = TextField(label="Comune", max_length=100, required=False)
    address = TextField(label="Indirizzo", max_length=200, required=False)
    legal_representative = TextField(label="Legale rappresentante", max_length=150, required=False)
    legal_representative_office = TextField(
        label="Carica", max_length=100, required=False, help_text="Per esempio: sindaco, presidente."
    )
    legal_representative_tax_code = TextField(
        label="Codice fiscale del legale rappresentante",
        max_length=16,
        required=False,
        help_text="Serve per riconoscere la sua firma digitale. Lo vede solo chi può modificare l'ente.",
    )
    distinct_reason = TextField(
        label="Perché è un ente diverso da quelli con un nome simile",
        max_length=300,
        required=False,
        help_text="Da scrivere solo se il portale segnala un ente simile, e si tratta davvero di un altro.",
    )

    fieldsets = (
        ("Chi è", ("name", "kind", "tax_code", "vat_number", "distinct_reason")),
        ("Dove si trova", ("certified_email", "municipality", "address")),
        (
            "Chi lo rappresenta",
            ("legal_representative", "legal_representative_office", "legal_representative_tax_code"),
        ),
    )

    def __init__(self, *args, is_new: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_new:  # who represents a body changes over time, on a page of its own
            for name in self.fieldsets[2][1]:
                del self.fields[name]
            self.fieldsets = self.fieldsets[:2]


class RepresentativeForm(forms.Form):
    """Who represents the body from a day on."""

    name = TextField(label="Nome e cognome", max_length=150)
    office = TextField(
        label="Carica",
        max_length=100,
        required=False,
        help_text="Per esempio: sindaco, direttore generale.",
    )
    tax_code = TextField(
        label="Codice fiscale",
        max_length=16,
        required=False,
        help_text="Serve per riconoscere la sua firma digitale. Lo vede solo chi può modificare l'ente.",
    )
    starts_on = DateField(label="In carica dal", help_text="Chi c'era prima finisce in questo giorno.")
    act = TextField(label="Atto di nomina", max_length=200, required=False)


class CorrectRepresentativeForm(forms.Form):
    """What was written wrong of the person in charge."""

    name = TextField(label="Nome e cognome", max_length=150)
    office = TextField(label="Carica", max_length=100, required=False)
    tax_code = TextField(label="Codice fiscale", max_length=16, required=False)
    reason = TextField(label="Che cosa si corregge, e perché", max_length=300)


class SuccessionForm(forms.Form):
    """Which body stands in the place of another, from when and by which act."""

    successor = forms.ModelChoiceField(
        label="Ente che succede",
        queryset=Organisation.objects.none(),
        help_text="Se non è ancora nel registro, inseriscilo prima e confermane la natura.",
    )
    kind = forms.ChoiceField(label="Modo", choices=SuccessionKind.choices, widget=forms.RadioSelect)
    on = DateField(label="Dal", help_text="Il giorno da cui l'ente di prima non c'è più.")
    act = TextField(label="Atto", max_length=200, help_text="Per esempio: L.R. 23/2015; D.G.R. X/4469.")
    note_text = LongTextField(label="Nota", max_length=1000, rows=3, required=False)

    def __init__(self, *args, former, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = Organisation.objects.existing().exclude(pk=former.pk)


class VacateForm(forms.Form):
    """The person in charge ends, and nobody follows yet."""

    on = DateField(label="Dal")
    reason = LongTextField(label="Motivo", max_length=1000, rows=3)


class SizeForm(forms.Form):
    """The size of an enterprise, and the figures it follows from."""

    size = forms.ChoiceField(
        label="Dimensione",
        choices=[choice for choice in Size.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    staff = forms.IntegerField(
        label="Addetti",
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text="Con addetti e fatturato il portale controlla la dimensione.",
    )
    turnover = EuroField(label="Fatturato annuo", max_digits=15, required=False)
    reason = LongTextField(
        label="Su che cosa si basa",
        max_length=1000,
        required=False,
        rows=3,
        help_text="Per esempio: ultimo bilancio, visura.",
    )


class NatureForm(forms.Form):
    """Public or private, and the size of an enterprise."""

    nature = forms.ChoiceField(
        label="Natura",
        choices=[choice for choice in Nature.choices if choice[0] != Nature.UNCONFIRMED],
        widget=forms.RadioSelect,
    )
    size = forms.ChoiceField(
        label="Dimensione",
        choices=Size.choices,
        required=False,
        help_text="Solo per le imprese: conta gli addetti e il fatturato annuo.",
    )
    reason = LongTextField(
        label="Su che cosa si basa",
        max_length=1000,
        required=False,
        rows=3,
        help_text="Per esempio: statuto, visura, elenco delle amministrazioni pubbliche.",
    )
