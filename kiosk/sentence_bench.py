"""How fast sentences are understood: the part of `kiosk bench` that needs no screen.

It runs in a process of its own, so that nothing that the bench has done before is warm:
the index is built from the files as at a cold start, and its memory is what the process
gained by it. Each sentence is then timed once, at the start of a visit.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from kiosk.app import entries_of, lookup_of
from kiosk.assistant.asking import ask
from kiosk.assistant.entry import Entry
from kiosk.assistant.question_file import QUESTIONS, read_questions
from kiosk.catalogue import Catalogue, load_catalogue
from kiosk.national import read_national


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What was measured."""

    entries: int
    texts: int
    """Titles and wordings in the index."""
    seconds_built: float
    megabytes: float
    """Resident memory that the index and the weights took (10^6 bytes)."""
    milliseconds: tuple[float, ...]
    """Of each sentence."""


def searched_in(national: Path | None, folder: Path) -> tuple[Catalogue, tuple[Entry, ...]]:
    """The scripts in `folder`, and all that can be found with this national catalogue.

    Raises:
        KioskError: a file cannot be read.
    """
    catalogue = load_catalogue(folder)
    names = read_national(national) if national is not None else ()
    return catalogue, entries_of(catalogue, names, None)


def measure_sentences(national: Path | None, folder: Path) -> Sentences:
    """Build the index in a fresh process and ask it the questions that were learned from.

    Args:
        national: the national catalogue, or None.
        folder: of the scripts.

    Raises:
        KioskError: a file cannot be read.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(_measure, national, folder).result()


def _measure(national: Path | None, folder: Path) -> Sentences:
    _, entries = searched_in(national, folder)
    before = resident_megabytes()
    begun = time.perf_counter()
    lookup = lookup_of(entries)
    built = time.perf_counter() - begun
    taken: list[float] = []
    for one in read_questions(QUESTIONS):
        begun = time.perf_counter()
        ask(lookup, one.text)
        taken.append((time.perf_counter() - begun) * 1000)
    return Sentences(
        entries=len(entries),
        texts=_count_texts(entries),
        seconds_built=round(built, 2),
        megabytes=round(resident_megabytes() - before, 1),
        milliseconds=tuple(taken),
    )


def resident_megabytes() -> float:
    """VmRSS of this process in megabytes (10^6 bytes)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) * 1024 / 1_000_000, 1)


def _count_texts(entries: Sequence[Entry]) -> int:
    return sum(1 + len(entry.wordings) for entry in entries)
