"""What parts of a proposal were at a moment, so that they can be shown beside what they became, or brought back."""

import json
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder

from ..models import Attachment, BudgetLine, ExpectedIndicator, ExpectedPart, ProjectProposal, ProposalAction
from ..queries.clarifications import shown_parts
from ..rules.proposals import STEP
from .proposals import ACTION_FIELDS, INDICATOR_FIELDS, LINE_FIELDS
from .saving import drop, keep

ROWS = {
    "actions": (ProposalAction, "actions", ACTION_FIELDS),
    "budget": (BudgetLine, "budget_lines", LINE_FIELDS),
    "indicators": (ExpectedIndicator, "expected_indicators", INDICATOR_FIELDS),
    "attachments": (Attachment, "attachments", ("document", "title", "file")),
}


def take(proposal: ProjectProposal, steps) -> dict:
    """`raw`: the values, to bring back; `shown`: the same in words, to read."""
    return {"raw": {step: _raw(proposal, step) for step in steps}, "shown": shown_parts(proposal, steps)}


def bring_back(proposal: ProjectProposal, taken: dict, *, by, why: str) -> None:
    """Make the parts again what they were; what has not changed stays as it is."""
    for step, then in taken["raw"].items():
        if _raw(proposal, step) == then:
            continue
        if STEP[step].fields:
            for name, value in then.items():
                setattr(proposal, name, value)
            continue
        model, relation, names = ROWS[step]
        for row in getattr(proposal, relation).all():
            drop(row, by=by, why=why)
        for values in then:
            row = model(proposal=proposal)
            for name in names:
                field = model._meta.get_field(name)
                setattr(row, field.attname, field.to_python(values[name]))
            keep(row, by=by, why=why)
            for dimension, category, target in values.get("parts", ()):
                part = ExpectedPart(expected=row, dimension=dimension, category=category, target=Decimal(target))
                keep(part, by=by, why=why)
    proposal.revision += 1
    keep(proposal, by=by, why=why)


def _raw(proposal: ProjectProposal, step: str):
    if STEP[step].fields:
        return {name: getattr(proposal, name) for name in STEP[step].fields}
    model, relation, names = ROWS[step]
    attnames = {name: model._meta.get_field(name).attname for name in names}
    rows = [
        {name: getattr(row, attname) for name, attname in attnames.items()} | _parts(row)
        for row in getattr(proposal, relation).order_by("pk")
    ]
    return json.loads(json.dumps(rows, cls=DjangoJSONEncoder))


def _parts(row) -> dict:
    """The targets by part of an expected indicator that has some."""
    if not isinstance(row, ExpectedIndicator):
        return {}
    parts = [(part.dimension, part.category, part.target) for part in row.parts.all()]
    return {"parts": parts} if parts else {}
