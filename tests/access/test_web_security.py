"""What every answer carries, what a production start asks for, and how often one may do what is costly."""

import os
import re
import runpy
import subprocess
import sys
from unittest.mock import patch

import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from conciliazione.kernel import throttle
from conciliazione.kernel.limits import Limit, address_of, forget_old
from conciliazione.kernel.models import RateCount
from tests import factories

GOOD = {
    "DEPLOYMENT": "production",
    "SECRET_KEY": "x7Qm-" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7" * 2,
    "ALLOWED_HOSTS": "portale.example.org",
    "DATABASE_URL": "postgres://portale:x@127.0.0.1:1/portale",
    "PUBLIC_ADDRESS": "https://portale.example.org",
}


@pytest.fixture(scope="module")
def world(made):
    return made(factories.make_network())


def manage(*arguments, **environment):
    clean = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=project.BASE_DIR,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_production_settings_pass_the_check_of_django():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **GOOD)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def refused(**environment) -> str:
    """The sentence with which the settings refuse these variables."""
    with patch.dict(os.environ, environment, clear=True), pytest.raises(ImproperlyConfigured) as told:
        runpy.run_path(str(project.BASE_DIR / "conciliazione" / "settings.py"))
    return str(told.value)


def test_a_start_that_is_refused_ends_with_the_sentence():
    done = manage("check", **{key: value for key, value in GOOD.items() if key != "SECRET_KEY"})
    assert done.returncode != 0
    assert "SECRET_KEY is not set." in done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_a_production_start_without_what_it_needs_is_refused_with_a_sentence(missing):
    assert f"{missing} is not set." in refused(**{key: value for key, value in GOOD.items() if key != missing})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": "local-only-not-a-secret"}, "SECRET_KEY is too short"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"DEBUG": "true"}, "DEBUG must be off"),
        ({"DEPLOYMENT": "prod"}, "DEPLOYMENT must be one of"),
    ],
)
def test_a_production_start_with_what_is_unsafe_is_refused_with_a_sentence(wrong, sentence):
    assert sentence in refused(**(GOOD | wrong))


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["portal:public_home", "account_login"])
def test_every_page_carries_its_policies(where, client):
    answer = client.get(reverse(where))
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_every_form_needs_its_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.office)
    for name in ("network:seat_give", "network:sessions", "portal:switch_seat", "portal:notices", "account_logout"):
        for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            assert client.post(reverse(name), token).status_code == 403, name


@pytest.mark.django_db
def test_a_token_taken_from_somebody_else_is_refused():
    mine, theirs = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    for client in (mine, theirs):
        client.get(reverse("account_login"))
    answer = mine.post(reverse("account_login"), {"csrfmiddlewaretoken": theirs.cookies["csrftoken"].value})
    assert answer.status_code == 403


