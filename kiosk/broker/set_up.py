"""Prepares a ward's broker: what Mosquitto reads, and a password for each machine.

Each kiosk may write how it stands and what it answers, and read its own commands; a console may
read that and write commands; nobody may do anything else. Done again with more kiosks it keeps
the passwords and the authority that there are.
"""

import hashlib
import os
import secrets
import shutil
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.broker.certificate import certify
from kiosk.broker.topics import NOBODY, ROOT, is_host, is_id, is_ward
from kiosk.broker.wire import MOST_BYTES
from kiosk.errors import KioskError
from kiosk.private_file import write_private

CONF_FILE, ACL_FILE, PASSWORD_FILE = "dan-loi.conf", "dan-loi.acl", "dan-loi.passwords"
CERTIFICATE_FILE, KEY_FILE = "broker.pem", "broker.key"
AUTHORITY_FILE, AUTHORITY_KEY_FILE = "authority.pem", "authority.key"
MACHINES_FOLDER = "machines"
PASSWORD_SUFFIX = ".password"  # noqa: S105 - of a file's name
BROKER_GROUP = "mosquitto"
"""The group that Debian's broker runs as."""

MOST_QUEUED_BYTES = 8_000_000
"""That wait for one machine."""
MOST_MEMORY_BYTES = 256_000_000
"""Of the broker: far more than a ward's machines can have it hold by what they may write."""

_ITERATIONS, _SALT_BYTES = 101, 12
"""As mosquitto_passwd: a password of 192 random bits needs no more."""

_CONF = """\
# The ward's broker, at which its kiosks meet: written by `kiosk broker set-up`, do not change it
# here. Debian's own /etc/mosquitto/mosquitto.conf says where the broker keeps what it holds.
listener {port}
certfile {certificate}
keyfile {key}
tls_version tlsv1.2
allow_anonymous false
# Nobody can take another machine's place by calling itself so.
use_username_as_clientid true
password_file {passwords}
acl_file {acl}

max_connections 200
max_packet_size {packet_bytes}
message_size_limit {bytes}
max_inflight_messages 20
max_queued_messages 2000
max_queued_bytes {queued_bytes}
memory_limit {memory_bytes}
persistent_client_expiration 7d
autosave_interval 60
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who meets at the broker, and where it is."""

    ward: str
    kiosks: Sequence[str]
    consoles: Sequence[str]
    hosts: Sequence[str]
    """Names and addresses by which the machines reach it."""
    port: int


def set_up_broker(folder: Path, plan: Plan) -> None:
    """Write everything into a folder; what is there already is kept or brought up to date.

    Raises:
        KioskError: `broker.no_ward`, `broker.bad_id`, `broker.bad_host`, `broker.not_written`.
    """
    _check(plan)
    folder = folder.resolve()
    machines = folder / MACHINES_FOLDER
    authority, authority_key = folder / AUTHORITY_FILE, folder / AUTHORITY_KEY_FILE
    certificate, key = folder / CERTIFICATE_FILE, folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        accounts = (*plan.kiosks, *plan.consoles)
        passwords = {account: _password(machines, account) for account in accounts}
        certify(authority, authority_key, certificate, key, hosts=plan.hosts)
        authority.chmod(0o644)
        lines = [f"{account}:{hashed(one)}\n" for account, one in passwords.items()]
        _write(folder / PASSWORD_FILE, "".join(lines))
        _write(folder / ACL_FILE, rights(plan))
        conf = _CONF.format(
            port=plan.port,
            certificate=certificate,
            key=key,
            passwords=folder / PASSWORD_FILE,
            acl=folder / ACL_FILE,
            packet_bytes=MOST_BYTES + 4096,
            bytes=MOST_BYTES,
            queued_bytes=MOST_QUEUED_BYTES,
            memory_bytes=MOST_MEMORY_BYTES,
        )
        _write(folder / CONF_FILE, conf)
    except OSError as error:
        raise KioskError("broker.not_written", error.strerror or "", folder=str(folder)) from error
    for file in (certificate, key, folder / PASSWORD_FILE, folder / ACL_FILE, folder / CONF_FILE):
        _give_to_broker(file)


def rights(plan: Plan) -> str:
    """Who may read and write what, as Mosquitto reads it: what is not named is forbidden.

    Each topic that a kiosk may write to is named: the broker keeps a message of each for ever, and
    one account must not fill its memory with names of its own.
    """
    parts = []
    for kiosk in plan.kiosks:
        own = f"{ROOT}/{plan.ward}/{kiosk}"
        parts.append(
            f"user {kiosk}\n"
            f"topic write {own}/link\n"
            f"topic write {own}/plate\n"
            f"topic write {own}/standing\n"
            + "".join(f"topic write {own}/answer/{one}\n" for one in (*plan.consoles, NOBODY))
            + f"topic read {own}/command\n"
        )
    every = f"{ROOT}/{plan.ward}/+"
    parts += [
        f"user {console}\n"
        f"topic read {every}/link\n"
        f"topic read {every}/plate\n"
        f"topic read {every}/standing\n"
        f"topic read {every}/answer/{console}\n"
        f"topic write {every}/command\n"
        for console in plan.consoles
    ]
    return "\n".join(parts)


def hashed(password: str) -> str:
    """A password as Mosquitto keeps it: PBKDF2 with SHA-512, `$7$`."""
    salt = secrets.token_bytes(_SALT_BYTES)
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    return f"$7${_ITERATIONS}${b64encode(salt).decode()}${b64encode(made).decode()}"


def _check(plan: Plan) -> None:
    if not is_ward(plan.ward):
        raise KioskError("broker.no_ward")
    accounts = (*plan.kiosks, *plan.consoles)
    for account in accounts:
        if not is_id(account):
            raise KioskError("broker.bad_id", id=account)
        if accounts.count(account) > 1:
            raise KioskError("broker.twice", id=account)
    for host in plan.hosts:
        if not is_host(host):
            raise KioskError("broker.bad_host", host=host)


def _password(folder: Path, account: str) -> str:
    """The account's password; made now if there is none."""
    file = folder / f"{account}{PASSWORD_SUFFIX}"
    if file.is_file():
        return file.read_text(encoding="utf-8").strip()
    password = secrets.token_urlsafe(24)
    write_private(file, f"{password}\n".encode())
    return password


def _write(file: Path, text: str) -> None:
    write_private(file, text.encode())


def _give_to_broker(file: Path) -> None:
    """Let Debian's broker read it, where it is installed and we may say so."""
    if os.geteuid() != 0:
        return
    with suppress(LookupError):  # there is no such group: whoever starts the broker sees to it
        shutil.chown(file, group=BROKER_GROUP)
        file.chmod(0o640)
