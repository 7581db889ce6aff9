"""What `kiosk broker set-up` writes: passwords, rights, certificates; and how a kiosk gets in."""

import ssl
import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner

from kiosk.broker.door import BrokerDoor, console_door, kiosk_door
from kiosk.broker.set_up import (
    ACL_FILE,
    AUTHORITY_FILE,
    CERTIFICATE_FILE,
    CONF_FILE,
    KEY_FILE,
    MACHINES_FOLDER,
    PASSWORD_FILE,
    Plan,
    hashed,
    set_up_broker,
)
from kiosk.cli import app
from kiosk.errors import KioskError
from kiosk.private_file import write_private
from kiosk.procedure import LANGUAGES
from kiosk.settings import Settings, load_settings
from kiosk.terminal import sentence_of

SITE = Path(__file__).parents[1] / "packaging" / "site.example.toml"
PLAN = Plan(
    ward="00082",
    kiosks=("may-1", "may-2"),
    consoles=("trang-can-bo",),
    hosts=("192.168.1.10", "may-chu.local"),
    port=8883,
)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def names(folder: Path) -> set[str]:
    found = x509.load_pem_x509_certificate((folder / CERTIFICATE_FILE).read_bytes())
    named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(one.value) for one in named}


# The set-up


def test_each_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    set_up_broker(tmp_path, PLAN)
    for file in tmp_path.rglob("*"):
        mode = stat.S_IMODE(file.stat().st_mode)
        if file.is_file() and file.name != AUTHORITY_FILE:
            assert not mode & 0o007, file
        if file.suffix == ".password" or file.name == "authority.key":
            assert mode == 0o600, file
    passwords = [file.read_text() for file in (tmp_path / MACHINES_FOLDER).iterdir()]
    assert len(set(passwords)) == 3
    assert min(map(len, passwords)) > 30
    told = (tmp_path / PASSWORD_FILE).read_text() + (tmp_path / CONF_FILE).read_text()
    assert not [one for one in passwords if one.strip() in told]


def test_the_rights_name_every_machine_and_nothing_else(tmp_path: Path) -> None:
    set_up_broker(tmp_path, PLAN)
    lines = (tmp_path / ACL_FILE).read_text().split("\n")
    assert [line for line in lines if line.startswith("user ")] == [
        *("user may-1", "user may-2", "user trang-can-bo")
    ]
    assert "topic read dan-loi/00082/may-2/command" in lines
    assert "topic write dan-loi/00082/+/command" in lines
    assert not [line for line in lines if "#" in line or "readwrite" in line]
    written = [line for line in lines if line.startswith("topic write") and "/answer/" in line]
    assert "topic write dan-loi/00082/may-2/answer/trang-can-bo" in written
    assert not [line for line in written if "+" in line], "no name of its own choice"


def test_done_again_with_one_more_kiosk_it_keeps_what_there_is(tmp_path: Path) -> None:
    set_up_broker(tmp_path, PLAN)
    before = contents(tmp_path)
    set_up_broker(tmp_path, replace(PLAN, kiosks=("may-1", "may-2", "may-3")))
    after = contents(tmp_path)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {ACL_FILE, PASSWORD_FILE, "machines/may-3.password"}


def test_done_again_with_another_address_the_authority_stays(tmp_path: Path) -> None:
    set_up_broker(tmp_path, PLAN)
    before = contents(tmp_path)
    assert names(tmp_path) == set(PLAN.hosts)
    set_up_broker(tmp_path, replace(PLAN, hosts=("192.168.1.99",)))
    after = contents(tmp_path)
    assert names(tmp_path) == {"192.168.1.99"}
    assert after[AUTHORITY_FILE] == before[AUTHORITY_FILE]
    assert after[CERTIFICATE_FILE] != before[CERTIFICATE_FILE]


