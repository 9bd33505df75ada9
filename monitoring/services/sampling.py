"""The reproducible sample of self-declarations, and what the ASL finds of each (d.P.R. 445/2000, art. 71)."""

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import counted

from ..enums import DeclarationOutcome, FinancialReportStatus
from ..models import DeclarationSample, ExpenditureItem, FinancialReport, ReportingWindow, SampledDeclaration
from ..queries.writers import writers_of_spending
from ..rules.levels import check_not_oneself
from ..rules.sampling import check_draw, draw
from .finance import EDITABLE


@atomic
def draw_sample(network, window, *, by, seed: str, share: int) -> DeclarationSample:
    """Draw the self-declarations that are verified, among those of the reports sent in a window.

    The same seed and share give the same sample. Raises Refused beside the field.
    """
    window = ReportingWindow.objects.select_for_update().get(pk=window.pk)
    if DeclarationSample.objects.filter(network=network, window=window).exists():
        raise Refused("Per questa finestra il campione è già stato estratto: aprilo dall'elenco.", field="window")
    reports = FinancialReport.objects.filter(project__network=network, window=window)
    sent = reports.filter(status__in=[FinancialReportStatus.SUBMITTED, FinancialReportStatus.CHECKED])
    population = list(
        ExpenditureItem.objects.filter(report__in=sent, self_declared=True).order_by("pk").values_list("pk", flat=True)
    )
    check_draw(share=share, count=len(population), open_reports=reports.filter(status__in=EDITABLE).count())
    sample = DeclarationSample.objects.create(
        network=network, window=window, seed=seed.strip(), share=share, population=population, drawn_by=by
    )
    chosen = draw(population, seed=sample.seed, share=share)
    for position, key in enumerate(chosen, start=1):
        SampledDeclaration.objects.create(sample=sample, item_id=key, position=position)
    label = f"Campione estratto: {counted(len(chosen), 'dichiarazione', 'dichiarazioni')} su {len(population)}"
    note(sample, noun="declaration_sample", name="draw", label=label, by=by, reason=f"Seme «{sample.seed}»")
    return sample


def drawn_again(sample: DeclarationSample) -> bool:
    """Whether seed and share, drawn again from the kept population, give what was drawn."""
    drawn = list(sample.drawn.order_by("position").values_list("item", flat=True))
    return draw(sample.population, seed=sample.seed, share=sample.share) == drawn


def check_verify(declaration: SampledDeclaration, by) -> None:
    """Whether this person may verify it. Raises RuleViolated when they reported the expenditure themselves (R43)."""
    writers = writers_of_spending(declaration.item.report)
    check_not_oneself(writers, by.pk if by else None, what="la dichiarazione")


@atomic
def verify(declaration: SampledDeclaration, *, by, outcome: str, finding: str) -> SampledDeclaration:
    """Write down what was seen behind a drawn declaration; a lead whose declaration does not hold is told.

    Raises Refused beside the field.
    """
    declaration = lock(declaration)
    check_verify(declaration, by)
    if outcome not in {DeclarationOutcome.CONFIRMED, DeclarationOutcome.NOT_CONFIRMED}:
        raise Refused("Scegli l'esito della verifica.", field="outcome")
    if not finding.strip():
        raise Refused("Scrivi quali documenti hai visto, e il motivo se non è confermata.", field="finding")
    declaration.outcome, declaration.finding = outcome, finding
    declaration._history_user, declaration._history_date = by, clock.now()
    declaration.save()
    label = f"Dichiarazione verificata: {declaration.item} – {declaration.get_outcome_display().lower()}"
    note(declaration.sample, noun="declaration_sample", name="verify", label=label[:200], by=by, reason=finding)
    report = declaration.item.report
    if outcome == DeclarationOutcome.NOT_CONFIRMED:
        notify(
            access.people_with(Role.LEAD, report.project.alliance),
            f"La dichiarazione sulla spesa «{declaration.item}» non è confermata: {finding}",
            url=report.get_absolute_url(),
            by=by,
        )
    return declaration
