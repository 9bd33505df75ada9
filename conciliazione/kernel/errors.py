"""Every refusal of the portal is one of these: it carries a code and a sentence for the person who asked."""


class Refused(Exception):
    """The portal says no, with a sentence in Italian that the page shows as it is.

    `field` names the form field the sentence belongs beside, when there is one.
    """

    code = "refused"

    def __init__(self, message: str, *, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return self.message


class RuleViolated(Refused):
    """A rule of the agreement (or of the programme's rule set) forbids it. `rule` is its id, R01 to R46."""

    def __init__(self, rule: str, message: str, *, field: str | None = None):
        super().__init__(message, field=field)
        self.rule = rule
        self.code = rule


class MoveRefused(Refused):
    """The record is not in a state from which this move starts."""

    code = "state"


class ChangedMeanwhile(Refused):
    """Somebody else wrote the same record since the person opened it."""

    code = "changed"


class InvalidUpload(Refused):
    """A file of the wrong type, too large, or not what its name says."""

    code = "upload"


def refusal_of(check, *args, **options) -> Refused | None:
    """Why a check refuses; None when it lets through."""
    try:
        check(*args, **options)
    except Refused as refused:
        return refused
    return None
