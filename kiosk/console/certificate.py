"""The console's certificate: the ward's own, or one that is made here at set-up.

One made here is trusted by nobody until an officer compares its fingerprint with the one on
the staff sheet, behind the PIN. A key that lies there is never written over: where a certificate
is made anew, it is made for that key.
"""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.draft_key import give_own_name
from kiosk.errors import KioskError
from kiosk.private_file import write_private

CERTIFICATE_FILE = "console-certificate.pem"
KEY_FILE = "console-key.pem"
YEARS = 5
RENEWED_DAYS = 30
"""One made here is made anew so long before it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate that can be served."""

    file: Path
    key: Path
    fingerprint: str
    """SHA-256, as browsers show it."""
    names: frozenset[str]
    """Host names that it is for, in small letters."""
    until: date
    """The day on which it ends."""


def our_certificate(folder: Path, address: str) -> Certificate:
    """The certificate that was made here; made now if there is none, or it ends soon.

    Args:
        folder: where it is kept.
        address: that the console listens at.

    Raises:
        KioskError: `console.no_certificate`, `console.foreign_key`.
    """
    file, key = folder / CERTIFICATE_FILE, folder / KEY_FILE
    try:
        give_own_name(folder)
    except KioskError as error:
        raise KioskError("console.no_certificate", str(error), file=str(key)) from error
    if not (file.exists() and key.exists()) or _ends_soon(file):
        try:
            _make(file, key, address)
        except OSError as error:
            detail = error.strerror or ""
            raise KioskError("console.no_certificate", detail, file=str(file)) from error
    return read_certificate(file, key)


def read_certificate(file: Path, key: Path) -> Certificate:
    """A certificate with its key.

    Raises:
        KioskError: `console.no_certificate`: it cannot be read, has ended, or is not the key's.
    """
    try:
        found = x509.load_pem_x509_certificate(file.read_bytes())
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file, key)
    except (OSError, ValueError) as error:
        raise KioskError("console.no_certificate", str(error), file=str(file)) from error
    if found.not_valid_after_utc <= datetime.now(UTC):
        raise KioskError("console.no_certificate", "it has ended", file=str(file))
    try:
        named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = frozenset(one.lower() for one in named.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        names = frozenset()
    mark = found.fingerprint(hashes.SHA256()).hex().upper()
    fingerprint = ":".join(mark[at : at + 2] for at in range(0, len(mark), 2))
    until = found.not_valid_after_utc.astimezone().date()
    return Certificate(file=file, key=key, fingerprint=fingerprint, names=names, until=until)


def host_names() -> frozenset[str]:
    """The names that this machine goes by."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, f"{name}.local"})


def _ends_soon(file: Path) -> bool:
    try:
        found = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError):
        return False  # it is damaged: say so, do not change what browsers trust
    return found.not_valid_after_utc < datetime.now(UTC) + timedelta(days=RENEWED_DAYS)


def _key(key_file: Path) -> ec.EllipticCurvePrivateKey:
    """The key that lies there; made where none does. It outlasts its certificate."""
    try:
        found = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except FileNotFoundError:
        made = ec.generate_private_key(ec.SECP256R1())
        write_private(
            key_file,
            made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        return made
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # Its text might quote the key: keep it out of every log.
        detail = type(error).__name__
        raise KioskError("console.foreign_key", detail, file=str(key_file)) from None
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise KioskError("console.foreign_key", type(found).__name__, file=str(key_file))
    return found


def _make(file: Path, key_file: Path, address: str) -> None:
    key = _key(key_file)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Dẫn Lối")])
    now = datetime.now(UTC)
    named: list[x509.GeneralName] = [x509.DNSName(one) for one in sorted(host_names())]
    named.append(x509.IPAddress(ip_address("127.0.0.1")))
    own = ip_address(address)
    if not own.is_unspecified and not own.is_loopback:
        named.append(x509.IPAddress(own))
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectAlternativeName(named), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )
    write_private(file, made.public_bytes(serialization.Encoding.PEM))
