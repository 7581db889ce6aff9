"""What stands on the screen can be said: its number, its label, or "yes" to it. Pure.

Where a procedure asks a question, `understanding` knows more; here are the other screens:
lists, overlays, the review, the outcome, the goodbye.
"""

from collections.abc import Iterable, Sequence

from kiosk.assistant.replies import Reply, choice_for, ordinal, reply
from kiosk.assistant.vietnamese import fold_word, syllables, words_of
from kiosk.event import Answered, CardChosen, Closed, Confirmed, Event, Finish, SwitchWanted
from kiosk.procedure import Question
from kiosk.screen import (
    Button,
    CardBody,
    ChoosingBody,
    GoodbyeBody,
    MessageOverlay,
    OutcomeBody,
    QuestionBody,
    RestingBody,
    ReviewBody,
    Screen,
    WaitingBody,
)
from kiosk.speech.aloud import numbered

_POLITE = frozenset(
    [
        "da",
        "vang",
        "thua",
        "a",
        "ah",
        "nhe",
        "nha",
        "cho",
        "toi",
        "giup",
        "voi",
        "di",
        "xin",
        "lam",
        "on",
    ]
)
"""Folded words around a label that change nothing."""

_PRINTING = ("in phieu", "in ra", "in giay", "in", "lay phieu")
_FINISHED = ("xong roi", "xong", "het roi", "du roi")
_RIGHT = ("dung het", "chinh xac", "xem ket qua", "chuan roi", "dong y")
_WRONG = ("khong phai", "khong dung", "sai roi", "nham roi", "khong phai the", "khong phai vay")

_ASKED = Answered | SwitchWanted | CardChosen
"""What a question on top of the screen proposes; "yes" takes it."""

LONGEST = 8
"""Words; a longer sentence says more than what stands on a button."""


def pointed(screen: Screen, text: str) -> Event | None:
    """What the button does that somebody names; None where the sentence names none.

    Args:
        screen: as it is shown.
        text: what was said or typed.
    """
    words = words_of(text)
    if not words or len(words) > LONGEST:
        return None
    overlay = screen.overlay
    if isinstance(screen.body, QuestionBody) and overlay is None:
        return _labelled((*screen.body.nav, *_on_dock(screen)), words)
    listed = numbered(screen)
    place = ordinal(words, len(listed)) if listed else None
    if place is not None:
        return listed[place].event
    if isinstance(overlay, MessageOverlay):
        on_top = _labelled((*overlay.buttons, *_on_dock(screen)), words)
        return on_top or _replied(overlay, words)
    if overlay is not None:
        return None
    return _labelled((*_on_body(screen), *_on_dock(screen)), words) or _agreed(screen, words)


def is_taken_back(text: str, asked: Question | None = None) -> bool:
    """Whether a sentence says no more than that the last one was misunderstood.

    Args:
        text: what was said or typed.
        asked: the question on the screen; a "no" that answers it takes nothing back.
    """
    words = words_of(text)
    if " ".join(_stripped(words)) not in _WRONG:
        return False
    said = reply(words)
    return asked is None or said is None or choice_for(said, words, asked) is None


def _on_dock(screen: Screen) -> tuple[Button, ...]:
    return screen.dock.call, screen.dock.hear


def _on_body(screen: Screen) -> tuple[Button, ...]:
    body = screen.body
    match body:
        case ReviewBody():
            return (body.confirm, *body.nav)
        case OutcomeBody():
            return (body.slip, body.finish, body.asides, *body.nav)
        case CardBody():
            return (body.finish, *body.nav)
        case ChoosingBody():
            return (*body.results, *body.nav)
        case GoodbyeBody():
            return (*body.faces, body.skip)
        case WaitingBody() | QuestionBody() | RestingBody():
            return ()


def _labelled(buttons: Iterable[Button], words: Sequence[str]) -> Event | None:
    said = _stripped(words)
    if not said:
        return None
    return next((one.event for one in buttons if said == _stripped(syllables(one.label))), None)


def _agreed(screen: Screen, words: Sequence[str]) -> Event | None:
    """Yes to the review, "print it" and "that is all" at the outcome."""
    said = " ".join(_stripped(words))
    body = screen.body
    if isinstance(body, ReviewBody):
        return Confirmed() if reply(words) is Reply.YES or said in _RIGHT else None
    if isinstance(body, OutcomeBody):
        if said in _PRINTING:
            return body.slip.event
        return Finish() if said in _FINISHED else None
    return None


def _replied(overlay: MessageOverlay, words: Sequence[str]) -> Event | None:
    """What a bare "yes" or "no" does to what lies on top: it is no answer to what lies below.

    "Có" and "chưa" may well be one.
    """
    said = reply(words)
    if said is None or said is Reply.NOT_YET or "co" in _stripped(words):
        return None
    asked = [one.event for one in overlay.buttons if one.is_main and isinstance(one.event, _ASKED)]
    return asked[0] if said is Reply.YES and asked else Closed()


def _stripped(words: Sequence[str]) -> tuple[str, ...]:
    said = tuple(fold_word(word) for word in words)
    while said and said[0] in _POLITE:
        said = said[1:]
    while said and said[-1] in _POLITE:
        said = said[:-1]
    return said
