"""Downloads, from a real server on this machine that cuts, changes its mind, lies or is gone."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_shop import Offer, Publisher, publisher, sum_of

from kiosk.errors import KioskError
from kiosk.model_download import TRIES, adopt, download
from kiosk.model_list import Part
from kiosk.procedure import LANGUAGES
from kiosk.terminal import sentence_of

BODY = bytes(range(256)) * 1000
"""256,000 bytes: several chunks."""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's proxy is not asked for what lies on this machine."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def shop() -> Iterator[Publisher]:
    with publisher() as opened:
        yield opened


def part_at(address: str, *, size: int = len(BODY), sha256: str = "") -> Part:
    return Part(
        file="model.onnx",
        address=address,
        bytes=size,
        most_bytes=0 if size else len(BODY),
        sha256=sha256,
    )


class Listener:
    """Notes what was told about the progress."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.totals: set[int] = set()

    def __call__(self, file: str, done: int, total: int) -> None:
        assert file == "model.onnx"
        self.done.append(done)
        self.totals.add(total)


def get(part: Part, to: Path) -> Listener:
    """Download without pauses."""
    told = Listener()
    download(part, to, progress=told, pause=lambda _: None)
    return told


def refused(part: Part, to: Path) -> KioskError:
    """Why a download fails; it has a sentence in both languages."""
    with pytest.raises(KioskError) as refusal:
        get(part, to)
    for language in LANGUAGES:
        assert sentence_of(refusal.value, language) != str(refusal.value)
    return refusal.value


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "model.onnx"


def test_a_file_arrives_and_its_progress_is_told(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=BODY)
    told = get(part_at(shop.address("a")), to)
    assert to.read_bytes() == BODY
    assert told.done == sorted(told.done)
    assert told.done[-1] == len(BODY)
    assert told.totals == {len(BODY)}


def test_what_is_here_already_is_not_asked_for_again(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=BODY)
    get(part_at(shop.address("a")), to)
    get(part_at(shop.address("a")), to)
    assert shop.ranges == [""]


def test_a_connection_that_is_cut_is_gone_on_with_where_it_broke(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=BODY, cuts=[100_000, 50_000])
    get(part_at(shop.address("a")), to)
    assert to.read_bytes() == BODY
    assert shop.ranges == ["", "bytes=100000-", "bytes=150000-"]


def test_a_connection_that_breaks_too_often_keeps_what_has_arrived(
    shop: Publisher, to: Path
) -> None:
    shop.offers["a"] = Offer(body=BODY, cuts=[10_000] * TRIES)
    part = part_at(shop.address("a"))
    assert refused(part, to).code == "models.cut"
    assert to.read_bytes() == BODY[: 10_000 * TRIES]
    get(part, to)
    assert to.read_bytes() == BODY
    assert shop.ranges[-1] == f"bytes={10_000 * TRIES}-"


def test_between_tries_it_waits_a_little_longer_each_time(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=BODY, cuts=[10] * 3)
    waited: list[float] = []
    part = part_at(shop.address("a"))
    download(part, to, progress=Listener(), pause=waited.append)
    assert waited == sorted(set(waited))
    assert len(waited) == 3


def test_a_file_that_was_changed_at_its_source_is_begun_anew(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=BODY, cuts=[10_000] * TRIES)
    part = part_at(shop.address("a"))
    refused(part, to)
    shop.offers["a"] = Offer(body=BODY[::-1], etag='"2"')
    get(part, to)
    assert to.read_bytes() == BODY[::-1]


@pytest.mark.parametrize("etag", ["", 'W/"1"'])
def test_without_a_sure_name_of_the_version_nothing_is_pieced_together(
    shop: Publisher, to: Path, etag: str
) -> None:
    shop.offers["a"] = Offer(body=BODY, etag=etag, cuts=[10_000])
    get(part_at(shop.address("a")), to)
    assert to.read_bytes() == BODY
    assert shop.ranges == ["", ""]


def test_a_server_that_knows_no_ranges_starts_anew(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=BODY, knows_ranges=False, cuts=[10_000])
    get(part_at(shop.address("a")), to)
    assert to.read_bytes() == BODY


def test_another_address_in_the_list_starts_anew(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=BODY, cuts=[10_000] * TRIES)
    refused(part_at(shop.address("a")), to)
    shop.offers["b"] = Offer(body=BODY[::-1])
    get(part_at(shop.address("b")), to)
    assert to.read_bytes() == BODY[::-1]
    assert shop.ranges[-1] == ""


