"""More visitors than are served: each is told at once, in Italian, and nothing is begun for who has surely gone."""

import http.client
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager, suppress

import pytest

from conciliazione.kernel.operation import crowding
from conciliazione.portal.load import stage
from tests.running import needs_nginx


class TestWhatHasWaited:
    @pytest.mark.parametrize(
        ("sent", "seconds"),
        [("t={:.3f}", 20), ("{:.3f}", 20), ("", 0), ("t=", 0), ("t=nan", 0), ("t=1e999", 0), ("t=perché", 0)],
    )
    def test_for_how_long(self, rf, sent, seconds):
        request = rf.get("/", headers={"X-Request-Start": sent.format(time.time() - 20)})
        assert crowding.waited(request) == pytest.approx(seconds, abs=1)

    @pytest.mark.parametrize("ago", [-30, 86400], ids=["of a clock ahead", "of another day"])
    def test_a_clock_that_is_wrong_shuts_nobody_out(self, rf, ago):
        assert crowding.waited(rf.get("/", headers={"X-Request-Start": f"t={time.time() - ago}"})) == 0

    def test_whoever_waited_too_long_is_sent_back_before_anything_is_asked(self, client):
        """Without the database: asking it would fail this test."""
        since = time.time() - crowding.LONGEST_WAIT - 5
        answer = client.post("/accesso/login/", {"login": "a"}, headers={"X-Request-Start": f"t={since}"})
        assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "60", "no-store")
        said = " ".join(answer.content.decode().split())
        assert "riprova tra un minuto" in said
        assert "l'invio non è avvenuto" in said
        assert answer["X-Request-ID"] in said
        assert "Content-Security-Policy" in answer.headers

    @pytest.mark.django_db
    def test_a_short_wait_is_nothing(self, client):
        answer = client.get("/", headers={"X-Request-Start": f"t={time.time() - crowding.LONGEST_WAIT + 5}"})
        assert answer.status_code == 200


@contextmanager
def portal_that_answers_nothing(folder):
    """Takes connections as gunicorn does when all its threads are busy."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "web.sock"))
        (folder / "web.sock").chmod(0o666)
        listening.listen(20)
        listening.settimeout(10)
        yield listening


@contextmanager
def nginx(folder, **changed):
    """The site of deploy on a port of its own; gives what opens a connection to it."""
    setting = stage.Stage(folder)
    setting._write_site(setting.place.port)
    site = (folder / "nginx.conf").read_text()
    for old, new in changed.items():
        assert f"{old}=" in site
        words = site.partition(f"{old}=")[2].split()[0].rstrip(";")
        site = site.replace(f"{old}={words}", f"{old}={new}")
    (folder / "nginx.conf").write_text(site)
    trust = ssl.create_default_context(cafile=folder / "certificate.pem")
    trust.check_hostname = False

    def visitor():
        return http.client.HTTPSConnection("127.0.0.1", setting.place.port, context=trust, timeout=10)

    server = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        until = time.monotonic() + stage.WAIT
        first = visitor()
        while first.sock is None and server.poll() is None and time.monotonic() < until:
            with suppress(ConnectionRefusedError):
                first.connect()
        first.close()
        yield visitor
    finally:
        server.terminate()
        server.wait()


def sent(visitor, path="/"):
    visitor.request("POST", path, body=b"a=1")
    return visitor


@needs_nginx
def test_whoever_finds_no_place_is_told_at_once(tmp_path):
    with portal_that_answers_nothing(tmp_path) as portal, nginx(tmp_path, max_conns=2) as visitor:
        inside = [sent(visitor()) for _ in range(2)]
        taken = [portal.accept()[0] for _ in inside]
        began = time.monotonic()
        refused = sent(visitor()).getresponse()
        assert time.monotonic() - began < 5
        assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
        assert "riprova tra un minuto" in refused.read().decode()
        # since when each waits is told, whatever its visitor says
        head = taken[0].recv(9000).decode()
        assert 0 <= time.time() - float(head.lower().partition("x-request-start: t=")[2].split()[0]) < 20
        taken[0].sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        taken[0].close()
        assert inside[0].getresponse().read() == b"ok"
        # a place is free again
        inside.append(sent(visitor()))
        taken.append(portal.accept()[0])
        for one in (*inside, *taken):
            one.close()


@needs_nginx
def test_whoever_asks_too_often_reads_it_in_italian(tmp_path):
    with nginx(tmp_path) as visitor:
        way, answers = visitor(), []
        for _ in range(14):
            answer = sent(way, "/accesso/login/").getresponse()
            answers.append((answer.status, answer.headers["Retry-After"], answer.read().decode()))
        way.close()
    status, _, text = answers[0]
    assert status == 502  # nobody listens behind it
    assert "in questo momento non risponde" in text
    status, after, text = answers[-1]
    assert (status, after) == (429, "60")
    assert "Troppe richieste in poco tempo" in text
