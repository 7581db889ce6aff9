"""Accounts: in the file, on the command line, and while others change them."""

import json
import os
import stat
import threading
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from console_room import PASSWORD, QUICK, SITE
from typer.testing import CliRunner

from kiosk.cli import app
from kiosk.console.accounts import _KEPT, MOST_ACCOUNTS, AccountBook, Role, _Kept
from kiosk.console.audit import AuditLog
from kiosk.console.files import ACCOUNTS_FILE, AUDIT_FILE
from kiosk.console.hands import freed, laid
from kiosk.errors import KioskError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ACCOUNTS_FILE


def book_at(file: Path) -> AccountBook:
    return AccountBook(file, hasher=QUICK)


def test_what_is_added_can_be_checked_and_is_kept_for_us_alone(file: Path) -> None:
    made = book_at(file).add("lan.tran", Role.STAFF, PASSWORD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = book_at(file)
    assert again.accounts() == (made,)
    assert again.check("lan.tran", PASSWORD) == made
    assert again.check("lan.tran", PASSWORD + "x") is None
    assert again.check("LAN.TRAN", PASSWORD) is None
    assert again.check("", "") is None
    assert PASSWORD not in file.read_text(encoding="utf-8")


def test_what_another_process_changes_counts_at_once(file: Path) -> None:
    kiosk, shell = book_at(file), book_at(file)
    shell.add("lan", Role.STAFF, PASSWORD)
    before = kiosk.find("lan")
    assert before is not None
    shell.set_disabled("lan", is_disabled=True)
    assert kiosk.find("lan") is None
    assert kiosk.check("lan", PASSWORD) is None
    shell.set_disabled("lan", is_disabled=False)
    after = kiosk.find("lan")
    assert after is not None
    assert after.stamp != before.stamp, "a session from before is over"


def test_two_who_add_at_the_same_time_lose_nothing(file: Path) -> None:
    def add(number: int) -> None:
        book_at(file).add(f"name{number}", Role.STAFF, PASSWORD)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.name for one in book_at(file).accounts()} == {f"name{n}" for n in range(12)}


@pytest.mark.parametrize(
    "name", ["", "a", "Lan", "lần", "lan tran", "../x", "-lan", "a" * 33, "lan\n", "(setup)"]
)
def test_a_name_that_is_none_is_refused(file: Path, name: str) -> None:
    with pytest.raises(KioskError, match=r"accounts\.bad_name"):
        book_at(file).add(name, Role.STAFF, PASSWORD)
    assert not file.exists()


def test_a_name_is_taken_once(file: Path) -> None:
    book = book_at(file)
    book.add("lan", Role.STAFF, PASSWORD)
    with pytest.raises(KioskError, match=r"accounts\.taken"):
        book.add("lan", Role.ADMIN, PASSWORD)
    with pytest.raises(KioskError, match=r"accounts\.not_there"):
        book.set_password("mai", PASSWORD)


def test_the_last_administrator_cannot_be_shut_out(file: Path) -> None:
    book = book_at(file)
    book.add("lan", Role.ADMIN, PASSWORD)
    book.add("mai", Role.STAFF, PASSWORD)
    with pytest.raises(KioskError, match=r"accounts\.last_admin"):
        book.set_disabled("lan", is_disabled=True)
    book.add("thu", Role.ADMIN, PASSWORD)
    book.set_disabled("lan", is_disabled=True)
    with pytest.raises(KioskError, match=r"accounts\.last_admin"):
        book.set_disabled("thu", is_disabled=True)


def test_the_last_administrator_keeps_the_role(file: Path) -> None:
    book = book_at(file)
    book.add("lan", Role.ADMIN, PASSWORD)
    book.add("mai", Role.ADMIN, PASSWORD)
    book.set_role("mai", Role.AUDITOR)
    with pytest.raises(KioskError, match=r"accounts\.last_admin"):
        book.set_role("lan", Role.STAFF)
    with pytest.raises(KioskError, match=r"accounts\.not_there"):
        book.set_role("thu", Role.STAFF)
    assert [(one.name, one.role) for one in book.accounts()] == [
        ("lan", Role.ADMIN),
        ("mai", Role.AUDITOR),
    ]


def test_administrators_who_disable_each_other_at_the_same_time_leave_one(file: Path) -> None:
    names = [f"name{number}" for number in range(6)]
    for name in names:
        book_at(file).add(name, Role.ADMIN, PASSWORD)
    refused: list[str] = []

    def disable(name: str) -> None:
        try:
            book_at(file).set_disabled(name, is_disabled=True)
        except KioskError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=disable, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["accounts.last_admin"]
    assert sum(one.looks_after for one in book_at(file).accounts()) == 1


