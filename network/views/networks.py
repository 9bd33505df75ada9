"""Pages of the networks: governance, districts, agreement, adherents."""

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, PlainPage

from ..enums import AgreementStatus, ProgrammeStatus, SeatKind
from ..forms.bodies import ConveneFormerForm
from ..forms.networks import DistrictForm, JoinForm, NetworkForm, RequestForm
from ..models import Network, NetworkAgreement, Programme
from ..queries import duties_table, governance, members_on, missing_signatures, overview_of, to_convene
from ..queries.networks import foremost, members_of_network
from ..rules.duties import duties
from ..services import memberships, networks
from .acts import rete

HERE = ("Reti", "/rete/reti/")


def _records(person):
    return Network.objects.visible_to(person).select_related("lead", "ster")


def _agreement_words(network) -> str:
    return "; ".join(f"In vigore fino al {a.expires_on:%d/%m/%Y}" for a in network.in_force) or "Nessuno in vigore"


class NetworkList(ListPage):
    title = "Reti territoriali"
    permission = "network.view"
    purpose = "Ogni Rete è il territorio di un'ASL, che la guida per il tramite della sua Direzione Sociale (art. 5)."
    row_template = "network/network/_row.html"
    empty_text = "Nessuna Rete è ancora stata creata. La crea la Regione, con l'ASL che la guida."
    count_label = ("Rete", "Reti")
    default_order = "name"
    columns = (
        Column("name", "Rete", sort="name"),
        Column("lead", "Capofila", lambda row: row.lead.name, sort="lead__name"),
        Column("members", "Aderenti", lambda row: row.members, sort="members", numeric=True),
        Column("agreement", "Accordo", _agreement_words),
    )

    def rows(self):
        in_force = NetworkAgreement.objects.filter(status=AgreementStatus.IN_FORCE)
        return (
            _records(self.request.user)
            .annotate(members=members_of_network())
            .prefetch_related(Prefetch("agreements", in_force, to_attr="in_force"))
        )

    def primary_action(self):
        if access.can(self.request.user, "network.create"):
            return "Crea una Rete", reverse("network:network_create")
        return None

    def breadcrumbs(self):
        return rete()


class NetworkDetail(DetailPage):
    template_name = "network/network/detail.html"
    permission = "network.view"

    def records(self):
        active = Programme.objects.filter(status=ProgrammeStatus.ACTIVE)
        free = active.exclude(
            pk__in=NetworkAgreement.objects.filter(network=OuterRef(OuterRef("pk"))).values("programme")
        )
        return _records(self.request.user).annotate(has_free_programme=Exists(free))

    def breadcrumbs(self):
        return rete(HERE)

    def next_step(self):
        overview = self.overview
        if overview.agreement is None:
            return {"text": "L'ASL prepara l'accordo di rete.", "who": str(self.object.lead)}
        status = overview.agreement.status
        if status == AgreementStatus.DRAFT:
            return {"text": "L'accordo di rete è in preparazione: poi si delibera.", "who": str(self.object.lead)}
        if status == AgreementStatus.APPROVED:
            return {"text": "L'accordo è deliberato e va alla firma.", "who": "ASL e firmatari"}
        if status != AgreementStatus.IN_FORCE:
            return {"text": "L'accordo è scaduto: l'ASL prepara il nuovo.", "who": str(self.object.lead)}
        if overview.unsigned:
            return {
                "text": f"L'accordo è in vigore. Firme di adesione da raccogliere: {overview.unsigned} (art. 5).",
                "who": "ASL e aderenti",
            }
        return {"text": "L'accordo è in vigore e tutti gli aderenti hanno firmato.", "by_when": None}

    @cached_property
    def agreements(self):
        return list(self.object.agreements.select_related("programme", "network"))

    @cached_property
    def overview(self):
        return overview_of(self.object, foremost(self.agreements))

    def get_context(self):
        network, person = self.object, self.request.user
        manages = access.can(person, "membership.manage", network)
        return {
            "overview": self.overview,
            "governance": governance(network, person, self.overview.committee),
            "districts": list(network.districts.all()),
            "agreements": self.agreements,
            "manages": manages,
            "edits": access.can(person, "network.edit", network),
            "unsigned": list(missing_signatures(network)[:5]) if manages and self.overview.unsigned else [],
            "to_convene": to_convene(network, self.overview.agreement).count()
            if manages and self.overview.agreement
            else 0,
            "can_prepare": network.has_free_programme and access.can(person, "agreement.edit", network),
        }


class NetworkDuties(PlainPage):
    """The seven duties of article 7, adherent by adherent: what the portal knows, and what is still to be shown."""

    template_name = "network/network/duties.html"
    permission = "network.view"
    title = "Gli impegni degli aderenti"

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def get_context(self):
        members = list(members_on(self.object, clock.today()).order_by("organisation__search_name"))
        table = duties_table(self.object, members)
        met = {
            duty.rule: sum(state.met for states in table.values() for state in states if state.duty == duty)
            for duty in duties()
        }
        return {
            "duties": [{"duty": duty, "met": met[duty.rule]} for duty in duties()],
            "rows": [{"membership": member, "states": table[member.pk]} for member in members],
        }


