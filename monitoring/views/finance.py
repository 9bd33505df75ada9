"""Financial reports: the list, one with its expenditures, adding and checking them, the papers."""

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property

from alliances.models import Partner
from conciliazione.kernel import access, clock, exports, files
from conciliazione.kernel.moves import offers, timeline
from conciliazione.kernel.pages import Column, DetailPage, FormPage, MovePage, Page
from plans.enums import ProjectStatus
from plans.models import Project

from ..enums import FinancialReportStatus, ItemOutcome
from ..filters import FinancialFilter
from ..forms.finance import CheckForm, ItemForm
from ..forms.progress import OpenForm
from ..models import ExpenditureItem, FinancialReport, ReportingWindow
from ..queries.finance import give_spending, items_of, same_paper, sample_for, summary_of, with_spending
from ..queries.lists import financial_reports_of_list
from ..rules.lifecycles import FINANCIAL_REPORT
from ..services import finance
from ..tables import FINANCIAL
from .base import Inside, MonitoringList


class FinancialReportList(MonitoringList):
    permission = "report.track"
    part = "financial_reports"
    title = "Rendicontazioni"
    purpose = "Le spese dei progetti con i loro giustificativi: il capofila le rendiconta, l'ASL le controlla tutte."
    filterset_class = FinancialFilter
    default_order = "-window"
    count_label = ("rendicontazione", "rendicontazioni")
    empty_text = (
        "Non ci sono ancora rendicontazioni che puoi aprire. Le apre il capofila del progetto quando ha spese da "
        "rendicontare; l'ASL le vede quando sono inviate, la Regione quando il controllo è concluso."
    )
    columns = FINANCIAL

    def rows(self):
        rows = financial_reports_of_list(self.request.user)
        return with_spending(rows) if self.whole else rows

    def shown(self, rows):
        return rows if self.whole else give_spending(rows)

    def primary_action(self):
        if access.can(self.request.user, "report.edit"):
            return ("Nuova rendicontazione", reverse("monitoring:open_financial_report"))
        return None


class OpenFinancialReport(Inside, FormPage):
    permission = "report.edit"
    part = "financial_reports"
    title = "Nuova rendicontazione"
    intro = "Scegli il progetto e la finestra: poi aggiungi le spese, una per una, con il loro giustificativo."
    submit_label = "Apri la rendicontazione"
    form_class = OpenForm

    def form_kwargs(self):
        mine = access.reach(self.request.user, "report.edit", alliance="alliance")
        return {
            "projects": Project.objects.filter(mine).exclude(status__in=[ProjectStatus.AWARDED, ProjectStatus.REVOKED]),
            "windows": ReportingWindow.objects.filter(opens_on__lte=clock.today()),
        }

    def perform(self, form):
        return finance.open_financial_report(**form.cleaned_data, by=self.request.user)