def test_whatever_changes_an_account_ends_its_sessions_but_a_sign_in_ends_none(
    file: Path,
) -> None:
    days = [date(2026, 11, 28)]
    book = AccountBook(file, hasher=QUICK, today=lambda: days[-1])
    made = book.add("lan", Role.STAFF, PASSWORD, must_change=True)
    assert (made.since, made.seen, made.must_change) == (date(2026, 11, 28), None, True)
    stamps = [made.stamp]
    changes = (
        partial(book.set_role, "lan", Role.AUDITOR),
        partial(book.end_sessions, "lan"),
        partial(book.set_password, "lan", "mười con vịt bơi"),
    )
    for change in changes:
        change()
        stamps.append(book.accounts()[0].stamp)
    assert len(set(stamps)) == 4
    assert not book.accounts()[0].must_change
    days.append(date(2026, 11, 30))
    book.note_signed_in("lan")
    assert (book.accounts()[0].stamp, book.accounts()[0].seen) == (stamps[-1], days[-1])
    written = file.stat().st_mtime_ns
    book.note_signed_in("lan")
    assert file.stat().st_mtime_ns == written, "once a day is enough"


def test_accounts_of_before_are_read_as_they_were(file: Path) -> None:
    made = book_at(file).add("lan", Role.ADMIN, PASSWORD)
    kept = json.loads(file.read_bytes())
    for new in ("since", "seen", "must_change"):
        del kept["accounts"][0][new]
    file.write_text(json.dumps(kept))
    assert book_at(file).accounts() == (replace(made, since=None),)


DAMAGED = (
    "",
    "{",
    "[]",
    '{"format": 2, "accounts": []}',
    '{"format": 1, "accounts": [], "more": 1}',
    '{"format": 1, "accounts": [{"name": "lan"}]}',
    json.dumps(
        {
            "format": 1,
            "accounts": [
                {"name": "lan", "role": "root", "hash": "$argon2id$" + "a" * 40, "stamp": "0" * 16}
            ],
        }
    ),
    json.dumps(
        {
            "format": 1,
            "accounts": [{"name": "lan", "role": "staff", "hash": "plain", "stamp": "0" * 16}],
        }
    ),
    " " * 300_000,
)


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_never_taken_for_an_empty_one(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    book = book_at(file)
    with pytest.raises(KioskError, match=r"accounts\.damaged"):
        book.accounts()
    with pytest.raises(KioskError, match=r"accounts\.damaged"):
        book.add_first("lan", PASSWORD)
    assert file.read_text(encoding="utf-8") == text


def test_a_write_that_fails_leaves_the_old_accounts(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = book_at(file)
    book.add("lan", Role.ADMIN, PASSWORD)
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KioskError, match=r"accounts\.not_kept"):
        book.add("mai", Role.STAFF, PASSWORD)
    assert file.read_bytes() == before
    left = {one.name for one in file.parent.iterdir()}
    assert left == {file.name, f".{file.name}.lock"}


def test_there_are_never_too_many(file: Path) -> None:
    book = book_at(file)
    one = book.add("lan", Role.STAFF, PASSWORD)
    kept = json.loads(file.read_text())
    row = kept["accounts"][0]
    kept["accounts"] = [{**row, "name": f"a{number:03}"} for number in range(MOST_ACCOUNTS)]
    file.write_text(json.dumps(kept))
    with pytest.raises(KioskError, match=r"accounts\.full"):
        book.add("mai", Role.STAFF, PASSWORD)
    assert one.name == "lan"


# The command line


@pytest.fixture
def site(tmp_path: Path) -> Path:
    file = tmp_path / "site.toml"
    text = SITE.read_text(encoding="utf-8").replace('state = ""', f'state = "{tmp_path}"')
    file.write_text(text, encoding="utf-8")
    return file


def run(site: Path, *words: str, typed: str = f"{PASSWORD}\n") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["console", "account", *words, "--site", str(site)], input=typed)
    return done.exit_code, done.output


def test_accounts_are_kept_from_the_command_line(site: Path, file: Path) -> None:
    assert run(site, "list")[1].startswith("Chưa có tài khoản nào.")
    assert run(site, "add", "lan.tran", "--role", "admin") == (
        0,
        "Đã thêm tài khoản lan.tran (quản trị viên).\n",
    )
    assert run(site, "add", "mai", "--lang", "en") == (0, "Added the account mai (staff).\n")
    assert run(site, "disable", "mai") == (0, "Đã tắt tài khoản mai.\n")
    assert run(site, "list") == (0, "lan.tran · quản trị viên\nmai · cán bộ · đã tắt\n")
    assert run(site, "disable", "mai", "--undo") == (0, "Đã mở lại tài khoản mai.\n")
    new = "mười con vịt bơi qua"
    assert run(site, "password", "mai", typed=f"{new}\n")[0] == 0
    assert AccountBook(file).check("mai", new) is not None
    deeds = AuditLog(file.parent / AUDIT_FILE, clock=lambda: 0.0).latest(9)
    assert [one.what for one in reversed(deeds)] == [
        "account_added",
        "account_added",
        "account_disabled",
        "account_enabled",
        "account_password",
    ]
    assert {one.account for one in deeds} == {"(kiosk console)"}


