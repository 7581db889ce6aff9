"""How many drafts wait for review, for the head of every page.

Files are read only after something has changed.
"""

import time
from pathlib import Path

from kiosk.draft import Stage
from kiosk.draft_store import DRAFTS_FOLDER, DraftStore

SETTLED_SECONDS = 1.0
"""A folder that changed so recently may change again without another time of change."""


class DraftCount:
    """Counts, and remembers while the folder stays as it is."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._known: tuple[Path, int, int] | None = None
        """Folder, its time of change, and how many waited there."""

    def waiting(self, state_path: Path) -> int:
        """How many drafts of this state folder wait for review."""
        folder = state_path / DRAFTS_FOLDER
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            return 0
        if self._known is not None and self._known[:2] == (folder, changed):
            return self._known[2]
        drafts = DraftStore(state_path).all()
        count = sum(one.stage is Stage.REVIEW for one in drafts)
        is_settled = time.time_ns() - changed > SETTLED_SECONDS * 1e9
        self._known = (folder, changed, count) if is_settled else None
        return count
