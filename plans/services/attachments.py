"""The files that go with a proposal."""

from conciliazione.kernel import uploads
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic

from ..models import Attachment, ProjectProposal, RequestedDocument
from .proposals import editable, touch
from .saving import keep

MOST = 20  # files of a proposal


@atomic
def attach(
    proposal: ProjectProposal, *, by, upload, document: RequestedDocument | None = None, title: str = ""
) -> Attachment:
    """Attach a file: for a document that the call asks for, or another one with its title.

    The same file for the same document is attached once. Raises Refused, InvalidUpload; then nothing is kept.
    """
    proposal = editable(proposal, "attachments")
    if document is not None and document.call_id != proposal.call_id:
        raise Refused("Scegli un documento tra quelli che l'avviso chiede.", field="document")
    title = title.strip() or (document.title if document else "")
    if not title:
        raise Refused("Scrivi che documento è, oppure sceglilo tra quelli che l'avviso chiede.", field="title")
    if proposal.attachments.count() >= MOST:
        raise Refused(f"La proposta ha già {MOST} allegati: toglierne uno, o unisci più documenti in un solo PDF.")
    stored = uploads.store(upload, by=by)
    twin = proposal.attachments.filter(document=document, title=title, file__sha256=stored.sha256).first()
    if twin is not None:
        stored.file.delete(save=False)
        stored.delete()
        return twin
    attachment = keep(
        Attachment(proposal=proposal, document=document, title=title, file=stored), by=by, why="Allegato aggiunto"
    )
    touch(proposal, by=by, why="Allegato aggiunto")
    return attachment
