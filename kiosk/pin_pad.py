"""The keys of the PIN pad. Pure.

The digits leave the pad in one effect only, and are gone from it by then.
"""

from dataclasses import replace
from typing import assert_never

from kiosk import effect as do
from kiosk import event as on
from kiosk.effect import Effect
from kiosk.session import PinPad

MOST_DIGITS = 10
"""Digits that the pad takes; the longest PIN there is."""


def press(
    pad: PinPad, key: on.Digit | on.DigitErased | on.PinEntered
) -> tuple[PinPad, tuple[Effect, ...]]:
    """What the pad becomes when `key` is touched, and what must be done for it."""
    match key:
        case on.Digit(digit):
            is_digit = digit.isascii() and digit.isdecimal() and len(digit) == 1
            digits = (pad.digits + digit)[:MOST_DIGITS] if is_digit else pad.digits
            return replace(pad, digits=digits, refusal=None, locked_seconds=0), ()
        case on.DigitErased():
            return replace(pad, digits=pad.digits[:-1]), ()
        case on.PinEntered():
            if not pad.is_new:
                return replace(pad, digits=""), (do.CheckPin(pad.digits),)
            if pad.first is None:
                return PinPad(is_new=True, first=pad.digits), ()
            if pad.first != pad.digits:
                return PinPad(is_new=True, refusal="pin.unlike"), ()
            return PinPad(is_new=True), (do.KeepPin(pad.digits),)
        case _:
            assert_never(key)
