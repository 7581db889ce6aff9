"""The certificates of a ward's broker: an authority of its own, and what it signs.

Each machine is given the authority's certificate and trusts nobody else. Its key stays where the
broker was set up, for the day on which the broker's own certificate has to be made anew.
"""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.errors import KioskError
from kiosk.private_file import write_private

AUTHORITY_YEARS, YEARS = 20, 5
RENEWED_DAYS = 60
"""The broker's certificate is made anew so long before it ends, at the next set-up."""


def certify(
    authority: Path, authority_key: Path, certificate: Path, key: Path, *, hosts: Sequence[str]
) -> None:
    """See that there is an authority, and a certificate of the broker for these hosts.

    A key is written before its certificate. Power may fail in between: then an authority's key is
    given its certificate now; a broker's key that is not its certificate's is made anew with it.

    Raises:
        KioskError: `broker.damaged`: what is there cannot be read, and is not replaced: machines
            may trust it.
        OSError: it cannot be written.
    """
    if not authority.exists():
        _make_authority(authority, authority_key)
    signer = _read_key(authority_key)
    signed_by = _read(authority)
    if certificate.exists() and key.exists() and _is_good(certificate, key, signed_by, hosts):
        return
    _make(certificate, key, hosts=hosts, signed_by=signed_by, signer=signer)


def _make_authority(file: Path, key_file: Path) -> None:
    if key_file.exists():
        key = _read_key(key_file)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
        _write_key(key_file, key)
    name = _name("Dẫn Lối: máy chủ của phường")
    known = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        _begun(name, name, key.public_key(), AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(known, critical=False)
        .sign(key, hashes.SHA256())
    )
    write_private(file, made.public_bytes(serialization.Encoding.PEM))


def _make(
    file: Path,
    key_file: Path,
    *,
    hosts: Sequence[str],
    signed_by: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    known = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    known_signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    made = (
        _begun(_name("Dẫn Lối"), signed_by.subject, key.public_key(), YEARS)
        .add_extension(x509.SubjectAlternativeName(_named(hosts)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(usage, critical=False)
        .add_extension(known, critical=False)
        .add_extension(known_signer, critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write_key(key_file, key)
    write_private(file, made.public_bytes(serialization.Encoding.PEM))


def _begun(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, years: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _named(hosts: Sequence[str]) -> list[x509.GeneralName]:
    named: list[x509.GeneralName] = []
    for host in hosts:
        try:
            named.append(x509.IPAddress(ip_address(host)))
        except ValueError:
            named.append(x509.DNSName(host))
    return named


def _is_good(file: Path, key: Path, signed_by: x509.Certificate, hosts: Sequence[str]) -> bool:
    """Whether it lasts, is this key's, signed by this authority, and for all these hosts."""
    found = _read(file)
    if found.public_key() != _read_key(key).public_key():
        return False
    try:
        found.verify_directly_issued_by(signed_by)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file, key)
        named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, OSError, x509.ExtensionNotFound) as error:
        raise KioskError("broker.damaged", str(error), file=str(file)) from error
    except InvalidSignature:  # another authority signed it
        return False
    lasts = found.not_valid_after_utc > datetime.now(UTC) + timedelta(days=RENEWED_DAYS)
    return lasts and set(_named(hosts)) <= set(named)


def _read(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as error:
        raise KioskError("broker.damaged", str(error), file=str(file)) from error


def _read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KioskError("broker.damaged", str(error), file=str(file)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KioskError("broker.damaged", "no elliptic curve", file=str(file))
    return key


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    write_private(file, key.private_bytes(encoding, form, serialization.NoEncryption()))
