"""The look as a whole: no inline style or script, no class without a rule, little weight, every state with its sign."""

import gzip
import inspect
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db.models import TextChoices

from conciliazione.kernel import static_finder, tones

TEMPLATES: Path = settings.BASE_DIR / "templates"
PRINTED = ("documents", "emails")
PAGES = [p for p in sorted(TEMPLATES.rglob("*.html")) if p.relative_to(TEMPLATES).parts[0] not in PRINTED]
MOST_BYTES = 200_000


def source(path: Path) -> str:
    """The template without its comments."""
    return re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_page_writes_no_style_and_no_script_of_its_own(path):
    text = source(path)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:", text)
    assert not re.search(r"<script(?![^>]*\s(src=|type=\"application/json\"))", text)  # JSON is data, and is not run


def classes_of(css: str) -> set[str]:
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", css))


def test_no_page_counts_on_a_rule_that_was_left_out():
    """A class of Bootstrap Italia that `static_finder` leaves out would silently do nothing."""
    ours = [*(settings.BASE_DIR / "static" / "css").glob("*.css"), static_finder.prepare() / static_finder.STYLESHEET]
    ruled = set().union(*(classes_of(sheet.read_text()) for sheet in ours))
    package = Path(find_spec("bootstrap_italia_template").origin).parent / "static" / "css"
    left_out = classes_of((package / "bootstrap-italia.min.css").read_text()) - ruled
    missed = set()
    for path in PAGES:
        whole = re.sub(r"[\w-]*{{.*?}}[\w-]*|{%.*?%}[\w-]*", " ", source(path))
        for names in re.findall(r'\sclass="([^"]*)"', whole):
            missed |= {f"{name} in {path.relative_to(TEMPLATES)}" for name in left_out.intersection(names.split())}
    assert not missed


def test_only_the_foundations_of_bootstrap_italia_are_kept():
    css = (static_finder.prepare() / static_finder.STYLESHEET).read_text()
    assert "@font-face" not in css
    assert "sourceMappingURL" not in css
    assert not re.search(r"\.(vjs|it-|splide|carousel|modal)", css)
    for rule in (".btn{", ".container{", ".visually-hidden", ".table{", ".col-md-6{"):
        assert rule in css


def test_selectors_are_kept_one_by_one():
    css = "a.btn,.carousel .btn{color:red}@media print{.modal{top:0}}@media print{.row:not(.vjs,.x){top:0}p{top:1px}}"
    assert static_finder.keep(css) == "a.btn{color:red}\n@media print{p{top:1px}}"


def test_what_is_not_listed_is_not_found():
    assert finders.find("bootstrap-italia/bootstrap-italia.css")
    assert finders.find("bootstrap-italia/bootstrap-italia.bundle.min.js") is None
    assert finders.find("bootstrap-italia/../settings.py") is None


def test_the_files_collect_under_names_that_change_with_their_content(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    frame = next(tmp_path.glob("css/frame.*.css")).read_text()
    [font] = re.findall(r"titillium-web-400\.(\w+)\.woff2", frame)
    assert (tmp_path / "bootstrap-italia" / f"titillium-web-400.{font}.woff2").exists()


def test_the_first_visit_is_light():
    named = re.findall(r"{% static '([^']+)' %}", (TEMPLATES / "base.html").read_text())
    files = {*named, "bootstrap-italia/titillium-web-400.woff2", "bootstrap-italia/titillium-web-600.woff2"}
    weights = {}
    for name in sorted(files):
        content = Path(finders.find(name)).read_bytes()
        weights[name] = len(content) if name.endswith(".woff2") else len(gzip.compress(content, 9))
    assert sum(weights.values()) < MOST_BYTES * 0.6, weights  # the rest is for the page and its pictures


def test_no_script_keeps_the_page_waiting():
    """Each is fetched beside the page and run after it; what it needs of the page is then there."""
    waiting = {
        f"{script} in {path.relative_to(TEMPLATES)}"
        for path in PAGES
        for script in re.findall(r"<script[^>]*\ssrc=[^>]*>", source(path))
        if not re.search(r"\s(defer|async)[\s>]", script)
    }
    assert not waiting


def test_nothing_moves_when_a_picture_or_font_arrives():
    """A picture states its size; a font that comes late takes the place of one that was shown."""
    for path in PAGES:
        for picture in re.findall(r"<img\b[^>]*>", source(path)):
            assert re.search(r"\swidth=.*\sheight=", picture), f"{picture} in {path.relative_to(TEMPLATES)}"
    faces = re.findall(r"@font-face\s*{[^}]*}", (settings.BASE_DIR / "static" / "css" / "frame.css").read_text())
    assert faces
    assert all("font-display: swap" in face for face in faces)


STATES = [
    state
    for room in ("network", "alliances", "plans", "monitoring")
    for name, enum in inspect.getmembers(import_module(f"{room}.enums"), inspect.isclass)
    if issubclass(enum, TextChoices) and name.endswith(("Status", "Outcome"))
    for state in enum
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{type(state).__name__}.{state.name}")
def test_every_state_has_its_tone(state):
    assert state.value in tones.BY_STATE
