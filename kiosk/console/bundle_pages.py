"""The page with the bundles of this machine: what is shown, waits, is kept, and how it came so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from anyio import to_thread
from starlette.responses import Response

from kiosk.bundle import (
    MANIFEST,
    MOST_BUNDLE_BYTES,
    MOST_MANIFEST_BYTES,
    SITE,
    SUFFIX,
    read_manifest,
)
from kiosk.bundle_candidates import Candidate, Candidates
from kiosk.bundle_current import current_of, shelf_on
from kiosk.bundle_look import WayBack, way_back
from kiosk.bundle_shelf import SHIPPED, SHIPPED_WORD, Deed, Kept, Shelf, refuse_current
from kiosk.bundle_sign import KEYS_FILE, load_keys, refused_ids
from kiosk.bundle_store import BundleStore
from kiosk.console.elsewhere import have_it_shown, with_others
from kiosk.console.told import time_of
from kiosk.console.web import Page, Visit
from kiosk.errors import KioskError
from kiosk.fault_text import place_text
from kiosk.settings import Settings
from kiosk.trouble import trouble_text
from kiosk.wording import capital

SHOWN_HISTORY = 100
"""Deeds of the history that stand on the page."""
_BEGAN = frozenset({Deed.PUBLISHED, Deed.CAME_DUE, Deed.ROLLED_BACK})
"""Deeds by which a bundle became the current one."""


def bundle_pages() -> tuple[Page, ...]:
    """All but those of a bundle that was uploaded."""
    return (
        Page(method="GET", path="/bundles", answer=_bundles),
        Page(method="GET", path="/bundles/rollback/{name}", answer=_ask_rollback),
        Page(method="POST", path="/bundles/rollback/{name}", answer=_rollback),
        Page(method="POST", path="/bundles/withdraw/{name}", answer=_withdraw),
    )


UPLOAD = "/bundles/upload"
"""Whoever may send a bundle may publish it, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShelf:
    """A bundle that lies here, as the page tells it."""

    name: str
    version: str
    signer: str
    note: str = ""
    on: str = ""
    """Its day, where it waits for one."""
    is_unused: bool = False
    """No kiosk has ever shown it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A bundle that was uploaded and waits for a word."""

    id: str
    since: str
    version: str
    """Empty: it was looked at before the console was started anew."""
    has_faults: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfView:
    """All that lies here."""

    current: OnShelf
    since: str
    """When it became the current one; empty: nobody knows."""
    by: str
    waiting: tuple[OnShelf, ...]
    kept: tuple[OnShelf, ...]
    """To go back to; the newest first, what shipped last."""
    history: tuple[tuple[str, str, str, str], ...]
    troubles: tuple[str, ...]


async def _bundles(visit: Visit) -> Response:
    return await bundles_page(visit)


async def bundles_page(visit: Visit, refusal: str = "", *, status: int = 200) -> Response:
    """The page; with why something was refused."""
    console = visit.console
    candidates = Candidates(console.state, clock=console.clock)
    try:
        view = await to_thread.run_sync(shelf_view, visit)
    except KioskError as error:
        view = None
        if not refusal:
            refusal, status = say_refusal(visit, error), 500
    return visit.page(
        "bundles.html",
        status=status,
        refusal=refusal,
        view=view,
        candidates=tuple(_waiting(visit, one) for one in candidates.all()),
        hearing=console.bundles.hearing.look(),
        may_act=visit.may(UPLOAD),
        most_bytes=MOST_BUNDLE_BYTES,
        suffix=SUFFIX,
        shipped=SHIPPED_WORD,
    )


def _waiting(visit: Visit, one: Candidate) -> Waiting:
    seen = visit.console.bundles.seen.find(one.id)
    since = time_of(datetime.fromtimestamp(one.since).astimezone())
    return Waiting(
        id=one.id,
        since=since,
        version=seen.version if seen is not None else "",
        has_faults=seen is not None and not seen.is_sound,
    )


async def _ask_rollback(visit: Visit) -> Response:
    """What going back changes for citizens, and the button for it."""
    name = _name(visit)
    try:
        found = await _way_back(visit, name)
    except KioskError as error:
        return await bundles_page(visit, say_refusal(visit, error), status=409)
    return visit.page(
        "bundles_rollback.html",
        name=name or SHIPPED_WORD,
        version=found.version,
        gone=[one.in_language(visit.language) for one in found.gone],
        left=found.scripts,
        changes=found.changes(visit.language),
    )


async def _rollback(visit: Visit) -> Response:
    name, console = _name(visit), visit.console
    try:
        _refuse_no_way(shelf_on(console.settings, visit.today), name)
        was = await to_thread.run_sync(current_of, console.settings, visit.today)
        shelf = await to_thread.run_sync(_go_back, visit, name)
    except KioskError as error:
        return await bundles_page(visit, say_refusal(visit, error), status=409)
    visit.note("bundle_rolled_back", about=name or SHIPPED_WORD)
    others = have_it_shown(visit)
    if shelf.current != SHIPPED:
        console.bundles.hearing.begin(console.settings, before=was.procedures)
    shipped = visit.say("bundles.shipped")
    what = visit.say("bundles.target", version=shelf.version) if shelf.version else shipped
    said = visit.say("bundles.done_rollback", what=what)
    return visit.done("/bundles", with_others(visit, said, others, "bundles.others_stay"))


