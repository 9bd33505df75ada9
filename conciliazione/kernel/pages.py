"""The kinds of page of the portal. A view of an app says who may, what it shows and which service it calls.

Every page declares `permission`: an action of the permission tables, PUBLIC or SIGNED_IN. A page without one is an
error when the module loads. A record that the person may not see does not exist for them: 404 by its scoped query.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.views import View

from . import access, exports, personal, sessions, tables, taking
from .errors import Refused, refusal_of
from .forms import ReasonForm
from .integrity import integrity_sentence
from .lifecycle import Lifecycle
from .moves import timeline
from .narrowing import in_words
from .paging import EitherEndPaginator
from .tables import Column as Column


class Page(View):
    """Base: who may open it, the record it is about, and the frame around it."""

    permission: str = ""
    template_name: str = ""
    title: str = ""
    published = True  # what a PUBLIC page shows goes out to everybody; False: to whoever holds a personal link

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.template_name and not getattr(cls, "permission", ""):
            raise ImproperlyConfigured(f"{cls.__module__}.{cls.__name__} declares no permission.")

    def dispatch(self, request, *args, **kwargs):
        if self.permission != access.PUBLIC and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        access.require(request.user, self.permission, self.scope_object)
        return super().dispatch(request, *args, **kwargs)

    def records(self):
        """The records the person may see (a `visible_to` query), from which `object` is taken; None if the page has
        no record."""
        return None

    @cached_property
    def object(self):
        """The record of the page: by `pk` in the URL, among `records()`. Raises Http404."""
        queryset = self.records()
        if queryset is None or "pk" not in self.kwargs:
            return None
        return get_object_or_404(queryset, pk=self.kwargs["pk"])

    @property
    def scope_object(self):
        """The record on which the permission is asked; the page's own unless a page says otherwise."""
        return self.object

    def get_title(self) -> str:
        return self.title or str(self.object)

    def breadcrumbs(self) -> list[tuple[str, str]]:
        """(label, url) from the section down to the parent; home and the page itself are added by the frame."""
        return []

    def get_context(self) -> dict[str, Any]:
        return {}

    def context(self, **extra) -> dict[str, Any]:
        """What the template gets: `page`, `object`, `title`, `breadcrumbs` and what the page adds."""
        base = {
            "page": self,
            "object": self.object,
            "title": self.get_title(),
            "breadcrumbs": self.breadcrumbs(),
        }
        return base | self.get_context() | extra

    def render(self, *, status: int = 200, **extra) -> HttpResponse:
        answer = render(self.request, self.template_name, self.context(**extra), status=status)
        return personal.for_everybody(answer) if self.goes_out else answer

    @property
    def goes_out(self) -> bool:
        """Whether what this page shows is published: read without signing in, and not sent by its reader."""
        if self.permission != access.PUBLIC or not self.published or self.request.user.is_authenticated:
            return False
        return self.request.method != "POST"


class PlainPage(Page):
    """A page that only shows something."""

    def get(self, request, *args, **kwargs):
        return self.render()


class DetailPage(PlainPage):
    """One record: facts, what happens now, possible moves, sections, history."""

    lifecycle: Lifecycle | None = None

    def get_offers(self) -> list:
        """The moves to offer (`kernel.moves.offers`)."""
        return []

    def next_step(self) -> dict[str, str] | None:
        """The callout «Che cosa succede ora»: {"text", "who", "by_when"}; None hides it."""
        return None

    def context(self, **extra):
        return super().context(
            offers=self.get_offers(),
            next_step=self.next_step(),
            timeline=timeline(self.object) if self.object is not None else [],
            **extra,
        )


PAGE_SIZES = (25, 50, 100)


