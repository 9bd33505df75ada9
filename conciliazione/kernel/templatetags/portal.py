"""What every template may use without loading it: Italian numbers and dates, states, icons, charts, the frame."""

from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache, partial

from django import template
from django.conf import settings
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.text import slugify

from .. import access, charts, clock, icons, navigation, rulebook
from .. import steps as drawn_steps
from ..addresses import reverse
from ..money import format_eur
from ..tones import tone_of

register = template.Library()
NOTHING = "–"
_ITALIAN = str.maketrans(",.", ".,")


# --- numbers, dates, words ----------------------------------------------------------------------------------------
@register.filter
def eur(amount) -> str:
    """1.234,50 €; a dash where there is no amount yet."""
    return NOTHING if amount in (None, "") else format_eur(amount).replace(" ", "\xa0")


@register.filter
def number(value, decimals=None) -> str:
    """1.234 or 1.234,5: with the Italian separators, without idle zeros unless `decimals` says how many."""
    if value in (None, ""):
        return NOTHING
    # as `number_format` would, without asking each time which language this is
    if decimals is None and isinstance(value, Decimal | int):
        plain = value.normalize() if isinstance(value, Decimal) else value
        return f"{plain:,f}".translate(_ITALIAN) if isinstance(plain, Decimal) else f"{plain:,}".translate(_ITALIAN)
    if isinstance(value, Decimal):  # what is beyond is cut off, not rounded
        cut = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN) + 0
        return f"{cut:,f}".translate(_ITALIAN)
    return formats.number_format(value, decimals, use_l10n=True, force_grouping=True)


@register.filter
def percent(value) -> str:
    """42,5 %, from 42.50."""
    return NOTHING if value in (None, "") else f"{number(Decimal(value))}\xa0%"


@register.filter
def day(value) -> str:
    """31/03/2014."""
    if not value:
        return NOTHING
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value:%d/%m/%Y}"


@register.filter
def instant(value) -> str:
    """31/03/2014, 10:30, in Europe/Rome."""
    if not value:
        return NOTHING
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%d/%m/%Y, %H:%M}"


@register.filter
def machine(value) -> str:
    """A date or an instant for the `datetime` attribute of `<time>`."""
    return value.isoformat() if value else ""


