"""The territorial plan as it goes to the Regione: the version that was adopted, or the draft as it stands."""

from datetime import date
from decimal import Decimal

from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.money import format_eur
from network.enums import Area

from ..enums import ActionOrigin, PlanStatus
from ..models import TerritorialPlan
from ..queries.plan import content_of
from ..rules.plan import EDITABLE, PUBLIC, SEEN_BY_REGION
from ..services.plan import fingerprint


def content_now(plan: TerritorialPlan) -> dict:
    """The adopted version, frozen; while the plan is being written, what it says now."""
    if plan.status not in EDITABLE:
        version = plan.versions.filter(number=plan.version).first()
        if version is not None:
            return version.content
    return content_of(plan)


def plan_context(plan: TerritorialPlan) -> dict:
    content = content_now(plan)
    areas = dict(Area.choices)
    actions = [
        {
            "title": a["title"],
            "description": a["description"],
            "facts": [
                ("Chi la realizza", a["by"]),
                ("Area di intervento", areas[a["area"]]),
                ("Ambito", a["district"]),
                ("Periodo", f"dal {_day(a['starts_on'])} al {_day(a['ends_on'])}"),
                ("Risorse", format_eur(Decimal(a["amount"]))),
                ("Destinatari previsti", a["expected_participants"] or None),
            ],
            "origin": a["origin"],
        }
        for a in content["actions"]
    ]
    finance = [
        [line["title"], line["body"], *(Decimal(line[key]) for key in ("cost", "grant", "co_financing"))]
        for line in content["finance"]
    ]
    return {
        "plan": content,
        "status": PlanStatus(plan.status).label,
        "is_draft": plan.status in EDITABLE,
        "number": plan.version,
        "facts": [
            ("Presentato da", f"{content['lead']}, {content['department']}"),
            ("Programma", content["programme"]),
            ("Base giuridica", content["legal_basis"]),
            ("Fine del piano", date.fromisoformat(content["ends_on"]) if content.get("ends_on") else None),
            ("Adottato il", plan.adopted_on),
            ("Trasmesso alla Regione", f"protocollo {plan.registry_number}" if plan.registry_number else None),
            ("Validato dalla Cabina di Regia", plan.validated_on),
        ],
        "alliance_actions": [a for a in actions if a["origin"] == ActionOrigin.ALLIANCE],
        "committee_actions": [a for a in actions if a["origin"] == ActionOrigin.COMMITTEE],
        "coverage": _coverage(content, areas),
        "calendar": {
            "caption": "Calendario delle azioni",
            "columns": [("Azione", "head"), "Chi la realizza", ("Dal", "date", "26mm"), ("Al", "date", "26mm")],
            "rows": [
                [a["title"], a["by"], date.fromisoformat(a["starts_on"]), date.fromisoformat(a["ends_on"])]
                for a in content["actions"]
            ],
        },
        "annexes": _annexes(content),
        "finance": {
            "caption": "Piano finanziario",
            "columns": [
                ("Progetto o azione", "head"),
                "Chi lo realizza",
                ("Costo", "money", "28mm"),
                ("Contributo", "money", "28mm"),
                ("Cofinanziamento", "money", "32mm"),
            ],
            "rows": finance,
            "total": ["Totale", "", *(sum((row[i] for row in finance), Decimal(0)) for i in (2, 3, 4))],
        },
    }


def _annexes(content: dict) -> list[dict]:
    """The annexes as tables; a version of before they were kept has none."""
    found = []
    if content.get("partners"):
        found.append(
            {
                "caption": "Le Alleanze e i loro partner",
                "columns": [("Ente", "head"), "Alleanza", "Natura", ("Ruolo", "text", "28mm")],
                "rows": [
                    [p["body"], p["alliance"], p["nature"], "Capofila" if p["lead"] else "Partner"]
                    for p in content["partners"]
                ],
            }
        )
    for call in dict.fromkeys(row["call"] for row in content.get("rankings", [])):
        found.append(
            {
                "caption": f"Graduatoria: {call}",
                "columns": [
                    ("Posto", "center", "16mm"),
                    ("Proposta", "head"),
                    "Alleanza",
                    ("Punti", "number", "18mm"),
                    ("Assegnato", "money", "30mm"),
                    ("Esito", "text", "34mm"),
                ],
                "rows": [
                    [
                        row["position"],
                        row["title"],
                        row["by"],
                        Decimal(row["total"]) if row["total"] else None,
                        Decimal(row["granted"]),
                        row["outcome"],
                    ]
                    for row in content["rankings"]
                    if row["call"] == call
                ],
            }
        )
    return found


def _coverage(content: dict, areas: dict) -> dict:
    rows = []
    for row in content["coverage"]:
        cells = {cell["area"]: cell for cell in row["cells"]}
        rows.append([row["district"], *(_cell(cells.get(area)) for area in areas)])
    return {
        "caption": "Copertura del territorio: azioni e risorse per ambito e area di intervento",
        "columns": [("Ambito", "head"), *((label, "center") for label in areas.values())],
        "rows": rows,
        "wide": True,
    }


def _cell(cell: dict | None) -> str:
    if not cell or not cell["count"]:
        return "Scoperto"
    word = "azione" if cell["count"] == 1 else "azioni"
    return f"{cell['count']} {word}, {format_eur(Decimal(cell['amount']))}"


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def plan_version(plan: TerritorialPlan) -> str:
    """The adopted version with its state, or the fingerprint of the draft: equal content, equal version."""
    if plan.status in EDITABLE:
        return f"bozza-{fingerprint(content_of(plan))[:16]}"
    return f"{plan.version}-{plan.status}"


register(
    DocumentKind(
        key="territorial_plan",
        label="Piano Territoriale",
        template="documents/territorial_plan.html",
        model=TerritorialPlan,
        permission="plan.view",
        context=plan_context,
        title=lambda p: p.title,
        version=plan_version,
        filename=lambda p: f"piano-territoriale-{p.network.slug}-v{p.version}",
        issuer=lambda p: f"{p.network.lead.name} – {p.network.lead_department}",
        short_title=lambda p: f"Piano Territoriale, versione {p.version}",
        public=lambda p: p.status in PUBLIC,
        also=lambda p: ["plan.view_transmitted"] if p.status in SEEN_BY_REGION else [],
        long=True,
        data=content_now,
    )
)
