"""Tells whoever watches how the kiosk stands, each time that it stands otherwise."""

from collections.abc import Callable

from kiosk.office import Office
from kiosk.session import Session
from kiosk.standing import Standing, standing_of


class StandingWatch:
    """Lives on the conductor's thread; what it publishes is an immutable value."""

    def __init__(
        self,
        publish: Callable[[Standing], None],
        *,
        kiosk: str,
        name: str,
        clock: Callable[[], float],
    ) -> None:
        """Watch for one who is told.

        Args:
            publish: gets each new standing; called on the conductor's thread, returns at once.
            kiosk: the kiosk's id.
            name: what people call it.
            clock: seconds since 1970.
        """
        self._publish = publish
        self._clock = clock
        self._seen: tuple[Session, Office] | None = None
        self._standing = Standing(kiosk=kiosk, name=name, since=clock())

    def look(self, session: Session, office: Office) -> None:
        """See how the kiosk stands."""
        seen = self._seen
        if seen is not None and seen[0] is session and seen[1] is office:
            return
        is_first = seen is None
        self._seen = session, office
        standing = standing_of(session, office, before=self._standing, now=self._clock())
        if is_first or standing != self._standing:
            self._standing = standing
            self._publish(standing)
