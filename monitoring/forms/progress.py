"""The progress report on one page: every expected indicator, every action, and the words."""

from dataclasses import dataclass

from django import forms

from conciliazione.kernel.forms import LongTextField, TextField
from plans.models import Project

from ..models import ReportingWindow
from ..queries.reports import ActionLine, IndicatorLine, ReportContent
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


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator with its fields; `value` or the two of the breakdown is None."""

    line: IndicatorLine
    value: forms.BoundField | None
    women: forms.BoundField | None
    men: forms.BoundField | None
    note: forms.BoundField


@dataclass(frozen=True)
class ActionRow:
    line: ActionLine
    percent: forms.BoundField
    note: forms.BoundField


class ReportForm(forms.Form):
    """Built from the content of a report: nothing is required, since a draft may be kept half done."""

    use_required_attribute = False
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
        if indicator.by_sex:
            self.fields[f"women_{key}"] = ValueField(label="Donne", unit=indicator.unit)
            self.fields[f"men_{key}"] = ValueField(label="Uomini", unit=indicator.unit)
        else:
            self.fields[f"value_{key}"] = ValueField(label="Valore nel periodo", unit=indicator.unit)
        self.fields[f"note_{key}"] = TextField(label="Nota", max_length=300, required=False)

    def _bound(self, name: str):
        return self[name] if name in self.fields else None

    def indicator_rows(self) -> list[IndicatorRow]:
        return [
            IndicatorRow(
                line, *(self._bound(f"{part}_{line.expected.pk}") for part in ("value", "women", "men", "note"))
            )
            for line in self.content.measurable
        ]

    def action_rows(self) -> list[ActionRow]:
        return [
            ActionRow(line, self[f"percent_{line.action.pk}"], self[f"actionnote_{line.action.pk}"])
            for line in self.content.actions
        ]

    def entries(self) -> dict[int, Entry]:
        data = self.cleaned_data
        return {
            line.expected.pk: Entry(
                *(data.get(f"{part}_{line.expected.pk}") for part in ("value", "women", "men")),
                data.get(f"note_{line.expected.pk}", ""),
            )
            for line in self.content.measurable
        }

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
        "revision": report.revision,
    }
    for line in content.measurable:
        if line.measurement:
            key, row = line.expected.pk, line.measurement
            found |= {
                f"value_{key}": plain(row.value),
                f"women_{key}": plain(row.women),
                f"men_{key}": plain(row.men),
                f"note_{key}": row.note,
            }
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
