"""The recordings: which clips there are, and their features on disk.

Reads `cv_vi/manifest.jsonl` and the tar shards beside it, and writes features to a work
folder outside the repository. A clip whose sentence a test speaker also reads is never
training material, nor are clips that more listeners rejected than accepted.

    python -m models.listener.clips ../shared/speech/cv_vi /root/ears/features
"""

import argparse
import hashlib
import io
import json
import tarfile
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.listener.sounds import BINS, RATE, features


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording of one read sentence."""

    name: str
    shard: str
    speaker: str
    seconds: float
    is_validated: bool
    """Two or more listeners agreed with it."""
    votes: int
    """Listeners for it, less those against it."""
    is_test: bool
    is_text_in_test: bool
    gender: str
    accent: str
    text: str

    @property
    def may_teach(self) -> bool:
        """Whether the models may learn from it, the sound and the sentence alike."""
        return not self.is_test and not self.is_text_in_test

    @property
    def may_be_heard_in_training(self) -> bool:
        """Whether its sound is trusted enough to train on."""
        return self.may_teach and self.votes >= 0


def read_manifest(path: Path) -> tuple[Clip, ...]:
    """The clips of `manifest.jsonl`, in its order."""
    with path.open(encoding="utf-8") as lines:
        return tuple(_clip(json.loads(line)) for line in lines if line.strip())


def held_out_speakers(clips: Sequence[Clip], clips_wanted: int = 150) -> frozenset[str]:
    """Training speakers of few clips, set aside to watch the training; ever the same."""
    counts = Counter(clip.speaker for clip in clips)
    chosen, total = set(), 0
    for speaker in sorted(counts, key=lambda one: hashlib.sha256(one.encode()).hexdigest()):
        if counts[speaker] <= 30 and total < clips_wanted:
            chosen.add(speaker)
            total += counts[speaker]
    return frozenset(chosen)


def _clip(row: dict[str, object]) -> Clip:
    return Clip(
        name=str(row["clip"]),
        shard=str(row["shard"]),
        speaker=str(row["speaker"]),
        seconds=float(str(row["seconds"])),
        is_validated=row["pool"] == "validated",
        votes=int(str(row["up"])) - int(str(row["down"])),
        is_test=row["split"] == "test",
        is_text_in_test=bool(row.get("text_in_test")),
        gender=str(row.get("gender") or ""),
        accent=str(row.get("accent") or ""),
        text=str(row["text"]),
    )


def sounds_of(
    folder: Path, shard: str, wanted: Container[str] | None = None
) -> Iterator[tuple[str, NDArray[np.int16]]]:
    """Name and samples of every clip of a tar shard, or of those wanted."""
    import soundfile  # noqa: PLC0415 - the manifest is read without it too

    with tarfile.open(folder / shard) as archive:
        for member in archive:
            name = Path(member.name).stem
            opened = archive.extractfile(member) if member.isfile() else None
            if opened is None or (wanted is not None and name not in wanted):
                continue
            samples, rate = soundfile.read(io.BytesIO(opened.read()), dtype="int16")
            if rate != RATE:
                raise ValueError(f"{member.name}: {rate} samples a second, not {RATE}")
            yield name, samples if samples.ndim == 1 else samples[:, 0]


def write_features(folder: Path, work: Path, shard: str) -> int:
    """Write `SHARD.f16` (frames by bins) and `SHARD.json` (name: start, frames); the clips."""
    places: dict[str, tuple[int, int]] = {}
    start = 0
    with (work / f"{shard}.f16").open("wb") as out:
        for name, samples in sounds_of(folder, shard):
            found = features(samples)
            out.write(found.astype(np.float16).tobytes())
            places[name] = (start, len(found))
            start += len(found)
    (work / f"{shard}.json").write_text(json.dumps(places), encoding="utf-8")
    return len(places)


def read_features(work: Path) -> dict[str, NDArray[np.float16]]:
    """Clip's name to frames by bins; the frames stay on disk until they are read."""
    found: dict[str, NDArray[np.float16]] = {}
    for index in sorted(work.glob("*.json")):
        frames = np.memmap(index.with_suffix(".f16"), np.float16, "r").reshape(-1, BINS)
        for name, (start, count) in json.loads(index.read_text(encoding="utf-8")).items():
            found[name] = frames[start : start + count]
    return found


def main() -> None:
    """Write the features of every shard that the manifest names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="holds manifest.jsonl and the shards")
    parser.add_argument("work", type=Path, help="where features are written")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    manifest = chosen.folder / "manifest.jsonl"
    shards = sorted({clip.shard for clip in read_manifest(manifest)})
    chosen.work.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(chosen.processes) as pool:
        done = pool.map(partial(write_features, chosen.folder, chosen.work), shards)
        for shard, count in zip(shards, done, strict=True):
            print(f"{shard}: {count} clips")  # noqa: T201
    print("manifest", hashlib.sha256(manifest.read_bytes()).hexdigest())  # noqa: T201


if __name__ == "__main__":
    main()
