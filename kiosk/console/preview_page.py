"""A page on which an admin walks through a script as a citizen would, screen by screen.

It serves any folder of scripts and any bundle: `preview_page` and `preview_picture` are given the
source, and the address below which both are found.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.responses import PlainTextResponse, Response

from kiosk.console.preview_desk import PreviewDesk
from kiosk.console.web import Visit
from kiosk.errors import KioskError
from kiosk.preview import Orientation, Stop, Wanted, Way, address_of, wanted_of
from kiosk.preview_source import Source
from kiosk.preview_wire import Shown
from kiosk.procedure import LANGUAGES

FIELDS = ("procedure", "answers", "look", "life_event", "page", "language", "orientation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """What is looked through, and where its pages are."""

    source: Source
    key: Hashable
    """All that its content hangs on: another content, another key."""
    base: str
    """The page's path; the picture is `<base>/picture.png`."""
    title: str
    """What the page calls it."""
    back: str
    """The path that leads away."""
    back_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way on, as a link."""

    label: str
    address: str


async def preview_page(visit: Visit, previewed: Previewed) -> Response:
    """The screen that the address asks for, with all ways on from it; or why there is none."""
    refusal, wanted, shown = "", Wanted(language=visit.language), Shown()
    try:
        wanted = asked_for(visit)
        preview = await _desk(visit).show(previewed.key, previewed.source, wanted)
        shown = preview.shown
        if shown.refusal is not None:
            refusal = visit.error(shown.refusal.error())
    except KioskError as error:
        refusal = visit.error(error)
    stop = shown.stop or Stop(title="")
    return visit.page(
        "preview.html",
        status=422 if refusal else 200,
        previewed=previewed,
        refusal=refusal,
        procedures=[(one.id, one.title.in_language(visit.language)) for one in shown.titles],
        wanted=wanted,
        is_landscape=wanted.orientation is Orientation.LANDSCAPE,
        languages=LANGUAGES,
        orientations=tuple(Orientation),
        picture=_address(f"{previewed.base}/picture.png", wanted) if not refusal else "",
        stop=shown.stop,
        ways=_links(previewed, stop.ways),
        beside=_links(previewed, stop.beside),
        leads_back=_links(previewed, (stop.back,) if stop.back is not None else ()),
        goes_on=_address(previewed.base, replace(wanted, page=wanted.page + 1))
        if shown.goes_on
        else "",
        to_top=_address(previewed.base, replace(wanted, page=0)) if wanted.page else "",
    )


async def preview_picture(visit: Visit, previewed: Previewed) -> Response:
    """The picture of the same screen."""
    try:
        preview = await _desk(visit).show(previewed.key, previewed.source, asked_for(visit))
        if preview.shown.refusal is not None:
            raise preview.shown.refusal.error()
    except KioskError as error:
        return PlainTextResponse(visit.error(error), status_code=422)
    return Response(preview.picture, media_type="image/png")


def asked_for(visit: Visit) -> Wanted:
    """The screen that the address names.

    Raises:
        KioskError: `preview.no_such_screen`.
    """
    query = visit.request.query_params
    fields = {name: query.get(name, "") for name in FIELDS}
    fields["language"] = fields["language"] or visit.language
    return wanted_of(**fields)


def _desk(visit: Visit) -> PreviewDesk:
    return visit.console.bundles.previews


def _links(previewed: Previewed, ways: tuple[Way, ...]) -> tuple[Link, ...]:
    return tuple(Link(label=one.label, address=_address(previewed.base, one.to)) for one in ways)


def _address(base: str, wanted: Wanted) -> str:
    return f"{base}?{urlencode(address_of(wanted))}"
