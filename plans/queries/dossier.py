"""What goes into the fascicolo of a project for one person, and what is left out and why."""

import csv
from collections.abc import Iterator
from io import StringIO

from alliances.models import PartnershipAgreement
from conciliazione.kernel import access
from conciliazione.kernel.document_kinds import kind_of
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.exports import harmless

from ..models import Dossier, Project, ProjectProposal, RankingDraw
from ..signals import dossier_asked
from .evaluation import why_closed
from .scoring import sheet_of

OTHERS = "il tuo ruolo non lo apre"


def latest_of(project: Project, person) -> Dossier | None:
    """The last one that this person asked for: nobody gets another's."""
    return Dossier.objects.filter(project=project, by=person).first()


def parts_of(project: Project, person) -> tuple[list[dict], list[dict]]:
    """(what goes in, what is left out with its reason), as plain data.

    A part is a document that the portal issues (`kind`, `record`), a file that somebody brought (`stored`), or a text
    (`text`). Each is asked of the permissions that guard it elsewhere, in the seat in which the person acts now.
    """
    found: list[dict] = []
    left: list[dict] = []
    for folder, key, record in _documents(project):
        kind = kind_of(key)
        name = f"{folder}: {kind.label}"
        try:
            if not kind.may_open(person, record):
                left.append({"name": name, "why": OTHERS})
                continue
            kind.version(record)  # raises Refused when there is no document yet
        except Refused as refused:
            left.append({"name": name, "why": refused.message})
            continue
        found.append({"folder": folder, "kind": key, "record": record.pk, "name": str(kind.filename(record))})
    _add_attachments(project, person, found, left)
    _add_scores(project, person, found, left)
    return found, left


def _documents(project: Project) -> Iterator[tuple[str, str, object]]:
    """(folder, kind, record) of every document that may be about the project, also those of the apps above."""
    proposal = ProjectProposal.objects.select_related("call__network", "alliance").get(pk=project.proposal_id)
    yield "1 Progetto", "project_sheet", project
    yield "2 Proposta", "proposal", proposal
    yield "2 Proposta", "submission_receipt", proposal
    agreement = PartnershipAgreement.objects.filter(alliance=project.alliance_id).order_by("-version").first()
    if agreement is not None:
        yield "3 Alleanza", "partnership_agreement_signed", agreement
    ranking = getattr(proposal.call, "ranking", None)
    if ranking is not None:
        yield "4 Valutazione", "ranking", ranking
        yield "4 Valutazione", "evaluation_minutes", ranking
        for draw in RankingDraw.objects.filter(ranking=ranking, rows__proposal=proposal):
            yield "4 Valutazione", "ranking_draw", draw
    for _, theirs in dossier_asked.send(sender=Project, project=project):
        yield from theirs


def _add_attachments(project: Project, person, found: list[dict], left: list[dict]) -> None:
    proposal = project.proposal
    may = access.can(person, "proposal.attachment", proposal) and not why_closed(person, proposal)
    for attachment in proposal.attachments.select_related("file"):
        name = f"2 Proposta: allegato «{attachment.title}»"
        if not may:
            left.append({"name": name, "why": OTHERS})
            continue
        found.append({"folder": "2 Proposta/Allegati", "stored": attachment.file_id, "name": attachment.file.name})


def _add_scores(project: Project, person, found: list[dict], left: list[dict]) -> None:
    """The points by criterion: those of each member for whoever may see them, those of the ranking for all."""
    proposal = project.proposal
    row = getattr(proposal, "ranking_row", None)
    if row is None:
        return
    if not row.ranking.published_at:
        left.append({"name": "4 Valutazione: punteggi", "why": "la graduatoria non è ancora pubblicata"})
        return
    lines: list[list] = [["Criterio", "Punti in graduatoria"]]
    lines += [[point["title"], point["points"].replace(".", ",")] for point in row.points]
    lines.append(["Totale", f"{row.total or 0:.2f}".replace(".", ",")])
    if access.can(person, "evaluation.view", proposal) and not why_closed(person, proposal):
        sheet = sheet_of(person, proposal)
        lines += [[], ["Criterio", *(str(member.person) for member in sheet.members)]]
        for each in sheet.rows:
            points = [f"{s.points}".replace(".", ",") if s and s.points is not None else "" for s in each.scores]
            lines.append([each.criterion.title, *points])
            lines.append(["  motivazione", *(s.reason if s else "" for s in each.scores)])
    out = StringIO()
    csv.writer(out, delimiter=";").writerows([harmless(value) for value in line] for line in lines)
    found.append({"folder": "4 Valutazione", "text": "\ufeff" + out.getvalue(), "name": "punteggi.csv"})
