"""The network, its districts, and adhesions."""

from django import forms

from conciliazione.kernel.forms import DateField, LongTextField, TextField

from ..enums import MembershipOrigin, OrganisationKind
from ..models import Organisation
from ..rules.duties import DUTY_CHOICES


class NetworkForm(forms.Form):
    """A network: its ASL leads it through its Direzione Sociale, the STER sits in its committee."""

    name = TextField(label="Nome della Rete", max_length=150)
    slug = forms.SlugField(label="Sigla", max_length=50, help_text="Breve, senza spazi: sta negli indirizzi pubblici.")
    lead = forms.ModelChoiceField(
        label="ASL capofila",
        queryset=Organisation.objects.none(),
        help_text="Il capofila di Rete è l'ASL del territorio (art. 5).",
    )
    lead_department = TextField(label="Direzione", max_length=100, initial="Direzione Sociale")
    ster = forms.ModelChoiceField(
        label="STER del territorio",
        queryset=Organisation.objects.none(),
        help_text="Siede nel Comitato di Valutazione (art. 6).",
    )
    districts = LongTextField(
        label="Ambiti distrettuali", max_length=2000, required=False, rows=4, help_text="Uno per riga."
    )

    def __init__(self, *args, is_new: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = OrganisationKind
        self.fields["ster"].queryset = Organisation.objects.existing().filter(kind=kinds.STER)
        if is_new:
            free = Organisation.objects.existing().filter(kind=kinds.HEALTH_AUTHORITY, led_network=None)
            self.fields["lead"].queryset = free
        else:
            for name in ("slug", "lead", "districts"):
                del self.fields[name]

    def clean_districts(self):
        return [line.strip() for line in self.cleaned_data["districts"].splitlines() if line.strip()]


class DistrictForm(forms.Form):
    name = TextField(label="Nome dell'ambito", max_length=100, help_text="Per esempio: Crema.")


class JoinForm(forms.Form):
    """An adhesion that the ASL puts on record."""

    organisation = forms.ModelChoiceField(
        label="Ente",
        queryset=Organisation.objects.none(),
        help_text="Se non è nell'elenco, prima inseriscilo tra gli enti.",
    )
    origin = forms.ChoiceField(label="Origine", choices=MembershipOrigin.choices, widget=forms.RadioSelect)
    since = DateField(label="Aderente dal", required=False, help_text="Se non lo indichi, da oggi.")
    reason = LongTextField(label="Nota", max_length=1000, required=False, rows=3)

    def __init__(self, *args, network, **kwargs):
        super().__init__(*args, **kwargs)
        there = network.memberships.filter(until=None).values("organisation")
        self.fields["organisation"].queryset = Organisation.objects.existing().exclude(pk__in=there)


class RequestForm(forms.Form):
    """A body asks to adhere."""

    reason = LongTextField(
        label="Perché l'ente chiede di aderire",
        max_length=2000,
        help_text="Che cosa fa per la conciliazione, o che cosa vorrebbe fare con la Rete.",
    )


class ContributionForm(forms.Form):
    """What was done for a duty of article 7."""

    duty = forms.ChoiceField(label="Impegno", choices=DUTY_CHOICES, widget=forms.RadioSelect)
    day = DateField(label="Data")
    text = LongTextField(label="Che cosa è stato fatto", max_length=2000)