@pytest.mark.django_db
def test_a_request_of_ten_megabytes_is_refused(world, client):
    client.force_login(world.office)
    big = b"{" + b" " * (10 * 1024 * 1024) + b"}"
    for name in ("network:seat_give", "network:keep_session"):
        answer = client.post(reverse(name), big, content_type="application/json")
        assert answer.status_code in {200, 400, 413, 422}
    form = b"office=" + b"x" * (10 * 1024 * 1024)
    answer = client.post(reverse("network:seat_give"), form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


# --- how often ----------------------------------------------------------------------------------------------------
@pytest.fixture
def limits(settings):
    settings.RATE_LIMITS = True


@pytest.mark.django_db
def test_searching_too_often_is_told_with_how_long_to_wait(limits, client, monkeypatch):
    monkeypatch.setattr(throttle, "SEARCH", Limit("search", 3, 3600, "Troppe ricerche in poco tempo."))
    url = reverse("portal:search")
    assert [client.get(url, {"q": "cremona"}).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get(url, {"q": "cremona"})
    assert int(answer["Retry-After"]) > 0
    assert "Troppe ricerche in poco tempo. Riprova tra" in answer.content.decode()
    assert client.get(url, {"q": "cremona"}, REMOTE_ADDR="192.0.2.99").status_code == 200  # somebody else's count


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "mfa_authenticate"])
def test_entering_is_counted_for_each_address(name, limits, client, monkeypatch):
    monkeypatch.setitem(throttle.BY_POST, name, Limit("sign_in", 2, 3600, "Troppi tentativi."))
    answers = [client.post(reverse(name), {"login": f"a{n}@example.org"}) for n in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert "Troppi tentativi. Riprova tra" in answers[-1].content.decode()


@pytest.mark.django_db
def test_uploads_exports_and_documents_are_counted(world, limits, client, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    monkeypatch.setattr(throttle, "UPLOAD", Limit("upload", 1, 3600, "Troppi file."))
    monkeypatch.setattr(throttle, "EXPORT", Limit("export", 1, 3600, "Troppi elenchi."))
    client.force_login(world.office)
    monkeypatch.setitem(throttle.BY_POST, "kernel:request_document", Limit("document", 1, 3600, "Troppi documenti."))
    verify, ask = reverse("kernel:verify"), reverse("kernel:request_document", args=["unknown", 1])
    asked = {
        "Troppi file.": (lambda: client.post(verify, {"file": SimpleUploadedFile("a.pdf", b"x")}), 200),
        "Troppi elenchi.": (lambda: client.get(reverse("network:seats"), {"formato": "csv"}), 200),
        "Troppi documenti.": (lambda: client.post(ask), 404),
    }
    for words, (ask_for, usual) in asked.items():
        first, second = ask_for(), ask_for()
        assert (first.status_code, second.status_code) == (usual, 429), words
        assert f"{words} Riprova tra" in second.content.decode()
        assert int(second["Retry-After"]) > 0


def test_the_limits_in_use_speak_italian_and_let_work_go_on():
    """As they are set: told in a sentence, none so low that somebody at work meets it."""
    used = {throttle.SEARCH, throttle.UPLOAD, throttle.EXPORT, *throttle.BY_POST.values()}
    assert {limit.name for limit in used} == {"search", "upload", "export", "sign_in", "document", "application"}
    for limit in used:
        assert re.fullmatch(r"Tropp[ie] [a-z ]+\.", limit.sentence), limit.sentence


@pytest.mark.django_db
def test_a_count_costs_one_statement_and_old_ones_are_thrown_away(django_assert_num_queries):
    limit = Limit("prova", 5, 60, "Troppo.")
    with django_assert_num_queries(1):
        assert limit.count("a") == 1
    assert limit.count("a") == 2
    RateCount.objects.update(counted_from=0)
    assert forget_old() == 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "127.0.0.1"),  # nobody's word counts where no proxy of ours stands
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # what the client claims stands further left
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_an_address_is_believed_from_proxies_of_ours_alone(proxies, forwarded, address, settings, rf):
    settings.TRUSTED_PROXIES = proxies
    assert address_of(rf.get("/", HTTP_X_FORWARDED_FOR=forwarded)) == address


def test_every_exception_to_the_rules_of_security_has_its_reason_in_the_line():
    rooms = ("conciliazione", "network", "alliances", "plans", "monitoring")
    lines = [
        (path, line)
        for room in rooms
        for path in (project.BASE_DIR / room).rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"#\s*(nosec|noqa: S\d)", line)
    ]
    assert lines
    assert not [(str(path), line.strip()) for path, line in lines if not re.search(r" -- \S", line)]


def test_every_test_that_the_security_page_names_is_there():
    page = (project.BASE_DIR / "SECURITY.md").read_text()
    files = set(re.findall(r"`(tests/[\w/]+\.py)`", page))
    assert len(files) > 15
    assert not [name for name in files if not (project.BASE_DIR / name).is_file()]
    written = "".join(path.read_text() for path in (project.BASE_DIR / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", page))
    assert named
    assert not [name for name in named if f"def {name}(" not in written]
