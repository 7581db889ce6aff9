"""What staff do, as a part of `advance`: the door, the PIN, the staff sheet. Pure."""

from dataclasses import replace
from typing import Literal, assert_never

from kiosk import effect as do
from kiosk import event as on
from kiosk.counting import record
from kiosk.effect import Effect
from kiosk.pin_pad import press
from kiosk.session import PinPad, Session, StaffSheet, Trial
from kiosk.tally import Counted


def advance_staff(session: Session, event: on.StaffEvent) -> tuple[Session, tuple[Effect, ...]]:
    """What the visit becomes when staff do something."""
    overlay = session.overlay
    match event:
        case on.DoorTouched(has_pin):
            return replace(session, overlay=PinPad(is_new=not has_pin)), ()
        case on.Digit() | on.DigitErased() | on.PinEntered():
            if not isinstance(overlay, PinPad):
                return session, ()
            pad, effects = press(overlay, event)
            return replace(session, overlay=pad), effects
        case on.PinRight():
            is_at_door = isinstance(overlay, PinPad)
            return (replace(session, overlay=StaffSheet()) if is_at_door else session), ()
        case on.PinWrong(locked_seconds, error):
            if not isinstance(overlay, PinPad):
                return session, ()
            refusal = error or ("pin.locked" if locked_seconds else "pin.wrong")
            pad = PinPad(is_new=overlay.is_new, refusal=refusal, locked_seconds=locked_seconds)
            return replace(session, overlay=pad), record(session, Counted.PIN_REFUSED)
        case _ if not isinstance(overlay, StaffSheet):
            return session, ()
        case on.PrintTestWanted():
            job = session.jobs + 1
            sheet = replace(overlay, test="printing", job=job, is_shutting_down=False)
            trial = Trial("printing", job)
            tried = replace(session, overlay=sheet, jobs=job, trial=trial)
            return tried, (do.PrintTest(job),)
        case on.SoundTestWanted():
            sheet = replace(overlay, test="sounded", is_shutting_down=False)
            return replace(session, overlay=sheet), (do.SoundTest(),)
        case on.BundleWanted() | on.BundleLooked() | on.BundleTaken():
            sheet, effects = _with_bundle(overlay, event)
            return replace(session, overlay=sheet), effects
        case on.ShutDownWanted():
            if overlay.is_shutting_down:
                return session, (do.ShutDown(),)
            return replace(session, overlay=replace(overlay, is_shutting_down=True)), ()
        case _:
            assert_never(event)


def _with_bundle(
    sheet: StaffSheet, event: on.BundleWanted | on.BundleLooked | on.BundleTaken
) -> tuple[StaffSheet, tuple[Effect, ...]]:
    """First what it would change, then a second touch; a test in between begins again."""
    match event:
        case on.BundleWanted():
            if sheet.bundle in ("looking", "taking"):
                return sheet, ()
            is_seen = sheet.bundle == "offered" and sheet.test is None
            later = replace(sheet, test=None, is_shutting_down=False)
            if is_seen:
                return replace(later, bundle="taking"), (do.StickBundle(is_sure=True),)
            return replace(later, bundle="looking"), (do.StickBundle(),)
        case on.BundleLooked(told, is_good):
            state: Literal["offered", "over"] = "offered" if is_good else "over"
            return replace(sheet, bundle=state, told=told), ()
        case on.BundleTaken(told):
            return replace(sheet, bundle="over", told=told), ()
        case _:
            assert_never(event)
