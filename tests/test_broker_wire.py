"""What comes over the broker is untrusted: whatever it is, nothing raises and nothing changes."""

import json
import logging
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_broker import Sheet

from kiosk.broker.care import Complaints
from kiosk.broker.desk import Desk
from kiosk.broker.door import BrokerDoor
from kiosk.broker.kiosk import BrokerKiosk
from kiosk.broker.link import Arrived, Outgoing
from kiosk.broker.topics import Kind, Topic, read_topic
from kiosk.broker.wire import (
    MOST_BYTES,
    MOST_NAME_LETTERS,
    Beat,
    Outcome,
    Plate,
    Reply,
    Request,
    read_beat,
    read_mark,
    read_plate,
    read_reply,
    read_request,
    write_beat,
    write_plate,
    write_reply,
    write_request,
)
from kiosk.command import Locked, Message, NoticesSet, ReloadWanted, Summoned, Unlocked, VolumeSet
from kiosk.console.kiosks import Board
from kiosk.console.mqtt_kiosks import MqttKiosks
from kiosk.event import CallAnswered, Command, PrintTestWanted, SoundTestWanted, StaffReset
from kiosk.notice import MOST_LETTERS, MOST_NOTICES, Notice, NoticeKind
from kiosk.procedure import Text
from kiosk.standing import Doing, Help, HelpKind, Place, Standing
from kiosk.voice import Loudness

NOW = 1_800_000_000.0
WARD, CONSOLE = "00082", "trang-can-bo"
DOOR = BrokerDoor(host="127.0.0.1", port=1, ca=None, account=CONSOLE, password="x")  # noqa: S106 - nobody connects
ID = "0123456789abcdef" * 2

# Letters that people write; no controls, no halves of letters.
lines = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
moments = st.floats(0, 4e9)
standings = st.builds(
    Standing,
    kiosk=st.just("may-1"),
    name=lines,
    doing=st.sampled_from(Doing),
    since=moments,
    procedure=st.none() | st.builds(Text, vi=lines, en=lines),
    place=st.none() | st.sampled_from(Place),
    step=st.integers(0, 1000),
    help=st.none()
    | st.builds(Help, kind=st.sampled_from(HelpKind), since=moments, is_answered=st.booleans()),
    troubles=st.lists(lines, max_size=6).map(tuple),
    can_hear=st.booleans(),
    can_speak=st.booleans(),
    loudness=st.sampled_from(Loudness),
    can_reload=st.booleans(),
    trial=st.just("") | lines,
    notices=st.just("") | st.just("0123456789ab"),
)
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))
notices = st.builds(
    Notice,
    id=st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    text=st.builds(Text, vi=lines, en=lines),
    since=days,
    until=days,
    kind=st.sampled_from(NoticeKind),
)
commands = st.one_of(
    *(
        st.just(one())
        for one in (
            *(StaffReset, CallAnswered, PrintTestWanted, SoundTestWanted),
            *(Locked, Unlocked, ReloadWanted),
        )
    ),
    st.builds(Summoned, st.sampled_from(Message), st.sampled_from(["", "ho-tich"])),
    st.builds(VolumeSet, st.sampled_from(Loudness)),
    st.builds(NoticesSet, st.lists(notices, max_size=4).map(tuple)),
)
requests = st.builds(
    Request,
    mark=st.binary(min_size=16, max_size=16).map(bytes.hex),
    attempt=st.integers(1, 1000),
    deadline=moments,
    command=commands,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
DEEP = b"[" * 15_000
HUGE = b'{"format":1,"name":"' + b"x" * 2 * MOST_BYTES + b'"}'
garbage = st.one_of(
    st.binary(max_size=200),
    values.map(lambda one: json.dumps(one).encode()),
    st.sampled_from([DEEP, b'{"a":' * 3000, HUGE, b"\xff\xfe{}", b"null", b"online ", b"OFFLINE"]),
)
topics = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                *("dan-loi", WARD, "may-1", "may-9", "standing", "link", "command", "answer"),
                *(CONSOLE, "", "+", "#", "..", "x" * 300, "MAY", "may_1", "a/b"),
            ]
        ),
        max_size=6,
    ).map("/".join),
)


