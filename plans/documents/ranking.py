"""The graduatoria as it is published, and each scorrimento that follows it."""

from decimal import Decimal

from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import format_eur

from ..enums import DrawStatus, Outcome, RankingStatus
from ..models import Ranking, RankingDraw
from ..queries.draws import cut_of, rows_of
from .evaluation import CommitteePaper, ranking_table


def ranking_context(ranking: Ranking) -> dict:
    """Plain data for the template. Raises Refused before the committee has approved the ranking."""
    if ranking.status == RankingStatus.DRAFT:
        raise Refused("La graduatoria si può avere come documento quando il Comitato l'ha approvata in seduta.")
    call = ranking.call
    criteria = list(call.criteria.all())
    rows = list(ranking.rows.select_related("proposal__alliance").order_by("position"))

    def told(outcome: str) -> list[str]:
        return [f"{r.proposal.title} ({r.proposal.alliance.name}). {r.reason}" for r in rows if r.outcome == outcome]

    return {
        "status": ranking.get_status_display(),
        "facts": [
            ("Avviso", call.title),
            ("Atto dell'avviso", f"{call.act} del {call.act_on:%d/%m/%Y}"),
            ("Programma", call.programme.name),
            ("Risorse", format_eur(call.budget)),
            ("Soglia sul totale", call.total_threshold or None),
            ("Approvata dal Comitato", ranking.approved_on),
            ("Pubblicata", ranking.published_at),
        ],
        "ranking": ranking_table(ranking, criteria, rows),
        "ties": [f"{row.proposal.title}. {row.tie_note}" for row in rows if row.tie_note],
        "groups": [
            ("Ammesse e finanziate", told(Outcome.FUNDED)),
            ("Ammesse e non finanziate, nell'ordine in cui si scorre", told(Outcome.ELIGIBLE_NOT_FUNDED)),
            ("Sotto soglia", told(Outcome.BELOW_THRESHOLD)),
            ("Escluse prima della valutazione", told(Outcome.EXCLUDED)),
        ],
        "money_rule": cut_of(call).words,
    }


def draw_context(draw: RankingDraw) -> dict:
    rows = list(rows_of(draw))
    call = draw.ranking.call
    return {
        "facts": [
            ("Avviso", call.title),
            ("Graduatoria pubblicata", draw.ranking.published_at),
            ("Atto", f"{draw.act} del {draw.act_on:%d/%m/%Y}"),
            ("Risorse libere", format_eur(draw.available)),
            ("Protocollo", draw.registry_number or None),
        ],
        "sources": {
            "caption": "Da dove vengono le risorse",
            "columns": [("Origine", "head"), "Motivo", ("Importo", "money", "32mm")],
            "rows": [[s["title"], s["why"], Decimal(s["amount"])] for s in draw.sources],
            "total": ["Risorse libere", "", draw.available],
        },
        "reached": {
            "caption": "Proposte finanziate con lo scorrimento",
            "columns": [
                ("Posto", "center", "16mm"),
                ("Proposta", "head"),
                ("Richiesto", "money", "32mm"),
                ("Assegnato", "money", "32mm"),
            ],
            "rows": [
                [row.position, f"{row.proposal.title} – {row.proposal.alliance.name}", row.requested, row.granted]
                for row in rows
            ],
            "total": ["", "Totale", "", sum((row.granted for row in rows), Decimal(0))],
        },
        "reasons": [f"{row.proposal.title}. {row.reason}" for row in rows],
        "money_rule": cut_of(call).words,
    }


register(
    CommitteePaper(
        key="ranking",
        label="Graduatoria",
        template="documents/ranking.html",
        model=Ranking,
        permission="ranking.view",
        context=ranking_context,
        title=lambda r: f"Graduatoria – {r.call.title}",
        version=lambda r: r.status,
        filename=lambda r: f"graduatoria-{r.call.network.slug}-{r.pk}",
        issuer=lambda r: f"Rete territoriale di conciliazione – {r.call.network.name}",
        short_title=lambda r: "Graduatoria",
        public=lambda r: r.status == RankingStatus.PUBLISHED,
    )
)
register(
    DocumentKind(
        key="ranking_draw",
        label="Scorrimento della graduatoria",
        template="documents/ranking_draw.html",
        model=RankingDraw,
        permission="ranking.view",
        context=draw_context,
        title=str,
        version=lambda d: d.status,
        filename=lambda d: f"scorrimento-{d.ranking.call.network.slug}-{d.ranking_id}-{d.number}",
        issuer=lambda d: f"{d.ranking.call.network.lead.name} – {d.ranking.call.network.lead_department}",
        short_title=lambda d: f"Scorrimento n. {d.number}",
        public=lambda d: d.status == DrawStatus.PUBLISHED,
    )
)