class FinancialReportPage(Inside, DetailPage):
    """A report with all its expenditures, their outcome and their twins in other reports."""

    template_name = "monitoring/finance/detail.html"
    permission = "report.track"
    part = "financial_reports"

    def get_title(self):
        return f"Rendicontazione: {self.object.project.title}"

    def records(self):
        return FinancialReport.objects.visible_to(self.request.user).select_related(
            "window__programme", "project__alliance", "project__network"
        )

    def get_offers(self):
        by = self.request.user
        return offers(
            self.object,
            FINANCIAL_REPORT,
            by,
            url=lambda name: reverse(
                "monitoring:financial_report_move", args=[self.object.pk, FINANCIAL_REPORT[name].slug]
            ),
            checks={"submit": finance.check_submit, "finish": lambda report: finance.check_finish(report, by)},
        )

    def next_step(self):
        report = self.object
        lead, office = report.project.alliance.name, report.project.network.name
        if report.status in finance.EDITABLE:
            text = (
                "Il capofila aggiunge le spese con i giustificativi e invia la rendicontazione."
                if report.status == FinancialReportStatus.DRAFT
                else "Il capofila corregge le spese e invia di nuovo la rendicontazione."
            )
            return {"text": text, "who": f"Capofila di {lead}", "by_when": report.window.due_on}
        if report.status == FinancialReportStatus.SUBMITTED:
            return {
                "text": "L'ASL controlla ogni spesa, una per una, poi chiude il controllo.",
                "who": f"ASL – {office}",
            }
        return {
            "text": "Il controllo è concluso: sulla spesa ammessa l'ASL dispone il saldo.",
            "who": f"ASL – {office}",
        }

    def get_context(self):
        report, person = self.object, self.request.user
        items = list(items_of(report))
        twins = same_paper(items) if access.can(person, "finance.check", report) else {}
        editing = report.status in finance.EDITABLE and access.can(person, "report.edit", report)
        office = access.can(person, "finance.check", report)
        parked = any(item.outcome == ItemOutcome.PARKED for item in items)
        checking = office and (
            report.status == FinancialReportStatus.SUBMITTED
            or (parked and report.status == FinancialReportStatus.CHECKED)
        )
        returned = next((move for move in timeline(report) if move.name == "return"), None)
        return {
            "rows": [{"item": item, "twins": twins.get(item.pk, [])} for item in items],
            "with_twins": sum(bool(found) for found in twins.values()),
            "summary": summary_of(report, items),
            "may_edit": editing,
            "sample": sample_for(report) if office else None,
            "may_draw": office and any(item.self_declared for item in items),
            "may_check": checking,
            "next_to_check": next((item for item in items if item.outcome == ItemOutcome.TO_CHECK), None)
            if checking
            else None,
            "returned": returned if report.status == FinancialReportStatus.RETURNED else None,
        }


class FinancialReportMove(MovePage):
    lifecycle = FINANCIAL_REPORT
    moves = {
        "submit": finance.submit_financial_report,
        "finish": finance.finish_check,
        "return": finance.return_financial_report,
    }
    checks = {"submit": finance.check_submit}

    def records(self):
        return FinancialReport.objects.visible_to(self.request.user).select_related(
            "window", "project__alliance", "project__network"
        )

    def possible(self):
        super().possible()
        if self.transition.name == "finish":
            finance.check_finish(self.object, self.request.user)

    def breadcrumbs(self):
        return [
            ("Rendicontazioni", reverse("monitoring:financial_reports")),
            (str(self.object), self.object.get_absolute_url()),
        ]


class ItemPage(Inside, FormPage):
    """A form about an expenditure: of its report only what the person may open."""

    part = "financial_reports"

    def records(self):
        visible = FinancialReport.objects.visible_to(self.request.user).values("pk")
        return ExpenditureItem.objects.filter(report__in=visible).select_related(
            "report__window", "report__project__alliance", "report__project__network", "partner", "supporting_document"
        )

    @property
    def report(self) -> FinancialReport:
        return self.object.report

    def breadcrumbs(self):
        return [*super().breadcrumbs(), (str(self.report), self.report.get_absolute_url())]

    def success_url(self, result):
        return self.report.get_absolute_url()


class ItemFormPage(ItemPage):
    permission = "report.edit"
    form_class = ItemForm

    def possible(self):
        finance.check_editable(self.report)

    def form_kwargs(self):
        partners = Partner.objects.filter(alliance=self.report.project.alliance_id).select_related("organisation")
        return {
            "partners": partners,
            "has_paper": bool(getattr(self.object, "supporting_document_id", None)),
            "has_proof": bool(getattr(self.object, "payment_proof_id", None)),
        }


class AddItem(ItemFormPage):
    title = "Aggiungi una spesa"
    submit_label = "Aggiungi la spesa"
    permission = "report.edit"
    success_message = "Spesa aggiunta."

    def records(self):
        return FinancialReport.objects.visible_to(self.request.user).select_related(
            "window", "project__alliance", "project__network"
        )

    @property
    def report(self):
        return self.object

    def perform(self, form):
        return finance.add_item(self.object, by=self.request.user, **form.cleaned_data)


