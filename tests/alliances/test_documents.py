"""The partnership agreement as a PDF."""

import pytest

from alliances.documents import agreement_context, content_version
from conciliazione.kernel.documents import preview, request_document

from .world import at_signing, constituted, found, sign_all

pytestmark = pytest.mark.django_db


@pytest.mark.rule("R37")
def test_the_five_contents_are_five_parts():
    made = constituted()
    context = agreement_context(made.agreement)
    assert [article["title"] for article in context["articles"]] == [
        "Soggetti coinvolti",
        "Assetti organizzativi",
        "Assetti di governance",
        "Capofila",
        "Impegni delle parti",
    ]
    assert made.public.name in context["articles"][3]["text"]
    assert all(row["status"] for row in context["signatures"])
    assert context["standing"] == ""


def test_a_draft_says_so_and_a_signature_makes_another_version():
    draft = found(lead=False, written=False)
    assert agreement_context(draft.alliance.agreements.get())["standing"].startswith("Bozza")
    made = at_signing()
    before = content_version(made.agreement)
    sign_all(made)
    assert content_version(made.agreement) != before


def test_the_document_is_made(django_capture_on_commit_callbacks):
    made = constituted()
    with django_capture_on_commit_callbacks(execute=True):
        document = request_document("partnership_agreement", made.agreement, by=made.public_person)
    document.refresh_from_db()
    assert document.state == "ready"
    assert preview("partnership_agreement", made.agreement).startswith(b"%PDF")
