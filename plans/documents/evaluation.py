"""The minutes of the evaluation committee: who was present, who abstained, and the ranking that it approved."""

import hashlib

from django.utils import timezone

from conciliazione.kernel.document_kinds import fingerprint
from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import format_eur
from network.documents import parts_context

from ..enums import Outcome, RankingStatus
from ..models import ConflictDeclaration, Ranking
from ..queries.collegial import sentences_of
from ..queries.draws import cut_of
from ..queries.evaluation import members_of
from ..queries.ranking import why_papers_closed


def minutes_context(ranking: Ranking) -> dict:
    """Plain data for the template. Raises Refused before the committee has approved the ranking."""
    if ranking.status == RankingStatus.DRAFT:
        raise Refused("Il verbale si può avere quando il Comitato ha approvato la graduatoria in seduta.")
    call, meeting = ranking.call, ranking.meeting
    criteria = list(call.criteria.all())
    rows = list(ranking.rows.select_related("proposal__alliance").order_by("position"))
    present = {a.organisation_id: a.representative for a in meeting.attendances.all()} if meeting else {}
    members = list(members_of(call.network_id))
    conflicts = ConflictDeclaration.objects.filter(proposal__call=call, has_conflict=True).select_related(
        "member__person", "proposal"
    )
    return {
        "meeting": meeting,
        "committee": f"Comitato di Valutazione e monitoraggio locale – {call.network.name}",
        "facts": [
            ("Avviso", call.title),
            ("Atto dell'avviso", f"{call.act} del {call.act_on:%d/%m/%Y}"),
            ("Programma", call.programme.name),
            ("Risorse", format_eur(call.budget)),
            ("Seduta", meeting.starts_at if meeting else None),
            ("Luogo", meeting.place if meeting else None),
            ("Approvazione", ranking.approved_on),
        ],
        "attendance": {
            "caption": "Componenti del Comitato e presenze",
            "columns": ["Componente", ("Ente", "head"), ("Presenza", "center")],
            "rows": [
                [
                    str(m.person) + (" (presiede)" if m.is_chair else ""),
                    m.organisation.name,
                    "Presente" if m.organisation_id in present else "Assente",
                ]
                for m in members
            ],
        },
        "conflicts": [
            f"{c.member.person} si astiene sulla proposta «{c.proposal.title}»"
            + (f": {c.known_link}" if c.known_link else "")
            + "."
            for c in conflicts.order_by("proposal__registry_number", "member_id")
        ],
        "judged": [_sentence(one) for one in sentences_of(call)],
        "grid": {
            "caption": "Griglia di valutazione",
            "columns": [
                ("Criterio", "head"),
                "Finalità (art. 6)",
                ("Punti", "number"),
                ("Peso", "number"),
                ("Soglia", "number"),
            ],
            "rows": [
                [c.title, c.get_aim_display() if c.aim else None, c.max_points, c.weight, c.threshold or None]
                for c in criteria
            ],
        },
        "ranking": ranking_table(ranking, criteria, rows),
        "money_rule": cut_of(call).words,
        "ties": [f"{row.proposal.title}. {row.tie_note}" for row in rows if row.tie_note],
        "reasons": [
            f"{row.proposal.title}. {row.reason}"
            for row in rows
            if row.outcome in {Outcome.BELOW_THRESHOLD, Outcome.EXCLUDED, Outcome.ELIGIBLE_NOT_FUNDED} and row.reason
        ],
        "agenda": "\n".join(f"- {line}" for line in meeting.agenda.splitlines() if line.strip()) if meeting else "",
        "minutes": meeting.minutes if meeting else "",
        "parts": parts_context(meeting) if meeting else [],
        "signatures": [
            {"body": m.organisation.name, "name": str(m.person), "status": ""}
            for m in members
            if m.organisation_id in present
        ],
    }


def _sentence(one: dict) -> str:
    """How a proposal was judged in the meeting, in words."""
    parts = []
    if one["opened"]:
        parts.append(f"{one['opened'].by} ha aperto i punti prima che tutti consegnassero: {one['opened'].reason}")
    if one["meeting"]:
        day = timezone.localtime(one["meeting"])
        parts.append(f"nella seduta del {day:%d/%m/%Y} hanno dato il punteggio collegiale {', '.join(one['present'])}")
    if one["away"]:
        parts.append(f"hanno lasciato la seduta per conflitto di interessi {', '.join(one['away'])}")
    if one["note"]:
        parts.append(one["note"])
    return f"«{one['title']}»: {'; '.join(part.rstrip('.') for part in parts)}."


def ranking_table(ranking: Ranking, criteria, rows) -> dict:
    table: list = []
    drawn = False
    funded = [row for row in rows if row.outcome == Outcome.FUNDED]
    granted = sum(row.granted for row in funded)
    for row in rows:
        if not drawn and row.outcome != Outcome.FUNDED:
            table.append(
                {"line": f"Fine delle risorse: assegnati {format_eur(granted)} su {format_eur(ranking.call.budget)}"}
            )
            drawn = True
        points = {entry["criterion"]: entry["points"].replace(".", ",") for entry in row.points}
        table.append(
            [
                row.position,
                f"{row.proposal.title} – {row.proposal.alliance.name}",
                *(points.get(c.pk) for c in criteria),
                f"{row.total:.2f}".replace(".", ",") if row.total is not None else None,
                row.granted if row.outcome == Outcome.FUNDED else None,
                row.get_outcome_display(),
            ]
        )
    return {
        "caption": "Graduatoria",
        "columns": [
            ("Pos.", "center", "12mm"),
            ("Proposta", "head"),
            *((c.title, "number", "22mm") for c in criteria),
            ("Totale", "number", "18mm"),
            ("Contributo", "money", "28mm"),
            ("Esito", "text", "32mm"),
        ],
        "rows": table,
        "wide": True,
    }


def minutes_version(ranking: Ranking) -> str:
    """Changes when the meeting's minutes or the state of the ranking change."""
    meeting = ranking.meeting
    parts = [
        ranking.status,
        str(ranking.approved_on),
        meeting.minutes if meeting else "",
        meeting.status if meeting else "",
    ]
    parts += [fingerprint(parts_context(meeting))] if meeting else []
    parts += [str(a) + a.representative for a in meeting.attendances.order_by("pk")] if meeting else []
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


class CommitteePaper(DocumentKind):
    """About a ranking; until it is public it stays closed to whoever is in conflict of interest on one of its rows."""

    def may_open(self, person, record) -> bool:
        return super().may_open(person, record) and not why_papers_closed(person, record)


register(
    CommitteePaper(
        key="evaluation_minutes",
        label="Verbale del Comitato di Valutazione",
        template="documents/evaluation_minutes.html",
        model=Ranking,
        permission="ranking.view",
        context=minutes_context,
        title=lambda r: f"Verbale del Comitato di Valutazione – {r.call.title}",
        version=minutes_version,
        filename=lambda r: f"verbale-comitato-{r.call.network.slug}-{r.pk}",
        issuer=lambda r: f"Rete territoriale di conciliazione – {r.call.network.name}",
        short_title=lambda r: "Verbale del Comitato di Valutazione",
    )
)