async def _withdraw(visit: Visit) -> Response:
    name, console = _name(visit), visit.console
    store = BundleStore(console.state, clock=lambda: visit.now)
    try:
        if all(one.name != name for one in store.shelf().scheduled):
            raise KioskError("bundle.not_scheduled", version=_version(name))  # noqa: TRY301
        refused = refused_ids(load_keys(console.state / KEYS_FILE))
        await to_thread.run_sync(lambda: store.withdraw(name, by=visit.name, refused=refused))
    except KioskError as error:
        return await bundles_page(visit, say_refusal(visit, error), status=409)
    visit.note("bundle_withdrawn", about=name)
    return visit.done("/bundles", visit.say("bundles.done_withdraw", version=_version(name)))


async def _way_back(visit: Visit, name: str) -> WayBack:
    console = visit.console
    _refuse_no_way(shelf_on(console.settings, visit.today), name)
    found = await console.beside(way_back, name, console.settings, visit.today)
    assert isinstance(found, WayBack)
    return found


def _refuse_no_way(shelf: Shelf, name: str) -> None:
    """Raises KioskError: those of `refuse_current`, `bundle.not_kept`."""
    kept = shelf.find(name)
    refuse_current(shelf, name)
    if name != SHIPPED and (kept is None or kept.on is not None):
        known = ", ".join(one.version for one in shelf.kept if one.on is None) or "–"
        raise KioskError("bundle.not_kept", version=_version(name), known=known)


def _go_back(visit: Visit, name: str) -> Shelf:
    state = visit.console.state
    refused = refused_ids(load_keys(state / KEYS_FILE))
    store = BundleStore(state, clock=lambda: visit.now)
    return store.rollback(name or SHIPPED_WORD, by=visit.name, refused=refused)


def shelf_view(visit: Visit) -> ShelfView:
    """All that lies here, in words; reads some files.

    Raises:
        KioskError: `bundle.shelf_damaged`.
    """
    console, settings = visit.console, visit.console.settings
    store = BundleStore(console.state)
    shelf, shown = store.shelf(), current_of(settings, visit.today)
    signers = _signers(settings)
    kiosk = console.words.kiosk
    used = {done.name for done in shelf.history if done.deed in _BEGAN}

    def told(one: Kept) -> OnShelf:
        return OnShelf(
            name=one.name,
            version=one.version,
            signer=signers.get(one.key, one.key),
            note=_note(store, one.name),
            on=f"{one.on:%d/%m/%Y}" if one.on is not None else "",
            is_unused=one.on is None and one.name not in used,
        )

    shipped = OnShelf(name=SHIPPED, version="", signer="")
    kept = shelf.find(shown.name)
    began = next(
        (x for x in reversed(shelf.history) if x.name == shown.name and x.deed in _BEGAN), None
    )
    spare = [told(one) for one in reversed(shelf.kept) if one.on is None and one.name != shown.name]
    return ShelfView(
        current=told(kept) if kept is not None else shipped,
        since=time_of(began.at) if began is not None else "",
        by=began.by if began is not None else "",
        waiting=tuple(told(one) for one in shelf.scheduled if one.name != shown.name),
        kept=(*spare, *((shipped,) if shown.name != SHIPPED else ())),
        history=tuple(
            (
                time_of(done.at),
                capital(kiosk.say(f"bundle.deed.{done.deed.value}", visit.language)),
                _version(done.name) or visit.say("bundles.shipped"),
                done.by,
            )
            for done in reversed(shelf.history[-SHOWN_HISTORY:])
        ),
        troubles=tuple(trouble_text(one, kiosk, visit.language) for one in shown.troubles),
    )


def say_refusal(visit: Visit, error: KioskError) -> str:
    """Why something is refused; where the command line is told to do it, a page has a button."""
    where = error.values.get("where", SITE)
    if not where.startswith(SITE):
        where = place_text(where, visit.console.words.kiosk, visit.language)
        error = KioskError(error.code, error.detail, where=where)
    key = f"bundle_refusal.{error.code.removeprefix('bundle.')}"
    if visit.console.words.console.has(key):
        return visit.say(key, **error.values)
    return visit.error(error)


def withdrawn_too(visit: Visit, said: str, withdrawn: Iterable[Kept]) -> str:
    """What was done, and that others which waited for their day will not be used; noted."""
    for one in withdrawn:
        visit.note("bundle_withdrawn", about=one.name)
        said = f"{said} {visit.say('bundles.done_withdraw', version=one.version)}"
    return said


def _signers(settings: Settings) -> Mapping[str, str]:
    try:
        return {one.id: one.name for one in load_keys(settings.folders.state_path / KEYS_FILE)}
    except KioskError:
        return {}  # `current_of` tells that they cannot be read


def _note(store: BundleStore, name: str) -> str:
    """What its maker said of it; that it is whole is seen elsewhere."""
    try:
        with (store.folder(name) / MANIFEST).open("rb") as opened:
            return read_manifest(opened.read(MOST_MANIFEST_BYTES + 1)).note
    except (OSError, KioskError):
        return ""


def _name(visit: Visit) -> str:
    name = str(visit.request.path_params["name"])
    return SHIPPED if name == SHIPPED_WORD else name


def _version(name: str) -> str:
    return name.rpartition("-")[0] or name
