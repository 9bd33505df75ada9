"""The pages on which a proposal is handed in, withdrawn, checked and read as a document."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from alliances.models import Partner
from conciliazione.kernel import clock, uploads
from conciliazione.kernel.documents import request_document
from plans.enums import CallStatus, ProposalStatus
from plans.models import Attachment, ConflictDeclaration, ProjectProposal
from plans.rules.eligibility import POINTS
from plans.services import submission

from .. import factories

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


# --- handing in ---------------------------------------------------------------------------------------------------
@pytest.mark.rule("R29")
def test_check_hand_in_receipt(world, ally, draft, enter):
    assert enter(ally.partner_person).get(url("proposal_submit", draft.pk)).status_code == 403
    client = enter(ally.lead_person)
    answer = client.get(url("proposal_submit", draft.pk))
    assert answer.status_code == 200
    assert "Controlla e presenta" in answer.text
    assert client.post(url("proposal_submit", draft.pk), {}).status_code == 422
    answer = client.post(url("proposal_submit", draft.pk), {"declared": "on"})
    assert answer.url == url("proposal_receipt", draft.pk)
    draft.refresh_from_db()
    answer = client.get(answer.url)
    assert draft.registry_number in answer.text
    assert draft.content_sha256 in answer.text
    assert client.post(url("proposal_submit", draft.pk), {"declared": "on"}).url == url("proposal_receipt", draft.pk)
    assert enter(ally.partner_person).get(url("proposal_receipt", draft.pk)).status_code == 200
    assert enter(world.office).get(url("proposal_receipt", draft.pk)).status_code == 403


def test_what_is_missing_is_listed_with_where_to_mend_it(ally, draft, enter):
    draft.needs = ""
    draft.save()
    draft.expected_indicators.all().delete()
    client = enter(ally.lead_person)
    for page in (url("proposal", draft.pk), url("proposal_submit", draft.pk)):
        answer = client.get(page)
        assert answer.text.count("missing-todo") == 2
        assert f'href="{url("proposal_needs", draft.pk)}"' in answer.text
        assert f'href="{url("proposal_indicators", draft.pk)}"' in answer.text
    answer = client.post(url("proposal_submit", draft.pk), {"declared": "on"})
    assert answer.status_code == 422
    assert "Mancano ancora 2 cose" in answer.text
    draft.refresh_from_db()
    assert draft.status == ProposalStatus.DRAFT


@pytest.mark.rule("R29")
def test_a_refusal_names_its_rule_on_the_page(ally, draft, enter):
    client = enter(ally.lead_person)
    Partner.objects.filter(pk=ally.lead.pk).update(is_lead=False, exclusive_lead=False)
    answer = client.get(url("proposal", draft.pk))
    assert "regola R29" in answer.text
    answer = client.post(url("proposal_submit", draft.pk), {"declared": "on"})
    assert answer.status_code == 422
    assert "art. 8" in answer.text


def test_out_of_term_on_the_page(ally, call, draft, enter):
    client = enter(ally.lead_person)
    with clock.standing_at(call.closes_at):
        assert "I termini sono chiusi" in client.get(url("proposal", draft.pk)).text
        answer = client.post(url("proposal_submit", draft.pk), {"declared": "on"})
        assert answer.status_code == 422
        assert "I termini sono chiusi" in answer.text


def test_withdraw_discard_duplicate(world, ally, draft, enter):
    client = enter(ally.lead_person)
    page = url("proposal_move", draft.pk, "abbandona-la-bozza")
    assert enter(ally.partner_person).get(page).status_code == 403
    assert enter(ally.lead_person).get(page).status_code == 200
    submission.submit(draft, by=ally.lead_person)
    assert client.post(page).status_code == 422
    page = url("proposal_move", draft.pk, "ritira-la-proposta")
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "Da rivedere"}).status_code == 302
    assert client.get(url("proposal", draft.pk)).status_code == 200
    page = url("proposal_duplicate", draft.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"call": "999"}).status_code == 422
    answer = client.post(page, {"call": draft.call_id, "title": ""})
    copy = ProjectProposal.objects.order_by("pk").last()
    assert answer.url == copy.get_absolute_url()
    assert copy.status == ProposalStatus.DRAFT
    with clock.standing_at(draft.call.closes_at):
        assert client.get(page).status_code == 409
    assert client.get(url("proposal_move", draft.pk, "ammetti-alla-valutazione")).status_code == 404


# --- eligibility --------------------------------------------------------------------------------------------------
def test_the_asl_checks_what_was_handed_in(world, ally, enter):
    call = factories.make_call(world, status=CallStatus.EVALUATION)
    one, two = factories.make_proposal(call, ally), factories.make_proposal(call, ally)
    for person, code in ((ally.lead_person, 403), (world.chair, 403), (factories.make_network().office, 404)):
        assert enter(person).get(url("proposal_eligibility", one.pk)).status_code == code
    client = enter(world.office)
    answer = client.get(url("proposal_eligibility", one.pk), {"esito": "exclude"})
    assert answer.status_code == 200
    assert "Il portale non trova difetti" in answer.text
    assert client.post(url("proposal_eligibility", one.pk), {}).status_code == 422
    answer = client.post(url("proposal_eligibility", one.pk), {"decision": "exclude", "reason": "no"})
    assert answer.status_code == 422
    reason = "L'attività è fuori dal territorio della Rete (punto 4)."
    assert (
        client.post(url("proposal_eligibility", one.pk), {"decision": "exclude", "reason": reason}).status_code == 302
    )
    answer = client.post(url("proposal_eligibility", two.pk), {"decision": "admit", "point_lead": "met"})
    assert answer.status_code == 422
    assert "tutti i punti della verifica" in answer.text
    assert not two.eligibility_items.exists()
    points = {f"point_{point.key}": "met" for point in POINTS} | {"note_lead": "Verificato in delega"}
    assert client.post(url("proposal_eligibility", two.pk), points | {"decision": "record"}).status_code == 302
    assert "Verificato in delega" in client.get(url("proposal_eligibility", two.pk)).text
    assert client.post(url("proposal_eligibility", two.pk), points | {"decision": "admit"}).status_code == 302
    assert client.get(url("proposal_eligibility", two.pk)).status_code == 409
    answer = enter(ally.partner_person).get(url("proposal", one.pk))
    assert "Perché la proposta è esclusa" in answer.text
    assert "fuori dal territorio della Rete" in answer.text


def test_not_while_the_call_is_open(world, ally, call, enter):
    received = factories.make_proposal(call, ally)
    answer = enter(world.office).get(url("proposal_eligibility", received.pk))
    assert answer.status_code == 409
    assert "quando l&#x27;avviso è in valutazione" in answer.text


def test_a_member_in_conflict_does_not_read_it(world, ally, enter):
    call = factories.make_call(world, status=CallStatus.EVALUATION)
    proposal = factories.make_proposal(call, ally, status=ProposalStatus.ELIGIBLE)
    client = enter(world.chair)
    assert "Doposcuola" not in client.get(url("proposal", proposal.pk)).text
    ConflictDeclaration.objects.create(
        proposal=proposal, member=world.chair_seat, has_conflict=False, declared_at=clock.now()
    )
    assert "Doposcuola" in client.get(url("proposal", proposal.pk)).text
    assert "Doposcuola" in enter(world.office).get(url("proposal", proposal.pk)).text


@pytest.mark.parametrize("status", list(ProposalStatus))
def test_every_state_has_its_page(world, ally, call, enter, status):
    proposal = factories.make_proposal(call, ally, status=status)
    answer = enter(ally.lead_person).get(url("proposal", proposal.pk))
    assert answer.status_code == 200
    assert status.label in answer.text


# --- documents ----------------------------------------------------------------------------------------------------
def attach(draft, title, name, content):
    upload = SimpleUploadedFile(name, content, content_type="application/pdf")
    stored = uploads.store(upload, by=None)
    return Attachment.objects.create(proposal=draft, title=title, file=stored)


def test_the_proposal_and_its_receipt_as_documents(
    world, ally, draft, enter, django_capture_on_commit_callbacks, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    letter, gone = (
        attach(draft, title, f"{title}.pdf", b"%PDF-1.7\n" + title.encode() + b"\n%%EOF")
        for title in ("Lettera", "Persa")
    )

    def made(key, proposal, by):
        with django_capture_on_commit_callbacks(execute=True):
            document = request_document(key, proposal, by=by)
        document.refresh_from_db()
        assert document.state == "ready", document.error
        return document

    first = made("proposal", draft, ally.partner_person)
    assert made("proposal", draft, ally.partner_person).pk == first.pk
    client = enter(world.office)
    assert client.post(reverse("kernel:request_document", args=["proposal", draft.pk])).status_code == 404
    proposal = submission.submit(draft, by=ally.lead_person)
    gone.file.file.delete(save=False)
    second = made("proposal", proposal, ally.lead_person)
    assert second.version != first.version
    with second.file.open("rb") as stored:
        pdf = PdfReader(BytesIO(stored.read()))
    held = {one.name: one.content for one in pdf.attachment_list}
    assert held.pop("allegato-1-Lettera.pdf") == b"%PDF-1.7\nLettera\n%%EOF"
    assert [name.rpartition(".")[2] for name in held] == ["json"]  # what is lost is listed and not inside
    words = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    for attachment in (letter, gone):
        assert attachment.file.name in words
        assert attachment.file.sha256 in words
    assert "allegato-1-Lettera.pdf" in words
    receipt = made("submission_receipt", proposal, ally.lead_person)
    assert client.get(receipt.get_absolute_url()).status_code == 200
    for person in (world.chair, factories.make_alliance(world).lead_person):
        assert enter(person).get(receipt.get_absolute_url()).status_code == 404
    assert enter(ally.partner_person).get(url("proposal", proposal.pk)).text.count("Scarica la") == 2
