"""What `kiosk doctor` finds of bundles and of the keys that are trusted."""

from collections.abc import Iterator
from datetime import date, timedelta

from kiosk.bundle_current import Current
from kiosk.bundle_shelf import SHIPPED
from kiosk.bundle_sign import KEYS_FILE, KeyStanding, load_keys
from kiosk.bundle_store import BundleStore
from kiosk.errors import KioskError
from kiosk.finding import Finding, Report, State
from kiosk.settings import Settings

SOON = timedelta(days=60)
"""A key that ends within this time should have a successor by now."""


def bundle_findings(
    settings: Settings, current: Current, *, report: Report, today: date
) -> Iterator[Finding]:
    """The current bundle, what is damaged, what waits, and the keys.

    Args:
        settings: the site's own.
        current: what the kiosk shows.
        report: puts it into words.
        today: the day.
    """
    if current.name == SHIPPED:
        yield report.finding("bundle", State.INFORMATION, "bundle-shipped")
    else:
        yield report.finding("bundle", State.OK, "bundle", version=current.version)
    for trouble in current.troubles:
        code, _, about = trouble.partition(": ")
        if code == "bundle.damaged_here":
            yield report.finding("bundle", State.WARNING, "bundle-damaged", name=about)
        if code == "bundle.shown_revoked":
            yield report.finding("bundle", State.WARNING, "bundle-revoked", version=about)
    try:
        waiting = BundleStore(settings.folders.state_path).shelf().scheduled
    except KioskError as error:
        yield report.refused("bundle", error, State.WARNING)
        waiting = ()
    for one in waiting:
        on = f"{one.on:%d/%m/%Y}"
        yield report.finding("bundle", State.OK, "bundle-waits", version=one.version, on=on)
    yield from _keys(settings, report, today)


def _keys(settings: Settings, report: Report, today: date) -> Iterator[Finding]:
    try:
        keys = load_keys(settings.folders.state_path / KEYS_FILE)
    except KioskError as error:
        yield report.refused("keys", error, State.WARNING)
        return
    good = [one for one in keys if one.standing(today) is KeyStanding.GOOD]
    if not good:
        yield report.finding("keys", State.INFORMATION, "keys-none")
        return
    lasting = [one for one in good if one.valid_until is None or one.valid_until > today + SOON]
    names = "; ".join(f"{one.name} ({one.scope})" for one in good)
    state, code = (State.OK, "keys") if lasting else (State.WARNING, "keys-end")
    yield report.finding("keys", state, code, names=names, days=SOON.days)
