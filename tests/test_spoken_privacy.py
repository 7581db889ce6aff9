"""Nothing that a citizen says is kept: not the words, not the sound, not for a moment on disk."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from citizen import Citizen, Meet, engines
from PySide6.QtCore import QObject
from sound import run_for
from spoken_sound import needs_espeak, needs_model
from test_visits import all_texts
from ward import ROOT
from wyoming_servers import NotingVoice, Prompted

from kiosk.engine import Engine
from kiosk.engine_link import Program
from kiosk.screen import WaitingBody
from kiosk.session import fresh
from kiosk.speech.recogniser import Recogniser
from kiosk.usage import USAGE_FILE
from kiosk.voice import TapFree

MARKER = "zebraquagga nhum nhim"
"""What the test's own recogniser hears."""
SENTENCE = "con tôi mới sinh được mười ngày ở viện"
"""What is said to the real one."""
PIECE_BYTES = 64

pytestmark = needs_espeak


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this process and of the engines that it starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def heard_sound(monkeypatch: pytest.MonkeyPatch) -> bytearray:
    """A copy of all sound on its way to a recogniser."""
    kept = bytearray()
    hear = Recogniser.hear

    def hear_and_keep(self: Recogniser, turn: int, pcm: bytes) -> None:
        kept.extend(pcm)
        hear(self, turn, pcm)

    monkeypatch.setattr(Recogniser, "hear", hear_and_keep)
    return kept


def pieces(pcm: bytes) -> Iterator[bytes]:
    """Of sound, all that are no silence; whoever keeps 128 bytes of it keeps one of them."""
    for at in range(0, len(pcm) - PIECE_BYTES, PIECE_BYTES):
        piece = bytes(pcm[at : at + PIECE_BYTES])
        if len(set(piece)) > PIECE_BYTES // 4:
            yield piece


def assert_nothing_is_kept(
    citizen: Citizen,
    temporary: Path,
    *,
    texts: tuple[str, ...],
    pcm: bytes,
    log: str,
) -> None:
    """Not in files, not in the log, not in what QML holds, not in the session."""
    sounds = list(pieces(pcm))
    assert len(sounds) > 100, "the marker test must know the sound"
    folder = citizen.ward.state.parent
    assert folder in temporary.parents
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert any(file.name == USAGE_FILE for file in files), "it must look at files"
    for file in files:
        content = file.read_bytes()
        for text in texts:
            assert text.encode() not in content, file
            assert text.encode("utf-16-le") not in content, file
        assert not any(piece in content for piece in sounds), file
    assert not list(temporary.rglob("*.wav"))
    assert not list(Path.cwd().glob("core*")), "a dump of memory would hold what was said"
    for text in texts:
        assert text not in log
        shown = citizen.ward.panel.bridge
        assert not any(text in one for one in all_texts(shown.screen))
        assert not any(text in one for one in all_texts(shown.sound))
        assert not any(text in one for one in texts_in_qml(citizen))
        assert text not in repr(citizen.session)


def texts_in_qml(citizen: Citizen) -> Iterator[str]:
    for item in citizen.ward.hand.items():
        assert isinstance(item, QObject)
        for name in ("text", "label", "preeditText"):
            value = item.property(name)
            if isinstance(value, str):
                yield value


def written_bytes(engine: Engine) -> int:
    """What an engine's process has had put on a disk since it began."""
    assert engine.process_id is not None
    told = Path(f"/proc/{engine.process_id}/io").read_text(encoding="ascii")
    return int(dict(line.split(": ") for line in told.splitlines())["write_bytes"])


def is_busy(citizen: Citizen) -> bool:
    return citizen.ward.kiosk.conductor._conversation.is_busy


def leave(citizen: Citizen) -> None:
    """End the visit as one does who just walks away."""
    for label in ("Dừng đọc", "Tôi nói xong"):
        if label in citizen.ward.hand.labels():
            citizen.ward.hand.touch(label)
    run_for(0.5)
    citizen.wait(lambda: not is_busy(citizen), "it is quiet")
    for _ in range(3):  # what a busy machine says late is a sign of life
        citizen.ward.pass_time(81)
        if isinstance(citizen.ward.screen.body, WaitingBody):
            break
    assert isinstance(citizen.ward.screen.body, WaitingBody)
    assert replace(citizen.session, turn=0) == fresh("vi")


