"""Gets one file over HTTP into a file, going on where an earlier try stopped.

It checks sizes, not sums: whoever calls it decides whether the bytes are the right ones. It never
takes more bytes than the part may have, and never follows a way from an encrypted address to one
that is not. Standard library only; pooch checks sums but cannot resume, and would bring requests.
"""

import http.client
import json
import os
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import asdict
from email.message import Message
from pathlib import Path
from typing import IO, Annotated, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.model_list import Part

Progress = Callable[[str, int, int], None]
"""Called with the file's name, the bytes that are here, and those that there will be (a limit
where nobody has confirmed the size)."""

CHUNK_BYTES = 1 << 16
SILENCE_SECONDS = 30.0
"""A server that sends nothing for so long has hung up."""
TRIES = 5
"""How often a connection may break before somebody must start the command again."""
PAUSE_SECONDS = 0.5
"""Before the second try; each further pause is as much longer."""
MOST_MARK_BYTES = 10_000


class _BrokenOff(Exception):
    """The connection ended early: try again from where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid", strict=True))
class _Mark:
    """What the bytes that are here are the beginning of."""

    address: str
    validator: Annotated[str, Field(max_length=1000)]
    """The server's name for this very version (a strong ETag, or a date); empty: none."""
    total: Annotated[int, Field(ge=0)]
    """All bytes of the file; 0: the server did not say."""


_MARK = TypeAdapter(_Mark)


def download(
    part: Part, to: Path, *, progress: Progress, pause: Callable[[float], None] = time.sleep
) -> None:
    """Have all bytes of `part` in the file `to`.

    What is there of an earlier try is gone on with, if the server still has that version.
    Interrupted at any moment, it leaves a beginning that the next call goes on with.

    Raises:
        KioskError: `models.offline`, `models.cut`, `models.server_refuses`,
            `models.bad_redirect`, `models.bad_certificate`, `models.wrong_size`,
            `models.too_large`.
        OSError: the disk.
    """
    for attempt in range(1, TRIES + 1):
        have = _usable(part, to)
        if have is None:
            progress(part.file, to.stat().st_size, part.limit)
            return
        try:
            _go_on(part, to, have, progress)
        except _BrokenOff:
            if attempt < TRIES:
                pause(PAUSE_SECONDS * attempt)
        else:
            return
    raise KioskError("models.cut", file=part.file, host=_host(part.address))


def adopt(part: Part, to: Path) -> None:
    """Take the file `to` for a finished download of `part`."""
    _note(to, _Mark(address=part.address, validator="", total=to.stat().st_size))


def forget(to: Path) -> None:
    """Remove what was downloaded."""
    to.unlink(missing_ok=True)
    _mark_of(to).unlink(missing_ok=True)


def _usable(part: Part, to: Path) -> int | None:
    """How many bytes can be gone on with; None: all of them are here."""
    mark = _read_mark(to)
    have = to.stat().st_size if to.is_file() else 0
    if mark is None or mark.address != part.address or have > part.limit:
        forget(to)
        return 0
    if mark.total and have == mark.total and part.bytes in (0, have):
        return None
    return have if mark.validator else 0


def _go_on(part: Part, to: Path, have: int, progress: Progress) -> None:
    request = Request(  # noqa: S310 - the list admits https, and this machine itself
        part.address, headers={"Accept-Encoding": "identity", "User-Agent": "dan-loi"}
    )
    mark = _read_mark(to)
    if have and mark is not None:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", mark.validator)
    response = _opened(part, request, to)
    with response:
        starts_anew = response.status != http.client.PARTIAL_CONTENT
        total = _length(response.headers) if starts_anew else _range_total(response, have)
        if total is None or (not starts_anew and (mark is None or total != mark.total)):
            forget(to)
            raise _BrokenOff
        if total > part.limit or (total and part.bytes not in (0, total)):
            forget(to)
            raise refused_size(part, total)
        if starts_anew:
            have = 0
            forget(to)
            _note(to, _Mark(address=part.address, validator=_validator(response), total=total))
        _write(part, response, to, have, total, progress)