class EditItem(ItemFormPage):
    submit_label = "Salva la spesa"
    permission = "report.edit"
    success_message = "Spesa salvata."

    def get_title(self):
        return f"Modifica la spesa: {self.object}"

    def initial(self):
        item = self.object
        names = [name for name in ItemForm.base_fields if name not in {"upload", "proof"}]
        return {name: getattr(item, name) for name in names}

    def perform(self, form):
        return finance.edit_item(self.object, by=self.request.user, **form.cleaned_data)


class DeleteItem(ItemPage):
    """Ask before an expenditure is taken out."""

    template_name = "monitoring/finance/delete.html"
    permission = "report.edit"
    submit_label = "Togli la spesa"
    success_message = "Spesa tolta dalla rendicontazione."

    def get_title(self):
        return f"Togli la spesa: {self.object}"

    def build_form(self, *args):
        return forms.Form(*args)

    def possible(self):
        finance.check_editable(self.report)

    def perform(self, form):
        return finance.delete_item(self.object, by=self.request.user)


class CheckItem(ItemPage):
    """The ASL's finding on one expenditure, then on to the next one."""

    template_name = "monitoring/finance/check.html"
    permission = "finance.check"
    form_class = CheckForm
    submit_label = "Registra l'esito"
    success_message = "Esito registrato."

    def get_title(self):
        return f"Controlla la spesa: {self.object}"

    def possible(self):
        finance.check_checking(self.report, self.request.user, self.object)

    def initial(self):
        item = self.object
        if item.outcome == ItemOutcome.TO_CHECK:
            return {}
        return {"outcome": item.outcome, "approved_amount": item.approved_amount, "reason": item.reason}

    @cached_property
    def items(self) -> list[ExpenditureItem]:
        return list(items_of(self.report))

    def get_context(self):
        return {
            "twins": same_paper([self.object])[self.object.pk],
            "summary": summary_of(self.report, self.items),
        }

    def perform(self, form):
        return finance.check_item(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        following = self.report.items.filter(outcome=ItemOutcome.TO_CHECK).order_by("document_on", "pk").first()
        if following:
            return reverse("monitoring:check_item", args=[following.pk])
        return self.report.get_absolute_url()


class ItemPaper(Page):
    """The supporting document of an expenditure, for whoever may open its report."""

    permission = "report.track"
    paper = "supporting_document"

    def records(self):
        visible = FinancialReport.objects.visible_to(self.request.user).values("pk")
        return ExpenditureItem.objects.filter(report__in=visible).select_related(
            "report__project", "supporting_document", "payment_proof"
        )

    def get(self, request, pk):
        return files.serve(request, getattr(self.object, self.paper), about=self.object)


class ItemProof(ItemPaper):
    """The proof that an expenditure was paid."""

    permission = "report.track"
    paper = "payment_proof"


class Statement(Page):
    """The statement of expenditure as a spreadsheet: every item of the report with what the ASL found of it."""

    permission = "report.track"
    columns = (
        Column("partner", "Partner", lambda i: i.partner.organisation.name),
        Column("category", "Voce di spesa", lambda i: i.get_category_display()),
        Column("supplier", "Fornitore"),
        Column("document_number", "Documento n."),
        Column("document_on", "Data del documento"),
        Column("net", "Imponibile"),
        Column("vat", "IVA"),
        Column("amount", "Importo"),
        Column("own_funds", "Di cui cofinanziamento"),
        Column("paid_on", "Pagato il"),
        Column("payment_reference", "Estremi del pagamento"),
        Column("self_declared", "Dichiarazione sostitutiva", lambda i: "sì" if i.self_declared else "no"),
        Column("outcome", "Esito", lambda i: i.get_outcome_display()),
        Column("approved_amount", "Ammesso"),
        Column("reason", "Motivo"),
    )

    def records(self):
        return FinancialReport.objects.visible_to(self.request.user).select_related("window", "project__alliance")

    def get(self, request, pk):
        title = f"Rendiconto delle spese {self.object.project.title} {self.object.window.name}"
        files.downloaded(request, f"Rendiconto delle spese: {self.object}", about=self.object)
        return exports.respond("xlsx", exports.Sheet(title, self.columns, items_of(self.object)))
