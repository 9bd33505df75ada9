"""Forms of the calls and of their grid."""

from django import forms

from alliances.models import Alliance
from conciliazione.kernel.forms import DateField, EuroField, InstantField, LongTextField, TextField
from network.models import Network, Programme

from ..enums import Aim, MoneyRule
from ..models import CriteriaGroup
from ..rules.grids import TEMPLATES
from .common import NumberField, SeenMixin


class CallForm(SeenMixin):
    """A call in preparation. Gets the networks and programmes that may be chosen; one alone is not asked."""

    network = forms.ModelChoiceField(Network.objects.none(), label="Rete", empty_label="Scegli la Rete")
    programme = forms.ModelChoiceField(Programme.objects.none(), label="Programma", empty_label="Scegli il programma")
    title = TextField(
        label="Titolo dell'avviso", max_length=250, help_text="Per esempio: Avviso 2014 per progetti di conciliazione."
    )
    description = LongTextField(
        label="Oggetto e destinatari",
        max_length=6000,
        rows=8,
        required=False,
        help_text="Che cosa si finanzia, chi può partecipare, che cosa non è ammesso. Lo leggono tutti.",
    )
    act = TextField(
        label="Atto che approva l'avviso", max_length=200, help_text="Per esempio: Deliberazione ASL n. 300."
    )
    act_on = DateField(label="Data dell'atto")
    opens_at = InstantField(label="Apertura", help_text="Da questo momento si presentano le proposte. Ora di Roma.")
    closes_at = InstantField(label="Chiusura", help_text="Da questo momento il portale non riceve più proposte.")
    budget = EuroField(label="Risorse per le proposte delle Alleanze")
    network_budget = EuroField(
        label="Risorse per azioni di rete", required=False, help_text="Per le azioni aggiunte dal Comitato (art. 6)."
    )
    advance_share = NumberField(
        label="Anticipo sul contributo",
        required=False,
        max_value=100,
        unit="%",
        help_text="Quota pagata all'avvio del progetto.",
    )
    interim_share = NumberField(
        label="Acconti sul contributo",
        required=False,
        max_value=100,
        unit="%",
        help_text="Quota pagata durante il progetto, in tutto. Il resto è il saldo. Zero: l'avviso non la fissa.",
    )
    money_rule = forms.ChoiceField(
        label="Quando le risorse non bastano al contributo intero",
        choices=MoneyRule,
        initial=MoneyRule.WHOLE,
        widget=forms.RadioSelect,
        required=False,
        help_text="Vale per la prima proposta che non ci sta; quelle che seguono restano ammesse e non finanziate.",
    )
    partial_minimum = NumberField(
        label="Contributo parziale minimo",
        required=False,
        max_value=100,
        unit="%",
        help_text="Quota di quanto chiede sotto la quale il contributo parziale non si dà.",
    )
    total_threshold = NumberField(
        label="Soglia sul punteggio totale",
        required=False,
        unit="punti",
        help_text="Chi resta sotto non è finanziabile. Zero se la soglia è solo sui singoli criteri.",
    )
    check_days = forms.IntegerField(
        label="Giorni per la verifica dell'ASL",
        min_value=1,
        max_value=365,
        required=False,
        initial=30,
        help_text="Dall'avvio della valutazione. Il termine resta fermo mentre si aspettano chiarimenti.",
    )
    clarification_days = forms.IntegerField(
        label="Giorni per i chiarimenti",
        min_value=1,
        max_value=90,
        required=False,
        initial=10,
        help_text="Quanto tempo ha l'Alleanza per rispondere a una richiesta di chiarimenti (soccorso istruttorio).",
    )
    evaluation_days = forms.IntegerField(
        label="Giorni per la valutazione",
        min_value=1,
        max_value=365,
        required=False,
        initial=60,
        help_text="Entro quando ogni componente del Comitato consegna, dall'avvio della valutazione. Chi manca è "
        "sollecitato ogni settimana, e ogni giorno negli ultimi cinque.",
    )
    template = forms.ChoiceField(
        label="Griglia di valutazione",
        required=False,
        choices=[(t.key, t.label) for t in TEMPLATES] + [("", "La scrivo da capo")],
        widget=forms.RadioSelect,
        help_text="Si parte da una griglia pronta; finché l'avviso è in preparazione ogni criterio si può cambiare.",
    )

    fieldsets = [
        ("L'avviso", ["network", "programme", "title", "description"]),
        ("L'atto", ["act", "act_on"]),
        ("I termini", ["opens_at", "closes_at"]),
        ("Le risorse", ["budget", "network_budget", "advance_share", "interim_share", "money_rule", "partial_minimum"]),
        (
            "La verifica e la valutazione",
            ["check_days", "clarification_days", "evaluation_days", "total_threshold", "template"],
        ),
    ]

    def __init__(self, *args, networks=None, programmes=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        if networks is None:  # an existing call stays in its network, and its grid has a page of its own
            del self.fields["network"], self.fields["template"]
        else:
            self.fields["network"].queryset = networks
            del self.fields["total_threshold"]
            if len(networks) == 1:
                del self.fields["network"]

    def clean(self):
        data = super().clean()
        for name in ("network_budget", "advance_share", "interim_share", "partial_minimum", "total_threshold"):
            if name in self.fields and name not in self.errors:
                data[name] = data.get(name) or 0
        data["money_rule"] = data.get("money_rule") or MoneyRule.WHOLE
        for name in ("check_days", "clarification_days", "evaluation_days"):
            if name not in self.errors:
                data[name] = data.get(name) or self.fields[name].initial
        return data


class CriterionForm(SeenMixin):
    """A row of the grid."""

    title = TextField(label="Criterio", max_length=200)
    guidance = LongTextField(
        label="Come si valuta",
        max_length=2000,
        rows=3,
        required=False,
        help_text="Che cosa guarda chi assegna i punti. Lo leggono anche le Alleanze.",
    )
    aim = forms.ChoiceField(
        label="Finalità dell'art. 6",
        required=False,
        choices=[("", "Nessuna in particolare"), *Aim.choices],
        help_text="La valutazione guarda a queste tre finalità: conviene che ciascuna abbia almeno un criterio.",
    )
    max_points = NumberField(label="Punti massimi", unit="punti")
    weight = NumberField(
        label="Peso", initial=1, max_digits=5, help_text="1 se i punti contano per quello che sono.", required=False
    )
    threshold = NumberField(
        label="Soglia del criterio",
        required=False,
        unit="punti",
        help_text="Sotto questi punti la proposta non è finanziabile. Vuoto se il criterio non ha soglia.",
    )
    tie_break = forms.IntegerField(
        label="Ordine a parità di punteggio",
        required=False,
        min_value=0,
        max_value=99,
        help_text="1 per il criterio che decide per primo, poi 2 e così via. Vuoto se non serve a decidere.",
    )
    group = forms.ModelChoiceField(
        CriteriaGroup.objects.none(),
        label="È un sottocriterio di",
        required=False,
        empty_label="Nessuno: è un criterio a sé",
    )
    is_penalty = forms.BooleanField(
        label="È una penalità: i suoi punti si tolgono dal totale",
        required=False,
        help_text="I punti massimi sono quanti se ne possono togliere. Una penalità non ha soglia.",
    )

    fieldsets = [
        ("", ["title", "group", "guidance", "aim"]),
        ("I punti", ["max_points", "is_penalty", "weight", "threshold", "tie_break"]),
    ]

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups
        if not groups:
            self.fields["group"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        for name, default in (("weight", 1), ("threshold", 0), ("tie_break", 0)):
            if name not in self.errors and data.get(name) is None:
                data[name] = default
        return data


class GroupForm(SeenMixin):
    """A criterion that is scored through its sub-criteria."""

    title = TextField(label="Criterio", max_length=200)
    guidance = LongTextField(label="Che cosa guarda", max_length=2000, rows=3, required=False)
    threshold = NumberField(
        label="Soglia sulla somma dei sottocriteri",
        required=False,
        unit="punti",
        help_text="Sotto questi punti la proposta non è finanziabile. Vuoto se non c'è soglia.",
    )

    def clean_threshold(self):
        return self.cleaned_data["threshold"] or 0


class DocumentForm(forms.Form):
    """A document that each proposal brings."""

    title = TextField(
        label="Documento", max_length=150, help_text="Per esempio: accordo di partenariato, anche in bozza."
    )
    note = TextField(label="Che cosa deve contenere", max_length=500, required=False)
    is_required = forms.BooleanField(
        label="È obbligatorio: senza, la proposta non si presenta", required=False, initial=True
    )


class QuestionForm(forms.Form):
    """A question on a call. One alliance alone is not asked."""

    alliance = forms.ModelChoiceField(Alliance.objects.none(), label="Alleanza", empty_label="Scegli l'Alleanza")
    text = LongTextField(
        label="Domanda",
        max_length=1500,
        rows=5,
        help_text="La risposta è pubblicata per tutti, senza il nome di chi ha chiesto: non scrivere dati personali.",
    )

    def __init__(self, *args, alliances, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alliance"].queryset = alliances
        if len(alliances) == 1:
            del self.fields["alliance"]


class AnswerForm(forms.Form):
    """The answer, for all to read."""

    text = LongTextField(
        label="Risposta", max_length=4000, rows=8, help_text="La leggono tutti. Una volta pubblicata non cambia più."
    )


class RectificationForm(forms.Form):
    """What changes in a published call, by which act; perhaps a later closing."""

    act = TextField(label="Atto che approva la rettifica", max_length=200)
    act_on = DateField(label="Data dell'atto")
    text = LongTextField(
        label="Che cosa cambia", max_length=3000, rows=6, help_text="Lo leggono tutti, nella pagina dell'avviso."
    )
    closes_at = InstantField(
        label="Nuova chiusura",
        required=False,
        help_text="Vuoto se il termine resta com'è. Si può spostare solo in avanti. Ora di Roma.",
    )


class TemplateForm(forms.Form):
    """Which ready grid takes the place of the present criteria."""

    template = forms.ChoiceField(
        label="Griglia pronta", choices=[(t.key, t.label) for t in TEMPLATES], widget=forms.RadioSelect
    )


class PlainForm(forms.Form):
    """Nothing to write: the button is the answer."""
