"""The house stays in order: what no linter looks at."""

import ast
import re
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings

HOUSE: Path = settings.BASE_DIR
TEMPLATES = HOUSE / "templates"
ROOMS = ("conciliazione", "network", "alliances", "plans", "monitoring")
MOST_LINES = 400
# Django asks for these by name
ASKED_BY_NAME = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


def python_files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py")) if "migrations" not in path.parts]


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_room_is_too_large(path):
    lines = len(path.read_text().splitlines())
    assert lines <= MOST_LINES, f"{lines} lines: two rooms with plain names would be easier to live in"


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in (HOUSE / "tests").rglob("test_*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def names_in_code() -> set[str]:
    """Patterns of the template names that the code writes out; what an f-string fills in is any one part of a path."""
    patterns = set()
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Constant(value=str(text)):
                    patterns.add(re.escape(text))
                case ast.JoinedStr(values=parts):
                    patterns.add("".join(re.escape(p.value) if isinstance(p, ast.Constant) else "[^/]+" for p in parts))
    return {pattern for pattern in patterns if re.search(r"\\\.\w+$", pattern)}


def names_in_templates() -> set[str]:
    named = re.compile(r"""{%[^%]*?["']([^"'%]+\.\w+)["']""")
    return {
        re.escape(name)
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
        for name in named.findall(path.read_text())
        if name != str(path.relative_to(TEMPLATES))
    }


def replaces_one_of_another_package(name: str) -> bool:
    folders = [Path(app.path) / "templates" for app in apps.get_app_configs()]
    folders.append(Path(django.__file__).parent / "forms" / "templates")
    return any((folder / name).exists() for folder in folders)


def test_every_template_is_used():
    used = re.compile("|".join(names_in_code() | names_in_templates()) or "nothing")
    ours = [str(path.relative_to(TEMPLATES)) for path in sorted(TEMPLATES.rglob("*")) if path.is_file()]
    unused = [
        name
        for name in ours
        if not used.fullmatch(name) and name not in ASKED_BY_NAME and not replaces_one_of_another_package(name)
    ]
    assert not unused, "nothing in the code or in another template names these:\n" + "\n".join(unused)
