"""What `kiosk doctor` finds of the staff console, and of the files that nobody else may read.

The console's own modules are loaded only where the site wants a console.
"""

import errno
import http.client
import socket
import ssl
import stat
from collections.abc import Iterator
from datetime import date, timedelta
from ipaddress import ip_address
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.finding import Finding, Report, State
from kiosk.settings import ConsoleSettings, Settings

SOON = timedelta(days=30)
"""A ward's own certificate that ends within this time should have a successor by now."""
ANSWER_SECONDS = 3.0
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
PRIVATE = ("*.json", "*.jsonl", "*key*.pem")
"""Of the state folder: the PIN, accounts, logs, what staff have ordered, keys."""


def console_findings(settings: Settings, *, report: Report, today: date) -> Iterator[Finding]:
    """Whether it is wanted, reachable, trusted, and who may use it; whose the state's files are.

    Args:
        settings: the site's own.
        report: puts it into words.
        today: the day.
    """
    wanted, state = settings.console, settings.folders.state_path
    if not wanted.enabled:
        yield report.finding("console", State.INFORMATION, "console-off")
    else:
        yield _place(wanted, report)
        yield _certificate(wanted, state, report, today)
        yield _accounts(state, report)
    yield _private(state, report)


def _place(wanted: ConsoleSettings, report: Report) -> Finding:
    values = {"address": wanted.address, "port": wanted.port}
    own = ip_address(wanted.address)
    family = socket.AF_INET6 if own.version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((wanted.address, wanted.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                problem = error.strerror or ""
                return report.finding(
                    "console", State.WARNING, "console-nowhere", problem=problem, **values
                )
        else:
            return report.finding("console", State.OK, "console-free", **values)
    is_ours = _is_our_console(wanted)
    state, code = (State.OK, "console-served") if is_ours else (State.WARNING, "console-taken")
    return report.finding("console", state, code, **values)


def _is_our_console(wanted: ConsoleSettings) -> bool:
    """Whether a console like ours answers there; nothing is told to it, so nobody is trusted."""
    own = ip_address(wanted.address)
    host = wanted.address
    if own.is_unspecified:
        host = "::1" if own.version == 6 else "127.0.0.1"
    is_plain = own.is_loopback and not wanted.certificate
    try:
        if is_plain:
            asked = http.client.HTTPConnection(host, wanted.port, timeout=ANSWER_SECONDS)
        else:
            any_certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            any_certificate.check_hostname = False
            any_certificate.verify_mode = ssl.CERT_NONE
            asked = http.client.HTTPSConnection(
                host, wanted.port, timeout=ANSWER_SECONDS, context=any_certificate
            )
        try:
            asked.request("GET", "/login")
            answer = asked.getresponse()
            return answer.status in (200, 303) and "noindex" in answer.headers.get(
                "x-robots-tag", ""
            )
        finally:
            asked.close()
    except (OSError, http.client.HTTPException):
        return False


def _certificate(wanted: ConsoleSettings, state: Path, report: Report, today: date) -> Finding:
    from kiosk.console.certificate import (  # noqa: PLC0415 - only where wanted
        CERTIFICATE_FILE,
        KEY_FILE,
        read_certificate,
    )

    if wanted.certificate:
        file, key = Path(wanted.certificate), Path(wanted.key or wanted.certificate)
    elif ip_address(wanted.address).is_loopback:
        return report.finding("certificate", State.INFORMATION, "certificate-not-needed")
    else:
        file, key = state / CERTIFICATE_FILE, state / KEY_FILE
        if not (file.exists() and key.exists()):
            return report.finding("certificate", State.INFORMATION, "certificate-unmade")
    try:
        found = read_certificate(file, key)
    except KioskError as error:
        return report.refused("certificate", error, State.WARNING)
    values = {"file": file, "until": f"{found.until:%d/%m/%Y}"}
    if wanted.certificate and found.until <= today + SOON:
        return report.finding("certificate", State.WARNING, "certificate-ends", **values)
    return report.finding("certificate", State.OK, "certificate", **values)


def _accounts(state: Path, report: Report) -> Finding:
    from kiosk.console.accounts import AccountBook  # noqa: PLC0415 - only where wanted
    from kiosk.console.files import ACCOUNTS_FILE  # noqa: PLC0415 - the same
    from kiosk.console.hands import have_two  # noqa: PLC0415 - the same

    try:
        accounts = AccountBook(state / ACCOUNTS_FILE).accounts()
    except KioskError as error:
        return report.refused("accounts", error, State.WARNING)
    names = [one.name for one in accounts if one.looks_after]
    admins = len(names)
    if not accounts:
        return report.finding("accounts", State.WARNING, "accounts-none")
    if not admins:
        return report.finding("accounts", State.WARNING, "accounts-no-admin")
    if admins == 1:
        return report.finding("accounts", State.WARNING, "accounts-one-admin")
    if not have_two({one.name: one.hands for one in accounts}, names):
        return report.finding("accounts", State.WARNING, "accounts-one-hand")
    open_ones = sum(not one.is_disabled for one in accounts)
    return report.finding("accounts", State.OK, "accounts", count=open_ones, admins=admins)


def _private(state: Path, report: Report) -> Finding:
    try:
        files = sorted({file for pattern in PRIVATE for file in state.glob(pattern)})
        found = [file for file in files if file.stat().st_mode & OPEN_TO_OTHERS]
        is_open = state.exists() and bool(state.stat().st_mode & OTHERS_WRITE)
    except OSError as error:
        problem = error.strerror or ""
        return report.finding(
            "private-files", State.WARNING, "private-unseen", folder=state, problem=problem
        )
    if is_open:
        return report.finding("private-files", State.WARNING, "private-folder", folder=state)
    if found:
        names = " ".join(str(file) for file in found)
        return report.finding("private-files", State.WARNING, "private-open", names=names)
    return report.finding("private-files", State.OK, "private", folder=state)
