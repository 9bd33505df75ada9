"""Good practices: told by who did it, and nobody validates their own (art. 11)."""

from conciliazione.kernel.errors import Refused

from ..enums import PracticeStatus

EDITABLE = (PracticeStatus.PROPOSED, PracticeStatus.RETURNED)


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