def test_nothing_a_citizen_said_is_in_any_file_or_log_or_on_the_next_screen(
    meet: Meet,
    temporary: Path,
    heard_sound: bytearray,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    with (
        Prompted(MARKER, f"làm giấy khai sinh cho cháu {MARKER}") as recogniser,
        NotingVoice() as voice,
    ):
        citizen = meet(
            engines(listener=recogniser.address, speaker=voice.address, tap_free=TapFree.NEVER)
        )
        for _ in range(2):
            citizen.say("tôi muốn làm giấy khai sinh cho cháu")
        assert any(MARKER in strip.text for strip in citizen.strips), "it was shown"
        citizen.strips.clear()
        leave(citizen)
        citizen.ward.kiosk.usage.close()
        assert_nothing_is_kept(
            citizen,
            temporary,
            texts=(MARKER, "zebraquagga"),
            pcm=bytes(heard_sound),
            log=caplog.text,
        )
        voice.texts.clear()


def test_what_is_echoed_to_one_who_listens_in_the_dark_is_forgotten_too(
    meet: Meet,
    temporary: Path,
    heard_sound: bytearray,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    with Prompted(f"làm giấy khai sinh cho cháu {MARKER}") as recogniser:
        citizen = meet(engines(listener=recogniser.address, speaker="espeak"))
        ward = citizen.ward
        for label in ("Giọng đọc", "Chỉ nghe, tắt màn hình"):
            ward.hand.touch(label)
        before = written_bytes(_voice_of(citizen))
        citizen.say("tôi muốn làm giấy khai sinh cho cháu")
        assert citizen.session.taken is not None
        assert MARKER in citizen.session.taken.text
        citizen.wait(lambda: citizen.session.is_speaking, "it is read aloud")
        run_for(2)
        assert written_bytes(_voice_of(citizen)) == before, "the voice wrote to a disk"
        citizen.strips.clear()
        leave(citizen)
        assert_nothing_is_kept(
            citizen, temporary, texts=(MARKER,), pcm=bytes(heard_sound), log=caplog.text
        )


def _voice_of(citizen: Citizen) -> Engine:
    assert citizen.ward.engines is not None
    assert citizen.ward.engines.voice is not None
    return citizen.ward.engines.voice.engine


@needs_model
def test_the_recogniser_that_ships_keeps_and_logs_nothing_either(
    meet: Meet,
    temporary: Path,
    heard_sound: bytearray,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    citizen = meet(engines(listener="model", speaker="espeak"))
    assert citizen.ward.engines is not None
    assert citizen.ward.engines.recogniser is not None
    engine = citizen.ward.engines.recogniser.engine
    before = written_bytes(engine)
    citizen.say(SENTENCE)
    texts = {strip.text for strip in citizen.strips if len(strip.text.split()) > 2}
    texts = {text for text in texts if "Ví dụ" not in text}
    assert texts, "something was recognised"
    assert written_bytes(engine) == before, "the recogniser wrote to a disk"
    assert engine.process_id is not None
    limits = Path(f"/proc/{engine.process_id}/limits").read_text(encoding="ascii")
    dump = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert dump.split()[4:6] == ["0", "0"], "its memory is never dumped"
    citizen.strips.clear()
    leave(citizen)
    citizen.ward.kiosk.usage.close()
    assert_nothing_is_kept(
        citizen, temporary, texts=tuple(texts), pcm=bytes(heard_sound), log=caplog.text
    )
    printed = "".join(capfd.readouterr())
    assert not any(text in printed for text in texts)


CHATTERING = f"""
import importlib, sys
sys.path.insert(0, {str(ROOT)!r})
print({MARKER!r}, file=sys.stderr, flush=True)
sys.exit(importlib.import_module(sys.argv[1]).main(sys.argv[2:]))
"""


def test_what_an_engine_writes_on_standard_error_is_not_logged(
    meet: Meet,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("DEBUG")

    def chattering(module: str, *arguments: str, memory_bytes: int | None = None) -> Program:
        return Program((sys.executable, "-c", CHATTERING, module, *arguments), memory_bytes)

    monkeypatch.setattr("kiosk.app_sound.worker", chattering)
    citizen = meet(engines())
    citizen.say("tôi muốn làm giấy khai sinh cho cháu")
    assert citizen.session.has_spoken
    assert citizen.ward.engines is not None
    citizen.ward.engines.close()
    assert "listener wrote 1 lines to standard error" in caplog.text
    assert MARKER not in caplog.text
    assert MARKER not in "".join(capfd.readouterr())
