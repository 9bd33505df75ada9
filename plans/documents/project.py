"""The sheet of a funded project: the grant, its publication, its versions, its payments."""

from conciliazione.kernel.document_kinds import fingerprint
from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.money import format_eur

from ..enums import BudgetCategory, PaymentStatus
from ..models import Project
from ..queries.amendments import budget_now
from ..queries.projects import lead_name_of, publication_of


def sheet_data(project: Project) -> dict:
    """Everything that the sheet says, as plain data: its fingerprint tells one version from another."""
    publication = publication_of(project)
    return {
        "title": project.title,
        "state": project.get_status_display(),
        "alliance": project.alliance.name,
        "lead": lead_name_of(project),
        "call": project.proposal.call.title,
        "grant_act": project.grant_act,
        "granted_on": project.granted_on,
        "cup": project.cup,
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "grant": project.grant,
        "co_financing": project.co_financing,
        "budget": [[BudgetCategory(k).label, m.grant, m.co_financing] for k, m in budget_now(project).items()],
        "versions": [
            [v.number, v.get_kind_display(), v.act, v.act_on, v.reason] for v in project.versions.order_by("number")
        ],
        "publication": publication
        and {
            "beneficiary": publication.beneficiary,
            "tax_code": publication.tax_code,
            "amount": publication.stands,
            "grounds": publication.grounds,
            "office": publication.office,
            "official": publication.official,
            "selection": publication.selection,
            "published_at": publication.published_at,
        },
        "payments": [
            [p.get_kind_display(), p.order_act, p.ordered_on, p.paid_on, p.get_status_display(), p.amount]
            for p in project.payments.order_by("ordered_on", "pk")
        ],
        "paid": sum(p.amount for p in project.payments.all() if p.status == PaymentStatus.PAID),
    }


def sheet_context(project: Project) -> dict:
    data = sheet_data(project)
    published = data["publication"]
    budget = [row for row in data["budget"] if row[1] or row[2]]
    return {
        "state": data["state"],
        "facts": [
            ("Alleanza", data["alliance"]),
            ("Capofila", data["lead"] or "–"),
            ("Avviso", data["call"]),
            ("Atto di concessione", data["grant_act"] or "–"),
            ("Data dell'atto", data["granted_on"]),
            ("CUP", data["cup"] or "–"),
            ("Periodo", f"dal {data['starts_on']:%d/%m/%Y} al {data['ends_on']:%d/%m/%Y}"),
            ("Contributo", format_eur(data["grant"])),
            ("Cofinanziamento", format_eur(data["co_financing"])),
        ],
        "published": published
        and [
            ("Beneficiario", f"{published['beneficiary']}, {published['tax_code']}"),
            ("Importo", format_eur(published["amount"])),
            ("Norma o titolo", published["grounds"]),
            ("Ufficio e responsabile", f"{published['office']}, {published['official']}"),
            ("Modalità di individuazione", published["selection"]),
            ("Pubblicato", published["published_at"]),
        ],
        "budget": {
            "caption": "Budget in vigore",
            "columns": [("Voce", "head"), ("Contributo", "money", "34mm"), ("Cofinanziamento", "money", "34mm")],
            "rows": budget,
            "total": ["Totale", data["grant"], data["co_financing"]],
        },
        "versions": {
            "caption": "Concessione, variazioni, proroghe e riduzioni",
            "columns": [("Vers.", "center", "14mm"), ("Tipo", "head"), "Atto", ("Data", "date", "26mm"), "Motivo"],
            "rows": data["versions"],
        },
        "payments": {
            "caption": "Pagamenti",
            "columns": [
                ("Pagamento", "head"),
                "Atto",
                ("Disposto il", "date", "26mm"),
                ("Pagato il", "date", "26mm"),
                ("Stato", "text", "24mm"),
                ("Importo", "money", "30mm"),
            ],
            "rows": data["payments"],
            "total": ["Pagato", "", "", "", "", data["paid"]],
        },
    }


register(
    DocumentKind(
        key="project_sheet",
        label="Scheda del progetto",
        template="documents/project.html",
        model=Project,
        permission="project.view",
        context=sheet_context,
        title=lambda p: p.title,
        short_title=lambda p: f"Progetto – {p.title}"[:90],
        version=lambda p: fingerprint(sheet_data(p)),
        filename=lambda p: f"scheda-progetto-{p.pk}-{p.title[:60]}",
        issuer=lambda p: f"{p.network.lead.name} – {p.network.lead_department}",
        data=sheet_data,
    )
)