def test_a_certificate_of_another_authority_is_made_anew(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    set_up_broker(one, PLAN)
    set_up_broker(other, PLAN)
    foreign = (other / CERTIFICATE_FILE).read_bytes()
    (one / CERTIFICATE_FILE).write_bytes(foreign)
    (one / KEY_FILE).write_bytes((other / KEY_FILE).read_bytes())
    set_up_broker(one, PLAN)
    assert (one / CERTIFICATE_FILE).read_bytes() != foreign


@pytest.mark.parametrize("name", [AUTHORITY_FILE, "authority.key", CERTIFICATE_FILE, KEY_FILE])
def test_a_damaged_file_that_machines_may_trust_is_not_replaced(tmp_path: Path, name: str) -> None:
    set_up_broker(tmp_path, PLAN)
    (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(KioskError) as refusal:
        set_up_broker(tmp_path, PLAN)
    assert refusal.value.code == "broker.damaged"
    assert (tmp_path / name).read_bytes() == b"damaged"


def test_no_two_machines_with_one_password_would_look_alike() -> None:
    """That the broker takes what is written: all of tests/test_broker.py."""
    one, two = hashed("x"), hashed("x")
    assert one != two
    assert one.startswith("$7$101$")
    assert "x" not in one.split("$")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ward": ""}, "broker.no_ward"),
        ({"ward": "0/1"}, "broker.no_ward"),
        ({"kiosks": ("may-1", "Máy")}, "broker.bad_id"),
        ({"kiosks": ("a:b",)}, "broker.bad_id"),
        ({"consoles": ("may-1",)}, "broker.twice"),
        ({"hosts": ("a\nb",)}, "broker.bad_host"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(KioskError) as refusal:
        set_up_broker(tmp_path / "new", replace(PLAN, **changes))  # type: ignore[arg-type]  # by name
    assert refusal.value.code == code
    assert not (tmp_path / "new").exists()
    for language in LANGUAGES:
        assert sentence_of(refusal.value, language) != str(refusal.value)


def test_the_command_sets_up_and_says_what_comes_next(tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    done = CliRunner().invoke(
        app,
        [
            *("broker", "set-up", str(folder), "--site", str(SITE), "--host", "192.168.1.10"),
            *("--kiosk", "may-1", "--kiosk", "may-2"),
        ],
    )
    assert done.exit_code == 0, done.output
    assert f"ln -s {folder / CONF_FILE} /etc/mosquitto/conf.d/" in done.output
    assert sorted(file.stem for file in (folder / MACHINES_FOLDER).iterdir()) == [
        *("may-1", "may-2", "trang-can-bo")
    ]


def test_the_command_says_why_it_refuses(tmp_path: Path) -> None:
    command = ["broker", "set-up", str(tmp_path), "--site", str(SITE), "--kiosk", "Máy 1"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1
    assert "Máy 1" in done.output


@pytest.mark.parametrize("hosts", [PLAN.hosts, ("192.168.1.99",)])
def test_set_up_cut_after_any_write_goes_on_when_it_is_run_again(
    tmp_path: Path, hosts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time a certificate is renewed: for another address."""
    plan, left = replace(PLAN, hosts=hosts), 0

    def cut(path: Path, content: bytes) -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        write_private(path, content)

    for writes in range(12):
        folder = tmp_path / str(writes)
        if hosts != PLAN.hosts:
            set_up_broker(folder, PLAN)
        left = writes
        with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
            for module in ("certificate", "set_up"):
                patched.setattr(f"kiosk.broker.{module}.write_private", cut)
            set_up_broker(folder, plan)
        set_up_broker(folder, plan)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / CERTIFICATE_FILE, folder / KEY_FILE)
        signed = x509.load_pem_x509_certificate((folder / CERTIFICATE_FILE).read_bytes())
        authority = x509.load_pem_x509_certificate((folder / AUTHORITY_FILE).read_bytes())
        signed.verify_directly_issued_by(authority)
        assert names(folder) == set(hosts)
    assert left > 0, "there are more writes than were cut"


def test_an_authority_whose_certificate_is_lost_is_the_one_that_machines_trust(
    tmp_path: Path,
) -> None:
    set_up_broker(tmp_path, PLAN)
    trusted = x509.load_pem_x509_certificate((tmp_path / AUTHORITY_FILE).read_bytes())
    (tmp_path / AUTHORITY_FILE).unlink()
    set_up_broker(tmp_path, replace(PLAN, hosts=("192.168.1.99",)))
    signed = x509.load_pem_x509_certificate((tmp_path / CERTIFICATE_FILE).read_bytes())
    signed.verify_directly_issued_by(trusted)


def test_an_authority_whose_key_is_lost_is_not_replaced(tmp_path: Path) -> None:
    set_up_broker(tmp_path, PLAN)
    (tmp_path / "authority.key").unlink()
    with pytest.raises(KioskError) as refusal:
        set_up_broker(tmp_path, PLAN)
    assert refusal.value.code == "broker.damaged"


# The way in, as the settings say it


def with_broker(folder: Path, **changes: object) -> Settings:
    set_up_broker(folder, PLAN)
    settings = load_settings(SITE)
    values: dict[str, object] = {
        "host": "192.168.1.10",
        "ca": str(folder / AUTHORITY_FILE),
        "kiosk": "may-2",
        "password_file": str(folder / MACHINES_FOLDER / "may-2.password"),
        "watches": True,
        "console": "trang-can-bo",
        "console_password_file": str(folder / MACHINES_FOLDER / "trang-can-bo.password"),
    }
    broker = replace(settings.broker, **{**values, **changes})  # type: ignore[arg-type]  # by name
    return replace(settings, broker=broker)


def test_without_a_broker_there_is_no_way_in() -> None:
    assert kiosk_door(load_settings(SITE)) is None
    assert console_door(load_settings(SITE)) is None


def test_a_kiosk_and_a_console_have_accounts_of_their_own(tmp_path: Path) -> None:
    settings = with_broker(tmp_path)
    kiosk, console = kiosk_door(settings), console_door(settings)
    assert kiosk is not None
    assert console is not None
    assert (kiosk.account, console.account) == ("may-2", "trang-can-bo")
    assert kiosk.password != console.password
    assert kiosk.password not in repr(kiosk)
    assert console_door(with_broker(tmp_path, watches=False)) is None


def test_a_broker_on_this_machine_may_do_without_tls(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        door = kiosk_door(with_broker(tmp_path, host=host, ca=""))
        assert isinstance(door, BrokerDoor)
        assert door.ca is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ca": ""}, "broker.no_tls"),
        ({"host": "may-chu.local", "ca": ""}, "broker.no_tls"),
        ({"ca": "/nowhere.pem"}, "broker.no_authority"),
        ({"kiosk": ""}, "broker.no_kiosk"),
        ({"password_file": ""}, "broker.no_password"),
        ({"password_file": "/nowhere"}, "broker.no_password"),
        ({"password_file": "/dev/null"}, "broker.no_password"),
    ],
)
def test_a_way_in_that_is_not_safe_or_not_whole_is_refused_with_a_sentence(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(KioskError) as refusal:
        kiosk_door(with_broker(tmp_path, **changes))
    assert refusal.value.code == code
    for language in LANGUAGES:
        assert sentence_of(refusal.value, language) != str(refusal.value)


@pytest.mark.parametrize("console", ["", "may-2"])
def test_a_console_that_watches_needs_an_account_of_its_own(tmp_path: Path, console: str) -> None:
    with pytest.raises(KioskError) as refusal:
        console_door(with_broker(tmp_path, console=console))
    assert refusal.value.code == "broker.no_console"


def test_a_ward_without_a_code_has_no_way_in(tmp_path: Path) -> None:
    settings = with_broker(tmp_path)
    portal = replace(settings.ward.portal, ward_code="")
    settings = replace(settings, ward=replace(settings.ward, portal=portal))
    with pytest.raises(KioskError) as refusal:
        kiosk_door(settings)
    assert refusal.value.code == "broker.no_ward"
