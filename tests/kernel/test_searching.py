"""Search by words: what is found, and on PostgreSQL that the index of the migration is the one that is read."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from conciliazione.kernel.searching import matching, words_of
from conciliazione.portal import queries
from network.models import Organisation

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own")


@pytest.fixture(scope="module")
def bodies(made):
    names = (
        "Comune di Cremona",
        "Cooperativa l'Aquilone",
        "Consorzio delle Città d'Acqua",
        "Associazione 2014/0000012",
    )
    return made([Organisation.objects.create(name=name, kind="association", nature="private") for name in names])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cremona", "Comune di Cremona"),
        ("CREMONA comune", "Comune di Cremona"),
        ("coop aquil", "Cooperativa l'Aquilone"),
        ("l'aquilone", "Cooperativa l'Aquilone"),
        ("città", "Consorzio delle Città d'Acqua"),
        ("2014/0000012", "Associazione 2014/0000012"),
        ("2014/00000", "Associazione 2014/0000012"),
    ],
)
def test_every_word_is_found_whole_or_by_its_beginning(bodies, text, found):
    assert [body.name for body in matching(Organisation.objects.all(), text, "name")] == [found]


@pytest.mark.parametrize("text", ["", "  ", "''", "!&|()<->:*", "'", "\\", "cremona aquilone", "cremona & | !"])
def test_signs_are_no_words_and_a_word_more_finds_less(bodies, text):
    assert not matching(Organisation.objects.all(), text, "name").filter(name="Cooperativa l'Aquilone").exists()


def test_the_words_are_few():
    assert words_of("L'ente «Rete» ' \\ _ 2014/12") == ["l", "ente", "«rete»", "2014/12"]
    assert len(words_of("parola " * 500)) == 12


@on_postgresql
@pytest.mark.parametrize("text", ["comuni", "cooperative", "consorzi"])
def test_italian_is_inflected(bodies, text):
    assert matching(Organisation.objects.all(), text, "name").count() == 1


INDEXED = {
    ("network", "organisation"): ("organisation_words", queries.ORGANISATION),
    ("alliances", "alliance"): ("alliance_words", queries.ALLIANCE),
    ("plans", "call"): ("call_words", queries.CALL),
    ("plans", "projectproposal"): ("proposal_words", queries.PROPOSAL),
    ("plans", "project"): ("project_words", queries.PROJECT),
    ("plans", "attachment"): ("attachment_words", queries.ATTACHMENT),
}


def _operations():

    for module in (
        "network.migrations.0007_search",
        "alliances.migrations.0002_search",
        "plans.migrations.0005_search",
    ):
        for operation in import_module(module).Migration.operations:
            yield module.split(".")[0], operation


def test_each_search_has_the_index_of_its_fields():
    made = {(app, op.model): (op.name, op.fields) for app, op in _operations()}
    assert made == INDEXED


@on_postgresql
@pytest.mark.parametrize(("app", "model"), INDEXED)
def test_the_index_is_read(app, model):
    found = apps.get_model(app, model)
    name, fields = INDEXED[app, model]
    operation = next(op for where, op in _operations() if (where, op.model) == (app, model))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", [name])
        if cursor.fetchone() is None:  # the tables were made without migrations
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with connection.schema_editor() as editor:
                editor.add_index(found, operation.index())
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert name in matching(found._base_manager.all(), "famiglia", *fields).order_by().explain()
