"""What the ASL tells the alliances about their agreement (R33)."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.pages import FormPage, PlainPage
from network.enums import ProgrammeStatus
from network.models import Network, Programme

from ..forms.agreements import InstructionsForm
from ..models import PartnershipInstructions
from ..services.agreements import issue_instructions
from .common import to_list

TITLE = "Indicazioni per gli accordi di partenariato"


def to_all() -> tuple[str, str]:
    return TITLE, reverse("alliances:instructions_list")


class AllInstructions(PlainPage):
    permission = "alliance.view"
    template_name = "alliances/instructions/list.html"
    title = TITLE

    def breadcrumbs(self):
        return [to_list()]

    def get_context(self):
        person = self.request.user
        given = PartnershipInstructions.objects.visible_to(person).select_related("network__lead", "programme")
        written = set(given.values_list("network_id", "programme_id"))
        mine = Network.objects.filter(access.reach(person, "instructions.edit", network="pk"))
        active = Programme.objects.filter(status=ProgrammeStatus.ACTIVE)
        return {
            "rows": given.order_by("network__name", "programme__name"),
            "to_write": [(n, p) for n in mine for p in active if (n.pk, p.pk) not in written],
        }


class _AboutNetwork:
    """A page about the instructions of one network for one programme."""

    def records(self):
        return Network.objects.filter(access.reach(self.request.user, "alliance.view", network="pk"))

    @cached_property
    def programme(self):
        return get_object_or_404(Programme, pk=self.kwargs["programme_pk"])

    @cached_property
    def instructions(self):
        return PartnershipInstructions.objects.filter(network=self.object, programme=self.programme).first()

    def breadcrumbs(self):
        return [to_list(), to_all()]


class Instructions(_AboutNetwork, PlainPage):
    permission = "alliance.view"
    template_name = "alliances/instructions/detail.html"

    def get_title(self):
        return f"Indicazioni per gli accordi, {self.programme.name}"

    def get_context(self):
        return {
            "instructions": get_object_or_404(PartnershipInstructions, network=self.object, programme=self.programme),
            "programme": self.programme,
            "may_edit": access.can(self.request.user, "instructions.edit", self.object),
        }


class EditInstructions(_AboutNetwork, FormPage):
    permission = "instructions.edit"
    form_class = InstructionsForm
    submit_label = "Pubblica le indicazioni"
    success_message = "Indicazioni pubblicate: le Alleanze in formazione sono avvisate."

    def get_title(self):
        return f"Scrivi le indicazioni, {self.programme.name}"

    @property
    def intro(self):
        return f"Le Alleanze di {self.object.name} scrivono il loro accordo secondo queste indicazioni (art. 9)."

    def initial(self):
        return {"text": self.instructions.text} if self.instructions else {}

    def perform(self, form):
        return issue_instructions(
            network=self.object, programme=self.programme, text=form.cleaned_data["text"], by=self.request.user
        )
