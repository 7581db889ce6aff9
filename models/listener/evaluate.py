r"""What a model hears, measured through Vosk itself, as the kiosk uses it.

    python -m models.listener.evaluate models/vosk-vi-danloi ../shared/speech \
        open noisy ward hints cost --questions /root/ears/heard.jsonl

`open`: dictation of the test speakers' clips, by sex and by speaker; `noisy`: the same
with noise; `ward`: questions about procedures, and what was heard of them as a file for
`kiosk eval`; `hints`: phrases allowed at a step, and other speech against them; `cost`:
time, memory and size. One line of JSON for each figure.
"""

import argparse
import json
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import vosk
from numpy.typing import NDArray

from models.listener.clips import Clip, held_out_speakers, read_manifest, sounds_of
from models.listener.hinting import decided
from models.listener.lexicon import UNKNOWN
from models.listener.pronunciation import words_said
from models.listener.scoring import Errors, compared
from models.listener.sounds import RATE

CHUNK = 3200
"""Samples given at once: 0.2 s, as a microphone does."""
SEED = 5

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a sound."""

    words: tuple[str, ...]
    processor_seconds: float
    sound_seconds: float


def hear(recogniser: vosk.KaldiRecognizer, samples: Samples) -> Heard:
    """Everything the recogniser understands of a sound."""
    began = time.process_time()
    chunks = (samples[start : start + CHUNK] for start in range(0, len(samples), CHUNK))
    parts = [
        json.loads(recogniser.Result())["text"]
        for chunk in chunks
        if recogniser.AcceptWaveform(chunk.tobytes())
    ]
    parts.append(json.loads(recogniser.FinalResult())["text"])
    words = tuple(" ".join(parts).split())
    return Heard(words, time.process_time() - began, len(samples) / RATE)


def clips_to_hear(
    folder: Path, most: int | None, *, is_choosing: bool
) -> Iterator[tuple[Clip, Samples]]:
    """The test speakers' clips with their sounds; the same ones where only some are wanted.

    To choose between models there are the speakers whom the training only watches.
    """
    clips = list(read_manifest(folder / "manifest.jsonl"))
    if is_choosing:
        heard = [clip for clip in clips if clip.may_be_heard_in_training]
        apart = held_out_speakers(heard)
        clips = [clip for clip in heard if clip.speaker in apart]
    else:
        clips = [clip for clip in clips if clip.is_test]
    if most is not None:
        clips = _chance().sample(clips, min(most, len(clips)))
    wanted = {clip.name: clip for clip in clips}
    for shard in sorted({clip.shard for clip in clips}):
        for name, samples in sounds_of(folder, shard, wanted):
            yield wanted[name], samples


def _chance() -> random.Random:
    return random.Random(SEED)  # noqa: S311 - the same figures every time, no secret


def with_noise(
    samples: Samples, decibels: float, chance: np.random.Generator, babble: Samples
) -> Samples:
    """Speech that is so much louder than a noise of hiss and other voices in equal parts."""
    speech = samples.astype(np.float64)
    voices = np.resize(np.roll(babble, int(chance.integers(len(babble)))), len(speech))
    hiss = chance.standard_normal(len(speech))
    noise = hiss + voices / max(1.0, float(np.std(voices)))
    wanted = np.sqrt(np.mean(speech**2)) / 10 ** (decibels / 20)
    mixed = speech + noise * wanted / np.sqrt(np.mean(noise**2))
    found: Samples = np.clip(mixed, -32768, 32767).astype(np.int16)
    return found


def open_dictation(
    model: vosk.Model, clips: Iterable[tuple[Clip, Samples]], group: str
) -> Iterator[dict[str, object]]:
    """Word error rate over all, by sex as the speakers gave it, and by speaker."""
    by: dict[str, dict[str, Errors]] = defaultdict(lambda: defaultdict(Errors))
    processor = sound = 0.0
    count = 0
    for clip, samples in clips:
        heard = hear(vosk.KaldiRecognizer(model, RATE), samples)
        errors = compared(words_said(clip.text), heard.words)
        by["all"]["all"] += errors
        by["sex"][clip.gender or "not given"] += errors
        by["speaker"][clip.speaker] += errors
        processor, sound, count = (
            processor + heard.processor_seconds,
            sound + heard.sound_seconds,
            count + 1,
        )
    total = by["all"]["all"]
    speakers = sorted(errors.rate for errors in by["speaker"].values())
    yield {
        "figure": group,
        "clips": count,
        "speakers": len(speakers),
        "word_error_rate": round(total.rate, 4),
        "replaced": total.replaced,
        "missing": total.missing,
        "added": total.added,
        "words": total.said,
        "best_middle_worst_speaker": [round(speakers[i], 3) for i in (0, len(speakers) // 2, -1)],
        "by_sex": {sex: [round(e.rate, 4), e.said] for sex, e in sorted(by["sex"].items())},
        "real_time_factor": round(processor / sound, 4),
    }


def ward_questions(
    model: vosk.Model, folder: Path, questions: Path | None
) -> Iterator[dict[str, object]]:
    """Questions joined from single syllables of a human speaker."""
    total, lines = Errors(), []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        samples, _ = soundfile.read(folder / row["file"], dtype="int16")
        heard = hear(vosk.KaldiRecognizer(model, RATE), samples)
        total += compared(words_said(row["text"]), heard.words)
        said = {**row, "question": " ".join(heard.words) or "-", "said": row["text"]}
        lines.append(json.dumps(said, ensure_ascii=False))
    if questions is not None:
        questions.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    yield {"figure": "ward", "clips": len(lines), "word_error_rate": round(total.rate, 4)}


def hinted(
    model: vosk.Model,
    clips: Sequence[tuple[Clip, Samples]],
    sentences: Sequence[str],
    phrases: int,
) -> Iterator[dict[str, object]]:
    """Clips against so many sentences: the right one among them, and none of them right.

    `right` and `other_speech_taken_for_a_phrase` are the recogniser's own, by the nearest
    phrase; `kiosk_…` is what the kiosk does: acts, or offers up to three to touch.
    """
    chance = _chance()
    counts: Counter[str] = Counter()
    for clip, samples in clips:
        said = " ".join(words_said(clip.text))
        others = chance.sample([one for one in sentences if one != said], phrases)
        among = [said, *others[1:]]
        counts["right"] += _best(model, samples, among) == said
        counts["other_speech_taken_for_a_phrase"] += _best(model, samples, others) is not None
        kiosk = decided(model, samples, among)
        counts["kiosk_right"] += kiosk.taken == said
        counts["kiosk_wrong"] += kiosk.taken not in (None, said)
        counts["kiosk_offers_it"] += said in kiosk.offered
        counts["kiosk_takes_other_speech"] += decided(model, samples, others).taken is not None
    yield {
        "figure": "hints",
        "phrases": phrases,
        "clips": len(clips),
        **{name: round(count / len(clips), 4) for name, count in counts.items()},
    }


def _best(model: vosk.Model, samples: Samples, phrases: list[str]) -> str | None:
    """The phrase that was heard; None where most of it was something else."""
    spelled = json.dumps([*sorted(phrases), UNKNOWN], ensure_ascii=False)
    heard = hear(vosk.KaldiRecognizer(model, RATE, spelled), samples).words
    known = [word for word in heard if word != UNKNOWN]
    if len(known) * 2 < len(heard) or not known:
        return None
    errors = {one: compared(one.split(), known) for one in phrases}
    best = min(phrases, key=lambda one: errors[one].all / max(1, len(one.split())))
    return best if errors[best].rate <= MOST_WRONG else None


MOST_WRONG = 0.34
"""Share of a phrase's words that may be wrong."""


