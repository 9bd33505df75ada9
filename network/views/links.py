"""The personal link of an adherent: read without an account; to sign or renounce one enters as the body's delegate."""

from django.http import Http404
from django.urls import reverse

from conciliazione.kernel import access
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.pages import FormPage, PlainPage

from ..enums import MembershipStatus
from ..models import Membership
from ..queries import current_agreement
from ..queries.agreements import signature_of
from ..rules.duties import duties
from ..rules.memberships import MEMBERSHIP
from ..services import links
from .acts import own_body, rete


class AdhesionLinkPage(PlainPage):
    """What an adherent is asked, for whoever has its link. Nothing is written here but that it was opened."""

    permission = access.PUBLIC
    published = False
    template_name = "network/membership/link.html"

    def get(self, request, *args, **kwargs):
        try:
            self.link = links.read(kwargs["token"])
        except Refused as refused:
            return self._private(self.render(status=410, expired=refused))
        if self.link is None:
            raise Http404
        return self._private(self.render(expired=None))

    @staticmethod
    def _private(response):
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def get_title(self):
        link = getattr(self, "link", None)
        return f"Adesione di {link.membership.organisation.name}" if link else "Link scaduto"

    def get_context(self):
        link = getattr(self, "link", None)
        if link is None:
            return {}
        membership, person = link.membership, self.request.user
        agreement = current_agreement(membership.network)
        signature = signature_of(agreement, membership.organisation) if agreement else None
        is_member = membership.status == MembershipStatus.MEMBER
        delegate = person.is_authenticated and own_body(person, membership.organisation_id)
        renounce = reverse("network:membership_move", args=[membership.pk, MEMBERSHIP["renounce"].slug])
        return {
            "link": link,
            "membership": membership,
            "agreement": agreement,
            "signature": signature,
            "is_member": is_member,
            "delegate": delegate,
            "access_url": reverse("network:application_access", args=[self.kwargs["token"]]),
            "duties": duties(),
            "renounce_url": renounce if is_member and membership.organisation_id != membership.network.lead_id else "",
            "sign_in_url": f"{reverse('account_login')}?next={self.request.path}",
        }


class AdhesionLinkIssue(FormPage):
    """A new link for one adherent: the one before opens no more."""

    permission = "membership.manage"
    title = "Prepara il link personale"
    form_class = ReasonForm
    submit_label = "Prepara il link"
    success_message = "Il link è pronto: lo trovi nella scheda dell'aderente. Chi ha un recapito l'ha ricevuto."
    intro = (
        "Va ai delegati dell'ente e alla sua PEC. Chi lo apre legge l'accordo e che cosa è chiesto, senza accesso; per "
        "firmare o rinunciare entra come delegato. Il link di prima non si apre più."
    )

    def records(self):
        return Membership.objects.visible_to(self.request.user).select_related("organisation", "network__lead")

    def breadcrumbs(self):
        return rete(("Aderenti", reverse("network:memberships")), (str(self.object), self.object.get_absolute_url()))

    def possible(self):
        links.check_can_issue(self.object)

    def perform(self, form):
        return links.issue(self.object, by=self.request.user).membership

    def success_url(self, result):
        return f"{result.get_absolute_url()}#link"
