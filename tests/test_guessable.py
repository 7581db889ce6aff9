"""Which passwords are too easy to guess."""

import re

import pytest
from console_room import CODE, PASSWORD, Room, token_of

from kiosk.console.accounts import new_code
from kiosk.console.guessable import is_guessable

ABOUT = ("thuy.le", "Phường Hòa Bình", "Hoa Binh Ward")


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Password@2026",
        "P@ssw0rd2026",
        "matkhau2026",
        "MậtKhẩu123456",
        "mật khẩu mới 1",
        "qwertyuiop",
        "1q2w3e4r5t",
        "qwerty12345",
        "asdf1234zxcv",
        "admin@123456",
        "adminadmin1",
        "thuy.le.2026",
        "ThuyLe123456",
        "hoabinh2026",
        "Phường Hòa Bình 1",
        "binhhoa12345",
        "anhyeuem1314",
        "0912345678",
        "19/08/1990 20",
        "vietnam1945",
        "aaaaaaaaaa",
        "abcdefghijklmn",
    ],
)
def test_what_everybody_tries_first_is_guessable(password: str) -> None:
    assert is_guessable(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "mười con vịt bơi", "xe-dap-mau-xanh", "kX9#mPq2vLw", CODE, "giỏ cam sành 12 trái"],
)
def test_what_somebody_thought_of_is_not(password: str) -> None:
    assert not is_guessable(password, about=ABOUT)


def test_a_first_password_of_ours_never_is() -> None:
    assert not any(is_guessable(new_code()) for _ in range(3000))


def test_the_wards_name_is_refused_as_a_password_in_plain_words(room: Room) -> None:
    room.console.setup.code = CODE
    browser = room.open()
    ward = room.console.site.ward.vi
    form = {"token": token_of(browser, "/setup"), "name": "lan", "code": CODE}
    for password in (f"{ward} 2026", "matkhau123456"):
        answer = browser.post("/setup", data={**form, "password": password, "again": password})
        assert answer.status_code == 422
        assert re.search("dễ đoán", answer.text)
