"""A good practice in words."""

from django import forms

from conciliazione.kernel.forms import LongTextField, TextField
from network.enums import Area
from network.models import Network
from plans.models import Project


class PracticeForm(forms.Form):
    """What was done, what changed, how others can do it. The project is asked only of a new one."""

    project = forms.ModelChoiceField(
        label="Progetto",
        queryset=Project.objects.none(),
        required=False,
        help_text="Un progetto con almeno una relazione validata.",
    )
    network = forms.ModelChoiceField(
        label="Rete",
        queryset=Network.objects.none(),
        required=False,
        empty_label="La Rete del progetto",
        help_text="Solo se l'ha realizzata la Rete stessa e non un progetto.",
    )
    title = TextField(label="Titolo", max_length=200)
    summary = TextField(label="In breve", max_length=400, help_text="Una o due frasi: si leggono nell'elenco.")
    area = forms.ChoiceField(label="Area di intervento", choices=[("", "Scegli l'area"), *Area.choices])
    description = LongTextField(
        label="Che cosa si è fatto",
        rows=8,
        help_text="Chi, dove, con quali risorse. Nulla che riveli una persona, la sua salute o il suo disagio.",
    )
    results = LongTextField(
        label="Che cosa è cambiato", rows=6, help_text="I risultati, con i numeri delle relazioni validate."
    )
    transfer = LongTextField(
        label="Come rifarlo altrove", rows=6, help_text="Che cosa serve, quanto costa, a che cosa stare attenti."
    )

    def __init__(self, *args, projects=None, networks=None, **kwargs):
        super().__init__(*args, **kwargs)
        if projects is None:
            del self.fields["project"], self.fields["network"]
            return
        self.fields["project"].queryset = projects
        if networks.exists():
            self.fields["network"].queryset = networks
            self.fields["project"].empty_label = "Nessun progetto: l'ha realizzata la Rete"
        else:
            del self.fields["network"]
            self.fields["project"].required = True
            self.fields["project"].empty_label = "Scegli il progetto"

    def clean(self):
        data = super().clean()
        if "network" in self.fields and not data.get("project") and not data.get("network"):
            self.add_error("project", "Scegli il progetto, oppure la Rete se l'ha realizzata la Rete stessa.")
        return data
