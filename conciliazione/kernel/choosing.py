"""Records as choices of a filter: from a list where there are few, else by writing a part of the name. A list of
hundreds that nobody reads would weigh more than the rest of its page."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django_filters.fields import ModelChoiceField
from django_filters.filters import Filter, ModelChoiceFilter, QuerySetRequestMixin

from .forms import CleanTextMixin

MOST_OFFERED = 30
MOST_MEANT = 200  # records that a part of a name may stand for


class _Few(ModelChoiceIterator):
    """The choices as one plain query; Django's own opens a cursor and fetches from it, four statements in place of
    one."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, self.queryset)


class RecordField(ModelChoiceField):
    iterator = _Few


class RecordFilter(ModelChoiceFilter):
    """One of a few records, all of them offered."""

    field_class = RecordField


@dataclass(frozen=True)
class Chosen:
    """What was chosen: the keys, and the words of the choice."""

    keys: tuple[int, ...]
    words: str

    def __str__(self):
        return self.words

    @property
    def address(self) -> str:
        """What an address says for it: the key of one, else the words."""
        return str(self.keys[0]) if len(self.keys) == 1 else self.words


class NamedField(CleanTextMixin, forms.CharField):
    """Records of `queryset` by their `name`: the key of one, as addresses state it, or a part of the name.

    The clean value is a `Chosen`, or None. `none_words` says that there is none, with {} for what was written;
    `offer`: False where there are never few. At most two queries.
    """

    def __init__(
        self, *, queryset: QuerySet, none_words: str, empty_label: str = "Tutti", offer: bool = True, **kwargs
    ):
        super().__init__(max_length=150, **kwargs)
        self.none_words = none_words
        self.queryset = queryset.order_by("name", "pk")
        offered = list(self.queryset.values_list("pk", "name")[: MOST_OFFERED + 1]) if offer else []
        self.few = offer and len(offered) <= MOST_OFFERED
        self.known = {str(pk): name for pk, name in offered}
        if self.few:
            self.widget = forms.Select(attrs=self.widget.attrs, choices=[("", empty_label), *self.known.items()])
        else:
            self.help_text = self.help_text or "Scrivi una parte del nome."

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        if name := self.name_of(text):
            return Chosen((int(text),), name)
        keys = tuple(self.queryset.filter(name__icontains=text).values_list("pk", flat=True)[: MOST_MEANT + 1])
        if not keys:
            raise forms.ValidationError(self.none_words.format(text), code="none")
        if len(keys) > MOST_MEANT:
            raise forms.ValidationError(
                f"«{text}» sta in più di {MOST_MEANT} nomi: scrivi una parte più lunga del nome.", code="many"
            )
        return Chosen(keys, text)

    def validate(self, value):
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        """The length was looked at as text."""

    def prepare_value(self, value):
        """In the field stands the name, also where the address has the key; in the list the key is what is chosen."""
        text = str(value or "")
        return text if self.few else self.name_of(text) or text

    def name_of(self, text: str) -> str:
        """The name of the record with this key; empty if there is none."""
        if text not in self.known and text.isdecimal() and len(text) < 18 and not self.few:
            self.known[text] = self.queryset.filter(pk=text).values_list("name", flat=True).first() or ""
        return self.known.get(text, "")


class NamedFilter(QuerySetRequestMixin, Filter):
    """The rows of the records that are chosen by name (`NamedField`). `queryset` and `offer` are given the request."""

    field_class = NamedField

    def __init__(self, *args, offer: Callable[[HttpRequest], bool], **kwargs):
        super().__init__(*args, **kwargs)
        self.offer = offer

    @property
    def field(self):
        self.extra["offer"] = self.offer(self.get_request())
        return super().field

    def filter(self, qs, value):
        return qs if value is None else qs.filter(**{f"{self.field_name}__in": value.keys})
