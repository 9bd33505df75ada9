"""Partners and lead."""

from django import forms

from conciliazione.kernel.forms import LongTextField
from network.models import Organisation

from ..enums import PartnerKind
from ..models import Partner
from ..queries import bodies_to_add


class PartnerForm(forms.Form):
    """What a partner brings and takes on (R36)."""

    kind = forms.ChoiceField(
        label="Come partecipa",
        choices=PartnerKind.choices,
        widget=forms.RadioSelect,
        help_text="Gli effettivi contano per la composizione; gli associati sostengono l'Alleanza. Firmano tutti.",
    )
    competences = LongTextField(
        label="Competenze",
        max_length=2000,
        rows=3,
        required=False,
        help_text="Che cosa sa fare che serve agli obiettivi (art. 9).",
    )
    resources = LongTextField(
        label="Risorse",
        max_length=2000,
        rows=3,
        required=False,
        help_text="Persone, sedi, attrezzature, denaro che mette a disposizione (art. 9).",
    )
    commitments = LongTextField(
        label="Impegni",
        max_length=2000,
        rows=3,
        required=False,
        help_text="Che cosa si impegna a fare: va nell'accordo di partenariato (art. 9).",
    )


class AddPartnerForm(PartnerForm):
    organisation = forms.TypedChoiceField(
        label="Ente",
        coerce=int,
        empty_value=None,
        help_text="Non lo trovi? Chiedi all'ASL di registrarlo tra gli enti.",
        error_messages={"invalid_choice": "Scegli un ente dell'elenco, che non partecipi già."},
    )
    field_order = ["organisation"]

    def __init__(self, *args, alliance, **kwargs):
        super().__init__(*args, **kwargs)
        groups = zip(("Aderenti alla Rete", "Altri enti registrati"), bodies_to_add(alliance), strict=True)
        self.fields["organisation"].choices = [
            ("", "Scegli un ente"),
            *((label, [(body.pk, _with_nature(body)) for body in bodies]) for label, bodies in groups if bodies),
        ]


def _with_nature(organisation: Organisation) -> str:
    return f"{organisation.name} ({organisation.get_nature_display().lower()})"


class _Partners(forms.ModelChoiceField):
    def label_from_instance(self, partner):
        return _with_nature(partner.organisation)


class LeadForm(forms.Form):
    partner = _Partners(
        label="Capofila",
        queryset=Partner.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Scegli il capofila tra i partner."},
    )
    duties_accepted = forms.BooleanField(
        label="L'ente accetta i quattro compiti del capofila",
        required=False,
    )

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.filter(pk__in=[p.pk for p in partners]).select_related(
            "organisation"
        )
