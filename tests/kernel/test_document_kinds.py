"""Every kind of document that the apps register is complete."""

from django.template.loader import get_template

from conciliazione.kernel import access
from conciliazione.kernel.document_kinds import all_kinds


def test_every_kind_has_a_template_that_carries_the_imprint():
    for kind in all_kinds():
        source = get_template(kind.template).template.source
        assert '{% extends "documents/base.html" %}' in source, kind.key


def test_every_kind_says_who_may_have_it():
    known = {*access.policy(), access.PUBLIC, access.SIGNED_IN, None}
    assert [kind.key for kind in all_kinds() if kind.permission not in known] == []


def test_keys_fit_addresses_and_rows():
    for kind in all_kinds():
        assert kind.key.replace("_", "").isalnum(), kind.key
        assert len(kind.key) <= 60
