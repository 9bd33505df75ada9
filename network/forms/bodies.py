"""The Cabina, the committee, and meetings."""

from django import forms

from conciliazione.kernel.forms import DateField, InstantField, LongTextField, TextField

from ..enums import DecisionOutcome, MeetingBody, SteeringSeatKind
from ..models import Organisation
from ..rules.governance import PURPOSES_OF
from .people import PersonFields


class SteeringSeatForm(PersonFields):
    """A seat of the Cabina; who is to enter the portal has an address too."""

    kind = forms.ChoiceField(label="Seggio", choices=SteeringSeatKind.choices)
    holder = TextField(label="Titolare", max_length=150, help_text="Nome e carica di chi occupa il seggio.")
    organisation = forms.ModelChoiceField(
        label="Ente",
        queryset=Organisation.objects.existing(),
        required=False,
        help_text="Serve per registrare le presenze.",
    )
    is_chair = forms.BooleanField(
        label="Presiede la Cabina",
        required=False,
        help_text="Solo la Direzione Famiglia presiede e convoca (art. 4).",
    )
    starts_on = DateField(label="Dal", required=False, help_text="Se non lo indichi, da oggi.")
    term_ends_on = DateField(
        label="Mandato fino al", required=False, help_text="In questo giorno l'incarico finisce da solo."
    )

    fieldsets = (
        ("Il seggio", ("kind", "holder", "organisation", "is_chair", "starts_on", "term_ends_on")),
        ("Accesso al portale", ("email", "first_name", "last_name")),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = "Se lo indichi, la persona entra nel portale in questo seggio."


class CommitteeMemberForm(PersonFields):
    """Who is named into the committee, and for which body."""

    organisation = forms.ModelChoiceField(
        label="Per quale ente",
        queryset=Organisation.objects.none(),
        help_text="ASL e STER del territorio siedono sempre; gli altri li individua la Rete (art. 6).",
    )
    is_chair = forms.BooleanField(label="Presiede il Comitato", required=False)
    starts_on = DateField(label="Dal", required=False, help_text="Se non lo indichi, da oggi.")
    term_ends_on = DateField(
        label="Mandato fino al", required=False, help_text="In questo giorno l'incarico finisce da solo."
    )

    fieldsets = (
        ("Chi", ("email", "first_name", "last_name")),
        ("Incarico", ("organisation", "is_chair", "starts_on", "term_ends_on")),
    )

    def __init__(self, *args, network, **kwargs):
        super().__init__(*args, **kwargs)
        members = network.memberships.current().values("organisation")
        self.fields["organisation"].queryset = (
            Organisation.objects.filter(pk__in=members) | Organisation.objects.filter(pk=network.ster_id)
        ).order_by("name")


class ConstitutionForm(forms.Form):
    """The act that constitutes the committee."""

    act = TextField(
        label="Atto di nomina", max_length=200, help_text="Per esempio: deliberazione n. 190 del 10/4/2014."
    )
    on = DateField(label="Costituito il")
    quorum = forms.IntegerField(
        label="Numero legale",
        required=False,
        min_value=1,
        max_value=99,
        help_text="Presenti perché la seduta sia valida. L'accordo non lo fissa: scrivilo se lo stabilisce il "
        "regolamento del Comitato.",
    )


class DurationField(forms.IntegerField):
    """How long a meeting is meant to last, for the calendars; two hours when not said."""

    def __init__(self):
        super().__init__(
            label="Durata prevista, in minuti",
            min_value=15,
            max_value=1440,
            required=False,
            initial=120,
            help_text="Per il calendario di chi è convocato.",
        )

    def clean(self, value):
        return super().clean(value) or 120


class MeetingForm(forms.Form):
    """Convening a meeting."""

    body = forms.ChoiceField(label="Organo", widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label="Scopo")
    starts_at = InstantField(label="Giorno e ora")
    minutes_long = DurationField()
    place = TextField(label="Luogo", max_length=200, help_text="Una sala, o un collegamento a distanza.")
    agenda = LongTextField(label="Ordine del giorno", max_length=4000, help_text="Un punto per riga.")

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(body.value, body.label) for body in bodies]
        purposes = dict.fromkeys(purpose for body in bodies for purpose in PURPOSES_OF[body])
        self.fields["purpose"].choices = [(purpose.value, purpose.label) for purpose in purposes]
        if len(bodies) == 1:
            del self.fields["body"]

    def clean(self):
        data = super().clean()
        body, purpose = data.get("body"), data.get("purpose")
        if body and purpose and purpose not in PURPOSES_OF[MeetingBody(body)]:
            fitting = ", ".join(p.label for p in PURPOSES_OF[MeetingBody(body)])
            self.add_error("purpose", f"Per questo organo scegli tra: {fitting}.")
        return data


