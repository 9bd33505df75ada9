"""Pages of the network agreement: text, versions, deliberation, subscription."""

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage, PlainPage

from ..enums import AgreementStatus
from ..filters import AgreementFilter
from ..forms.agreements import AgreementForm, DeliberationForm, SubscriptionForm, TextForm
from ..models import Network, NetworkAgreement
from ..queries import registry_of
from ..queries.agreements import compared, signature_table
from ..queries.home import steps_of_agreement
from ..rules.agreements import AGREEMENT
from ..services import agreements
from ..services.signatures import lacks_scan
from .acts import ActPage, own_body, rete

HERE = ("Accordi di rete", "/rete/accordi/")
CHECKS = {
    "approve": agreements.check_can_approve,
    "reopen": agreements.check_can_reopen,
    "sign": agreements.check_can_sign,
}


def _records(person):
    return NetworkAgreement.objects.visible_to(person).select_related("network__lead", "programme")


class AgreementList(ListPage):
    title = "Accordi di rete"
    permission = "network.view"
    purpose = "L'accordo di ogni Rete per ogni programma: la durata si conta dalla sottoscrizione (art. 10)."
    row_template = "network/agreement/_row.html"
    filterset_class = AgreementFilter
    empty_text = "Non c'è ancora un accordo. Lo prepara l'ufficio dell'ASL dalla pagina della Rete."
    count_label = ("accordo", "accordi")
    default_order = "-signed_on"
    columns = (
        Column("network", "Rete", lambda row: row.network.name, sort="network__name"),
        Column("programme", "Programma", lambda row: row.programme.name, sort="programme__starts_on"),
        Column("status", "Stato", lambda row: row.get_status_display(), sort="status"),
        Column("signed_on", "Sottoscritto il", sort="signed_on"),
        Column("expires_on", "Scade il", sort="expires_on"),
    )

    def rows(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete()


class AgreementDetail(DetailPage):
    template_name = "network/agreement/detail.html"
    permission = "network.view"

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete((str(self.object.network), self.object.network.get_absolute_url()), HERE)

    def get_title(self):
        return self.object.title

    def get_offers(self):
        pages = {"approve": "network:agreement_approve", "sign": "network:agreement_subscribe"}
        return offers(
            self.object,
            AGREEMENT,
            self.request.user,
            url=lambda name: (
                reverse(pages[name], args=[self.object.pk])
                if name in pages
                else reverse("network:agreement_move", args=[self.object.pk, AGREEMENT[name].slug])
            ),
            checks=CHECKS,
        )

    def next_step(self):
        agreement, lead = self.object, str(self.object.network.lead)
        match agreement.status:
            case AgreementStatus.DRAFT:
                return {"text": "Si completa il testo e l'elenco dei firmatari, poi l'ASL delibera.", "who": lead}
            case AgreementStatus.APPROVED:
                missing = agreement.signatures.filter(signed_on=None).count()
                lacking = "Manca una firma" if missing == 1 else f"Mancano {missing} firme"
                return {
                    "text": f"{lacking}. Con l'ultima l'accordo entra in vigore da solo; prima può farlo l'ASL, "
                    "registrando la sottoscrizione.",
                    "who": f"{lead} e firmatari",
                }
            case AgreementStatus.IN_FORCE:
                return {
                    "text": "L'accordo è in vigore. Prima della scadenza l'ASL prepara il nuovo.",
                    "who": lead,
                    "by_when": agreement.expires_on,
                }
            case AgreementStatus.EXPIRED:
                return {"text": "La durata è finita: l'ASL prepara il nuovo accordo.", "who": lead}
        return {"text": "Un nuovo accordo lo ha sostituito. Questo resta agli atti."}

    def get_context(self):
        agreement, person = self.object, self.request.user
        versions = list(agreement.versions.select_related("made_by").prefetch_related("articles"))
        rows = signature_table(agreement)
        edits = access.can(person, "agreement.edit", agreement)
        open_text = agreement.status in {AgreementStatus.DRAFT, AgreementStatus.IN_FORCE}
        signable = agreement.status in {AgreementStatus.APPROVED, AgreementStatus.IN_FORCE}
        seat = person.acting_seat
        mine = next((row for row in rows if seat and own_body(person, row.organisation.pk)), None)
        return {
            "version": versions[0] if versions else None,
            "versions": versions,
            "signatures": rows,
            "signed_count": sum(row.signed for row in rows),
            "steps": [{"label": label, "state": state} for label, state in steps_of_agreement(agreement)],
            "edits": edits,
            "edits_text": edits and open_text,
            "edits_signatories": edits and agreement.status in {AgreementStatus.DRAFT, AgreementStatus.APPROVED},
            "records_signatures": edits and signable,
            "lacks_scan": edits and any(row.row and lacks_scan(row.row) for row in rows),
            "own_row": mine if mine and not mine.signed and signable else None,
            "registry": registry_of(agreement),
        }


class AgreementVersionPage(PlainPage):
    """One version of the text as it was."""

    template_name = "network/agreement/version.html"
    permission = "network.view"

    def records(self):
        return _records(self.request.user)

    @cached_property
    def version(self):
        found = self.object.versions.prefetch_related("articles").filter(number=self.kwargs["number"]).first()
        if found is None:
            raise Http404
        return found

    def get_title(self):
        return f"Testo dell'accordo, {str(self.version).lower()}"

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def get_context(self):
        return {"version": self.version, "is_last": not self.object.versions.filter(number__gt=self.version.number)}


class AgreementCompare(PlainPage):
    """Two versions side by side."""

    template_name = "network/agreement/compare.html"
    permission = "network.view"
    title = "Confronta due versioni"

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def get_context(self):
        versions = list(self.object.versions.prefetch_related("articles"))
        numbers = [version.number for version in versions]
        after = self._asked("dopo", numbers, numbers[0] if numbers else 0)
        before = self._asked("prima", numbers, max(after - 1, 1))
        by_number = {version.number: version for version in versions}
        parts = compared(by_number[before], by_number[after]) if versions else []
        return {
            "versions": versions,
            "before": by_number.get(before),
            "after": by_number.get(after),
            "parts": [part for part in parts if part.changed],
            "unchanged": [part for part in parts if not part.changed],
        }

    def _asked(self, name: str, numbers: list[int], default: int) -> int:
        asked = self.request.GET.get(name, "")
        return int(asked) if asked.isdecimal() and len(asked) < 6 and int(asked) in numbers else default


class AgreementCreate(FormPage):
    permission = "agreement.edit"
    title = "Prepara l'accordo di rete"
    form_class = AgreementForm
    submit_label = "Prepara l'accordo"
    success_message = "L'accordo è in preparazione: controlla il testo e aggiungi i firmatari."
    intro = "Si parte dal testo dell'ultimo accordo della Rete, o da quello del 2014-15 se è il primo."

    def records(self):
        return Network.objects.visible_to(self.request.user)

    def breadcrumbs(self):
        return rete((str(self.object), self.object.get_absolute_url()))

    def form_kwargs(self):
        return {"network": self.object}

    def perform(self, form):
        data = dict(form.cleaned_data)
        return agreements.create(self.object, data.pop("programme"), by=self.request.user, **data)


class AgreementText(FormPage):
    """The text is changed by writing a new version (R42)."""

    permission = "agreement.edit"
    title = "Scrivi una nuova versione del testo"
    form_class = TextForm
    submit_label = "Registra la nuova versione"
    success_message = "La nuova versione è registrata. Quella di prima resta agli atti."
    intro = "Il testo si aggiorna per versioni: quella di adesso resta consultabile e confrontabile."

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    @cached_property
    def latest(self):
        return self.object.versions.prefetch_related("articles").first()

    def form_kwargs(self):
        return {"agreement": self.object, "articles": list(self.latest.articles.all())}

    def initial(self):
        return {"preamble": self.latest.preamble}

    def possible(self):
        agreements.check_text_open(self.object)

    def perform(self, form):
        agreements.new_version(
            self.object,
            preamble=form.cleaned_data["preamble"],
            articles=form.articles(),
            reason=form.cleaned_data["reason"],
            form_agreed=form.cleaned_data.get("form_agreed", ""),
            by=self.request.user,
        )
        return self.object


class _AgreementAct(ActPage):
    lifecycle = AGREEMENT
    checks = CHECKS

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))


class AgreementApprove(_AgreementAct):
    move_name = "approve"
    form_class = DeliberationForm

    def perform(self, form):
        return agreements.approve(self.object, by=self.request.user, **form.cleaned_data)


class AgreementSubscribe(_AgreementAct):
    move_name = "sign"
    form_class = SubscriptionForm

    def form_kwargs(self):
        return {"agreement": self.object}

    def perform(self, form):
        return agreements.sign(self.object, by=self.request.user, **form.cleaned_data)


class AgreementMove(MovePage):
    lifecycle = AGREEMENT
    moves = {"reopen": agreements.reopen}
    checks = CHECKS

    def records(self):
        return _records(self.request.user)
