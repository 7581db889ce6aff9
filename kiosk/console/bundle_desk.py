"""What the pages of bundles remember between two requests; nothing here outlives the console."""

from dataclasses import dataclass, field

from kiosk.bundle_look import Looked
from kiosk.console.hearing_desk import HearingDesk
from kiosk.console.preview_desk import PreviewDesk
from kiosk.console.remembered import Remembered

MOST_LOOKED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a candidate without looking at it again."""

    version: str
    is_sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleDesk:
    """Their memory."""

    looked: Remembered[Looked] = field(default_factory=lambda: Remembered(MOST_LOOKED))
    """By candidate, the bundle that was current, and the day."""
    seen: Remembered[Seen] = field(default_factory=lambda: Remembered(MOST_LOOKED))
    """Of candidates, whatever has changed since."""
    hearing: HearingDesk = field(default_factory=HearingDesk)
    previews: PreviewDesk = field(default_factory=PreviewDesk)

    def stop(self) -> None:
        """End what runs beside the console. From any thread."""
        self.hearing.stop()
        self.previews.stop()
