"""Pages of the adherents: who belongs, who signed, what each did for the duties of article 7."""

from datetime import date

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse

from conciliazione.kernel import access, clock, tables
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import offers
from conciliazione.kernel.narrowing import with_parts
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage, Page
from conciliazione.kernel.templatetags.portal import badge, day

from ..enums import MembershipStatus
from ..filters import MembershipFilter
from ..forms.networks import ContributionForm
from ..models import Membership, Network
from ..queries import (
    current_agreement,
    delegates_of,
    duties_of,
    members_on,
    memberships_with_signature,
    registry_of,
    signed_on,
)
from ..rules.memberships import MEMBERSHIP
from ..services import memberships
from ..services.links import address_of
from .acts import own_body, require_own_body_or, rete

HERE = ("Aderenti", "/rete/aderenti/")
CHECKS = {"renounce": memberships.check_can_end, "leave": memberships.check_can_end}


def _records(person):
    return Membership.objects.visible_to(person).select_related("organisation", "network__lead")


def _signature(row):
    if row.has_signed:
        return badge("Firmato", "done")
    return badge("Mancante", "waiting") if row.status == MembershipStatus.MEMBER else None


class MembershipList(ListPage):
    title = "Aderenti"
    permission = access.SIGNED_IN
    template_name = "network/membership/list.html"
    purpose = "Chi è parte della Rete. Essere aderente e aver firmato l'accordo sono due cose (art. 5)."
    filterset_class = MembershipFilter
    empty_text = "Non ci sono ancora aderenti. Li registra l'ASL, o chiedono di aderire dal portale."
    count_label = ("adesione", "adesioni")
    default_order = "organisation"
    columns = (
        Column(
            "organisation",
            "Ente",
            lambda row: row.organisation.name,
            sort="organisation__search_name",
            cell=lambda row: tables.opening(row, row.organisation.name, tables.words(row, "origin")),
        ),
        Column("network", "Rete", lambda row: row.network.name, sort="network__name"),
        Column("status", "Stato", lambda row: row.get_status_display(), sort="status", cell=tables.state),
        Column(
            "signed",
            "Firma",
            lambda row: "Firmato" if row.has_signed else "Mancante",
            sort="has_signed",
            cell=_signature,
        ),
        Column("since", "Dal", sort="since", cell=lambda row: day(row.since)),
        Column("until", "Al", sort="until", cell=lambda row: day(row.until)),
    )

    def rows(self):
        rows = with_parts(Membership.objects.visible_to(self.request.user), "organisation__name", "network__name")
        return memberships_with_signature(rows)

    def breadcrumbs(self):
        return rete()


class MembersOnDay(Page):
    """The day to look at, from the form of the page; without one, today."""

    permission = "network.view"

    def records(self):
        return Network.objects.visible_to(self.request.user)

    def get(self, request, *args, **kwargs):
        try:
            day = date.fromisoformat(request.GET.get("giorno", ""))
        except ValueError:
            day = clock.today()
        return redirect("network:members_on", self.object.pk, day)


class MembersOn(ListPage):
    """Who was a member of a network on a day, whatever happened later."""

    permission = "network.view"
    template_name = "network/membership/on_day.html"
    purpose = "Chi era parte della Rete quel giorno, qualunque cosa sia successa dopo (art. 5)."
    empty_text = "Quel giorno nessun ente era parte della Rete."
    count_label = ("aderente", "aderenti")
    default_order = "organisation"
    columns = (
        Column(
            "organisation",
            "Ente",
            lambda row: row.organisation.name,
            sort="organisation__search_name",
            cell=lambda row: tables.opening(row, row.organisation.name),
        ),
        Column("nature", "Natura", lambda row: row.organisation.get_nature_display(), sort="organisation__nature"),
        Column("origin", "Origine", lambda row: row.get_origin_display(), sort="origin"),
        Column("since", "Aderente dal", sort="since", cell=lambda row: day(row.since)),
        Column("until", "Fino al", sort="until", cell=lambda row: day(row.until)),
        Column(
            "signed",
            "Firma quel giorno",
            lambda row: "Sì" if row.signed_then else "No",
            sort="signed_then",
            cell=lambda row: badge("Firmato", "done") if row.signed_then else badge("Mancante", "waiting"),
        ),
    )

    def records(self):
        return Network.objects.visible_to(self.request.user).select_related("lead")

    def rows(self):
        day = self.kwargs["day"]
        return signed_on(members_on(self.object, day).select_related("network"), day)

    def get_title(self):
        return f"Aderenti al {self.kwargs['day']:%d/%m/%Y} – {self.object.name}"

    def breadcrumbs(self):
        return rete((str(self.object), self.object.get_absolute_url()), HERE)

    def get_context(self):
        return {"day": self.kwargs["day"]}


