"""The staff door and the staff sheet on the screen. Pure."""

from kiosk import event as on
from kiosk.command import Locked, Unlocked
from kiosk.office import ConsoleDoor, Office
from kiosk.procedure import Language
from kiosk.screen import Button, PinOverlay, StaffOverlay
from kiosk.session import (
    Choosing,
    Finished,
    Guiding,
    PinPad,
    Reading,
    Resting,
    Session,
    StaffSheet,
    Waiting,
)
from kiosk.trouble import trouble_text
from kiosk.words import Words

MAY_BREAK = "\N{ZERO WIDTH SPACE}"
"""Where a line may end, so that no byte of a fingerprint is torn in two."""


def pin_overlay(pad: PinPad, *, words: Words, office: Office, language: Language) -> PinOverlay:
    """The PIN pad; no way round it when the kiosk has no PIN yet."""
    if pad.is_new:
        title = words.say("pin.set" if pad.first is None else "pin.repeat", language)
    else:
        title = words.say("pin.enter", language)
    refusal = ""
    if pad.refusal is not None:
        refusal = words.say(
            f"error.{pad.refusal}", language, seconds=pad.locked_seconds, digits=office.pin_digits
        )
    numbers = tuple(Button(label=digit, event=on.Digit(digit)) for digit in "123456789")
    is_complete = len(pad.digits) >= office.pin_digits
    last = (
        Button(label=words.say("pin.erase", language), event=on.DigitErased(), icon="erase"),
        Button(label="0", event=on.Digit("0")),
        Button(
            label=words.say("pin.done", language),
            event=on.PinEntered() if is_complete else None,
            icon="check",
            is_main=True,
        ),
    )
    close = Button(label=words.say("nav.close", language), event=on.Closed())
    return PinOverlay(
        title=title,
        text=words.say(
            "pin.set_why" if pad.is_new else "pin.why", language, digits=office.pin_digits
        ),
        digits=len(pad.digits),
        digits_in_all=office.pin_digits,
        refusal=refusal,
        keys=(*numbers, *last),
        close=None if pad.is_new else close,
    )


def staff_overlay(
    sheet: StaffSheet, session: Session, *, words: Words, office: Office
) -> StaffOverlay:
    """The officer's page: what goes on, what is wrong, what can be done."""
    language = session.language

    def say(key: str, **values: object) -> str:
        return words.say(f"staff.{key}", language, **values)

    answer = Button(
        label=say("answer_call"), event=on.CallAnswered(), icon="bell", is_main=session.is_calling
    )
    other: Language = "en" if language == "vi" else "vi"
    buttons = (
        Button(label=say("restart"), event=on.StaffReset(), icon="again"),
        *((answer,) if session.is_calling else ()),
        Button(
            label=say("test_print"),
            event=None if sheet.test == "printing" else on.PrintTestWanted(),
            icon="printer",
        ),
        Button(label=say("test_sound"), event=on.SoundTestWanted(), icon="speaker"),
        *((_bundle_button(sheet, words, language),) if office.has_stick else ()),
        Button(
            label=words.say("language.name", other), event=on.LanguageChosen(other), icon="language"
        ),
        _lock_button(session, words),
        Button(
            label=say("shut_down_sure" if sheet.is_shutting_down else "shut_down"),
            event=on.ShutDownWanted(),
            icon="power",
            is_on=sheet.is_shutting_down,
        ),
    )
    troubles = tuple(trouble_text(code, words, language) for code in office.troubles)
    return StaffOverlay(
        title=say("title"),
        state=_state(session, words),
        troubles_title=say("troubles") if troubles else say("no_troubles"),
        troubles=troubles,
        buttons=buttons,
        result=_result(sheet, words, office, language),
        console=_console_lines(office.console, words, language),
        versions=tuple(f"{name} {version}" for name, version in office.versions),
        close=Button(label=words.say("nav.close", language), event=on.Closed()),
    )


def _bundle_button(sheet: StaffSheet, words: Words, language: Language) -> Button:
    is_offered = sheet.bundle == "offered" and sheet.test is None
    is_busy = sheet.bundle in ("looking", "taking")
    key = "staff.bundle_sure" if is_offered else "staff.bundle"
    return Button(
        label=words.say(key, language),
        event=None if is_busy else on.BundleWanted(),
        icon="again",
        is_on=is_offered,
    )


def _state(session: Session, words: Words) -> str:
    """What the kiosk is doing; never what the citizen answered."""
    match session.phase:
        case Waiting():
            return words.say("staff.state_waiting", session.language)
        case Choosing():
            return words.say("staff.state_choosing", session.language)
        case Guiding(procedure):
            title = procedure.title.in_language(session.language)
            return words.say("staff.state_guiding", session.language, procedure=title)
        case Reading():
            return words.say("staff.state_reading", session.language)
        case Finished():
            return words.say("staff.state_finished", session.language)
        case Resting():
            return words.say("staff.state_resting", session.language)


def _lock_button(session: Session, words: Words) -> Button:
    if isinstance(session.phase, Resting):
        label = words.say("staff.unlock", session.language)
        return Button(label=label, event=Unlocked(), icon="hand", is_on=True)
    return Button(label=words.say("staff.lock", session.language), event=Locked(), icon="hide")


def _console_lines(
    console: ConsoleDoor | None, words: Words, language: Language
) -> tuple[str, ...]:
    """How to get to the console, and what the browser must show there."""
    if console is None:
        return ()
    lines = [words.say("staff.console", language, address=console.address)]
    if console.fingerprint:
        shown = console.fingerprint.replace(":", ":" + MAY_BREAK)
        lines.append(words.say("staff.fingerprint", language, fingerprint=shown))
    if console.setup_code:
        lines.append(words.say("staff.setup_code", language, code=console.setup_code))
    return tuple(lines)


def _result(sheet: StaffSheet, words: Words, office: Office, language: Language) -> str:
    if sheet.test is None and sheet.bundle in ("looking", "taking"):
        return words.say(f"staff.bundle_{sheet.bundle}", language)
    if sheet.test is None:
        return sheet.told
    if sheet.test == "sounded" and not office.can_speak:
        return words.say("staff.no_sound", language)
    if sheet.test in ("printing", "printed", "sounded"):
        return words.say(f"staff.{sheet.test}", language)
    return trouble_text(sheet.test, words, language)
