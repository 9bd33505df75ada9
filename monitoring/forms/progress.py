"""The progress report on one page: every expected indicator, every action, and the words."""

from dataclasses import dataclass

from django import forms

from conciliazione.kernel.forms import LongTextField, TextField, UploadField
from plans.models import Project

from ..models import ReportingWindow
from ..queries.reports import ActionLine, IndicatorLine, PartLine, ReportContent
from ..rules.results import plain
from ..services.progress import ActionEntry, Entry


class AskedBeforeSending:
    """A field that the report needs when it is sent, while a draft is kept without it."""

    def validate(self, value):
        if value not in self.empty_values:
            super().validate(value)


class Words(AskedBeforeSending, LongTextField):
    pass


class PercentField(AskedBeforeSending, forms.IntegerField):
    def __init__(self, **kwargs):
        super().__init__(widget=forms.NumberInput(attrs={"min": 0, "max": 100, "data-unit": "%"}), **kwargs)


class ValueField(AskedBeforeSending, forms.DecimalField):
    """A value of an indicator, in its unit."""

    def __init__(self, *, unit: str, **kwargs):
        super().__init__(max_digits=12, decimal_places=2, localize=True, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "data-unit": unit}


class CountField(AskedBeforeSending, forms.IntegerField):
    """How many, never fewer than none."""

    def __init__(self, **kwargs):
        super().__init__(
            min_value=0, max_value=9_999_999, widget=forms.NumberInput(attrs={"inputmode": "numeric"}), **kwargs
        )


def part_name(key: int, dimension: str, category: str) -> str:
    """The field of one category of a breakdown."""
    return f"part_{key}_{dimension}_{category}"


@dataclass(frozen=True)
class PartRow:
    """A category of a breakdown with its field."""

    line: PartLine
    field: forms.BoundField


