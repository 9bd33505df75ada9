"""Which role may do what on the pages that see every app (see docs/permissions.md)."""

from conciliazione.kernel.access import Role, declare

R, S, O, C, M, L, P = tuple(Role)  # noqa: E741 -- one letter a role keeps the table readable

TABLE = declare(
    {
        # the figures of whole territories; leads and partners see those of their own alliance
        "dashboard.territory": {R, S, O, C},
        "dashboard.view": {R, S, O, C, L, P},
        "search.use": set(Role),
        # what was done in the portal, by whom: for whoever answers for it
        "trail.view": {R},
    }
)
