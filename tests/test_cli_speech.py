"""`kiosk hear` and `kiosk say`, through real engines."""

import json
import shlex
import tarfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from at_hand import model_at_hand
from conftest import SCRIPT_TEXT, ScriptFolder
from spoken_sound import QUESTIONS, bursts, needs_espeak, needs_model, needs_questions, questions
from typer.testing import CliRunner, Result

from kiosk.cli import app
from kiosk.engine_link import worker

FAKE = worker("kiosk.speech.fake_listener_worker").arguments
Options = tuple[object, ...]
SAID = "đăng ký khai sinh cho con"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No site.toml of the machine counts, and nothing is written beside the sources."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def kiosk(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def address(program: tuple[str, ...]) -> str:
    """A program as an address on the command line."""
    return "stdio:" + shlex.join(program)


@pytest.fixture
def fake(tmp_path: Path) -> str:
    """The address of a listener that hears two sentences in turn."""
    texts = tmp_path / "texts"
    texts.write_text(f"{SAID}\nnuôi cá cảnh\n", encoding="utf-8")
    return address((*FAKE, "--texts", str(texts)))


@pytest.fixture
def quick(fake: str, scripts: ScriptFolder) -> Options:
    """Options for a kiosk that has little to load."""
    scripts.write(SCRIPT_TEXT)
    return ("--engine", fake, "--catalogue", scripts.path)


def write_wav(file: Path, pcm: bytes, rate: int = 16_000, channels: int = 1) -> Path:
    """A recording."""
    with wave.open(str(file), "wb") as written:
        written.setparams((channels, 2, rate, 0, "NONE", ""))
        written.writeframes(pcm)
    return file


