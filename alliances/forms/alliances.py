"""The alliance itself: starting it, its data, a message to the ASL."""

from django import forms

from conciliazione.kernel.forms import LongTextField, RecordsField, TextField
from network.enums import ProgrammeStatus
from network.models import District, Organisation, Programme

from ..queries import promoters_in


class AllianceForm(forms.Form):
    """A new alliance in a network. Whoever acts for a body promotes it for that body; the ASL says which one does."""

    programme = forms.ModelChoiceField(
        label="Programma",
        queryset=Programme.objects.filter(status=ProgrammeStatus.ACTIVE),
        empty_label="Scegli il programma",
        help_text="Il programma decide le regole: chi può essere capofila e quanti partner servono.",
    )
    promoter = forms.ModelChoiceField(
        label="Ente promotore",
        empty_label="Scegli l'ente",
        queryset=Organisation.objects.none(),
        help_text="L'aderente alla Rete che avvia l'Alleanza: è il suo primo partner.",
    )
    name = TextField(label="Nome dell'Alleanza", max_length=150)
    purpose = LongTextField(
        label="Finalità",
        required=False,
        help_text="Che cosa volete ottenere per le famiglie e le imprese del territorio. Si può completare dopo.",
    )
    districts = RecordsField(
        label="Ambiti del territorio",
        queryset=District.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, network, promoter=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["districts"].queryset = District.objects.filter(network=network)
        if promoter is not None:
            del self.fields["promoter"]
        else:
            self.fields["promoter"].queryset = promoters_in(network)


class EditAllianceForm(forms.Form):
    """Name and purpose only while the alliance is forming; districts also later."""

    name = TextField(label="Nome dell'Alleanza", max_length=150)
    purpose = LongTextField(
        label="Finalità",
        required=False,
        help_text="Che cosa volete ottenere per le famiglie e le imprese del territorio.",
    )
    districts = RecordsField(
        label="Ambiti del territorio",
        queryset=District.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, network, forming: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["districts"].queryset = District.objects.filter(network=network)
        if not forming:
            del self.fields["name"], self.fields["purpose"]


class MessageForm(forms.Form):
    text = LongTextField(
        label="Messaggio",
        max_length=2000,
        rows=8,
        help_text="Lo leggono le persone dell'ASL e resta nella storia dell'Alleanza.",
    )
