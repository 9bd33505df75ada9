"""The daily round: every duty done, repeated without harm, told in words; one that fails undoes only itself."""

import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from conciliazione.kernel import clock, daily
from conciliazione.kernel.models import DailyRun, Notice, Reminder
from conciliazione.kernel.notices import notify
from tests import factories


@pytest.fixture
def duties(monkeypatch):
    """A round of our own, beside that of the apps."""
    daily.duties()
    monkeypatch.setattr(daily, "_duties", {})
    return daily


def test_the_apps_have_duties():
    assert "network.expire_agreements" in [duty.key for duty in daily.duties()]


def test_two_duties_cannot_share_a_name(duties):
    daily.daily("prova", "Prova")(lambda: None)
    with pytest.raises(ImproperlyConfigured):
        daily.daily("prova", "Prova")(lambda: None)


@pytest.mark.django_db
def test_it_says_what_it_did_and_keeps_it(duties, capsys):
    daily.daily("prova", "Prova")(lambda: ["Mandato un promemoria."])
    daily.daily("quiete", "Quiete")(lambda: None)
    call_command("daily")
    shown = capsys.readouterr().out
    assert "Prova: 1\n  Mandato un promemoria." in shown
    assert "Quiete: niente da fare" in shown
    run = DailyRun.objects.get(key="prova")
    assert (run.day, run.ok, run.report) == (clock.today(), True, "Mandato un promemoria.")


@pytest.mark.django_db
def test_a_reminder_leaves_once(duties, django_capture_on_commit_callbacks, mailoutbox):
    person = factories.make_person()

    @daily.daily("prova", "Prova")
    def remind():
        if daily.once(person, "scadenza-90"):
            notify([person], "Mancano 90 giorni.")
            return ["Promemoria."]

    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            call_command("daily")
    assert Notice.objects.count() == len(mailoutbox) == 1
    assert daily.once(person, "scadenza-30")


@pytest.mark.django_db
def test_one_that_fails_undoes_only_itself(duties, capsys):
    person = factories.make_person()

    @daily.daily("guasto", "Guasto")
    def fail():
        daily.once(person, "a")
        raise ValueError("non va")

    daily.daily("sano", "Sano")(lambda: [str(daily.once(person, "b"))])
    with pytest.raises(CommandError, match="guasto"):
        call_command("daily")
    assert [reminder.key for reminder in Reminder.objects.all()] == ["b"]
    failed = DailyRun.objects.get(key="guasto")
    assert (failed.ok, failed.report) == (False, "ValueError: non va")
    assert "Sano: 1" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_duty_can_be_asked_for_alone(duties, capsys):
    daily.daily("uno", "Il primo")(lambda: ["fatto"])
    daily.daily("due", "Il secondo")(lambda: ["fatto"])
    call_command("daily", "due")
    assert "Il primo" not in capsys.readouterr().out
    with pytest.raises(CommandError, match="tre"):
        call_command("daily", "tre")
    call_command("daily", "--list")
    assert capsys.readouterr().out == "uno: Il primo\ndue: Il secondo\n"


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_do_it_once(duties):
    person = factories.make_person()
    start, done = threading.Barrier(2), []

    @daily.daily("prova", "Prova")
    def remind():
        return ["Promemoria."] if daily.once(person, "scadenza-90") else []

    def go():
        try:
            start.wait(timeout=10)
            done.append(daily.perform(daily.duties()[0]))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(len(outcome.done) for outcome in done) == [0, 1]
    assert not any(outcome.error for outcome in done)
