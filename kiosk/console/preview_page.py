"""A page on which an admin walks through a script as a citizen would, screen by screen.

It serves any folder of scripts and any bundle: `preview_page` and `preview_picture` are given the
source, and the address below which both are found.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.responses import PlainTextResponse, Response

from kiosk.console.preview_desk import PreviewDesk, goes_on
from kiosk.console.web import Visit
from kiosk.errors import KioskError
from kiosk.preview import Orientation, Stop, Wanted, Way, address_of, wanted_of
from kiosk.preview_source import Source, Titled, stop_at, titles
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
    refusal, status, stop, has_more = "", 200, None, False
    wanted = Wanted(language=visit.language)
    known: tuple[Titled, ...] = ()
    try:
        wanted = asked_for(visit)
        known = await _titles(visit, previewed)
        stop = await _stop(visit, previewed, wanted)
        desk = _desk(visit)
        picture = await desk.picture(previewed.key, previewed.source, wanted)
        has_more = goes_on(picture)
    except KioskError as error:
        refusal, status = visit.error(error), 422
    landscape = Orientation.LANDSCAPE
    return visit.page(
        "preview.html",
        status=status,
        previewed=previewed,
        refusal=refusal,
        procedures=[(one.id, one.title.in_language(visit.language)) for one in known],
        wanted=wanted,
        is_landscape=wanted.orientation is landscape,
        languages=LANGUAGES,
        orientations=tuple(Orientation),
        picture=_address(f"{previewed.base}/picture.png", wanted) if not refusal else "",
        stop=stop,
        ways=_links(previewed, stop.ways if stop is not None else ()),
        beside=_links(previewed, stop.beside if stop is not None else ()),
        leads_back=_links(previewed, (stop.back,) if stop is not None and stop.back else ()),
        goes_on=_address(previewed.base, replace(wanted, page=wanted.page + 1)) if has_more else "",
        to_top=_address(previewed.base, replace(wanted, page=0)) if wanted.page else "",
    )


async def preview_picture(visit: Visit, previewed: Previewed) -> Response:
    """The picture of the same screen."""
    try:
        wanted = asked_for(visit)
        picture = await _desk(visit).picture(previewed.key, previewed.source, wanted)
    except KioskError as error:
        return PlainTextResponse(visit.error(error), status_code=422)
    return Response(picture, media_type="image/png")


def asked_for(visit: Visit) -> Wanted:
    """The screen that the address names.

    Raises:
        KioskError: `preview.no_such_screen`.
    """
    query = visit.request.query_params
    fields = {name: query.get(name, "") for name in FIELDS}
    fields["language"] = fields["language"] or visit.language
    return wanted_of(**fields)


async def _titles(visit: Visit, previewed: Previewed) -> tuple[Titled, ...]:
    desk = _desk(visit)
    known = desk.titles.find(previewed.key)
    if known is not None:
        return known
    return desk.titles.keep(previewed.key, await visit.console.beside(titles, previewed.source))


async def _stop(visit: Visit, previewed: Previewed, wanted: Wanted) -> Stop:
    desk, key = _desk(visit), (previewed.key, wanted)
    known = desk.stops.find(key)
    if known is not None:
        return known
    found = await visit.console.beside(stop_at, previewed.source, wanted)
    assert isinstance(found, Stop)
    return desk.stops.keep(key, found)


def _desk(visit: Visit) -> PreviewDesk:
    return visit.console.bundles.previews


def _links(previewed: Previewed, ways: tuple[Way, ...]) -> tuple[Link, ...]:
    return tuple(Link(label=one.label, address=_address(previewed.base, one.to)) for one in ways)


def _address(base: str, wanted: Wanted) -> str:
    return f"{base}?{urlencode(address_of(wanted))}"
