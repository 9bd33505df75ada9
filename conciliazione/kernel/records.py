"""The page of one record that holds many rows: a call with its proposals, a plan with its actions.

Its parts are those of a `DetailPage`; its rows come in pages, with filters and an order in the URL, as on a `ListPage`.
Up to WHOLE rows stand on one page, and nothing of this is seen: no filters, no orders, no paging.
"""

from django.utils.functional import cached_property

from . import exports, tables, taking
from .pages import DetailPage, ListPage
from .paging import EitherEndPaginator

WHOLE, SOME = 50, 10


class First:
    """The first rows of a query that a page only tells of: all of them up to WHOLE, or SOME of them."""

    def __init__(self, rows):
        found = list(rows.filter(pk__in=rows.values("pk")[: WHOLE + 1]))
        self.more = len(found) > WHOLE
        self.rows = found[:SOME] if self.more else found

    def __iter__(self):
        return iter(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)


class RecordListPage(ListPage, DetailPage):
    """`rows()` are those of the record; the template shows them where it wants, and includes the parts of a list."""

    anchor = ""  # the id of the heading above the rows, to which the pages lead

    @cached_property
    def total(self) -> int:
        """How many rows there are without any filter."""
        return self.rows().count()

    @cached_property
    def filter_names(self) -> set[str]:
        """Those in the URL, used or empty."""
        names = self.filterset_class.base_filters if self.filterset_class else ()
        return {name for name in names if self.request.GET.get(name)}

    @cached_property
    def is_long(self) -> bool:
        """Whether there are more rows than stand on one page."""
        return self.total > WHOLE

    @property
    def rows_shown(self) -> int:
        return super().rows_shown if self.is_long else WHOLE

    @property
    def filterset(self):
        """None also where there is nothing to choose from."""
        return self._filterset if self.filterset_class and (self.is_long or self.filter_names) else None

    @cached_property
    def _filterset(self):
        return self.filterset_class(self.request.GET, queryset=self.rows(), **self.filterset_kwargs())

    def filterset_kwargs(self) -> dict:
        return {"request": self.request}

    def known_count(self) -> int | None:
        return None if self.filter_names else self.total

    @cached_property
    def paginator(self) -> EitherEndPaginator:
        found = EitherEndPaginator(self.ordered_rows(), self.rows_shown, within=self.is_long, known=self.known_count())
        found.anchor = self.anchor
        return found

    @cached_property
    def page_obj(self):
        return self.paginator.get_page(self.request.GET.get("pagina"))

    def headers(self):
        """What sorts is a link only where there is something to sort."""
        found = super().headers()
        return found if self.is_long else [header | {"url": "", "aria_sort": ""} for header in found]

    def get(self, request, *args, **kwargs):
        wanted = request.GET.get("formato")
        if wanted in exports.FORMATS:
            return taking.answer(self, wanted)
        return self.render()

    def context(self, **extra):
        headers = self.headers()
        return super().context(
            page_obj=self.page_obj,
            paginator=self.paginator,
            filterset=self.filterset,
            active_filters=self.active_filters(),
            table_head=tables.head(headers),
            table_orders=tables.orders(headers) if self.is_long else "",
            **extra,
        )
