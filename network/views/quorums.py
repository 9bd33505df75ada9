"""How many must be there for the meetings of each body: set by whoever keeps the body."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.pages import FormPage

from ..forms.bodies import QuorumForm
from ..models import CommitteeMember, EvaluationCommittee, Network, SteeringCommittee
from ..services import decisions
from .acts import rete


class QuorumPage(FormPage):
    title = "Numero legale"
    form_class = QuorumForm
    submit_label = "Salva il numero legale"
    success_message = "Vale per le sedute convocate da ora in poi."
    intro = "Senza questo numero di presenti la seduta si svolge, ma non decide. Vale per le sedute convocate dopo."

    def initial(self):
        return {"quorum": self.object.quorum}

    def breadcrumbs(self):
        return rete((str(self.object), self.object.get_absolute_url()))

    def sitting(self) -> int | None:
        """How many belong to the body, where that is fixed."""
        return None

    def perform(self, form):
        return decisions.set_quorum(self.object, by=self.request.user, sitting=self.sitting(), **form.cleaned_data)


class AssemblyQuorum(QuorumPage):
    permission = "network.edit"

    def records(self):
        return Network.objects.visible_to(self.request.user)


class CommitteeQuorum(QuorumPage):
    permission = "committee.manage"

    def records(self):
        return EvaluationCommittee.objects.visible_to(self.request.user).select_related("network")

    def sitting(self):
        return CommitteeMember.objects.current().filter(committee=self.object).count()


class SteeringQuorum(QuorumPage):
    permission = "steering.manage"
    scope_object = None

    @cached_property
    def object(self):
        return SteeringCommittee.objects.first()

    def breadcrumbs(self):
        return rete(("Cabina di Regia", reverse("network:steering")))

    def possible(self):
        if self.object is None:
            raise Refused("La Cabina di Regia non è ancora istituita: registra prima una nomina.")

    def initial(self):
        return {"quorum": self.object.quorum} if self.object else {}
