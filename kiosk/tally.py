"""What may be counted: a closed list, each entry with its sentence. Pure.

Nothing else about a visit is ever written down. There is no id of a visit, no text,
no time finer than the usage log's hour bands.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from kiosk.procedure import Language

_AN_ID = re.compile(r"[a-z0-9-]{0,48}")


class InputMode(StrEnum):
    """How the citizen came to the procedure."""

    TOUCH = "touch"
    TYPING = "typing"
    VOICE = "voice"


class Counted(StrEnum):
    """What is counted. A member without its sentence cannot be defined."""

    sentence: str
    """What one count of it means."""

    def __new__(cls, name: str, sentence: str) -> Self:
        """Make the member with its sentence."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.sentence = sentence
        return member

    VISIT_STARTED = "visit_started", "Somebody touched the waiting screen."
    VISIT_FINISHED = "visit_finished", "A citizen ended their visit with the finish button."
    VISIT_LEFT = "visit_left", "A visit ended because nobody touched the screen any more."
    VISIT_RESET = "visit_reset", "Staff restarted the session."
    PROCEDURE_CHOSEN = "procedure_chosen", "A procedure was picked."
    CARD_SHOWN = "card_shown", "A card was shown: a matter that has no script."
    STEP_LEFT = "step_left", "A procedure was left at this step, before its outcome was shown."
    OUTCOME_HERE = "outcome_here", "An outcome that the ward handles was shown."
    OUTCOME_ELSEWHERE = "outcome_elsewhere", "An outcome that sends to another office was shown."
    OUTCOME_ASK_STAFF = "outcome_ask_staff", "An outcome that asks to see an officer was shown."
    SLIP_PRINTED = "slip_printed", "A slip was printed."
    SLIP_FAILED = "slip_failed", "A slip could not be printed."
    STAFF_CALLED = "staff_called", "A citizen called an officer."
    STAFF_ANSWERED = "staff_answered", "An officer answered a call."
    ANSWERED_HALF_MINUTE = "answered_half_minute", "A call was answered within 30 seconds."
    ANSWERED_1_MINUTE = "answered_1_minute", "A call was answered after 30 seconds to 1 minute."
    ANSWERED_2_MINUTES = "answered_2_minutes", "A call was answered after 1 to 2 minutes."
    ANSWERED_5_MINUTES = "answered_5_minutes", "A call was answered after 2 to 5 minutes."
    ANSWERED_10_MINUTES = "answered_10_minutes", "A call was answered after 5 to 10 minutes."
    ANSWERED_LATER = "answered_later", "A call was answered after more than 10 minutes."
    CALL_CANCELLED = "call_cancelled", "A call was taken back before an officer answered."
    CALL_MISSED = "call_missed", "A visit ended with a call that nobody had answered."
    RATED_GOOD = "rated_good", "The smiling face was touched."
    RATED_FAIR = "rated_fair", "The middle face was touched."
    RATED_BAD = "rated_bad", "The sad face was touched."
    RATING_SKIPPED = "rating_skipped", "No face was touched on the goodbye screen."
    LANGUAGE_CHANGED = "language_changed", "The language was switched, to the one counted."
    UNDERSTOOD = "understood", "A sentence was understood and acted on."
    ASKED_BACK = "asked_back", "A sentence may have meant a few procedures: they were shown."
    OUT_OF_SCOPE = "out_of_scope", "A sentence was about nothing that the kiosk can guide through."
    NOT_UNDERSTOOD = "not_understood", "A sentence at a question could not be settled."
    HEARD = "heard", "A spoken sentence was made out."
    NOT_HEARD = "not_heard", "Somebody wanted to speak, and nothing could be made out."
    TAKEN_BACK = "taken_back", "What was understood was taken back with 'not that'."
    PIN_REFUSED = "pin_refused", "A staff PIN was refused."


BANDS = {7: "07-09", 9: "09-11", 11: "11-13", 13: "13-15", 15: "15-17"}
"""First hour -> band; each is two hours wide."""
OTHER_HOURS = "other"
"""The band of all other hours."""

RATINGS = (Counted.RATED_GOOD, Counted.RATED_FAIR, Counted.RATED_BAD, Counted.RATING_SKIPPED)
VISIT_ENDS = (Counted.VISIT_FINISHED, Counted.VISIT_LEFT, Counted.VISIT_RESET)
OUTCOMES = (Counted.OUTCOME_HERE, Counted.OUTCOME_ELSEWHERE, Counted.OUTCOME_ASK_STAFF)

_WAITS = (
    (30.0, Counted.ANSWERED_HALF_MINUTE),
    (60.0, Counted.ANSWERED_1_MINUTE),
    (120.0, Counted.ANSWERED_2_MINUTES),
    (300.0, Counted.ANSWERED_5_MINUTES),
    (600.0, Counted.ANSWERED_10_MINUTES),
)
ANSWERS = (*(counted for _, counted in _WAITS), Counted.ANSWERED_LATER)
"""How long a call waited for its answer, in bands: nothing finer is known of it."""
CALL_ENDS = (*ANSWERS, Counted.CALL_CANCELLED, Counted.CALL_MISSED)
"""What becomes of a call."""


def answered_after(seconds: float) -> Counted:
    """The band of an answer to a call that has waited for so long."""
    return next((counted for most, counted in _WAITS if seconds <= most), Counted.ANSWERED_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One count."""

    event: Counted
    procedure: str = ""
    """A procedure's id, or empty."""
    step: str = ""
    """A step's id within it, or empty."""
    mode: InputMode = InputMode.TOUCH
    language: Language = "vi"

    def __post_init__(self) -> None:
        for text in (self.procedure, self.step):
            if not _AN_ID.fullmatch(text):
                raise ValueError("a tally holds ids of scripts only, never text")
