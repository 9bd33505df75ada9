"""Fields of forms, written in Python where Django renders a template for each of them and one more for its attributes:
a choice among a hundred bodies, and the same half-dozen fields over every list. The others keep their templates."""

from html import escape

from django.forms.renderers import TemplatesSetting


def _attributes(widget: dict) -> str:
    return "".join(_attribute(name, value) for name, value in widget["attrs"].items() if value is not False)


def _attribute(name: str, value) -> str:
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def _input(widget: dict) -> str:
    value = "" if widget["value"] is None else _attribute("value", widget["value"])
    return f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{value}{_attributes(widget)}>'


def _textarea(widget: dict) -> str:
    text = escape(str(widget["value"] or ""))
    # the line's end after the tag is not part of the text: without it a text that begins with one would lose it
    return f'<textarea name="{escape(widget["name"])}"{_attributes(widget)}>\n{text}</textarea>'


def _select(widget: dict) -> str:
    parts = [f'<select name="{escape(widget["name"])}"{_attributes(widget)}>']
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{escape(str(group))}">')
        for option in options:
            value = escape(str(option["value"]))
            parts.append(f'\n  <option value="{value}"{_attributes(option)}>{escape(str(option["label"]))}</option>')
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


INPUTS = (
    "text",
    "number",
    "email",
    "url",
    "password",
    "hidden",
    "search",
    "tel",
    "date",
    "datetime",
    "time",
    "checkbox",
    "file",
    "input",
)
WRITTEN = {f"django/forms/widgets/{kind}.html": _input for kind in INPUTS} | {
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}


class Renderer(TemplatesSetting):
    """Django's own, with the plain widgets written here."""

    def render(self, template_name, context, request=None):
        written = WRITTEN.get(template_name)
        return written(context["widget"]) if written else super().render(template_name, context, request)
