"""Less: what a filter offers, where all there is would be too much, what is chosen, in words, and what a list loads
of each record."""

from datetime import date

from django.db.models import Model, Q, QuerySet
from django.utils.choices import flatten_choices


def asked(request, name: str) -> int | None:
    """The key that the address states under this name, if it is one."""
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 18 else None


def with_parts(rows: QuerySet, *parts: str) -> QuerySet:
    """All of the rows themselves, and of what they hang from only the fields that are named (`alliance__name`)."""
    own = [field.name for field in rows.model._meta.concrete_fields]
    paths = {part.rpartition("__")[0] for part in parts}
    return rows.select_related(*paths).only(*own, *parts)


def narrowed(rows: QuerySet, request, own: str, **by: str) -> QuerySet:
    """Of the rows those that belong to what is chosen (`by`: field -> name in the address), and the row chosen itself
    under `own`. Without any choice none: no query, and no list of thousands that nobody reads."""
    chosen = {field: key for field, name in by.items() if (key := asked(request, name)) is not None}
    itself = asked(request, own)
    if chosen and itself is not None:
        return rows.filter(Q(**chosen) | Q(pk=itself))
    if chosen:
        return rows.filter(**chosen)
    return rows.none() if itself is None else rows.filter(pk=itself)


def in_words(field, value) -> str:
    """The value of a filter as a person reads it."""
    if isinstance(value, slice):  # a range of django-filter
        ends = (("da", value.start), ("a", value.stop))
        return " ".join(f"{word} {in_words(field, end)}" for word, end in ends if end is not None)
    if isinstance(value, (list, tuple, QuerySet)):
        return ", ".join(in_words(field, each) for each in value)
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Model):
        return str(value)
    return str(dict(flatten_choices(getattr(field, "choices", []))).get(value, value))