def test_the_command_line_does_what_the_page_does(site: Path, file: Path) -> None:
    run(site, "add", "lan", "--role", "admin")
    assert run(site, "add", "mai", "--must-change")[0] == 0
    assert AccountBook(file).accounts()[1].must_change
    before = AccountBook(file).accounts()[1].stamp
    assert run(site, "role", "mai", "auditor") == (0, "Vai trò của mai nay là kiểm tra viên.\n")
    assert run(site, "sign-out", "mai") == (0, "Đã đăng xuất mai ở mọi nơi.\n")
    mai = AccountBook(file).accounts()[1]
    assert (mai.role, mai.stamp != before) == (Role.AUDITOR, True)
    code, said = run(site, "role", "lan", "staff")
    assert (code, "quản trị viên cuối cùng" in said) == (1, True)
    assert run(site, "password", "mai", "--must-change")[0] == 0
    assert AccountBook(file).accounts()[1].must_change
    for words in (("role", "thu", "staff"), ("sign-out", "thu")):
        assert run(site, *words)[0] == 1
    deeds = AuditLog(file.parent / AUDIT_FILE, clock=lambda: 0.0).latest(3)
    assert [one.what for one in deeds] == [
        "account_password",
        "account_signed_out",
        "account_role",
    ]


def test_at_this_machine_an_account_becomes_its_holders_own(site: Path, file: Path) -> None:
    book = AccountBook(file, hasher=QUICK)
    book.add("lan", Role.ADMIN, PASSWORD)
    book.add("mai", Role.ADMIN, PASSWORD, by="lan")
    today = date.today()  # noqa: DTZ011 - as the book has it
    assert book.tie("mai", ["lan"], since=today) is not None
    assert run(site, "password", "mai")[0] == 0
    assert book.tie("mai", ["lan"], since=today) is not None, "any technician may do that"
    code, said = run(site, "password", "mai", "--may-review", "--must-change")
    assert (code, "--must-change" in said) == (1, True)
    code, said = run(site, "password", "mai", "--may-review")
    assert (code, "tính là một người riêng" in said) == (0, True)
    assert book.tie("mai", ["lan"], since=today) is None
    (deed,) = AuditLog(file.parent / AUDIT_FILE, clock=lambda: 0.0).latest(1)
    assert (deed.what, deed.about) == ("account_may_review", "mai")
    assert run(site, "role", "mai", "admin")[0] == 0
    assert book.tie("mai", ["lan"], since=today) is None, "what is done here is no hand"


def test_accounts_that_all_hold_each_other_can_still_be_read(file: Path) -> None:
    names = [f"{'a' * 28}{number:03}" for number in range(MOST_ACCOUNTS)]
    hands = laid((), names, date(2026, 11, 28))
    made = book_at(file).add(names[0], Role.ADMIN, PASSWORD)
    kept = _Kept(
        accounts=tuple(replace(made, name=one, hands=freed(hands, hands[0].on)) for one in names)
    )
    file.write_bytes(_KEPT.dump_json(kept))
    assert len(book_at(file).accounts()) == MOST_ACCOUNTS


def test_the_command_line_refuses_in_one_sentence(site: Path, file: Path) -> None:
    code, said = run(site, "add", "lan", typed="ngắn\n")
    assert (code, "ít nhất 10 ký tự" in said) == (1, True)
    code, said = run(site, "disable", "mai")
    assert (code, said) == (1, "Không có tài khoản mai.\n")
    assert run(site, "add", "lan", "--role", "root")[0] == 2
    assert not file.exists()


def test_what_a_power_cut_has_left_of_a_writing_is_removed_with_the_next_one(file: Path) -> None:
    book = book_at(file)
    book.add("lan", Role.ADMIN, PASSWORD)
    left = file.with_name(f".{file.name}-ab3_x9zq")
    left.write_text("an old hash")
    others = (".accounts.json-x-ab3_x9zq", ".accounts.json.lock", "accounts.json-ab3_x9zq")
    for other in others:
        file.with_name(other).write_text("")
    book.set_password("lan", "mười con vịt bơi")
    assert not left.exists()
    assert all(file.with_name(other).exists() for other in others)
