"""What `kiosk doctor` says of the staff console: every state of it, and what to do about each."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from console_room import PASSWORD, QUICK
from live_console import Serve

from kiosk.console.accounts import AccountBook, Role
from kiosk.console.certificate import CERTIFICATE_FILE, KEY_FILE, our_certificate
from kiosk.console.files import ACCOUNTS_FILE
from kiosk.doctor_console import SOON, console_findings
from kiosk.finding import Finding, Report, State
from kiosk.procedure import LANGUAGES
from kiosk.settings import DEFAULTS, Settings, load_settings
from kiosk.trouble import trouble_text
from kiosk.words import Words, gaps

TODAY = date(2026, 11, 28)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a kiosk whose console is served to this machine, at a port that is free."""
    found = load_settings(DEFAULTS)
    return replace(
        found,
        folders=replace(found.folders, state=str(tmp_path / "state")),
        console=replace(found.console, enabled=True, port=0),
    )


def at(settings: Settings, **changes: object) -> Settings:
    return replace(settings, console=replace(settings.console, **changes))  # type: ignore[arg-type]  # by name


def look(settings: Settings, words: Words, *, today: date = TODAY) -> dict[str, Finding]:
    report = Report(words, "vi")
    return {one.name: one for one in console_findings(settings, report=report, today=today)}


def book(settings: Settings) -> AccountBook:
    return AccountBook(settings.folders.state_path / ACCOUNTS_FILE, hasher=QUICK)


