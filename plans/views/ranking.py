"""The graduatoria: formed, read, approved in a meeting, published."""

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, tables
from conciliazione.kernel.errors import refusal_of
from conciliazione.kernel.exports import Sheet
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.lifecycle import Transition
from conciliazione.kernel.moves import Offer, offers
from conciliazione.kernel.pages import Column, FormPage, ListPage, MovePage
from conciliazione.kernel.records import RecordListPage
from conciliazione.kernel.templatetags.portal import day, eur, number

from ..enums import CallStatus, Outcome, RankingStatus
from ..filters.evaluation import RankingFilter
from ..forms.evaluation import ApproveRankingForm
from ..queries import draws as draw_queries
from ..queries import ranking as queries
from ..queries.evaluation import check_committee
from ..queries.standing import standing_of
from ..queries.to_evaluate import calls_to_evaluate
from ..rules.evaluation import check_evaluable
from ..rules.ranking import RANKING, check_all_scored
from ..services import draws
from ..services import ranking as services
from ..tables import money_line, ranking_columns

GROUPS = {
    Outcome.FUNDED: "Finanziate",
    Outcome.ELIGIBLE_NOT_FUNDED: "Ammesse e non finanziate",
    Outcome.BELOW_THRESHOLD: "Sotto soglia",
    Outcome.EXCLUDED: "Escluse prima della valutazione",
}


class RankingList(ListPage):
    """Published rankings for everyone; the committee and the office find theirs earlier."""

    permission = access.PUBLIC
    template_name = "plans/ranking/list.html"
    title = "Graduatorie"
    purpose = "L'ordine delle proposte di ogni avviso, con i punti, le parità e la linea dove finiscono le risorse."
    empty_text = "Nessuna graduatoria è ancora pubblica: escono quando il Comitato di Valutazione le ha approvate."
    count_label = ("graduatoria", "graduatorie")
    default_order = "-pubblicata"
    columns = (
        Column(
            "avviso",
            "Avviso",
            value=lambda r: r.call.title,
            sort="call__title",
            cell=lambda r: tables.opening(r, r.call.title),
        ),
        Column("rete", "Rete", value=lambda r: r.call.network.name, sort="call__network__name"),
        Column("stato", "Stato", value=lambda r: r.get_status_display(), sort="status", cell=tables.state),
        Column(
            "pubblicata",
            "Pubblicata il",
            value=lambda r: r.published_at,
            sort="published_at",
            cell=lambda r: day(r.published_at),
        ),
    )

    def rows(self):
        return queries.ranking_list(self.request.user)


class DrawUpPage(FormPage):
    """Form the ranking from the delivered evaluations."""

    permission = "evaluation.rank"
    template_name = "plans/ranking/draw_up.html"
    form_class = forms.Form
    title = "Forma la graduatoria"
    submit_label = "Forma la graduatoria"

    def records(self):
        return calls_to_evaluate(self.request.user)

    def build_form(self, *args):
        return self.form_class(*args)

    def breadcrumbs(self):
        return [("Valutazione", reverse("plans:evaluation")), (self.object.title, self.board_url)]

    @property
    def board_url(self):
        return reverse("plans:board", args=[self.object.pk])

    def possible(self):
        check_evaluable(call_in_evaluation=self.object.status == CallStatus.EVALUATION, eligible=True)
        check_committee(self.object.network)
        check_all_scored(standing_of(self.request.user, self.object).first_waiting())

    def get_context(self):
        return {"money_rule": draw_queries.cut_of(self.object).words}

    def perform(self, form):
        return services.draw_up(self.object, by=self.request.user)


