"""Proposals: the list with its totals, the page of one, beginning a draft and copying one."""

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock, tables
from conciliazione.kernel.access import SIGNED_IN
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage
from conciliazione.kernel.templatetags.portal import eur, instant

from ..enums import CallStatus, ClarificationStatus, ProposalStatus
from ..filters.proposals import ProposalFilter
from ..forms.calls import PlainForm
from ..forms.proposals import DuplicateForm, NewProposalForm
from ..queries import calls as call_queries
from ..queries import evaluation as evaluation_queries
from ..queries import proposals as queries
from ..rules.proposals import PROPOSAL, STEP
from ..services import copies, draws, eligibility, submission
from ..services import proposals as services
from .calls import list_tabs
from .compiling import missing_list, step_url, to_proposals

State = ProposalStatus


class ProposalsPage(ListPage):
    """The proposals of one's alliances; those received, for the office and the committee."""

    permission = SIGNED_IN
    template_name = "plans/proposal/list.html"
    filterset_class = ProposalFilter
    title = "Proposte"
    purpose = "Le proposte progettuali delle Alleanze: la tua in compilazione, e quelle presentate per gli avvisi."
    empty_text = (
        "Non ci sono ancora proposte che puoi vedere. Le scrive il capofila di un'Alleanza dalla pagina di un avviso "
        "aperto; l'ASL e il Comitato le vedono dopo la presentazione."
    )
    count_label = ("proposta", "proposte")
    default_order = "-submitted_at"
    columns = (
        Column("title", "Proposta", sort="title", cell=lambda p: tables.opening(p, p.title)),
        Column("alliance", "Alleanza", value=lambda p: p.alliance.name, sort="alliance__name"),
        Column("call", "Avviso", value=lambda p: p.call.title, sort="call__title"),
        Column("registry_number", "Protocollo", sort="registry_number"),
        Column("submitted_at", "Presentata il", sort="submitted_at", cell=lambda p: instant(p.submitted_at)),
        Column("cost", "Costo (EUR)", sort="cost", numeric=True, apart=True, cell=lambda p: eur(p.cost), short="Costo"),
        Column(
            "grant",
            "Contributo (EUR)",
            sort="grant",
            numeric=True,
            apart=True,
            cell=lambda p: eur(p.grant),
            short="Contributo",
        ),
        Column("status", "Stato", value=lambda p: p.get_status_display(), sort="status", cell=tables.state),
    )

    def rows(self):
        return queries.proposal_list(self.request.user, summed=self.whole)

    def shown(self, rows):
        return rows if self.whole else queries.give_sums(rows)

    def get_context(self):
        few = self.paginator.counted <= queries.MOST_SUMMED
        return {
            "tabs": list_tabs(self.request.user, "proposals"),
            "totals": queries.totals_of_list(self.paginator.object_list) if few else None,
            "most_summed": queries.MOST_SUMMED,
        }


class AboutProposal:
    """A page about one proposal that the person may see."""

    def records(self):
        return queries.proposal_detail(self.request.user)

    def breadcrumbs(self):
        return [to_proposals(), (self.object.title, self.object.get_absolute_url())]


