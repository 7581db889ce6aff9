"""What `kiosk doctor` finds of the language model, and which one it advises.

None of it is missed so badly that the kiosk should not open: rules and touch do all.
"""

import os
import platform
from collections.abc import Callable
from pathlib import Path

from kiosk.app_guide import guide_model, is_remote
from kiosk.engine_state import GUIDE_CODES
from kiosk.errors import KioskError
from kiosk.finding import Finding, Report, State
from kiosk.guide_advice import GIGABYTE, advise
from kiosk.guide_trial import Trial
from kiosk.settings import Settings

PROCESSOR = Path("/proc/cpuinfo")
NEEDED_FLAG = "avx2"
"""What llama.cpp is compiled for on a PC (packaging/setup.sh)."""


class GuideExamination:
    """Looks at the guide that the settings name."""

    def __init__(self, settings: Settings, report: Report) -> None:
        self._settings = settings
        self._report = report

    def model(
        self, attempt: Callable[[Settings], Trial] | None, processor: Path = PROCESSOR
    ) -> Finding:
        """Whether it is there and answers.

        Args:
            attempt: tries it once; None: it is not tried.
            processor: where the system tells about its processor.
        """
        name, guide = "language-model", self._settings.guide
        say = self._report.finding
        if guide.engine == "off":
            return say(name, State.INFORMATION, "guide-off")
        if not is_remote(guide):
            try:
                file = guide_model(guide.model, self._settings.folders.state_path)
            except KioskError as error:
                return self._report.refused(name, error, State.WARNING)
            if not _is_fit(processor):
                return say(name, State.WARNING, "guide-processor")
            if attempt is None:
                return say(name, State.OK, "guide", file=file)
        elif attempt is None:
            return say(name, State.INFORMATION, "engine-server", server=guide.engine)
        trial = attempt(self._settings)
        if trial.code == GUIDE_CODES.failing:
            return say(name, State.WARNING, "guide-fails", megabytes=guide.memory_megabytes)
        if trial.code:
            return self._report.refused(name, KioskError(trial.code), State.WARNING)
        if trial.seconds is None:
            return say(name, State.WARNING, "guide-slow", deadline=f"{guide.deadline_seconds:g}")
        seconds = f"{trial.seconds:.2f}"
        if is_remote(guide):
            return say(name, State.OK, "guide-server", server=guide.engine, seconds=seconds)
        return say(name, State.OK, "guide-answers", model=guide.model, seconds=seconds)

    def advice(self, cores: int | None = None, memory_bytes: int | None = None) -> Finding:
        """Which model suits this machine; left out: as it is."""
        cores = cores or len(os.sched_getaffinity(0))
        memory = memory_bytes or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        found = advise(cores=cores, memory_bytes=memory)
        return self._report.finding(
            "guide-advice",
            State.INFORMATION,
            found.reason,
            model=found.model,
            cores=cores,
            gigabytes=f"{memory / GIGABYTE:.0f}",
        )


def _is_fit(processor: Path) -> bool:
    """Whether llama.cpp as we compile it runs here; where nobody tells, it is tried."""
    if platform.machine() != "x86_64":
        return True
    try:
        text = processor.read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return "flags" not in text or NEEDED_FLAG in text.split()
