"""The records that make each figure of money and of coverage: lists whose sum, or mean, is that figure."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Case, CharField, Exists, F, OuterRef, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Concat

from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.money import round_eur
from monitoring.enums import FinancialReportStatus
from monitoring.models import ExpenditureItem, ProjectMoney
from monitoring.queries.kept import Selection
from monitoring.queries.reckoning import COUNTED, COUNTED_ACTIONS, COUNTED_PLANS, latest_progress
from plans.enums import PaymentKind, PaymentStatus
from plans.models import Payment, PlanAction, Project

KIND = Case(*(When(kind=kind, then=Value(kind.label)) for kind in PaymentKind), output_field=CharField())


@dataclass(frozen=True)
class Voice:
    """A figure: its name, what its records are, and how they are found and read."""

    kind: str  # as in monitoring.queries.reckoning.SUMS
    slug: str
    label: str
    purpose: str
    counted: tuple[str, str]
    # with `what_here`, `project_here`, `network_here`, `day_here`, `amount_here`
    find: Callable[[Selection], QuerySet]
    opens: Callable  # the address of a record
    unit: str = "eur"  # of `tables.UNITS`
    total_label: str = "Totale"

    def address(self, selection: Selection, **more) -> str:
        query = selection.query(**more)
        # what the address leaves out stands for the programme under way, on the page of the figure as here
        query.setdefault("programma", "tutti")
        return f"{reverse(f'portal:records_{self.slug}')}?{'&'.join(f'{k}={v}' for k, v in query.items())}"

    def total(self, rows: QuerySet):
        """The figure over the records: their sum, of percents their mean; None when there is none."""
        reckon = Avg if self.unit == "percent" else Sum
        total = rows.order_by().aggregate(total=reckon("amount_here"))["total"]
        if total is None:
            return None
        if self.unit == "percent":
            return Decimal(total).quantize(Decimal("0.1"))
        return round_eur(total) if self.unit == "eur" else total

    @property
    def of_actions(self) -> bool:
        return self.kind in {"planned", "people", "progress"}


def _actions(selection: Selection, amount=None) -> QuerySet:
    rows = PlanAction.objects.filter(COUNTED_ACTIONS, COUNTED_PLANS, selection.placed("plan__"))
    if selection.alliances is not None:
        rows = rows.filter(project__alliance__in=selection.alliances)
    if selection.area:
        rows = rows.filter(area=selection.area)
    return rows.filter(selection.over_days("starts_on")).annotate(
        what_here=F("title"),
        project_here=Coalesce("project__title", Value("")),
        network_here=F("plan__network__name"),
        day_here=F("starts_on"),
        amount_here=F("amount") if amount is None else amount,
    )


def _told(selection: Selection) -> QuerySet:
    return _actions(selection, latest_progress()).filter(amount_here__isnull=False)


def _projects(selection: Selection) -> QuerySet:
    """Those that count, by their prevailing area."""
    rows = Project.objects.filter(COUNTED, selection.placed())
    if selection.alliances is not None:
        rows = rows.filter(alliance__in=selection.alliances)
    if selection.area:
        kept = ProjectMoney.objects.filter(project=OuterRef("pk"), area=selection.area, granted_count__gt=0)
        rows = rows.filter(Exists(kept))
    return rows


def _granted(field: str) -> Callable[[Selection], QuerySet]:
    def find(selection: Selection) -> QuerySet:
        rows = _projects(selection).annotate(day_here=Coalesce("granted_on", "starts_on"))
        return rows.filter(selection.over_days("day_here")).annotate(
            what_here=F("title"),
            project_here=F("alliance__name"),
            network_here=F("network__name"),
            amount_here=F(field),
        )

    return find


def _spent(field: str) -> Callable[[Selection], QuerySet]:
    def find(selection: Selection) -> QuerySet:
        return (
            ExpenditureItem.objects.filter(
                selection.over_days("report__window__period_to"),
                report__status=FinancialReportStatus.CHECKED,
                report__project__in=_projects(selection).values("pk"),
            )
            .select_related("report")
            .annotate(
                what_here=Concat("supplier", Value(" "), "document_number"),
                amount_here=F(field),
                day_here=F("paid_on"),
                project_here=F("report__project__title"),
                network_here=F("report__project__network__name"),
            )
        )

    return find


def _paid(selection: Selection) -> QuerySet:
    return (
        Payment.objects.filter(
            selection.over_days("paid_on"), status=PaymentStatus.PAID, project__in=_projects(selection).values("pk")
        )
        .select_related("project")
        .annotate(
            what_here=KIND,
            amount_here=F("amount"),
            day_here=F("paid_on"),
            project_here=F("project__title"),
            network_here=F("project__network__name"),
        )
    )


def _of_report(item) -> str:
    return item.report.get_absolute_url()


VOICES = (
    Voice(
        "planned",
        "previsto",
        "Previsto dai piani",
        "Le azioni dei piani validati dalla Cabina di Regia, con le risorse che il piano destina loro.",
        ("azione", "azioni"),
        _actions,
        lambda action: reverse("plans:plan", args=[action.plan_id]),
    ),
    Voice(
        "granted",
        "concesso",
        "Contributi concessi",
        "I progetti finanziati e non revocati, con il loro contributo.",
        ("progetto", "progetti"),
        _granted("grant"),
        lambda project: project.get_absolute_url(),
    ),
    Voice(
        "co_financing",
        "cofinanziamento",
        "Cofinanziamento previsto",
        "I progetti finanziati e non revocati, con quanto i partner mettono di proprio.",
        ("progetto", "progetti"),
        _granted("co_financing"),
        lambda project: project.get_absolute_url(),
    ),
    Voice(
        "spent",
        "rendicontato",
        "Spesa rendicontata",
        "Le spese delle rendicontazioni su cui l'ASL ha chiuso il controllo, per l'importo presentato.",
        ("spesa", "spese"),
        _spent("amount"),
        _of_report,
    ),
    Voice(
        "approved",
        "ammesso",
        "Spesa ammessa",
        "Le spese delle rendicontazioni su cui l'ASL ha chiuso il controllo, per l'importo ammesso.",
        ("spesa", "spese"),
        _spent("approved_amount"),
        _of_report,
    ),
    Voice(
        "paid",
        "pagato",
        "Contributi pagati",
        "I pagamenti che l'ASL ha eseguito.",
        ("pagamento", "pagamenti"),
        _paid,
        lambda payment: payment.project.get_absolute_url(),
    ),
)
# what the coverage says of the actions beside their money
OF_COVERAGE = (
    Voice(
        "people",
        "destinatari",
        "Destinatari previsti",
        "Le azioni dei piani validati dalla Cabina di Regia, con i destinatari che prevedono.",
        ("azione", "azioni"),
        lambda selection: _actions(selection, F("expected_participants")),
        lambda action: reverse("plans:plan", args=[action.plan_id]),
        unit="number",
    ),
    Voice(
        "progress",
        "avanzamento",
        "Avanzamento medio",
        "Le azioni di cui una relazione validata dice a che punto sono, con l'ultimo avanzamento.",
        ("azione", "azioni"),
        _told,
        lambda action: reverse("plans:plan", args=[action.plan_id]),
        unit="percent",
        total_label="Media",
    ),
)
BY_KIND = {voice.kind: voice for voice in (*VOICES, *OF_COVERAGE)}
BY_SLUG = {voice.slug: voice for voice in BY_KIND.values()}
