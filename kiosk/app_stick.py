"""Has staff take a bundle of a USB stick: a part of the composition root.

The stick itself is none of the kiosk's business: `packaging/usb` copies its bundles into a folder,
and this watches the folder. What is found is checked on a thread of its own; staff see who signed
it and how much changes for citizens before a second touch takes it.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

from kiosk import event as on
from kiosk.bundle import SUFFIX, Bundle, version_key
from kiosk.bundle_current import current_of
from kiosk.bundle_file import load_bundle
from kiosk.bundle_hearing import teach
from kiosk.bundle_install import Inspection, changes_for_citizens, inspect, install
from kiosk.bundle_shelf import Shelf
from kiosk.bundle_sign import KEYS_FILE, Key, load_keys, refused_ids, vouched
from kiosk.bundle_store import BundleStore
from kiosk.catalogue import load_catalogue
from kiosk.conductor import Conductor
from kiosk.draft_carried import refuse_carried
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.settings import Settings
from kiosk.terminal import sentence_of
from kiosk.words import Words

log = logging.getLogger("kiosk.app")

INBOX = Path("/run/dan-loi/usb")
"""Where `packaging/usb/dan-loi-usb` puts what it copies."""
MOST_WORDS = 8
"""Words that staff are told of; `kiosk bundle install` tells all, with their lines."""
BY = "USB"
"""Who did it, in the history: whoever knows the staff PIN."""


class Stick:
    """The bundles of a USB stick, as the staff sheet offers them."""

    def __init__(
        self,
        settings: Settings,
        conductor: Conductor,
        *,
        words: Words,
        today: Callable[[], date],
        taken: Callable[[], object],
        inbox: Path = INBOX,
    ) -> None:
        """Watch for this conductor.

        Args:
            settings: the site's own, without what a bundle lays over.
            conductor: whose staff sheet offers it.
            words: for what staff are told.
            today: the day.
            taken: called after a bundle was taken, on any thread.
            inbox: where copies lie.
        """
        self._settings = settings
        self._conductor = conductor
        self._words = words
        self._today = today
        self._taken = taken
        self._inbox = inbox
        self._is_there = False
        self._looked_at: Inspection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stick")
        conductor.bundles_by(self.begin)

    def look(self) -> None:
        """See whether there is a bundle; callable often."""
        is_there = any(self._files())
        if is_there != self._is_there:
            self._is_there = is_there
            self._conductor.soon(partial(self._conductor.stick, is_there=is_there))

    def begin(self, language: Language, is_sure: bool) -> Future[None]:  # noqa: FBT001 - a port
        """Check the newest bundle, or take what was checked; an event tells what came of it."""
        return self._thread.submit(self._take if is_sure else self._inspect, language)

    def close(self) -> None:
        """No more of it; the kiosk is being shut down."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _files(self) -> list[Path]:
        try:
            return sorted(self._inbox.glob(f"*{SUFFIX}"))
        except OSError:
            return []

    def _inspect(self, language: Language) -> None:
        self._looked_at = None
        try:
            told = self._offer(language)
        except KioskError as error:
            log.warning("the bundle of a stick is refused: %s", error)
            told = sentence_of(error, language)
        is_good = self._looked_at is not None
        self._conductor.post(on.BundleLooked(told, is_good=is_good))

    def _offer(self, language: Language) -> str:
        """Whose it is and what it changes, in words.

        Raises:
            KioskError: nothing on the stick can be taken, and why.
        """
        settings, today = self._settings, self._today()
        bundle, key = self._newest_good(today)
        inspection = inspect(bundle, today=today)
        faults = sum(not fault.is_warning for fault in inspection.faults)
        if faults:
            raise KioskError("bundle.faulty", count=str(faults))
        current = current_of(settings, today)
        changed = changes_for_citizens(
            inspection,
            before=load_catalogue(current.procedures),
            settings=current.settings,
            notices=current.notices,
            words=self._words,
            language=language,
        )
        self._looked_at = inspection
        version, titles = bundle.manifest.version, "; ".join(one.title for one in changed)
        none = self._words.say("diff.none", language)
        said = {"version": version, "name": key.name, "titles": titles or none}
        return self._words.say("staff.bundle_offer", language, **said)

    def _newest_good(self, today: date) -> tuple[Bundle, Key]:
        """The newest bundle that this kiosk may take, and the key that vouches for it.

        A stick goes from ward to ward: what is another's, old or no bundle lies on it, too.

        Raises:
            KioskError: there is none, and why: of this ward's, else of others', else of no bundle.
        """
        settings = self._settings
        state, place = settings.folders.state_path, settings.ward.portal
        keys, store = load_keys(state / KEYS_FILE), BundleStore(state)
        read, damaged = self._read()
        others: KioskError | None = None
        old: KioskError | None = None
        for bundle in sorted(read, key=lambda one: version_key(one.manifest.version), reverse=True):
            try:
                key = vouched(bundle, keys, place=place, today=today)
            except KioskError as error:
                others = others or error
                continue
            try:
                store.refuse_older(bundle, refused=refused_ids(keys))
                refuse_carried(bundle, state, today=today)
            except KioskError as error:
                old = old or error
            else:
                return bundle, key
        raise old or others or damaged

    def _read(self) -> tuple[list[Bundle], KioskError]:
        """All that are bundles, and what is wrong with what is none."""
        read, damaged = list[Bundle](), KioskError("bundle.damaged")
        for file in self._files():
            try:
                read.append(load_bundle(file))
            except KioskError as error:
                damaged = error
        return read, damaged

    def _take(self, language: Language) -> None:
        settings, inspection = self._settings, self._looked_at
        state = settings.folders.state_path
        self._looked_at = None
        before = current_of(settings, self._today()).procedures
        try:
            if inspection is None:
                raise KioskError("bundle.damaged")  # noqa: TRY301 - told like the others
            refuse_carried(inspection.bundle, state, today=self._today())
            shelf = install(
                inspection,
                store=BundleStore(state),
                keys=load_keys(state / KEYS_FILE),
                place=settings.ward.portal,
                today=self._today(),
                by=BY,
            )
        except KioskError as error:
            log.warning("the bundle of a stick was not taken: %s", error)
            told = sentence_of(error, language)
            self._conductor.post(on.BundleTaken(told))
            return
        told = self._words.say("bundle.published", language, version=shelf.version)
        self._conductor.post(on.BundleTaken(told))
        self._taken()
        self._teach(shelf, before)

    def _teach(self, shelf: Shelf, before: Path) -> None:
        """Have the recogniser know the words; staff see those that it will not hear."""
        store = BundleStore(self._settings.folders.state_path)
        name = shelf.current
        here = store.procedures(name)
        try:
            made = teach(self._settings, shelf, bundle=name, procedures=here, before=before)
        except KioskError as error:
            log.warning("the recogniser goes on with the model it had: %s", error)
            return
        if made is not None and made.left_out:
            words = ", ".join(one.word for one in made.left_out[:MOST_WORDS])
            trouble = f"bundle.unheard: {words}"
            self._conductor.soon(partial(self._conductor.trouble, trouble, is_there=True))