class NetworkCreate(FormPage):
    permission = "network.create"
    title = "Crea una Rete"
    form_class = NetworkForm
    submit_label = "Crea la Rete"
    success_message = "La Rete è creata. Ora assegna un incarico all'ufficio dell'ASL."
    intro = "Con la Rete nascono i suoi organi: il capofila e il Comitato di Valutazione, ancora da formare (art. 3)."

    def breadcrumbs(self):
        return rete(HERE)

    def perform(self, form):
        return networks.create_network(by=self.request.user, **form.cleaned_data)


class _OfNetwork(FormPage):
    """A form about a network."""

    permission = "network.edit"

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))


class NetworkEdit(_OfNetwork):
    permission = "network.edit"
    title = "Modifica la Rete"
    form_class = NetworkForm
    success_message = "La Rete è aggiornata."

    def form_kwargs(self):
        return {"is_new": False}

    def initial(self):
        return {name: getattr(self.object, name) for name in ("name", "lead_department", "ster")}

    def perform(self, form):
        return networks.update_network(self.object, by=self.request.user, **form.cleaned_data)


class DistrictAdd(_OfNetwork):
    permission = "network.edit"
    title = "Aggiungi un ambito"
    form_class = DistrictForm
    submit_label = "Aggiungi"
    intro = "Sugli ambiti si verifica la copertura del territorio (art. 6)."

    def perform(self, form):
        networks.add_district(self.object, by=self.request.user, **form.cleaned_data)
        return self.object


class MembershipJoin(_OfNetwork):
    permission = "membership.manage"
    title = "Registra un aderente"
    form_class = JoinForm
    submit_label = "Registra l'adesione"
    success_message = "L'adesione è registrata. Resta da raccogliere la firma."
    intro = "Chi aderiva agli accordi precedenti è parte della Rete, salvo espressa rinuncia (art. 5)."

    def form_kwargs(self):
        return {"network": self.object}

    def initial(self):
        return {"origin": "former_agreement"}

    def perform(self, form):
        data = dict(form.cleaned_data)
        return memberships.join(self.object, data.pop("organisation"), by=self.request.user, **data)


class ConveneFormer(_OfNetwork):
    """One act for all (R09, art. 5)."""

    permission = "membership.manage"
    template_name = "network/network/convene_former.html"
    title = "Convoca gli aderenti agli accordi precedenti"
    form_class = ConveneFormerForm
    submit_label = "Convoca tutti"
    success_message = "La convocazione è registrata e chi ha un delegato nel portale è stato avvisato."

    def possible(self):
        memberships.check_can_convene_former(self.object)

    def get_context(self):
        return {"waiting": to_convene(self.object)}

    def perform(self, form):
        return memberships.convene_former(self.object, by=self.request.user, **form.cleaned_data)


class MembershipRequest(FormPage):
    """A delegate asks for their own body. Networks that one does not belong to are public by name."""

    permission = access.SIGNED_IN
    scope_object = None
    template_name = "network/network/request.html"
    title = "Chiedi di aderire alla Rete"
    form_class = RequestForm
    submit_label = "Invia la richiesta"
    success_message = "La richiesta è arrivata all'ASL, che ti risponderà qui e per posta elettronica."

    def records(self):
        return Network.objects.select_related("lead", "ster")

    def breadcrumbs(self):
        return rete(("Chiedi di aderire", reverse("network:join")))

    @property
    def organisation(self):
        seat = self.request.user.acting_seat
        return seat.organisation if seat and seat.kind == SeatKind.DELEGATE else None

    def possible(self):
        memberships.check_can_request(self.object, self.organisation)

    def get_context(self):
        return {"organisation": self.organisation}

    def perform(self, form):
        return memberships.request(self.object, self.organisation, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return reverse("network:join")


class Join(PlainPage):
    """Where a delegate sees every network by name and the state of their body's adhesion to each."""

    template_name = "network/network/join.html"
    permission = access.SIGNED_IN
    title = "Aderire a una Rete"

    def breadcrumbs(self):
        return rete()

    def get_context(self):
        seat = self.request.user.acting_seat
        organisation = seat.organisation if seat and seat.kind == SeatKind.DELEGATE else None
        mine = {}
        if organisation is not None:
            for membership in organisation.memberships.select_related("network", "organisation").order_by("pk"):
                mine[membership.network_id] = membership
        networks = Network.objects.select_related("lead")
        return {
            "organisation": organisation,
            "rows": [{"network": network, "membership": mine.get(network.pk)} for network in networks],
        }
