"""Which files of Bootstrap Italia the portal serves: the stylesheet and the weights of Titillium Web it uses.

The package holds 20 MB of scripts, fonts and source maps. What is not listed here is neither served nor collected.
"""

from importlib.util import find_spec
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

PREFIX = "bootstrap-italia"
_FONT = "fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-{}.woff2"
FILES = ("css/bootstrap-italia.min.css", _FONT.format("regular"), _FONT.format("600"))
_SOURCE_MAP = b"/*# sourceMappingURL="


class PackageStorage(FileSystemStorage):
    """The package's files; a stylesheet comes without its source map comment, which would abort collectstatic."""

    prefix = PREFIX

    def _open(self, name, mode="rb"):
        opened = super()._open(name, mode)
        if not name.endswith(".css"):
            return opened
        with opened:
            return ContentFile(opened.read().partition(_SOURCE_MAP)[0].rstrip(), name=name)


class BootstrapItaliaFinder(BaseFinder):
    """Finds the listed files under `bootstrap-italia/`."""

    def __init__(self, *args, **kwargs):
        spec = find_spec("bootstrap_italia_template")
        self.root = Path(spec.origin).parent / "static"
        self.storage = PackageStorage(self.root)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        name = path.removeprefix(f"{PREFIX}/")
        if name == path or name not in FILES:
            return []
        return [str(self.root / name)] if find_all else str(self.root / name)

    def list(self, ignore_patterns):
        return ((name, self.storage) for name in FILES if not matches_patterns(name, ignore_patterns))
