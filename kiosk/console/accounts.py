"""Who may use the console: accounts with a role, in a file, passwords as argon2id hashes.

It must not show or log a password, nor tell by its answer or its time whether an account
exists. A file that cannot be read is never taken for "there are no accounts yet".
"""

import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.console.guessable import is_guessable
from kiosk.console.hands import Hands, circle, freed, laid, tie
from kiosk.draft_publication import Tie
from kiosk.errors import KioskError
from kiosk.private_file import alone_with, write_private

MOST_ACCOUNTS = 200
MOST_FILE_BYTES = 8_000_000
"""Each account may hold each other one."""
LEAST_PASSWORD = 10
MOST_PASSWORD = 200

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No two of them look alike."""

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,31}")


class Role(StrEnum):
    """What an account is for."""

    STAFF = "staff"
    """Sees the kiosks and acts on them."""
    ADMIN = "admin"
    """The same, and looks after content and accounts."""
    AUDITOR = "auditor"
    """Reads, and changes nothing but their own password."""


_strict = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Account:
    """Somebody who may sign in."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,31}\z")]
    role: Annotated[Role, Field(strict=False)]
    hash: Annotated[str, Field(pattern=r"^\$argon2id\$[\x21-\x7e]{20,300}\z")]
    is_disabled: bool = False
    stamp: Annotated[str, Field(pattern=r"^[0-9a-f]{16}\z")]
    """Another one after each change: a session that began before it is over."""
    since: date | None = None
    """The day on which it was made; None: nobody wrote it down."""
    seen: date | None = None
    """The day of the last sign-in; the hour is nobody's business."""
    must_change: bool = False
    """Somebody else knows the password: nothing can be done with it but to choose another."""

    hands: Annotated[Hands, Field(strict=False)] = ()
    """Other accounts that hold it or held it."""

    @property
    def looks_after(self) -> bool:
        """Whether it can look after the other accounts."""
        return self.role is Role.ADMIN and not self.is_disabled


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Kept:
    """The content of the file."""

    format: Annotated[int, Field(ge=1, le=1)] = 1
    accounts: Annotated[tuple[Account, ...], Field(max_length=MOST_ACCOUNTS, strict=False)] = ()


_KEPT = TypeAdapter(_Kept)


def our_hasher() -> PasswordHasher:
    """Argon2id as RFC 9106 has it for little memory, on one core: the kiosk needs the other."""
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1, type=Type.ID)


