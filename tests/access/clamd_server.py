"""A small daemon that speaks clamd's INSTREAM over a real socket, as far as the portal asks of it."""

import socketserver
import struct
import threading
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        if not self.rfile.readline().endswith(b"INSTREAM\n"):
            return
        content = b""
        while True:
            (length,) = struct.unpack(">I", self.rfile.read(4))
            if not length:
                break
            content += self.rfile.read(length)
        self.server.scanned.append(content)
        answer = self.server.answer
        if answer is None:
            answer = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
        self.wfile.write(answer + b"\n")


class Daemon(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def clamd_at(path, answer: bytes | None = None):
    """Runs at a socket; `answer` replaces what it would find."""
    with Daemon(str(path), Talk) as server:
        server.scanned, server.answer = [], answer
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
