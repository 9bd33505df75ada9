"""The printed copy of a dashboard."""

from conciliazione.kernel import access
from conciliazione.kernel.documents import DocumentKind, register

from .models import DashboardCopy

LONG = 150  # rows from which a worker makes it


class OwnCopy(DocumentKind):
    """What a person printed is theirs: it holds what they could see then."""

    def may_open(self, person, record) -> bool:
        return person.pk == record.by_id and access.can(person, self.permission)


def _rows(copy: DashboardCopy) -> int:
    tables = [table for section in copy.content["sections"] for table in section.get("tables", ()) if table]
    return sum(len(table["rows"]) for table in tables)


def _title(copy: DashboardCopy) -> str:
    facts = dict(copy.content["facts"])
    where = facts.get("Territorio", "")
    return f"Cruscotto – {facts['Programma']}" + (f", {where}" if where and not where.startswith("Tutti") else "")


register(
    OwnCopy(
        key="dashboard",
        label="Cruscotto",
        template="documents/dashboard.html",
        model=DashboardCopy,
        permission="dashboard.view",
        context=lambda copy: copy.content | {"at": copy.at},
        title=_title,
        short_title=lambda copy: "Cruscotto del monitoraggio",
        version=lambda copy: copy.fingerprint[:16],
        filename=lambda copy: f"cruscotto-{copy.at:%Y-%m-%d}",
        issuer=lambda copy: copy.by.acting_label or "Rete territoriale di conciliazione",
        long=lambda copy: _rows(copy) > LONG,
    )
)
