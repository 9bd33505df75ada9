"""Which role may do what on the pages that see every app (see docs/permissions.md)."""

from conciliazione.kernel.access import Role, declare

R, S, O, C, M, L, P = tuple(Role)  # noqa: E741 -- one letter a role keeps the table readable

TABLE = declare({"dashboard.view": {R, S, O, C}, "search.use": set(Role)})
