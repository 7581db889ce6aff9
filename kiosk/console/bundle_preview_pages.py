"""The screens of a bundle before it is published, of one that is kept, and of what is shown now."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from anyio import to_thread
from starlette.responses import Response

from kiosk.bundle_candidates import Candidates
from kiosk.bundle_current import Current, current_of, current_with
from kiosk.bundle_shelf import SHIPPED, SHIPPED_WORD
from kiosk.bundle_store import BundleStore
from kiosk.console.bundle_pages import bundles_page, say_refusal
from kiosk.console.preview_page import Previewed, preview_page, preview_picture
from kiosk.console.web import Page, Visit
from kiosk.errors import KioskError
from kiosk.preview_source import Source

CURRENT = "current"
"""Stands for what the kiosk shows now."""


def bundle_preview_pages() -> tuple[Page, ...]:
    """The page and its picture."""
    path = "/bundles/preview/{source}"
    return (
        Page(method="GET", path=path, answer=_shown(preview_page)),
        Page(method="GET", path=f"{path}/picture.png", answer=_shown(preview_picture)),
    )


def _shown(
    show: Callable[[Visit, Previewed], Awaitable[Response]],
) -> Callable[[Visit], Awaitable[Response]]:
    async def answer(visit: Visit) -> Response:
        try:
            previewed = await to_thread.run_sync(_previewed, visit)
        except KioskError as error:
            return await bundles_page(visit, say_refusal(visit, error), status=404)
        return await show(visit, previewed)

    return answer


def _previewed(visit: Visit) -> Previewed:
    """What the address names.

    Raises:
        KioskError: `bundle.no_candidate`, `bundle.damaged_here`.
    """
    console, today = visit.console, visit.today
    settings, name = console.settings, str(visit.request.path_params["source"])
    candidates = Candidates(console.state, clock=console.clock)
    if candidates.has(name):
        seen = console.bundles.seen.find(name)
        title = visit.say("bundles.preview_candidate")
        if seen is not None:
            title = visit.say("bundles.preview_candidate_of", version=seen.version)
        return Previewed(
            source=Source(path=candidates.file(name), settings=settings, today=today),
            key=(name, today),
            base=f"/bundles/preview/{name}",
            title=title,
            back=f"/bundles/candidates/{name}",
            back_label=visit.say("bundles.preview_back"),
        )
    if name == CURRENT:
        current = current_of(settings, today)
        title = visit.say("bundles.preview_current")
    else:
        current = _kept(visit, name)
        title = visit.say("bundles.preview_kept", version=current.version)
        if current.name == SHIPPED:
            title = visit.say("bundles.preview_shipped")
    return Previewed(
        source=Source(
            path=current.procedures,
            settings=current.settings,
            today=today,
            notices=current.notices,
        ),
        key=(current.name or folder_key(current.procedures), today),
        base=f"/bundles/preview/{name}",
        title=title,
        back="/bundles",
        back_label=visit.say("bundles.all"),
    )


def _kept(visit: Visit, name: str) -> Current:
    name = SHIPPED if name == SHIPPED_WORD else name
    if name != SHIPPED and BundleStore(visit.console.state).shelf().find(name) is None:
        raise KioskError("bundle.no_candidate")
    return current_with(visit.console.settings, name)


def folder_key(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What the content of a folder of scripts hangs on, as far as names, times and sizes tell."""
    found = []
    for file in sorted(folder.rglob("*")):
        about = file.lstat()
        found.append((str(file), about.st_mtime_ns, about.st_size))
    return tuple(found)
