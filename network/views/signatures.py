"""Pages of the table of signatures: who is to sign, and the signature of each."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import clock, files
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.pages import FormPage, Page
from conciliazione.kernel.signatures.forms import PaperForm
from conciliazione.kernel.signatures.pages import AcceptedIdentified, SignedFileBrought, Signing

from ..enums import AgreementStatus, SeatKind
from ..forms.agreements import ScanForm, SignatoryForm
from ..models import NetworkAgreement, Organisation
from ..queries.signing import ADHESION, TEXT, adheres_by_act, document_to_sign, expected_of, membership_of
from ..services import agreements, signatures
from .acts import rete


class _OfAgreement(FormPage):
    """A form about an agreement."""

    permission = "agreement.edit"

    def records(self):
        return NetworkAgreement.objects.visible_to(self.request.user).select_related("network__lead", "programme")

    def breadcrumbs(self):
        return rete((str(self.object), self.object.get_absolute_url()))

    def success_url(self, result):
        return self.object.get_absolute_url() + "#firme"


class SignatoryAdd(_OfAgreement):
    permission = "agreement.edit"
    title = "Aggiungi un firmatario"
    form_class = SignatoryForm
    submit_label = "Aggiungi"
    intro = "La tabella delle firme resta come nell'accordo su carta: ente, nominativo, firma."

    def possible(self):
        if self.object.status not in {AgreementStatus.DRAFT, AgreementStatus.APPROVED}:
            raise Refused("L'accordo è già sottoscritto: chi si aggiunge ora firma la propria adesione.")

    def form_kwargs(self):
        return {"agreement": self.object}

    def perform(self, form):
        data = dict(form.cleaned_data)
        return agreements.add_signatory(self.object, data.pop("organisation"), by=self.request.user, **data)


class SignatoryRemove(_OfAgreement):
    permission = "agreement.edit"
    form_class = ReasonForm
    submit_label = "Togli dai firmatari"

    @cached_property
    def row(self):
        return get_object_or_404(self.object.signatures, pk=self.kwargs["row"])

    def get_title(self):
        return f"Togli {self.row.name_on_paper} dai firmatari"

    def possible(self):
        if self.row.signed_on:
            raise Refused("Questa firma è già stata raccolta e resta agli atti.")

    def perform(self, form):
        return agreements.remove_signatory(self.row, by=self.request.user)


class _Signing(_OfAgreement):
    """About the signature of one body: `organisation` says which."""

    success_message = "Firma registrata."

    def possible(self):
        signatures.check_can_record(self.object, self.organisation)

    def get_context(self):
        agreement, body = self.object, self.organisation
        by_act = adheres_by_act(agreement, body)
        text = str(agreement.versions.first()).lower()
        return {
            "signing": Signing(
                body=body.name,
                what=f"Atto di adesione all'accordo, {text}" if by_act else f"Accordo di rete, {text}",
                url=f"{agreement.get_absolute_url()}#testo",
                document=document_to_sign(agreement, body),
                document_kind=ADHESION if by_act else TEXT,
                document_of=membership_of(agreement, body) if by_act else agreement,
                expected=expected_of(body),
                effect="L'ente aderisce alla Rete con i sette impegni dell'art. 7."
                if by_act
                else "L'accordo entra in vigore quando l'ASL registra la sottoscrizione.",
                file_url=reverse("network:agreement_sign_own_file", args=[agreement.pk]),
                by_when=agreement.expires_on,
            )
        }


class _Own(_Signing):
    """Of the body in whose seat the person acts."""

    permission = "agreement.sign"

    @cached_property
    def organisation(self):
        seat = self.request.user.acting_seat
        if seat is None or seat.kind != SeatKind.DELEGATE:
            raise Http404
        return seat.organisation


class _Theirs(_Signing):
    """Of one body, for the ASL that collects it: a row of the table, or a member that adheres later (R10)."""

    permission = "agreement.edit"

    @cached_property
    def organisation(self):
        bodies = Organisation.objects.filter(agreement_signatures__agreement=self.object) | Organisation.objects.filter(
            pk__in=self.object.network.memberships.current().values("organisation")
        )
        return get_object_or_404(bodies.distinct(), pk=self.kwargs["organisation"])


class SignOwn(AcceptedIdentified, _Own):
    """Acceptance in the portal, by an identified delegate."""

    permission = "agreement.sign"
    title = "Firma l'adesione all'accordo"
    submit_label = "Firma l'adesione"
    success_message = "L'adesione è firmata. Grazie."

    def perform(self, form):
        given = {"identification": self.identified, "read": form.cleaned_data["read"]}
        return signatures.accept(self.object, self.organisation, by=self.request.user, **given)


class _File(SignedFileBrought):
    def sign_with(self, upload):
        return signatures.sign_with_file(self.object, self.organisation, upload=upload, by=self.request.user)


class SignOwnFile(_File, _Own):
    permission = "agreement.sign"


class SignatureFileRecord(_File, _Theirs):
    """The ASL received the signed file, by PEC for example."""

    permission = "agreement.edit"


class SignatureRecord(_Theirs):
    """A signature collected on paper."""

    permission = "agreement.edit"
    form_class = PaperForm
    submit_label = "Registra la firma"
    success_message = "La firma è registrata."

    @cached_property
    def row(self):
        return self.object.signatures.filter(organisation=self.organisation).first()

    def get_title(self):
        return f"Registra la firma di {self.row.name_on_paper if self.row else self.organisation}"

    def initial(self):
        body = self.organisation
        representative = f"{body.legal_representative_office} {body.legal_representative}".strip()
        day = self.object.signed_on or clock.today()
        return {"signatory": self.row.signatory if self.row else representative, "signed_on": day}

    def perform(self, form):
        given = form.cleaned_data
        return signatures.attest_paper(
            self.object,
            self.organisation,
            signatory=given["signatory"],
            signed_on=given["signed_on"],
            upload=given["file"],
            by=self.request.user,
        )


class ScanAttach(_OfAgreement):
    """The scan of the paper that was signed at the subscription."""

    permission = "agreement.edit"
    title = "Allega la scansione dell'accordo firmato"
    form_class = ScanForm
    submit_label = "Allega la scansione"
    success_message = "La scansione è allegata alle firme su carta."

    def possible(self):
        signatures.check_can_attach(self.object)

    def perform(self, form):
        return signatures.attach_scan(self.object, upload=form.cleaned_data["file"], by=self.request.user)


class SignatureFile(Page):
    """The scan of a signed page, or the digitally signed file, for whoever may see the network."""

    permission = "network.view"

    def records(self):
        return NetworkAgreement.objects.visible_to(self.request.user)

    def get(self, request, *args, **kwargs):
        rows = self.object.signatures.exclude(scan=None, digital=None).select_related("scan", "digital__file")
        row = get_object_or_404(rows, pk=self.kwargs["row"])
        return files.serve(request, row.file, about=self.object)