def bent(table: dict[str, Any], key: str, value: object) -> bytes:
    """A good message with one thing in it that is otherwise."""
    return json.dumps({**table, key: value}).encode()


GOOD: dict[str, Any] = json.loads(
    write_beat(Beat(at=NOW, standing=Standing(kiosk="may-1", name="Máy 1", since=NOW)))
)
GOOD_REQUEST: dict[str, Any] = json.loads(
    write_request(Request(mark=ID, attempt=1, deadline=NOW + 30, command=Locked()))
)


class Heard(Complaints):
    """What would be logged."""

    def __init__(self) -> None:
        super().__init__()
        self.topics: list[str] = []

    def about(self, topic: str) -> None:
        self.topics.append(topic)


class Console:
    """The console's end, to which nobody is connected; it knows one kiosk."""

    def __init__(self) -> None:
        self.changes = 0
        self.kiosks = MqttKiosks(
            DOOR,
            Board(lambda _, __: True),
            ward=WARD,
            own="may-own",
            tell=Sheet().tell,
            clock=lambda: NOW,
            seconds=lambda: 100.0,
        )
        self.complaints = Heard()
        self.kiosks._complaints = self.complaints
        self.hear(f"dan-loi/{WARD}/may-1/standing", json.dumps(GOOD).encode())
        self.kiosks.listen(self._note)
        assert len(self.kiosks.standings()) == 1

    def _note(self) -> None:
        self.changes += 1

    def hear(self, topic: str, payload: bytes, mark: bytes = b"") -> None:
        """Something comes."""
        arrived = Arrived(topic=topic, payload=payload, is_retained=False, answer_to="", mark=mark)
        self.kiosks._take(arrived)


class Kiosk:
    """A kiosk's end, to which nobody is connected."""

    def __init__(self) -> None:
        self.done: list[Command] = []
        self.sent: list[Outgoing] = []
        door = BrokerDoor(host="127.0.0.1", port=1, ca=None, account="may-1", password="x")  # noqa: S106 - nobody connects
        self.end = BrokerKiosk(
            door,
            ward=WARD,
            carry_out=self.done.append,
            tell=Sheet().tell,
            clock=lambda: NOW,
        )
        self.complaints = Heard()
        self.end._complaints = self.complaints
        self.end._link.send = self.sent.append  # type: ignore[method-assign,assignment]  # nobody connects

    def hear(
        self,
        payload: bytes,
        *,
        topic: str = f"dan-loi/{WARD}/may-1/command",
        answer_to: str = f"dan-loi/{WARD}/may-1/answer/{CONSOLE}",
        mark: bytes = b"",
        is_retained: bool = False,
    ) -> None:
        """Something comes."""
        arrived = Arrived(
            topic=topic, payload=payload, is_retained=is_retained, answer_to=answer_to, mark=mark
        )
        self.end._take(arrived)


# What is good comes through whole


@given(standings, moments)
def test_a_standing_comes_through_whole(standing: Standing, at: float) -> None:
    payload = write_beat(Beat(at=at, standing=standing))
    assert len(payload) <= MOST_BYTES
    assert read_beat("may-1", payload) == Beat(at=at, standing=standing)


@given(requests)
def test_a_command_comes_through_whole(request: Request) -> None:
    assert read_request(write_request(request)) == request


@given(st.sampled_from(Outcome))
def test_an_answer_comes_through_whole(outcome: Outcome) -> None:
    reply = Reply(mark=ID, outcome=outcome)
    assert read_reply(write_reply(reply)) == reply


