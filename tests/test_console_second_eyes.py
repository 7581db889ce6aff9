"""Two pairs of eyes: what one person alone must not bring before citizens, by whatever door."""

from datetime import datetime

import pytest
from console_room import Room
from test_console_drafts import act, desk, draft_of, entered, fee_now, handed_in

from kiosk.console.certificate import our_certificate
from kiosk.draft import Stage
from kiosk.draft_key import KEY_FILE

__all__ = ["desk"]
"""A fixture."""

ADDRESS = "192.0.2.9"


# The key that signs


def test_a_console_with_its_own_certificate_publishes_and_serves_after_a_restart_and_a_renewal(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = our_certificate(desk.state, ADDRESS)
    draft_id = handed_in(desk)
    assert act(entered(desk, "minh.le"), desk, draft_id, "publish").status_code == 303
    assert fee_now(desk) == 20000
    signing = (desk.state / KEY_FILE).read_bytes()
    assert our_certificate(desk.state, ADDRESS) == served
    monkeypatch.setattr("kiosk.console.certificate.RENEWED_DAYS", 365 * 6)
    assert our_certificate(desk.state, ADDRESS).fingerprint != served.fingerprint
    assert (desk.state / KEY_FILE).read_bytes() == signing


def test_a_key_made_in_2036_by_mistake_publishes_in_2026(desk: Room) -> None:
    wrong = datetime(2036, 1, 1, 9).astimezone().timestamp() - desk.console.clock()
    desk.seconds += wrong
    first = handed_in(desk)
    assert act(entered(desk, "minh.le"), desk, first, "publish").status_code == 303
    desk.seconds -= wrong
    second = handed_in(desk, "25.000")
    assert act(entered(desk, "minh.le"), desk, second, "publish").status_code == 303
    assert draft_of(desk, second).stage is Stage.PUBLISHED
    assert fee_now(desk) == 25000
