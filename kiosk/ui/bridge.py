"""Screen -> QML properties; QML taps -> events. It decides nothing.

Each drawn screen carries a serial number. A tap names the serial of the screen it was
made on, so a finger that comes down just as the screen changes can only do what it saw.
While it is down, the same place is not drawn anew (a printer reports, an engine dies): QML
would make new buttons, and the touch would be lost.
What moves with the voice (the microphone, "hear again", the ear) is drawn apart: it may
change under a finger that is on its way to a choice.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import Property, QEvent, QObject, Qt, QTimer, Signal, Slot

from kiosk import event as on
from kiosk.conductor import Conductor
from kiosk.event import Event
from kiosk.ports import Door
from kiosk.screen import Button, ChoosingBody, QrCode, QuestionBody, Screen
from kiosk.settings import Settings
from kiosk.tally import InputMode
from kiosk.ui.microphone import Microphone
from kiosk.ui.pictures import qr_picture
from kiosk.words import Words

TICK_MILLISECONDS = 250
"""How often the idle clock is looked at."""

_SOUND_FROM = 1000
"""Numbers of the buttons that move with the voice begin here."""

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.KeyPress,
    }
)


_LIFTED = frozenset({QEvent.Type.TouchEnd, QEvent.Type.TouchCancel, QEvent.Type.MouseButtonRelease})
_PUT_DOWN = frozenset({QEvent.Type.TouchBegin, QEvent.Type.MouseButtonPress})

HELD_SECONDS = 1.0
"""How long a finger holds up what would be drawn anew under it; a palm may rest for longer."""


def local_now() -> datetime:
    """Now, where the kiosk stands."""
    return datetime.now().astimezone()


class Bridge(QObject):
    """The one object that QML knows: `kiosk`."""

    screenChanged = Signal()  # noqa: N815 - Qt's naming
    soundChanged = Signal()  # noqa: N815
    levelChanged = Signal()  # noqa: N815
    clockChanged = Signal()  # noqa: N815
    forgotten = Signal()
    """The visit is over: the text field and the keyboard drop what they hold."""
    _woken = Signal()

    def __init__(
        self,
        conductor: Conductor,
        *,
        settings: Settings,
        words: Words,
        door: Door,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__()
        self._conductor = conductor
        self._now = now
        self._settings = settings
        self._words = words
        self._door = door
        self._serial = 0
        self._events: list[Event] = []
        self._drawn: dict[str, Any] = {}
        self._sound_serial = 0
        self._sound_events: dict[int, list[Event]] = {}
        """By serial, the last two: "be quiet" is touched just as the voice falls silent."""
        self._sound: dict[str, Any] = {}
        self._microphone: Microphone | None = None
        self._shown: Screen | None = None
        self._is_behind = False
        """What is drawn of the screen is older than what is shown."""
        self._held_since: float | None = None
        """When a finger came down that is not lifted yet."""
        self._clock = ""
        self._settled_at = 0.0
        """Until then a touch may be the second half of one meant for the screen before."""
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Show the first screen and let time run."""
        self._conductor.start(show=self._show, forget=self.forgotten.emit, wake=self._woken.emit)
        self._tell_time()
        self._timer.start()

    def stop(self) -> None:
        """Let time stand still; late replies are no longer drawn."""
        self._timer.stop()

    @property
    def conductor(self) -> Conductor:
        """Who is told of every touch."""
        return self._conductor

    @property
    def shown(self) -> Screen | None:
        """The screen that QML draws now."""
        return self._shown

    def _read_screen(self) -> dict[str, Any]:
        return self._drawn

    screen = Property("QVariant", _read_screen, notify=screenChanged)  # type: ignore[arg-type]  # the stubs know no type names
    """The screen as maps and lists; a button is a map with `tap`, its number, or -1."""

    def _read_sound(self) -> dict[str, Any]:
        return self._sound

    sound = Property("QVariant", _read_sound, notify=soundChanged)  # type: ignore[arg-type]  # the same
    """What moves with the voice: `microphone`, `hear`, `ear`, and their `serial`."""

    def _read_level(self) -> float:
        return float(self._microphone.level) if self._microphone is not None else 0.0  # type: ignore[arg-type]  # a Property to the stubs

    level = Property(float, _read_level, notify=levelChanged)
    """How loud it is at the microphone while the ear is open: 0 to 1."""

    def watch(self, microphone: Microphone) -> None:
        """Show how loud it is at this microphone."""
        self._microphone = microphone
        microphone.levelChanged.connect(self.levelChanged)

    def _read_clock(self) -> str:
        return self._clock

    clock = Property(str, _read_clock, notify=clockChanged)

    def _read_reduce_motion(self) -> bool:
        return self._settings.screen.reduce_motion

    reduceMotion = Property(bool, _read_reduce_motion, constant=True)  # noqa: N815

    def _read_inches(self) -> float:
        return self._settings.screen.inches

    inches = Property(float, _read_inches, constant=True)

    def _read_hold(self) -> int:
        return round(self._settings.staff.hold_seconds * 1000)

    holdMilliseconds = Property(int, _read_hold, constant=True)  # noqa: N815

    @Slot(int, int)
    def tap(self, serial: int, number: int) -> None:
        """A button of the screen `serial` was touched."""
        if number >= _SOUND_FROM:
            events = self._sound_events.get(serial, [])
            number -= _SOUND_FROM
        else:
            events = self._events if serial == self._serial else []
        if not 0 <= number < len(events):
            return
        event = events[number]
        is_second_half = time.monotonic() < self._settled_at
        if not is_second_half or isinstance(event, on.StaffCalled | on.Digit):
            self._conductor.post(event)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's naming
        """See each finger and key on the window: whoever reads on is still here."""
        kind = event.type()
        if kind in _SIGNS_OF_LIFE:
            self._conductor.touched()
        if kind in _PUT_DOWN:
            self._held_since = time.monotonic()
        elif kind in _LIFTED:
            self._held_since = None
            QTimer.singleShot(0, self._catch_up)  # the button is told first
        return False

    @Slot(str)
    def typed(self, text: str) -> None:
        """The search field's text changed."""
        self._conductor.post(on.Typed(text))

    @Slot(str)
    def said(self, text: str) -> None:
        """The search field's sentence was sent off with the enter key."""
        self._conductor.post(on.Said(text, InputMode.TYPING))

    @Slot()
    def door(self) -> None:
        """The hidden corner was held."""
        self._conductor.post(on.DoorTouched(has_pin=self._door.has_pin()))

    @Slot()
    def _drain(self) -> None:
        self._conductor.drain()

    @Slot()
    def _tick(self) -> None:
        if not self._is_held():  # its own touch says what it wants; time waits for it
            self._conductor.tick()
            self._catch_up()
        self._tell_time()

    def _tell_time(self) -> None:
        clock = self._clock_text()
        if clock != self._clock:
            self._clock = clock
            self.clockChanged.emit()

    def _clock_text(self) -> str:
        now = self._now()
        language = self._shown.language if self._shown is not None else "vi"
        weekday = self._words.say(f"weekday.{now.weekday()}", language)
        return f"{now:%H:%M} · {weekday}"

    def _show(self, screen: Screen) -> None:
        shown = self._shown
        if screen == shown:
            return
        if shown is not None and _place(screen) != _place(shown):
            self._settled_at = time.monotonic() + self._settings.screen.double_touch_seconds
        self._shown = screen
        if shown is None or _moving(screen) != _moving(shown):
            self._show_sound(screen)
        if shown is None or _still(screen) != _still(shown):
            is_same_place = shown is not None and _place(screen) == _place(shown)
            self._is_behind = True
            if not (is_same_place and self._is_held()):
                self._catch_up()

    def _is_held(self) -> bool:
        """Whether a finger is on the screen that will soon be lifted."""
        since = self._held_since
        return since is not None and time.monotonic() - since < HELD_SECONDS

    @Slot()
    def _catch_up(self) -> None:
        """Draw what is shown."""
        screen = self._shown
        if not self._is_behind or screen is None:
            return
        self._is_behind = False
        self._serial += 1
        self._events = []
        drawn = {name: self._as_map(value, self._events) for name, value in _still(screen)}
        self._drawn = {**drawn, "serial": self._serial}
        self.screenChanged.emit()

    def _show_sound(self, screen: Screen) -> None:
        events: list[Event] = []
        drawn = {
            name: self._as_map(value, events, first=_SOUND_FROM) for name, value in _moving(screen)
        }
        before = self._sound_events.get(self._sound_serial, [])
        if events != before:  # each word that is heard draws anew; a finger may be slower
            self._sound_serial += 1
            self._sound_events = {self._sound_serial - 1: before, self._sound_serial: events}
        self._sound = {**drawn, "serial": self._sound_serial}
        self.soundChanged.emit()

    def _as_map(self, value: object, events: list[Event], *, first: int = 0) -> Any:  # noqa: ANN401 - maps, lists and plain values
        """A screen's values as QML takes them; the buttons' events go into `events`."""
        if isinstance(value, Button):
            number = -1
            if value.event is not None:
                number = first + len(events)
                events.append(value.event)
            return {
                "label": value.label,
                "note": value.note,
                "icon": value.icon,
                "isMain": value.is_main,
                "isOn": value.is_on,
                "said": value.said or ". ".join(part for part in (value.label, value.note) if part),
                "tap": number,
            }
        if is_dataclass(value) and not isinstance(value, type):
            drawn = {
                _camel(field.name): self._as_map(getattr(value, field.name), events, first=first)
                for field in fields(value)
            }
            drawn["kind"] = type(value).__name__
            if isinstance(value, QrCode):
                drawn["picture"] = qr_picture(value.link)
            return drawn
        if isinstance(value, tuple):
            return [self._as_map(one, events, first=first) for one in value]
        assert value is None or isinstance(value, str | int | bool | Mapping)
        return value


def _still(screen: Screen) -> tuple[tuple[str, object], ...]:
    """What a screen shows whether or not somebody speaks, by name."""
    return (
        ("language", screen.language),
        ("header", screen.header),
        ("banner", screen.banner),
        ("body", screen.body),
        ("call", screen.dock.call),
        ("overlay", screen.overlay),
        ("curtain", screen.curtain),
        ("more", screen.more),
        ("top", screen.top),
    )


def _moving(screen: Screen) -> tuple[tuple[str, object], ...]:
    """What moves with the voice, by name."""
    return (
        ("microphone", screen.dock.microphone),
        ("hear", screen.dock.hear),
        ("ear", screen.ear),
    )


def _place(screen: Screen) -> tuple[object, ...]:
    """What makes a screen another place, rather than the same one with a tick more."""
    body = screen.body
    asked = body.ask if isinstance(body, QuestionBody) else ""
    results = body.results_title if isinstance(body, ChoosingBody) else ""
    return type(body), asked, results, type(screen.overlay)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
