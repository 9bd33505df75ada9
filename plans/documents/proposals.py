"""The proposal as a document, and the receipt of its submission."""

import hashlib
from datetime import date
from decimal import Decimal
from textwrap import wrap

from django.utils import timezone

from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.pdf import Attached

from ..models import ProjectProposal
from ..queries import proposals as queries
from ..queries.evaluation import may_read
from ..rules import submission

PDF = "application/pdf"
MOST_EMBEDDED = 20 * 1024 * 1024  # bytes of attachments inside one document; the others are listed all the same
MONEY_COLUMNS = [("Costo", "money", "27mm"), ("Contributo", "money", "27mm"), ("Cofinanz.", "money", "27mm")]


def _whole(proposal: ProjectProposal) -> ProjectProposal:
    return queries.whole(ProjectProposal.objects).get(pk=proposal.pk)


def content_of(proposal: ProjectProposal) -> dict:
    """What was handed in, as it was then; a draft as it is now."""
    return proposal.submitted_content or queries.content_of(_whole(proposal))


def _also(proposal: ProjectProposal) -> list[str]:
    """A draft is the alliance's own business; what was handed in is the office's too."""
    return ["proposal.document"] if proposal.registry_number else []


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _money(part: dict) -> list[Decimal]:
    return [Decimal(part[name]) for name in ("cost", "grant", "co_financing")]


def _plain(text: str) -> int | Decimal:
    """A value without idle decimals."""
    value = Decimal(text)
    return int(value) if value == int(value) else value


def _lines_by_category(lines: list[dict]) -> list:
    """The lines under the heading of their category, the categories as they come."""
    rows: list = []
    for category in dict.fromkeys(line["category_label"] for line in lines):
        rows.append({"group": category})
        rows += [
            [line["description"], line["partner"], *_money(line)]
            for line in lines
            if line["category_label"] == category
        ]
    return rows


def _by(lines: list[dict], key: str) -> list[list]:
    sums: dict[str, list[Decimal]] = {}
    for line in lines:
        sums[line[key]] = [a + b for a, b in zip(sums.get(line[key], [Decimal(0)] * 3), _money(line), strict=True)]
    return [[label, *amounts] for label, amounts in sums.items()]


def proposal_context(proposal: ProjectProposal) -> dict:
    """The whole content as plain data, with its tables."""
    content = content_of(proposal)
    lead = next((p["name"] for p in content["alliance"]["partners"] if p["lead"]), "Da indicare")
    others = [p["name"] for p in content["alliance"]["partners"] if not p["lead"]]
    lines, total = content["budget_lines"], _money(content["totals"])
    facts = [
        ("Avviso", f"{content['call']['title']} ({content['call']['act']})"),
        ("Rete", content["call"]["network"]),
        ("Programma", content["call"]["programme"]),
        ("Alleanza", content["alliance"]["name"]),
        ("Capofila", lead),
        ("Partner", others or "–"),
    ]
    if proposal.registry_number:
        facts += [
            ("Protocollo", proposal.registry_number),
            ("Presentata il", queries.when(proposal.submitted_at)),
            ("Impronta (SHA-256)", proposal.content_sha256),
        ]
    return {
        "draft": not proposal.registry_number,
        "state": proposal.get_status_display(),
        "facts": facts,
        "texts": [
            ("Sintesi", content["summary"]),
            ("Contesto e bisogni", content["needs"]),
            ("Obiettivi", content["objectives"]),
        ],
        "sustainability": content["sustainability"],
        "actions": [
            {
                "title": action["title"],
                "description": action["description"],
                "facts": [
                    ("Area", action["area_label"]),
                    ("Ambito", action["district"]),
                    ("Responsabile", action["partner"]),
                    ("Periodo", f"dal {_day(action['starts_on']):%d/%m/%Y} al {_day(action['ends_on']):%d/%m/%Y}"),
                    ("Destinatari previsti", action["expected_participants"] or "–"),
                ],
            }
            for action in content["actions"]
        ],
        "calendar": {
            "caption": "Calendario delle azioni",
            "columns": [("Azione", "head"), ("Dal", "date", "26mm"), ("Al", "date", "26mm"), ("Responsabile", "text")],
            "rows": [
                [action["title"], _day(action["starts_on"]), _day(action["ends_on"]), action["partner"]]
                for action in sorted(content["actions"], key=lambda a: (a["starts_on"], a["title"]))
            ],
        },
        "budget": {
            "caption": "Voci di spesa",
            "columns": [("Descrizione", "head"), ("Partner", "text"), *MONEY_COLUMNS],
            "rows": _lines_by_category(lines),
            "total": ["Totale", "", *total],
        },
        "by_category": {
            "caption": "Per voce di spesa",
            "columns": [("Voce", "head"), *MONEY_COLUMNS],
            "rows": _by(lines, "category_label"),
            "total": ["Totale", *total],
        },
        "by_partner": {
            "caption": "Per partner",
            "columns": [("Partner", "head"), *MONEY_COLUMNS],
            "rows": _by(lines, "partner"),
            "total": ["Totale", *total],
        },
        "attachments": {
            "caption": "Allegati, con l'impronta di ciascun file",
            "columns": [("Allegato", "head"), ("File", "text", "44mm"), ("Impronta (SHA-256)", "text", "56mm")],
            "rows": [
                [one["title"] or one["document"], one["name"], " ".join(wrap(one["sha256"], 16))]
                for one in content.get("attachments", [])
            ],
        },
        "embedded": [one.name for one in proposal_files(proposal)],
        "indicators": {
            "caption": "Indicatori attesi",
            "columns": [
                ("Indicatore", "head"),
                ("Valore di base", "number", "28mm"),
                ("Obiettivo", "number", "28mm"),
                ("Unità", "text", "28mm"),
            ],
            "rows": [
                row
                for i in content["indicators"]
                for row in (
                    [f"{i['code']} {i['name']}", _plain(i["baseline"]), _plain(i["target"]), i["unit"]],
                    *([f"{part[0]}: {part[1]}", "", _plain(part[2]), i["unit"]] for part in i.get("parts", ())),
                )
            ],
        },
    }


