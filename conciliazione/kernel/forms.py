"""Forms and fields that every app uses."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from . import uploads
from .errors import Refused
from .text import normalise


class CleanTextMixin:
    """Text that comes in is normalised (see `kernel.text`) before any other check."""

    def to_python(self, value):
        value = super().to_python(value)
        return normalise(value) if isinstance(value, str) else value


class TextField(CleanTextMixin, forms.CharField):
    """One line of text; give `max_length` always."""


class LongTextField(CleanTextMixin, forms.CharField):
    """Several lines of text, at most `max_length` characters (also said on the page)."""

    def __init__(self, *args, max_length: int = 4000, rows: int = 5, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(*args, max_length=max_length, **kwargs)


class UploadField(forms.FileField):
    """A file that people bring. One that is too large is refused together with whatever else is wrong; where scripts
    run, before it is sent."""

    def widget_attrs(self, widget):
        return {"data-most-bytes": str(settings.MAX_UPLOAD_BYTES)}

    def clean(self, data, initial=None):
        found = super().clean(data, initial)
        if isinstance(found, UploadedFile):
            try:
                uploads.check_size(found)
            except Refused as refused:
                raise forms.ValidationError(refused.message) from None
        return found


class EuroField(forms.DecimalField):
    """An amount in EUR: not negative, two decimals, written the Italian way."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("localize", True)
        super().__init__(*args, **kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("data-unit", "€")


class DateField(forms.DateField):
    """A day, entered with the browser's own calendar."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(*args, **kwargs)


class InstantField(forms.DateTimeField):
    """A day and hour, read in Europe/Rome."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
        super().__init__(*args, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"], **kwargs)


class ReasonForm(forms.Form):
    """The reason that a move asks for, or lets be given."""

    reason = LongTextField(label="Motivazione", max_length=2000, required=False, rows=4)

    def __init__(self, *args, required: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        if not required:
            self.fields["reason"].label = "Nota"


class RecordsField(forms.ModelMultipleChoiceField):
    """Several records. A key that no database could hold is one more choice that is not there."""

    def _check_values(self, value):
        for key in value if isinstance(value, (list, tuple)) else ():
            if len(str(key)) > 18:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(key)[:18]}
                )
        return super()._check_values(value)
