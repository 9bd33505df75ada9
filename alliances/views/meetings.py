"""The lead convenes the partners: from here on it is a meeting like those of the network."""

from conciliazione.kernel.errors import MoveRefused
from network.enums import MeetingBody
from network.forms.bodies import MeetingForm
from network.services import meetings

from ..enums import AllianceStatus
from .common import AllianceForm


class ConveneMeeting(AllianceForm):
    permission = "alliance_meeting.manage"
    title = "Convoca un incontro"
    form_class = MeetingForm
    submit_label = "Convoca"
    intro = "I delegati dei partner ricevono l'ordine del giorno e l'invito per il calendario; l'ASL vede l'incontro."
    success_message = "L'incontro è convocato e i partner sono stati avvisati."

    def form_kwargs(self):
        return {"bodies": [MeetingBody.ALLIANCE]}

    def possible(self):
        if self.object.status == AllianceStatus.DISSOLVED:
            raise MoveRefused("L'Alleanza è sciolta: non si riunisce più.")

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
