"""A kiosk with neither ear nor voice: touch does all; and one that only plays both. Pure."""

from collections.abc import Callable

from kiosk import event as on
from kiosk.screen import Screen
from kiosk.session import Session


class Silence:
    """No ear and no voice: touch does all."""

    def __init__(self, post: Callable[[on.Event], None]) -> None:
        self._post = post

    @property
    def is_busy(self) -> bool:
        """Never."""
        return False

    def listen(self, session: Session, screen: Screen, turn: int) -> None:  # noqa: ARG002
        """Say that the kiosk cannot hear."""
        self._post(on.HearingFailed(turn))

    def finish_listening(self) -> None:
        """Nothing is listened to."""

    def close_ear(self) -> None:
        """Nothing is listened to."""

    def shown(self, session: Session, screen: Screen) -> None:
        """Nothing is said."""

    def say_again(self, session: Session, screen: Screen) -> None:  # noqa: ARG002
        """Say on the screen that the kiosk cannot speak."""
        self._post(on.SpeakingFailed())

    def test_sound(self, session: Session, screen: Screen) -> None:
        """Nothing is played."""

    def hush(self) -> None:
        """Nothing is said."""

    def forget(self) -> None:
        """Nothing was heard."""


class Rehearsal(Silence):
    """An ear that opens and a voice that moves no air: a visit that is made for its pictures.

    What is "heard" is posted by whoever leads the visit.
    """

    def __init__(self) -> None:
        super().__init__(_nobody_is_told)


def _nobody_is_told(event: on.Event) -> None:
    """The ear stays open, and nothing is said."""
