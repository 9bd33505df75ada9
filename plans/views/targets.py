"""Pages of an alliance's own indicators, and of the targets by part of a proposal's indicator."""

from django.urls import reverse
from django.utils.functional import cached_property

from alliances.models import Alliance
from conciliazione.kernel.pages import FormPage
from network.enums import Dimension
from network.rules.breakdowns import categories, plain

from ..forms.targets import OwnIndicatorForm, PartTargetsForm
from ..models import ExpectedIndicator, ProjectProposal
from ..queries import proposals as queries
from ..services import targets as services
from .compiling import kept, step_url
from .proposal_parts import RowEdit


class OwnIndicatorNew(FormPage):
    """The lead asks for an indicator of the alliance's own."""

    permission = "indicator.ask"
    title = "Chiedi un indicatore dell'Alleanza"
    intro = (
        "Per misurare quello che il catalogo regionale non ha. Lo concorda la tua ASL; vale per questa Alleanza e non "
        "entra nei totali della Regione."
    )
    form_class = OwnIndicatorForm
    submit_label = "Chiedi l'indicatore"
    success_message = "La richiesta è arrivata all'ASL, che la concorda o dice perché no."

    def records(self):
        return Alliance.objects.visible_to(self.request.user).select_related("programme", "network")

    def breadcrumbs(self):
        return [("Alleanze", reverse("alliances:list")), (self.object.name, self.object.get_absolute_url())]

    def form_kwargs(self):
        return {"programme": self.object.programme}

    def perform(self, form):
        return services.ask_indicator(self.object, by=self.request.user, **form.cleaned_data)


class PartTargets(RowEdit):
    """What of the target is for each part: women and men, ages, districts."""

    step, model, form_class = "indicators", ExpectedIndicator, PartTargetsForm
    template_name = "plans/form.html"
    submit_label = "Salva gli obiettivi"
    success_message = "Gli obiettivi per voce sono salvati."
    unsaved = None

    def records(self):
        return ExpectedIndicator.objects.filter(
            proposal__in=ProjectProposal.objects.visible_to(self.request.user)
        ).select_related("proposal", "indicator")

    def get_title(self):
        return f"Obiettivi per voce: {self.object.indicator.name}"

    @property
    def intro(self):
        unit, target = self.object.indicator.unit, plain(self.object.target)
        return f"L'obiettivo è {target} {unit}: le voci di ogni divisione sommano a {target}, oppure restano vuote."

    @cached_property
    def allowed(self):
        districts = {str(d.pk): d.name for d in queries.districts_for(self.proposal)}
        return {name: categories(Dimension(name), districts) for name in self.object.indicator.breakdowns}

    def form_kwargs(self):
        return {"allowed": self.allowed, "unit": self.object.indicator.unit}

    def initial(self):
        there = {(part.dimension, part.category): part.target for part in self.object.parts.all()}
        names = self.form_class(**self.form_kwargs()).keys
        return {name: there.get(key) for name, key in names.items()}

    def perform(self, form):
        return services.set_part_targets(self.object, by=self.request.user, targets=form.targets)

    def while_typing(self):
        return kept("Gli obiettivi si salvano con il pulsante.")

    def success_url(self, result):
        return step_url(self.proposal, self.step)
