"""What `kiosk doctor` says of bundles and keys."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bundle_maker import TODAY, pair, signed, titled

from kiosk.bundle_current import current_of
from kiosk.bundle_sign import KEYS_FILE, save_keys
from kiosk.bundle_store import BundleStore
from kiosk.doctor_bundle import SOON, bundle_findings
from kiosk.finding import Report, State
from kiosk.settings import DEFAULTS, Settings, load_settings
from kiosk.words import Words


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = load_settings(DEFAULTS)
    return replace(found, folders=replace(found.folders, state=str(tmp_path / "state")))


def look(settings: Settings, words: Words) -> list[tuple[str, State, str]]:
    report = Report(words, "vi")
    current = current_of(settings, TODAY)
    found = bundle_findings(settings, current, report=report, today=TODAY)
    return [(one.name, one.state, one.text) for one in found]


def test_a_kiosk_without_bundles_and_keys_is_no_worse_for_it(
    settings: Settings, words: Words
) -> None:
    assert {state for _, state, _ in look(settings, words)} == {State.INFORMATION}


def test_the_current_bundle_the_waiting_one_and_the_keys_are_named(
    settings: Settings, words: Words
) -> None:
    state = settings.folders.state_path
    store = BundleStore(state)
    store.publish(signed("1.5"), key="k")
    store.publish(signed("2.5"), key="k", on=date(2026, 12, 24))
    save_keys([pair(name="Bà Lan").key], state / KEYS_FILE)
    found = look(settings, words)
    assert {state for _, state, _ in found} == {State.OK}
    text = "\n".join(text for _, _, text in found)
    for part in ("1.5", "2.5", "24/12/2026", "Bà Lan"):
        assert part in text


def test_a_damaged_bundle_a_revoked_key_and_one_that_soon_ends_are_warned_of(
    settings: Settings, words: Words
) -> None:
    state = settings.folders.state_path
    store = BundleStore(state)
    old, new = pair(until=TODAY + SOON), pair()
    store.publish(signed("1", titled("Một")), key=new.key.id)
    store.publish(signed("2", titled("Hai")), key=old.key.id)
    save_keys([old.key, replace(new.key, revoked=TODAY)], state / KEYS_FILE)
    (store.procedures(store.shelf().current) / "xin-giay" / "walks.yaml").unlink()
    warned = [name for name, state, _ in look(settings, words) if state is State.WARNING]
    assert warned == ["bundle", "bundle", "keys"]
    lasting = replace(old.key, valid_until=TODAY + SOON + timedelta(days=1))
    save_keys([lasting], state / KEYS_FILE)
    warned = [name for name, state, _ in look(settings, words) if state is State.WARNING]
    assert warned == ["bundle"]
