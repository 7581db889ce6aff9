"""What the tests of models share: a real publisher on this machine, small models, their list."""

import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext

SECONDS = 60
"""Whatever takes longer hangs."""
FILES = {"am/final.mdl": b"weights " * 20_000, "conf/model.conf": b"--beam=10\n"}
"""A model that no engine would take, but whose files have the right names."""
NEEDS = tuple(FILES)


@dataclass(kw_only=True)
class Offer:
    """How the publisher answers for one file."""

    body: bytes
    etag: str = '"1"'
    knows_ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    """Request by request: after so many bytes of an answer the connection is cut."""
    holds_after: int | None = None
    """After so many bytes nothing comes any more, until the publisher closes."""
    redirect: str = ""
    status: int = 0
    says_length: bool = True


class Publisher:
    """Serves offers on 127.0.0.1 and notes what was asked for."""

    def __init__(self, tls: SSLContext | None = None) -> None:
        self.offers: dict[str, Offer] = {}
        self.ranges: list[str] = []
        """The Range header of each request, or an empty text."""
        self.is_holding = threading.Event()
        self._is_closing = threading.Event()
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher._answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.scheme = "http" if tls is None else "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def address(self, file: str) -> str:
        """Where a file is offered."""
        return f"{self.scheme}://127.0.0.1:{self._server.server_address[1]}/{file}"

    def close(self) -> None:
        """Be gone: the next connection is refused."""
        self._is_closing.set()
        self._server.shutdown()
        self._thread.join(SECONDS)
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range", "")
        self.ranges.append(asked)
        offer = self.offers.get(handler.path.lstrip("/"))
        if offer is None or offer.status:
            handler.send_error(offer.status if offer else 404)
            return
        if offer.redirect:
            handler.send_response(302)
            handler.send_header("Location", offer.redirect)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        start = 0
        is_same = handler.headers.get("If-Range", offer.etag) == offer.etag
        if asked and offer.knows_ranges and is_same:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(offer.body):
                handler.send_error(416)
                return
            handler.send_response(206)
            last = len(offer.body) - 1
            handler.send_header("Content-Range", f"bytes {start}-{last}/{len(offer.body)}")
        else:
            handler.send_response(200)
        body = offer.body[start:]
        if offer.etag:
            handler.send_header("ETag", offer.etag)
        if offer.says_length:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: self._stop(offer)])
        handler.wfile.flush()
        if offer.holds_after is not None:
            self.is_holding.set()
            self._is_closing.wait(SECONDS)

    def _stop(self, offer: Offer) -> int | None:
        if offer.holds_after is not None:
            return offer.holds_after
        return offer.cuts.pop(0) if offer.cuts else None


@contextmanager
def publisher(tls: SSLContext | None = None) -> Iterator[Publisher]:
    """A publisher that is gone afterwards."""
    opened = Publisher(tls)
    try:
        yield opened
    finally:
        opened.close()


def zipped(files: Mapping[str, bytes], shell: str = "vosk-tiny") -> bytes:
    """A zip with these files in a folder of its own, as publishers pack them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as opened:
        for name, content in files.items():
            opened.writestr(f"{shell}/{name}" if shell else name, content)
    return packed.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w:bz2", shell: str = "sherpa-tiny") -> bytes:
    """A tar file with these files in a folder of its own."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as opened:  # type: ignore[call-overload]
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{shell}/{name}" if shell else name)
            entry.size = len(content)
            opened.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def sum_of(content: bytes) -> str:
    """The sum as the list writes it."""
    return sha256(content).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A part in a list that a test writes."""

    file: str
    address: str
    body: bytes = b""
    """What `size` and `sum` are taken from where they are not given."""
    size: int | None = None
    sum: str | None = None
    unpacked: int = 1_000_000

    def toml(self) -> str:
        """Its table."""
        size = len(self.body) if self.size is None else self.size
        lines = [
            "[[models.parts]]",
            f'file = "{self.file}"',
            f'address = "{self.address}"',
            f"bytes = {size}",
            f'sha256 = "{sum_of(self.body) if self.sum is None else self.sum}"',
        ]
        if not size:
            lines.append("most_bytes = 1_000_000")
        if self.file.endswith((".zip", ".tar", ".gz", ".bz2")):
            lines.append(f"unpacked_most_bytes = {self.unpacked}")
        return "\n".join(lines)


def list_of(
    file: Path,
    *entries: Entry,
    name: str = "tiny",
    needs: tuple[str, ...] = NEEDS,
    engine: str = "vosk",
    purpose: str = "hearing",
) -> Path:
    """Write a list with one model."""
    wanted = ", ".join(f'"{one}"' for one in needs)
    head = f"""\
format = 1

[[models]]
name = "{name}"
engine = "{engine}"
purpose = "{purpose}"
language = "vi"
licence = "Apache-2.0"
page = "https://publisher.example/models"
about.vi = "Mô hình nhỏ để thử."
about.en = "A small model for tests."
needs = [{wanted}]
known_by = "A test."
{"" if entries else "ships = true"}
"""
    tables = "\n\n".join(entry.toml() for entry in entries)
    file.write_text(f"{head}\n{tables}\n", encoding="utf-8")
    return file
