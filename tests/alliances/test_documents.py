"""The partnership agreement as a PDF."""

import pytest

from alliances.documents import agreement_context, content_version, signed_context, signed_version
from conciliazione.kernel.documents import preview, request_document
from conciliazione.kernel.errors import Refused

from .world import found, sign_all

pytestmark = pytest.mark.django_db


@pytest.mark.rule("R37")
def test_the_five_contents_are_five_parts(bound):
    context = agreement_context(bound.agreement)
    assert [article["title"] for article in context["articles"]] == [
        "Soggetti coinvolti",
        "Assetti organizzativi",
        "Assetti di governance",
        "Capofila",
        "Impegni delle parti",
    ]
    assert bound.public.name in context["articles"][3]["text"]
    assert not any(row["status"] for row in context["signatures"])
    signed = signed_context(bound.agreement)
    assert all("secondo fattore" in row["status"] for row in signed["signatures"])
    assert signed["standing"] == ""


def test_a_signature_makes_another_edition_and_leaves_the_text_as_it_is(due):
    draft = found(lead=False, written=False).alliance.agreements.get()
    assert agreement_context(draft)["standing"].startswith("Bozza")
    with pytest.raises(Refused, match="non è ancora alla firma"):
        signed_context(draft)
    made = due
    text, edition = content_version(made.agreement), signed_version(made.agreement)
    sign_all(made)
    assert content_version(made.agreement) == text
    assert signed_version(made.agreement) != edition


def test_the_document_is_made(django_capture_on_commit_callbacks, bound):
    with django_capture_on_commit_callbacks(execute=True):
        document = request_document("partnership_agreement", bound.agreement, by=bound.public_person)
    document.refresh_from_db()
    assert document.state == "ready"
    assert preview("partnership_agreement", bound.agreement).startswith(b"%PDF")