class AccountBook:
    """The accounts, as the file has them now: another process may change it at any time."""

    def __init__(
        self,
        path: Path,
        *,
        hasher: PasswordHasher | None = None,
        today: Callable[[], date] = date.today,
        about: tuple[str, ...] = (),
    ) -> None:
        """Keep accounts in the file `path`.

        Args:
            path: of the file.
            hasher: of passwords; None: ours.
            today: tells the day.
            about: names that no password may be made of: the ward's.
        """
        self._path = path
        self._about = about
        self._today = today
        self._hasher = hasher or our_hasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        """Verified where there is no such account: that takes as long."""
        self._seen: tuple[tuple[int, int, int], _Kept] | None = None

    def accounts(self) -> tuple[Account, ...]:
        """All of them.

        Raises:
            KioskError: `accounts.damaged`.
        """
        return self._read().accounts

    def find(self, name: str) -> Account | None:
        """The account that may be used under this name; None: there is none, or it is disabled.

        Raises:
            KioskError: `accounts.damaged`.
        """
        return next(
            (one for one in self.accounts() if one.name == name and not one.is_disabled), None
        )

    def check(self, name: str, password: str) -> Account | None:
        """The account whose password this is. Takes as long where there is none.

        Raises:
            KioskError: `accounts.damaged`.
        """
        account = self.find(name)
        wanted = account.hash if account is not None else self._nobody
        try:
            self._hasher.verify(wanted, _plain(password[:MOST_PASSWORD]))
        except (Argon2Error, InvalidHashError):
            return None
        return account

    def add(
        self, name: str, role: Role, password: str, *, must_change: bool = False, by: str = ""
    ) -> Account:
        """Make an account.

        Args:
            name: small letters, digits, dots, hyphens.
            role: what it is for.
            password: its first.
            must_change: whoever signs in must choose another one first.
            by: the account that does it; empty: none.

        Raises:
            KioskError: `accounts.bad_name`, `accounts.taken`, `accounts.full`,
                `accounts.damaged`, `accounts.not_kept`, `password.*`.
        """
        if not _NAME.fullmatch(name):
            raise KioskError("accounts.bad_name")
        account = Account(
            name=name,
            role=role,
            hash=self._hashed(name, password),
            stamp=_new_stamp(),
            since=self._today(),
            must_change=must_change,
        )

        def added(before: tuple[Account, ...]) -> tuple[Account, ...]:
            if any(one.name == name for one in before):
                raise KioskError("accounts.taken", name=name)
            if len(before) >= MOST_ACCOUNTS:
                raise KioskError("accounts.full", most=str(MOST_ACCOUNTS))
            return (*before, self._held(before, account, by))

        self._change(added)
        return account

    def add_first(self, name: str, password: str) -> Account | None:
        """Make the first administrator; None where there is an account already.

        Raises:
            KioskError: as `add`.
        """
        return None if self.accounts() else self.add(name, Role.ADMIN, password)

    def set_password(
        self,
        name: str,
        password: str,
        *,
        must_change: bool = False,
        by: str = "",
        stamp: str = "",
        is_free: bool = False,
    ) -> Account:
        """Give the account another password; its sessions end.

        Args:
            name: of the account.
            password: the new one.
            must_change: whoever signs in must choose another one first.
            by: the account that does it; empty: none.
            stamp: that the account must still have; empty: any. Hashing takes a while, and what
                somebody else does to the account meanwhile wins.
            is_free: its holder typed it at this machine: from now on nobody else holds it.

        Returns:
            The account as it was written, whatever has become of it since.

        Raises:
            KioskError: `accounts.not_there`, `accounts.changed_meanwhile`, `accounts.damaged`,
                `accounts.not_kept`, `password.*`.
        """
        found = self._hashed(name, password)

        def change(one: Account) -> Account:
            if stamp and (one.stamp != stamp or one.is_disabled):
                raise KioskError("accounts.changed_meanwhile")
            hands = freed(one.hands, self._today()) if is_free else one.hands
            return replace(one, hash=found, must_change=must_change, hands=hands)

        return self._replace(name, change, by=by)

    def set_disabled(self, name: str, *, is_disabled: bool, by: str = "") -> None:
        """Let nobody use the account any more, or let them again; its sessions end.

        Args:
            name: of the account.
            is_disabled: whether nobody may use it.
            by: the account that does it; empty: none.

        Raises:
            KioskError: `accounts.not_there`, `accounts.last_admin`, `accounts.damaged`,
                `accounts.not_kept`.
        """
        by = "" if is_disabled else by
        self._replace(name, lambda one: replace(one, is_disabled=is_disabled), by=by)

    def set_role(self, name: str, role: Role, *, by: str = "") -> None:
        """Have the account be for something else; its sessions end.

        Args:
            name: of the account.
            role: the new one.
            by: the account that does it; empty: none.

        Raises:
            KioskError: as `set_disabled`.
        """
        self._replace(name, lambda one: replace(one, role=role), by=by)

    def tie(self, by: str, authors: Collection[str], *, since: date) -> Tie | None:
        """Why whoever wants to publish and those who wrote are not two people, as `hands` has it.

        Args:
            by: who wants to publish.
            authors: who wrote.
            since: the day on which the draft was begun.

        Raises:
            KioskError: `accounts.damaged`.
        """
        return tie({one.name: one.hands for one in self.accounts()}, by, authors, since=since)

    def end_sessions(self, name: str) -> None:
        """End all sessions of the account, wherever they are.

        Raises:
            KioskError: `accounts.not_there`, `accounts.damaged`, `accounts.not_kept`.
        """
        self._replace(name, lambda one: one)

    def note_signed_in(self, name: str) -> None:
        """Write down that somebody signed in today; once a day is enough.

        Raises:
            KioskError: `accounts.not_there`, `accounts.damaged`, `accounts.not_kept`.
        """
        account, today = self.find(name), self._today()
        if account is not None and account.seen != today:
            self._replace(name, lambda one: replace(one, seen=today), ends_sessions=False)

    def _replace(
        self,
        name: str,
        change: Callable[[Account], Account],
        *,
        by: str = "",
        ends_sessions: bool = True,
    ) -> Account:
        def changed(before: tuple[Account, ...]) -> tuple[Account, ...]:
            if all(one.name != name for one in before):
                raise KioskError("accounts.not_there", name=name)
            after = tuple(
                self._held(before, change(one), by) if one.name == name else one for one in before
            )
            if any(one.looks_after for one in before) and not any(one.looks_after for one in after):
                raise KioskError("accounts.last_admin", name=name)
            if not ends_sessions:
                return after
            return tuple(
                replace(one, stamp=_new_stamp()) if one.name == name else one for one in after
            )

        return next(one for one in self._change(changed) if one.name == name)

    def _change(
        self, change: Callable[[tuple[Account, ...]], tuple[Account, ...]]
    ) -> tuple[Account, ...]:
        """Read, change and write while no other process does; returns what was written."""
        try:
            with alone_with(self._path):
                kept = _Kept(accounts=change(self._read().accounts))
                write_private(self._path, _KEPT.dump_json(kept))
                return kept.accounts
        except OSError as error:
            folder = str(self._path.parent)
            raise KioskError("accounts.not_kept", error.strerror or "", folder=folder) from error

    def _read(self) -> _Kept:
        try:
            with self._path.open("rb") as opened:
                stat = os.fstat(opened.fileno())
                mark = stat.st_ino, stat.st_mtime_ns, stat.st_size
                if self._seen is not None and self._seen[0] == mark:
                    return self._seen[1]
                untrusted = opened.read(MOST_FILE_BYTES + 1)
            if len(untrusted) > MOST_FILE_BYTES:
                raise KioskError("accounts.damaged", "too large", file=str(self._path))
            kept = _KEPT.validate_json(untrusted)
        except FileNotFoundError:
            return _Kept()
        except OSError as error:
            detail = error.strerror or ""
            raise KioskError("accounts.damaged", detail, file=str(self._path)) from error
        except ValidationError:
            # Its text would quote hashes: keep them out of every log.
            raise KioskError("accounts.damaged", "no accounts", file=str(self._path)) from None
        self._seen = mark, kept
        return kept

    def _held(self, accounts: tuple[Account, ...], held: Account, by: str) -> Account:
        """The account with the hands of this one on it, and of those who hold that one now."""
        if by in ("", held.name):
            return held
        behind = circle({one.name: one.hands for one in accounts}, by) - {held.name}
        return replace(held, hands=laid(held.hands, behind, self._today()))

    def _hashed(self, name: str, password: str) -> str:
        _refuse_weak(password, (name, *self._about))
        return self._hasher.hash(_plain(password))


def _plain(password: str) -> str:
    """One form for what looks the same: keyboards put Vietnamese marks in two ways."""
    return unicodedata.normalize("NFC", password)


def _refuse_weak(password: str, about: tuple[str, ...]) -> None:
    password = _plain(password)
    if len(password) < LEAST_PASSWORD:
        raise KioskError("password.too_short", least=str(LEAST_PASSWORD))
    if len(password) > MOST_PASSWORD:
        raise KioskError("password.too_long", most=str(MOST_PASSWORD))
    if is_guessable(password, about=about):
        raise KioskError("password.weak")


def new_code() -> str:
    """Letters and digits to be copied by hand: a code, or a first password."""
    while True:
        groups = ("".join(secrets.choice(CODE_LETTERS) for _ in range(4)) for _ in range(3))
        code = "-".join(groups)
        if not is_guessable(code):  # it has almost no letters, by chance
            return code


def _new_stamp() -> str:
    return secrets.token_hex(8)
