"""The lead convenes the partners: from here on it is a meeting like those of the network."""

from conciliazione.kernel.errors import MoveRefused
from network.enums import MeetingBody
from network.forms.bodies import MeetingForm
from network.services import meetings
from network.views.quorums import QuorumPage

from ..enums import AllianceStatus
from .common import AllianceForm


class _WhileItMeets(AllianceForm):
    permission = "alliance_meeting.manage"

    def possible(self):
        if self.object.status == AllianceStatus.DISSOLVED:
            raise MoveRefused("L'Alleanza è sciolta: non si riunisce più.")


class MeetingQuorum(_WhileItMeets, QuorumPage):
    """How many partners must be there for a meeting to decide: the lead sets what the partners agreed."""

    intro = (
        "Senza questo numero di partner presenti l'incontro si svolge, ma non decide. Vale per gli incontri convocati "
        "dopo. Lo fissa l'accordo di partenariato, negli assetti di governance, o lo decidono i partner."
    )
    success_message = "Vale per gli incontri convocati da ora in poi."

    def sitting(self):
        return self.object.partners.current().count()


class ConveneMeeting(_WhileItMeets):
    title = "Convoca un incontro"
    form_class = MeetingForm
    submit_label = "Convoca"
    intro = "I delegati dei partner ricevono l'ordine del giorno e l'invito per il calendario; l'ASL vede l'incontro."
    success_message = "L'incontro è convocato e i partner sono stati avvisati."

    def form_kwargs(self):
        return {"bodies": [MeetingBody.ALLIANCE]}

    def perform(self, form):
        return meetings.convene(
            body=MeetingBody.ALLIANCE,
            network=self.object.network,
            alliance=self.object,
            by=self.request.user,
            **form.cleaned_data,
        )

    def success_url(self, result):
        return result.get_absolute_url()
