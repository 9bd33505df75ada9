"""Good practices: told by who did it, and nobody validates their own (art. 11)."""

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import PracticeStatus

EDITABLE = (PracticeStatus.PROPOSED, PracticeStatus.RETURNED)


@enforces("R43")
def check_validator(*, author: int | None, by: int) -> None:
    """Who proposed it does not validate it. Both are keys of people. Raises RuleViolated."""
    if author is not None and author == by:
        raise violated("R43", "L'hai proposta tu: la valida un'altra persona dell'ASL")


def check_editable(status: str) -> None:
    """It is written until the ASL has validated it. Raises Refused."""
    if status not in EDITABLE:
        raise Refused("È già stata validata, e non si modifica più: se è sbagliata la Regione la rimanda indietro.")


def check_done(*, started: bool, validated_reports: int) -> None:
    """A project tells as good practice what an approved report has shown. Raises Refused beside the field."""
    if not started or not validated_reports:
        raise Refused(
            "Il progetto non ha ancora una relazione validata: una buona prassi racconta risultati approvati. "
            "Aspetta la prima relazione validata.",
            field="project",
        )
