"""The only place where things are built and joined."""

import ctypes
import logging
import platform
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.entry import Entry
from kiosk.assistant.lookup import Lookup
from kiosk.assistant.search import Search
from kiosk.assistant.small_talk_file import load_small_talk
from kiosk.assistant.understanding import Understanding
from kiosk.assistant.weights_file import SHIPPED_WEIGHTS, load_weights
from kiosk.assistant.wishes_file import load_wishes
from kiosk.bundle_current import Current, current_of
from kiosk.card import Card
from kiosk.card_file import CARDS_FILE, load_cards
from kiosk.catalogue import Catalogue, load_catalogue
from kiosk.conductor import Conductor
from kiosk.door import StaffDoor
from kiosk.errors import KioskError
from kiosk.findable import findable, of_national_card
from kiosk.office import Office
from kiosk.orders_file import ORDERS_FILE, OrdersFile
from kiosk.ports import UsageLog
from kiosk.printing import make_printer
from kiosk.renewal import Renewal
from kiosk.settings import SITE_PLACES, Settings
from kiosk.usage import USAGE_FILE, BackgroundUsageLog, MemoryUsageLog, SqliteUsageLog
from kiosk.words import Words
from kiosk.words_files import load_words

log = logging.getLogger("kiosk.app")

PIN_FILE = "staff.json"
SLIP_FOLDER = "slips"
WEIGHTS_FILE = "lookup.npz"


class Later:
    """The understanding, built on a thread once it is begun or wanted: it takes two seconds."""

    def __init__(self, build: Callable[[], Understanding]) -> None:
        self._build = build
        self._built: Future[Understanding] | None = None

    def begin(self) -> None:
        """Build it, if nobody has begun yet; returns at once. Called on one thread only."""
        if self._built is None:
            thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lookup")
            self._built = thread.submit(self._build)
            thread.shutdown(wait=False)

    def result(self) -> Understanding:
        """It, as soon as it is built.

        Raises:
            KioskError: `weights.unreadable`.
        """
        self.begin()
        assert self._built is not None
        return self._built.result()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """A kiosk without its screen."""

    settings: Settings
    """With the part of the bundle laid over that was current when it was built."""
    site_settings: Settings
    """The site's own, without that."""
    words: Words
    catalogue: Catalogue
    current: Current
    """What it showed when it was built."""
    conductor: Conductor
    door: StaffDoor
    usage: UsageLog
    orders: OrdersFile
    understanding: Later

    def close(self) -> None:
        """Write what waits to be written; the kiosk is being shut down."""
        self.orders.close()
        self.usage.close()


