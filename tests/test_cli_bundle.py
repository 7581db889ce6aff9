"""`kiosk bundle`: from a folder of scripts to what citizens see, and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from bundle_maker import files_of_script, pair, signed, titled, ward_pair
from conftest import SCRIPT_TEXT, ScriptFolder
from typer.testing import CliRunner, Result

from kiosk.bundle_file import load_bundle, save_bundle
from kiosk.bundle_sign import save_keys
from kiosk.bundle_store import BundleStore
from kiosk.cli import app

WARD = """
[ward]
name = {{ vi = "Phường Cửa Nam", en = "Cửa Nam Ward" }}
[ward.portal]
ward_code = "00082"
[hearing]
engine = "off"
[folders]
state = "{state}"
procedures = "{procedures}"
"""


@pytest.fixture
def site(tmp_path: Path, scripts: ScriptFolder) -> Path:
    scripts.write(SCRIPT_TEXT)
    file = tmp_path / "site.toml"
    text = WARD.format(state=tmp_path / "state", procedures=scripts.path)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new.danloi.zip"


@pytest.fixture
def store(tmp_path: Path) -> BundleStore:
    return BundleStore(tmp_path / "state")


def bundle(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["bundle", *(str(one) for one in arguments)], input=given)


def trust(site: Path) -> None:
    save_keys([ward_pair().key], site.with_name("state") / "keys.toml")


def test_the_whole_way_from_a_folder_to_the_screen_and_back(
    site: Path, file: Path, store: BundleStore, tmp_path: Path
) -> None:
    at = ("--site", site)
    secret = tmp_path / "ward.pem"
    made = bundle(
        "keys", "make", secret, "--name", "Phường", "--scope", "ward:00082", given="mèo\n"
    )
    assert made.exit_code == 0, made.output
    assert secret.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in secret.read_bytes()
    assert bundle("keys", "add", tmp_path / "ward.keys.toml", "--yes", *at).exit_code == 0
    assert "Phường" in bundle("keys", "list", *at).stdout
    packing = bundle("pack", file, "--version", "1.0", "--note", "Bản đầu", *at)
    assert packing.exit_code == 0, packing.output
    refused = bundle("install", file, "--yes", *at)
    assert refused.exit_code == 1
    assert "chưa được ký" in refused.stderr
    assert bundle("sign", file, "--key", secret, given="chó\n").exit_code == 1
    assert bundle("sign", file, "--key", secret, given="mèo\n").exit_code == 0
    done = bundle("install", file, "--yes", "--by", "chi-lan", *at)
    assert done.exit_code == 0, done.output
    assert "Bản đầu" in done.stdout
    assert store.shelf().version == "1.0"
    listed = bundle("list", *at).stdout
    assert "1.0  đang dùng" in listed
    assert "chi-lan" in listed
    assert bundle("rollback", *at).exit_code == 0
    assert store.shelf().current == ""
    assert bundle("rollback", *at).exit_code == 1


def test_what_changes_is_shown_before_it_is_asked_and_no_means_no(
    site: Path, file: Path, store: BundleStore
) -> None:
    trust(site)
    files = files_of_script(SCRIPT_TEXT.replace("amount: 8000", "amount: 9000"))
    save_bundle(signed("1", files), file)
    for answer in ("n\n", ""):
        refused = bundle("install", file, "--site", site, given=answer)
        assert refused.exit_code == 1
        assert "8.000 đồng mỗi bản, nay là 9.000 đồng mỗi bản" in refused.stdout
        assert store.shelf().current == ""
    assert bundle("install", file, "--site", site, given="y\n").exit_code == 0
    assert store.shelf().version == "1"


def test_each_fault_is_a_line_and_nothing_is_installed(
    site: Path, file: Path, store: BundleStore
) -> None:
    trust(site)
    text = SCRIPT_TEXT.replace("start: ai-di", "start: x").replace("next: viec-gi", "next: y", 1)
    save_bundle(signed("1", files_of_script(text)), file)
    result = bundle("install", file, "--yes", "--site", site)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    line = text.splitlines().index("start: x") + 1
    assert any(one.startswith(f"procedures/xin-giay/script.yaml:{line}: ") for one in lines)
    assert store.shelf().current == ""


def test_a_pack_of_scripts_with_faults_is_refused(
    site: Path, file: Path, scripts: ScriptFolder
) -> None:
    scripts.write(SCRIPT_TEXT.replace("start: ai-di", "start: x"))
    result = bundle("pack", file, "--version", "1", "--site", site)
    assert result.exit_code == 1
    assert "start" in result.stderr or "bước x" in result.stderr
    assert not file.exists()


def test_install_as_json_tells_what_a_page_shows(site: Path, file: Path) -> None:
    trust(site)
    save_bundle(signed("1", titled("Tên mới")), file)
    result = bundle("install", file, "--yes", "--json", "--on", "2099-12-24", "--site", site)
    assert result.exit_code == 0, result.output
    told: Any = json.loads(result.stdout)
    assert told["version"] == "1"
    assert told["on"] == "2099-12-24"
    assert told["changes"][0]["title"] == "Tên mới"
    assert told["hearing"] is None
    shelf: Any = json.loads(bundle("list", "--json", "--site", site).stdout)
    assert shelf["kept"][0]["on"] == "2099-12-24"
    assert bundle("withdraw", "1", "--site", site).exit_code == 0
    shelf = json.loads(bundle("list", "--json", "--site", site).stdout)
    assert shelf["kept"] == []


def test_an_older_version_is_refused_and_says_what_to_do(
    site: Path, file: Path, store: BundleStore
) -> None:
    trust(site)
    store.publish(signed("2"), key="k")
    save_bundle(signed("1"), file)
    result = bundle("install", file, "--yes", "--site", site)
    assert result.exit_code == 1
    assert "kiosk bundle rollback" in result.stderr


def test_a_procedure_that_was_never_learned_is_named_with_the_remedy(
    site: Path, file: Path
) -> None:
    trust(site)
    save_bundle(signed("1"), file)
    result = bundle("install", file, "--yes", "--site", site)
    assert "Xin giấy xác nhận. Chạy kiosk train" in result.stdout


def test_a_key_is_revoked_or_ends_and_its_bundles_are_refused(site: Path, file: Path) -> None:
    trust(site)
    save_bundle(signed("1"), file)
    name = ward_pair().key.id[:8]
    assert bundle("keys", "end", name, "2026-01-02", "--site", site).exit_code == 0
    assert "hết hạn" in bundle("keys", "list", "--site", site).stdout
    assert "hết hạn" in bundle("install", file, "--yes", "--site", site).stderr
    assert bundle("keys", "revoke", name, "--site", site).exit_code == 0
    assert "đã thu hồi" in bundle("keys", "list", "--site", site).stdout
    assert "thu hồi" in bundle("install", file, "--yes", "--site", site).stderr


def test_keys_are_trusted_only_after_a_yes(site: Path, tmp_path: Path) -> None:
    save_keys([pair().key], tmp_path / "a.keys.toml")
    assert bundle("keys", "add", tmp_path / "a.keys.toml", "--site", site, given="n\n").exit_code
    assert not (tmp_path / "state" / "keys.toml").exists()
    (tmp_path / "none.toml").write_text("", encoding="utf-8")
    assert bundle("keys", "add", tmp_path / "none.toml", "--yes", "--site", site).exit_code == 1


def test_a_private_key_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text("precious", encoding="utf-8")
    made = bundle(
        "keys", "make", tmp_path / "a.pem", "--name", "A", "--scope", "city:01", "--no-passphrase"
    )
    assert made.exit_code == 1
    assert (tmp_path / "a.pem").read_text(encoding="utf-8") == "precious"


def test_messages_come_in_english_too(site: Path, file: Path) -> None:
    save_bundle(signed("1"), file)
    result = bundle("install", file, "--yes", "--site", site, "--lang", "en")
    assert "does not know the key" in result.stderr


def test_a_bundle_brings_a_part_of_the_settings(site: Path, file: Path, tmp_path: Path) -> None:
    part = tmp_path / "part.toml"
    part.write_text('[ward]\nname = { vi = "Phường Hai", en = "Ward Two" }\n', encoding="utf-8")
    packing = bundle("pack", file, "--version", "1", "--ward-part", part, "--site", site)
    assert packing.exit_code == 0, packing.output
    assert b"Ward Two" in load_bundle(file).files["site.toml"]
    part.write_text('[printer]\nkind = "file"\n', encoding="utf-8")
    refused = bundle("pack", file, "--version", "2", "--ward-part", part, "--site", site)
    assert refused.exit_code == 1
    assert "printer" in refused.stderr
