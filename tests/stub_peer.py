"""假的对方系统：真的开一个端口，核签名，记下收到的；可以慢、坏、答两遍、答错、跳转、颠倒次序地送回执。"""

import contextlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from office.exchange import signing
from office.exchange.models import ExchangePeer
from office.exchange.states import Algorithm, MessageKind

KEY = "stub-key-only-for-tests-0123456789"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        peer = self.server.peer
        body = self.rfile.read(int(self.headers["Content-Length"]))
        envelope = signing.Envelope(
            self.headers[signing.SENDER],
            "POST",
            self.path,
            self.headers[signing.TIME],
            self.headers[signing.NONCE],
            body,
        )
        wrong = signing.fault(
            envelope, dict(self.headers), key=KEY, algorithm=Algorithm.SM3, now=int(self.headers[signing.TIME])
        )
        told = json.loads(body)
        peer.asked.append(SimpleNamespace(headers=dict(self.headers), told=told, wrong=wrong))
        how = peer.script.pop(0) if peer.script else peer.how
        getattr(self, f"be_{how}")(told)

    def _answer(self, status, told, **headers):
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def _receipt(self, told, verdict, reason=""):
        return {"number": told["number"], "version": told["version"], "verdict": verdict, "reason": reason}

    def be_accepting(self, told):
        self._answer(200, self._receipt(told, "accepted"))

    def be_receiving(self, told):
        self._answer(202, self._receipt(told, "received"))

    def be_rejecting(self, told):
        self._answer(422, self._receipt(told, "rejected", "事项编码不认识，请改 13800000001"))

    def be_broken(self, told):
        self._answer(500, b"oops")

    def be_unauthorised(self, told):
        self._answer(401, b"{}")

    def be_silent(self, told):
        self.close_connection = True

    def be_slow(self, told):
        time.sleep(self.server.peer.delay)
        self.be_accepting(told)

    def be_dripping(self, told):
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(200):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)

    def be_endless(self, told):
        self._answer(200, b" " * 200_000)

    def be_garbled(self, told):
        self._answer(200, b"<html>ok</html>")

    def be_mistaken(self, told):
        self._answer(200, self._receipt({**told, "number": "other"}, "accepted"))

    def be_moved(self, told):
        self._answer(302, b"", Location=f"http://127.0.0.1:{self.server.server_port}/elsewhere/")


class StubPeer:
    """在后台线程里应答；how 是平常怎样答，script 是接下来几次怎样答。"""

    def __init__(self):
        self.asked, self.script, self.how, self.delay = [], [], "accepting", 1.0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.peer = self
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def place(self):
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def url(self):
        return f"http://{self.place}/in/messages?from=hall"

    @property
    def kinds(self):
        return [one.told["kind"] for one in self.asked]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def registered(peer, keeper, **fields):
    """在我们这里登记的接入方，十种都要。"""
    told = {
        "code": "stub", "name": "示例接入系统", "our_code": "HALL-TEST", "url": peer.url, "key": KEY,
        "kinds": [one.value for one in MessageKind], "keeper": keeper,
    }  # fmt: skip
    return ExchangePeer.objects.create(**{**told, **fields})


def signed(body: bytes, target: str, *, now: float, sender="stub", key=KEY, algorithm="HMAC-SM3", nonce=""):
    """对方送来时的头。"""
    envelope = signing.Envelope(sender, "POST", target, str(int(now)), nonce or secrets.token_hex(16), body)
    return signing.headers(envelope, key=key, algorithm=algorithm)