def lines(result: Result) -> list[Any]:
    """The JSON objects that were printed, one a line."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_recording_is_heard_and_understood(tmp_path: Path, fake: str) -> None:
    file = write_wav(tmp_path / "a.wav", bursts(3))
    (told,) = lines(kiosk("hear", file, "--json", "--engine", fake))
    assert told["text"] == SAID
    assert told["confidence"] == 1.0
    assert told["seconds_audio"] == pytest.approx(2.1)
    assert 0 < told["seconds_taken"] < 20
    (asked,) = lines(kiosk("ask", SAID, "--json"))
    assert {key: told[key] for key in asked} == asked


def test_in_words_it_says_what_was_heard(tmp_path: Path, quick: Options) -> None:
    file = write_wav(tmp_path / "a.wav", bursts(1))
    result = kiosk("hear", file, *quick)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Nghe được: {SAID}\n")


def test_silence_is_out_of_scope(tmp_path: Path, quick: Options) -> None:
    file = write_wav(tmp_path / "a.wav", bytes(32_000))
    (told,) = lines(kiosk("hear", file, "--json", *quick))
    assert (told["text"], told["decision"]) == ("", "out_of_scope")


def test_a_list_is_heard_line_by_line_and_measured(tmp_path: Path, fake: str) -> None:
    write_wav(tmp_path / "a.wav", bursts(1))
    listed = tmp_path / "list.jsonl"
    (wanted,) = lines(kiosk("ask", SAID, "--json"))
    code = wanted["candidates"][0]["code"]
    rows = [
        {"file": "a.wav", "text": "Đăng kí khai sinh cho cháu!", "codes": [code], "speaker": 1},
        {"file": "a.wav", "text": "nuôi cá", "codes": ["9.999999"], "speaker": 2},
        {"file": "none.wav", "text": "x"},
    ]
    listed.write_text("\n".join(map(json.dumps, rows)))
    result = kiosk("hear", "--jsonl", listed, "--engine", fake)
    first, second, third = lines(result)
    assert (first["file"], first["text"], second["text"]) == ("a.wav", SAID, "nuôi cá cảnh")
    assert "none.wav" in third["error"]
    assert "3" not in result.stderr.split(" bản thu")[0]
    (found,) = lines(kiosk("hear", "--jsonl", listed, "--engine", fake, "--figures"))
    assert found["recordings"] == 2
    assert found["words"] == 8
    assert found["word_error_rate"] == 3 / 8, "kí, cháu, and cảnh that nobody said"
    assert found["right_first"] == found["right_among_three"] == 1.0, "of what is on offer"
    assert found["memory_bytes"] > 10_000_000
    (found,) = lines(
        kiosk("hear", "--jsonl", listed, "--engine", fake, "--figures", "--where", "speaker=2")
    )
    assert found["recordings"] == 1
    assert found["answer_seconds_95"] is None


def test_sound_can_be_sent_as_fast_as_it_is_spoken(tmp_path: Path, quick: Options) -> None:
    write_wav(tmp_path / "a.wav", bursts(2))
    listed = tmp_path / "list.jsonl"
    listed.write_text('{"file": "a.wav"}\n')
    (found,) = lines(kiosk("hear", "--jsonl", listed, *quick, "--figures", "--paced"))
    assert found["real_time_factor"] >= 0.9
    assert 0 < found["answer_seconds_95"] < 1


def test_recordings_in_an_archive_are_heard(tmp_path: Path, quick: Options) -> None:
    wav = write_wav(tmp_path / "a.wav", bursts(1))
    with tarfile.open(tmp_path / "clips.tar", "w") as archive:
        archive.add(wav, "one.wav")
        link = tarfile.TarInfo("two.wav")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    listed = tmp_path / "list.jsonl"
    rows = [{"shard": "clips.tar", "clip": clip} for clip in ("one.wav", "two.wav", "three")]
    listed.write_text("\n".join(map(json.dumps, rows)))
    first, second, third = lines(kiosk("hear", "--jsonl", listed, *quick))
    assert first["text"] == SAID
    assert "clips.tar/two.wav" in second["error"]
    assert "clips.tar/three" in third["error"]


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 1), (44_100, 2), (8_000, 1)])
def test_other_rates_and_stereo_are_made_to_fit(
    tmp_path: Path, quick: Options, rate: int, channels: int
) -> None:
    at = np.arange(rate) / rate
    tone = (8000 * np.sin(2 * np.pi * 300 * at)).astype("<i2")
    file = write_wav(tmp_path / "a.wav", np.repeat(tone, channels).tobytes(), rate, channels)
    (told,) = lines(kiosk("hear", file, "--json", *quick))
    assert told["text"] == SAID
    assert told["seconds_audio"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all" * 99])
def test_what_is_no_sound_is_refused(tmp_path: Path, quick: Options, content: bytes) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(content)
    result = kiosk("hear", file, *quick)
    assert result.exit_code == 1
    assert "a.wav" in result.stderr


def test_too_long_a_recording_is_refused(tmp_path: Path, quick: Options) -> None:
    file = write_wav(tmp_path / "a.wav", bytes(31 * 32_000))
    result = kiosk("hear", file, *quick)
    assert result.exit_code == 1
    assert "30 giây" in result.stderr.replace("\n", " ")


@pytest.mark.parametrize("line", ["{", "5", '{"file": 5}', '{"codes": "x"}'])
def test_a_line_that_is_no_recording_is_named(tmp_path: Path, quick: Options, line: str) -> None:
    listed = tmp_path / "list.jsonl"
    listed.write_text(f"\n{line}\n".lstrip())
    result = kiosk("hear", "--jsonl", listed, *quick)
    assert result.exit_code == 1
    assert "list.jsonl:1" in result.stderr.replace("\n", "")


def test_a_file_or_a_list_is_needed() -> None:
    assert kiosk("hear").exit_code == 2
    assert kiosk("hear", "a.wav", "--jsonl", "b").exit_code == 2


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a.wav", bursts(1))
    result = kiosk("hear", file, "--model", tmp_path / "none")
    assert result.exit_code == 1
    assert "mô hình" in result.stderr


@needs_model
@needs_questions
def test_a_recorded_question_is_heard_with_the_real_model() -> None:
    pytest.importorskip("soundfile")
    easy = next(one for one in questions() if one["id"] == "q02998")
    (told,) = lines(
        kiosk(
            *("hear", QUESTIONS.parent / easy["file"], "--json", "--hint", easy["text"]),
            *("--model", model_at_hand()),
        )
    )
    assert told["was_hinted"]
    assert told["text"].lower() == easy["text"].lower()


# say


@needs_espeak
def test_a_text_becomes_a_wav(tmp_path: Path) -> None:
    sounds = {}
    for rate in (120, 240):
        out = tmp_path / f"{rate}.wav"
        assert kiosk("say", "Xin chào ông bà.", "--out", out, "--rate", rate).exit_code == 0
        with wave.open(str(out)) as opened:
            assert (opened.getnchannels(), opened.getsampwidth()) == (1, 2)
            sounds[rate] = np.frombuffer(opened.readframes(opened.getnframes()), dtype="<i2")
    assert np.abs(sounds[120]).max() > 3000
    assert len(sounds[240]) < len(sounds[120]) * 0.75


@needs_espeak
@pytest.mark.parametrize(("text", "voice"), [("…", "aav/vi"), ("xin chào", "aav/xx")])
def test_what_cannot_be_said_is_refused(tmp_path: Path, text: str, voice: str) -> None:
    result = kiosk("say", text, "--out", tmp_path / "a.wav", "--voice", voice)
    assert result.exit_code == 1
    assert voice in result.stderr
    assert not (tmp_path / "a.wav").exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    fake = address(worker("kiosk.speech.fake_speaker_worker").arguments)
    result = kiosk("say", "xin chào", "--out", tmp_path / "no" / "a.wav", "--engine", fake)
    assert result.exit_code == 1
    assert "a.wav" in result.stderr
