"""What the proposals of an alliance say of the limits of a programme, its own or another."""

from alliances.enums import Verdict
from alliances.models import Alliance
from alliances.queries.comparison import Answer, Yardstick, also
from alliances.rules.values import Finding
from conciliazione.kernel.rulebook import RULES
from network.enums import Area

from ..enums import ProposalStatus
from ..models import ProjectProposal
from ..rules import budget
from ..rules.proposals import duration
from .proposals import actions_of, lines_of

NONE_YET = "Si verifica sulle proposte dell'Alleanza: non ce n'è ancora nessuna che tu possa vedere."
LEAD = "Capofila"


@also
def limits_on_proposals(alliance: Alliance, person) -> Answer:
    """Areas (R01, art. 2), grant as share and amount, co-financing, duration: what the programme sets, looked at on
    each proposal that the person may see. Limits that it does not set do not appear."""
    proposals = _proposals(alliance, person)

    def answer(yardstick: Yardstick) -> list[Finding]:
        values, source = yardstick.values, yardstick.rules.label
        found = [_areas(proposals, yardstick)]
        for key, label in _limits(values):
            found.append(_finding(label, [(p.title, *_stands(p, key, values)) for p in proposals], source))
        return found

    return answer


def _proposals(alliance: Alliance, person) -> list[ProjectProposal]:
    rows = ProjectProposal.objects.visible_to(person).filter(alliance=alliance)
    rows = rows.exclude(status=ProposalStatus.WITHDRAWN).order_by("pk")
    parts = ("budget_lines__partner__organisation", "actions__partner__organisation", "actions__district")
    return list(rows.prefetch_related(*parts))


def _areas(proposals, yardstick: Yardstick) -> Finding:
    """R01, art. 2: every action is in an area of the programme; where it works on all five, none can be outside."""
    label = f"Le azioni sono nelle aree del programma: {'; '.join(Area(a).label for a in yardstick.areas)}"
    source = f"art. {RULES['R01'].article} dell'accordo; {yardstick.rules.label}"
    if len(yardstick.areas) == len(Area):
        words = "Le azioni possono stare in ciascuna delle cinque aree."
        return Finding("R01", Verdict.MET, words, source)
    rows = []
    for proposal in proposals:
        outside = sorted({Area(a.area).label for a in actions_of(proposal) if a.area not in yardstick.areas})
        rows.append((proposal.title, not outside, f"fuori: {'; '.join(outside)}" if outside else "aree ammesse"))
    return _finding(label, rows, source, rule="R01")


def _limits(values) -> list[tuple[str, str]]:
    """(key, the limit in words) of those that are set."""
    nothing = budget.totals([])
    found = [
        (check.key, check.label)
        for check in budget.budget_checks(nothing, values, source="", available=nothing.grant)
        if check.key != "available"
    ]
    if values.max_duration_months:
        found.append(("duration", f"Durata al più di {values.max_duration_months} mesi"))
    return found


def _stands(proposal: ProjectProposal, key: str, values) -> tuple[bool, str]:
    if key == "duration":
        lasts = duration(actions_of(proposal))
        return lasts <= values.max_duration_months, f"{lasts} mesi"
    totals = budget.totals(lines_of(proposal))
    checks = budget.budget_checks(totals, values, source="", available=totals.grant)
    check = next(check for check in checks if check.key == key)
    return check.met, check.words


def _finding(label: str, rows: list[tuple[str, bool, str]], source: str, *, rule: str = "") -> Finding:
    if not rows:
        return Finding(rule, Verdict.MISSING, NONE_YET, source, who=LEAD, as_set=label)
    words = "; ".join(f"«{title}»: {how}" for title, _, how in rows)
    met = all(fine for _, fine, _ in rows)
    return Finding(rule, Verdict.MET if met else Verdict.BROKEN, f"{words}.", source, who=LEAD, as_set=label)
