"""What a kiosk offers from the next visit on: scripts, cards, the ward, and what finds them. Pure.

A visit keeps what it began with. So this is made as a whole, beside what is in use, and put in
its place while nobody is here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kiosk.assistant.search import Search
from kiosk.assistant.understanding import Understanding
from kiosk.card import Card
from kiosk.notice import Notice
from kiosk.office import Office
from kiosk.portal import PortalPlace
from kiosk.procedure import Procedure, Text
from kiosk.session import Resting, Session, Waiting
from kiosk.voice import Voice

TROUBLES = ("bundle.", "cards.", "catalogue.", "keys.", "script.", "site.", "weights.")
"""How the codes of troubles begin that come from what is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """All that changes when another bundle becomes the current one."""

    name: Text
    place: Text
    counters: Mapping[str, Text]
    portal: PortalPlace
    procedures: tuple[Procedure, ...]
    cards: tuple[Card, ...]
    notices: tuple[Notice, ...]
    troubles: tuple[str, ...]
    """Those of what is offered; the others stay."""
    versions: tuple[tuple[str, str], ...]
    search: Search
    understanding: Callable[[], Understanding]

    def office(self, before: Office) -> Office:
        """The office as it was, with this in it."""
        others = tuple(one for one in before.troubles if not one.startswith(TROUBLES))
        return replace(
            before,
            name=self.name,
            place=self.place,
            counters=self.counters,
            portal=self.portal,
            procedures=self.procedures,
            cards=self.cards,
            bundle_notices=self.notices,
            troubles=(*self.troubles, *others),
            versions=self.versions,
        )


def is_nobody_here(session: Session) -> bool:
    """Whether what is offered may change: nobody has said, chosen or opened anything."""
    is_quiet = session.hearing is None and session.thinking is None and session.taken is None
    is_as_ever = session.language == session.home and session.voice == Voice()
    is_waiting = isinstance(session.phase, Waiting | Resting) and session.overlay is None
    return is_waiting and is_quiet and is_as_ever