class ProposalPage(AboutProposal, DetailPage):
    """The whole proposal: facts, what happens now, moves, its sections, what is missing, its story."""

    permission = SIGNED_IN
    template_name = "plans/proposal/detail.html"
    lifecycle = PROPOSAL

    def breadcrumbs(self):
        return [to_proposals()]

    def get_offers(self):
        proposal, person = self.object, self.request.user

        def url(name: str) -> str:
            if name == "submit":
                return reverse("plans:proposal_submit", args=[proposal.pk])
            if name in {"admit", "exclude"}:
                return f"{reverse('plans:proposal_eligibility', args=[proposal.pk])}?esito={name}"
            return reverse("plans:proposal_move", args=[proposal.pk, PROPOSAL[name].slug])

        checks = {
            "submit": self.check_may_submit,
            "admit": eligibility.check_may_decide,
            "exclude": eligibility.check_may_decide,
            "withdraw": submission.check_may_withdraw,
            "renounce": draws.check_may_renounce,
        }
        return offers(proposal, PROPOSAL, person, url=url, checks=checks)

    @cached_property
    def needed(self):
        """What the draft must have, and what must hold around it for this person to hand it in now."""
        proposal = self.object
        return [*queries.content_requirements(proposal), *queries.standing_of(proposal, self.request.user)]

    def check_may_submit(self, record) -> None:
        if not all(requirement.met for requirement in self.needed):
            submission.check_may_submit(record, self.request.user)

    @cached_property
    def closed_to_me(self) -> str:
        """Why a member of the committee may not read it yet; empty when the person may."""
        return evaluation_queries.why_closed(self.request.user, self.object)

    @cached_property
    def is_office(self) -> bool:
        return access.can(self.request.user, "proposal.check", self.object)

    @cached_property
    def under_clarification(self) -> frozenset[str]:
        """The parts that the alliance is writing anew: until it answers, nobody else reads them."""
        if access.can(self.request.user, "proposal.view_own", self.object):
            return frozenset()
        return queries.reopened_steps(self.object)

    @cached_property
    def clarified(self):
        """The last request that the alliance answered."""
        return self.object.clarifications.filter(status=ClarificationStatus.ANSWERED).order_by("-answered_at").first()

    @cached_property
    def may_replace(self) -> bool:
        try:
            copies.check_may_replace(self.object)
        except Refused:
            return False
        return True

    @cached_property
    def writes(self) -> bool:
        return self.object.status == State.DRAFT and access.can(self.request.user, "proposal.edit", self.object)

    def next_step(self):
        proposal = self.object
        call = proposal.call
        asl = call.network.lead.name
        if proposal.status == State.DRAFT:
            if call.status != CallStatus.PUBLISHED or call.closes_at <= clock.now():
                return {"text": "I termini dell'avviso sono chiusi: la bozza si può duplicare per un altro avviso."}
            opens = call.opens_at > clock.now()
            return {
                "text": "La bozza si completa passo per passo; poi il capofila la presenta al Comitato di Valutazione."
                + (f" L'avviso apre il {queries.when(call.opens_at)}." if opens else ""),
                "who": f"Capofila di {proposal.alliance.name}",
                "by_when": call.closes_at,
            }
        request = queries.open_clarification(proposal)
        if request is not None:
            return {
                "text": "L'ASL ha chiesto chiarimenti: l'Alleanza corregge le parti riaperte e il capofila risponde.",
                "who": f"Capofila di {proposal.alliance.name}",
                "by_when": request.due_at,
            }
        if proposal.status == State.SUBMITTED and call.status == CallStatus.PUBLISHED:
            return {
                "text": "La proposta è al sicuro. Dopo la chiusura dell'avviso l'ASL ne verifica l'ammissibilità.",
                "who": asl,
            }
        return {
            State.SUBMITTED: {
                "text": "L'ASL verifica l'ammissibilità: requisiti dell'Alleanza, termini, completezza, "
                "piano economico.",
                "who": asl,
            },
            State.ELIGIBLE: {
                "text": "Il Comitato dà i punteggi secondo la griglia dell'avviso e forma la graduatoria.",
                "who": "Comitato di Valutazione",
            },
            State.EXCLUDED: {"text": "La proposta non è valutata. La motivazione è qui sotto."},
            State.WITHDRAWN: {"text": "La proposta non è più in gioco. Si può duplicare per un avviso aperto."},
            State.FUNDED: {"text": "La proposta entra nel Piano Territoriale e diventa un progetto.", "who": asl},
            State.ELIGIBLE_NOT_FUNDED: {
                "text": "Ha superato la valutazione, ma le risorse sono finite prima. Resta in elenco nell'ordine "
                "della graduatoria: se si liberano risorse l'ASL decide con un proprio atto.",
                "who": asl,
            },
            State.BELOW_THRESHOLD: {"text": "Il punteggio è sotto la soglia dell'avviso: non è finanziabile."},
        }.get(proposal.status)

    def get_context(self):
        proposal, person = self.object, self.request.user
        context = {"closed_to_me": self.closed_to_me, "writes": self.writes, "may_declare": bool(self.closed_to_me)}
        if self.closed_to_me:
            return context
        actions = list(proposal.actions.all())
        own = access.can(person, "proposal.view_own", proposal)
        if self.writes:
            context["missing"] = missing_list(proposal, self.needed)
            first = next((r.place for r in self.needed if not r.met and r.place in STEP), "summary")
            context["edit_url"] = step_url(proposal, first)
        return context | {
            "spans": [
                {"label": a.title, "start": a.starts_on, "end": a.ends_on, "detail": a.partner.organisation.name}
                for a in actions
            ],
            "actions": actions,
            "lines": list(proposal.budget_lines.all()),
            "indicators": list(proposal.expected_indicators.all()),
            "budget": queries.budget_of(proposal),
            "flags": queries.flags_of(proposal),
            "today": clock.today(),
            "may_duplicate": access.can(person, "proposal.create", proposal)
            and call_queries.calls_to_copy_into(person, proposal).exists(),
            "may_have_document": own or access.can(person, "proposal.document", proposal),
            "index": [
                ("#sintesi", "Sintesi"),
                ("#bisogni", "Contesto e bisogni"),
                ("#obiettivi", "Obiettivi"),
                ("#azioni-proposta", "Azioni"),
                ("#budget", "Piano economico"),
                ("#indicatori", "Indicatori"),
                ("#sostenibilita", "Sostenibilità"),
                ("#allegati", "Allegati"),
            ],
            "attachments": [] if "attachments" in self.under_clarification else list(proposal.attachments.all()),
            "requests": list(proposal.clarifications.all()) if own or self.is_office else [],
            "clarified": self.clarified,
            "under_clarification": self.under_clarification,
            "documents": queries.documents_of(proposal),
            "may_replace": access.can(person, "proposal.submit", proposal) and self.may_replace,
            "replaced": proposal.replaces,
            "replacement": queries.replacement_of(proposal, person),
        }


