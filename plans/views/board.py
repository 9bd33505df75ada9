"""The board of the whole committee: who has declared and scored what, page by page, and what it all comes to."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, tables
from conciliazione.kernel.errors import refusal_of
from conciliazione.kernel.exports import Sheet
from conciliazione.kernel.lifecycle import Transition
from conciliazione.kernel.moves import Offer
from conciliazione.kernel.paging import ByKeys
from conciliazione.kernel.records import RecordListPage

from ..enums import CallStatus, RankingStatus
from ..filters.evaluation import BoardFilter
from ..queries import collegial
from ..queries import evaluation as queries
from ..queries.standing import standing_of
from ..queries.to_evaluate import calls_to_evaluate
from ..rules.grids import aims_not_covered
from ..rules.ranking import check_all_scored
from ..tables import board_columns, board_sheet
from .evaluation import section


class BoardPage(RecordListPage):
    """Proposals x members: who declared, who scored, how far apart; and the step to the ranking."""

    permission = "evaluation.view"
    template_name = "plans/evaluation/board.html"
    filterset_class = BoardFilter
    anchor = "quadro"
    count_label = ("proposta", "proposte")

    def records(self):
        return calls_to_evaluate(self.request.user)

    def get_title(self):
        return f"Valutazione – {self.object.title}"

    def breadcrumbs(self):
        return [section()]

    # --- its rows ---------------------------------------------------------------------------------------------------
    @cached_property
    def standing(self):
        return standing_of(self.request.user, self.object)

    @cached_property
    def total(self) -> int:
        return len(self.standing.rows)

    def rows(self):
        return queries.evaluated(self.object)

    def ordered_rows(self):
        """By their keys, where those are known without asking for words or for another order."""
        if self.order or self.request.GET.get("cerca"):
            return super().ordered_rows()
        chosen = self.filterset.chosen() if self.filterset is not None else None
        keys = [row.pk for row in self.standing.rows if chosen is None or chosen(row)]
        return ByKeys(self.rows(), keys)

    def filterset_kwargs(self):
        return super().filterset_kwargs() | {"standing": self.standing}

    @cached_property
    def columns(self):
        return board_columns(self.standing.members, may_score=self.may_score)

    def board_of(self, proposals) -> queries.Board:
        found = {"proposals": proposals, "members": self.standing.members}
        return queries.board_for(self.request.user, self.object, **found)

    @cached_property
    def board(self) -> queries.Board:
        """Of the proposals on this page."""
        return self.board_of(self.page_obj.object_list)

    def sheet(self):
        return Sheet(self.get_title(), board_sheet(self.standing.members), self)

    def iterator(self, chunk_size: int):
        """The rows of the export: all proposals, a few hundred at a time."""
        rows = self.ordered_rows()
        for start in range(0, len(rows), chunk_size):
            yield from self.board_of(list(rows[start : start + chunk_size])).rows

    # --- what may be done -------------------------------------------------------------------------------------------
    @property
    def ranking(self):
        return getattr(self.object, "ranking", None)

    def get_offers(self):
        if self.object.status != CallStatus.EVALUATION or not self.can("evaluation.rank"):
            return []
        if self.ranking is not None and self.ranking.status != RankingStatus.DRAFT:
            return []
        refusal = refusal_of(check_all_scored, self.standing.first_waiting(self.page_obj.object_list))
        label = "Forma di nuovo la graduatoria" if self.ranking else "Forma la graduatoria"
        move = Transition("draw_up", (), "", label, "evaluation.rank", primary=not self.standing.next_row)
        return [Offer(move, reverse("plans:draw_up", args=[self.object.pk]), refusal)]

    def can(self, action: str) -> bool:
        return access.can(self.request.user, action, self.object)

    @cached_property
    def may_score(self) -> bool:
        return self.can("evaluation.score") and self.object.status == CallStatus.EVALUATION

    def next_step(self):
        if self.object.status == CallStatus.CONCLUDED:
            return {"text": "L'avviso è concluso e la graduatoria è pubblica."}
        if not self.standing.rows:
            return {
                "text": "Non ci sono ancora proposte ammesse: l'ASL verifica l'ammissibilità di quelle presentate.",
                "who": "ASL capofila di Rete",
            }
        if self.ranking is not None:
            text = {
                RankingStatus.DRAFT: "La graduatoria è formata: il Comitato la approva in seduta.",
                RankingStatus.APPROVED: "La graduatoria è approvata: l'ASL la pubblica.",
                RankingStatus.PUBLISHED: "La graduatoria è pubblicata.",
            }[self.ranking.status]
            return {"text": text}
        if self.standing.complete:
            return {"text": "Tutte le valutazioni sono consegnate: si forma la graduatoria.", "who": "Il Comitato"}
        return {
            "text": "Ogni componente dichiara la propria posizione, dà i punti e consegna. I punti degli altri si "
            "vedono quando tutti hanno consegnato.",
            "who": ", ".join(str(member) for member in self.standing.late),
        }

    def get_context(self):
        cells = [(row.proposal, cell) for row in self.board.rows for cell in row.cells]
        standing = self.standing
        return {
            "board": self.board,
            "standing": standing,
            "board_rows": tables.written(self.columns, self.board.rows),
            "next_undeclared": bool(standing.next_row) and standing.mine(standing.next_row) == queries.UNDECLARED,
            "ranking": self.ranking,
            "conflicts": [pair for pair in cells if pair[1].state == queries.CONFLICT],
            "denied_links": [pair for pair in cells if pair[1].known_link and pair[1].state != queries.CONFLICT],
            "linked": standing.linked,
            "aims_not_covered": aims_not_covered(self.board.criteria),
            "committee": standing.members[0].committee if standing.members else self.object.network.committee,
            "lagging": [(member, lag) for member, lag in standing.lags if lag],
            "term": collegial.term_of(self.object) if self.object.status == CallStatus.EVALUATION else None,
            "may_remind": self.object.status == CallStatus.EVALUATION
            and self.can("evaluation.rank")
            and any(m.person_id == self.request.user.pk and m.is_chair for m in standing.members),
            "may_score": self.may_score,
        }