class ListPage(Page):
    """Records with filters in the URL, sort by header, paging, and an export of exactly these rows.

    Its rows are the cells of its columns; a list with another row has a `row_template`, which gets `row`.
    """

    template_name = "layouts/list.html"
    permission = access.SIGNED_IN
    columns: tuple[Column, ...] = ()
    row_template = ""
    filterset_class = None
    default_order = ""
    page_size = 25
    keys_first = False  # for heavy rows in great number: see kernel.paging
    purpose = ""
    empty_text = "Non c'è ancora nulla."
    count_label = ("risultato", "risultati")

    def rows(self):
        """The scoped query with what its rows need."""
        raise NotImplementedError

    def shown(self, rows: list) -> list:
        """The rows of the page, with what is worked out for them alone: the columns `apart`, unless the query is
        `whole`, and names that all rows have from the same few records."""
        return rows

    @property
    def whole(self) -> bool:
        """Whether the query itself works out the columns `apart`: it is sorted by one of them, or downloaded."""
        if self.request.GET.get("formato") in exports.FORMATS:
            return True
        return any(column.apart and column.key == self.order.removeprefix("-") for column in self.columns)

    @property
    def rows_shown(self) -> int:
        """How many rows a page has: those asked for (`?righe=50`), if they are among PAGE_SIZES."""
        asked = self.request.GET.get("righe", "")
        return next((size for size in PAGE_SIZES if asked == str(size)), self.page_size)

    def known_count(self) -> int | None:
        """How many rows there are, where that is kept; None: they are counted."""
        return None

    def primary_action(self) -> tuple[str, str] | None:
        """(label, url) of the one primary button, for whoever may use it."""
        return None

    @cached_property
    def filterset(self):
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET, queryset=self.rows(), request=self.request)

    @cached_property
    def order(self) -> str:
        """The requested sort (`?ordina=-nome`), if a column has it; else the default."""
        asked = self.request.GET.get("ordina", "")
        return asked if asked.removeprefix("-") in {c.key for c in self.columns if c.sort} else self.default_order

    def ordered_rows(self):
        filterset = self.filterset
        rows = self.rows() if filterset is None else (filterset.qs if filterset.is_valid() else filterset.queryset)
        key = self.order.removeprefix("-")
        column = next((c for c in self.columns if c.key == key), None)
        if column is None:
            return rows
        # the key in the same direction: one index then serves both
        sign = "-" if self.order.startswith("-") else ""
        return rows.order_by(f"{sign}{column.sort}", f"{sign}pk")

    def headers(self) -> list[dict[str, Any]]:
        """For each column: label, link that sorts by it, and aria-sort."""
        found = []
        for column in self.columns:
            direction = ""
            if column.key == self.order.removeprefix("-"):
                direction = "descending" if self.order.startswith("-") else "ascending"
            query = self.request.GET.copy()
            query.pop("pagina", None)
            query["ordina"] = f"-{column.key}" if direction == "ascending" else column.key
            found.append(
                {
                    "label": column.label,
                    "numeric": column.numeric,
                    "url": f"?{query.urlencode()}" if column.sort else "",
                    "aria_sort": direction,
                }
            )
        return found

    def active_filters(self) -> list[dict[str, str]]:
        """Each filter in use: its label, its value in words, and the URL without it."""
        filterset = self.filterset
        if filterset is None or not filterset.form.is_valid():
            return []
        found = []
        for name, field in filterset.form.fields.items():
            value = filterset.form.cleaned_data.get(name)
            if value in (None, "", []) or (hasattr(value, "exists") and not value):
                continue
            query = self.request.GET.copy()
            for asked in (name, f"{name}_min", f"{name}_max", f"{name}_after", f"{name}_before", "pagina"):
                query.pop(asked, None)
            found.append(
                {"label": str(field.label or name), "value": in_words(field, value), "without": f"?{query.urlencode()}"}
            )
        return found

    def query_without(self, *names: str) -> str:
        query = self.request.GET.copy()
        for name in names:
            query.pop(name, None)
        return query.urlencode()

    def sheet(self) -> exports.Sheet:
        """What `?formato=xlsx` takes away: all rows, in their order. The worker asks it of a page of its own."""
        return exports.Sheet(self.get_title(), self.columns, self.ordered_rows())

    def get(self, request, *args, **kwargs):
        wanted = request.GET.get("formato")
        if wanted in exports.FORMATS:
            return taking.answer(self, wanted)
        found = {"keys_first": self.keys_first, "known": self.known_count()}
        self.paginator = paginator = EitherEndPaginator(self.ordered_rows(), self.rows_shown, **found)
        page_obj = paginator.get_page(request.GET.get("pagina"))
        page_obj.object_list = self.shown(page_obj.object_list)
        headers = self.headers()
        return self.render(
            page_obj=page_obj,
            table_rows=lambda: tables.written(self.columns, page_obj),
            paginator=paginator,
            filterset=self.filterset,
            table_head=tables.head(headers),
            table_orders=tables.orders(headers),
            active_filters=self.active_filters(),
            primary_action=self.primary_action(),
            query_without_page=self.query_without("pagina"),
            query_without_format=self.query_without("pagina", "formato"),
        )