@given(st.text(max_size=3000), st.lists(st.text(max_size=3000), max_size=40).map(tuple))
def test_whatever_a_kiosk_says_of_itself_fits_the_wire(
    text: str, troubles: tuple[str, ...]
) -> None:
    standing = Standing(kiosk="may-1", name=text, troubles=troubles, trial=text)
    payload = write_beat(Beat(at=NOW, standing=standing))
    assert len(payload) <= MOST_BYTES
    found = read_beat("may-1", payload)
    assert found is not None
    assert found.standing.name


def test_the_largest_standing_fits_the_wire() -> None:
    title = Text(vi="ắ" * 600, en='"' * 600)
    called = Help(kind=HelpKind.MEDICAL, since=NOW)
    standing = Standing(
        kiosk="may-1", name="ắ" * 99, procedure=title, help=called, troubles=("ắ" * 999,) * 99
    )
    payload = write_beat(Beat(at=NOW, standing=standing))
    assert len(payload) <= MOST_BYTES
    assert read_beat("may-1", payload) is not None


def test_the_longest_notices_fit_the_wire() -> None:
    text = Text(vi="ắ" * MOST_LETTERS, en="ắ" * MOST_LETTERS)
    until = date(2027, 1, 1)
    longest = tuple(
        Notice(id=f"{number:048d}", text=text, since=until, until=until)
        for number in range(MOST_NOTICES)
    )
    request = Request(mark=ID, attempt=1, deadline=NOW, command=NoticesSet(longest))
    payload = write_request(request)
    assert len(payload) <= MOST_BYTES
    assert read_request(payload) == request


def test_as_many_and_as_long_notices_as_there_may_be_fit_the_wire() -> None:
    longest = tuple(
        Notice(
            id=f"so-{number}",
            text=Text(vi="\U0001f4a7" * MOST_LETTERS, en="ắ" * MOST_LETTERS),
            since=date(2026, 11, 28),
            until=date(2026, 11, 30),
            kind=NoticeKind.CLOSURE,
        )
        for number in range(MOST_NOTICES)
    )
    asked = Request(mark=ID, attempt=1, deadline=NOW, command=NoticesSet(longest))
    payload = write_request(asked)
    assert len(payload) <= MOST_BYTES
    assert read_request(payload) == asked
    table = json.loads(payload)
    for bad in (
        [*table["notices"], table["notices"][0]],
        [{**table["notices"][0], "vi": "a" * (MOST_LETTERS + 1)}],
        [{**table["notices"][0], "vi": ""}],
        [{**table["notices"][0], "since": "mai"}],
        [{**table["notices"][0], "more": 1}],
        None,
    ):
        assert read_request(bent(table, "notices", bad)) is None
    assert read_request(bent(table, "kind", "lock")) is None, "a lock brings no notices"


@pytest.mark.parametrize("kind", Kind)
def test_a_topic_comes_through_whole(kind: Kind) -> None:
    console = CONSOLE if kind is Kind.ANSWER else ""
    topic = Topic(ward=WARD, kiosk="may-1", kind=kind, console=console)
    assert read_topic(str(topic)) == topic


@given(standings, moments)
def test_a_plate_says_a_kiosks_name_and_nothing_of_a_visit(standing: Standing, at: float) -> None:
    plate = write_plate(Beat(at=at, standing=standing))
    assert set(json.loads(plate)) == {"format", "at", "name"}
    assert read_plate(plate) == Plate(at=at, name=standing.name)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("format", 2), ("at", -1), ("at", "1"), ("at", 1e300), ("at", None), ("more", 1)),
        *(("name", ""), ("name", "x" * 61), ("name", "a\nb"), ("name", 1), ("name", None)),
    ],
)
def test_a_plate_with_something_odd_in_it_is_none(key: str, value: object) -> None:
    plate = {"format": 1, "at": NOW, "name": "Máy 1"}
    assert read_plate(json.dumps(plate).encode()) is not None
    assert read_plate(json.dumps({**plate, key: value}).encode()) is None


# What is bad


@given(topics)
def test_only_our_own_topics_are_read(text: str) -> None:
    topic = read_topic(text)
    assert topic is None or str(topic) == text


