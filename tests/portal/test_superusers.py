"""A superuser passes every permission and is held by the rules: each move of each page, out of its time, is refused in
words and writes nothing; the administration shows and changes nothing at all."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.pages import FormPage
from tests import factories
from tests.knocking import fresh, knock

from .walk import PAGES, opened, traces

pytestmark = pytest.mark.django_db
REASON = {"reason": "Lo chiede chi amministra il portale, senza che le regole lo permettano ora."}


def root():
    return fresh(factories.make_person(is_superuser=True, is_staff=True))


def impossible(person, kind):
    """(name, url) of each page of this kind that its rules refuse now, on the oldest and the newest record."""
    for name, entry in PAGES:
        if issubclass(entry.callback.view_class, kind):
            for order in ("pk", "-pk"):
                for url, view in opened(name, entry, person, order):
                    try:
                        view.possible()
                    except Refused:
                        yield name, url
                    except Http404:
                        continue  # a move that is not of this page


def test_a_move_out_of_its_time_is_refused_to_a_superuser_too(story):
    person, before, asked, wrong = root(), traces(), set(), []
    for name, url in dict.fromkeys(impossible(person, FormPage)):
        with transaction.atomic():
            try:
                status = knock(person, "POST", url, REASON).status_code
            except Exception as error:
                status = repr(error)
            # arrows of a grid lead back to it with the sentence
            if status not in {409, 422} and (status != 302 or traces() != before):
                wrong.append((name, url, status))
            transaction.set_rollback(True)
        asked.add(url.rstrip("/").rsplit("/", 1)[-1] if "move" in name else name)
    assert not wrong
    assert traces() == before
    assert len(asked) > 40, sorted(asked)


def test_the_administration_changes_no_record_of_the_portal(story):
    """Whatever model it shows: sent to its page of change, to that of deletion, or as an action on the list."""
    client, before, wrong, asked = Client(), traces(), [], 0
    client.force_login(root())
    for model in admin.site._registry:
        record = model._base_manager.first()
        if record is None or model._meta.app_label not in {config.label for config in apps.get_app_configs()}:
            continue
        asked += 1
        where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        values = {field.name: "1" for field in model._meta.concrete_fields}
        with transaction.atomic():
            kept = model._base_manager.filter(pk=record.pk).values().get()
            for name, arguments in (("change", [record.pk]), ("delete", [record.pk]), ("add", [])):
                answer = client.post(reverse(f"{where}_{name}", args=arguments), values | {"post": "yes"})
                if answer.status_code not in {302, 403}:
                    wrong.append((where, name, answer.status_code))
            chosen = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
            client.post(reverse(f"{where}_changelist"), chosen)
            if model._base_manager.filter(pk=record.pk).values().first() != kept:
                wrong.append((where, "something was written"))
            transaction.set_rollback(True)
    assert not wrong
    assert traces() == before
    assert asked
