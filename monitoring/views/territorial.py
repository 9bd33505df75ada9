"""Territorial reports and reporting windows."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.moves import offers, timeline
from conciliazione.kernel.pages import Column, DetailPage, FormPage, MovePage, PlainPage
from network.models import Programme
from plans.enums import PlanStatus
from plans.models import TerritorialPlan

from ..enums import TerritorialReportStatus
from ..filters import ProgrammeForm, TerritorialFilter
from ..forms.territorial import CommentForm, PrepareForm, WindowForm
from ..models import ReportingWindow, TerritorialReport
from ..queries.catalogue import catalogue_of, read_catalogue
from ..queries.changes import catalogue_changes
from ..queries.corrections import corrections_since, other_versions, version_before
from ..queries.gathering import gatherings_for
from ..rules.lifecycles import TERRITORIAL_REPORT
from ..services import territorial, windows
from ..tables import WINDOWS
from .base import Inside, MonitoringList, tabs_for


class TerritorialReportList(MonitoringList):
    permission = "territorial.read"
    part = "territorial_reports"
    title = "Relazioni territoriali"
    purpose = (
        "L'ASL raccoglie e cataloga le azioni del territorio con gli indicatori concordati; la Regione le acquisisce."
    )
    row_template = "monitoring/territorial/_row.html"
    filterset_class = TerritorialFilter
    default_order = "-window"
    count_label = ("relazione territoriale", "relazioni territoriali")
    empty_text = (
        "Non ci sono ancora relazioni territoriali. L'ASL le prepara dopo aver validato le relazioni dei capofila, e "
        "la "
        "Regione le vede quando sono trasmesse."
    )
    columns = (
        Column("network", "Rete", lambda r: r.plan.network.name, sort="plan__network__name"),
        Column("window", "Finestra", lambda r: r.window.name, sort="window__period_from"),
        Column("status", "Stato", lambda r: r.get_status_display(), sort="status"),
        Column("version", "Versione", lambda r: r.version, sort="version", numeric=True),
        Column("registry", "Protocollo", lambda r: r.registry_number),
        Column("transmitted", "Trasmessa il", lambda r: r.transmitted_at, sort="transmitted_at"),
    )

    def rows(self):
        return TerritorialReport.objects.visible_to(self.request.user).select_related("plan__network", "window")

    def primary_action(self):
        if access.can(self.request.user, "territorial.edit"):
            return ("Prepara la relazione", reverse("monitoring:prepare_territorial_report"))
        return None


class Gathering(Inside, PlainPage):
    """The Regione's collection: every territory in every window, come or not (R46)."""

    template_name = "monitoring/gathering.html"
    permission = "territorial.view_transmitted"
    part = "gathering"
    title = "Raccolta dei territori"

    def breadcrumbs(self):
        return super().breadcrumbs()[:1]

    def get_context(self):
        form = ProgrammeForm(self.request.GET, request=self.request)
        asked = form.cleaned_data.get("programma") if form.is_valid() else None
        programme = asked or form.current
        return {
            "form": form,
            "programme": programme,
            "gatherings": gatherings_for(self.request.user, programme),
            "tabs": tabs_for(self.request.user, self.part),
            "offers": [],
            "next_step": None,
            "timeline": [],
        }


class PrepareTerritorialReport(Inside, FormPage):
    permission = "territorial.edit"
    part = "territorial_reports"
    title = "Prepara la relazione territoriale"
    intro = (
        "Il catalogo si compone da solo: tutte le azioni del piano, gli indicatori e i valori delle relazioni validate."
    )
    submit_label = "Componi il catalogo"
    form_class = PrepareForm

    def form_kwargs(self):
        mine = access.reach(self.request.user, "territorial.edit", network="network")
        return {
            "plans": TerritorialPlan.objects.filter(mine, status__in=[PlanStatus.RUNNING, PlanStatus.CONCLUDED]),
            "windows": ReportingWindow.objects.filter(opens_on__lte=clock.today()),
        }

    def perform(self, form):
        return territorial.prepare_territorial_report(**form.cleaned_data, by=self.request.user)


