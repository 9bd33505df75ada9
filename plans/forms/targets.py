"""Forms of an alliance's own indicators and of the targets by part."""

from django import forms

from network.enums import Aggregation, Dimension
from network.forms.indicators import IndicatorForm

from .common import NumberField


class OwnIndicatorForm(IndicatorForm):
    """What an alliance wants to measure for itself. The programme is the alliance's; a ratio has no parts to choose."""

    def __init__(self, *args, programme, **kwargs):
        super().__init__(*args, programme=programme, **kwargs)
        for name in ("programme", "numerator", "denominator"):
            del self.fields[name]
        self.fields["aggregation"].choices = [c for c in Aggregation.choices if c[0] != Aggregation.RATIO]
        given = [(title, [n for n in names if n in self.fields]) for title, names in self.fieldsets]
        self.fieldsets = [(title, names) for title, names in given if names]


class PartTargetsForm(forms.Form):
    """A target for each category of each breakdown; a breakdown may be left empty as a whole."""

    def __init__(self, *args, allowed: dict[str, dict[str, str]], unit: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = {}
        self.fieldsets = []
        for dimension, words in allowed.items():
            names = []
            for number, (category, label) in enumerate(words.items()):
                # a refusal about the sum of a breakdown is said beside its first field
                name = f"part_{dimension}" if number == 0 else f"part_{dimension}_{category}"
                self.fields[name] = NumberField(label=label, max_digits=12, required=False, help_text="")
                self.fields[name].widget.attrs["data-unit"] = unit
                self.keys[name] = (dimension, category)
                names.append(name)
            self.fieldsets.append((Dimension(dimension).label, names))

    @property
    def targets(self) -> dict:
        """(dimension, category) -> target, of those that are written."""
        values = self.cleaned_data
        return {key: values[name] for name, key in self.keys.items() if values.get(name) is not None}
