"""The home of whoever signed in, their notices, and the choice of the seat in which they act."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from conciliazione.kernel import clock
from conciliazione.kernel.access import SIGNED_IN
from conciliazione.kernel.models import Notice
from conciliazione.kernel.pages import Page, PlainPage
from network.seating import choose_seat

from ..calendar import icalendar
from ..queries import newest_practices
from ..workdesk import workdesk_of

# Of each part of the home: what one can take in at once. The rest is a click away.
AT_ONCE = 20


class HomePage(PlainPage):
    permission = SIGNED_IN
    template_name = "portal/home.html"
    title = "Il mio lavoro"

    def get_context(self):
        desk = workdesk_of(self.request.user)
        limit = None if "tutto" in self.request.GET else AT_ONCE
        return {
            "task_count": len(desk.tasks),
            "more": max(map(len, (desk.tasks, desk.running, desk.deadlines))) > AT_ONCE and limit is not None,
            "tasks": desk.tasks[:limit],
            "running": [
                {
                    "title": process.title,
                    "url": process.url,
                    "steps": [{"label": label, "state": state} for label, state in process.steps],
                }
                for process in desk.running[:limit]
            ],
            "deadlines": desk.deadlines[:limit],
            "practices": newest_practices(self.request.user),
            "today": clock.today(),
        }


class DeadlinesFile(Page):
    """The person's terms as a calendar file."""

    permission = SIGNED_IN

    def get(self, request):
        text = icalendar(workdesk_of(request.user).deadlines, address=settings.PUBLIC_ADDRESS)
        response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="scadenze.ics"'
        return response


class NoticesPage(PlainPage):
    permission = SIGNED_IN
    template_name = "portal/notices.html"
    title = "Notifiche"

    def get_context(self):
        return {"notices": Notice.objects.filter(to=self.request.user)[:100]}

    def post(self, request):
        Notice.objects.filter(to=request.user, read_at=None).update(read_at=clock.now())
        return redirect("portal:notices")


class SwitchSeat(Page):
    """Act in another of one's seats; only by POST, and back to where one was."""

    permission = SIGNED_IN

    def post(self, request):
        wanted = request.POST.get("seat", "")
        if wanted.isdecimal() and choose_seat(request, int(wanted)):
            messages.success(request, f"Ora agisci come: {request.user.acting_label}.")
        else:
            messages.error(request, "Questo incarico non è (più) tuo: scegline uno tra quelli attivi.")
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
        return redirect(back if safe else reverse("portal:home"))