def build_kiosk(
    settings: Settings,
    *,
    shut_down: Callable[[], None],
    clock: Callable[[], float] = time.monotonic,
    today: Callable[[], date] = date.today,
    slips: Path | None = None,
    content: "Content | None" = None,
) -> Kiosk:
    """Build everything behind the screen.

    Args:
        settings: what the site wants; a bundle's part is laid over.
        shut_down: closes the program.
        clock: seconds, for the idle times.
        today: the day, for facts that begin or end.
        slips: a folder in which printed slip files are kept (`kiosk visit`); None: the
            file printer's files go when the visit ends.
        content: what it offers; None: what these settings lead to.

    Raises:
        KioskError: the folder of scripts does not exist.
    """
    words = load_words()
    state, site_settings = settings.folders.state_path, settings
    content = content or content_of(settings, today())
    settings = content.current.settings
    renewal = content.renewal
    troubles = [*renewal.troubles]
    usage = _usage_log(settings, troubles)
    orders = OrdersFile(state / ORDERS_FILE)
    door = StaffDoor(state / PIN_FILE, fewest_digits=settings.staff.pin_digits)
    office = Office(
        name=renewal.name,
        place=renewal.place,
        counters=renewal.counters,
        portal=renewal.portal,
        procedures=renewal.procedures,
        cards=renewal.cards,
        bundle_notices=renewal.notices,
        today=today(),
        has_printer=settings.printer.kind != "file" or slips is not None,
        home=settings.screen.language,
        countdown_seconds=settings.idle.countdown_seconds,
        pin_digits=settings.staff.pin_digits,
        troubles=tuple(troubles),
        versions=renewal.versions,
    )
    conductor = Conductor(
        words=words,
        office=office,
        search=renewal.search,
        understanding=renewal.understanding,
        printer=make_printer(
            settings.printer, folder=slips or state / SLIP_FOLDER, keep=slips is not None
        ),
        usage=usage,
        door=door,
        idle=settings.idle,
        clock=clock,
        today=today,
        shut_down=shut_down,
        orders=orders,
    )
    return Kiosk(
        settings=settings,
        site_settings=site_settings,
        words=words,
        catalogue=content.catalogue,
        current=content.current,
        conductor=conductor,
        door=door,
        usage=usage,
        orders=orders,
        understanding=content.understanding,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a kiosk offers: its current bundle, or the site's own folder."""

    current: Current
    catalogue: Catalogue
    renewal: Renewal
    understanding: Later
    """That of the renewal; nobody has begun it."""


def content_of(settings: Settings, today: date) -> Content:
    """Read what a kiosk with these settings offers on this day; takes a second.

    Args:
        settings: the site's own.
        today: the day, for facts that begin or end and for bundles that wait for it.

    Raises:
        KioskError: the folder of scripts does not exist.
    """
    state = settings.folders.state_path
    current = current_of(settings, today)
    catalogue = load_catalogue(current.procedures)
    for trouble in current.troubles:
        log.warning("of the bundles: %s", trouble)
    troubles = [*current.troubles]
    troubles += [f"script.left_out: {_short(file)}" for file in catalogue.left_out]
    ward = current.settings.ward
    if not any(place.is_file() for place in SITE_PLACES) and ward.name.vi == "Phường":
        troubles.append("site.missing")
    national = _imported(state, troubles)
    entries = entries_of(catalogue, [of_national_card(one) for one in national], today)
    understanding = Later(lambda: understanding_of(entries, catalogue, state))
    renewal = Renewal(
        name=ward.name,
        place=ward.office,
        counters=current.settings.counters,
        portal=ward.portal,
        procedures=catalogue.procedures,
        cards=_cards(national, catalogue),
        notices=current.notices,
        troubles=tuple(troubles),
        versions=versions(current.version),
        search=Search(entries),
        understanding=understanding.result,
    )
    return Content(
        current=current, catalogue=catalogue, renewal=renewal, understanding=understanding
    )


def entries_of(
    catalogue: Catalogue, national: Sequence[Entry], today: date | None
) -> tuple[Entry, ...]:
    """All that can be found in a catalogue and beside it.

    Args:
        catalogue: the scripts and what lies beside them.
        national: national procedures, imported or read from a file.
        today: procedures not in force on this day are left out; None: all are taken.
    """
    return findable(
        procedures=tuple(
            one for one in catalogue.procedures if today is None or one.is_offered(today)
        ),
        not_here=catalogue.cards,
        national=national,
        wordings=catalogue.wordings,
        unserved=catalogue.unserved,
        small_talk=load_small_talk(),
    )


def lookup_of(
    entries: Sequence[Entry], state: Path | None = None, *, also_said: Sequence[str] = ()
) -> Lookup:
    """The lookup over `entries`, with the weights learned here or those that were shipped.

    Raises:
        KioskError: `weights.unreadable`.
    """
    own = state / WEIGHTS_FILE if state is not None else None
    path = own if own is not None and own.is_file() else SHIPPED_WEIGHTS
    lookup = Lookup(entries, load_weights(path), load_standard(), also_said=also_said)
    _give_back()
    return lookup


def _give_back() -> None:
    """Give the memory that building took back to the system; glibc would keep it."""
    with suppress(OSError, AttributeError):  # another C library has no such function
        ctypes.CDLL(None).malloc_trim(0)


def understanding_of(
    entries: Sequence[Entry], catalogue: Catalogue, state: Path | None = None
) -> Understanding:
    """What understands sentences, at the start of a visit and inside a procedure.

    Raises:
        KioskError: `weights.unreadable`.
    """
    choices = [
        text
        for procedure in catalogue.procedures
        for question in procedure.questions
        for choice in question.choices
        for text in choice.heard_as.vi
    ]
    return Understanding(
        lookup_of(entries, state, also_said=choices),
        standing=load_wishes(),
        unserved={one.id: one.title for one in catalogue.unserved},
        standard=load_standard(),
    )


def _imported(state: Path, troubles: list[str]) -> tuple[Card, ...]:
    try:
        return load_cards(state / CARDS_FILE)
    except KioskError as error:
        log.warning("the imported cards are left out: %s", error)
        troubles.append(error.code)
        return ()


def _cards(national: Sequence[Card], catalogue: Catalogue) -> tuple[Card, ...]:
    """The "not here" cards and the imported ones; a script with the same code goes before."""
    taken = {one.code for one in catalogue.procedures} | {one.code for one in catalogue.cards}
    return (*catalogue.cards, *(card for card in national if card.code not in taken))


def versions(bundle: str = "") -> tuple[tuple[str, str], ...]:
    """(name, version) of what runs here, for the staff sheet and `kiosk doctor`.

    Args:
        bundle: the version of the current bundle, if there is one.
    """
    content = (("Gói thủ tục", bundle),) if bundle else ()
    return (
        ("Dẫn Lối", version("dan-loi")),
        *content,
        ("Qt", version("pyside6-essentials")),
        ("Python", platform.python_version()),
    )


def _usage_log(settings: Settings, troubles: list[str]) -> UsageLog:
    state = settings.folders.state_path
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.warning("cannot write to the state folder: %s", error.strerror)
        troubles.append(f"state.not_writable: {state}")
        return MemoryUsageLog()
    log_file = SqliteUsageLog(state / USAGE_FILE, retention_months=settings.usage.retention_months)
    return BackgroundUsageLog(log_file)


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-2:])
