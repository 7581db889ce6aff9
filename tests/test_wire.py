"""Wyoming events as bytes and back."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.audio import AudioChunk
from wyoming.event import Event, read_event, write_event

from kiosk.wire import (
    MOST_DATA_BYTES,
    MOST_HEADER_BYTES,
    MOST_PAYLOAD_BYTES,
    BrokenStream,
    Unpacker,
    pack,
)

EVENTS = st.builds(
    Event,
    type=st.text(min_size=1, max_size=20),
    data=st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3),
    payload=st.none() | st.binary(min_size=1, max_size=300),
)


@given(EVENTS, st.integers(1, 50))
def test_what_is_packed_comes_out_again_however_it_is_cut(event: Event, step: int) -> None:
    unpacker, packed = Unpacker(), pack(event) * 2
    pieces = [packed[at : at + step] for at in range(0, len(packed), step)]
    assert [one for piece in pieces for one in unpacker.take(piece)] == [event, event]


@given(EVENTS)
def test_the_wyoming_package_reads_ours_and_we_read_its(event: Event) -> None:
    assert read_event(io.BytesIO(pack(event))) == event
    written = io.BytesIO()
    write_event(event, written)
    assert list(Unpacker().take(written.getvalue())) == [event]


def test_data_in_the_header_and_after_it_are_one() -> None:
    line = b'{"type": "a", "data": {"b": 1}, "data_length": 8}\n{"c": 2}'
    assert list(Unpacker().take(line)) == [Event("a", {"b": 1, "c": 2})]


@pytest.mark.parametrize(
    "untrusted",
    [
        b"hello\n",
        b"\xff\xfe\n",
        b"[1]\n",
        b"\n",
        b'{"type": 5}\n',
        b'{"data": {}}\n',
        b'{"type": "a", "data": [1]}\n',
        b'{"type": "a", "data_length": -1}\n',
        b'{"type": "a", "data_length": "9"}\n',
        b'{"type": "a", "data_length": 1e3}\n',
        b'{"type": "a", "data_length": 3}\n[1]',
        b'{"type": "a", "payload_length": 99999999999}\n',
        b"[" * 60_000 + b"\n",
        b"9" * 9_000 + b"\n",
        b"x" * MOST_HEADER_BYTES,
    ],
)
def test_what_is_not_the_protocol_is_refused_and_not_quoted(untrusted: bytes) -> None:
    with pytest.raises(BrokenStream) as refusal:
        list(Unpacker().take(untrusted))
    assert "hello" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


@pytest.mark.parametrize(
    ("key", "most"), [("data_length", MOST_DATA_BYTES), ("payload_length", MOST_PAYLOAD_BYTES)]
)
def test_a_length_at_the_limit_is_taken_and_one_more_is_not(key: str, most: int) -> None:
    for length, is_taken in ((most, True), (most + 1, False)):
        line = json.dumps({"type": "a", key: length}).encode() + b"\n"
        if is_taken:
            assert list(Unpacker().take(line)) == []
        else:
            with pytest.raises(BrokenStream):
                list(Unpacker().take(line))


def test_half_a_character_does_not_stop_an_event() -> None:
    assert list(Unpacker().take(pack(Event("a", {"text": "xin \ud83d"})))) == [
        Event("a", {"text": "xin ?"})
    ]


def test_two_minutes_of_sound_travel_in_one_event() -> None:
    chunk = AudioChunk(rate=16000, width=2, channels=1, audio=b"\1\2" * (60 * 16000)).event()
    (event,) = Unpacker().take(pack(chunk))
    assert event == chunk
