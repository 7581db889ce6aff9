"""What a citizen's words mean where they stand. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.card import Card
from kiosk.path import Answers
from kiosk.procedure import Aspect, Procedure, Text


class Wish(StrEnum):
    """What may be wished for at any step."""

    BACK = "back"
    REPEAT = "repeat"
    AGAIN = "again"
    STAFF = "staff"
    STOP = "stop"


class Talk(StrEnum):
    """What was said is no matter, and has an answer of its own: keys of `heard` in the words."""

    GREETING = "greeting"
    THANKS = "thanks"
    ABOUT_KIOSK = "about_kiosk"
    VAGUE = "vague"
    POLICE = "emergency_police"
    FIRE = "emergency_fire"
    MEDICAL = "emergency_medical"
    MISSING = "emergency_missing"
    """A child, or somebody who cannot find home."""
    OTHER = "other"


EMERGENCIES = frozenset((Talk.POLICE, Talk.FIRE, Talk.MEDICAL, Talk.MISSING))
"""Said at any step, these come before everything else."""


@dataclass(frozen=True, slots=True)
class Chose:
    """A procedure or card is meant."""

    found: Procedure | Card


@dataclass(frozen=True, slots=True)
class Perhaps:
    """One of a few procedures or cards may be meant: ask which."""

    found: tuple[Procedure | Card, ...]
    """Two or three, best first."""
    ask: Text | None = None
    """The question that tells the first two apart, where a script has one."""


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Nothing that the kiosk can guide through."""

    talk: Talk = Talk.OTHER
    about: Text | None = None
    """The name of a matter for which there is no guide."""
    card: Card | None = None
    """The card of the office that does it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One or several answers; those after the first are to be shown for confirmation."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class Corrected:
    """An earlier answer is taken back."""

    question: str
    choice: str


@dataclass(frozen=True, slots=True)
class AskedAside:
    """A side question that the script answers."""

    aside: str


@dataclass(frozen=True, slots=True)
class AskedAspect:
    """A side question that no single aside answers, but the facts of the script do."""

    aspect: Aspect


@dataclass(frozen=True, slots=True)
class AskedWhy:
    """Why a question is asked, which is also what to do without the paper it asks for."""

    question: str | None = None
    """None: the one on the screen."""


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class Unclear:
    """Not sure enough to act."""

    choices: tuple[str, ...] = ()
    """The choices of the question that may be meant, best first."""
    other: Procedure | Card | None = None
    """Another matter that was named instead."""


Intent = (
    Chose
    | Perhaps
    | OutOfScope
    | Answered
    | Corrected
    | AskedAside
    | AskedAspect
    | AskedWhy
    | Wished
    | Unclear
)


def doubted(intent: Intent) -> Intent:
    """The same, to be asked back: the words themselves may have been misheard."""
    match intent:
        case Chose(found):
            return Perhaps((found,))
        case Answered(answers) if len(answers) == 1:
            return Unclear((answers[0][1],))
        case Wished(Wish.STOP | Wish.AGAIN):
            return Unclear()  # all that was answered would be lost
        case _:
            return intent
