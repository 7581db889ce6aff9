"""The file of cards is replaced whole or not at all, and used whole or not at all."""

import gzip
import multiprocessing
import os
import resource
import signal
import time
from hashlib import sha256
from pathlib import Path

import pytest

from kiosk.card import Card, CardKind
from kiosk.card_file import CARDS_FILE, load_cards, save_cards
from kiosk.errors import KioskError
from kiosk.national import MOST_BYTES
from kiosk.procedure import HeardAs, LifeEvent, Text

PORTAL = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/x"


def some(count: int) -> tuple[Card, ...]:
    """Cards of both kinds."""
    return tuple(
        Card(
            id=f"tthc-1-{number:06}",
            kind=CardKind.NOT_HERE if number % 2 else CardKind.NATIONAL,
            code=f"1.{number:06}",
            title=Text(vi=f"Thủ tục số {number}", en=f"Procedure {number}"),
            where=Text(vi="Công an", en="The police") if number % 2 else None,
            papers=(f"Tờ khai {number}\u2028", os.urandom(50).hex()),
            link=PORTAL,
            source="Cổng Dịch vụ công quốc gia",
            heard_as=HeardAs(vi=("xin giấy",)),
            life_events=(LifeEvent.BIRTH,),
        )
        for number in range(count)
    )


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return [one.name for one in folder.iterdir()]


def damage(path: Path) -> str:
    """The code with which loading is refused."""
    with pytest.raises(KioskError) as refused:
        load_cards(path)
    assert len(refused.value.detail) < 300, "the log is not flooded with the file"
    return refused.value.code


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "state" / CARDS_FILE
    assert load_cards(path) == ()
    for cards in (some(30), (), some(3)):
        save_cards(cards, path)
        assert load_cards(path) == cards
    assert names(path.parent) == [CARDS_FILE]


@pytest.mark.parametrize("kept", [0, 1, 10, 500, -1])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / CARDS_FILE
    save_cards(some(20), path)
    path.write_bytes(path.read_bytes()[:kept])
    assert damage(path) == "cards.damaged"


def changed(content: bytes) -> bytes:
    return content.replace(b"000001", b"000002", 1)


def counted_wrong(content: bytes) -> bytes:
    text = content.rpartition(b"\n")[0].replace(b'"count": 5', b'"count": 6')
    return text + b"\n" + sha256(text).hexdigest().encode()


def of_another_version(content: bytes) -> bytes:
    text = content.rpartition(b"\n")[0].replace(b'"kiosk_cards": 1', b'"kiosk_cards": 2')
    return text + b"\n" + sha256(text).hexdigest().encode()


def with_a_bad_card(content: bytes) -> bytes:
    text = content.rpartition(b"\n")[0].replace(PORTAL.encode(), b"http://example.org", 1)
    return text + b"\n" + sha256(text).hexdigest().encode()


def without_a_sum(content: bytes) -> bytes:
    return content.rpartition(b"\n")[0]


@pytest.mark.parametrize(
    "spoil", [changed, counted_wrong, of_another_version, with_a_bad_card, without_a_sum]
)
def test_a_file_that_is_not_what_was_saved_is_refused(tmp_path: Path, spoil: object) -> None:
    path = tmp_path / CARDS_FILE
    save_cards(some(5), path)
    content = gzip.decompress(path.read_bytes())
    assert callable(spoil)
    spoilt = spoil(content)
    assert spoilt != content
    path.write_bytes(gzip.compress(spoilt))
    assert damage(path) == "cards.damaged"


@pytest.mark.parametrize(
    "content",
    [b"", b"junk" * 99, gzip.compress(b"junk"), gzip.compress(b"\0" * (MOST_BYTES + 1), 1)],
    ids=["empty", "junk", "packed junk", "bomb"],
)
def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / CARDS_FILE
    path.write_bytes(content)
    assert damage(path) == "cards.damaged"


def test_a_link_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    real, link, pipe = tmp_path / "real.gz", tmp_path / "link.gz", tmp_path / "pipe.gz"
    save_cards(some(2), real)
    link.symlink_to(real)
    os.mkfifo(pipe)
    assert {damage(one) for one in (link, tmp_path, pipe)} == {"cards.damaged"}


def test_saving_replaces_a_link_and_leaves_what_it_led_to(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / CARDS_FILE
    real.write_bytes(b"not ours")
    link.symlink_to(real)
    save_cards(some(2), link)
    assert real.read_bytes() == b"not ours"
    assert not link.is_symlink()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KioskError) as refused:
        save_cards(some(2), tmp_path / "file" / CARDS_FILE)
    assert refused.value.code == "cards.not_written"


def test_a_disk_that_is_full_keeps_the_old_cards(tmp_path: Path) -> None:
    path = tmp_path / CARDS_FILE
    old = some(3)
    save_cards(old, path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        with pytest.raises(KioskError) as refused:
            save_cards(some(500), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.value.code == "cards.not_written"
    assert load_cards(path) == old
    assert names(tmp_path) == [CARDS_FILE]


def save_and_die(path: Path) -> None:
    """Be killed by the system in the middle of the write."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
    save_cards(some(500), path)


def test_a_process_killed_while_writing_leaves_the_old_cards(tmp_path: Path) -> None:
    path = tmp_path / CARDS_FILE
    old = some(3)
    save_cards(old, path)
    process = multiprocessing.get_context("spawn").Process(target=save_and_die, args=(path,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGXFSZ
    assert len(names(tmp_path)) == 2, "it died with the new file half written"
    assert load_cards(path) == old
    save_cards(some(4), path)
    assert len(load_cards(path)) == 4
    assert names(tmp_path) == [CARDS_FILE]


def test_loading_as_many_cards_as_the_portal_has_is_quick(tmp_path: Path) -> None:
    path = tmp_path / CARDS_FILE
    cards = some(2837)
    save_cards(cards, path)
    started = time.perf_counter()
    assert len(load_cards(path)) == len(cards)
    taken = time.perf_counter() - started
    print(f"{len(cards)} cards loaded in {taken:.3f} s (bar: 0.5 s)")  # noqa: T201 - for the reader
