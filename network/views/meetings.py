"""Pages of the meetings: convened, held, minuted."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.moves import Offer
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage, Page

from ..enums import MeetingBody, MeetingPurpose, MeetingStatus
from ..filters import MeetingFilter
from ..forms.bodies import AttendanceForm, ChangeForm, MeetingForm
from ..models import Meeting, Network
from ..queries import registry_of
from ..queries.meetings import bodies_of, quorum_reached, without_delegate
from ..queries.minutes import Minutes
from ..rules.meetings import lifecycle_of
from ..services import decisions, meetings
from ..services.convocations import invitation_to
from ..services.minutes import check_can_approve_as
from .acts import ActPage, rete

HERE = ("Sedute", "/rete/sedute/")


def _records(person):
    return Meeting.objects.visible_to(person).select_related("network", "convened_by")


class OfMeeting:
    """The permission on a meeting: the Cabina is regional and hangs from no network, an alliance's is its own."""

    steering_action = "steering.view"
    action = "meeting.view"
    alliance_action = "alliance_meeting.view"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:  # which action is asked depends on a meeting that nobody sees unsigned
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_steering(self) -> bool:
        return self.object.body == MeetingBody.STEERING

    @property
    def permission(self) -> str:
        if self.object.body == MeetingBody.ALLIANCE:
            return self.alliance_action
        return self.steering_action if self.is_steering else self.action

    @property
    def scope_object(self):
        return None if self.is_steering else self.object

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        crumbs = rete(HERE)
        if not isinstance(self, DetailPage):
            crumbs.append((str(self.object), self.object.get_absolute_url()))
        return crumbs


