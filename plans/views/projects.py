"""Funded projects: list, the project itself, grant act, publication, payments, moves."""

from django.urls import reverse
from django.utils.functional import cached_property

from alliances.queries import lead_of
from conciliazione.kernel import access, clock, tables
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import format_eur
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage
from conciliazione.kernel.templatetags.portal import eur

from ..enums import PaymentKind, PaymentStatus, ProjectStatus
from ..filters.plan import ProjectFilter
from ..forms.projects import GrantForm, PaidForm, PaymentForm, PublicationForm
from ..queries import projects as queries
from ..rules import projects as rules
from ..rules.amendments import OPEN
from ..services import payments
from ..services import projects as services


def _grant(project):
    return tables.joined(eur(project.grant), tables.note("pubblicato" if project.is_published else "da pubblicare"))


class ProjectList(ListPage):
    permission = "project.view"
    template_name = "plans/project/list.html"
    title = "Progetti finanziati"
    purpose = "Le proposte che hanno avuto il contributo: atto, CUP, importi, pubblicazione e pagamenti."
    empty_text = "Non ci sono ancora progetti: nascono dalle proposte finanziate quando il piano validato è avviato."
    count_label = ("progetto", "progetti")
    filterset_class = ProjectFilter
    default_order = "progetto"
    columns = (
        Column(
            "progetto",
            "Progetto",
            value=lambda p: p.title,
            sort="title",
            cell=lambda p: tables.opening(p, p.title, p.alliance.name),
        ),
        Column("capofila", "Capofila", value=lambda p: p.lead_name or "", sort="lead_name"),
        Column("cup", "CUP", sort="cup"),
        Column("stato", "Stato", value=lambda p: p.get_status_display(), sort="status", cell=tables.state),
        Column("contributo", "Contributo", value=lambda p: p.grant, sort="grant", numeric=True, cell=_grant),
        Column("pagato", "Pagato", value=lambda p: p.paid, sort="paid", numeric=True, cell=lambda p: eur(p.paid)),
    )

    def rows(self):
        return queries.visible_projects(self.request.user)


class ProjectPage(DetailPage):
    """Facts, money, publication, payments, actions of the plan, history."""

    permission = "project.view"
    template_name = "plans/project/detail.html"
    lifecycle = rules.PROJECT

    def records(self):
        return queries.projects_to_open(self.request.user)

    def breadcrumbs(self):
        return [("Progetti finanziati", reverse("plans:projects"))]

    def can(self, action: str) -> bool:
        return access.can(self.request.user, action, self.object)

    @cached_property
    def publication(self):
        return getattr(self.object, "publication", None)

    @property
    def published(self):
        """The amount that the public reads today; None when the grant is not published."""
        return self.publication.stands if self.publication else None

    def get_offers(self):
        checks = {"start": services.check_can_start}
        return offers(self.object, rules.PROJECT, self.request.user, url=self.move_url, checks=checks)

    def move_url(self, name: str) -> str:
        return reverse("plans:project_move", args=[self.object.pk, rules.PROJECT[name].slug])

    @cached_property
    def money(self):
        return queries.money_of(self.object)

    def next_step(self):
        project, asl = self.object, self.object.network.lead.name
        if project.status == ProjectStatus.REVOKED:
            return {"text": "Il contributo è revocato: la motivazione è nella storia."}
        if not project.grant_act:
            return {"text": "L'ASL registra l'atto di concessione e il CUP.", "who": asl}
        if project.status == ProjectStatus.AWARDED:
            return {"text": "L'ASL avvia il progetto.", "who": asl}
        if self.publication is None:
            return {"text": "L'ASL pubblica il contributo: prima della pubblicazione non si può pagare.", "who": asl}
        if self.published != project.grant:
            return {
                "text": "Un atto ha modificato il contributo: l'ASL pubblica il nuovo importo, poi si paga ancora.",
                "who": asl,
            }
        if project.status == ProjectStatus.RUNNING and not project.payments.all() and self.money.advance:
            return {"text": "L'ASL dispone l'anticipo previsto dall'avviso.", "who": asl}
        if project.status == ProjectStatus.RUNNING:
            return {
                "text": "L'Alleanza svolge le azioni e ne documenta risultati e spese all'ASL.",
                "who": f"Capofila di {project.alliance.name}",
                "by_when": project.ends_on,
            }
        return {"text": "Il progetto è concluso."}

    def payment_refusal(self) -> Refused | None:
        """Why no payment can be ordered now, if so."""
        try:
            rules.check_published_before_payment(grant=self.object.grant, published=self.published)
            if self.object.status not in {ProjectStatus.RUNNING, ProjectStatus.CLOSED}:
                raise Refused("Si paga a progetto in corso: prima avvia il progetto.")
            if self.money.left <= 0:
                raise Refused("Il contributo è già stato disposto per intero.")
        except Refused as refused:
            return refused
        return None

    def get_context(self):
        project = self.object
        manages = self.can("project.manage")
        return {
            "money": self.money,
            "publication": self.publication,
            "payments": list(project.payments.all()),
            "plan_actions": list(project.plan_actions.all()),
            "counterpart": rules.counterpart(project.network.lead.name, project.network.lead_department),
            "lead": queries.lead_name_of(project),
            "may_grant": manages and project.status == ProjectStatus.AWARDED and self.publication is None,
            "may_publish": self.can("project.publish")
            and self.publication is None
            and bool(project.grant_act)
            and project.status != ProjectStatus.REVOKED,
            "may_publish_change": self.can("project.publish")
            and self.publication is not None
            and self.published != project.grant
            and project.status != ProjectStatus.REVOKED,
            "may_amend": manages and bool(project.grant_act) and project.status in OPEN,
            "versions": list(project.versions.all()),
            "may_pay": self.can("payment.order"),
            "payment_refusal": self.payment_refusal(),
            "ordered": PaymentStatus.ORDERED,
            "dossier_url": reverse("plans:dossier", args=[project.pk]),
        }


