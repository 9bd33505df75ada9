"""What a filter offers to choose from, where all there is would be too much: what belongs to a choice already made."""

from django.db.models import Q, QuerySet


def asked(request, name: str) -> int | None:
    """The key that the address states under this name, if it is one."""
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 18 else None


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
