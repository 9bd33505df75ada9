"""Calls: the public list and page, and the office's writing, grid, publication and moves."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock, tables
from conciliazione.kernel.access import PUBLIC
from conciliazione.kernel.errors import ChangedMeanwhile
from conciliazione.kernel.lifecycle import Transition
from conciliazione.kernel.moves import Offer, offers
from conciliazione.kernel.pages import Column, FormPage, ListPage, MovePage
from conciliazione.kernel.records import RecordListPage
from conciliazione.kernel.templatetags.portal import badge, day, distance, eur, instant

from ..enums import CallStatus
from ..filters.calls import CallFilter
from ..forms.calls import CallForm
from ..queries import calls as queries
from ..queries import proposals as proposal_queries
from ..queries.ranking import visible_rankings
from ..rules.calls import CALL, check_editable
from ..rules.grids import TEMPLATES
from ..services import calls as services
from ..tables import OF_CALL

TO_LIST = ("Avvisi", "/avvisi/")


def list_tabs(person, current: str) -> list[dict]:
    """The two lists of this section, for whoever sees both."""
    if not access.can(person, "proposal.view_own") and not access.can(person, "proposal.view"):
        return []
    names = (("calls", "Avvisi"), ("proposals", "Proposte"))
    return [{"label": label, "url": reverse(f"plans:{name}"), "current": name == current} for name, label in names]


def _title(call):
    return tables.opening(call, call.title, f"{call.act} del {day(call.act_on)}")


def _closing(call):
    far = tables.note(distance(call.closes_at)) if queries.phase(call)[1] == "active" else None
    return tables.joined(instant(call.closes_at), far)


class CallsPage(ListPage):
    """Published calls for everyone; drafts for the office that prepares them."""

    permission = PUBLIC
    template_name = "plans/call/list.html"
    filterset_class = CallFilter
    title = "Avvisi"
    purpose = "Gli avvisi con cui le Reti finanziano i progetti delle Alleanze: termini, risorse, criteri."
    empty_text = "Non ci sono ancora avvisi. Li pubblica l'ASL capofila di Rete quando l'accordo è in vigore."
    count_label = ("avviso", "avvisi")
    default_order = "-opens_at"
    columns = (
        Column("title", "Avviso", sort="title", cell=_title),
        Column("network", "Rete", value=lambda call: call.network.name, sort="network__name"),
        Column("opens_at", "Apertura", sort="opens_at", cell=lambda call: instant(call.opens_at)),
        Column("closes_at", "Chiusura", sort="closes_at", cell=_closing),
        Column(
            "budget", "Risorse (EUR)", sort="budget", numeric=True, cell=lambda call: eur(call.budget), short="Risorse"
        ),
        Column(
            "status",
            "Stato",
            value=lambda call: queries.phase(call)[0],
            sort="status",
            cell=lambda call: badge(*queries.phase(call)),
        ),
    )

    def rows(self):
        return queries.call_list(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "call.edit"):
            return ("Prepara un avviso", reverse("plans:call_new"))
        return None

    def get_context(self):
        return {"tabs": list_tabs(self.request.user, "calls")}


class AboutCall:
    """A page about one call that the person may see."""

    def records(self):
        return queries.call_detail(self.request.user)

    def breadcrumbs(self):
        crumbs = [(TO_LIST[0], reverse("plans:calls"))]
        if self.object is not None:
            crumbs.append((self.object.title, self.object.get_absolute_url()))
        return crumbs


class CallPage(AboutCall, RecordListPage):
    """Terms, money, grid, what happens now; to whoever leads an alliance, the way to propose. The proposals come in
    pages; filters and exports are those of their own list."""

    permission = PUBLIC
    template_name = "plans/call/detail.html"
    lifecycle = CALL
    columns = OF_CALL
    anchor = "proposte"
    count_label = ("proposta", "proposte")

    def rows(self):
        return proposal_queries.proposals_of_call(self.request.user, self.object)

    def get(self, request, *args, **kwargs):
        return self.render()

    def breadcrumbs(self):
        return super().breadcrumbs()[:1]

    def get_offers(self):
        call, person = self.object, self.request.user
        found = []
        if self.may_propose:
            found.append(self._propose_offer())
        found += offers(
            call,
            CALL,
            person,
            url=lambda name: reverse("plans:call_move", args=[call.pk, CALL[name].slug]),
            checks={
                "publish": services.check_publishable,
                "start_evaluation": services.check_may_evaluate,
                "conclude": services.check_may_conclude,
                "close_early": services.check_may_close_early,
            },
        )
        return found

    @cached_property
    def may_propose(self) -> bool:
        person, call = self.request.user, self.object
        if not person.is_authenticated or call.status != CallStatus.PUBLISHED or call.closes_at <= clock.now():
            return False
        return not person.is_superuser and queries.alliances_that_may_propose(person, call).exists()

    @cached_property
    def may_ask(self) -> bool:
        person, call = self.request.user, self.object
        if not person.is_authenticated or call.status != CallStatus.PUBLISHED or call.closes_at <= clock.now():
            return False
        return not person.is_superuser and queries.alliances_that_may_ask(person, call).exists()

    def _propose_offer(self) -> Offer:
        write = Transition("propose", (), "", "Scrivi una proposta", "proposal.create", primary=True)
        return Offer(write, reverse("plans:proposal_new", args=[self.object.pk]), None)

    def next_step(self):
        call, now = self.object, clock.now()
        asl = call.network.lead.name
        if call.status == CallStatus.DRAFT:
            return {"text": "L'avviso si completa e si pubblica: da allora non cambia più.", "who": asl}
        if call.status == CallStatus.EVALUATION:
            return {
                "text": "L'ASL verifica l'ammissibilità delle proposte; poi il Comitato di Valutazione dà i punteggi e "
                "forma la graduatoria.",
                "who": f"{asl} e Comitato di Valutazione",
            }
        if call.status == CallStatus.CONCLUDED:
            return {"text": "L'avviso è concluso. Gli esiti si leggono nella graduatoria."}
        if now < call.opens_at:
            return {
                "text": "Le Alleanze possono già preparare la bozza; si presenta dall'apertura.",
                "who": "Capofila delle Alleanze",
                "by_when": call.opens_at,
            }
        if now < call.closes_at:
            return {
                "text": "Le Alleanze presentano le loro proposte attraverso il capofila.",
                "who": "Capofila delle Alleanze",
                "by_when": call.closes_at,
            }
        return {"text": "I termini sono chiusi. L'ASL avvia la valutazione delle proposte presentate.", "who": asl}

    def get_context(self):
        call, person = self.object, self.request.user
        phase, tone = queries.phase(call)
        may_edit = access.can(person, "call.edit", call)
        proposals = self.page_obj.object_list
        return {
            "phase": phase,
            "phase_tone": tone,
            "grid": queries.grid_of(call),
            "may_edit": may_edit and call.status == CallStatus.DRAFT,
            "may_rectify": may_edit and call.status == CallStatus.PUBLISHED and clock.now() < call.closes_at,
            "may_ask": self.may_ask,
            "documents": list(call.requested_documents.all()),
            "rectifications": list(call.rectifications.all()),
            "questions": list(call.questions.visible_to(person).select_related("alliance")),
            "answers": may_edit,
            "shows_counts": may_edit or access.can(person, "evaluation.view", call),
            "proposals": proposals,
            "proposal_rows": tables.written(OF_CALL, proposals),
            "ranking": visible_rankings(person).filter(call=call).first(),
            "is_evaluator": access.can(person, "evaluation.view", call)
            and call.status in {CallStatus.EVALUATION, CallStatus.CONCLUDED},
        }


class CallForms(AboutCall, FormPage):
    """Writing on a call: one person at a time, and only while it is in preparation."""

    permission = "call.edit"
    template_name = "plans/form.html"
    theirs = None

    def possible(self):
        if self.object is not None:
            check_editable(self.object.status)

    def seen_now(self, record) -> int | None:
        return record.history.order_by("-history_id").values_list("history_id", flat=True).first()

    def get_context(self):
        return {"theirs": self.theirs}

    def keep_both(self, form, record, labels: dict[str, str]):
        """After ChangedMeanwhile: what the other wrote, and a form that may be sent again over it."""
        record.refresh_from_db()
        form.data = form.data.copy()
        form.data["seen"] = self.seen_now(record)
        display = {name: getattr(record, f"get_{name}_display", lambda n=name: getattr(record, n))() for name in labels}
        self.theirs = [(label, display[name]) for name, label in labels.items()]


class CallNew(CallForms):
    """Prepare a call, from a ready grid or from nothing."""

    title = "Prepara un avviso"
    intro = "L'avviso resta in preparazione finché non lo pubblichi: fino ad allora lo vede solo il tuo ufficio."
    form_class = CallForm
    submit_label = "Salva e passa alla griglia"

    @cached_property
    def networks(self):
        return queries.networks_for_calls(self.request.user)

    def form_kwargs(self):
        return {"networks": self.networks, "programmes": queries.programmes_for_calls()}

    def initial(self):
        return {"template": TEMPLATES[0].key}

    def perform(self, form):
        values = {name: value for name, value in form.cleaned_data.items() if name not in {"seen", "network"}}
        network = form.cleaned_data.get("network") or self.networks.get()
        return services.create_call(network, by=self.request.user, **values)

    def success_url(self, result):
        return reverse("plans:call_grid", args=[result.pk])


class CallEdit(CallForms):
    """Change a call in preparation."""

    form_class = CallForm
    success_message = "Avviso salvato."

    def get_title(self):
        return f"Modifica «{self.object.title}»"

    def form_kwargs(self):
        return {"programmes": queries.programmes_for_calls()}

    def initial(self):
        return {name: getattr(self.object, name) for name in services.FIELDS} | {"seen": self.seen_now(self.object)}

    def perform(self, form):
        values = dict(form.cleaned_data)
        seen = values.pop("seen")
        try:
            return services.update_call(self.object, by=self.request.user, seen=seen, **values)
        except ChangedMeanwhile:
            labels = {name: field.label for name, field in form.fields.items() if name != "seen"}
            self.keep_both(form, self.object, labels)
            raise


class CallMove(AboutCall, MovePage):
    """Publish, start the evaluation, conclude: with the consequence, and the reason where one is due."""

    template_name = "plans/call/move.html"
    lifecycle = CALL
    moves = {
        "publish": services.publish,
        "start_evaluation": services.start_evaluation,
        "conclude": services.conclude,
        "close_early": services.close_early,
    }
    checks = {
        "publish": services.check_publishable,
        "start_evaluation": services.check_may_evaluate,
        "conclude": services.check_may_conclude,
        "close_early": services.check_may_close_early,
    }

    def get_context(self):
        return super().get_context() | {"aims": queries.grid_of(self.object).aims_not_covered}
