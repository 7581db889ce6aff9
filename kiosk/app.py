"""The only place where things are built and joined."""

import logging
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from kiosk.assistant.lookup import Entry, Lookup
from kiosk.card import Card, CardKind
from kiosk.card_file import CARDS_FILE, load_cards
from kiosk.catalogue import Catalogue, load_catalogue
from kiosk.conductor import Conductor
from kiosk.door import StaffDoor
from kiosk.errors import KioskError
from kiosk.office import Office
from kiosk.ports import UsageLog
from kiosk.printing import make_printer
from kiosk.procedure import Procedure
from kiosk.settings import SITE_PLACES, Settings
from kiosk.usage import BackgroundUsageLog, MemoryUsageLog, SqliteUsageLog
from kiosk.words import Words
from kiosk.words_files import load_words

log = logging.getLogger("kiosk.app")

USAGE_FILE = "usage.sqlite"
PIN_FILE = "staff.json"
SLIP_FOLDER = "slips"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """A kiosk without its screen."""

    settings: Settings
    words: Words
    catalogue: Catalogue
    conductor: Conductor
    door: StaffDoor
    usage: UsageLog


def build_kiosk(
    settings: Settings,
    *,
    shut_down: Callable[[], None],
    clock: Callable[[], float] = time.monotonic,
    today: Callable[[], date] = date.today,
    slips: Path | None = None,
) -> Kiosk:
    """Build everything behind the screen.

    Args:
        settings: what the site wants.
        shut_down: closes the program.
        clock: seconds, for the idle times.
        today: the day, for facts that begin or end.
        slips: a folder in which printed slip files are kept (`kiosk visit`); None: the
            file printer's files go when the visit ends.

    Raises:
        KioskError: the folder of scripts does not exist.
    """
    words = load_words()
    state = settings.folders.state_path
    catalogue = load_catalogue(settings.folders.procedures_path)
    troubles = [f"script.left_out: {_short(file)}" for file in catalogue.left_out]
    if not any(place.is_file() for place in SITE_PLACES) and settings.ward.name.vi == "Phường":
        troubles.append("site.missing")
    cards = _cards(state, catalogue, troubles)
    usage = _usage_log(settings, troubles)
    door = StaffDoor(state / PIN_FILE, fewest_digits=settings.staff.pin_digits)
    office = Office(
        name=settings.ward.name,
        place=settings.ward.office,
        counters=settings.counters,
        portal=settings.ward.portal,
        procedures=catalogue.procedures,
        cards=cards,
        today=today(),
        has_printer=settings.printer.kind != "file" or slips is not None,
        home=settings.screen.language,
        countdown_seconds=settings.idle.countdown_seconds,
        pin_digits=settings.staff.pin_digits,
        troubles=tuple(troubles),
        versions=versions(),
    )
    conductor = Conductor(
        words=words,
        office=office,
        lookup=Lookup((*entries(catalogue.procedures), *card_entries(cards))),
        printer=make_printer(
            settings.printer, folder=slips or state / SLIP_FOLDER, keep=slips is not None
        ),
        usage=usage,
        door=door,
        idle=settings.idle,
        clock=clock,
        today=today,
        shut_down=shut_down,
    )
    return Kiosk(
        settings=settings,
        words=words,
        catalogue=catalogue,
        conductor=conductor,
        door=door,
        usage=usage,
    )


def entries(procedures: tuple[Procedure, ...]) -> tuple[Entry, ...]:
    """The procedures as the lookup takes them."""
    return tuple(
        Entry(
            id=one.id,
            code=one.code,
            title=one.title.vi,
            wordings=(*one.heard_as.vi, one.title.en, *one.heard_as.en, one.summary.vi),
        )
        for one in procedures
    )


def card_entries(cards: tuple[Card, ...]) -> tuple[Entry, ...]:
    """The cards as the lookup takes them: after the scripts, the ward's own level first."""
    return tuple(
        Entry(
            id=one.id,
            code=one.code,
            title=one.title.vi,
            wordings=(*one.heard_as.vi, *one.heard_as.en),
            worth=_card_worth(one),
        )
        for one in cards
    )


def _card_worth(card: Card) -> float:
    if card.kind is CardKind.NOT_HERE:
        return 0.95
    return 0.8 if card.is_commune else 0.6


def _cards(state: Path, catalogue: Catalogue, troubles: list[str]) -> tuple[Card, ...]:
    """The "not here" cards and the imported ones; a script with the same code goes before."""
    try:
        national = load_cards(state / CARDS_FILE)
    except KioskError as error:
        log.warning("the imported cards are left out: %s", error)
        troubles.append(error.code)
        national = ()
    taken = {one.code for one in catalogue.procedures} | {one.code for one in catalogue.cards}
    return (*catalogue.cards, *(card for card in national if card.code not in taken))


def versions() -> tuple[tuple[str, str], ...]:
    """(name, version) of what runs here, for the staff sheet and `kiosk doctor`."""
    return (
        ("Dẫn Lối", version("dan-loi")),
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
