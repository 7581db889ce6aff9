"""Builds the guide, a language model here or elsewhere: a part of the composition root.

Whatever is not there is said to staff, and the kiosk goes on by its rules.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk.assistant.guide import LocalGuide
from kiosk.assistant.guide_reports import GuideReport
from kiosk.conductor import Conductor
from kiosk.engine_link import Address, is_this_machine, worker
from kiosk.engine_state import GUIDE_CODES, EngineState
from kiosk.errors import KioskError
from kiosk.model_store import find_model
from kiosk.settings import GuideSettings, Settings

if TYPE_CHECKING:
    from kiosk.assistant.remote_guide import RemoteGuide

MEGABYTE = 1024 * 1024
MOST_KEY_BYTES = 10_000
_ENDING = ".gguf"


def join_guide(settings: Settings, conductor: Conductor) -> "LocalGuide | RemoteGuide | None":
    """Give the kiosk the guide that the settings name, started; None: there is none.

    Args:
        settings: of the kiosk.
        conductor: asks it, and tells staff and citizens what they should know of it.
    """
    told: list[str] = []

    def note(state: EngineState) -> None:
        for code in told:
            conductor.trouble(code, is_there=False)
        told.clear()
        if state.state in ("missing", "given_up"):
            told.append(state.code)
            conductor.trouble(state.code, is_there=True)

    guide = build_guide(
        settings,
        report=conductor.guide_reports,
        on_state=lambda state: conductor.soon(partial(note, state)),
    )
    if guide is None:
        return None
    if is_remote(settings.guide) and not is_this_machine(urlsplit(settings.guide.engine).hostname):
        conductor.words_leave()
    conductor.guided_by(guide, rewords=settings.guide.rewords)
    guide.start()
    return guide


def build_guide(
    settings: Settings,
    *,
    report: Callable[[GuideReport], None],
    on_state: Callable[[EngineState], None],
) -> "LocalGuide | RemoteGuide | None":
    """The guide that the settings name, not yet started; None: there is none.

    Args:
        settings: of the kiosk.
        report: gets what it chose, from any thread.
        on_state: gets how it is, from any thread; at once where it cannot even be built.
    """
    guide = settings.guide
    if guide.engine == "off":
        return None
    try:
        if is_remote(guide):
            from kiosk.assistant.remote_guide import RemoteGuide  # noqa: PLC0415 - brings in HTTP

            return RemoteGuide(
                guide.engine,
                report=report,
                on_state=on_state,
                model=guide.remote_model,
                key=read_key(guide.key_file),
                deadline_seconds=guide.deadline_seconds,
            )
        address = guide_address(settings)
    except KioskError as error:
        on_state(EngineState("missing", _CODES.get(error.code, GUIDE_CODES.missing)))
        return None
    return LocalGuide(
        address, report=report, on_state=on_state, deadline_seconds=guide.deadline_seconds
    )


_CODES = {"models.broken": GUIDE_CODES.damaged, "guide.no_key": "guide.refused"}
"""Why there is no guide -> what staff are told."""


def is_remote(guide: GuideSettings) -> bool:
    """Whether what is said leaves this machine."""
    return guide.engine.startswith(("http://", "https://"))


def guide_address(settings: Settings) -> Address:
    """Our own worker over the model that the settings name.

    Raises:
        KioskError: there is no such model.
    """
    guide = settings.guide
    file = guide_model(guide.model, settings.folders.state_path)
    return guide_of(file, threads=guide.threads, megabytes=guide.memory_megabytes)


def guide_of(file: Path, *, threads: int = 2, megabytes: int = 1500) -> Address:
    """Our own worker over a model.

    Args:
        file: the model, GGUF.
        threads: that it may use.
        megabytes: of memory that it may ask for beside the model itself.
    """
    size = file.stat().st_size if file.is_file() else 0
    arguments = ("--model", str(file), "--threads", str(threads))
    return worker(
        "kiosk.assistant.guide_worker", *arguments, memory_bytes=size + megabytes * MEGABYTE
    )


def guide_model(name_or_path: str, state_path: Path) -> Path:
    """The file of a model by its name, or of one that a ward has got by its path.

    Raises:
        KioskError: `models.not_there`, `models.broken`, `models.no_folder`, `guide.no_file`.
    """
    if name_or_path.endswith(_ENDING):
        found = [Path(name_or_path)]
    else:
        found = sorted(find_model(name_or_path, state_path).glob(f"*{_ENDING}"))
    if not found or not found[0].is_file():
        raise KioskError("guide.no_file", file=name_or_path)
    return found[0]


def read_key(file: str) -> str:
    """The key in a file; nothing where no file is named.

    Raises:
        KioskError: `guide.no_key`.
    """
    if not file:
        return ""
    try:
        with Path(file).open("rb") as opened:
            key = opened.read(MOST_KEY_BYTES).decode("ascii").strip()
    except (OSError, ValueError) as error:
        raise KioskError("guide.no_key", type(error).__name__, file=file) from error
    if not key or not key.isprintable() or " " in key:
        raise KioskError("guide.no_key", "no single line", file=file)
    return key
