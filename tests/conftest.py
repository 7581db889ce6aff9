"""What all tests share: steady property tests, a guard on log lines, and one small script."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from kiosk.catalogue import PORTAL_TABLE, SCRIPT, WALKS
from kiosk.office import Office
from kiosk.portal import PortalPlace
from kiosk.procedure import Procedure, Text
from kiosk.script import read_script
from kiosk.words import Words
from kiosk.words_files import load_words

pytest_plugins = (
    *("sound", "ward", "citizen", "console_room", "live_console", "live_broker", "officer"),
    *("office_desk", "bundle_office", "draft_room"),
)

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("steady")  # `pytest --hypothesis-profile explore` looks further

SCRIPT_TEXT = """\
format: 1
id: xin-giay
code: "1.000001"
portal_id: "019d2bfd-0000-7000-8000-000000000001"
title: {vi: "Xin giấy xác nhận", en: "Get a certificate"}
summary: {vi: "Phường xác nhận cho người dân.", en: "The ward confirms something."}
life_events: [giay-to-ho-tich, tro-cap]
channels: [counter, online]
counter: ho-tich
checked: 2026-11-22
heard_as:
  vi:
    - "xin giấy xác nhận"
    - "tôi cần phường xác nhận cho cháu"
  en: ["get a certificate"]
neighbours: []
where: {vi: "Tầng một của phường", en: "Ground floor of the ward"}
received_by: {vi: "Cán bộ hộ tịch", en: "The civil status officer"}
decided_by: {vi: "Ủy ban nhân dân phường", en: "The ward People's Committee"}
result: {vi: "Giấy xác nhận", en: "The certificate"}
start: ai-di

questions:
  - id: ai-di
    ask: {vi: "Ai đi làm giấy?", en: "Who comes?"}
    why: {vi: "Người đi thay phải có giấy ủy quyền.", en: "Someone else needs a letter."}
    choices:
      - id: tu-di
        label: {vi: "Tôi tự đi", en: "I come myself"}
        heard_as: {vi: ["chính tôi"]}
        next: viec-gi
      - id: di-thay
        label: {vi: "Đi thay người khác", en: "I come for someone"}
        note: {vi: "Người nhà, bạn bè", en: "Family or friends"}
        next: viec-gi
  - id: viec-gi
    ask: {vi: "Giấy dùng vào việc gì?", en: "What is it for?"}
    why: {vi: "Mỗi việc cần giấy khác nhau.", en: "Each use needs other papers."}
    choices:
      - id: di-hoc
        label: {vi: "Đi học", en: "School"}
        next: lam-duoc
      - id: viec-khac
        label: {vi: "Việc khác", en: "Something else"}
        next: hoi-can-bo

outcomes:
  - id: lam-duoc
    kind: here
    title: {vi: "Phường làm được", en: "The ward can do it"}
    lead: {vi: "Mang giấy đến quầy.", en: "Bring the papers to the counter."}
  - id: hoi-can-bo
    kind: ask-staff
    title: {vi: "Xin hỏi cán bộ", en: "Please ask an officer"}
    where: {vi: "Bàn hướng dẫn", en: "The help desk"}

papers:
  - id: can-cuoc
    source: [cong]
    name: {vi: "Căn cước", en: "ID card"}
    kind: original
    hand: show
  - id: giay-uy-quyen
    when: {ai-di: [di-thay]}
    unless: {viec-gi: [viec-khac]}
    source: [cong]
    name: {vi: "Giấy ủy quyền", en: "Letter of authority"}
    note: {vi: "Có chứng thực.", en: "Certified."}
    count: 2
    kind: certified-copy
    hand: submit
  - id: to-khai
    source: [cong]
    confirmed: false
    name: {vi: "Tờ khai", en: "Application form"}
    kind: form
    hand: submit

fees:
  - id: tai-quay
    source: [cong]
    label: {vi: "Tại quầy", en: "At the counter"}
    amount: 8000
    per: {vi: "mỗi bản", en: "per copy"}
  - id: truc-tuyen
    source: [cong]
    confirmed: false
    label: {vi: "Trực tuyến", en: "Online"}
  - id: ho-ngheo
    source: [cong]
    label: {vi: "Hộ nghèo", en: "Poor households"}
    amount: 0

times:
  - id: ba-ngay
    source: [cong]
    text: {vi: "3 ngày làm việc.", en: "3 working days."}

notes:
  - id: nho-ban-goc
    when: {viec-gi: [di-hoc]}
    source: [cong]
    confirmed: false
    text: {vi: "Nhớ mang bản gốc.", en: "Remember the original."}

