"""Joins the kiosk to the ward's broker: a part of the composition root.

What speaks MQTT is loaded only where the site wants a broker. Whatever is wrong with it is a line
on the staff sheet; the kiosk itself goes on.
"""

import logging
from typing import TYPE_CHECKING

from kiosk.app import Kiosk
from kiosk.broker.door import console_door, kiosk_door
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from kiosk.broker.kiosk import BrokerKiosk
    from kiosk.console.kiosks import Board
    from kiosk.console.mqtt_kiosks import MqttKiosks

log = logging.getLogger("kiosk.app")


def join_broker(kiosk: Kiosk) -> "BrokerKiosk | None":
    """The kiosk at the ward's broker, not yet connected; None: there is none, or it is wrong."""
    conductor, settings = kiosk.conductor, kiosk.settings

    def tell(code: str, /, *, is_there: bool) -> None:
        conductor.soon(lambda: conductor.trouble(code, is_there=is_there))

    try:
        door = kiosk_door(settings)
        if door is None:
            return None
        from kiosk.broker.kiosk import BrokerKiosk  # noqa: PLC0415 - only where wanted

        ward = settings.ward.portal.ward_code
        return BrokerKiosk(door, ward=ward, carry_out=conductor.post, tell=tell)
    except KioskError as error:
        _say(kiosk, error)
        return None


def watch_broker(kiosk: Kiosk, board: "Board") -> "MqttKiosks | None":
    """All kiosks of the broker, for this machine's console; None: it watches only its own."""
    conductor, settings = kiosk.conductor, kiosk.settings

    def tell(code: str, /, *, is_there: bool) -> None:
        conductor.soon(lambda: conductor.trouble(code, is_there=is_there))

    try:
        door = console_door(settings)
        if door is None:
            return None
        from kiosk.console.mqtt_kiosks import MqttKiosks  # noqa: PLC0415 - only where wanted

        ward, own = settings.ward.portal.ward_code, settings.broker.kiosk
        return MqttKiosks(door, board, ward=ward, own=own, tell=tell)
    except KioskError as error:
        _say(kiosk, error)
        return None


def _say(kiosk: Kiosk, error: KioskError) -> None:
    log.warning("the ward's broker is not used: %s", error)
    about = error.values.get("file") or error.values.get("host") or ""
    kiosk.conductor.trouble(f"{error.code}: {about}" if about else error.code, is_there=True)
