"""A lead finds an error in the first report when the territorial report is with the Regione already.

The ASL validates the correction; the new version of the territorial report is left to whoever tries the portal.
"""

from decimal import Decimal

from monitoring.services import corrections, progress
from monitoring.services.progress import ActionEntry
from plans.models import Project

from .monitoring import INTERMEDIATE, REACHED, WORDS, report_of, write_report
from .story import Story


def tell(story: Story, project: Project) -> None:
    lead = story.lead_person(project.alliance)
    with story.on(2015, 11, 12, 9, 30):
        first = report_of(project, INTERMEDIATE)
        report = corrections.correct_report(
            first, by=lead, reason="Le presenze di maggio erano contate due volte (esempio)"
        )
        report = write_report(report, by=lead, words=WORDS[0], reached=REACHED[0] - Decimal("0.05"), percent=60)
        actions = {row.plan_action_id: ActionEntry(row.percent) for row in first.action_progress.all()}
        words = {name: getattr(report, name) for name in corrections.COPIED if name != "late"}
        progress.save_report(report, by=lead, values={}, actions=actions, **words)
        progress.submit_report(report, by=lead)
    with story.on(2015, 11, 12, 16):
        progress.validate_report(report, by=story.person("asl2"))