class ProposalNew(FormPage):
    """Begin a draft for a call, in the name of an alliance that one leads."""

    permission = "proposal.create"
    template_name = "plans/form.html"
    form_class = NewProposalForm
    title = "Scrivi una proposta"
    intro = (
        "Si comincia dal titolo. Poi la bozza si completa a passi, anche in più giorni e in più persone "
        "dell'Alleanza; la presenta il capofila."
    )
    submit_label = "Crea la bozza e continua"

    def records(self):
        return call_queries.call_detail(self.request.user)

    @property
    def scope_object(self):
        return None  # asked on the alliance, below: a call belongs to no alliance

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and self.object is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def alliances(self):
        return call_queries.alliances_that_may_propose(self.request.user, self.object)

    def possible(self):
        call = self.object
        first = self.alliances.first()
        if first is None:
            raise Refused(
                f"Non sei capofila di un'Alleanza di «{call.network.name}» nel programma di questo avviso: la "
                "proposta la presenta solo il capofila (art. 8)."
            )
        services.check_may_begin(call, first)

    def form_kwargs(self):
        return {"alliances": self.alliances}

    def get_context(self):
        return {"theirs": None}

    def breadcrumbs(self):
        return [("Avvisi", reverse("plans:calls")), (self.object.title, self.object.get_absolute_url())]

    def perform(self, form):
        alliance = form.cleaned_data.get("alliance") or self.alliances.get()
        return services.create_proposal(
            self.object, by=self.request.user, alliance=alliance, title=form.cleaned_data["title"]
        )

    def success_url(self, result):
        return step_url(result, "summary")


class ProposalDuplicate(AboutProposal, FormPage):
    """A new draft with the same content, for an open call of the network."""

    permission = "proposal.create"
    template_name = "plans/form.html"
    form_class = DuplicateForm
    title = "Duplica la proposta"
    intro = "Nasce una nuova bozza con gli stessi contenuti. Quella di partenza resta com'è."
    submit_label = "Crea la copia"
    success_message = "La copia è pronta: è una bozza, da rivedere e presentare."

    @cached_property
    def calls(self):
        return call_queries.calls_to_copy_into(self.request.user, self.object)

    def possible(self):
        if not self.calls.exists():
            raise Refused(
                "Nessun avviso della Rete è aperto per un'Alleanza di cui sei capofila: si duplica quando l'ASL ne "
                "pubblica uno."
            )

    def form_kwargs(self):
        return {"calls": self.calls}

    def initial(self):
        found = list(self.calls[:2])
        return {"call": found[0]} if len(found) == 1 else {}

    def get_context(self):
        return {"theirs": None}

    def perform(self, form):
        data = form.cleaned_data
        alliance = call_queries.alliance_to_copy_for(self.request.user, self.object, data["call"])
        return copies.duplicate(
            self.object, by=self.request.user, call=data["call"], alliance=alliance, title=data["title"]
        )


class ProposalReplace(AboutProposal, FormPage):
    """Begin the new version of what was handed in, while the call is open."""

    permission = "proposal.submit"
    template_name = "plans/form.html"
    form_class = PlainForm
    title = "Sostituisci la proposta"
    intro = (
        "Nasce una bozza con gli stessi contenuti, da correggere e presentare prima della chiusura. Finché non la "
        "presenti vale la proposta già presentata; quando la presenti prende il suo posto, con un nuovo protocollo."
    )
    submit_label = "Prepara la nuova versione"

    def possible(self):
        copies.check_may_replace(self.object)

    def get_context(self):
        return {"theirs": None}

    def perform(self, form):
        return copies.replace(self.object, by=self.request.user)

    def success_url(self, result):
        return step_url(result, "summary")
