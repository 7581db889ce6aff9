"""What pages are made with: style, script, letters, the sound of a call. All from here."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import PlainTextResponse, Response

from kiosk.console.ring import ring_sound
from kiosk.console.web import Page, Visit

HERE = Path(__file__).with_name("static")
FONTS = Path(__file__).parents[1] / "ui" / "fonts"

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".otf": "font/otf",
    ".wav": "audio/wav",
    ".svg": "image/svg+xml",
}
_FILES = {
    "console.css": HERE / "console.css",
    "bundles.css": HERE / "bundles.css",
    "drafts.css": HERE / "drafts.css",
    "notices.css": HERE / "notices.css",
    "console.js": HERE / "console.js",
    "upload.js": HERE / "upload.js",
    "mark.svg": HERE / "mark.svg",
    "record.js": HERE / "record.js",
    "record-worklet.js": HERE / "record-worklet.js",
    "sentence.css": HERE / "sentence.css",
    "usage.css": HERE / "usage.css",
    "usage.js": HERE / "usage.js",
    "chart.umd.min.js": HERE / "vendor" / "chart.umd.min.js",
    "Inter-Regular.otf": FONTS / "Inter-Regular.otf",
    "Inter-SemiBold.otf": FONTS / "Inter-SemiBold.otf",
}
"""All that is served: no name is ever made into a path."""
RING = "ring.wav"


def static_pages() -> tuple[Page, ...]:
    """The one that serves them."""
    return (Page(method="GET", path="/static/{file}", answer=_file, is_asked=False),)


@cache
def version() -> str:
    """Another one whenever one of them changes: browsers may keep them."""
    return sha256(b"".join(_content(name) for name in (*_FILES, RING))).hexdigest()[:12]


@cache
def _content(name: str) -> bytes:
    return ring_sound() if name == RING else _FILES[name].read_bytes()


async def _file(visit: Visit) -> Response:
    name = str(visit.request.path_params["file"])
    if name not in _FILES and name != RING:
        return PlainTextResponse("", status_code=404)
    return Response(
        _content(name),
        media_type=_KINDS[Path(name).suffix],
        headers={"Cache-Control": "public, max-age=86400"},
    )
