"""Who answered which call at this console, so that two officers do not both walk to one kiosk.

An officer's name is for their colleagues: it is kept in this process's memory alone, for as long
as the call. It is in nothing that a kiosk shows, that a broker keeps or that is written here
beside the audit log, which has it anyway. At a ward with several consoles the others say that an
officer is on the way, not who.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.standing import Standing

ON_ITS_WAY_SECONDS = 10.0
"""An answer is on its way to the kiosk: whoever rings longer has not got it, or rings again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """Somebody said that they come."""

    name: str
    since: float
    """Of the call."""
    at: float


class Answered:
    """Answers by kiosk. Used on one thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Know of none; `clock` gives seconds since 1970."""
        self._clock = clock
        self._answers: dict[str, _Answer] = {}

    def take(self, standing: Standing, name: str) -> str:
        """Somebody answers a call that is ringing.

        Returns:
            Who is on the way: this officer, or one who was quicker.
        """
        quicker = self.by(standing)
        if quicker or standing.help is None:
            return quicker
        since = standing.help.since
        self._answers[standing.kiosk] = _Answer(name=name, since=since, at=self._clock())
        return name

    def by(self, standing: Standing) -> str:
        """Who is on the way to this kiosk; empty: nobody, or somebody who did not say so here."""
        answer, called = self._answers.get(standing.kiosk), standing.help
        if answer is None:
            return ""
        is_late = standing.is_ringing and self._clock() - answer.at > ON_ITS_WAY_SECONDS
        if called is None or called.since != answer.since or is_late:
            del self._answers[standing.kiosk]
            return ""
        return answer.name
