"""What the portal takes of Bootstrap Italia: the foundations of its stylesheet and two weights of Titillium Web.

The package's stylesheet is 600 kB: carousels, video player (with a font written inside, which the CSP refuses), maps
of components drawn by scripts. Here only the rules of elements, grid, utilities, buttons and tables are kept; the
portal's own components stand on them. The kept files are made once per version in `var/`, then served and collected
like any others.
"""

import hashlib
import os
import re
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import tinycss2
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from django.utils.functional import cached_property

PREFIX = "bootstrap-italia"
STYLESHEET = "bootstrap-italia.css"
FONTS = {
    "titillium-web-400.woff2": "titillium-web-v10-latin-ext_latin-regular.woff2",
    "titillium-web-600.woff2": "titillium-web-v10-latin-ext_latin-600.woff2",
    "OFL.txt": "OFL.txt",
}
# classes by the word they begin with; a rule is kept when all the classes it names are of these families
_FAMILIES = """
    align bg blockquote border btn clearfix col container d display figure flex float font fs fw g gap gx gy h h1 h2 h3
    h4 h5 h6 initialism justify lead lh list m mb me min ms mt mx my offset order overflow p pb pe position ps pt px py
    rounded row shadow small sticky table text vh visually vw w
"""
FAMILIES = frozenset(_FAMILIES.split())
# parts of a selector that stand for scripts or components that the portal does not use
_UNUSED = ("[data-", "[class", "form-", "btn-group", "btn-check", "btn-close", "list-group", "figure-", "dropdown")


class PackageStorage(FileSystemStorage):
    prefix = PREFIX


class BootstrapItaliaFinder(BaseFinder):
    """Finds the kept files under `bootstrap-italia/`."""

    def check(self, **kwargs):
        return []

    @cached_property
    def storage(self):
        return PackageStorage(prepare())

    def find(self, path, find_all=False, **kwargs):
        name = path.removeprefix(f"{PREFIX}/")
        if name == path or name not in {STYLESHEET, *FONTS}:
            return []
        return [self.storage.path(name)] if find_all else self.storage.path(name)

    def list(self, ignore_patterns):
        return ((name, self.storage) for name in (STYLESHEET, *FONTS) if not matches_patterns(name, ignore_patterns))


def prepare() -> Path:
    """The folder with the kept files, made if this version (of the package, or of what we keep) has none yet."""
    package = Path(find_spec("bootstrap_italia_template").origin).parent / "static"
    stamp = hashlib.sha256(version("design-django-theme").encode() + Path(__file__).read_bytes()).hexdigest()[:12]
    folder = Path(settings.BASE_DIR) / "var" / f"{PREFIX}-{stamp}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent))
        made.chmod(0o755)
        css = (package / "css" / "bootstrap-italia.min.css").read_text(encoding="utf-8")
        (made / STYLESHEET).write_text(keep(css), encoding="utf-8")
        for name, source in FONTS.items():
            shutil.copyfile(package / "fonts" / "Titillium_Web" / source, made / name)
        try:
            os.rename(made, folder)
        except OSError:  # another process made it meanwhile
            shutil.rmtree(made)
    return folder


def keep(css: str) -> str:
    """The stylesheet with only the rules of the kept families, without fonts, animations and comments."""
    return _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _rules(rules) -> str:
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in _selectors(tinycss2.serialize(rule.prelude)) if _is_kept(s)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inner = _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
            if inner:
                kept.append(f"@{rule.lower_at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}")
    return "\n".join(kept)


def _selectors(text: str) -> list[str]:
    """The selectors of a list, split at the commas that stand outside brackets."""
    return [part.strip() for part in re.split(r",(?![^(\[]*[)\]])", text)]


def _is_kept(selector: str) -> bool:
    if any(part in selector for part in _UNUSED):
        return False
    return all(name.split("-")[0] in FAMILIES for name in re.findall(r"\.(-?[A-Za-z_][\w-]*)", selector))
