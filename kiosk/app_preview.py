"""Builds a kiosk that shows one screen and serves nobody: a part of the composition root."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk.app import PIN_FILE, Content, Kiosk, Later, build_kiosk
from kiosk.assistant.search import Search
from kiosk.assistant.understanding import Understanding
from kiosk.bundle_current import Current
from kiosk.catalogue import Catalogue
from kiosk.preview import Wanted, touches
from kiosk.preview_source import Source, offered_in, procedure_in
from kiosk.printing import PrinterSettings
from kiosk.procedure import Procedure
from kiosk.renewal import Renewal
from kiosk.settings import Settings
from kiosk.speech.silence import Rehearsal


def preview_kiosk(
    source: Source, wanted: Wanted, *, state: Path, shut_down: Callable[[], None]
) -> Kiosk:
    """A kiosk that stands where the wanted screen is, once its window has drained its queue.

    Args:
        source: its scripts, in a folder.
        wanted: the screen.
        state: an empty folder of its own.
        shut_down: closes the program.

    Raises:
        KioskError: those of `procedure_in` and `touches`.
    """
    procedure, catalogue = None, Catalogue(procedures=(), faults=())
    if wanted.procedure:
        procedure = procedure_in(source.path, wanted.procedure)
        catalogue = replace(catalogue, procedures=(procedure,))
    else:
        catalogue = offered_in(source)
    done = touches(procedure, wanted)
    settings = _theirs(source.settings, state)
    (state / PIN_FILE).touch()  # there is a PIN, so nobody is asked to set one
    has_printer = source.settings.printer.kind != "file"
    kiosk = build_kiosk(
        settings,
        shut_down=shut_down,
        today=lambda: _day(procedure, source.today),
        slips=state if has_printer else None,
        content=_content(replace(source, settings=settings), catalogue),
    )
    kiosk.conductor.converse(Rehearsal())
    kiosk.conductor.engines(
        can_hear=settings.hearing.engine != "off", can_speak=settings.speaking.engine != "off"
    )
    for event in done:
        kiosk.conductor.post(event)
    return kiosk


def _theirs(settings: Settings, state: Path) -> Settings:
    """The site's, but nothing moves, and nothing is printed or kept."""
    return replace(
        settings,
        folders=replace(settings.folders, state=str(state)),
        printer=PrinterSettings(kind="file"),
        screen=replace(settings.screen, reduce_motion=True),
        console=replace(settings.console, enabled=False),
    )


def _content(source: Source, catalogue: Catalogue) -> Content:
    """What it offers; it finds nothing by words, for nobody says any."""
    settings, understanding = source.settings, Later(_nothing_is_said)
    ward = settings.ward
    return Content(
        current=Current(name="", version="", procedures=Path(), settings=settings),
        catalogue=catalogue,
        renewal=Renewal(
            name=ward.name,
            place=ward.office,
            counters=settings.counters,
            portal=ward.portal,
            procedures=catalogue.procedures,
            cards=catalogue.cards,
            troubles=(),
            versions=(),
            notices=source.notices,
            search=Search(()),
            understanding=understanding.result,
        ),
        understanding=understanding,
    )


def _nothing_is_said() -> Understanding:
    raise AssertionError("a preview hears nothing")


def _day(procedure: Procedure | None, today: date) -> date:
    """A day on which the procedure is in force: what begins next month is looked at before."""
    if procedure is None or procedure.is_offered(today):
        return today
    first, last = procedure.valid_from, procedure.valid_until
    return first if first is not None and today < first else last or today