class ConveneFormerForm(forms.Form):
    """One act that convenes all adherents of earlier agreements."""

    starts_at = InstantField(label="Giorno e ora dell'incontro")
    place = TextField(label="Luogo", max_length=200)
    agenda = LongTextField(
        label="Ordine del giorno",
        max_length=4000,
        initial="Presentazione del nuovo accordo di rete\nAttività della Rete e formazione delle Alleanze\n"
        "Sottoscrizione dell'adesione",
    )


class AttendanceForm(forms.Form):
    """Who was there: one line a body, with the name of who represented it."""

    minutes = LongTextField(
        label="Verbale", max_length=20000, rows=8, required=False, help_text="Si può scrivere anche dopo."
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations = list(organisations)
        for organisation in self.organisations:
            self.fields[f"present_{organisation.pk}"] = forms.BooleanField(label=organisation.name, required=False)
            self.fields[f"name_{organisation.pk}"] = TextField(
                label=f"Rappresentante di {organisation.name}", max_length=150, required=False
            )
        self.order_fields([*[name for name in self.fields if name != "minutes"], "minutes"])

    def rows(self):
        """(body, field of presence, field of the name), for the table of the page."""
        return [(o, self[f"present_{o.pk}"], self[f"name_{o.pk}"]) for o in self.organisations]

    def attendances(self):
        """(body, representative) of those present; a name written also says that the body was there."""
        data = self.cleaned_data
        return [
            (o, data[f"name_{o.pk}"]) for o in self.organisations if data[f"present_{o.pk}"] or data[f"name_{o.pk}"]
        ]


class MinutesForm(forms.Form):
    minutes = LongTextField(label="Verbale", max_length=20000, rows=18)


class PartForm(forms.Form):
    """What the minutes say on one matter."""

    text = LongTextField(label="Che cosa si è detto", max_length=20000, rows=12)


class ChangeForm(forms.Form):
    """Another time, place or agenda for a meeting that was convened."""

    starts_at = InstantField(label="Giorno e ora")
    minutes_long = DurationField()
    place = TextField(label="Luogo", max_length=200)
    agenda = LongTextField(label="Ordine del giorno", max_length=4000, help_text="Un punto per riga.")
    reason = LongTextField(label="Perché cambia", max_length=1000, rows=3, help_text="Lo legge chi è convocato.")


class DecisionForm(forms.Form):
    """What was decided, on what, and how."""

    matter = forms.TypedChoiceField(
        label="Su quale proposta",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Chi è in conflitto di interessi sulla proposta non legge la decisione.",
    )
    text = LongTextField(label="Che cosa è stato deciso", max_length=4000, rows=5)
    outcome = forms.ChoiceField(label="Esito", choices=DecisionOutcome.choices, widget=forms.RadioSelect)
    in_favour = forms.IntegerField(label="Favorevoli", min_value=0, max_value=999, required=False)
    against = forms.IntegerField(label="Contrari", min_value=0, max_value=999, required=False)
    abstained = forms.IntegerField(label="Astenuti", min_value=0, max_value=999, required=False)

    fieldsets = (
        ("La decisione", ("matter", "text", "outcome")),
        ("I voti, se sono stati contati", ("in_favour", "against", "abstained")),
    )

    def __init__(self, *args, matters=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = [("", "Nessuna proposta in particolare"), *((m.key, m.name) for m in matters)]
        if not matters:
            del self.fields["matter"]


class QuorumForm(forms.Form):
    """How many must be there for a meeting of the body to be valid."""

    quorum = forms.IntegerField(
        label="Numero legale",
        required=False,
        min_value=1,
        max_value=999,
        help_text="Lascia vuoto se non è fissato: l'accordo non lo stabilisce, può farlo il regolamento dell'organo.",
    )
    reason = LongTextField(
        label="Dove è stabilito", max_length=500, rows=2, required=False, help_text="Per esempio: regolamento, art. 3."
    )