class ProjectForm(FormPage):
    """What the forms about one project share."""

    permission = "project.manage"

    def records(self):
        return queries.projects_to_open(self.request.user)

    def breadcrumbs(self):
        return [("Progetti finanziati", reverse("plans:projects")), (self.object.title, self.object.get_absolute_url())]

    def success_url(self, result):
        return self.object.get_absolute_url()


class RecordGrant(ProjectForm):
    form_class = GrantForm
    title = "Registra la concessione"
    intro = "L'atto con cui l'ASL concede il contributo, il codice unico di progetto e il periodo."
    submit_label = "Registra la concessione"

    def possible(self):
        services.check_can_record_grant(self.object)

    def initial(self):
        project = self.object
        return {
            "grant_act": project.grant_act,
            "granted_on": project.granted_on,
            "cup": project.cup,
            "starts_on": project.starts_on,
            "ends_on": project.ends_on,
        }

    def perform(self, form):
        return services.record_grant(self.object, by=self.request.user, **form.cleaned_data)


class PublishGrant(ProjectForm):
    permission = "project.publish"
    form_class = PublicationForm
    template_name = "plans/project/publish.html"
    title = "Pubblica il contributo"
    submit_label = "Pubblica il contributo"

    def possible(self):
        rules.check_publication(
            published=getattr(self.object, "publication", None) is not None,
            granted=bool(self.object.grant_act and self.object.cup),
        )

    def initial(self):
        project = self.object
        lead = lead_of(project.alliance)
        return {
            "tax_code": (lead.organisation.tax_code or lead.organisation.vat_number) if lead else "",
            "legal_basis": f"{project.programme.legal_basis}; {project.grant_act}",
            "office": project.network.lead_department,
            "official": str(self.request.user),
            "selection": f"Avviso «{project.proposal.call.title}» e graduatoria approvata dal Comitato di Valutazione",
        }

    def get_context(self):
        lead = lead_of(self.object.alliance)
        return {"lead": lead.organisation if lead else None}

    def perform(self, form):
        return services.publish_grant(self.object, by=self.request.user, **form.cleaned_data)


class OrderPayment(ProjectForm):
    permission = "payment.order"
    form_class = PaymentForm
    template_name = "plans/project/pay.html"
    title = "Disponi un pagamento"
    submit_label = "Disponi il pagamento"

    def possible(self):
        rules.check_published_before_payment(grant=self.object.grant, published=queries.published_amount(self.object))
        if self.object.status not in {ProjectStatus.RUNNING, ProjectStatus.CLOSED}:
            raise Refused("Si paga a progetto in corso: prima avvia il progetto.")

    def initial(self):
        kind = queries.next_kind(self.object)
        money = queries.money_of(self.object)
        amount = {PaymentKind.ADVANCE: money.advance, PaymentKind.FINAL: money.left}.get(kind)
        return {"kind": kind, "amount": amount, "ordered_on": clock.today()}

    def get_context(self):
        return {"money": queries.money_of(self.object)}

    def perform(self, form):
        return payments.order_payment(self.object, by=self.request.user, **form.cleaned_data)


class RecordPaid(FormPage):
    permission = "payment.order"
    form_class = PaidForm
    title = "Registra il pagamento"
    submit_label = "Registra il pagamento"

    def records(self):
        return queries.payments_to_open(self.request.user)

    @property
    def intro(self):
        return f"{self.object.get_kind_display()} di {format_eur(self.object.amount)}: {self.object.order_act}"

    def possible(self):
        rules.PAYMENT.check(self.object.status, "pay")

    def initial(self):
        return {"paid_on": clock.today()}

    def breadcrumbs(self):
        project = self.object.project
        return [("Progetti finanziati", reverse("plans:projects")), (project.title, project.get_absolute_url())]

    def perform(self, form):
        return payments.record_paid(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return f"{result.project.get_absolute_url()}#pagamenti"


class CancelPayment(MovePage):
    """An ordered payment is not made after all."""

    permission = "payment.order"
    lifecycle = rules.PAYMENT
    moves = {"cancel": payments.cancel}

    def records(self):
        return queries.payments_to_open(self.request.user)

    @property
    def transition(self):
        return rules.PAYMENT["cancel"]

    def breadcrumbs(self):
        project = self.object.project
        return [("Progetti finanziati", reverse("plans:projects")), (project.title, project.get_absolute_url())]

    def success_url(self, result):
        return f"{self.object.project.get_absolute_url()}#pagamenti"


class ProjectMove(MovePage):
    """Start, close, revoke; or the alliance renounces."""

    lifecycle = rules.PROJECT
    moves = {"start": services.start, "close": services.close, "revoke": services.revoke, "renounce": services.renounce}
    checks = {"start": services.check_can_start}

    def records(self):
        return queries.projects_to_open(self.request.user)