class TerritorialBase:
    def records(self):
        return TerritorialReport.objects.visible_to(self.request.user).select_related(
            "plan__network", "plan__programme", "window"
        )


def _possible(check, report) -> bool:
    try:
        check(report)
    except Refused:
        return False
    return True


class TerritorialReportPage(TerritorialBase, Inside, DetailPage):
    """The catalogue by area and district, the indicators against their targets, what has not come, the comment."""

    template_name = "monitoring/territorial/detail.html"
    permission = "territorial.read"
    part = "territorial_reports"

    def get_title(self):
        anew = f", versione {self.object.version}" if self.object.version > 1 else ""
        return f"Relazione territoriale: {self.object.window.name}{anew}"

    @cached_property
    def corrections(self):
        return corrections_since(self.object)

    def get_offers(self):
        return offers(
            self.object,
            TERRITORIAL_REPORT,
            self.request.user,
            url=lambda name: reverse(
                "monitoring:territorial_report_move", args=[self.object.pk, TERRITORIAL_REPORT[name].slug]
            ),
            checks={
                "transmit": territorial.check_transmit,
                "accept": lambda report: territorial.check_accept(report, self.request.user),
            },
        )

    def next_step(self):
        report, office = self.object, f"ASL – {self.object.plan.network.name}"
        return {
            TerritorialReportStatus.DRAFT: {
                "text": "L'ASL completa il commento e trasmette la relazione alla Regione.",
                "who": office,
            },
            TerritorialReportStatus.RETURNED: {
                "text": "L'ASL corregge ciò che la Regione ha chiesto e trasmette di nuovo la relazione.",
                "who": office,
            },
            TerritorialReportStatus.TRANSMITTED: {
                "text": "La Regione legge la relazione, poi la acquisisce o la restituisce.",
                "who": "Regione Lombardia",
            },
            TerritorialReportStatus.ACCEPTED: {
                "text": "Dopo la trasmissione sono state validate correzioni: l'ASL manda una nuova versione.",
                "who": office,
            }
            if self.corrections
            else {
                "text": "I risultati di questo territorio sono nella raccolta regionale. Non c'è altro da fare.",
            },
            TerritorialReportStatus.SUPERSEDED: {
                "text": "Presso la Regione sta una versione più recente: questa resta com'era alla trasmissione.",
            },
        }[report.status]

    def get_context(self):
        report = self.object
        live = report.status in territorial.EDITABLE and access.can(self.request.user, "territorial.view", report)
        shown = catalogue_of(report.plan, report.window) if live else report.catalogue
        catalogue = read_catalogue(shown)
        returned = next((move for move in timeline(report) if move.name == "return"), None)
        counted = [row for row in catalogue["indicators"] if row["achieved"].measured]
        reached = sum(row["achieved"].reached for row in counted)
        return {
            "live": live,
            "catalogue": catalogue,
            "chart": [
                {
                    "label": row["name"],
                    "value": row["achieved"].share,
                    "target": 100,
                    "note": f"{row['code']}, {row['unit']}",
                }
                for row in catalogue["indicators"]
            ],
            "finding": f"Indicatori che hanno raggiunto l'obiettivo: {reached} su {len(catalogue['indicators'])}",
            "total": sum(row["amount"] for row in catalogue["actions"]),
            "returned": returned if report.status == TerritorialReportStatus.RETURNED else None,
            "may_edit": live and access.can(self.request.user, "territorial.edit", report),
            **self._versions(shown),
        }

    def _versions(self, shown: dict) -> dict:
        """What was corrected since it went up, and what this version changes of the one before."""
        report, person = self.object, self.request.user
        corrections = self.corrections
        before = version_before(report)
        return {
            "versions": other_versions(report, person),
            "before": before,
            "changes": catalogue_changes(before.catalogue, shown) if before else [],
            "corrections": corrections,
            "differences": catalogue_changes(shown, catalogue_of(report.plan, report.window)) if corrections else [],
            "may_renew": access.can(person, "territorial.edit", report) and _possible(territorial.check_renew, report),
        }