@contextmanager
def held() -> Iterator[int]:
    """Another program's port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_kiosk_without_a_console_is_no_worse_for_it(settings: Settings, words: Words) -> None:
    found = look(at(settings, enabled=False), words)
    assert set(found) == {"console", "private-files"}
    assert found["console"].state is State.INFORMATION
    assert not settings.folders.state_path.exists(), "nothing is written"


# The place


def test_a_free_port_is_good(settings: Settings, words: Words) -> None:
    found = look(settings, words)["console"]
    assert (found.state, "còn trống" in found.text) == (State.OK, True)


def test_a_running_console_is_found_at_its_port(serve: Serve, words: Words) -> None:
    served = serve(None, Role.ADMIN)
    port = int(served.address.rpartition(":")[2])
    found = look(at(served.kiosk.settings, port=port), words)["console"]
    assert (found.state, "Đang mở" in found.text) == (State.OK, True)


def test_a_running_console_is_found_behind_its_certificate(serve: Serve, words: Words) -> None:
    served = serve(lambda one: at(one, address="0.0.0.0"), Role.ADMIN)  # noqa: S104 - on purpose
    port = int(served.address.rpartition(":")[2])
    found = look(at(served.kiosk.settings, port=port), words)
    assert (found["console"].state, "Đang mở" in found["console"].text) == (State.OK, True)
    assert found["certificate"].state is State.OK


def test_another_program_at_the_port_is_told(settings: Settings, words: Words) -> None:
    with held() as port:
        found = look(at(settings, port=port), words)["console"]
    assert (found.state, str(port) in found.text) == (State.WARNING, True)
    assert "port" in found.remedy


def test_an_address_of_another_machine_is_told(settings: Settings, words: Words) -> None:
    found = look(at(settings, address="192.0.2.7"), words)["console"]
    assert (found.state, "192.0.2.7" in found.text) == (State.WARNING, True)
    assert "address" in found.remedy


# The certificate


def test_on_this_machine_alone_no_certificate_is_needed(settings: Settings, words: Words) -> None:
    assert look(settings, words)["certificate"].state is State.INFORMATION


def test_a_certificate_of_our_own_is_made_by_the_kiosk_and_not_by_the_doctor(
    settings: Settings, words: Words
) -> None:
    wide = at(settings, address="0.0.0.0")  # noqa: S104 - on purpose
    assert look(wide, words)["certificate"].state is State.INFORMATION
    state = settings.folders.state_path
    assert not state.exists()
    made = our_certificate(state, "0.0.0.0")  # noqa: S104 - the same
    found = look(wide, words)["certificate"]
    assert (found.state, f"{made.until:%d/%m/%Y}" in found.text) == (State.OK, True)


def test_a_wards_certificate_that_ends_soon_is_told_in_time(
    settings: Settings, words: Words
) -> None:
    made = our_certificate(settings.folders.state_path, "127.0.0.1")
    wards = at(settings, certificate=str(made.file), key=str(made.key))
    day = made.until - SOON
    assert look(wards, words, today=day - timedelta(days=1))["certificate"].state is State.OK
    found = look(wards, words, today=day)["certificate"]
    assert (found.state, "[console]" in found.remedy) == (State.WARNING, True)


@pytest.mark.parametrize("broken", [CERTIFICATE_FILE, KEY_FILE])
def test_a_certificate_that_cannot_be_used_is_told(
    settings: Settings, words: Words, broken: str
) -> None:
    state = settings.folders.state_path
    our_certificate(state, "0.0.0.0")  # noqa: S104 - on purpose
    (state / broken).write_text("-----BEGIN NOTHING-----", encoding="ascii")
    found = look(at(settings, address="0.0.0.0"), words)["certificate"]  # noqa: S104 - the same
    assert (found.state, "chứng thư" in found.text) == (State.WARNING, True)


# Accounts


def test_accounts_are_asked_for_an_admin_and_a_second_pair_of_eyes(
    settings: Settings, words: Words
) -> None:
    def said() -> tuple[State, str]:
        found = look(settings, words)["accounts"]
        assert found.remedy or found.state is State.OK
        return found.state, found.text

    assert said() == (State.WARNING, "Chưa có tài khoản nào.")
    book(settings).add("mai", Role.STAFF, PASSWORD)
    assert said() == (State.WARNING, "Không có quản trị viên nào đăng nhập được.")
    book(settings).add("lan", Role.ADMIN, PASSWORD)
    assert said()[0] is State.WARNING
    assert "Chỉ có một quản trị viên" in said()[1]
    book(settings).add("thu", Role.ADMIN, PASSWORD)
    assert said() == (State.OK, "3 tài khoản đang dùng, trong đó 2 quản trị viên.")
    book(settings).set_password("thu", PASSWORD, by="lan")
    assert said()[0] is State.WARNING
    assert "không ai duyệt được" in said()[1]
    book(settings).set_password("thu", PASSWORD, is_free=True)
    assert said()[0] is State.OK
    book(settings).set_disabled("thu", is_disabled=True)
    assert "Chỉ có một quản trị viên" in said()[1]


def test_damaged_accounts_are_told(settings: Settings, words: Words) -> None:
    book(settings).add("mai", Role.STAFF, PASSWORD)
    (settings.folders.state_path / ACCOUNTS_FILE).write_text("{", encoding="ascii")
    found = look(settings, words)["accounts"]
    assert (found.state, ACCOUNTS_FILE in found.text) == (State.WARNING, True)


# Files that nobody else may read


def test_a_private_file_that_others_can_read_is_named_with_what_to_do(
    settings: Settings, words: Words
) -> None:
    book(settings).add("mai", Role.STAFF, PASSWORD)
    our_certificate(settings.folders.state_path, "0.0.0.0")  # noqa: S104 - on purpose
    assert look(settings, words)["private-files"].state is State.OK
    for name in (ACCOUNTS_FILE, KEY_FILE):
        file = settings.folders.state_path / name
        file.chmod(0o640)
        found = look(settings, words)["private-files"]
        assert (found.state, str(file) in found.text) == (State.WARNING, True)
        assert found.remedy == f"Chạy: chmod 600 {file}"
        file.chmod(0o600)
    assert look(settings, words)["private-files"].state is State.OK


def test_a_state_folder_that_others_can_write_to_is_told(settings: Settings, words: Words) -> None:
    folder = settings.folders.state_path
    folder.mkdir()
    folder.chmod(0o777)
    found = look(settings, words)["private-files"]
    assert (found.state, found.remedy) == (State.WARNING, f"Chạy: chmod 700 {folder}")


# What the staff sheet says


@pytest.mark.parametrize(
    "code",
    [
        "console.no_address",
        "console.no_certificate",
        "console.stopped",
        "accounts.damaged",
        "orders.damaged",
        "orders.not_kept",
    ],
)
def test_each_trouble_of_the_console_is_a_sentence_with_a_remedy_in_both_languages(
    words: Words, code: str
) -> None:
    told = {language: trouble_text(f"{code}: here:8443", words, language) for language in LANGUAGES}
    assert told["vi"] != told["en"]
    for text in told.values():
        assert code not in text
        assert not gaps(text)
        assert text.endswith(".")
        assert len(text.split(". ")) > 1 or ":" in text, "what is wrong, and what to do"