@register.filter
def distance(value, today=None) -> str:
    """How far a day is, in words, to stand beside the day itself: «tra 3 giorni», «oggi», «3 giorni fa»."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    days = (value - (today or clock.today())).days
    near = {-1: "ieri", 0: "oggi", 1: "domani"}
    if days in near:
        return near[days]
    return f"tra {number(days)} giorni" if days > 0 else f"{number(-days)} giorni fa"


@register.simple_tag
def period(start: date | None, end: date | None) -> str:
    """dal 31/03/2014 al 31/03/2016; with one end open, only the other."""
    parts = [f"dal {day(start)}" if start else "", f"al {day(end)}" if end else ""]
    return " ".join(part for part in parts if part) or NOTHING


@register.filter
def plain(value) -> str:
    """A number as the machine wants it, without separators: for values and identifiers in attributes."""
    return "" if value is None else str(value)


@register.filter
def counted(count, words: str) -> str:
    """«1 alleanza», «12 alleanze»: {{ n|counted:"alleanza,alleanze" }}."""
    one, many = words.split(",")
    return f"{number(count)}\xa0{one if count == 1 else many}"


@register.filter
def may(person, action: str) -> bool:
    """Whether the person may do this anywhere at all: {% if user|may:"project.view" %}."""
    return access.can(person, action)


@register.filter
def anchor(text) -> str:
    """The id of a section, from its title."""
    return slugify(str(text)) or "sezione"


@register.filter
def item(holder, key):
    """A value by key, or by index: {{ by_id|item:row.pk }}. None when it is not there."""
    try:
        return holder[key]
    except (KeyError, IndexError, TypeError):
        return None


# --- signs --------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "", css: str = ""):
    """An icon of `kernel.icons`; give a label only when no words beside it say the same."""
    return icons.svg(name, label, css)


@register.simple_tag
def badge(label, tone: str = "neutral"):
    """A word with a colour and a sign. `tone` is neutral, progress, waiting, done, refused, past, or a state."""
    return _badge(str(label), str(tone))


@lru_cache(maxsize=512)  # a list shows the same few in its rows
def _badge(label: str, tone: str):
    found = tone_of(tone)
    return format_html('<span class="state state-{}">{}{}</span>', found.name, icons.svg(found.icon), label)


@register.simple_tag
def status_badge(record, field: str = "status"):
    """The state of a record, in its Italian word: {% status_badge object %} or {% status_badge row "state" %}."""
    return badge(getattr(record, f"get_{field}_display")(), getattr(record, field))


# --- moves of a detail page ---------------------------------------------------------------------------------------
@register.filter
def primary_offer(offers):
    """The one move that gets the primary button: the first possible one marked primary."""
    return next((offer for offer in offers if offer.enabled and offer.primary and not offer.dangerous), None)


@register.filter
def other_offers(offers):
    """The other possible moves, the dangerous ones last."""
    first = primary_offer(offers)
    return sorted((offer for offer in offers if offer.enabled and offer is not first), key=lambda o: o.dangerous)


@register.filter
def refused_offers(offers):
    """The moves that are not possible yet, each with its refusal."""
    return [offer for offer in offers if not offer.enabled]


@register.filter
def article_of(refusal) -> str:
    """Where the rule of a refusal comes from: «regola R29, art. 8 dell'accordo»; empty if no rule stands behind.

    The article is left out where the sentence itself says it.
    """
    rule = rulebook.RULES.get(getattr(refusal, "rule", ""))
    if rule is None:
        return ""
    return f"regola {rule.id}" if "art." in str(refusal) else f"regola {rule.id}, art. {rule.article} dell'accordo"


# --- forms --------------------------------------------------------------------------------------------------------
@register.filter
def fieldsets_of(form):
    """(title, bound fields) for each of the form's `fieldsets`; one group without a title if it declares none.

    A visible field that no fieldset names comes in a last group: nothing is lost.
    """
    declared = getattr(form, "fieldsets", None)
    if not declared:
        return [("", form.visible_fields())]
    groups = [(title, [form[name] for name in names if name in form.fields]) for title, names in declared]
    named = {name for _, names in declared for name in names}
    rest = [field for field in form.visible_fields() if field.name not in named]
    return [(title, fields) for title, fields in [*groups, ("", rest)] if fields]


@register.filter
def errors_of(form):
    """(id to link to, label, error) for each error of the form, those of no single field first."""
    found = [("", "", error) for error in form.non_field_errors()]
    for field in form:
        target = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label or field.auto_id
        found += [(target, field.label, error[:1].lower() + error[1:]) for error in field.errors]
    return found


@register.filter
def asks_unit(field) -> str:
    """The unit written beside the field («€», «ore»), from the widget's `data-unit`."""
    return field.field.widget.attrs.get("data-unit", "")


@register.filter
def most_characters(field) -> int | None:
    """The length limit that a field of several lines tells beforehand."""
    return field.field.widget.attrs.get("maxlength") and int(field.field.widget.attrs["maxlength"])


# --- lists --------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def with_query(context, **changes) -> str:
    """The query of this page with some names changed; an empty value takes the name out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_link(context, page_obj, number) -> str:
    """The address of another page of these rows, under the name and the heading that their paginator has."""
    name, anchor = (getattr(page_obj.paginator, key, default) for key, default in (("name", "pagina"), ("anchor", "")))
    return with_query(context, **{name: number}) + (f"#{anchor}" if anchor else "")


@register.filter
def page_numbers(page_obj):
    """The numbers of the pages to link to, with an ellipsis for those left out."""
    return page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)


class AddressNode(URLNode):
    """`{% url %}` of a page: its address has been worked out before (`kernel.addresses`)."""

    def render(self, context):
        try:
            address = reverse(self.view_name.resolve(context), [arg.resolve(context) for arg in self.args])
        except NoReverseMatch:
            if not self.asvar:
                raise
            address = ""
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address


@register.tag
def url(parser, token):
    """As Django's; what is named with keywords is left to it."""
    node = django_url(parser, token)
    return node if node.kwargs else AddressNode(node.view_name, node.args, {}, node.asvar)


