"""The partnership agreement: reading, writing, sending to be signed, signing, versions."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.lifecycle import Transition
from conciliazione.kernel.moves import Offer, offers
from conciliazione.kernel.pages import DetailPage, MovePage

from ..enums import AllianceStatus, PartnershipStatus
from ..forms.agreements import AgreementForm, SendForm
from ..models import PartnershipSignature
from ..queries import facts_of, instructions_for, open_agreement, partners_of, shown_agreement
from ..rules.agreement import five_contents
from ..rules.lifecycles import AGREEMENT, ALLIANCE
from ..services import agreements as services
from ..services.common import draft_for_change
from ..services.partners import party_of
from .common import AboutAlliance, AllianceForm, to_alliance, to_list

Version = PartnershipStatus


def parties_of(agreement, partners) -> list[dict]:
    """The parties as frozen at signing; those of today while the version is being written."""
    if agreement.status != Version.DRAFT:
        return agreement.frozen_parties
    lead = agreement.new_lead_id or next((partner.pk for partner in partners if partner.is_lead), None)
    return [party_of(partner, is_lead=partner.pk == lead) for partner in partners]


class AgreementPage(AboutAlliance, DetailPage):
    """A version of the agreement (`?versione=`), with the five contents, the signatures and the other versions."""

    permission = "alliance.view"
    template_name = "alliances/agreement/detail.html"
    lifecycle = AGREEMENT

    @cached_property
    def alliance(self):
        return get_object_or_404(self.records(), pk=self.kwargs["pk"])

    @cached_property
    def object(self):
        asked = self.request.GET.get("versione", "")
        if asked and not (asked.isascii() and asked.isdigit() and len(asked) <= 4):
            raise Http404
        agreement = shown_agreement(self.alliance, int(asked) if asked else None)
        if agreement is None:
            raise Http404
        agreement.alliance = self.alliance
        return agreement

    @property
    def scope_object(self):
        return self.alliance

    def get_title(self):
        return f"Accordo di partenariato, versione {self.object.version}"

    def breadcrumbs(self):
        return [to_list(), to_alliance(self.alliance)]

    @cached_property
    def signatures(self) -> list[PartnershipSignature]:
        return list(self.object.signatures.all())

    def _place(self, name: str) -> str:
        return reverse(f"alliances:{name}", args=[self.alliance.pk])

    def get_offers(self):
        person, alliance = self.request.user, self.alliance
        found = []
        mine = self.awaited_of(person)
        if mine is not None:
            sign = Transition("sign", (), "", f"Firma per {mine.partner}", "partnership.sign", primary=True)
            found.append(Offer(sign, self._place("sign"), None))
        if self.object.status in (Version.DRAFT, Version.SIGNING):
            moves = offers(
                self.object,
                AGREEMENT,
                person,
                url=lambda name: self._place(name),
                checks={"send": lambda record: services.check_ready(alliance)},
            )
            constituted = alliance.status == AllianceStatus.CONSTITUTED
            found += [offer for offer in moves if constituted or offer.name != "withdraw"]
        if alliance.status == AllianceStatus.SIGNING and self.may_write:
            reopen = ALLIANCE["reopen"]
            url = reverse("alliances:move", args=[alliance.pk, reopen.slug])
            found.append(Offer(reopen, url, None))
        if self.object.status == Version.IN_FORCE and self.may_write:
            found.append(self._new_version_offer())
        return found

    def _new_version_offer(self) -> Offer:
        start = Transition("new_version", (), "", "Prepara una nuova versione", "partnership.edit")
        try:
            services.check_new_version(self.alliance)
        except Refused as refused:
            return Offer(start, "", refused)
        return Offer(start, self._place("new_version"), None)

    @cached_property
    def may_write(self) -> bool:
        return self._may("partnership.edit")

    def _may(self, action: str) -> bool:
        return access.can(self.request.user, action, self.alliance)

    def awaited_of(self, person) -> PartnershipSignature | None:
        """The signature that is awaited from the body for which the person acts."""
        seat = person.acting_seat
        if seat is None or not seat.organisation_id or not self._may("partnership.sign"):
            return None
        awaited = {row.pk for row in self.object.signatures.awaited()}
        return next(
            (s for s in self.signatures if s.pk in awaited and s.partner.organisation_id == seat.organisation_id), None
        )

    def next_step(self):
        agreement = self.object
        waiting = [s.partner for s in self.signatures if s.signed_at is None and s.partner.left_on is None]
        if agreement.status == Version.DRAFT:
            return {
                "text": "Si scrivono i cinque contenuti; poi l'accordo va alla firma di tutti i partecipanti.",
                "who": "Capofila",
            }
        if agreement.status == Version.SIGNING:
            return {
                "text": f"Firme raccolte: {len(self.signatures) - len(waiting)} su {len(self.signatures)}. "
                "Con l'ultima l'accordo entra in vigore.",
                "who": ", ".join(str(partner) for partner in waiting),
                "by_when": agreement.sign_by,
            }
        if agreement.status == Version.IN_FORCE and waiting:
            return {"text": "Si aspetta la firma di chi aderisce dopo.", "who": ", ".join(map(str, waiting))}
        return None

    def get_context(self):
        agreement, alliance = self.object, self.alliance
        partners = partners_of(alliance)
        lead = agreement.new_lead
        facts = facts_of(alliance, agreement=agreement, lead=lead)
        signing_now = agreement.status in (Version.SIGNING, Version.IN_FORCE)
        return {
            "alliance": alliance,
            "contents": {content.key: content for content in five_contents(facts)},
            "parties": parties_of(agreement, partners),
            "signatures": self.signatures,
            "versions": alliance.agreements.all(),
            "instructions": instructions_for(alliance),
            "writing": self.may_write and agreement.status == Version.DRAFT,
            "attesting": signing_now and self._may("partnership.attest"),
            "draft": agreement.status == Version.DRAFT,
        }


class WriteAgreement(AllianceForm):
    permission = "partnership.edit"
    template_name = "alliances/agreement/form.html"
    title = "Scrivi l'accordo di partenariato"
    submit_label = "Salva l'accordo"
    success_message = "Accordo salvato."
    form_class = AgreementForm

    def possible(self):
        draft_for_change(self.object, "il testo")

    @cached_property
    def draft(self):
        return open_agreement(self.object)

    def initial(self):
        if self.draft is None:
            return {}
        return {name: getattr(self.draft, name) for name in services.TEXTS} | {"seen": services.edition_of(self.draft)}

    def perform(self, form):
        return services.write_agreement(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return result.get_absolute_url()

    def get_context(self):
        return {"instructions": instructions_for(self.object), "draft": self.draft}


class SendToSign(AllianceForm):
    permission = "partnership.edit"
    template_name = "alliances/agreement/send.html"
    title = "Manda l'accordo alla firma"
    submit_label = "Manda alla firma"
    success_message = "Accordo mandato alla firma: i partner sono avvisati."
    form_class = SendForm

    def possible(self):
        services.check_ready(self.object)

    def perform(self, form):
        return services.send_to_sign(self.object, by=self.request.user, sign_by=form.cleaned_data["sign_by"])

    def success_url(self, result):
        return result.get_absolute_url()

    def get_context(self):
        agreement = open_agreement(self.object)
        return {"agreement": agreement, "groups": self._groups(agreement) if agreement else []}

    def _groups(self, agreement) -> list[dict]:
        """What is about to be frozen: who signs, and the text."""
        parties = parties_of(agreement, partners_of(self.object))
        return [
            {
                "title": "Chi firma",
                "change_url": f"{self.object.get_absolute_url()}#partner",
                "rows": [
                    (p["name"], f"{p['nature']}, {'capofila' if p['is_lead'] else p['kind'].lower()}") for p in parties
                ],
            },
            {
                "title": "Il testo",
                "change_url": self.address("write"),
                "rows": [
                    ("Chiuso o aperto", agreement.get_opening_display()),
                    ("Assetti organizzativi", agreement.organisation_text),
                    ("Assetti di governance", agreement.governance_text),
                    ("Impegni delle parti", agreement.commitments_text),
                ],
            },
        ]


class NewVersion(AllianceForm):
    permission = "partnership.edit"
    title = "Prepara una nuova versione dell'accordo"
    intro = (
        "L'accordo in vigore continua a valere finché tutti non hanno firmato quello nuovo. "
        "Nella nuova versione si possono cambiare testo, partner e capofila."
    )
    submit_label = "Prepara la nuova versione"
    success_message = "Nuova versione in preparazione."
    form_class = ReasonForm

    def form_kwargs(self):
        return {"required": True}

    def possible(self):
        services.check_new_version(self.object)

    def perform(self, form):
        return services.new_version(self.object, by=self.request.user, reason=form.cleaned_data["reason"])

    def success_url(self, result):
        return result.get_absolute_url()


class WithdrawVersion(AboutAlliance, MovePage):
    """Give up the version that is being written or signed."""

    lifecycle = AGREEMENT
    transition = AGREEMENT["withdraw"]
    moves = {"withdraw": services.withdraw_version}

    def being_made(self):
        version = open_agreement(self.object)
        if version is None:
            raise MoveRefused("Nessuna nuova versione è in preparazione.")
        return version

    def possible(self):
        services.check_withdraw(self.being_made())

    def perform(self, form):
        return services.withdraw_version(self.being_made(), by=self.request.user, reason=form.cleaned_data["reason"])