@dataclass(frozen=True)
class BreakdownRows:
    """A breakdown: its word, its rows, and the ids of its fields for the live sum."""

    label: str
    rows: list[PartRow]

    @property
    def ids(self) -> str:
        return " ".join(row.field.id_for_label for row in self.rows)


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator with its fields; `weight` is None unless it is a mean."""

    line: IndicatorLine
    value: forms.BoundField
    weight: forms.BoundField | None
    note: forms.BoundField
    breakdowns: list[BreakdownRows]


@dataclass(frozen=True)
class ActionRow:
    line: ActionLine
    percent: forms.BoundField
    note: forms.BoundField


class ReportForm(forms.Form):
    """Built from the content of a report: nothing is required, since a draft may be kept half done."""

    use_required_attribute = False
    people_reached = CountField(
        label="Persone raggiunte nel periodo", help_text="Quante persone hanno partecipato alle attività, in tutto."
    )
    enterprises_reached = CountField(
        label="Imprese raggiunte nel periodo", help_text="Quante imprese hanno partecipato alle attività, in tutto."
    )
    narrative = Words(
        label="Come procede il progetto",
        help_text="Che cosa è stato fatto nel periodo, con chi, e che cosa è cambiato per le persone coinvolte.",
        max_length=6000,
        rows=9,
    )
    difficulties = LongTextField(label="Difficoltà incontrate", max_length=4000, rows=5, required=False)
    corrective_proposals = LongTextField(
        label="Azioni correttive proposte",
        help_text="Che cosa proponi di cambiare, e da chi ti serve aiuto.",
        max_length=4000,
        rows=5,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, content: ReportContent, **kwargs):
        self.content = content
        kwargs["initial"] = initial_of(content) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for line in content.measurable:
            self._add_indicator(line)
        for line in content.actions:
            key = line.action.pk
            self.fields[f"percent_{key}"] = PercentField(label=f"Avanzamento di «{line.action.title}»")
            self.fields[f"actionnote_{key}"] = TextField(label="Nota", max_length=1000, required=False)

    def _add_indicator(self, line: IndicatorLine) -> None:
        key, indicator = line.expected.pk, line.indicator
        label = "Persone diverse dall'inizio del progetto" if line.since_the_start else "Valore nel periodo"
        self.fields[f"value_{key}"] = ValueField(label=label, unit=indicator.unit)
        if line.weighted:
            self.fields[f"weight_{key}"] = ValueField(label="Su quanti casi", unit=indicator.weight_unit or "casi")
        for _, parts in line.breakdowns:
            for part in parts:
                name = part_name(key, part.dimension, part.category)
                self.fields[name] = ValueField(label=f"{part.label}, {indicator.name}", unit="")
        self.fields[f"note_{key}"] = TextField(label="Nota", max_length=300, required=False)

    def indicator_rows(self) -> list[IndicatorRow]:
        return [self._row(line) for line in self.content.measurable]

    def _row(self, line: IndicatorLine) -> IndicatorRow:
        key = line.expected.pk
        return IndicatorRow(
            line=line,
            value=self[f"value_{key}"],
            weight=self[f"weight_{key}"] if line.weighted else None,
            note=self[f"note_{key}"],
            breakdowns=[
                BreakdownRows(
                    label, [PartRow(part, self[part_name(key, part.dimension, part.category)]) for part in parts]
                )
                for label, parts in line.breakdowns
            ],
        )

    def action_rows(self) -> list[ActionRow]:
        return [
            ActionRow(line, self[f"percent_{line.action.pk}"], self[f"actionnote_{line.action.pk}"])
            for line in self.content.actions
        ]

    def entries(self) -> dict[int, Entry]:
        data = self.cleaned_data
        found = {}
        for line in self.content.measurable:
            key = line.expected.pk
            parts = {
                (part.dimension, part.category): data.get(part_name(key, part.dimension, part.category))
                for _, rows in line.breakdowns
                for part in rows
            }
            found[key] = Entry(
                value=data.get(f"value_{key}"),
                parts={where: part for where, part in parts.items() if part is not None},
                weight=data.get(f"weight_{key}"),
                note=data.get(f"note_{key}", ""),
            )
        return found

    def is_wrong(self, key: int) -> bool:
        """A field of this indicator or action is not written as it should."""
        starts = (f"value_{key}", f"weight_{key}", f"note_{key}", f"part_{key}_", f"percent_{key}", f"actionnote_{key}")
        return any(
            name == start or (start.endswith("_") and name.startswith(start))
            for name in self.errors
            for start in starts
        )

    def action_entries(self) -> dict[int, ActionEntry]:
        data = self.cleaned_data
        return {
            line.action.pk: ActionEntry(
                data.get(f"percent_{line.action.pk}"), data.get(f"actionnote_{line.action.pk}", "")
            )
            for line in self.content.actions
        }


def initial_of(content: ReportContent) -> dict:
    """What is kept so far, field by field."""
    report = content.report
    found = {
        "narrative": report.narrative,
        "difficulties": report.difficulties,
        "corrective_proposals": report.corrective_proposals,
        "people_reached": report.people_reached,
        "enterprises_reached": report.enterprises_reached,
        "revision": report.revision,
    }
    for line in content.measurable:
        if line.measurement:
            key, row = line.expected.pk, line.measurement
            found |= {
                f"value_{key}": plain(row.value),
                f"weight_{key}": plain(row.weight),
                f"note_{key}": row.note,
            }
            found |= {part_name(key, part.dimension, part.category): plain(part.value) for part in row.parts.all()}
    for line in content.actions:
        if line.progress:
            found |= {
                f"percent_{line.action.pk}": line.progress.percent,
                f"actionnote_{line.action.pk}": line.progress.note,
            }
    return found


class OpenForm(forms.Form):
    """Choose the project and the window of a report to begin."""

    project = forms.ModelChoiceField(
        label="Progetto", queryset=Project.objects.none(), empty_label="Scegli il progetto"
    )
    window = forms.ModelChoiceField(
        label="Finestra di monitoraggio",
        queryset=ReportingWindow.objects.none(),
        empty_label="Scegli la finestra",
        help_text="Il periodo su cui si relaziona.",
    )

    def __init__(self, *args, projects, windows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects
        self.fields["window"].queryset = windows


class AttachmentForm(forms.Form):
    """A document that goes with a report."""

    title = TextField(label="Che cos'è", max_length=150, help_text="Per esempio: registro delle presenze di maggio.")
    upload = UploadField(label="File", help_text="PDF, immagine o documento di testo.")