# --- the frame ----------------------------------------------------------------------------------------------------
@register.simple_tag
def public_sections():
    """The sections of the public site."""
    return navigation.for_everyone()


@register.simple_tag
def is_demo() -> bool:
    """Whether this instance is a demonstration, with invented data."""
    return settings.DEPLOYMENT == "demo"


@register.simple_tag
def portal_today() -> date:
    """The day on which the portal stands: the machine's, or that of a demonstration's story."""
    return clock.today()


@register.simple_tag(takes_context=True)
def section_items(context, sections):
    """The sections as items of a list, each a link; the one this page is in is marked (the longest that the address
    starts with)."""
    request = context.get("request")
    path = request.path if request else ""
    found = [(len(place), s.url) for s in sections for place in s.places if path.startswith(place) and place != "/"]
    here = max(found)[1] if found else None
    current = format_html(' aria-current="{}"', "page" if path == here else "true")
    return format_html_join(
        "", '<li><a href="{}"{}>{}</a></li>', ((s.url, current if s.url == here else "", s.label) for s in sections)
    )


# --- charts -------------------------------------------------------------------------------------------------------
_UNITS = {"eur": eur, "percent": percent, "number": number}


def _words(unit: str):
    """How a chart writes its values: "eur", "percent", "number", or any other unit after the number."""
    return _UNITS.get(unit) or partial(_with_unit, unit)


def _with_unit(unit: str, value) -> str:
    return f"{number(value)}\xa0{unit}"


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(
    rows, title, unit="number", label="Voce", value_label="Valore", target_label="Obiettivo", source="", id=""
):
    """Horizontal bars, with the target as a mark. `title` states the finding; rows as in `charts.bars`."""
    found = charts.bars(rows, _words(unit))
    has_target = any(bar.target is not None for bar in found)
    return {
        "bars": charts.drawn_bars(found, target_label),
        "data_rows": charts.data_rows(found, has_target),
        "has_target": has_target,
        "title": title,
        "label": label,
        "value_label": value_label,
        "target_label": target_label,
        "source": source,
        "id": id or f"grafico-{anchor(title)}",
    }


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    rows, title, unit="number", label="Periodo", value_label="Realizzato", target_label="Obiettivo", source="", id=""
):
    """A value over time, with its target. `title` states the finding; rows as in `charts.points`."""
    found = charts.points(rows, _words(unit))
    has_target = any(point.target is not None for point in found)
    return {
        "points": charts.drawn_points(found),
        "lines": charts.segments(found, "y"),
        "target_lines": charts.segments(found, "target_y"),
        "data_rows": charts.data_rows(found, has_target),
        "has_target": has_target,
        "opens": any(point.url for point in found),
        "title": title,
        "label": label,
        "value_label": value_label,
        "target_label": target_label,
        "source": source,
        "id": id or f"grafico-{anchor(title)}",
    }


@register.inclusion_tag("components/gantt.html")
def gantt(rows, title, label="Azione", source="", today=None, id=""):
    """Spans of time on a common axis; rows as in `charts.gantt`. Pass `today` to draw it."""
    drawn = charts.gantt(rows, today)
    return {
        "gantt": drawn,
        "spans": charts.drawn_spans(drawn, period),
        "title": title,
        "label": label,
        "source": source,
        "id": id or f"gantt-{anchor(title)}",
    }


@register.filter
def step_items(steps):
    """The items of components/stepper.html."""
    return drawn_steps.items(steps)


@register.filter
def matrix_rows(matrix):
    """The rows of components/matrix.html."""
    return charts.matrix_rows(matrix, partial(counted, words="azione,azioni"), eur)


@register.simple_tag
def share_bar(value, most):
    """The bar of components/progress.html: an ornament beside the words."""
    return format_html(
        '<svg width="100%" height="12" aria-hidden="true" focusable="false"><rect width="100%" height="12" '
        'fill="#e8edf3"/><rect width="{}" height="12" fill="#006b47"/></svg>',
        charts.place(value, most),
    )