def test_more_on_the_disk_than_the_server_has_is_thrown_away(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=BODY, cuts=[100_000] + [0] * TRIES)
    part = part_at(shop.address("a"), size=0)
    refused(part, to)
    shop.offers["a"] = Offer(body=BODY[:50_000])
    get(part, to)
    assert to.read_bytes() == BODY[:50_000]


@pytest.mark.parametrize("size", [len(BODY) - 1, len(BODY) + 1])
def test_a_size_that_is_not_the_lists_is_refused_before_a_byte_is_written(
    shop: Publisher, to: Path, size: int
) -> None:
    shop.offers["a"] = Offer(body=BODY)
    error = refused(part_at(shop.address("a"), size=size), to)
    assert (error.code, error.values["found"]) == ("models.wrong_size", str(len(BODY)))
    assert not to.exists()


def test_a_server_that_does_not_say_how_much_it_sends_cannot_send_too_much(
    shop: Publisher, to: Path
) -> None:
    shop.offers["a"] = Offer(body=BODY * 2, says_length=False)
    assert refused(part_at(shop.address("a"), size=0), to).code == "models.too_large"
    assert not to.exists()
    shop.offers["a"] = Offer(body=BODY, says_length=False)
    get(part_at(shop.address("a"), size=0), to)
    assert to.read_bytes() == BODY


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_what_the_server_answers_instead_is_said(shop: Publisher, to: Path, status: int) -> None:
    shop.offers["a"] = Offer(body=BODY, status=status)
    error = refused(part_at(shop.address("a")), to)
    assert error.code == "models.server_refuses"
    assert str(status) in sentence_of(error, "vi")


def test_a_server_that_is_gone_is_named(to: Path) -> None:
    with publisher() as opened:
        address = opened.address("a")
    error = refused(part_at(address), to)
    assert error.code == "models.offline"
    assert "127.0.0.1" in sentence_of(error, "vi")


def test_a_redirect_is_followed_on_the_same_machine(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=b"", redirect=shop.address("b"))
    shop.offers["b"] = Offer(body=BODY, cuts=[10_000])
    get(part_at(shop.address("a")), to)
    assert to.read_bytes() == BODY
    assert shop.ranges == ["", "", "bytes=10000-", "bytes=10000-"]


@pytest.mark.parametrize(
    "elsewhere",
    ["http://publisher.example/a", "ftp://127.0.0.1/a", "file:///etc/passwd", "gopher://x/"],
)
def test_a_redirect_out_of_safety_is_not_followed(
    shop: Publisher, to: Path, elsewhere: str
) -> None:
    shop.offers["a"] = Offer(body=b"", redirect=elsewhere)
    error = refused(part_at(shop.address("a")), to)
    assert (error.code, error.values["to"]) == ("models.bad_redirect", elsewhere)
    assert not to.exists()


def test_a_circle_of_redirects_ends(shop: Publisher, to: Path) -> None:
    shop.offers["a"] = Offer(body=b"", redirect=shop.address("a"))
    assert refused(part_at(shop.address("a")), to).code == "models.bad_redirect"


def test_a_finished_copy_from_a_stick_counts_as_downloaded(shop: Publisher, to: Path) -> None:
    part = part_at(shop.address("a"))
    to.write_bytes(BODY)
    adopt(part, to)
    get(part, to)
    assert shop.ranges == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, with its key, that nobody has signed."""
    openssl = shutil.which("openssl")
    assert openssl is not None, "apt install openssl"
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    wanted = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", file, "-out", file.with_suffix(".crt"))
    subprocess.run(
        [openssl, *wanted.split(), *names, *files],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


@pytest.fixture
def safe_shop(certificate: Path) -> Iterator[Publisher]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with publisher(context) as opened:
        yield opened


def test_an_encrypted_download_works(
    safe_shop: Publisher, to: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    safe_shop.offers["a"] = Offer(body=BODY)
    get(part_at(safe_shop.address("a"), sha256=sum_of(BODY)), to)
    assert to.read_bytes() == BODY


def test_a_redirect_from_encryption_to_none_is_not_followed(
    safe_shop: Publisher,
    shop: Publisher,
    to: Path,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    shop.offers["a"] = Offer(body=BODY)
    safe_shop.offers["a"] = Offer(body=b"", redirect=shop.address("a"))
    error = refused(part_at(safe_shop.address("a")), to)
    assert error.code == "models.bad_redirect"
    assert shop.ranges == []


def test_a_certificate_that_nobody_trusts_is_refused(safe_shop: Publisher, to: Path) -> None:
    safe_shop.offers["a"] = Offer(body=BODY)
    assert refused(part_at(safe_shop.address("a")), to).code == "models.bad_certificate"
    assert not to.exists()
