"""The far ends that the kiosk talks to: printers, logs, engines, sound. Few methods each."""

from collections.abc import Callable, Sequence
from typing import Protocol

from kiosk.assistant.prompt import Request
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.screen import Screen
from kiosk.session import Session
from kiosk.slip import Slip
from kiosk.tally import Tally


class Printer(Protocol):
    """Puts a slip on paper, or into a file."""

    def start(self, slip: Slip, finished: Callable[[KioskError | None], None]) -> None:
        """Begin to print and return at once.

        `finished` is called exactly once, from any thread, within the printer's own
        deadline: with None when the paper is out, or with what went wrong.
        """

    def forget(self) -> None:
        """Drop every slip that waits or was kept: the visit is over."""


class UsageLog(Protocol):
    """Counts what happened. Never raises: a full disk must not stop a visit."""

    @property
    def fault(self) -> KioskError | None:
        """Why nothing can be written, or that something was lost; for staff."""

    def count(self, tally: Tally) -> None:
        """Add one."""

    def close(self) -> None:
        """Write what still waits; the kiosk is being shut down."""


class Door(Protocol):
    """Guards the staff sheet with a PIN."""

    def has_pin(self) -> bool:
        """Whether a PIN was ever set."""

    def set_pin(self, pin: str) -> None:
        """Set the PIN. Raises KioskError when it cannot be kept or is too weak."""

    def try_pin(self, pin: str) -> int | None:
        """None: it is right. 0: it is wrong. More: locked for that many seconds."""


class Conversation(Protocol):
    """The ear and the voice, as the conductor knows them; all on its own thread."""

    @property
    def is_busy(self) -> bool:
        """Whether the kiosk speaks or listens: silence then is nobody's leaving."""

    def listen(self, session: Session, screen: Screen, turn: int) -> None:
        """Open the ear for this turn."""

    def finish_listening(self) -> None:
        """The sentence is said."""

    def close_ear(self) -> None:
        """Listen no more, and drop what was heard."""

    def shown(self, session: Session, screen: Screen) -> None:
        """Another screen is shown: read it aloud where that is wanted."""

    def say_again(self, session: Session, screen: Screen) -> None:
        """Read all of the screen aloud."""

    def test_sound(self, session: Session, screen: Screen) -> None:
        """Play the test sentence."""

    def hush(self) -> None:
        """Be silent within 50 ms."""

    def forget(self) -> None:
        """The visit is over."""


class Listener(Protocol):
    """Understands what is said: its reports (`speech/reports.py`) come from any thread."""

    def begin(self, turn: int, hints: Sequence[str], language: Language) -> None:
        """Somebody begins to speak; returns at once.

        Args:
            turn: rises each time; a report of another turn is to be ignored.
            hints: whole phrases that may well be said here, most at 200.
            language: in which.
        """

    def hear(self, turn: int, pcm: bytes) -> None:
        """Take sound: 16 kHz, mono, signed 16 bit, little-endian."""

    def end(self, turn: int) -> None:
        """The sentence is over: Heard or NotHeard is reported within five seconds."""

    def drop(self) -> None:
        """Forget everything of the utterance; nothing more is reported of it."""


class Speaker(Protocol):
    """Makes sound of text: its reports (`speech/reports.py`) come from any thread."""

    def speak(self, number: int, text: str, *, voice: str, rate: int) -> None:
        """Render a text and return at once; replaces what is being rendered.

        Args:
            number: comes back in each report of this text.
            text: as a voice should say it.
            voice: its name, such as `aav/vi`.
            rate: words a minute.
        """

    def stop(self) -> None:
        """Forget what is being rendered; nothing more is reported of it."""


class Microphone(Protocol):
    """Gives sound while it is open; on the conductor's thread."""

    def start(self, deliver: Callable[[bytes], None]) -> None:
        """Open it: `deliver` gets pieces of 16 kHz mono 16-bit sound, 20 to 40 ms each."""

    def stop(self) -> None:
        """Close it, and keep nothing."""


class Loudspeaker(Protocol):
    """Plays sound; on the conductor's thread. Its own signals say when all was played."""

    def play(self, number: int, pcm: bytes, rate_hertz: int) -> None:
        """Add a piece of mono 16-bit sound to what is played as `number`."""

    def finish(self, number: int) -> None:
        """No more comes of `number`."""

    def stop(self) -> None:
        """Be silent within 50 ms, and drop what waits."""


class Guide(Protocol):
    """A language model that chooses where the rules are unsure.

    One request at a time. Its reports (`assistant/guide_reports.py`) come from any thread:
    exactly one for each turn within the deadline, and none after `drop`.
    """

    def prepare(self, request: Request) -> None:
        """The citizen stands here now: read the part of the prompt that stays. Returns at once."""

    def choose(self, turn: int, request: Request, words: str) -> None:
        """Which of the offers do these words mean? Chosen or NotChosen is reported."""

    def reword(self, turn: int, text: str) -> None:
        """Say this paragraph in simpler words: Reworded or NotReworded is reported."""

    def drop(self) -> None:
        """Forget what was asked, and every word of it."""
