"""Programmes and their rules."""

from django import forms

from conciliazione.kernel.forms import DateField, EuroField, TextField

from ..enums import FIVE_CONTENTS, Area, Nature, PartnershipContent
from ..rules.programmes import LEADABLE


class ProgrammeForm(forms.Form):
    """What describes a programme."""

    name = TextField(label="Nome", max_length=200, help_text="Per esempio: Conciliazione 2014-15.")
    code = forms.SlugField(
        label="Codice", max_length=30, help_text="Breve, senza spazi: per esempio 2014-15. Poi non cambia."
    )
    legal_basis = TextField(label="Base giuridica", max_length=300, help_text="Per esempio: D.G.R. 1081/2013.")
    starts_on = DateField(label="Dal")
    ends_on = DateField(label="Al")
    areas = forms.MultipleChoiceField(
        label="Aree di intervento",
        choices=Area.choices,
        initial=list(Area.values),
        widget=forms.CheckboxSelectMultiple,
        help_text="Sono le cinque dell'art. 2, e nessun'altra: togli quelle su cui il programma non lavora.",
    )
    agreement_months = forms.IntegerField(
        label="Durata dell'accordo di rete",
        min_value=1,
        max_value=120,
        initial=24,
        help_text="Decorre dalla sottoscrizione (art. 10).",
        widget=forms.NumberInput(attrs={"data-unit": "mesi"}),
    )

    fieldsets = (
        ("Il programma", ("name", "code", "legal_basis")),
        ("Periodo", ("starts_on", "ends_on", "agreement_months")),
        ("Su che cosa lavora", ("areas",)),
    )

    def __init__(self, *args, is_new: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]


class PercentField(forms.DecimalField):
    """A share of the cost, from 0 to 100."""

    def __init__(self, **kwargs):
        super().__init__(
            min_value=0,
            max_value=100,
            max_digits=5,
            decimal_places=2,
            required=False,
            localize=True,
            **kwargs,
        )
        self.widget.attrs.update({"inputmode": "decimal", "data-unit": "%"})


def _count(label: str, *, least: int = 0, required: bool = True, unit: str = "", **kwargs) -> forms.IntegerField:
    attributes = {"data-unit": unit} if unit else {}
    widget = forms.NumberInput(attrs=attributes)
    return forms.IntegerField(label=label, min_value=least, max_value=999, required=required, widget=widget, **kwargs)


class RuleSetForm(forms.Form):
    """A new version of the rules of a programme, or the correction of one on which nothing stands yet."""

    valid_from = DateField(label="Valide dal")
    source = TextField(label="Fonte", max_length=200, help_text="L'atto da cui vengono queste regole.")
    reason = TextField(label="Motivo della modifica", max_length=300, required=False)
    lead_natures = forms.MultipleChoiceField(
        label="Chi può essere capofila di Alleanza",
        choices=[(nature.value, nature.label) for nature in LEADABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    max_leads_per_body = _count(
        "Di quante Alleanze al più",
        least=1,
        required=False,
        help_text="Di quante Alleanze un soggetto può essere capofila insieme. Vuoto: nessun limite.",
    )
    min_members = _count("Partecipanti almeno", least=2)
    min_public = _count("Soggetti pubblici almeno")
    min_private = _count("Soggetti privati almeno")
    min_micro_or_small = _count("Micro o piccole imprese almeno")
    max_grant_share = PercentField(label="Contributo al più, sul costo", help_text="Vuoto: nessun limite.")
    max_grant_amount = EuroField(label="Contributo al più, in euro", required=False, help_text="Vuoto: nessun limite.")
    min_co_financing_share = PercentField(label="Cofinanziamento dei partner almeno", help_text="Vuoto: nessun minimo.")
    max_duration_months = _count(
        "Durata dei progetti al più", least=1, required=False, unit="mesi", help_text="Vuoto: nessun limite."
    )
    short_initiative_months = _count("Le azioni sono brevi sotto", unit="mesi")
    mandatory_contents = forms.MultipleChoiceField(
        label="Contenuti obbligatori",
        choices=PartnershipContent.choices,
        initial=[content.value for content in FIVE_CONTENTS],
        widget=forms.CheckboxSelectMultiple,
        help_text="I primi cinque sono quelli dell'art. 9. Senza, l'accordo non va alla firma.",
    )

    fieldsets = (
        ("Da quando e da dove", ("valid_from", "source", "reason")),
        ("Capofila di Alleanza", ("lead_natures", "max_leads_per_body")),
        ("Composizione", ("min_members", "min_public", "min_private", "min_micro_or_small")),
        ("Risorse", ("max_grant_share", "max_grant_amount", "min_co_financing_share")),
        ("Durata", ("max_duration_months", "short_initiative_months")),
        ("Accordo di partenariato", ("mandatory_contents",)),
    )

    def __init__(self, *args, correcting: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if correcting:
            self.fields["reason"].required = True
            self.fields["reason"].label = "Che cosa si corregge, e perché"

    def clean_lead_natures(self):
        return [Nature(value).value for value in self.cleaned_data["lead_natures"]]
