"""The pages of docs/ that are written from the code: rules, permissions, workflows. A test holds them against it."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

from conciliazione.kernel import access, lifecycle, rulebook
from conciliazione.kernel.access import Role

# Duties that the portal does not ask for yet, and what each waits for.
WAITING: dict[str, str] = {}

WRITTEN_FROM_CODE = "Written by `manage.py write_docs`: change the code, not this page."


def pages() -> dict[Path, str]:
    """File -> text, for every page written from the code."""
    docs = settings.BASE_DIR / "docs"
    return {
        docs / "rules.md": rules_page(),
        docs / "permissions.md": permissions_page(),
        docs / "workflows.md": workflows_page(),
    }


def rules_page() -> str:
    """Each of the 46 rules, where it is enforced or shown, and where it is tested."""
    tests, places = tested_rules(), rulebook.places()
    lines = [
        "# The 46 rules",
        "",
        WRITTEN_FROM_CODE,
        "",
        "H = the portal refuses, with the article. D = the portal asks, reminds, shows what is missing.",
        "",
        "| id | art. | | rule | enforced or shown in | tested in |",
        "|---|---|---|---|---|---|",
    ]
    for rule in rulebook.RULES.values():
        where = "<br>".join(f"`{place}`" for place in sorted(set(places[rule.id]))) or "–"
        tested = "<br>".join(f"`{name}`" for name in tests[rule.id]) or "–"
        lines.append(f"| {rule.id} | {rule.article} | {rule.kind} | {rule.text} | {where} | {tested} |")
    lines += ["", "## What still waits", ""]
    waiting = [f"* **{rule_id}** {rulebook.RULES[rule_id].text}: {why}" for rule_id, why in WAITING.items()]
    lines += waiting or ["Nothing: every duty has its page."]
    return "\n".join(lines) + "\n"


def permissions_page() -> str:
    """The permission table: action by role."""
    lines = [
        "# Who may do what",
        "",
        WRITTEN_FROM_CODE,
        "",
        "A role is held on a scope (a network, an alliance, a programme). Whether a move is possible *now* is decided",
        "by the rules and the lifecycles, for everybody. A superuser passes this table and is still held by the rules.",
        "",
        "| action | " + " | ".join(role.label for role in Role) + " |",
        "|---|" + "---|" * len(Role),
    ]
    for action, roles in access.policy().items():
        lines.append(f"| `{action}` | " + " | ".join("●" if role in roles else "" for role in Role) + " |")
    return "\n".join(lines) + "\n"


def workflows_page() -> str:
    """Every lifecycle as a diagram."""
    lines = ["# How records move", "", WRITTEN_FROM_CODE, ""]
    for noun, cycle in sorted(lifecycle.LIFECYCLES.items()):
        title = noun.replace("_", " ").capitalize()
        lines += [f"## {title}", "", "```mermaid", cycle.mermaid(), "```", ""]
        lines += ["| move | from | to | action |", "|---|---|---|---|"]
        for move in cycle.transitions:
            sources = ", ".join(str(cycle.states(source).label) for source in move.sources)
            action = "by itself" if move.automatic else f"`{move.action}`"
            lines.append(f"| {move.label} | {sources} | {cycle.states(move.target).label} | {action} |")
        lines.append("")
    return "\n".join(lines)


@cache  # reads every test file: once is enough, however many rules ask
def tested_rules() -> dict[str, list[str]]:
    """Rule id -> the tests that carry `@pytest.mark.rule(id)`, as file::test."""
    found: dict[str, set[str]] = defaultdict(set)
    root = settings.BASE_DIR / "tests"
    for path in sorted(root.rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        whole_file = [i for node in tree.body if isinstance(node, ast.Assign) for i in _ids(node.value)]
        for node in ast.walk(tree):
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            ids = [i for mark in node.decorator_list for i in _ids(mark)]
            if node.name.lower().startswith("test"):
                for rule_id in {*ids, *whole_file}:
                    found[rule_id].add(f"{path.relative_to(root)}::{node.name}")
    return defaultdict(list, {rule_id: sorted(names) for rule_id, names in found.items()})


def _ids(node: ast.AST) -> list[str]:
    """The ids of each `pytest.mark.rule(...)` call inside a node."""
    return [
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.rule"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]


def load_everything() -> None:
    """Import every room, so that each rule and lifecycle has registered itself."""
    from importlib import import_module

    for config in apps.get_app_configs():
        root = Path(config.path)
        if not root.is_relative_to(settings.BASE_DIR) or ".venv" in root.parts:
            continue
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
            if not {"migrations", "management"} & set(parts):
                import_module(".".join(parts).removesuffix(".__init__"))