class RankingPage(RecordListPage):
    """The order with points per criterion, ties and how they were resolved, and where the money ends."""

    permission = access.PUBLIC
    template_name = "plans/ranking/detail.html"
    lifecycle = RANKING
    filterset_class = RankingFilter
    anchor = "ordine"
    count_label = ("proposta", "proposte")

    def records(self):
        return queries.visible_rankings(self.request.user)

    def breadcrumbs(self):
        if self.is_inside:
            board = reverse("plans:board", args=[self.object.call_id])
            return [("Valutazione", reverse("plans:evaluation")), (self.object.call.title, board)]
        return [("Graduatorie", reverse("plans:rankings"))]

    @cached_property
    def summary(self):
        return queries.summary_of(self.object)

    @cached_property
    def total(self) -> int:
        return self.summary.rows

    def rows(self):
        return queries.rows_of(self.object)

    def filterset_kwargs(self):
        return super().filterset_kwargs() | {"network": self.object.call.network_id}

    def sheet(self):
        """The whole ranking, also what is below the threshold and what was excluded."""
        columns = [Column(label, label, of) for label, of in queries.sheet_columns(self.object, self.request.user)]
        return Sheet(str(self.object), columns, queries.sheet_rows(self.object))

    @cached_property
    def is_inside(self) -> bool:
        return access.can(self.request.user, "ranking.view", self.object)

    def get_offers(self):
        if not self.request.user.is_authenticated:
            return []
        found = offers(self.object, RANKING, self.request.user, url=self.move_url)
        if self.object.status == RankingStatus.PUBLISHED and access.can(self.request.user, "ranking.draw", self.object):
            refusal = refusal_of(draws.check_can_draw, self.object)
            move = Transition("draw", (), "", "Scorri la graduatoria", "ranking.draw")
            found.append(Offer(move, reverse("plans:draw_new", args=[self.object.pk]), refusal))
        return found

    def move_url(self, name: str) -> str:
        return reverse("plans:ranking_move", args=[self.object.pk, RANKING[name].slug])

    def next_step(self):
        if not self.is_inside and self.object.status != RankingStatus.PUBLISHED:
            return None
        return {
            RankingStatus.DRAFT: {
                "text": "Il Comitato approva la graduatoria in una seduta valida; poi l'ASL la pubblica.",
                "who": "Comitato di Valutazione",
            },
            RankingStatus.APPROVED: {"text": "L'ASL pubblica la graduatoria.", "who": "ASL capofila di Rete"},
            RankingStatus.PUBLISHED: {
                "text": "Le proposte finanziate entrano nel Piano Territoriale; i progetti cominciano quando la Cabina "
                "di Regia lo ha validato.",
            },
        }[RankingStatus(self.object.status)]

    def figures(self) -> list[dict]:
        """What the whole ranking comes to, each leading to its rows."""
        found = []
        for outcome, label in GROUPS.items():
            group = self.summary.of(outcome)
            if not group.rows:
                continue
            places = f"posti {number(group.first)}-{number(group.last)}" if group.rows > 1 else f"posto {group.first}"
            money = {Outcome.FUNDED: group.granted, Outcome.ELIGIBLE_NOT_FUNDED: group.requested}.get(outcome)
            said = "assegnati" if outcome == Outcome.FUNDED else "richiesti"
            found.append(
                {
                    "label": label,
                    "value": number(group.rows),
                    "url": f"?esito={outcome}#ordine",
                    "note": places if money is None else f"{places}; {said} {eur(money)}",
                }
            )
        return found

    def line_elsewhere(self) -> dict | None:
        """On which page the money ends, where it does not on this one."""
        last = self.summary.last_funded
        if not self.is_long or not last or any(row.position == last for row in self.page_obj):
            return None
        page = -(-last // self.rows_shown)
        return {"place": last, "page": page, "url": f"?{self.paging_query(page)}#ordine"}

    def paging_query(self, page: int) -> str:
        size = self.request.GET.get("righe", "")
        return f"righe={self.rows_shown}&pagina={page}" if size == str(self.rows_shown) else f"pagina={page}"

    def get_context(self):
        summary = self.summary
        table = queries.table_of(self.object, self.request.user, self.page_obj, summary.last_funded)
        columns = ranking_columns(table, inside=self.is_inside)
        line = money_line(table, summary)
        return {
            "table": table,
            "summary": summary,
            "figures": self.figures() if self.is_long else [],
            "line_elsewhere": self.line_elsewhere(),
            "ranked_rows": tables.written(columns, table.ranked, lambda row: line if row.last_funded else None),
            "below_rows": tables.written(columns, table.below),
            "draws": draw_queries.draws_of(self.object, self.request.user),
            "money_rule": draw_queries.cut_of(self.object.call).words,
            "is_inside": self.is_inside,
            "has_document": self.object.status != RankingStatus.DRAFT,
            "has_minutes": self.is_inside and self.object.status != RankingStatus.DRAFT,
            "papers_closed": queries.why_papers_closed(self.request.user, self.object),
        }


class RankingMove(MovePage):
    """Approve in a meeting; publish."""

    lifecycle = RANKING
    moves = {"approve": services.approve, "publish": services.publish}

    def records(self):
        return queries.visible_rankings(self.request.user)

    @property
    def form_class(self):
        return ApproveRankingForm if self.transition.name == "approve" else ReasonForm

    def form_kwargs(self):
        if self.transition.name == "approve":
            return {"meetings": queries.meetings_for(self.object)}
        return super().form_kwargs()

    def perform(self, form):
        if self.transition.name == "approve":
            data = form.cleaned_data
            return services.approve(self.object, by=self.request.user, meeting=data["meeting"], reason=data["reason"])
        return super().perform(form)
