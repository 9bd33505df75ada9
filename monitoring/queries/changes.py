"""What a correction changes of the version before it."""

from dataclasses import dataclass

from network.rules.breakdowns import plain

from ..models import ProgressReport
from .reports import ReportContent, content_of


@dataclass(frozen=True)
class Change:
    """One thing that differs, in words."""

    what: str
    before: str
    after: str


def version_before(report: ProgressReport) -> ProgressReport | None:
    if report.version == 1:
        return None
    versions = ProgressReport.objects.filter(project=report.project_id, window=report.window_id)
    return versions.select_related("window", "project").filter(version=report.version - 1).first()


def changes_of(content: ReportContent) -> list[Change]:
    """What this version changes: values and their parts, actions, people reached, words."""
    old = version_before(content.report)
    if old is None:
        return []
    before, after = _flat(content_of(old)), _flat(content)
    keys = [*before, *(key for key in after if key not in before)]
    return [
        Change(key, before.get(key, "–"), after.get(key, "–"))
        for key in keys
        if before.get(key, "–") != after.get(key, "–")
    ]


def _flat(content: ReportContent) -> dict[str, str]:
    """Everything the report says, by what it is about."""
    report = content.report
    found: dict[str, str] = {}
    for line in content.measurable:
        name = line.indicator.name
        if line.value is not None:
            found[name] = plain(line.value)
        for _, parts in line.breakdowns:
            for part in parts:
                if part.value is not None:
                    found[f"{name}, {part.label.lower()}"] = plain(part.value)
        if line.note:
            found[f"{name}, nota"] = line.note
    for line in content.actions:
        if line.percent is not None:
            found[f"Avanzamento di «{line.action.title}»"] = f"{line.percent} %"
    numbers = (("Persone raggiunte", report.people_reached), ("Imprese raggiunte", report.enterprises_reached))
    found |= {label: str(value) for label, value in numbers if value is not None}
    words = (
        ("Come procede il progetto", report.narrative),
        ("Difficoltà incontrate", report.difficulties),
        ("Azioni correttive proposte", report.corrective_proposals),
    )
    return found | {label: text for label, text in words if text}
