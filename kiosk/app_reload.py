"""Has a running kiosk show what became current: a part of the composition root.

What is offered is read and its lookup built on a thread of its own; the conductor takes it over
between two visits. Whatever goes wrong is said to staff, and the kiosk goes on as it was.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial

from kiosk.app import content_of
from kiosk.bundle_current import current_of
from kiosk.bundle_sign import KEYS_FILE, load_keys, refused_ids
from kiosk.bundle_store import BundleStore
from kiosk.conductor import Conductor
from kiosk.errors import KioskError
from kiosk.settings import Settings

log = logging.getLogger("kiosk.app")


class Reload:
    """Renews what a conductor offers."""

    def __init__(
        self,
        settings: Settings,
        conductor: Conductor,
        *,
        today: Callable[[], date],
        shown: str,
        hear: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Reload for this conductor; nothing happens until it is asked for.

        Args:
            settings: the site's own, without what a bundle lays over.
            conductor: who shows it.
            today: the day.
            shown: the name of the bundle that it shows.
            hear: told that name whenever all was looked at: the recogniser may have learned its
                words meanwhile. Called on a thread of this.
        """
        self._settings = settings
        self._conductor = conductor
        self._today = today
        self._shown = shown
        self._hear = hear
        self._seen: str | None = None
        """What the shelf said when all was last looked at."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reload")

    def begin(self) -> Future[bool]:
        """Read all anew, whatever has changed; returns at once. Callable from any thread.

        The result: whether it was handed over.
        """
        return self._thread.submit(self._renew)

    def look(self) -> Future[bool]:
        """Reload if another bundle has become current, or its day has come; returns at once.

        Callable from any thread, and often.
        """
        return self._thread.submit(self._look)

    def close(self) -> None:
        """No more of it; the kiosk is being shut down."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> bool:
        is_new = self._look_at_shelf()
        self._hear(self._shown)
        return is_new

    def _look_at_shelf(self) -> bool:
        current = self._come_due()
        if current == self._seen:
            return False
        self._seen = current
        if current_of(self._settings, self._today()).name == self._shown:
            return False
        return self._renew()

    def _come_due(self) -> str | None:
        """The bundle that the shelf now names; None where it cannot be read or written."""
        state = self._settings.folders.state_path
        try:
            refused = refused_ids(load_keys(state / KEYS_FILE))
            return BundleStore(state).come_due(self._today(), refused=refused).current
        except KioskError as error:
            # Where it cannot be written down, it is still shown: `current_of` reckons the same.
            log.warning("the day of a bundle cannot be kept: %s", error)
            return None

    def _renew(self) -> bool:
        try:
            content = content_of(self._settings, self._today())
            content.understanding.result()  # so that no citizen waits for it
        except KioskError as error:
            log.warning("what is offered stays as it was: %s", error)
            about = next(iter(error.values.values()), "")
            trouble = f"{error.code}: {about}"
            self._conductor.soon(partial(self._conductor.trouble, trouble, is_there=True))
            return False
        self._shown = content.current.name
        self._conductor.renew(content.renewal)
        return True
