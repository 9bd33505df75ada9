"""Which role may do what on the records of this app (see docs/permissions.md)."""

from conciliazione.kernel.access import Role, declare

R, S, O, C, M, L, P = tuple(Role)  # noqa: E741 -- one letter a role keeps the table readable

TABLE = declare(
    {
        "window.view": {R, S, O, C, L, P},
        "window.edit": {R},
        # level one: the alliance lead (art. 11.1)
        "report.view_own": {L, P},
        "report.view": {O, C},
        "report.view_validated": {R, S},
        "report.track": {R, S, O, C, L, P},
        "report.edit": {L},
        "report.submit": {L},
        # level two: the ASL (art. 11.2)
        "report.validate": {O},
        "finance.check": {O},
        "territorial.read": {R, S, O, C, M},
        "territorial.view": {O, C, M},
        "territorial.edit": {O},
        "territorial.transmit": {O},
        "correction.view": {R, S, O, C},
        # level three: the Regione (art. 11.3)
        "territorial.view_transmitted": {R, S},
        "territorial.accept": {R},
        # corrective actions and guidance (R05, R16, R21)
        "corrective.read": {R, S, O, C, M, L, P},
        "corrective.view": {R, S, O, C, L, P},
        "corrective.view_general": {M},
        # good practices: told by who did it, validated by the ASL, published by the Regione for all
        "practice.view": {R, S, O, C, M, L, P},
        "practice.view_own": {O, C, L, P},
        "practice.view_validated": {R, S},
        "practice.propose": {O, L},
        "practice.validate": {O},
        "practice.publish": {R},
        "results.view": {R, S, O, C, L, P},
        "corrective.issue": {S, O, C},
        "corrective.answer": {O, L},
        "corrective.close": {S, O, C},
    }
)
