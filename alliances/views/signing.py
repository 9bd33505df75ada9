"""Signing the partnership agreement, in three ways: accepted in the portal, as a signed file, on paper."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import files
from conciliazione.kernel.errors import MoveRefused
from conciliazione.kernel.pages import Page
from conciliazione.kernel.signatures.forms import PaperForm
from conciliazione.kernel.signatures.pages import AcceptedIdentified, SignedFileBrought, Signing

from ..models import PartnershipSignature
from ..queries.signing import ADDENDUM, TEXT, document_to_sign, expected_of
from ..services import signed_files, signing
from .common import AboutAlliance, AllianceForm

NOT_AWAITED = "Dal tuo ente non si aspetta nessuna firma: o l'accordo non è alla firma, o è già stato firmato."


class _Signing(AllianceForm):
    """A page about one signature of the agreement."""

    def success_url(self, result):
        return result.agreement.get_absolute_url()

    def signing_of(self, signature) -> Signing:
        agreement, accedes = signature.agreement, signature.is_addendum
        what = "Atto di adesione all'accordo" if accedes else "Accordo di partenariato"
        return Signing(
            body=signature.partner.organisation.name,
            what=f"{what}, versione {agreement.version}",
            url=agreement.get_absolute_url(),
            document=document_to_sign(signature),
            document_kind=ADDENDUM if accedes else TEXT,
            document_of=signature if accedes else agreement,
            expected=expected_of(signature),
            effect="Con l'ultima firma l'accordo entra in vigore.",
            file_url=reverse("alliances:sign_file", args=[self.object.pk]),
            by_when=agreement.sign_by,
        )


class _Own(_Signing):
    """About the signature that is awaited from the body for which the person acts."""

    @cached_property
    def signature(self) -> PartnershipSignature | None:
        seat = self.request.user.acting_seat
        rows = PartnershipSignature.objects.awaited().filter(
            agreement__alliance=self.object, partner__organisation=seat.organisation_id if seat else None
        )
        return rows.select_related("agreement__alliance", "partner__organisation").first()

    def possible(self):
        if self.signature is None:
            raise MoveRefused(NOT_AWAITED)

    def get_context(self):
        return {"signing": self.signing_of(self.signature) if self.signature else None}


class _Theirs(_Signing):
    """About the signature of one party, for the ASL that collects it."""

    @cached_property
    def signature(self) -> PartnershipSignature:
        rows = PartnershipSignature.objects.filter(agreement__alliance=self.object)
        return get_object_or_404(
            rows.select_related("agreement__alliance", "partner__organisation"), pk=self.kwargs["signature_pk"]
        )

    def possible(self):
        signing.check_signable(self.signature)


class Sign(AcceptedIdentified, _Own):
    """Acceptance in the portal, by an identified person."""

    permission = "partnership.sign"
    title = "Firma l'accordo di partenariato"
    submit_label = "Firma l'accordo"
    success_message = "Firma registrata."

    def perform(self, form):
        return signing.sign(
            self.signature, by=self.request.user, identification=self.identified, read=form.cleaned_data["read"]
        )


class _File(SignedFileBrought):
    def sign_with(self, upload):
        return signed_files.sign_with_file(self.signature, upload=upload, by=self.request.user)


class SignFile(_File, _Own):
    permission = "partnership.sign"


class AttestFile(_File, _Theirs):
    """The ASL received the signed file, by PEC for example."""

    permission = "partnership.attest"

    def get_context(self):
        return {"signing": self.signing_of(self.signature)}


class AttestPaper(_Theirs):
    permission = "partnership.attest"
    title = "Registra una firma su carta"
    submit_label = "Registra la firma"
    success_message = "Firma registrata."
    form_class = PaperForm

    @property
    def intro(self):
        return f"Attesti che {self.signature.partner} ha firmato la versione {self.signature.agreement.version}."

    def initial(self):
        body = self.signature.partner.organisation
        return {"signatory": f"{body.legal_representative_office} {body.legal_representative}".strip()}

    def perform(self, form):
        given = form.cleaned_data
        return signing.attest_paper(
            self.signature,
            signatory=given["signatory"],
            signed_on=given["signed_on"],
            upload=given["file"],
            by=self.request.user,
        )


class SignatureFile(AboutAlliance, Page):
    """The scan of a signed page, or the digitally signed file, for whoever may see the alliance."""

    permission = "alliance.view"

    def get(self, request, *args, **kwargs):
        rows = PartnershipSignature.objects.filter(agreement__alliance=self.object).exclude(scan=None, digital=None)
        signature = get_object_or_404(rows.select_related("scan", "digital__file"), pk=self.kwargs["signature_pk"])
        return files.serve(request, signature.file, about=self.object)
