"""The acts on a proposal: handing in with its receipt, giving up and withdrawing."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel.money import format_eur as eur
from conciliazione.kernel.pages import FormPage, MovePage, PlainPage

from ..enums import ProposalStatus as State
from ..forms.proposals import SubmitForm
from ..queries import proposals as queries
from ..rules.proposals import PROPOSAL
from ..services import draws, submission
from .compiling import missing_list, step_url
from .proposals import AboutProposal

NO_FILES = [("Allegati", "Nessun allegato")]


class ProposalSubmit(AboutProposal, FormPage):
    """Check your answers, then hand in."""

    permission = "proposal.submit"
    template_name = "plans/proposal/check.html"
    form_class = SubmitForm
    title = "Controlla e presenta"
    submit_label = "Presenta la proposta"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and self.object.status == State.SUBMITTED:
            return redirect("plans:proposal_receipt", self.object.pk)
        return super().dispatch(request, *args, **kwargs)

    def possible(self):
        PROPOSAL.check(self.object.status, "submit")

    @cached_property
    def needed(self):
        proposal = self.object
        return [*queries.content_requirements(proposal), *queries.standing_of(proposal, self.request.user)]

    def get_context(self):
        proposal = self.object
        if proposal.status != State.DRAFT:
            return {"groups": [], "missing": [], "complete": False, "flags": []}
        return {
            "groups": self.groups(),
            "missing": missing_list(proposal, self.needed),
            "complete": all(r.met for r in self.needed),
            "flags": queries.flags_of(proposal),
        }

    def groups(self) -> list[dict]:
        """All that is handed in, by step, each with the link to change it."""
        proposal = self.object
        totals = queries.budget_of(proposal).totals
        actions = [
            (a.title, f"{a.get_area_display()}; {a.district.name}; dal {a.starts_on:%d/%m/%Y} al {a.ends_on:%d/%m/%Y}")
            for a in proposal.actions.all()
        ]
        lines = [
            (line.description, f"{line.get_category_display()}; {eur(line.cost)}")
            for line in proposal.budget_lines.all()
        ]
        lines += [
            (
                "Totale",
                f"costo {eur(totals.cost)}, contributo {eur(totals.grant)}, cofinanziamento {eur(totals.co_financing)}",
            )
        ]
        indicators = [
            (str(e.indicator), f"obiettivo {e.target.normalize():f} {e.indicator.unit}".replace(".", ","))
            for e in proposal.expected_indicators.all()
        ]
        texts = (
            ("summary", "Dati e sintesi", [("Titolo", proposal.title), ("Sintesi", proposal.summary)]),
            ("needs", "Contesto e bisogni", [("Bisogni", proposal.needs)]),
            ("objectives", "Obiettivi", [("Obiettivi", proposal.objectives)]),
            ("actions", "Azioni", actions or [("Azioni", "")]),
            ("budget", "Piano economico", lines),
            ("indicators", "Indicatori", indicators or [("Indicatori", "")]),
            ("sustainability", "Sostenibilità", [("Sostenibilità", proposal.sustainability)]),
            ("attachments", "Allegati", [(a.title, a.file.name) for a in proposal.attachments.all()] or NO_FILES),
        )
        return [{"title": title, "change_url": step_url(proposal, key), "rows": rows} for key, title, rows in texts]

    def perform(self, form):
        return submission.submit(self.object, by=self.request.user)

    def success_url(self, result):
        return reverse("plans:proposal_receipt", args=[result.pk])


class ProposalReceipt(AboutProposal, PlainPage):
    """The confirmation: registry number, instant, fingerprint, receipt, what comes next."""

    permission = "proposal.view_own"
    template_name = "plans/proposal/receipt.html"
    title = "Proposta presentata"

    def get(self, request, *args, **kwargs):
        if not self.object.registry_number:
            return redirect(self.object)
        return super().get(request, *args, **kwargs)

    def get_context(self):
        proposal = self.object
        return {
            "number": proposal.registry_number,
            "at": proposal.submitted_at,
            "what_next": [
                f"L'ASL e le persone di {proposal.alliance.name} hanno ricevuto una notifica.",
                f"Fino al {queries.when(proposal.call.closes_at)} puoi ritirarla, duplicarla e presentarla di nuovo.",
                "Dopo la chiusura l'ASL verifica l'ammissibilità; poi il Comitato di Valutazione dà i punteggi.",
                "A ogni passo ricevi una notifica.",
            ],
            "back_url": proposal.get_absolute_url(),
            "back_label": "Vai alla proposta",
        }


class ProposalMove(AboutProposal, MovePage):
    """Give up a draft, withdraw what was handed in."""

    lifecycle = PROPOSAL
    moves = {"discard": submission.discard, "withdraw": submission.withdraw, "renounce": draws.renounce}
    checks = {"withdraw": submission.check_may_withdraw, "renounce": draws.check_may_renounce}