def _opened(part: Part, request: Request, to: Path) -> http.client.HTTPResponse:
    host = _host(part.address)
    try:
        return cast(http.client.HTTPResponse, _opener().open(request, timeout=SILENCE_SECONDS))
    except HTTPError as error:
        error.close()
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            forget(to)
            raise _BrokenOff from error
        if error.code in range(300, 400):
            to_address = str(error.headers.get("Location", "?"))
            raise KioskError("models.bad_redirect", address=part.address, to=to_address) from error
        status = str(error.code)
        raise KioskError("models.server_refuses", status=status, address=part.address) from error
    except URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            raise KioskError("models.bad_certificate", str(error.reason), host=host) from error
        raise KioskError("models.offline", str(error.reason), host=host, file=part.file) from error
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenOff from error


def _write(
    part: Part,
    response: http.client.HTTPResponse,
    to: Path,
    have: int,
    total: int,
    progress: Progress,
) -> None:
    with to.open("ab") as opened:
        while True:
            try:
                untrusted = response.read(CHUNK_BYTES)
            except (OSError, http.client.HTTPException) as error:
                raise _BrokenOff from error
            if not untrusted:
                break
            have += len(untrusted)
            if have > part.limit:
                forget(to)
                raise refused_size(part, have)
            opened.write(untrusted)
            opened.flush()
            progress(part.file, have, total or part.limit)
        os.fsync(opened.fileno())
    if have < (total or part.bytes):
        raise _BrokenOff
    mark = _read_mark(to)
    if not total and mark is not None:
        _note(to, _Mark(address=mark.address, validator=mark.validator, total=have))


class _SafeRedirects(HTTPRedirectHandler):
    """Follows to other hosts, as publishers need it, but never out of encryption."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> Request | None:
        """The request to go on with."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        stays_here = old.scheme == new.scheme == "http" and old.hostname == new.hostname
        if new.scheme != "https" and not stays_here:
            fp.close()
            raise KioskError("models.bad_redirect", address=req.full_url, to=newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    """Speaks HTTP and HTTPS only, through the proxy of the environment if there is one."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(context=ssl.create_default_context()),
        HTTPDefaultErrorHandler(),
        _SafeRedirects(),
        HTTPErrorProcessor(),
        UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _length(headers: Message) -> int | None:
    """All bytes that will come; 0: not said; None: nonsense."""
    text = str(headers.get("Content-Length", "0"))
    return int(text) if re.fullmatch(r"\d{1,15}", text) else None


def _range_total(response: http.client.HTTPResponse, have: int) -> int | None:
    """All bytes of the file; None: it is not the piece that was asked for."""
    found = re.fullmatch(
        r"bytes (\d{1,15})-\d{1,15}/(\d{1,15})", str(response.headers.get("Content-Range", ""))
    )
    return int(found.group(2)) if found and int(found.group(1)) == have else None


def _validator(response: http.client.HTTPResponse) -> str:
    """What tells this version from others (RFC 9110, 13.1.5: If-Range takes no weak one)."""
    tag = str(response.headers.get("ETag", ""))
    chosen = str(response.headers.get("Last-Modified", "")) if tag.startswith("W/") else tag
    chosen = chosen or str(response.headers.get("Last-Modified", ""))
    return chosen if len(chosen) <= 1000 and chosen.isprintable() else ""


def refused_size(part: Part, found: int) -> KioskError:
    """Says that somebody offers a file of another size than the list allows."""
    code = "models.wrong_size" if part.bytes else "models.too_large"
    return KioskError(code, file=part.file, found=str(found), most=str(part.limit))


def _host(address: str) -> str:
    return urlsplit(address).hostname or address


def _mark_of(to: Path) -> Path:
    return to.with_name(f"{to.name}.mark")


def _read_mark(to: Path) -> _Mark | None:
    try:
        with _mark_of(to).open("rb") as opened:
            return _MARK.validate_json(opened.read(MOST_MARK_BYTES))
    except (OSError, ValueError):
        return None


def _note(to: Path, mark: _Mark) -> None:
    unfinished = to.with_name(f"{to.name}.mark.new")
    unfinished.write_text(json.dumps(asdict(mark)), encoding="utf-8")
    unfinished.replace(_mark_of(to))
