"""What goes with a call: documents asked for, questions and answers, rectifications."""

from datetime import date, datetime

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public
from conciliazione.kernel.registry import register

from ..models import Call, Question, Rectification, RequestedDocument
from ..queries.calls import people_writing_for
from ..queries.proposals import when
from ..rules import calls as rules
from .saving import drop, editable_call, keep


@atomic
def ask_for_document(call: Call, *, by, title: str, note: str = "", is_required: bool = True) -> RequestedDocument:
    """A document that each proposal brings; while the call is in preparation."""
    call = editable_call(call)
    check_public(title=title, note=note)
    if call.requested_documents.filter(title__iexact=title).exists():
        raise Refused("L'avviso chiede già un documento con questo titolo.", field="title")
    document = RequestedDocument(call=call, title=title, note=note, is_required=is_required)
    return keep(document, by=by, why="Documento chiesto")


@atomic
def drop_document(document: RequestedDocument, *, by) -> Call:
    """Ask no more for it."""
    call = editable_call(document.call)
    drop(document, by=by, why="Documento non più chiesto")
    return call


@atomic
def ask(call: Call, *, by, alliance, text: str) -> Question:
    """An alliance asks; the office of the network hears of it. The same question is asked once."""
    call = lock(call)
    check_may_ask(call)
    if alliance.network_id != call.network_id or alliance.programme_id != call.programme_id:
        raise Refused("Fai la domanda per un'Alleanza della Rete e del programma di questo avviso.", field="alliance")
    check_public(text=text)  # with its answer, everybody will read it
    twin = call.questions.filter(alliance=alliance, text=text, answer="").first()
    if twin is not None:
        return twin
    question = keep(
        Question(call=call, alliance=alliance, text=text, asked_by=by, asked_at=clock.now()), by=by, why="Domanda"
    )
    words = f"{alliance.name} chiede su «{call.title}»: {text}"[:390]
    notify(access.people_with(Role.OFFICE, call.network), words, url=question.get_absolute_url(), by=by)
    return question


@atomic
def answer(question: Question, *, by, text: str) -> Question:
    """Answer, for all to read; who asked and who writes a proposal hears of it. An answer does not change any more."""
    question = lock(question)
    check_public(text=text)
    if question.answer:
        raise Refused("Questa domanda ha già la sua risposta pubblicata: se serve, pubblica una rettifica.")
    question.answer, question.answered_at, question.answered_by = text, clock.now(), by
    keep(question, by=by, why="Risposta pubblicata")
    call = question.call
    words = f"Nuova risposta su «{call.title}»: {question.text}"[:390]
    people = [*people_writing_for(call)]
    if question.asked_by is not None:
        people.append(question.asked_by)
    notify(people, words, url=question.get_absolute_url(), by=by)
    return question


@atomic
def rectify(call: Call, *, by, act: str, act_on: date, text: str, closes_at: datetime | None = None) -> Rectification:
    """Publish a rectification, with its registry number: what changes, and perhaps a later closing.

    Everybody who may propose, or is writing, hears of it. Raises MoveRefused, Refused; then nothing is written.
    """
    check_public(act=act, text=text)
    call = lock(call)
    now = clock.now()
    new_closing = closes_at or call.closes_at
    rules.check_rectification(
        call.status, closes_at=call.closes_at, new_closes_at=new_closing, now=now, text=text, when=when
    )
    entry = register(
        call,
        register=call.network.register,
        direction=RegistryEntry.Direction.OUTGOING,
        subject=f"Rettifica dell'avviso «{call.title}»",
        by=by,
        at=now,
    )
    rectification = Rectification(
        call=call,
        act=act,
        act_on=act_on,
        text=text,
        closes_before=call.closes_at,
        closes_at=new_closing,
        published_at=now,
        registry_number=str(entry),
        by=by,
    )
    keep(rectification, by=by, why="Rettifica pubblicata")
    if new_closing != call.closes_at:
        call.closes_at = new_closing
        keep(call, by=by, why=f"Rettifica {entry}")
    note(call, noun="call", name="rectify", label="Rettifica pubblicata", by=by, reason=text, at=now)
    words = f"Rettifica dell'avviso «{call.title}»: {text}"[:300]
    if rectification.moves_the_closing:
        words += f" La chiusura passa al {when(new_closing)}."
    people = [*access.people_with(Role.MEMBER, call.network), *people_writing_for(call)]
    notify(people, words, url=f"{call.get_absolute_url()}#rettifiche", by=by)
    return rectification


# --- what a page asks beforehand, and the services again --------------------------------------------------------------
def check_may_ask(call: Call) -> None:
    """Raises Refused before the publication and after the closing."""
    rules.check_may_ask(call.status, closes_at=call.closes_at, now=clock.now(), when=when)


def check_may_rectify(call: Call) -> None:
    """Raises MoveRefused unless the call is published and takes proposals."""
    rules.check_rectification(
        call.status, closes_at=call.closes_at, new_closes_at=call.closes_at, now=clock.now(), text="-", when=when
    )