@given(topics, garbage, garbage)
def test_garbage_changes_nothing_at_the_console(topic: str, payload: bytes, mark: bytes) -> None:
    console = Console()
    before = console.kiosks.standings()
    is_removal = payload == b"" and topic.endswith(("/standing", "/plate"))
    is_own = topic.startswith(f"dan-loi/{WARD}/may-own/")
    console.hear(topic, payload, mark)
    if not is_removal and not is_own:
        assert console.kiosks.standings() == before
        assert console.changes == 0
        assert console.complaints.topics == [topic]


@pytest.mark.parametrize("kind", ["standing", "plate", "link", f"answer/{CONSOLE}", "command"])
@given(payload=garbage.filter(bool), mark=garbage)
def test_garbage_on_our_own_topics_changes_nothing_at_the_console(
    kind: str, payload: bytes, mark: bytes
) -> None:
    console = Console()
    before = console.kiosks.standings()
    console.hear(f"dan-loi/{WARD}/may-1/{kind}", payload, mark)
    assert console.kiosks.standings() == before
    assert (console.changes, len(console.complaints.topics)) == (0, 1)


@given(st.sampled_from(sorted(GOOD)), values)
def test_a_standing_with_something_odd_in_it_is_taken_whole_or_not_at_all(
    key: str, value: object
) -> None:
    console = Console()
    before = console.kiosks.standings()
    console.hear(f"dan-loi/{WARD}/may-1/standing", bent(GOOD, key, value))
    (found,) = console.kiosks.standings()
    if console.complaints.topics:
        assert (found,) == before
    assert isinstance(found.doing, Doing)
    assert isinstance(found.step, int)
    assert 1 <= len(found.name) <= MOST_NAME_LETTERS
    assert not [letter for letter in found.name if ord(letter) < 32]
    assert 0 <= found.since <= 1e11


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("format", 2), ("doing", "dancing"), ("since", "1"), ("since", -1), ("since", 1e300)),
        *(("step", 1.5), ("step", True), ("step", "1"), ("can_hear", 1), ("can_hear", "true")),
        *(("name", ""), ("name", "x" * 61), ("name", "a\nb"), ("name", None), ("help", {})),
        *(("troubles", "x"), ("troubles", [1]), ("troubles", ["x"] * 13), ("loudness", "silent")),
        *(("procedure", {"vi": "x"}), ("procedure", {"vi": "x", "en": "y" * 601})),
        *(("kiosk", "may-2"), ("said", "tôi muốn")),
    ],
)
def test_what_is_not_of_its_kind_is_refused(key: str, value: object) -> None:
    assert read_beat("may-1", bent(GOOD, key, value)) is None


@given(topics, garbage, topics, garbage, st.booleans())
def test_garbage_does_nothing_at_a_kiosk(
    topic: str,
    payload: bytes,
    answer_to: str,
    mark: bytes,
    is_retained: bool,  # noqa: FBT001 - an example
) -> None:
    kiosk = Kiosk()
    kiosk.hear(payload, topic=topic, answer_to=answer_to, mark=mark, is_retained=is_retained)
    kiosk.hear(payload, mark=mark)
    assert kiosk.done == []
    assert kiosk.sent == []
    assert len(kiosk.complaints.topics) == 2


@given(st.sampled_from(sorted(GOOD_REQUEST)), values)
def test_a_command_with_something_odd_in_it_is_not_carried_out(key: str, value: object) -> None:
    kiosk = Kiosk()
    payload = bent(GOOD_REQUEST, key, value)
    kiosk.hear(payload, mark=ID.encode())
    if key not in ("attempt", "deadline"):  # others may be as good
        assert kiosk.done == []
    assert set(kiosk.done) <= {Locked()}


