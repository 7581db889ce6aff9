"""The log of deeds: what is kept how long, and that nobody drives anything off it."""

import logging
import os
from pathlib import Path

import pytest
from console_room import NOW, Room

from kiosk.console.accounts import Role
from kiosk.console.audit import MOST_FILES, AuditLog, Kind
from kiosk.console.files import AUDIT_FILE


def test_the_log_is_put_aside_before_it_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("kiosk.console.audit.MOST_BYTES", 2000)
    monkeypatch.setitem(MOST_FILES, Kind.LASTING, 2)
    log = AuditLog(tmp_path / AUDIT_FILE, clock=lambda: NOW)
    with caplog.at_level(logging.WARNING):
        for number in range(100):
            log.note("account_added", account=f"name{number}")
    assert "the audit log is full" in caplog.text
    assert sum(one.stat().st_size for one in tmp_path.iterdir()) < 8000
    assert [one.account for one in log.latest(3)] == ["name99", "name98", "name97"]
    kept = [one.account for one in log.all()]
    assert kept == [f"name{number}" for number in range(99, 99 - len(kept), -1)]


def test_thirty_thousand_commands_of_one_officer_take_no_deed_of_an_admin_off_the_log(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)  # it is said that commands are dropped
    monkeypatch.setattr("os.fsync", lambda _: None)  # a minute of the test's time
    monkeypatch.setitem(MOST_FILES, Kind.COMMANDS, 2)
    log = room.console.audit
    log.note("account_added", account="admin.one", about="somebody.new admin")
    log.note("draft_published", account="admin.one", about="20270115-27b5d9 2027.1.15")
    log.note("login", account="admin.one")
    for number in range(30_000):
        log.note("volume", account="staff.one", kiosk="kiosk", about="normal")
        if number % 100 == 0:
            room.seconds += 1
    kept = [one.what for one in log.all() if one.account == "admin.one"]
    assert kept == ["login", "draft_published", "account_added"]
    assert sum(one.what == "volume" for one in log.all()) < 30_000, "those went instead"
    page = room.enter(Role.AUDITOR).get("/audit?account=admin.one").text
    assert "somebody.new" in page


def test_whoever_tries_to_come_in_takes_nothing_off_the_log_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("kiosk.console.audit.MOST_BYTES", 2000)
    monkeypatch.setitem(MOST_FILES, Kind.DOOR, 2)
    log = AuditLog(tmp_path / AUDIT_FILE, clock=lambda: NOW)
    log.note("bundle_published", account="admin.one")
    log.note("volume", account="staff.one")
    with caplog.at_level(logging.WARNING):
        for _ in range(200):
            log.note("login_refused", account="")
    assert [one.what for one in log.all() if one.account] == ["volume", "bundle_published"]


def test_a_deed_is_kept_for_two_years_and_then_dropped(tmp_path: Path) -> None:
    day = 86_400.0
    now = [NOW]
    log = AuditLog(tmp_path / AUDIT_FILE, clock=lambda: now[0])
    for month in range(40):
        now[0] = NOW + month * 30.5 * day
        log.note("account_added", account="admin.one", about=f"in month {month}")
    kept = [one.about for one in log.all()]
    assert "in month 16" in kept
    assert "in month 12" not in kept
    assert kept[0] == "in month 39"


def test_a_log_of_an_older_kiosk_is_still_read(tmp_path: Path) -> None:
    old = (
        '{"at": "2026-10-0%s", "account": "lan", "what": "%s", "kiosk": "", "about": "", '
        '"address": ""}\n'
    )
    (tmp_path / "console-audit.1.jsonl").write_text(old % ("1T08:00:00+00:00", "bundle_uploaded"))
    (tmp_path / AUDIT_FILE).write_text(old % ("2T08:00:00+00:00", "volume"))
    log = AuditLog(tmp_path / AUDIT_FILE, clock=lambda: NOW)
    log.note("account_added", account="mai")
    assert [one.what for one in log.all()] == ["account_added", "volume", "bundle_uploaded"]
    assert [one.what for one in log.latest(2)] == ["account_added", "volume"]


def test_each_deed_is_on_the_disk_before_the_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    monkeypatch.setattr("os.fsync", lambda handle: synced.append(os.pread(handle, 9999, 0)))
    AuditLog(tmp_path / AUDIT_FILE, clock=lambda: NOW).note("account_added", account="mai")
    assert b"mai" in synced[0]


def test_half_a_line_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / AUDIT_FILE
    log = AuditLog(file, clock=lambda: 0.0)
    log.note("account_added", account="lan")
    with file.open("a") as opened:
        opened.write('{"at": "2026')
    assert [one.account for one in log.latest(5)] == ["lan"]
    log.note("account_added", account="mai")
    assert [one.account for one in log.latest(5)] == ["mai", "lan"], "the next one stands alone"
