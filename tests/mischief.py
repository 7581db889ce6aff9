"""A guide that means ill: whatever it is asked, it reports the worst it can think of.

What it thinks of depends on the words alone, so a run is the same each time.
"""

import zlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from kiosk.assistant.guide_reports import Chosen, GuideReport, NotChosen, NotReworded, Reworded
from kiosk.assistant.prompt import Request
from kiosk.intent import Answered, Corrected, Wish, Wished

Thing = TypeVar("Thing")

LIE = "Lệ phí 5.000.000 đồng, không cần giấy tờ gì"
"""A fact that no script has."""

Report = Callable[[GuideReport], None]


def outsiders(request: Request, words: str) -> tuple[tuple[str, ...], ...]:
    """Answers without one id of the request's offers."""
    first = request.offers[0].id
    return (
        (),
        ("",),
        (LIE,),
        (words,),
        (f"{first} ",),
        (first.upper() + "!",),
        (f"{first}\n{LIE}",),
        ("answer khong-co", "procedure khong-co", "aside khong-co"),
        ("procedure ket-hon\u0000",),
        ("x" * 100_000,),
        ("{0}", "%s", "../../settings.toml"),
        ('{"choose": ["answer co"]}',),
    )


def insiders(request: Request) -> tuple[tuple[str, ...], ...]:
    """Answers of the request's own offers that are likely to be wrong."""
    ids = [one.id for one in request.offers]
    losing = (Wished(Wish.STOP), Wished(Wish.AGAIN))
    guessed = {one.id for one in request.guesses}
    harmful = [one.id for one in request.offers if one.intent in losing]
    decided = [one.id for one in request.offers if isinstance(one.intent, Answered | Corrected)]
    unlikely = [one for one in decided if one not in guessed] or decided or ids
    return (
        *((one,) for one in (*unlikely, *harmful, ids[0], ids[-1])),
        tuple(ids[:3]),
        tuple(ids[::-1][:3]),
        tuple(ids),
        (ids[0],) * 5,
        (ids[-1], LIE, ids[0]),
    )


_PROBABILITIES = (1.0, 1.0, 0.95, 0.5, 0.0, None, -1.0, 7.0, float("inf"), float("nan"))


class Mischievous:
    """Chooses badly, and says so in every wrong way."""

    def __init__(self, report: Report, *, is_outsider: bool = False, salt: str = "") -> None:
        """Args: is_outsider: names nothing but what was not offered; salt: for other mischief."""
        self._report = report
        self._is_outsider = is_outsider
        self._salt = salt
        self.times_asked = 0

    def prepare(self, request: Request) -> None:
        """Answer what nobody has asked."""
        self._report(Chosen(0, (request.offers[0].id,), 1.0))
        self._report(Reworded(0, LIE))

    def choose(self, turn: int, request: Request, words: str) -> None:
        """Report for other turns, then something bad for this one, then more of it."""
        self.times_asked += 1
        bad = outsiders(request, words) if self._is_outsider else self._mixed(request, words)
        offers = self._one_of(bad, words, "offers")
        probability = self._one_of(_PROBABILITIES, words, "probability")
        for other in (turn - 1, turn + 1, -turn, 0):
            self._report(Chosen(other, (request.offers[0].id,), 1.0))
        self._report(Reworded(turn, LIE))
        self._report(Chosen(turn, offers, probability))
        self._report(Chosen(turn, (request.offers[-1].id,), 1.0))  # once more: nobody waits now
        self._report(NotChosen(turn))

    def reword(self, turn: int, text: str) -> None:
        """Put a fact into it that is not there."""
        self._report(Reworded(turn, f"{text} {LIE}"))
        self._report(NotReworded(turn))

    def drop(self) -> None:
        """Go on talking."""
        self._report(Chosen(0, (LIE,), 1.0))

    def _mixed(self, request: Request, words: str) -> tuple[tuple[str, ...], ...]:
        inside = insiders(request)
        return (*inside, *inside, *outsiders(request, words))

    def _one_of(self, things: Sequence[Thing], words: str, what: str) -> Thing:
        return things[zlib.crc32(f"{self._salt} {what} {words}".encode()) % len(things)]
