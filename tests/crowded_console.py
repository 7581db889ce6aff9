"""Serves a console in a process that may open few files; told what to do line by line.

Started by tests with the state folder and whether there is TLS; prints its port, then an answer
to each line.
"""

import logging
import os
import resource
import sys
from dataclasses import replace
from pathlib import Path

from console_room import PASSWORD, QUICK, SITE

from kiosk.console.accounts import AccountBook, Role
from kiosk.console.build import build_server
from kiosk.console.certificate import our_certificate
from kiosk.console.files import ACCOUNTS_FILE
from kiosk.console.kiosks import Board
from kiosk.settings import load_settings
from kiosk.standing import Standing

MOST_FILES = 1024
"""What a process usually may have open."""


def serve(state: Path, *, is_tls: bool) -> None:
    """Serve until nobody tells us anything more."""
    logging.basicConfig(level=logging.INFO)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
    settings = load_settings(SITE)
    files = ("", "")
    if is_tls:
        made = our_certificate(state, "127.0.0.1")
        files = (str(made.file), str(made.key))
    console = replace(
        settings.console, address="127.0.0.1", port=0, certificate=files[0], key=files[1]
    )
    folders = replace(settings.folders, state=str(state))
    settings = replace(settings, folders=folders, console=console)
    AccountBook(state / ACCOUNTS_FILE, hasher=QUICK).add("staff.one", Role.STAFF, PASSWORD)
    board = Board(lambda _, __: True)
    board.publish(Standing(kiosk="kiosk", name="Máy hướng dẫn", since=0.0))
    served = build_server(settings, board, stopped=_nothing, set_up=_nothing)
    served.server.start()
    _tell(str(served.server.port))
    held: list[int] = []
    for line in sys.stdin:
        _tell(_opened(state / "some.json") if line == "open\n" else _take_all(held))
    served.server.stop()


def _opened(file: Path) -> str:
    try:
        file.write_text("{}")
    except OSError as error:
        return repr(error)
    return "opened"


def _take_all(held: list[int]) -> str:
    try:
        while True:
            held.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return str(len(held))


def _tell(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _nothing() -> None:
    """Nobody is to know."""


if __name__ == "__main__":
    serve(Path(sys.argv[1]), is_tls=sys.argv[2] == "tls")
