"""Pages of long lists. A page of the second half is counted from the end, so that the last one costs what the first
does (docs/decisions/deep-pages.md)."""

import sys
from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST_COUNTED = 10_000  # rows: beyond them a list says «più di», and is read by its filters or from its other end
FAR = 500  # rows before a page: from there on its keys are found first


class ByKeys(Sequence):
    """Rows whose keys are known, in their order: a page of them is read by its keys alone."""

    def __init__(self, rows: QuerySet, keys: list):
        self.rows, self.keys = rows, keys

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, wanted: slice) -> list:
        keys = self.keys[wanted]
        found = {row.pk: row for row in self.rows.filter(pk__in=keys).order_by()}
        return [found[key] for key in keys if key in found]


class EitherEndPaginator(Paginator):
    """Reads from the nearer end. `keys_first`: find the keys of the page alone, and only then its rows whole: one query
    more, for lists whose rows are heavy and many; a page far down is always found so, and `within` does so in
    one statement. `known`: how many there are, where they need not be counted; else they are counted up to `most`, and
    the pages end there too."""

    name = "pagina"  # of the page in the URL
    anchor = ""  # the heading to which the links of the pages lead

    def __init__(
        self,
        rows,
        per_page: int,
        *,
        keys_first: bool = False,
        within: bool = False,
        known: int | None = None,
        most: int = MOST_COUNTED,
    ):
        super().__init__(rows, per_page)
        self.keys_first, self.within = keys_first, within
        self.most = most
        if known is not None:
            self.counted = known
            self.most = known
        elif not _plain(rows):
            self.most = sys.maxsize

    @cached_property
    def counted(self) -> int:
        """How many rows were found, looking no further than one beyond `most`."""
        rows = self.object_list
        if _plain(rows):
            return rows.order_by().values("pk")[: self.most + 1].count()
        return Paginator.count.func(self)

    @property
    def more(self) -> bool:
        """There are more rows than those that were counted."""
        return self.counted > self.most

    @cached_property
    def count(self) -> int:
        """The rows that have a page."""
        return min(self.counted, self.most)

    def page(self, number) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        return self._get_page(self._rows(start, stop), number, self)

    def _rows(self, start: int, stop: int) -> list:
        rows = self.object_list
        if not _plain(rows):
            return rows[start:stop]
        rows = _in_total_order(rows)
        backwards = start > self.count // 2 and not self.more  # where the end is not known, there is no way from it
        if backwards:
            rows, start, stop = rows.reverse(), self.count - stop, self.count - start
        if self.within:
            found = list(rows.filter(pk__in=rows.prefetch_related(None).values("pk")[start:stop]))
        elif self.keys_first or start >= FAR:
            keys = list(rows.prefetch_related(None).values_list("pk", flat=True)[start:stop])
            whole = rows.order_by().filter(pk__in=keys)
            found = sorted(whole, key=lambda row: keys.index(row.pk))
        else:
            found = list(rows[start:stop])
        return found[::-1] if backwards else found


def _plain(rows) -> bool:
    """Rows of a query that may still be ordered and narrowed."""
    return isinstance(rows, QuerySet) and not rows.query.combinator and not rows.query.is_sliced


def _in_total_order(rows: QuerySet) -> QuerySet:
    """The same order with the key as its last word: only so does each row stand on one page, from either end."""
    order = rows.query.order_by or rows.model._meta.ordering
    if order and order[-1] in {"pk", "-pk", "id", "-id"}:
        return rows
    return rows.order_by(*order, "pk")
