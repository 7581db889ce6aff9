"""Prints for the conductor: makes the slip, and knows whose job a late report is about."""

import logging
from collections.abc import Callable
from datetime import date

from kiosk import effect as do
from kiosk import event as on
from kiosk.errors import KioskError
from kiosk.event import Event
from kiosk.ports import Printer
from kiosk.procedure import Language
from kiosk.screen import OutcomeBody, Screen
from kiosk.slip import Slip
from kiosk.slip_for import slip_for, trial_slip
from kiosk.words import Words

log = logging.getLogger("kiosk.conductor")

NOBODYS_JOB = 0
"""The number of a print job whose visit is over: sessions count theirs from 1."""


class PrintJobs:
    """The slips of one visit after another."""

    def __init__(self, printer: Printer, words: Words, *, post: Callable[[Event], None]) -> None:
        """Args: post: gets `SlipDone`, from any thread."""
        self._printer = printer
        self._words = words
        self._post = post
        self._visit = 0
        """Rises with each visit: what a printer reports of an earlier one is nobody's."""

    def take(
        self,
        wanted: do.PrintSlip | do.PrintTest,
        screen: Screen,
        *,
        today: date,
        language: Language,
    ) -> None:
        """Print what the outcome on the screen says, or the test slip."""
        if isinstance(wanted, do.PrintTest):
            slip = trial_slip(screen.header, words=self._words, today=today, language=language)
            self._print(slip, wanted.job)
        elif isinstance(screen.body, OutcomeBody):
            slip = slip_for(
                screen.body, screen.header, words=self._words, today=today, language=language
            )
            self._print(slip, wanted.job)

    def forget(self) -> None:
        """The visit is over."""
        self._visit += 1
        self._printer.forget()

    def _print(self, slip: Slip, job: int) -> None:
        visit = self._visit

        def finished(error: KioskError | None) -> None:
            if error is not None and error.code == "printer.dropped":
                return  # the visit is over; nobody waits for this slip
            if error is not None:
                log.warning("printing failed: %s", error)
            is_theirs = visit == self._visit
            code = error.code if error else None
            self._post(on.SlipDone(job=job if is_theirs else NOBODYS_JOB, error=code))

        self._printer.start(slip, finished)