class MembershipDetail(DetailPage):
    template_name = "network/membership/detail.html"
    permission = access.SIGNED_IN
    scope_object = None

    def records(self):
        return memberships_with_signature(_records(self.request.user))

    def get_title(self):
        return self.object.organisation.name

    def breadcrumbs(self):
        return rete(HERE)

    def get_offers(self):
        found = offers(
            self.object,
            MEMBERSHIP,
            self.request.user,
            url=lambda name: reverse("network:membership_move", args=[self.object.pk, MEMBERSHIP[name].slug]),
            checks=CHECKS,
        )
        mine = own_body(self.request.user, self.object.organisation_id)
        manages = access.can(self.request.user, "membership.manage", self.object)
        return [offer for offer in found if manages or mine]

    def next_step(self):
        membership = self.object
        if membership.status == MembershipStatus.REQUESTED:
            return {"text": "L'ASL accoglie la richiesta, o spiega perché no.", "who": str(membership.network.lead)}
        if membership.status == MembershipStatus.MEMBER and not membership.has_signed:
            return {
                "text": "Resta da firmare l'adesione all'accordo: il silenzio non è una rinuncia (art. 5).",
                "who": membership.organisation.name,
            }
        if membership.status == MembershipStatus.MEMBER:
            return {"text": "L'ente partecipa alle attività della Rete e agli impegni dell'art. 7."}
        return None

    def get_context(self):
        membership, person = self.object, self.request.user
        sees_network = access.can(person, "network.view", membership.network)
        is_member = membership.status == MembershipStatus.MEMBER
        mine = own_body(person, membership.organisation_id)
        manages = access.can(person, "membership.manage", membership)
        agreement = current_agreement(membership.network) if sees_network else None
        link = membership.links.first() if manages else None
        return {
            "duties": duties_of(membership) if is_member and sees_network else [],
            "sees_network": sees_network,
            "agreement": agreement,
            "delegates": list(delegates_of([membership.organisation_id])) if manages else [],
            "manages": manages,
            "contributes": is_member and (mine or manages),
            "own_signature": mine and is_member and not membership.has_signed and agreement,
            "registry": registry_of(membership) if manages else [],
            "link": link,
            "link_address": f"{settings.PUBLIC_ADDRESS}{address_of(link)}" if link and link.is_open else "",
        }


class MembershipMove(MovePage):
    lifecycle = MEMBERSHIP
    moves = {
        "accept": memberships.accept,
        "decline": memberships.decline,
        "renounce": memberships.renounce,
        "leave": memberships.leave,
    }
    checks = CHECKS

    def records(self):
        return _records(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and self.transition.name == "renounce":
            person, membership = request.user, self.object
            require_own_body_or(person, "membership.manage", membership, membership.organisation_id)
        return super().dispatch(request, *args, **kwargs)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))


class ContributionAdd(FormPage):
    """What an adherent did for one of the duties that the portal cannot see by itself."""

    permission = "duty.record"
    title = "Racconta un contributo"
    form_class = ContributionForm
    submit_label = "Registra"
    success_message = "Il contributo è registrato."
    intro = "Resta nella scheda dell'aderente, accanto all'impegno dell'art. 7 a cui si riferisce."

    def records(self):
        return _records(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            membership = self.object
            require_own_body_or(request.user, "membership.manage", membership, membership.organisation_id)
        return super().dispatch(request, *args, **kwargs)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def possible(self):
        if self.object.status != MembershipStatus.MEMBER:
            raise Refused("Gli impegni dell'art. 7 sono degli aderenti: questo ente ora non lo è.")

    def perform(self, form):
        return memberships.contribute(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return self.object.get_absolute_url() + "#impegni"
