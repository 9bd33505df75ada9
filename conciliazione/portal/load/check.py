"""After the game: what the leads were told, held against the database and the files. Each fault is a sentence."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from conciliazione.kernel import jobs
from conciliazione.kernel.models import IssuedDocument, Move, Notice, RegistryEntry, RegistrySequence, StoredFile
from conciliazione.kernel.trail import verify
from plans.enums import ProposalStatus
from plans.models import ProjectProposal
from plans.rules.submission import fingerprint

from .lead import Ledger


def faults(ledgers: list[Ledger], asked: Iterable[int] = ()) -> Iterator[str]:
    """What was lost, doubled or half written, and leads that got no answer. `asked`: documents left to the worker."""
    rows = ProjectProposal.objects.select_related("call").prefetch_related("attachments__file")
    by_key = {proposal.pk: proposal for proposal in rows}
    for ledger in ledgers:
        for fault in _of_lead(ledger, by_key.get(ledger.proposal)):
            yield f"{ledger.title}: {fault}"
    yield from _doubled(ledgers, by_key.values())
    yield from _registers()
    yield from _submissions(by_key.values())
    yield from _files()
    yield from _jobs(set(asked))
    yield from (f"trail: {fault}" for fault in verify.faults())


# --- what one lead was told ---------------------------------------------------------------------------------------
def _of_lead(ledger: Ledger, proposal: ProjectProposal | None) -> Iterator[str]:
    if ledger.stopped:
        yield f"neither a receipt nor a refusal: {ledger.stopped}"
    if ledger.proposal is None:
        return
    if proposal is None:
        yield f"the draft {ledger.proposal} that was begun is gone"
        return
    yield from _texts(ledger, proposal)
    yield from _rows(ledger, proposal)
    submitted = proposal.status == ProposalStatus.SUBMITTED
    if ledger.receipt and not (submitted and proposal.registry_number == ledger.receipt):
        yield f"the receipt {ledger.receipt} was given, the record says «{proposal.registry_number}»"
    if ledger.refusal and submitted:
        yield f"it was refused («{ledger.refusal}») and yet is in as {proposal.registry_number}"
    if submitted and not (ledger.receipt or ledger.stopped):
        yield f"it is in as {proposal.registry_number} and nobody was told"
    if ledger.document_sha256:
        document = IssuedDocument.objects.filter(code=ledger.document).first()
        if document is None or document.sha256 != ledger.document_sha256:
            yield f"the document {ledger.document} that was handed out is not the one kept"


def _texts(ledger: Ledger, proposal: ProjectProposal) -> Iterator[str]:
    """What stands there is the last text that was acknowledged, or one sent after it whose answer was lost."""
    for name, place in ledger.kept.items():
        if getattr(proposal, name) not in ledger.sent[name][place:]:
            yield f"{name}: what was acknowledged is not there"


def _rows(ledger: Ledger, proposal: ProjectProposal) -> Iterator[str]:
    names = {"actions": "actions", "budget": "budget_lines", "indicators": "expected_indicators"}
    for name, related in names.items():
        count = getattr(proposal, related).count()
        if count > 1:
            yield f"{name}: {count} rows of one that was sent"
        if name in ledger.rows and count == 0:
            yield f"{name}: acknowledged, and not there"
    brought = [attachment.file.sha256 for attachment in proposal.attachments.all()]
    if ledger.file_kept and brought.count(ledger.file_sha256) != 1:
        yield f"the attachment that was acknowledged is there {brought.count(ledger.file_sha256)} times"
    elif len(brought) > 1:
        yield f"{len(brought)} attachments of one that was sent"


def _doubled(ledgers: list[Ledger], proposals: Iterable[ProjectProposal]) -> Iterator[str]:
    titles = Counter((p.alliance_id, p.title) for p in proposals)
    yield from (f"{title}: {count} drafts of one" for (_, title), count in titles.items() if count > 1)
    known = {ledger.title for ledger in ledgers}
    yield from (f"{title}: nobody wrote it" for _, title in titles if title not in known)
    networks = {p.pk: p.call.network_id for p in proposals}
    numbers = Counter((networks.get(ledger.proposal), ledger.receipt) for ledger in ledgers if ledger.receipt)
    yield from (f"the number {n} was given {c} times in one register" for (_, n), c in numbers.items() if c > 1)


# --- what must hold whoever was told what -------------------------------------------------------------------------
def _registers() -> Iterator[str]:
    for sequence in RegistrySequence.objects.all():
        numbers = list(sequence.entries.order_by("number").values_list("number", flat=True))
        if numbers != list(range(1, sequence.last + 1)):
            yield f"register {sequence}: its numbers are not 1 to {sequence.last} ({len(numbers)} entries)"


def _submissions(proposals: Iterable[ProjectProposal]) -> Iterator[str]:
    """A proposal that is in has number, entry, content, fingerprint, step and instant; one that is not has none."""
    kind = ContentType.objects.get_for_model(ProjectProposal)
    entries: dict[int, list[RegistryEntry]] = {}
    for entry in RegistryEntry.objects.filter(content_type=kind).select_related("sequence"):
        entries.setdefault(entry.object_id, []).append(entry)
    moves = Counter(Move.objects.filter(content_type=kind, name="submit").values_list("object_id", flat=True))
    for proposal in proposals:
        own, name = entries.pop(proposal.pk, []), f"{proposal.title} ({proposal.pk})"
        if proposal.status != ProposalStatus.SUBMITTED:
            if own or proposal.registry_number or proposal.submitted_content or moves[proposal.pk]:
                yield f"{name}: half handed in"
            continue
        content = proposal.submitted_content or {}
        if [str(entry) for entry in own] != [proposal.registry_number]:
            yield f"{name}: its number is {proposal.registry_number}, the register has {[str(e) for e in own]}"
        elif not own[0].sha256 == proposal.content_sha256 == fingerprint(content):
            yield f"{name}: the fingerprints of register, record and content differ"
        if moves[proposal.pk] != 1:
            yield f"{name}: {moves[proposal.pk]} steps of one handing in"
        if proposal.submitted_at is None or proposal.submitted_at >= proposal.call.closes_at:
            yield f"{name}: it came in after the closing"
        told = sorted(one["sha256"] for one in content.get("attachments", []))
        if told != sorted(attachment.file.sha256 for attachment in proposal.attachments.all()):
            yield f"{name}: the attachments are not those that were handed in"
    yield from (f"register: the number {own[0]} is of no proposal" for own in entries.values())


def _files() -> Iterator[str]:
    """Every row that names a file has it, byte by byte."""
    rows = [(stored.file, stored.sha256, f"file {stored.pk}") for stored in StoredFile.objects.all()]
    ready = IssuedDocument.objects.filter(state=IssuedDocument.State.READY)
    rows += [(document.file, document.sha256, f"document {document.code}") for document in ready]
    for file, sha256, name in rows:
        try:
            with default_storage.open(file.name) as opened:
                same = hashlib.file_digest(opened, "sha256").hexdigest() == sha256
        except OSError:
            same = False
        if not same:
            yield f"{name}: what is stored is not what the row tells of"


def _jobs(asked: set[int]) -> Iterator[str]:
    """Each long document that was asked for is made, and its requester told once; no job is left halfway.

    One that was cut off so often that it was given up is said to have failed, and its requester told that, once.
    """
    left = DBTaskResult.objects.exclude(status="SUCCESSFUL")
    # late is not lost: what still waits in the queue is told by `unfinished`
    waiting = {job.args_kwargs["args"][0] for job in left if job.status == "READY"}
    found = IssuedDocument.objects.in_bulk(asked)
    yield from (f"document {key}: asked for, and not there" for key in asked - found.keys())
    given_up = {job.args_kwargs["args"][0] for job in given_up_jobs()}
    ready, failed = (
        Counter(Notice.objects.filter(text__contains=words).values_list("url", flat=True))
        for words in ("è pronto", "non è riuscito")
    )
    for document in found.values():
        url = document.get_absolute_url()
        ended = (document.state, ready[url], failed[url])
        right = (IssuedDocument.State.FAILED, 0, 1) if document.pk in given_up else (IssuedDocument.State.READY, 1, 0)
        if document.pk not in waiting and ended != right:
            yield f"document {document.code}: {ended[0]}, told ready {ended[1]} times and failed {ended[2]} times"
    for job in left.exclude(status="READY").exclude(pk__in=given_up_jobs()):
        yield f"job {job.pk}: {job.status}. {job.traceback[-300:]}"


def given_up_jobs():
    """Background work that was cut off so often that nobody tries it any more."""
    return DBTaskResult.objects.filter(status="FAILED", traceback__startswith=jobs.GIVEN_UP)


def unfinished() -> dict[str, int]:
    """Background work that has not come to its end: what is not lost may yet be late."""
    states = Counter(DBTaskResult.objects.exclude(status="SUCCESSFUL").values_list("status", flat=True))
    return dict(states)
