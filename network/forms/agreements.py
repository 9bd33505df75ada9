"""The network agreement: text, deliberation, signatures."""

from django import forms

from conciliazione.kernel.forms import DateField, LongTextField, RecordsField, TextField

from ..enums import AgreementStatus, ProgrammeStatus
from ..models import Organisation, Programme


class AgreementForm(forms.Form):
    """A new agreement of a network."""

    programme = forms.ModelChoiceField(label="Programma", queryset=Programme.objects.none())
    title = TextField(
        label="Titolo", max_length=300, required=False, help_text="Se non lo scrivi, lo propone il portale."
    )

    def __init__(self, *args, network, **kwargs):
        super().__init__(*args, **kwargs)
        taken = network.agreements.values("programme")
        free = Programme.objects.filter(status=ProgrammeStatus.ACTIVE).exclude(pk__in=taken)
        self.fields["programme"].queryset = free


class TextForm(forms.Form):
    """The whole text, as a new version. The form has a heading and a text for each article, and room for one more."""

    reason = TextField(label="Motivo della nuova versione", max_length=300)
    form_agreed = TextField(
        label="Forma concordata dai sottoscrittori",
        max_length=300,
        required=False,
        help_text="Per esempio: assemblea della Rete del 12/05/2014, all'unanimità (art. 10).",
    )
    preamble = LongTextField(label="Premesse", max_length=20000, rows=12, required=False)

    def __init__(self, *args, agreement, articles, **kwargs):
        super().__init__(*args, **kwargs)
        self.numbers = [article.number for article in articles]
        self.extra = max(self.numbers, default=0) + 1
        for article in articles:
            self._add(article.number, article.heading, article.text, required=True)
        self._add(self.extra, "", "", required=False)
        self.fields["form_agreed"].required = agreement.status == AgreementStatus.IN_FORCE
        if agreement.status != AgreementStatus.IN_FORCE:
            del self.fields["form_agreed"]

    def _add(self, number, heading, text, *, required) -> None:
        self.fields[f"heading_{number}"] = TextField(
            label=f"Rubrica dell'articolo {number}", max_length=200, required=required, initial=heading
        )
        self.fields[f"text_{number}"] = LongTextField(
            label=f"Testo dell'articolo {number}",
            max_length=20000,
            rows=min(14, max(4, len(text) // 120)),
            required=required,
            initial=text,
        )

    @property
    def fieldsets(self):
        return [
            ("La nuova versione", ["reason", "form_agreed"]),
            ("Premesse", ["preamble"]),
            *[(f"Articolo {number}", [f"heading_{number}", f"text_{number}"]) for number in self.numbers],
            ("Un altro articolo", [f"heading_{self.extra}", f"text_{self.extra}"]),
        ]

    def clean(self):
        data = super().clean()
        heading, text = data.get(f"heading_{self.extra}"), data.get(f"text_{self.extra}")
        if bool(heading) != bool(text):
            self.add_error(f"heading_{self.extra}", "Un articolo ha rubrica e testo: scrivi entrambi o nessuno.")
        return data

    def articles(self) -> list[tuple[int, str, str]]:
        """(number, heading, text) of every article that has a text."""
        rows = [
            (number, self.cleaned_data[f"heading_{number}"], self.cleaned_data[f"text_{number}"])
            for number in [*self.numbers, self.extra]
        ]
        return [row for row in rows if row[2]]


class SignatoryForm(forms.Form):
    """A row of the table of signatures."""

    organisation = forms.ModelChoiceField(label="Ente", queryset=Organisation.objects.none())
    name_on_paper = TextField(
        label="Nome come compare nell'accordo",
        max_length=200,
        required=False,
        help_text="Se l'accordo lo scrive in un altro modo.",
    )
    signatory = TextField(
        label="Nominativo per firma", max_length=200, help_text="Carica e nome, per esempio: Sindaco Anna Rossi."
    )

    def __init__(self, *args, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        there = agreement.signatures.values("organisation")
        self.fields["organisation"].queryset = Organisation.objects.existing().exclude(pk__in=there)


class DeliberationForm(forms.Form):
    """The act of the ASL that approves the text."""

    number = TextField(label="Deliberazione n.", max_length=30)
    on = DateField(label="Del")
    reason = LongTextField(label="Nota", max_length=1000, required=False, rows=3)


class SubscriptionForm(forms.Form):
    """Where and when it was signed, and by whom on that day."""

    signed_on = DateField(label="Sottoscritto il", help_text="Da questo giorno decorre la durata (art. 10).")
    place = TextField(label="Luogo", max_length=100)
    organisations = RecordsField(
        label="Chi ha firmato in questo giorno",
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Su carta. Gli altri potranno firmare la propria adesione dopo.",
    )
    scan = forms.FileField(
        label="Scansione dell'accordo firmato",
        required=False,
        help_text="PDF, JPG o PNG, al massimo 20 MB. Si può allegare anche dopo, dalla pagina dell'accordo.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"empty": "Il file è vuoto."},
    )

    def __init__(self, *args, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        rows = agreement.signatures.filter(signed_on=None)
        field = self.fields["organisations"]
        names = dict(rows.values_list("organisation", "name_on_paper"))
        field.queryset = Organisation.objects.filter(pk__in=names)
        field.label_from_instance = lambda organisation: names[organisation.pk]


class ScanForm(forms.Form):
    """The scan of the paper that was signed at the subscription."""

    file = forms.FileField(
        label="Scansione dell'accordo firmato",
        help_text="PDF, JPG o PNG, al massimo 20 MB. Vale per tutte le firme su carta che non hanno ancora la loro.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"required": "Scegli il file con le pagine firmate.", "empty": "Il file è vuoto."},
    )