asides:
  - id: may-ban
    aspect: papers
    ask: {vi: "Cần mấy bản?", en: "How many copies?"}
    say: {vi: "Một bản là đủ.", en: "One is enough."}
    source: [cong]

sources:
  - id: cong
    name: {vi: "Cổng Dịch vụ công", en: "The public service portal"}
    kind: portal
"""
"""A small script without fault; tests break it by replacing a piece of it."""

WALKS_TEXT = """\
walks:
  - name: "Em Mai tự xin giấy đi học"
    answers: {ai-di: tu-di, viec-gi: di-hoc}
    reaches: lam-duoc
    papers: [can-cuoc, to-khai]
    fees: [tai-quay, truc-tuyen, ho-ngheo]
    times: [ba-ngay]
    notes: [nho-ban-goc]
  - name: "Chị Hoa xin thay mẹ, để đi học"
    answers: {ai-di: di-thay, viec-gi: di-hoc}
    reaches: lam-duoc
    papers: [can-cuoc, giay-uy-quyen, to-khai]
    fees: [tai-quay, truc-tuyen, ho-ngheo]
    times: [ba-ngay]
    notes: [nho-ban-goc]
  - name: "Bác Năm xin giấy vào việc khác"
    answers: {ai-di: tu-di, viec-gi: viec-khac}
    reaches: hoi-can-bo
    papers: [can-cuoc, to-khai]
    fees: [tai-quay, truc-tuyen, ho-ngheo]
    times: [ba-ngay]
    notes: []
"""
"""Walks that reach every choice, outcome and paper of `SCRIPT_TEXT`."""


class _Unexpected(logging.Handler):
    """Collects what is logged at WARNING and above without a test having said that it may be."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        super().__init__(level=logging.WARNING)
        self._caplog = caplog
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        allowed = self._caplog.handler.level
        if not logging.WARNING <= allowed <= record.levelno:
            self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_log_line(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs a warning or an error.

    A test that expects one says so: `with caplog.at_level(logging.WARNING):` (or ERROR)
    around what logs it.
    """
    unexpected = _Unexpected(caplog)
    logging.getLogger().addHandler(unexpected)
    yield
    logging.getLogger().removeHandler(unexpected)
    if unexpected.lines:
        pytest.fail("logged without being expected:\n" + "\n".join(unexpected.lines))


@dataclass(frozen=True, slots=True)
class ScriptFolder:
    """A folder of scripts that a test writes."""

    path: Path

    def write(self, text: str, *, walks: str | None = WALKS_TEXT, folder: str = "xin-giay") -> Path:
        """Write a script with its walks; returns the script's file."""
        home = self.path / folder
        home.mkdir(parents=True, exist_ok=True)
        (home / SCRIPT).write_text(text, encoding="utf-8")
        if walks is not None:
            (home / WALKS).write_text(walks, encoding="utf-8")
        return home / SCRIPT

    def write_portal_table(self, *rows: str) -> None:
        """Write `portal_ids.csv`."""
        self.path.mkdir(exist_ok=True)
        table = "\n".join(("code,portal_id", *rows)) + "\n"
        (self.path / PORTAL_TABLE).write_text(table, encoding="utf-8")


@pytest.fixture
def scripts(tmp_path: Path) -> ScriptFolder:
    """An empty folder of scripts."""
    return ScriptFolder(tmp_path / "procedures")


@pytest.fixture
def small() -> Procedure:
    """The small script, read."""
    procedure, _, faults = read_script(SCRIPT_TEXT.encode(), file="small")
    assert procedure is not None
    assert faults == []
    return procedure


@pytest.fixture
def words() -> Words:
    """The fixed sentences."""
    return load_words()


@pytest.fixture
def office(small: Procedure) -> Office:
    """An office that offers the small procedure."""
    return office_of((small,))


def office_of(procedures: tuple[Procedure, ...]) -> Office:
    """An office with these procedures, on the day after the small script was checked."""
    return Office(
        name=Text(vi="Phường Cửa Nam", en="Cửa Nam Ward"),
        place=Text(vi="Trung tâm Phục vụ", en="Service Centre"),
        counters={"ho-tich": Text(vi="Quầy số 3", en="Counter 3")},
        portal=PortalPlace(province_id="", ward_id="", province_code="01", ward_code="00082"),
        procedures=procedures,
        today=date(2026, 11, 23),
        home="vi",
        countdown_seconds=20,
        pin_digits=6,
        versions=(("Dẫn Lối", "0.1"),),
    )
