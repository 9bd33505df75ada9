"""Pages of the table of signatures: who is to sign, and the signature of each."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.pages import FormPage
from conciliazione.kernel.uploads import store

from ..enums import AgreementStatus, SeatKind, SigningMethod
from ..forms.agreements import OwnSignatureForm, SignatoryForm, SignatureForm
from ..models import NetworkAgreement, Organisation
from ..services import agreements
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


class SignatureRecord(_OfAgreement):
    """A signature collected on paper: of a row of the table, or of a member who adheres later (R10)."""

    permission = "agreement.edit"
    form_class = SignatureForm
    submit_label = "Registra la firma"
    success_message = "La firma è registrata."

    @cached_property
    def organisation(self):
        bodies = Organisation.objects.filter(agreement_signatures__agreement=self.object) | Organisation.objects.filter(
            pk__in=self.object.network.memberships.current().values("organisation")
        )
        return get_object_or_404(bodies.distinct(), pk=self.kwargs["organisation"])

    @cached_property
    def row(self):
        return self.object.signatures.filter(organisation=self.organisation).first()

    def get_title(self):
        return f"Registra la firma di {self.row.name_on_paper if self.row else self.organisation}"

    def initial(self):
        representative = " ".join(
            part
            for part in (self.organisation.legal_representative_office, self.organisation.legal_representative)
            if part
        )
        day = self.object.signed_on or clock.today()
        return {"signatory": self.row.signatory if self.row else representative, "signed_on": day}

    def possible(self):
        agreements.check_can_record(self.object, self.organisation)

    def perform(self, form):
        data = dict(form.cleaned_data)
        upload = data.pop("scan", None)
        try:
            scan = store(upload, by=self.request.user) if upload else None
        except Refused as refused:
            refused.field = "scan"
            raise
        return agreements.record_signature(self.object, self.organisation, by=self.request.user, scan=scan, **data)


class SignOwn(_OfAgreement):
    """A delegate signs in the portal for the body in whose seat they act."""

    permission = "agreement.sign"
    template_name = "network/agreement/sign_own.html"
    title = "Firma l'adesione all'accordo"
    form_class = OwnSignatureForm
    submit_label = "Firma l'adesione"
    success_message = "L'adesione è firmata. Grazie."

    @cached_property
    def organisation(self):
        seat = self.request.user.acting_seat
        if seat is None or seat.kind != SeatKind.DELEGATE:
            raise Http404
        return seat.organisation

    def possible(self):
        agreements.check_can_record(self.object, self.organisation)

    def get_context(self):
        row = self.object.signatures.filter(organisation=self.organisation).first()
        return {"organisation": self.organisation, "row": row, "version": self.object.versions.first()}

    def perform(self, form):
        person = self.request.user
        return agreements.record_signature(
            self.object,
            self.organisation,
            signatory=f"{person.acting_seat.office} {person}".strip(),
            method=SigningMethod.IN_PORTAL,
            by=person,
        )