@pytest.mark.parametrize(
    "more",
    [
        *({"message": "come"}, {"counter": "ho-tich"}, {"loudness": "loud"}, {"kind": "summon"}),
        *({"kind": "notices"}, {"notices": []}, {"kind": "notices", "notices": [{"id": "x"}]}),
        *({"kind": "volume"}, {"kind": "shut-down"}, {"kind": "volume", "message": "come"}),
        *({"kind": "summon", "message": "tự do"}, {"id": "x"}, {"id": ID.upper()}),
        *({"kind": "summon", "message": "come", "counter": "../x"}, {"attempt": 0}),
    ],
)
def test_a_command_has_its_own_values_and_no_others(more: dict[str, object]) -> None:
    assert read_request(json.dumps({**GOOD_REQUEST, **more}).encode()) is None


@given(garbage)
def test_an_id_is_read_of_nothing_else(untrusted: bytes) -> None:
    assert read_mark(untrusted) == ""
    assert read_mark(ID.encode()) == ID
    assert read_mark(ID.encode() + b"\n") == ""


def test_a_kiosk_answers_for_itself_alone() -> None:
    """What one kiosk was asked cannot be answered by another."""
    console = Console()
    console.hear(f"dan-loi/{WARD}/may-2/standing", bent(GOOD, "name", "Máy 2"))
    assert console.kiosks.send("may-1", Locked())
    (mark,) = console.kiosks._asked
    reply = write_reply(Reply(mark=mark, outcome=Outcome.DONE))
    console.hear(f"dan-loi/{WARD}/may-2/answer/{CONSOLE}", reply, mark.encode())
    assert console.kiosks.unanswered == 1
    console.hear(f"dan-loi/{WARD}/may-1/answer/{CONSOLE}", reply, b"other")
    assert console.kiosks.unanswered == 1
    console.hear(f"dan-loi/{WARD}/may-1/answer/{CONSOLE}", reply, mark.encode())
    assert console.kiosks.unanswered == 0


def test_no_number_of_kiosks_fills_the_memory() -> None:
    console = Console()
    for number in range(500):
        console.hear(f"dan-loi/{WARD}/may-{number}/standing", json.dumps(GOOD).encode())
    assert len(console.kiosks.standings()) == 200
    assert len(console.complaints.topics) == 300


def test_an_own_kiosk_speaks_for_itself() -> None:
    console = Console()
    console.hear(f"dan-loi/{WARD}/may-own/standing", json.dumps(GOOD).encode())
    assert [one.kiosk for one in console.kiosks.standings()] == ["may-1"]


@pytest.mark.parametrize("kind", ["standing", "plate"])
def test_a_kiosk_that_was_taken_off_is_forgotten(kind: str) -> None:
    console = Console()
    console.hear(f"dan-loi/{WARD}/may-1/{kind}", b"")
    assert console.kiosks.standings() == ()


# Once, and bounded


@given(st.lists(requests, max_size=30), st.data())
def test_each_command_is_carried_out_once_however_it_is_delivered(
    wanted: list[Request], data: st.DataObject
) -> None:
    desk = Desk()
    wanted = list({one.mark: one for one in wanted}.values())
    delivered = data.draw(st.lists(st.sampled_from(wanted), max_size=60)) if wanted else []
    done = []
    for one in delivered:
        taken = desk.take(write_request(one), one.mark.encode(), now=0.0)
        if taken.command is not None:
            done.append(one.mark)
    assert sorted(done) == sorted({one.mark for one in delivered})


def test_a_desk_keeps_so_many_ids_and_no_more() -> None:
    desk = Desk(most=3)
    for number in range(10):
        request = Request(mark=f"{number:032x}", attempt=1, deadline=NOW, command=Locked())
        assert desk.take(write_request(request), b"", now=NOW).command == Locked()
    assert len(desk._known) == 3


def test_complaints_name_the_topic_alone_and_not_too_often(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    complaints = Complaints(seconds=lambda: now[0])
    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            complaints.about("dan-loi/\n\x1b[31m" + "ắ" * 1000)
        now[0] = 60.0
        complaints.about("x")
    first, second = (record.getMessage() for record in caplog.records)
    assert "\\n\\x1b" in first
    assert len(first) < 2000
    assert "\n" not in first
    assert second.endswith("(and 99 before)")
