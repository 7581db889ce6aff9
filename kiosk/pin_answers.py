"""What the staff door says to a PIN, as events."""

from kiosk import event as on
from kiosk.errors import KioskError
from kiosk.ports import Door


def tried(door: Door, pin: str) -> on.PinRight | on.PinWrong:
    """Whether the PIN opens the door, or why not."""
    try:
        locked = door.try_pin(pin)
    except KioskError as error:
        return on.PinWrong(error=error.code)
    return on.PinRight() if locked is None else on.PinWrong(locked_seconds=locked)


def kept(door: Door, pin: str) -> on.PinRight | on.PinWrong:
    """Whether the PIN is the door's from now on, or why not."""
    try:
        door.set_pin(pin)
    except KioskError as error:
        return on.PinWrong(error=error.code)
    return on.PinRight()