class FormPage(Page):
    """A form whose valid data goes to one service. A refusal comes back beside the field, and nothing typed is lost."""

    template_name = "layouts/form.html"
    permission = access.SIGNED_IN
    form_class: type | None = None
    submit_label = "Salva"
    intro = ""
    success_message = ""

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def initial(self) -> dict[str, Any]:
        return {}

    def perform(self, form) -> Any:
        """Call the service with the cleaned data. May raise Refused."""
        raise NotImplementedError

    def success_url(self, result) -> str:
        return result.get_absolute_url()

    def cancel_url(self) -> str:
        crumbs = self.breadcrumbs()
        return crumbs[-1][1] if crumbs else "/"

    def possible(self) -> None:
        """Raise Refused when the form cannot be used now; the page then shows why instead of the form."""

    def possible_when_sent(self) -> None:
        """The same for what is sent all the same: it is refused beside what was typed. A page whose service answers the
        second of two clicks as the first leaves it to the service."""
        self.possible()

    def build_form(self, *args):
        return self.form_class(*args, initial=self.initial(), **self.form_kwargs())

    def get(self, request, *args, **kwargs):
        refused = refusal_of(self.possible)
        typed = None if refused else sessions.typed_before(request)
        if typed is None:
            return self.render(form=self.build_form(), refused=refused, status=409 if refused else 200)
        messages.info(request, "Ritrovi qui quello che stavi inviando quando la sessione è finita: controlla e invia.")
        return self.render(form=self.build_form(typed, MultiValueDict()), refused=None)

    def post(self, request, *args, **kwargs):
        form = self.build_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.render(form=form, refused=None, status=422)
        try:
            self.possible_when_sent()
            result = self.perform(form)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            return self.render(form=form, refused=None, status=422)
        except IntegrityError as error:
            form.add_error(None, integrity_sentence(error))
            return self.render(form=form, refused=None, status=422)
        if self.success_message:
            messages.success(request, self.success_message)
        return redirect(self.success_url(result))


class MovePage(FormPage):
    """The confirmation page of a move: says the consequence, asks the reason where one is due, then does it.

    `moves` maps a transition's name to the service that performs it: service(record, by=..., reason=...).
    """

    template_name = "layouts/move.html"
    form_class = ReasonForm
    lifecycle: Lifecycle
    moves: dict[str, Callable] = {}
    checks: dict[str, Callable] = {}

    @cached_property
    def transition(self):
        found = next((t for t in self.lifecycle.transitions if t.slug == self.kwargs["move"]), None)
        if found is None or found.name not in self.moves:
            raise Http404
        return found

    @property
    def permission(self) -> str:
        return self.transition.action

    def get_title(self):
        return self.transition.label

    @property
    def submit_label(self):
        return self.transition.label

    def form_kwargs(self):
        return {"required": self.transition.needs_reason}

    def possible(self):
        self.lifecycle.check(self.object.status, self.transition.name)
        if self.transition.name in self.checks:
            self.checks[self.transition.name](self.object)

    def possible_when_sent(self):
        """The service says it: it locks the record, and knows a second click."""

    def perform(self, form):
        return self.moves[self.transition.name](
            self.object, by=self.request.user, reason=form.cleaned_data.get("reason", "")
        )

    def success_url(self, result):
        return self.object.get_absolute_url()

    def breadcrumbs(self):
        return [(str(self.object), self.object.get_absolute_url())]

    def get_context(self):
        return {"transition": self.transition}
