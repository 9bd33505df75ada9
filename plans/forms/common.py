"""What the forms of calls and proposals share."""

from django import forms

from conciliazione.kernel.forms import EuroField


class SeenMixin(forms.Form):
    """Carries which version of the row the person has before them, so that two people at once do not overwrite."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NumberField(forms.DecimalField):
    """A number written the Italian way, with a unit beside it."""

    def __init__(self, *args, unit: str = "", **kwargs):
        kwargs.setdefault("localize", True)
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("max_digits", 6)
        super().__init__(*args, **kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        if unit:
            self.widget.attrs.setdefault("data-unit", unit)


__all__ = ["EuroField", "NumberField", "SeenMixin"]
