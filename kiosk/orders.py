"""What staff have ordered a kiosk until further notice: it outlives a restart. Pure.

Locked or not, how loud "normal" is, and what the ward tells everybody. Nothing of a citizen.
"""

from dataclasses import replace
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from kiosk.notice import MOST_NOTICES, Notice
from kiosk.office import Office
from kiosk.session import Resting, Session
from kiosk.voice import Loudness


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Orders:
    """All of them."""

    is_locked: bool = False
    loudness: Loudness = Loudness.NORMAL
    notices: Annotated[tuple[Notice, ...], Field(max_length=MOST_NOTICES)] = ()

    def session(self, before: Session) -> Session:
        """The session with which a kiosk under these orders begins."""
        return replace(before, phase=Resting()) if self.is_locked else before

    def office(self, before: Office) -> Office:
        """The office as these orders have it."""
        return replace(before, loudness=self.loudness, notices=self.notices)


def orders_of(session: Session, office: Office) -> Orders:
    """The orders under which a kiosk stands now."""
    return Orders(
        is_locked=isinstance(session.phase, Resting),
        loudness=office.loudness,
        notices=office.notices,
    )
