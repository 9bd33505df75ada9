"""The graduatoria: formed, read, approved in a meeting, published."""

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, exports, tables
from conciliazione.kernel.errors import refusal_of
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.lifecycle import Transition
from conciliazione.kernel.moves import Offer, offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage
from conciliazione.kernel.templatetags.portal import day

from ..enums import CallStatus, RankingStatus
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
        check_all_scored(standing_of(self.request.user, self.object).waiting)

    def get_context(self):
        return {"money_rule": draw_queries.cut_of(self.object).words}

    def perform(self, form):
        return services.draw_up(self.object, by=self.request.user)


class RankingPage(DetailPage):
    """The order with points per criterion, ties and how they were resolved, and where the money ends."""

    permission = access.PUBLIC
    template_name = "plans/ranking/detail.html"
    lifecycle = RANKING

    def records(self):
        return queries.visible_rankings(self.request.user)

    def breadcrumbs(self):
        if self.is_inside:
            board = reverse("plans:board", args=[self.object.call_id])
            return [("Valutazione", reverse("plans:evaluation")), (self.object.call.title, board)]
        return [("Graduatorie", reverse("plans:rankings"))]

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

    def get(self, request, *args, **kwargs):
        wanted = request.GET.get("formato")
        if wanted in exports.FORMATS:
            columns = [Column(label, label, value) for label, value in queries.sheet_columns(self.object, request.user)]
            return exports.respond(wanted, str(self.object), columns, queries.sheet_rows(self.object))
        return super().get(request, *args, **kwargs)

    def get_context(self):
        table = queries.table_of(self.object, self.request.user)
        columns = ranking_columns(table, inside=self.is_inside)
        line = money_line(table, self.object.call.budget)
        return {
            "table": table,
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
