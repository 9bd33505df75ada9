"""The three levels of monitoring (art. 11): who tells whom, and what each level may read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import ReportStatus, TerritorialReportStatus


class Level(StrEnum):
    """A level of the monitoring; its number is its place in art. 11."""

    ALLIANCE = "alliance"
    NETWORK = "network"
    REGION = "region"


@dataclass(frozen=True)
class Step:
    """What a level does, with the article that says so."""

    level: Level
    number: int
    who: str
    does: str
    article: str


STEPS = (
    Step(
        Level.ALLIANCE,
        1,
        "Capofila di Alleanza",
        "descrive l'avanzamento in termini quantitativi e qualitativi",
        "11.1",
    ),
    Step(Level.NETWORK, 2, "ASL capofila di Rete", "valida, raccoglie e cataloga con indicatori concordati", "11.2"),
    Step(Level.REGION, 3, "Regione Lombardia", "raccoglie in modo sistematico i risultati dei territori", "11.3"),
)

# What an alliance writes reaches its network when it is sent, and the Regione only through the ASL (R31, R43)
REPORT_READERS: dict[Level, tuple[str, ...]] = {
    Level.ALLIANCE: tuple(ReportStatus),
    Level.NETWORK: (
        ReportStatus.SUBMITTED,
        ReportStatus.RETURNED,
        ReportStatus.VALIDATED,
        ReportStatus.SUPERSEDED,
    ),
    Level.REGION: (ReportStatus.VALIDATED, ReportStatus.SUPERSEDED),
}
CLOSED_TERRITORIAL = (TerritorialReportStatus.TRANSMITTED, TerritorialReportStatus.ACCEPTED)


@dataclass(frozen=True)
class Received:
    """A report of a project as the second level sees it: the project's title and the report's state."""

    project: str
    status: str


@enforces("R43", "R31", "R46")
def check_transmission(reports: Iterable[Received]) -> None:
    """The ASL may hand on to the Regione only what it has gone through (art. 11).

    Every report that came in is validated or returned; and where there are projects, at least one is validated, or
    the second level would speak without the first. What has not come is listed as missing, not a refusal.

    Raises RuleViolated.
    """
    reports = list(reports)
    waiting = sorted(r.project for r in reports if r.status == ReportStatus.SUBMITTED)
    if waiting:
        raise violated(
            "R43",
            "La relazione territoriale non può partire: aspettano ancora l'ASL le relazioni di "
            f"{', '.join(f'«{title}»' for title in waiting)}. Validale o restituiscile, poi trasmetti",
        )
    if reports and not any(r.status == ReportStatus.VALIDATED for r in reports):
        raise violated(
            "R43",
            "La relazione territoriale non può partire: nessun capofila di Alleanza ha una relazione validata per "
            "questa "
            "finestra. Sollecita i capofila e valida almeno una relazione",
        )


def check_anew(before: dict, comment_before: str, now: dict, comment: str, *, version: int) -> None:
    """A new version of a territorial report says something else than the one before. Raises Refused.

    `before` and `now` are catalogues as plain data; the instant at which they were made is no difference.
    """
    if comment == comment_before and _but_instant(before) == _but_instant(now):
        raise Refused(
            f"Questa versione è uguale alla {version}, che la Regione ha già: nessun valore, nessuna azione e nessuna "
            "parola è cambiata. Valida prima la correzione che manca, o cambia il commento."
        )


def _but_instant(catalogue: dict | None) -> dict:
    return {key: value for key, value in (catalogue or {}).items() if key != "at"}


@enforces("R43")
def check_not_oneself(
    writers: Collection[int],
    by: int | None,
    *,
    what: str = "la relazione",
    colleague: str = "un collega dell'ASL",
) -> None:
    """Who wrote or sent something at one level cannot let it pass at the next. `writers` and `by` are keys of people.

    Raises RuleViolated.
    """
    if by is not None and by in writers:
        raise violated(
            "R43",
            f"Non puoi approvare {what} che hai scritto o inviato tu: chi scrive e chi controlla sono persone diverse. "
            f"Chiedi a {colleague}",
        )


@enforces("R43")
def check_still_collecting(territorial_status: str | None) -> None:
    """A project's report is accepted until the ASL has transmitted that of the territory. Raises RuleViolated."""
    if territorial_status in CLOSED_TERRITORIAL:
        raise violated(
            "R43",
            "L'ASL ha già trasmesso alla Regione la relazione territoriale di questa finestra: la relazione del "
            "progetto "
            "non si può più inviare. Scrivi all'ASL e riporta i dati nella finestra seguente",
        )
