"""Good practices: proposed, looked at by the ASL, published by the Regione for all networks and the public."""

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public
from network.rules.programmes import check_area

from ..enums import ReportStatus
from ..models import GoodPractice, ProgressReport
from ..queries.writers import PROPOSED, REWRITTEN, writers_of_practice
from ..rules import practices as rules
from ..rules.levels import check_not_oneself
from ..rules.lifecycles import GOOD_PRACTICE

TEXTS = ("title", "summary", "description", "results", "transfer", "area")


@atomic
def propose(network, *, by, project=None, is_example: bool = False, **texts) -> GoodPractice:
    """Propose what a project of the network did, or the network itself (`texts`: see TEXTS). Raises Refused."""
    if project is not None and project.network_id != network.pk:
        raise Refused("Il progetto è di un'altra Rete: scegline uno di questa.", field="project")
    if project is not None:
        reports = ProgressReport.objects.filter(project=project, status=ReportStatus.VALIDATED).count()
        rules.check_done(started=project.starts_on <= clock.today(), validated_reports=reports)
    practice = GoodPractice(
        network=network, project=project, proposed_by=by, proposed_at=clock.now(), is_example=is_example
    )
    _write(practice, texts, by=by, why=PROPOSED)
    begin(practice, GOOD_PRACTICE, by=by, label="Buona prassi proposta")
    _tell(practice, Role.OFFICE, f"È stata proposta la buona prassi «{practice.title}»: leggila e validala.", by)
    return practice


@atomic
def update(practice: GoodPractice, *, by, **texts) -> GoodPractice:
    """Change its words until the ASL has validated it. Raises Refused."""
    practice = lock(practice)
    rules.check_editable(practice.status)
    _write(practice, texts, by=by, why=REWRITTEN)
    note(practice, noun="good_practice", name="update", label="Testo corretto", by=by)
    return practice


def _write(practice: GoodPractice, texts: dict, *, by, why: str) -> None:
    check_area(texts["area"])
    for name in TEXTS:
        if not texts[name].strip():
            raise Refused("Scrivi anche questa parte: serve a chi vuole rifarlo.", field=name)
        setattr(practice, name, texts[name].strip())
    check_public(**{name: texts[name] for name in TEXTS})
    practice._history_user, practice._history_date, practice._change_reason = by, clock.now(), why
    practice.save()


def check_validate(practice: GoodPractice, by) -> None:
    """Whether this person may validate it. Raises Refused."""
    check_not_oneself(writers_of_practice(practice), by.pk, what="la buona prassi")


@atomic
def validate(practice: GoodPractice, *, by, reason: str = "") -> GoodPractice:
    """The ASL finds it sound: it goes to the Regione. Raises RuleViolated R43 for whoever proposed it."""
    practice = lock(practice)
    GOOD_PRACTICE.check(practice.status, "validate")
    check_validate(practice, by)
    move(practice, GOOD_PRACTICE, "validate", by=by, reason=reason)
    _tell(practice, Role.REGION, f"La buona prassi «{practice.title}» è validata: si può pubblicare.", by)
    return practice


@atomic
def return_practice(practice: GoodPractice, *, by, reason: str) -> GoodPractice:
    """The ASL says what is missing."""
    return _back(practice, "return", by=by, reason=reason)


@atomic
def send_back(practice: GoodPractice, *, by, reason: str) -> GoodPractice:
    """The Regione says what is missing."""
    return _back(practice, "send_back", by=by, reason=reason)


def _back(practice: GoodPractice, name: str, *, by, reason: str) -> GoodPractice:
    practice = lock(practice)
    move(practice, GOOD_PRACTICE, name, by=by, reason=reason)
    text = f"La buona prassi «{practice.title}» è da rivedere: {reason}"
    _tell(practice, Role.OFFICE, text, by)
    _tell(practice, Role.LEAD, text, by)
    return practice


@atomic
def propose_again(practice: GoodPractice, *, by, reason: str = "") -> GoodPractice:
    """Mended, it is before the ASL again."""
    practice = lock(practice)
    practice.proposed_by = by
    move(practice, GOOD_PRACTICE, "propose_again", by=by, reason=reason)
    _tell(practice, Role.OFFICE, f"La buona prassi «{practice.title}» è stata corretta: rileggila.", by)
    return practice


@atomic
def publish(practice: GoodPractice, *, by, reason: str = "") -> GoodPractice:
    """From now on all networks and the public read it."""
    practice = lock(practice)
    GOOD_PRACTICE.check(practice.status, "publish")
    practice.published_at = clock.now()
    move(practice, GOOD_PRACTICE, "publish", by=by, reason=reason)
    text = f"La buona prassi «{practice.title}» è pubblicata."
    _tell(practice, Role.OFFICE, text, by)
    _tell(practice, Role.LEAD, text, by)
    return practice


@atomic
def withdraw(practice: GoodPractice, *, by, reason: str) -> GoodPractice:
    """Who proposed it thinks again."""
    practice = lock(practice)
    move(practice, GOOD_PRACTICE, "withdraw", by=by, reason=reason)
    return practice


@atomic
def unpublish(practice: GoodPractice, *, by, reason: str) -> GoodPractice:
    """Nobody outside its network reads it any more."""
    practice = lock(practice)
    move(practice, GOOD_PRACTICE, "unpublish", by=by, reason=reason)
    _tell(practice, Role.OFFICE, f"La buona prassi «{practice.title}» non è più pubblicata: {reason}", by)
    return practice


def _tell(practice: GoodPractice, role: Role, text: str, by) -> None:
    if role == Role.LEAD and not practice.project_id:
        return
    scope = practice.project.alliance if role == Role.LEAD else practice.network
    notify(access.people_with(role, scope), text, url=practice.get_absolute_url(), by=by)
