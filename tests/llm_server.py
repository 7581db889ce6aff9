"""An OpenAI-compatible server for tests: real HTTP on this machine, and all that can be wrong."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECONDS = 60


def choosing(*ids: str, logprob: float | None = None) -> bytes:
    """The answer of a server that chooses these."""
    text = json.dumps({"choose": list(ids)})
    choice: dict[str, object] = {"message": {"role": "assistant", "content": text}}
    if logprob is not None:
        tokens = [{"token": letter, "logprob": logprob} for letter in text]
        choice["logprobs"] = {"content": tokens}
    return json.dumps({"choices": [choice]}).encode()


class LlmServer:
    """Answers as it is told, and notes what it was asked."""

    def __init__(self, port: int = 0) -> None:
        self.answer: bytes | Callable[[BaseHTTPRequestHandler], None] = choosing("out")
        self.status = 200
        self.list_status = 200
        self.models = b'{"data": [{"id": "small"}, {"id": "large"}]}'
        self.kind = "application/json"
        self.refused_keys: frozenset[str] = frozenset()
        """Keys of a request that it does not understand."""
        self.asked: list[dict[str, object]] = []
        self.headers: list[dict[str, str]] = []
        self.is_closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._send(self, server.models, server.list_status)

            def do_POST(self) -> None:
                server._post(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                """Say nothing."""

        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        """Be gone."""
        self.is_closing.set()
        self._server.shutdown()
        self._thread.join(SECONDS)
        self._server.server_close()

    def _post(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        asked = json.loads(body)
        self.asked.append({"path": handler.path, **asked})
        self.headers.append(dict(handler.headers))
        if self.refused_keys & set(asked):
            self._send(handler, b'{"error": "unknown parameter"}', 400)
        elif callable(self.answer):
            handler.close_connection = True
            with suppress(OSError):
                self.answer(handler)
        else:
            self._send(handler, self.answer, self.status)

    def _send(self, handler: BaseHTTPRequestHandler, body: bytes, status: int) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", self.kind)
        handler.send_header("Content-Length", str(len(body)))
        if 300 <= status < 400:
            handler.send_header("Location", f"{self.address}/v1/elsewhere")
        handler.end_headers()
        handler.wfile.write(body)

    def hang(self, _handler: BaseHTTPRequestHandler) -> None:
        """Answer nothing until the test is over."""
        self.is_closing.wait(SECONDS)

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a byte at a time, without end."""
        handler.send_response(200)
        handler.end_headers()
        while not self.is_closing.is_set():
            handler.wfile.write(b" ")
            time.sleep(0.02)

    def flood(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer as much as can be taken, without end."""
        handler.send_response(200)
        handler.end_headers()
        while not self.is_closing.is_set():
            handler.wfile.write(b" " * 65536)


@contextmanager
def llm_server(port: int = 0) -> Iterator[LlmServer]:
    """A server that is gone afterwards."""
    opened = LlmServer(port)
    try:
        yield opened
    finally:
        opened.close()
