"""The scorrimento: what would happen, the act that orders it, its page, its publication."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import DetailPage, FormPage, MovePage

from ..enums import DrawStatus
from ..forms.evaluation import DrawForm
from ..queries import draws as queries
from ..queries.ranking import visible_rankings
from ..rules.draws import DRAW
from ..services import draws as services


class DrawNew(FormPage):
    """The free money, where it comes from, whom it reaches; then the act."""

    permission = "ranking.draw"
    template_name = "plans/ranking/draw_new.html"
    form_class = DrawForm
    title = "Scorri la graduatoria"
    submit_label = "Disponi lo scorrimento"

    def records(self):
        return visible_rankings(self.request.user)

    def breadcrumbs(self):
        return [("Graduatorie", reverse("plans:rankings")), (str(self.object), self.object.get_absolute_url())]

    def possible(self):
        services.check_can_draw(self.object)

    def initial(self):
        return {"act_on": clock.today()}

    @cached_property
    def situation(self):
        return queries.situation_of(self.object)

    def get_context(self):
        return {"situation": self.situation, "money_rule": queries.cut_of(self.object.call).words}

    def perform(self, form):
        return services.draw(self.object, by=self.request.user, **form.cleaned_data)


class DrawPage(DetailPage):
    """The draw as it was ordered: its act, the money, whom it reached."""

    permission = access.PUBLIC
    template_name = "plans/ranking/draw.html"
    lifecycle = DRAW

    def records(self):
        return queries.visible_draws(self.request.user)

    def breadcrumbs(self):
        ranking = self.object.ranking
        return [("Graduatorie", reverse("plans:rankings")), (str(ranking), ranking.get_absolute_url())]

    def get_title(self):
        return f"Scorrimento n. {self.object.number}"

    @cached_property
    def is_inside(self) -> bool:
        return access.can(self.request.user, "ranking.view", self.object)

    def get_offers(self):
        if not self.request.user.is_authenticated:
            return []
        return offers(self.object, DRAW, self.request.user, url=self.move_url)

    def move_url(self, name: str) -> str:
        return reverse("plans:draw_move", args=[self.object.pk, DRAW[name].slug])

    def next_step(self):
        if not self.is_inside:
            return None
        if self.object.status == DrawStatus.ORDERED:
            asl = self.object.ranking.call.network.lead.name
            return {"text": "L'ASL pubblica lo scorrimento accanto alla graduatoria.", "who": asl}
        return {"text": "Le proposte raggiunte entrano nel Piano Territoriale e diventano progetti."}

    def get_context(self):
        return {"rows": list(queries.rows_of(self.object)), "is_inside": self.is_inside}


class DrawMove(MovePage):
    """Publish a draw."""

    lifecycle = DRAW
    moves = {"publish": services.publish}

    def records(self):
        return queries.visible_draws(self.request.user)
