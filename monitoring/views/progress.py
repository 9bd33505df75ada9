"""Progress reports: the list, those awaited, one of them, writing it, its moves."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import ChangedMeanwhile, Refused
from conciliazione.kernel.moves import offers, timeline
from conciliazione.kernel.pages import DetailPage, FormPage, MovePage
from conciliazione.kernel.rulebook import enforces, violated
from plans.enums import ProjectStatus
from plans.models import Project
from plans.views.compiling import CompilingForm, kept

from ..enums import ReportStatus
from ..filters import ReportFilter
from ..forms.progress import OpenForm, ReportForm
from ..models import ProgressReport, ReportingWindow
from ..queries.changes import changes_of
from ..queries.corrective import corrective_on
from ..queries.lists import expected_of_list, reports_of_list
from ..queries.reports import content_of, needs_of, reports_for_pages
from ..rules.lifecycles import PROGRESS_REPORT
from ..services import progress
from ..tables import EXPECTED, REPORTS
from .base import Inside, MonitoringList


@enforces("R16")
class ReportList(MonitoringList):
    """The reports that the person may open: the committee follows them while actions run (R16)."""

    permission = "corrective.read"
    part = "reports"
    title = "Relazioni di monitoraggio"
    purpose = (
        "I capofila di Alleanza raccontano l'avanzamento in numeri e in parole; l'ASL valida e la Regione raccoglie."
    )
    columns = REPORTS
    filterset_class = ReportFilter
    default_order = "-window"
    count_label = ("relazione", "relazioni")
    empty_text = (
        "Non ci sono ancora relazioni che puoi aprire. Il capofila di ogni progetto le compila quando si apre una "
        "finestra "
        "di monitoraggio; l'ASL le legge quando sono inviate, Regione e Cabina quando sono validate."
    )

    def rows(self):
        return reports_of_list(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "report.edit"):
            return ("Nuova relazione", reverse("monitoring:open_report"))
        return None


class ExpectedList(MonitoringList):
    """Who has to report and has or has not: the state of each report, without its content."""

    permission = "report.track"
    part = "expected"
    title = "Relazioni attese"
    purpose = "Chi deve relazionare, entro quando, e a che punto è: una riga per ogni progetto e finestra."
    columns = EXPECTED
    filterset_class = ReportFilter
    default_order = "-window"
    count_label = ("relazione attesa", "relazioni attese")
    empty_text = (
        "Nessuna relazione è attesa. Le relazioni si predispongono da sole quando la Regione stabilisce una finestra e "
        "ci sono progetti avviati nel suo periodo."
    )

    def rows(self):
        return expected_of_list(self.request.user, clock.today())


class OpenReport(Inside, FormPage):
    """Begin the report of a project in a window that has none yet."""

    permission = "report.edit"
    part = "reports"
    title = "Nuova relazione di monitoraggio"
    intro = "Di solito le relazioni sono già predisposte: qui ne apri una per una finestra straordinaria."
    submit_label = "Apri la relazione"
    form_class = OpenForm

    def form_kwargs(self):
        mine = access.reach(self.request.user, "report.edit", alliance="alliance")
        return {
            "projects": Project.objects.filter(mine).exclude(status__in=[ProjectStatus.AWARDED, ProjectStatus.REVOKED]),
            "windows": ReportingWindow.objects.filter(opens_on__lte=clock.today()),
        }

    def perform(self, form):
        return progress.open_report(**form.cleaned_data, by=self.request.user)


class ReportBase:
    """One report, among those the person may open."""

    def records(self):
        return reports_for_pages().filter(ProgressReport.objects.readable_by(self.request.user))


class ReportPage(ReportBase, Inside, DetailPage):
    """A report with its values against the targets, and what can be done with it."""

    template_name = "monitoring/report/detail.html"
    permission = "report.track"
    part = "reports"
    lifecycle = PROGRESS_REPORT

    def get_title(self):
        return f"Relazione: {self.object.project.title}"

    def get_offers(self):
        by = self.request.user
        return offers(
            self.object,
            PROGRESS_REPORT,
            by,
            url=lambda name: reverse("monitoring:report_move", args=[self.object.pk, PROGRESS_REPORT[name].slug]),
            checks={
                "submit": self.check_submit,
                "validate": lambda report: progress.check_validate(report, by),
            },
        )

    def check_submit(self, report):
        """As the service does; of what is missing only how much, since the page lists it."""
        progress.check_editable(report)
        left = sum(not need.done for need in self.needs)
        if left:
            what = "manca un dato" if left == 1 else f"mancano {left} dati"
            raise violated("R44", f"La relazione non è completa: {what}. Vedi l'elenco «Che cosa manca»")

    @cached_property
    def content(self):
        return content_of(self.object)

    @cached_property
    def needs(self):
        return needs_of(self.content)

    def versions(self) -> list[ProgressReport]:
        """The other versions of the report that the person may open."""
        others = self.records().filter(project=self.object.project_id, window=self.object.window_id)
        return list(others.exclude(pk=self.object.pk).order_by("-version"))

    def may_edit(self) -> bool:
        return self.object.status in progress.EDITABLE and access.can(self.request.user, "report.edit", self.object)

    def next_step(self):
        report, window = self.object, self.object.window
        lead, office = report.project.alliance.name, report.project.network.name
        if report.status == ReportStatus.DRAFT:
            if clock.today() < window.opens_on:
                return {"text": f"La finestra si apre il {window.opens_on:%d/%m/%Y}.", "who": f"Capofila di {lead}"}
            return {
                "text": "Il capofila completa la relazione e la invia all'ASL.",
                "who": f"Capofila di {lead}",
                "by_when": window.due_on,
            }
        if report.status == ReportStatus.RETURNED:
            return {"text": "Il capofila corregge la relazione e la invia di nuovo.", "who": f"Capofila di {lead}"}
        if report.status == ReportStatus.SUBMITTED:
            return {"text": "L'ASL legge la relazione, poi la valida o la restituisce.", "who": f"ASL – {office}"}
        if report.status == ReportStatus.SUPERSEDED:
            return {"text": "Questa versione non conta più: al suo posto c'è la correzione validata dall'ASL."}
        return {
            "text": "I valori contano nei totali. L'ASL li raccoglie nella relazione territoriale per la Regione.",
            "who": f"ASL – {office}",
        }

    def get_context(self):
        returned = next((move for move in timeline(self.object) if move.name == "return"), None)
        editing = self.may_edit()
        needs = self.needs if editing else []
        edit_url = reverse("monitoring:edit_report", args=[self.object.pk])
        return {
            "content": self.content,
            "changes": changes_of(self.content),
            "versions": self.versions(),
            "may_correct": self.object.status == ReportStatus.VALIDATED
            and access.can(self.request.user, "report.edit", self.object),
            "attachments": list(self.object.attachments.select_related("file")),
            "may_edit": editing,
            "edit_url": edit_url,
            "missing": [
                {"label": n.label, "done": n.done, "why": n.why, "url": f"{edit_url}#id_{n.field}"} for n in needs
            ],
            "left": sum(not n.done for n in needs),
            "returned": returned if self.object.status == ReportStatus.RETURNED else None,
            "correctives": list(
                corrective_on(self.object.project).visible_to(self.request.user).order_by("issued_at", "pk")
            ),
        }


class EditReport(ReportBase, Inside, FormPage):
    """All expected indicators on one page, the actions and the words; kept as a draft."""

    template_name = "monitoring/report/form.html"
    permission = "report.edit"
    part = "reports"
    form_class = ReportForm
    submit_label = "Salva la bozza"
    success_message = "Bozza salvata. Quando è completa, inviala all'ASL."

    def get_title(self):
        return f"Compila la relazione: {self.object.window.name}"

    def breadcrumbs(self):
        return [*super().breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def possible(self):
        progress.check_editable(self.object)

    def form_kwargs(self):
        return {"content": content_of(self.object)}

    told_as_saved = CompilingForm.told_as_saved

    def draft_key(self) -> str:
        """Under which name the browser keeps what is not saved yet."""
        return f"{self.object.pk}.relazione.{self.request.user.pk}"

    def post(self, request, *args, **kwargs):
        if "X-While-Typing" not in request.headers:
            return self.told_as_saved(super().post(request, *args, **kwargs))
        try:
            self.possible()
            return self.while_typing()
        except ChangedMeanwhile as changed:
            now = ProgressReport.objects.get(pk=self.object.pk)
            names = ("narrative", "difficulties", "corrective_proposals")
            theirs = {name: getattr(now, name) for name in names if getattr(now, name) != request.POST.get(name)}
            return kept(changed.message, status=409, revision=now.revision, theirs=theirs)
        except Refused as refused:
            return kept(refused.message, status=422)

    def while_typing(self):
        """Keep what may be kept of what is being typed, and say what is not right yet."""
        form = self.build_form(self.request.POST)
        form.is_valid()
        wrong: list[Refused] = []
        saved = self.save(form, wrong)
        problems = [words for name, errors in form.errors.items() if name != "revision" for words in errors]
        problems += [refused.message for refused in wrong]
        if problems:
            return kept(f"Salvato in parte. Non ancora: {problems[0]}", status=422, revision=saved.revision)
        return kept(revision=saved.revision)

    def save(self, form, wrong=None):
        data, kept_so_far = form.cleaned_data, form.initial
        texts = {
            name: data[name] if name in data else kept_so_far.get(name)
            for name in (
                "narrative",
                "difficulties",
                "corrective_proposals",
                "people_reached",
                "enterprises_reached",
            )
        }
        return progress.save_report(
            self.object,
            by=self.request.user,
            values={key: entry for key, entry in form.entries().items() if not form.is_wrong(key)},
            actions={key: entry for key, entry in form.action_entries().items() if not form.is_wrong(key)},
            revision=data.get("revision"),
            wrong=wrong,
            **texts,
        )

    def perform(self, form):
        return self.save(form)

    def context(self, **extra):
        found = super().context(**extra)
        needs = needs_of(found["form"].content)
        return found | {
            "content": found["form"].content,
            "missing": [{"label": n.label, "done": n.done, "why": n.why, "url": f"#id_{n.field}"} for n in needs],
        }


class ReportMove(ReportBase, MovePage):
    """Confirm a move of a report."""

    lifecycle = PROGRESS_REPORT
    moves = {
        "submit": progress.submit_report,
        "validate": progress.validate_report,
        "return": progress.return_report,
    }
    checks = {"submit": progress.check_submit}

    def possible(self):
        super().possible()
        if self.transition.name == "validate":
            progress.check_validate(self.object, self.request.user)

    def breadcrumbs(self):
        return [("Monitoraggio", reverse("monitoring:reports")), (str(self.object), self.object.get_absolute_url())]
