"""The visit as a value: where the citizen is, and what lies on top of it. Pure.

A session is all that we know of the citizen before us, from the first touch to the
goodbye. It is a value; a reset is a `fresh` one, so there is nothing to clean.
"""

from dataclasses import dataclass
from typing import Literal

from kiosk.card import Card
from kiosk.command import Message
from kiosk.intent import OutOfScope, Perhaps, Talk
from kiosk.path import Answers, Path, follow
from kiosk.procedure import Aspect, Language, LifeEvent, Procedure, Question
from kiosk.tally import ANSWERS, Counted, InputMode
from kiosk.voice import Voice

# Where a visit is


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nobody is here."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """The citizen looks for what they need."""

    life_event: LifeEvent | None = None
    text: str = ""
    found: tuple[str, ...] = ()
    """Procedure ids for `text`, best first."""
    perhaps: Perhaps | None = None
    """A sentence may mean one of these: they are shown with the question that tells them apart."""


@dataclass(frozen=True, slots=True)
class Guiding:
    """Step by step through a procedure, the review and the outcome."""

    procedure: Procedure
    answers: Answers = ()
    changing: str | None = None
    """The question that is being asked again."""
    is_reviewing: bool = False
    is_confirmed: bool = False
    """The review was accepted: the outcome is shown."""
    ticked: frozenset[str] = frozenset()
    is_legal_open: bool = False
    job: int = 0
    """Number of the newest print job; any other job's report is ignored."""
    slip: "SlipState" = None
    """None: never asked for; "printing", "done", or the code of an error."""

    @property
    def path(self) -> Path:
        """The replay of the answers."""
        return follow(self.procedure, self.answers)

    @property
    def asked(self) -> Question | None:
        """The question on the screen; None where the review or the outcome is."""
        if self.changing is not None:
            step = self.procedure.step(self.changing)
        else:
            step = None if self.is_reviewing else self.path.at
        return step if isinstance(step, Question) else None


SlipState = str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A card: a matter without a script."""

    card: Card


@dataclass(frozen=True, slots=True)
class Finished:
    """Goodbye: one tap on a face, then the kiosk waits again."""

    has_rated: bool = False


@dataclass(frozen=True, slots=True)
class Resting:
    """Staff have locked the kiosk: it serves nobody, but calls an officer."""


Phase = Waiting | Choosing | Guiding | Reading | Finished | Resting


# What may lie on top of it


@dataclass(frozen=True, slots=True)
class Why:
    """Why we ask this."""

    question: str | None = None
    """None: the question on the screen."""


@dataclass(frozen=True, slots=True)
class Asides:
    """The side questions, or the answer to one."""

    aside: str | None = None


@dataclass(frozen=True, slots=True)
class AspectAsked:
    """What the script says about one thing, under the answers so far."""

    aspect: Aspect


@dataclass(frozen=True, slots=True)
class NotAvailable:
    """A kind word about something that this kiosk cannot do now."""

    what: str
    """`hearing` or `speaking`."""


@dataclass(frozen=True, slots=True)
class NotHeard:
    """Nothing was heard, or it was taken for something else: say it again, or touch."""

    is_wrong: bool = False
    """Something was understood, and the citizen took it back."""


@dataclass(frozen=True, slots=True)
class VoiceSheet:
    """How the kiosk speaks: pace, loudness, not at all, or with a dark screen."""


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """All notices of the ward, where not all of them fit on the screen."""


@dataclass(frozen=True, slots=True)
class PinPad:
    """The staff door: entering the PIN, or setting it (twice)."""

    is_new: bool = False
    digits: str = ""
    first: str | None = None
    """The new PIN as entered the first time."""
    refusal: str | None = None
    """Key of what was wrong with the last try."""
    locked_seconds: int = 0


@dataclass(frozen=True, slots=True)
class StaffSheet:
    """The officer's page."""

    is_shutting_down: bool = False
    """The first touch of "shut down"; the second one does it."""
    test: str | None = None
    """How the last test went: `printing`, `printed`, `sounded`, or the code of an error."""
    job: int = 0
    bundle: Literal["looking", "offered", "taking", "over"] | None = None
    """What becomes of the bundle of a USB stick; a second touch takes one that is offered."""
    told: str = ""
    """What was found of it."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """What was said is nothing that the kiosk can guide through, and what it says to that."""

    intent: OutOfScope


@dataclass(frozen=True, slots=True)
class NotSure:
    """What was said could not be settled; the choices that may have been meant."""

    choices: tuple[str, ...] = ()
    other: Procedure | Card | None = None
    """Another matter that may have been meant."""


@dataclass(frozen=True, slots=True)
class Summons:
    """What an officer has the kiosk say: where to go."""

    message: Message
    counter: str = ""


Overlay = (
    Why
    | Asides
    | AspectAsked
    | NotAvailable
    | NotHeard
    | VoiceSheet
    | Beyond
    | NotSure
    | Summons
    | NoticeSheet
    | PinPad
    | StaffSheet
)


# What staff try out from the console


@dataclass(frozen=True, slots=True)
class Trial:
    """How the last test went that the console asked for."""

    state: str
    """`printing`, `printed`, `sounded`, `no_sound`, or the code of an error."""
    job: int = 0
    """Its print job; 0 for a sound."""


# What goes on between the citizen's voice and the kiosk's


@dataclass(frozen=True, slots=True)
class Hearing:
    """The ear is open, for one sentence."""

    turn: int
    is_asked: bool = True
    """The citizen touched the microphone; else the kiosk listens after its own question."""
    has_voice: bool = False
    """Somebody speaks, or spoke."""
    is_over: bool = False
    """The sentence is said; what it was is being worked out."""
    so_far: str = ""
    """What was made out of it until now."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A sentence that was heard and acted on; one touch takes it back."""

    text: str
    before: Phase
    """Where the visit stood."""
    was_calling: bool = False
    """Whether an officer had been called by then."""