def proposal_files(proposal: ProjectProposal) -> list[Attached]:
    """The attachments that are PDF, to be kept inside the proposal's own, as long as they are not too much together.

    Only those whose bytes are still the ones that the content tells of.
    """
    told = {one["sha256"]: one for one in content_of(proposal).get("attachments", [])}
    found: list[Attached] = []
    left = MOST_EMBEDDED
    for attachment in proposal.attachments.select_related("file"):
        stored = attachment.file
        one = told.get(stored.sha256)
        if one is None or stored.content_type != PDF or stored.size > left:
            continue
        try:
            with stored.file.open("rb") as opened:
                content = opened.read()
        except FileNotFoundError:
            continue
        if hashlib.sha256(content).hexdigest() == stored.sha256:
            left -= stored.size
            name = f"allegato-{len(found) + 1}-{stored.name}"
            found.append(Attached(name, content, f"Allegato: {one['title']}", "Supplement"))
    return found


def proposal_version(proposal: ProjectProposal) -> str:
    """State and content: a draft is another document after every change."""
    mark = proposal.content_sha256 or submission.fingerprint(content_of(proposal))
    return f"{proposal.get_status_display().lower()}, {mark[:12]}"


def _issuer(proposal: ProjectProposal) -> str:
    return proposal.alliance.name


class ProposalPaper(DocumentKind):
    """Closed, like the page, to whoever is in conflict of interest, in whatever seat they act."""

    def may_open(self, person, record) -> bool:
        return super().may_open(person, record) and may_read(person, record)


register(
    ProposalPaper(
        key="proposal",
        label="Proposta progettuale",
        template="documents/proposal.html",
        model=ProjectProposal,
        permission="proposal.view_own",
        also=_also,
        context=proposal_context,
        title=lambda p: p.title,
        short_title=lambda p: f"Proposta – {p.title}"[:90],
        version=proposal_version,
        filename=lambda p: f"proposta-{p.pk}-{p.title[:60]}" + ("" if p.registry_number else "-bozza"),
        issuer=_issuer,
        data=content_of,
        files=proposal_files,
    )
)


def receipt_context(proposal: ProjectProposal) -> dict:
    """Number, instant, who, fingerprint, and how to check it."""
    if not proposal.registry_number:
        raise Refused("La ricevuta si può avere dopo la presentazione della proposta.")
    return {
        "facts": [
            ("Numero di protocollo", proposal.registry_number),
            ("Istante", queries.when(proposal.submitted_at)),
            ("Presentata da", str(proposal.submitted_by)),
            ("Proposta", proposal.title),
            ("Alleanza", proposal.alliance.name),
            ("Avviso", f"{proposal.call.title} ({proposal.call.act})"),
            ("Rete", proposal.call.network.name),
            ("Ricevuta da", proposal.call.network.lead.name),
            ("Impronta SHA-256", proposal.content_sha256),
        ],
        "received_at": timezone.localtime(proposal.submitted_at),
    }


def receipt_data(proposal: ProjectProposal) -> dict:
    """What the receipt carries inside: the content whose fingerprint it states."""
    return {
        "registry_number": proposal.registry_number,
        "sha256": proposal.content_sha256,
        "content": proposal.submitted_content,
    }


def receipt_version(proposal: ProjectProposal) -> str:
    if not proposal.registry_number:
        raise Refused("La ricevuta si può avere dopo la presentazione della proposta.")
    return proposal.content_sha256


register(
    ProposalPaper(
        key="submission_receipt",
        label="Ricevuta di presentazione",
        template="documents/submission_receipt.html",
        model=ProjectProposal,
        permission="proposal.view_own",
        also=_also,
        context=receipt_context,
        title=lambda p: "Ricevuta di presentazione della proposta",
        short_title=lambda p: f"Ricevuta {p.registry_number}",
        version=receipt_version,
        filename=lambda p: f"ricevuta-{p.registry_number.replace('/', '-')}",
        issuer=lambda p: f"{p.call.network.lead.name}, capofila di Rete",
        data=receipt_data,
    )
)