def cost(folder: Path) -> Iterator[dict[str, object]]:
    """Time to load, memory and size; asked for first in a fresh process."""
    began = time.monotonic()
    model = vosk.Model(str(folder))
    loaded = time.monotonic() - began
    hear(vosk.KaldiRecognizer(model, RATE), np.zeros(RATE, np.int16))
    yield {
        "figure": "cost",
        "load_seconds": round(loaded, 2),
        "megabytes_on_disk": round(sum(f.stat().st_size for f in folder.rglob("*")) / 1e6, 1),
        "megabytes_of_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Measure by the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("speech", type=Path, help="holds cv_vi and domain_dev")
    parser.add_argument("what", nargs="+", choices=["open", "noisy", "ward", "hints", "cost"])
    parser.add_argument("--choosing", action="store_true", help="watched speakers, not the test")
    parser.add_argument("--most", type=int, help="clips, chosen once and for all")
    parser.add_argument("--phrases", type=int, nargs="*", default=[5, 20, 100], help="hinted")
    parser.add_argument("--questions", type=Path, help="where the heard questions are written")
    chosen = parser.parse_args()
    vosk.SetLogLevel(-1)
    if "cost" in chosen.what:
        _tell(cost(chosen.model))
    model = vosk.Model(str(chosen.model))
    clips = list(clips_to_hear(chosen.speech / "cv_vi", chosen.most, is_choosing=chosen.choosing))
    if "open" in chosen.what:
        _tell(open_dictation(model, clips, "open"))
    if "ward" in chosen.what:
        _tell(ward_questions(model, chosen.speech / "domain_dev", chosen.questions))
    if "hints" in chosen.what:
        every = read_manifest(chosen.speech / "cv_vi" / "manifest.jsonl")
        sentences = sorted({" ".join(words_said(clip.text)) for clip in every if clip.is_test})
        for phrases in chosen.phrases:
            _tell(hinted(model, clips, sentences, phrases))
    if "noisy" in chosen.what:
        babble = np.sum([np.resize(s, 160_000) for _, s in clips[:4]], 0) // 4
        for decibels in (20, 10, 5):
            chance = np.random.default_rng(SEED)
            noisy = ((c, with_noise(s, decibels, chance, babble)) for c, s in clips)
            _tell(open_dictation(model, noisy, f"open, noise {decibels} dB below"))


def _tell(figures: Iterable[dict[str, object]]) -> None:
    for each in figures:
        print(json.dumps(each, ensure_ascii=False), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