class MeetingList(ListPage):
    title = "Sedute"
    permission = "meeting.view"
    purpose = "Le sedute degli organi e gli incontri della Rete, con presenze e verbali."
    row_template = "network/meeting/_row.html"
    filterset_class = MeetingFilter
    empty_text = (
        "Nessuna seduta è ancora stata convocata. Le convoca l'ASL o un componente del Comitato; quelle della Cabina, "
        "solo chi la presiede."
    )
    count_label = ("seduta", "sedute")
    default_order = "-starts_at"
    columns = (
        Column("body", "Seduta", str, sort="body"),
        Column("network", "Rete", lambda row: row.network.name if row.network else "Regionale", sort="network__name"),
        Column("starts_at", "Quando", sort="starts_at"),
        Column("place", "Luogo"),
        Column("status", "Stato", lambda row: row.get_status_display(), sort="status"),
    )

    def rows(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete()

    def primary_action(self):
        networks = access.grants_of(self.request.user).ids("network", access.policy()["meeting.convene"])
        if len(networks) == 1:
            return "Convoca una seduta", reverse("network:meeting_convene", args=networks)
        return None


class MeetingDetail(OfMeeting, DetailPage):
    template_name = "network/meeting/detail.html"

    def get_offers(self):
        meeting, person = self.object, self.request.user
        lifecycle = lifecycle_of(meeting.body)
        checks = {"hold": meetings.check_can_hold, "approve_minutes": may_approve(person)}
        found = []
        for transition in lifecycle.open_from(meeting.status):
            if access.can(person, transition.action, self.scope_object):
                url = (
                    reverse("network:meeting_hold", args=[meeting.pk])
                    if transition.name == "hold"
                    else reverse("network:meeting_move", args=[meeting.pk, transition.slug])
                )
                found.append(Offer(transition, url, meetings.refusal_of(checks.get(transition.name), meeting)))
        return found

    def next_step(self):
        meeting = self.object
        if meeting.status == MeetingStatus.CONVENED:
            if timezone.localtime(meeting.starts_at).date() > clock.today():
                return {"text": "La seduta è convocata.", "by_when": meeting.starts_at}
            return {"text": "Il giorno è arrivato: si registra chi è presente.", "who": "Chi ha convocato"}
        if meeting.status == MeetingStatus.HELD:
            return {"text": "Si scrive il verbale e lo si approva: poi non cambia più.", "who": "Chi ha convocato"}
        return None

    def get_context(self):
        meeting, person = self.object, self.request.user
        writes = access.can(person, lifecycle_of(meeting.body)["hold"].action, self.scope_object)
        present = list(meeting.attendances.select_related("organisation").order_by("organisation__name"))
        there = {attendance.organisation_id for attendance in present}
        bodies = list(bodies_of(meeting))
        minutes = Minutes(meeting, person)
        refusal_to_decide = meetings.refusal_of(decisions.check_can_decide, meeting)
        return {
            "present": present,
            "absent": [body for body in bodies if body.pk not in there] if present else [],
            "invited": bodies,
            "quorum": quorum_reached(meeting) if present else None,
            "minutes": minutes,
            "decides": writes and refusal_to_decide is None and meeting.status == MeetingStatus.HELD,
            "no_decision": refusal_to_decide if writes and meeting.status == MeetingStatus.HELD else None,
            "changes": writes and meeting.status == MeetingStatus.CONVENED,
            "unreached": list(without_delegate(meeting)) if writes else [],
            "writes_minutes": writes and meeting.status == MeetingStatus.HELD,
            "registry": registry_of(meeting) if writes else [],
        }


class MeetingHold(OfMeeting, ActPage):
    template_name = "network/meeting/hold.html"
    move_name = "hold"
    form_class = AttendanceForm
    checks = {"hold": meetings.check_can_hold}

    @property
    def lifecycle(self):
        return lifecycle_of(self.object.body)

    @property
    def permission(self):
        return self.transition.action

    def form_kwargs(self):
        return {"organisations": bodies_of(self.object)}

    def perform(self, form):
        return meetings.hold(
            self.object,
            attendances=form.attendances(),
            minutes=form.cleaned_data["minutes"],
            by=self.request.user,
        )


class MeetingChange(OfMeeting, FormPage):
    steering_action = "steering.manage"
    action = "meeting.minute"
    alliance_action = "alliance_meeting.manage"
    title = "Cambia la convocazione"
    form_class = ChangeForm
    submit_label = "Cambia la convocazione"
    success_message = "La convocazione è cambiata e chi è convocato ha ricevuto l'invito aggiornato."
    intro = "Chi è convocato riceve un avviso e l'invito aggiornato per il calendario."

    def initial(self):
        names = ("starts_at", "minutes_long", "place", "agenda")
        return {name: getattr(self.object, name) for name in names}

    def possible(self):
        meetings.check_can_change(self.object)
        if self.is_steering:
            meetings.check_may_convene_steering(self.request.user)

    def perform(self, form):
        return meetings.change(self.object, by=self.request.user, **form.cleaned_data)


class MeetingCalendar(OfMeeting, Page):
    """The meeting as an event for one's own calendar."""

    def get(self, request, *args, **kwargs):
        response = HttpResponse(invitation_to(self.object).for_address(), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="seduta-{self.object.pk}.ics"'
        return response


def may_approve(person):
    """The check that the minutes can be approved, by this person."""

    def check(meeting) -> None:
        meetings.check_can_approve(meeting)
        check_can_approve_as(meeting, by=person)

    return check


class MeetingMove(OfMeeting, MovePage):
    moves = {"approve_minutes": meetings.approve_minutes, "cancel": meetings.cancel}

    @property
    def checks(self):
        return {"approve_minutes": may_approve(self.request.user)}

    @property
    def lifecycle(self):
        return lifecycle_of(self.object.body)

    @property
    def permission(self):
        return self.transition.action


class MeetingConvene(FormPage):
    """A meeting of the assembly or of the committee of one network."""

    permission = "meeting.convene"
    title = "Convoca una seduta"
    form_class = MeetingForm
    submit_label = "Convoca"
    intro = "La convocazione prende un numero di protocollo, e chi siede nell'organo riceve un avviso."
    success_message = "La seduta è convocata e chi ne fa parte è stato avvisato."

    def records(self):
        return Network.objects.visible_to(self.request.user)

    def breadcrumbs(self):
        return rete(HERE)

    def form_kwargs(self):
        convenes_assembly = access.can(self.request.user, "membership.manage", self.object)
        bodies = [MeetingBody.NETWORK, MeetingBody.COMMITTEE] if convenes_assembly else [MeetingBody.COMMITTEE]
        return {"bodies": bodies}

    def initial(self):
        body = self.request.GET.get("organo", "")
        known = body in {MeetingBody.NETWORK, MeetingBody.COMMITTEE}
        purpose = MeetingPurpose.EVALUATION if body == MeetingBody.COMMITTEE else MeetingPurpose.PERIODIC
        return {"body": body if known else MeetingBody.NETWORK, "purpose": purpose}

    def perform(self, form):
        data = {"body": MeetingBody.COMMITTEE} | form.cleaned_data
        return meetings.convene(network=self.object, by=self.request.user, **data)


class MeetingConveneSteering(FormPage):
    """Only the Direzione Famiglia convenes the Cabina (R04)."""

    permission = "steering.view"
    title = "Convoca la Cabina di Regia"
    form_class = MeetingForm
    submit_label = "Convoca la Cabina"
    success_message = "La Cabina è convocata."

    def breadcrumbs(self):
        return rete(("Cabina di Regia", reverse("network:steering")))

    def form_kwargs(self):
        return {"bodies": [MeetingBody.STEERING]}

    def possible(self):
        meetings.check_may_convene_steering(self.request.user)

    def perform(self, form):
        return meetings.convene(body=MeetingBody.STEERING, by=self.request.user, **form.cleaned_data)