@dataclass(frozen=True, slots=True)
class Simpler:
    """The paragraph on top in simpler words: asked for, there, or not to be had."""

    turn: int
    text: str | None = None
    """Proven to say the same."""
    is_over: bool = False
    """An answer came; without a text the original stays."""
    is_hidden: bool = False
    """The original was asked for again."""


@dataclass(frozen=True, slots=True)
class Session:
    """A visit."""

    home: Language = "vi"
    """The language of the waiting screen."""
    language: Language = "vi"
    phase: Phase = Waiting()
    overlay: Overlay | None = None
    seconds_left: int | None = None
    """The idle countdown, while it is shown."""
    is_calling: bool = False
    """An officer was called and has not answered yet."""
    call_band: Counted = ANSWERS[0]
    """How long the call has waited: the band that its answer counts in, and nothing finer."""
    is_officer_coming: bool = False
    emergency: Talk | None = None
    """What kind of emergency was named: the officer is called for it."""
    was_reset: bool = False
    """Staff have just restarted the session: the waiting screen says so for a moment."""
    trial: Trial | None = None
    """The last test from the console."""
    mode: InputMode = InputMode.TOUCH
    """How the citizen came to the procedure."""
    jobs: int = 0
    """How many print jobs this visit had: no two have one number."""
    turn: int = 0
    """Rises with each sentence, also from one visit to the next: a late report is ignored."""
    said_by: InputMode | None = None
    """How the sentence was given that led here; None once something was touched."""
    missed: int = 0
    """Sentences in a row that were not understood."""
    thinking: int | None = None
    """The turn whose sentence is being thought about; None: nothing is."""
    hearing: Hearing | None = None
    """The ear, while it is open."""
    taken: Taken | None = None
    """What was heard last, until something else happens."""
    has_spoken: bool = False
    """Whether the citizen has spoken to the kiosk in this visit."""
    is_speaking: bool = False
    """Whether the kiosk's own voice sounds."""
    simpler: Simpler | None = None
    """Simpler words for what lies on top, until something else does."""
    voice: Voice = Voice()


def fresh(home: Language, *, turn: int = 0) -> Session:
    """The session of a kiosk that waits.

    Args:
        home: its language.
        turn: beyond those of the visit before: nothing late is taken for the next visitor's.
    """
    return Session(home=home, language=home, turn=turn)
