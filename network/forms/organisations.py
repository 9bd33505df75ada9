"""The register of bodies."""

from django import forms

from conciliazione.kernel.forms import LongTextField, TextField

from ..enums import Nature, OrganisationKind, Size


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
    is_distinct = forms.BooleanField(
        label="È un ente diverso da quelli con un nome simile",
        required=False,
        help_text="Da spuntare solo se il portale segnala un nome simile e si tratta davvero di un altro ente.",
    )

    fieldsets = (
        ("Chi è", ("name", "kind", "tax_code", "vat_number", "is_distinct")),
        ("Dove si trova", ("certified_email", "municipality", "address")),
        (
            "Chi lo rappresenta",
            ("legal_representative", "legal_representative_office", "legal_representative_tax_code"),
        ),
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
