"""The list of alliances, one alliance, starting one, its data, its moves."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import tables
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage

from ..enums import AllianceStatus, PartnershipStatus
from ..filters import AllianceFilter
from ..forms.alliances import AllianceForm as NewAllianceForm
from ..forms.alliances import EditAllianceForm, MessageForm
from ..queries import (
    agreement_in_force,
    alliance_list,
    facts_of,
    networks_to_found_in,
    open_agreement,
    partners_of,
    programme_rules,
    rule_set_of,
)
from ..queries.desk import steps_of
from ..queries.meetings import meetings_of
from ..rules.check import check
from ..rules.lifecycles import ALLIANCE
from ..rules.relations import LEAD_DUTIES
from ..services import agreements
from ..services import alliances as services
from .common import AboutAlliance, AllianceForm, missing_of, to_list

State = AllianceStatus


class Alliances(ListPage):
    permission = "alliance.view"
    template_name = "alliances/alliance/list.html"
    title = "Alleanze"
    purpose = "Enti pubblici e privati che lavorano insieme alla conciliazione, in una parte del territorio."
    filterset_class = AllianceFilter
    default_order = "nome"
    count_label = ("Alleanza", "Alleanze")
    empty_text = "Non c'è ancora nessuna Alleanza. Un ente che aderisce alla Rete può avviarne una in ogni momento."
    columns = (
        Column(
            "nome",
            "Alleanza",
            lambda a: a.name,
            sort="name",
            cell=lambda a: tables.opening(a, a.name, a.is_example and "Esempio inventato"),
        ),
        Column("programma", "Programma", lambda a: a.programme.name, sort="programme__name"),
        Column(
            "capofila",
            "Capofila",
            lambda a: a.lead_name or "",
            sort="lead_name",
            cell=lambda a: a.lead_name or "Da indicare",
        ),
        Column("partner", "Partner", lambda a: a.partner_count, sort="partner_count", numeric=True),
        Column("ambiti", "Ambiti", lambda a: ", ".join(d.name for d in a.places)),
        Column("stato", "Stato", lambda a: a.get_status_display(), sort="status", cell=tables.state),
    )

    def rows(self):
        return alliance_list(self.request.user)

    def primary_action(self):
        if not networks_to_found_in(self.request.user).exists():
            return None
        return "Avvia un'Alleanza", reverse("alliances:create")


class NewAlliance(FormPage):
    permission = "alliance.create"
    template_name = "alliances/alliance/form.html"
    title = "Avvia un'Alleanza"
    intro = "Bastano nome e programma: partner, capofila e accordo si aggiungono dopo, quando volete."
    submit_label = "Avvia l'Alleanza"
    success_message = "Alleanza avviata. Ora aggiungi i partner e scrivi l'accordo di partenariato."
    form_class = NewAllianceForm

    @cached_property
    def networks(self):
        return list(networks_to_found_in(self.request.user))

    @cached_property
    def network(self):
        """The one asked for (`?rete=`), among those where the person may; else the first."""
        asked = self.request.GET.get("rete", "")
        return next((n for n in self.networks if str(n.pk) == asked), self.networks[0] if self.networks else None)

    @property
    def promoter(self):
        seat = self.request.user.acting_seat
        return seat.organisation if seat is not None else None

    def possible(self):
        if self.network is None:
            raise Refused("Un'Alleanza nasce dentro una Rete: prima il tuo ente aderisce alla Rete del suo territorio.")

    def build_form(self, *args):
        return super().build_form(*args) if self.network else None

    def form_kwargs(self):
        return {"network": self.network, "promoter": self.promoter}

    def initial(self):
        active = NewAllianceForm.base_fields["programme"].queryset.all()[:2]
        return {"programme": active[0]} if len(active) == 1 else {}

    def perform(self, form):
        given = {"promoter": self.promoter, **form.cleaned_data}
        return services.create_alliance(network=self.network, by=self.request.user, **given)

    def breadcrumbs(self):
        return [to_list()]

    def get_context(self):
        return {"network": self.network, "networks": self.networks, "promoter": self.promoter}


class AlliancePage(AboutAlliance, DetailPage):
    permission = "alliance.view"
    template_name = "alliances/alliance/detail.html"
    lifecycle = ALLIANCE

    def breadcrumbs(self):
        return [to_list()]

    @cached_property
    def facts(self):
        return facts_of(self.object)

    @cached_property
    def rules(self):
        return programme_rules(rule_set_of(self.object))

    @cached_property
    def findings(self):
        return check(self.facts, self.rules)

    @property
    def missing(self):
        return missing_of(self.object, self.facts, self.findings, self.rules)

    def get_offers(self):
        alliance = self.object
        places = {"send_to_sign": self.address("send")}
        return offers(
            alliance,
            ALLIANCE,
            self.request.user,
            url=lambda name: places.get(name) or self.address("move", ALLIANCE[name].slug),
            checks={"send_to_sign": agreements.check_ready},
        )

    def next_step(self):
        alliance = self.object
        lead = self.facts.lead.name if self.facts.lead else self.promoter_name
        if alliance.status == State.FORMING:
            ready = all(f.met for f in self.findings if f.rule in ("R35", "R37", "R38", "R39", "R40"))
            text = (
                "Partner, capofila e accordo sono completi: l'accordo può andare alla firma."
                if ready
                else "Si completano i partner, il capofila e i cinque contenuti dell'accordo; poi firmano tutti."
            )
            return {"text": text, "who": lead}
        if alliance.status == State.SIGNING:
            waiting = self.facts.contents.awaited
            return {
                "text": "Con l'ultima firma l'accordo entra in vigore e l'Alleanza è costituita.",
                "who": ", ".join(waiting),
                "by_when": self.version.sign_by if self.version else None,
            }
        if alliance.status == State.CONSTITUTED:
            return {
                "text": "L'Alleanza può presentare proposte agli avvisi della Rete, con il suo capofila.",
                "who": lead,
            }
        return {"text": "L'Alleanza non è più attiva. Accordo e storia restano consultabili."}

    @property
    def promoter_name(self) -> str:
        """Who acts while no lead is named."""
        promoter = self.object.partners.current().filter(is_promoter=True).select_related("organisation").first()
        return str(promoter) if promoter else "I partner"

    @cached_property
    def version(self):
        """The version that counts now: the one being written or signed, else the one in force."""
        return open_agreement(self.object) or agreement_in_force(self.object)

    def get_context(self):
        alliance = self.object
        signatures = self._signatures()
        changing = self.may("alliance.edit") and alliance.status != State.DISSOLVED
        return {
            "partners": [(partner, signatures.get(partner.pk)) for partner in partners_of(alliance)],
            "findings": self.findings,
            "unmet": [finding for finding in self.findings if not finding.met],
            "met": [finding for finding in self.findings if finding.met],
            "missing": self.missing if alliance.status == State.FORMING else None,
            "duties": LEAD_DUTIES,
            "steps": [{"label": label, "state": state} for label, state in steps_of(alliance)],
            "version": self.version,
            "changing": changing,
            "composing": changing and self.version is not None and self.version.status == PartnershipStatus.DRAFT,
            "may_write": self.may("partnership.edit"),
            "rule_set": rule_set_of(alliance),
            "sees_meetings": self.may("alliance_meeting.view"),
            "convenes": self.may("alliance_meeting.manage") and alliance.status != State.DISSOLVED,
            "meetings": list(meetings_of(alliance, self.request.user)[:10]),
        }

    def _signatures(self) -> dict:
        version = self.version
        if version is None:
            return {}
        if version.status == PartnershipStatus.DRAFT:
            version = agreement_in_force(self.object)
        return {row.partner_id: row for row in version.signatures.all()} if version is not None else {}


class EditAlliance(AllianceForm):
    title = "Modifica i dati dell'Alleanza"
    success_message = "Dati salvati."
    form_class = EditAllianceForm

    def possible(self):
        if self.object.status == State.DISSOLVED:
            raise MoveRefused(f"{self.object.name} è sciolta: non si può più cambiare.")

    @property
    def intro(self):
        if self.object.status == State.FORMING:
            return ""
        return "Nome e finalità sono quelli dell'accordo e restano; gli ambiti si possono cambiare."

    def form_kwargs(self):
        return {"network": self.object.network, "forming": self.object.status == State.FORMING}

    def initial(self):
        alliance = self.object
        return {"name": alliance.name, "purpose": alliance.purpose, "districts": alliance.districts.all()}

    def perform(self, form):
        return services.update_alliance(self.object, by=self.request.user, **form.cleaned_data)


class WriteToOffice(AllianceForm):
    permission = "partnership.edit"
    title = "Scrivi all'ASL"
    submit_label = "Invia all'ASL"
    success_message = "Messaggio inviato all'ASL. Resta nella storia dell'Alleanza."
    form_class = MessageForm

    @property
    def intro(self):
        return (
            f"{self.object.network.lead.name} è l'interlocutore del capofila di Alleanza (art. 7), "
            "anche per ciò che riguarda Regione Lombardia (art. 8)."
        )

    def perform(self, form):
        return services.write_to_network_lead(self.object, by=self.request.user, **form.cleaned_data)


class AllianceMove(AboutAlliance, MovePage):
    lifecycle = ALLIANCE
    moves = {"reopen": agreements.reopen, "dissolve": services.dissolve}
