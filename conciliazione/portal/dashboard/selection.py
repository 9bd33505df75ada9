"""What a dashboard is narrowed to: programme, territory, area and period, kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.db.models import Count

from alliances.models import Alliance
from conciliazione.kernel import access, clock
from monitoring.queries.kept import Selection
from monitoring.rules.halves import half_label, half_of
from network.enums import Area
from network.models import Network, Programme
from network.queries.programmes import current_programme

ALL = "tutti"


def networks_of(person):
    """The networks whose figures the person may see as such."""
    return Network.objects.filter(access.reach(person, "dashboard.territory", network="pk"))


def alliances_of(person):
    """The alliances whose own figures the person may see."""
    return Alliance.objects.filter(access.reach(person, "dashboard.view", alliance="pk"))


class SelectionForm(forms.Form):
    """The filters of the dashboard."""

    programma = forms.ChoiceField(label="Programma", required=False)
    rete = forms.ChoiceField(label="Territorio", required=False)
    area = forms.ChoiceField(label="Area di intervento", required=False, choices=[("", "Tutte"), *Area.choices])
    dal = forms.ChoiceField(label="Dal", required=False)
    al = forms.ChoiceField(label="Al", required=False)

    def __init__(self, data, *, programmes: list[Programme], networks: list[Network] | None):
        super().__init__(data)
        self.fields["programma"].choices = [
            ("", "Quello in corso"),
            (ALL, "Tutti"),
            *((p.pk, p.name) for p in programmes),
        ]
        if networks is None:
            del self.fields["rete"]
        else:
            self.fields["rete"].choices = [("", "Tutti"), *((n.pk, n.name) for n in networks)]
        first = half_of(min((p.starts_on for p in programmes), default=clock.today()))
        last = half_of(max((p.ends_on for p in programmes), default=clock.today()))
        halves = [(half, half_label(half)) for half in range(first, last + 1)]
        self.fields["dal"].choices = [("", "Dall'inizio"), *halves]
        self.fields["al"].choices = [("", "A oggi"), *halves]

    def clean(self):
        chosen = super().clean()
        if chosen.get("dal") and chosen.get("al") and int(chosen["al"]) < int(chosen["dal"]):
            self.add_error("al", "Il periodo finisce prima di cominciare: scegli un semestre non precedente a «Dal».")
        return chosen


@dataclass(frozen=True)
class Chosen:
    """A selection with the names that a page shows of it."""

    form: SelectionForm
    selection: Selection
    programme: Programme | None
    programmes: dict[int, Programme]
    networks: dict[int, Network]  # with `district_count`; those that the selection covers
    by_territory: bool  # territories are shown as such; otherwise these are the projects of an alliance

    @property
    def network(self) -> Network | None:
        return self.networks.get(self.selection.network) if self.selection.network else None


def chosen_by(person, query: Mapping) -> Chosen:
    """What the address selects for this person; a value that is not among the choices selects nothing and says so.

    At most three queries.
    """
    programmes = list(Programme.objects.visible_to(person).order_by("-starts_on"))
    by_territory = access.can(person, "dashboard.territory")
    networks: list[Network] = []
    alliances = None
    if by_territory:
        networks = list(networks_of(person).annotate(district_count=Count("districts")).order_by("name"))
    else:
        alliances = tuple(alliances_of(person).values_list("pk", flat=True))
    form = SelectionForm(query, programmes=programmes, networks=networks if by_territory else None)
    form.is_valid()
    chosen = form.cleaned_data
    asked = chosen.get("programma", "")
    named = {p.pk: p for p in programmes}
    programme = None if asked == ALL else named.get(int(asked)) if asked else current_programme(programmes)
    network = int(chosen["rete"]) if chosen.get("rete") else None
    covered = {n.pk: n for n in networks if network in (None, n.pk)}
    selection = Selection(
        programme=programme.pk if programme else None,
        networks=tuple(covered) if by_territory else None,
        alliances=alliances,
        area=chosen.get("area", ""),
        first=int(chosen["dal"]) if chosen.get("dal") else None,
        last=int(chosen["al"]) if chosen.get("al") else None,
        network=network,
    )
    return Chosen(form, selection, programme, named, covered, by_territory)
