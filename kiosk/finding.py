"""What `kiosk doctor` finds, in the words of whoever reads it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.words import Words


class State(StrEnum):
    """How something stands."""

    OK = "ok"
    INFORMATION = "information"
    """Nothing to do."""
    WARNING = "warning"
    """The kiosk can open; see to it."""
    MISSING = "missing"
    """The kiosk should not open without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """Which: a key of `doctor.name` in the words files."""
    state: State
    text: str
    remedy: str = ""


class Report:
    """Puts findings into words."""

    def __init__(self, words: Words, language: Language) -> None:
        self._words = words
        self._language: Language = language

    def finding(self, name: str, state: State, code: str, /, **values: object) -> Finding:
        """A finding in the words `doctor.said.CODE` and `doctor.do.CODE`."""
        remedy = f"doctor.do.{code}"
        return Finding(
            name=name,
            state=state,
            text=self._words.say(f"doctor.said.{code}", self._language, **values),
            remedy=(
                self._words.say(remedy, self._language, **values) if self._words.has(remedy) else ""
            ),
        )

    def refused(self, name: str, error: KioskError, state: State = State.MISSING) -> Finding:
        """A finding in the words of an error, which end with the remedy."""
        text = self._words.say(f"error.{error.code}", self._language, **error.values)
        return Finding(name=name, state=state, text=text)
