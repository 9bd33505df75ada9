"""What a version changes of the one before it: of a project's report, and of a territory's."""

from network.enums import Dimension
from network.models import District
from network.rules.breakdowns import categories, plain

from ..models import ProgressReport
from ..rules.changes import Change, differences, of_catalogue
from .reports import ReportContent, content_of


def version_before(report: ProgressReport) -> ProgressReport | None:
    if report.version == 1:
        return None
    versions = ProgressReport.objects.filter(project=report.project_id, window=report.window_id)
    return versions.select_related("window", "project").filter(version=report.version - 1).first()


def changes_of(content: ReportContent) -> list[Change]:
    """What this version changes: values and their parts, actions, people reached, words."""
    old = version_before(content.report)
    return [] if old is None else differences(_flat(content_of(old)), _flat(content))


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


def catalogue_changes(before: dict | None, after: dict | None) -> list[Change]:
    """What one catalogue of a territory says otherwise than another. One query if districts are among its parts."""
    before, after = before or {}, after or {}
    words = _part_words(before, after)
    return differences(of_catalogue(before, words), of_catalogue(after, words))


def _part_words(*catalogues: dict) -> dict[tuple[str, str], str]:
    parts = {
        (part["dimension"], part["category"])
        for catalogue in catalogues
        for row in catalogue.get("indicators", ())
        for part in row.get("parts", ())
    }
    keys = [category for dimension, category in parts if dimension == Dimension.DISTRICT]
    rows = District.objects.filter(pk__in=keys).values_list("pk", "name") if keys else ()
    districts = {str(pk): name for pk, name in rows}
    return {(d, key): categories(d, districts).get(key, key) for d, key in parts}