class EditTerritorialReport(TerritorialBase, Inside, FormPage):
    permission = "territorial.edit"
    part = "territorial_reports"
    title = "Commento dell'ASL"
    form_class = CommentForm
    submit_label = "Salva il commento"
    success_message = "Commento salvato."

    def breadcrumbs(self):
        return [*super().breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def possible(self):
        territorial.check_editable(self.object)

    def initial(self):
        return {"comment": self.object.comment}

    def perform(self, form):
        return territorial.update_territorial_report(self.object, by=self.request.user, **form.cleaned_data)


class RenewTerritorialReport(TerritorialBase, Inside, FormPage):
    """Begin a new version of a report that the Regione has."""

    permission = "territorial.edit"
    part = "territorial_reports"
    title = "Prepara una nuova versione"
    intro = (
        "La nuova versione parte dal commento di adesso e raccoglie le relazioni com'è validato oggi. Quella che la "
        "Regione ha resta valida finché non trasmetti la nuova, che la sostituisce e dice che cosa è cambiato."
    )
    submit_label = "Prepara la nuova versione"
    form_class = ReasonForm
    success_message = "Nuova versione in preparazione: rileggila e trasmettila alla Regione."

    def form_kwargs(self):
        return {"required": True}

    def breadcrumbs(self):
        return [*super().breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def possible(self):
        territorial.check_renew(self.object)

    def perform(self, form):
        return territorial.renew_territorial_report(
            self.object, by=self.request.user, reason=form.cleaned_data["reason"]
        )


class TerritorialReportMove(TerritorialBase, MovePage):
    lifecycle = TERRITORIAL_REPORT
    moves = {
        "transmit": territorial.transmit_territorial_report,
        "accept": territorial.accept_territorial_report,
        "return": territorial.return_territorial_report,
    }

    @cached_property
    def checks(self):
        return {
            "transmit": territorial.check_transmit,
            "accept": lambda report: territorial.check_accept(report, self.request.user),
        }

    def breadcrumbs(self):
        return [
            ("Relazioni territoriali", reverse("monitoring:territorial_reports")),
            (str(self.object), self.object.get_absolute_url()),
        ]


class WindowList(MonitoringList):
    permission = "window.view"
    part = "windows"
    title = "Finestre di monitoraggio"
    purpose = "I periodi su cui si relaziona, con il giorno da cui si compila e il termine. Li stabilisce la Regione."
    default_order = "-period"
    count_label = ("finestra", "finestre")
    empty_text = (
        "La Regione non ha ancora stabilito finestre di monitoraggio: quando lo fa, capofila e ASL sono avvisati."
    )
    columns = WINDOWS

    def rows(self):
        return ReportingWindow.objects.select_related("programme")

    def primary_action(self):
        if access.can(self.request.user, "window.edit"):
            return ("Stabilisci una finestra", reverse("monitoring:create_window"))
        return None


class CreateWindow(Inside, FormPage):
    permission = "window.edit"
    part = "windows"
    title = "Stabilisci una finestra di monitoraggio"
    intro = "Per ogni progetto avviato nel periodo si predispone una relazione, e capofila e ASL ricevono l'avviso."
    submit_label = "Stabilisci la finestra"
    form_class = WindowForm
    success_message = "Finestra stabilita: capofila e ASL sono stati avvisati."

    def form_kwargs(self):
        return {"programmes": Programme.objects.filter(access.reach(self.request.user, "window.edit", programme="pk"))}

    def perform(self, form):
        return windows.create_window(by=self.request.user, **form.cleaned_data)
