"""Applications of people without an account: the public page to join, the access asked from a personal link, and what
the ASL makes of them."""

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.errors import Refused, refusal_of
from conciliazione.kernel.moves import offers, timeline
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage, PlainPage

from ..enums import ApplicationKind, MembershipStatus
from ..filters import ApplicationFilter
from ..forms.applications import AcceptForm, AccessForm, JoinForm
from ..models import Application, Person
from ..queries import registry_of
from ..rules.applications import APPLICATION
from ..services import applications, links
from .acts import ActPage, rete

HERE = ("Domande", "/rete/domande/")


class JoinPublic(FormPage):
    """A body that is not in the network asks to join it: no account, nothing shown back."""

    permission = access.PUBLIC
    template_name = "network/application/join.html"
    title = "Chiedi di aderire a una Rete"
    form_class = JoinForm
    submit_label = "Manda la domanda"

    def breadcrumbs(self):
        return [("Reti", reverse("portal:public_networks"))]

    def perform(self, form):
        given = {name: value for name, value in form.cleaned_data.items() if name not in {"network", "read"}}
        return applications.ask_to_join(form.cleaned_data["network"], **given)

    def success_url(self, result):
        return reverse("network:application_sent")


class ApplicationSent(PlainPage):
    """The same page for everybody: it says what happens now, and nothing of what was sent."""

    permission = access.PUBLIC
    template_name = "network/application/sent.html"
    title = "La domanda è arrivata"


class AccessFromLink(FormPage):
    """Whoever has the personal link of an adherent asks to act for it in the portal."""

    permission = access.PUBLIC
    published = False
    template_name = "network/application/access.html"
    title = "Chiedi l'accesso per l'ente"
    form_class = AccessForm
    submit_label = "Manda la richiesta"

    @cached_property
    def link(self):
        link = links.read(self.kwargs["token"])
        if link is None:
            raise Http404
        return link

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def possible(self):
        if self.link.membership.status != MembershipStatus.MEMBER:
            raise Refused("L'ente non è più aderente alla Rete: scrivi all'ASL.")

    def cancel_url(self):
        return reverse("network:adhesion_link", args=[self.kwargs["token"]])

    def get_context(self):
        return {"membership": None if refusal_of(self.possible) else self.link.membership}

    def perform(self, form):
        return applications.ask_for_access(self.link.membership, **form.cleaned_data)

    def success_url(self, result):
        return reverse("network:application_sent")


class ApplicationList(ListPage):
    title = "Domande"
    permission = "membership.manage"
    purpose = "Chi chiede di aderire alla Rete dal sito, e chi chiede di agire nel portale per un aderente (art. 5)."
    row_template = "network/application/_row.html"
    filterset_class = ApplicationFilter
    empty_text = "Nessuna domanda. Arrivano dalla pagina pubblica delle Reti e dai link personali degli aderenti."
    count_label = ("domanda", "domande")
    default_order = "-received_at"
    columns = (
        Column("body_name", "Ente", sort="body_name"),
        Column("kind", "Che cosa chiede", lambda row: row.get_kind_display(), sort="kind"),
        Column("person", "Chi scrive", lambda row: row.person_name, sort="last_name"),
        Column("received_at", "Ricevuta", sort="received_at"),
        Column("status", "Stato", lambda row: row.get_status_display(), sort="status"),
    )

    def rows(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete()


def _records(person):
    return Application.objects.visible_to(person).select_related("network__lead", "membership__organisation")


class _AboutApplication:
    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE)


class ApplicationDetail(_AboutApplication, DetailPage):
    template_name = "network/application/detail.html"
    permission = "membership.manage"

    def get_title(self):
        return self.object.body_name

    def get_offers(self):
        return offers(
            self.object,
            APPLICATION,
            self.request.user,
            url=lambda name: (
                reverse("network:application_accept", args=[self.object.pk])
                if name == "accept"
                else reverse("network:application_move", args=[self.object.pk, APPLICATION[name].slug])
            ),
        )

    def next_step(self):
        if self.object.status == "received":
            return {"text": "L'ASL accoglie la domanda, o spiega perché no.", "who": str(self.object.network.lead)}
        return None

    def get_context(self):
        application = self.object
        waits = application.status == "received"
        return {
            "joins": application.kind == ApplicationKind.JOIN,
            "likely": applications.likely_bodies(application) if waits else [],
            "known": Person.objects.filter(email__iexact=application.email).first(),
            "registry": registry_of(application),
            "timeline": timeline(application),
        }


class ApplicationAccept(_AboutApplication, ActPage):
    lifecycle = APPLICATION
    move_name = "accept"
    form_class = AcceptForm

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    @cached_property
    def likely(self):
        return applications.likely_bodies(self.object)

    def form_kwargs(self):
        return {"likely": self.likely, "is_access": self.object.kind == ApplicationKind.ACCESS}

    def initial(self):
        return {"organisation": self.likely[0].pk if self.likely else None}

    def perform(self, form):
        return applications.accept(self.object, by=self.request.user, **form.cleaned_data)


class ApplicationMove(_AboutApplication, MovePage):
    lifecycle = APPLICATION
    moves = {"decline": applications.decline}

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))
