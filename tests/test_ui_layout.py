"""Sizes, gaps, contrast and names, measured on the real QML: every screen of every script."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtQuick import QQuickItem

from kiosk.app import Kiosk, build_kiosk
from kiosk.command import Message
from kiosk.notice import MOST_LETTERS, Notice, NoticeKind
from kiosk.office import ConsoleDoor
from kiosk.path import every_path
from kiosk.procedure import LANGUAGES, Aspect, LifeEvent, Procedure, Text
from kiosk.screen import Button, RestingBody, WaitingBody
from kiosk.session import (
    Asides,
    AspectAsked,
    Choosing,
    Finished,
    Guiding,
    Hearing,
    NotAvailable,
    NotHeard,
    NoticeSheet,
    PinPad,
    Reading,
    Resting,
    Session,
    Simpler,
    StaffSheet,
    Summons,
    Taken,
    VoiceSheet,
    Waiting,
    Why,
)
from kiosk.settings import load_settings
from kiosk.ui.hand import Hand
from kiosk.ui.window import LANDSCAPE, PORTRAIT, Panel, start_qt
from kiosk.voice import Voice

SITE = Path(__file__).parent.parent / "packaging" / "site.example.toml"
LEAST_TOUCH = 96
LEAST_GAP = 16
LEAST_TEXT = 32
LEAST_HEADING = 56
LEAST_CONTRAST = 7.0
HEARD = "tôi đi làm giấy khai sinh cho cháu"
SIZES = {"portrait": PORTRAIT, "landscape": LANDSCAPE}


@pytest.fixture(scope="module")
def panel_and_kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Panel, Kiosk]]:
    application = start_qt(offscreen=True)
    settings = load_settings(SITE)
    state = tmp_path_factory.mktemp("state")
    settings = replace(
        settings,
        folders=replace(settings.folders, state=str(state)),
        screen=replace(settings.screen, reduce_motion=True),
    )
    kiosk = build_kiosk(settings, shut_down=application.quit)
    kiosk.door.set_pin("284917")
    kiosk.conductor.engines(can_hear=True, can_speak=True)
    office = replace(kiosk.conductor._office, can_reword=True, words_leave=True)
    kiosk.conductor._office = office
    kiosk.conductor.console_at(
        ConsoleDoor(
            address="https://192.168.100.200:8443",
            fingerprint=":".join(["AB"] * 32),
            setup_code="WWWW-MMMM-QQQQ",
        )
    )
    panel = Panel(kiosk)
    panel.show(PORTRAIT)
    panel.bridge.stop()  # what is shown here stays until the test shows something else
    yield panel, kiosk
    panel.close()


class Look:
    """A panel that shows whatever session it is given."""

    def __init__(self, panel: Panel, kiosk: Kiosk, size: QSize) -> None:
        self.panel = panel
        self.kiosk = kiosk
        self.hand = Hand(panel.window)
        panel.window.resize(size)
        self.hand.settle()

    def at(self, session: Session) -> None:
        self.kiosk.conductor._session = session
        self.panel.bridge._show(self.kiosk.conductor.screen)
        self.hand.let_time_pass(0.02)

    def faults(self, where: str) -> list[str]:
        return [f"{where}: {fault}" for fault in (*self._touch(), *self._texts(), *self._names())]

    def _touch(self) -> Iterator[str]:
        window = QRectF(0, 0, self.panel.window.width(), self.panel.window.height())
        buttons = [one for one in self.hand.buttons() if one.property("canTap")]
        seen = [(one, on_screen(one)) for one in buttons if is_in_view(one)]
        for item, area in seen:
            name = item.property("label")
            if area.width() < LEAST_TOUCH - 0.5 or area.height() < LEAST_TOUCH - 0.5:
                yield f"{name!r} is {area.width():.0f} x {area.height():.0f} px"
            if not window.adjusted(-1, -1, 1, 1).contains(area):
                yield f"{name!r} reaches out of the window: {area}"
        for number, (item, area) in enumerate(seen):
            for other, other_area in seen[number + 1 :]:
                if area.adjusted(
                    -LEAST_GAP + 1, -LEAST_GAP + 1, LEAST_GAP - 1, LEAST_GAP - 1
                ).intersects(other_area):
                    yield f"{item.property('label')!r} is too near {other.property('label')!r}"

    def _texts(self) -> Iterator[str]:
        for item in self.hand.items():
            text = item.property("text")
            if not isinstance(text, str) or not text or not is_seen(item) or is_keyboard(item):
                continue
            font = item.property("font")
            if font is not None and font.pixelSize() < LEAST_TEXT:
                yield f"{text!r} is {font.pixelSize()} px"
            if item.property("truncated"):
                yield f"{text!r} is cut off"
            painted = item.property("paintedWidth")
            if isinstance(painted, float) and painted > item.width() + 1.5:
                yield f"{text!r} is {painted:.0f} px in {item.width():.0f} px"
            for above in ancestors(item):
                if above.objectName() == "button":
                    if not on_screen(above).adjusted(-1, -1, 1, 1).contains(on_screen(item)):
                        yield f"{text!r} stands out of its button"
                    break

    def _names(self) -> Iterator[str]:
        for item in self.hand.buttons():
            interface = QAccessible.queryAccessibleInterface(item)
            if interface is None:
                yield f"{item.property('label')!r} has no accessible interface"
                continue
            if interface.role() not in (QAccessible.Role.Button, QAccessible.Role.CheckBox):
                yield f"{item.property('label')!r} has the role {interface.role()}"
            if not interface.text(QAccessible.Text.Name):
                yield f"{item.property('label')!r} has no accessible name"


def sessions(procedure: Procedure) -> Iterator[tuple[str, Session]]:
    """Every question, each review and each outcome of a script, once."""
    seen = set[str]()
    for path in every_path(procedure):
        for count, step in enumerate(path.behind):
            if step.question.id not in seen:
                seen.add(step.question.id)
                phase = Guiding(procedure, answers=path.answers[:count])
                yield f"{procedure.id}/{step.question.id}", Session(phase=phase)
        if path.at.id in seen:
            continue
        seen.add(path.at.id)
        review = Guiding(procedure, answers=path.answers, is_reviewing=True)
        yield f"{procedure.id}/review", Session(phase=review)
        done = Guiding(procedure, answers=path.answers, is_confirmed=True, is_legal_open=True)
        yield f"{procedure.id}/{path.at.id}", Session(phase=done)


@pytest.mark.parametrize("orientation", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_every_script_is_large_enough_and_fits(
    panel_and_kiosk: tuple[Panel, Kiosk], orientation: str, language: str
) -> None:
    look = Look(*panel_and_kiosk, SIZES[orientation])
    faults: list[str] = []
    for procedure in look.kiosk.catalogue.procedures:
        for where, session in sessions(procedure):
            look.at(replace(session, language="en" if language == "en" else "vi"))
            faults += look.faults(f"{where} ({language}, {orientation})")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("orientation", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_screen_is_large_enough_and_fits(
    panel_and_kiosk: tuple[Panel, Kiosk], orientation: str, language: str
) -> None:
    look = Look(*panel_and_kiosk, SIZES[orientation])
    birth = look.kiosk.catalogue.procedures[0]
    sheet = StaffSheet(is_shutting_down=True, test="printer.no_paper")
    aspects = [one for one in Aspect if one is not Aspect.OTHER]
    ends = [path.answers for path in every_path(birth)]
    at_end = Guiding(birth, answers=max(ends, key=len), is_confirmed=True)
    long_aside = Asides(max(birth.asides, key=lambda one: len(one.say.vi)).id)
    simpler = (
        Simpler(1),
        Simpler(1, "Cha mẹ phải đi làm giấy khai sinh cho bé trong 60 ngày. " * 6, is_over=True),
        Simpler(1, is_over=True),
    )
    there = [
        Session(phase=Waiting()),
        Session(phase=Choosing()),
        *(Session(phase=Choosing(life_event=one)) for one in LifeEvent),
        Session(phase=Choosing(text="khai", found=("khai-sinh", "khai-tu"))),
        Session(phase=Choosing(text="zzz")),
        Session(phase=Finished()),
        Session(phase=Finished(has_rated=True)),
        *(Session(phase=Reading(card)) for card in look.kiosk.catalogue.cards),
        Session(phase=Guiding(birth), overlay=Why()),
        Session(phase=Guiding(birth), overlay=Asides()),
        *(Session(phase=Guiding(birth), overlay=Asides(one.id)) for one in birth.asides),
        Session(phase=Guiding(birth), overlay=Why(birth.questions[-1].id)),
        *(Session(phase=Guiding(birth), overlay=AspectAsked(one)) for one in aspects),
        *(Session(phase=at_end, overlay=AspectAsked(one)) for one in aspects),
        *(Session(phase=Guiding(birth), overlay=Why(), simpler=one) for one in simpler),
        *(Session(phase=Guiding(birth), overlay=long_aside, simpler=one) for one in simpler),
        Session(phase=Choosing(), overlay=NotAvailable("hearing")),
        Session(phase=Choosing(), overlay=NotAvailable("speaking")),
        Session(phase=Choosing(), overlay=NotHeard()),
        Session(phase=Choosing(), overlay=NotHeard(is_wrong=True), missed=2),
        Session(phase=Choosing(), overlay=VoiceSheet()),
        Session(phase=Choosing(), overlay=VoiceSheet(), voice=Voice(is_muted=True)),
        Session(phase=Guiding(birth), voice=Voice(is_dark=True)),
        Session(phase=Choosing(), hearing=Hearing(1)),
        Session(phase=Guiding(birth), hearing=Hearing(1, has_voice=True, so_far=HEARD)),
        Session(phase=Guiding(birth), hearing=Hearing(1, is_over=True, so_far=HEARD)),
        Session(phase=Guiding(birth), taken=Taken(HEARD, Choosing()), is_speaking=True),
        Session(phase=Guiding(birth), taken=Taken(HEARD, Choosing()), is_calling=True),
        Session(phase=Choosing(life_event=LifeEvent.BIRTH), hearing=Hearing(1)),
        Session(overlay=PinPad()),
        Session(overlay=PinPad(is_new=True, first="123456")),
        Session(overlay=PinPad(digits="12", refusal="pin.locked", locked_seconds=60)),
        Session(phase=Guiding(birth), overlay=sheet, is_calling=True),
        Session(phase=Resting()),
        Session(phase=Resting(), is_calling=True, language="en"),
        Session(phase=Resting(), overlay=StaffSheet()),
        Session(was_reset=True),
        *(
            Session(phase=Guiding(birth), overlay=Summons(one, counter))
            for one in Message
            for counter in look.kiosk.settings.counters
        ),
        Session(phase=Choosing(), seconds_left=12),
        Session(phase=Choosing(), is_calling=True),
        Session(phase=Guiding(birth), is_officer_coming=True),
        Session(phase=Guiding(birth), is_calling=True),
    ]
    faults: list[str] = []
    for number, session in enumerate(there):
        look.at(replace(session, language="en" if language == "en" else "vi"))
        faults += look.faults(f"{number} {session.phase} ({language}, {orientation})"[:90])
    assert not faults, "\n".join(faults)


def most(number: int, kind: NoticeKind, text: str) -> Notice:
    """A notice of the greatest length that is allowed."""
    long = (text * MOST_LETTERS)[: MOST_LETTERS - 1].strip() + "."
    return Notice(
        id=f"so-{number}",
        text=Text(vi=long, en=long),
        since=date(2026, 1, 1),
        until=date(2099, 1, 1),
        kind=kind,
    )


@pytest.mark.parametrize("orientation", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_as_many_notices_are_shown_as_fit_and_the_others_are_one_touch_away(
    panel_and_kiosk: tuple[Panel, Kiosk], orientation: str, language: str
) -> None:
    look = Look(*panel_and_kiosk, SIZES[orientation])
    conductor = look.kiosk.conductor
    before = conductor._office
    longest = [most(n, kind, "Quầy chứng thực nghỉ ") for n, kind in enumerate(NoticeKind)]
    widest = most(9, NoticeKind.URGENT, "PHƯỜNG NGHỈ ĐỘT XUẤT ")
    short = [replace(one, text=Text(vi="Nghỉ sáng 2/9.", en="Closed.")) for one in longest]
    faults: list[str] = []
    try:
        for shown in ([widest], longest[:1], longest, short[:1], short[:2], short, short + longest):
            notices = tuple(replace(one, id=f"n-{n}") for n, one in enumerate(shown))
            conductor._office = replace(before, notices=notices, troubles=("printer.no_paper",))
            for session in (
                Session(phase=Waiting()),
                Session(phase=Waiting(), was_reset=True),
                Session(phase=Waiting(), overlay=NoticeSheet()),
                Session(phase=Resting()),
                Session(phase=Resting(), is_calling=True),
            ):
                look.at(replace(session, language="en" if language == "en" else "vi"))
                where = f"{len(notices)} notices, {session.phase} ({language}, {orientation})"
                faults += look.faults(where)
                if session.overlay is None:
                    faults += [f"{where}: {one}" for one in misplaced(look)]
    finally:
        conductor._office = before
    assert not faults, "\n".join(faults)


def misplaced(look: Look) -> Iterator[str]:
    """What lies on something else, or is neither shown nor one touch away."""
    body = look.kiosk.conductor.screen.body
    assert isinstance(body, WaitingBody | RestingBody)
    items = [one for one in look.hand.items() if is_seen(one)]
    cards = [one for one in items if one.objectName() == "notice"]
    if not cards:
        yield "none is shown"
    texts = {one.text for one in body.notices}
    others = [one for one in items if one.property("text") and one.property("text") not in texts]
    others = [one for one in others if not any(above in cards for above in ancestors(one))]
    for card in cards:
        for other in others:
            if on_screen(card).intersects(on_screen(other)):
                yield f"a notice lies on {other.property('text')!r}"
    for button in look.hand.buttons():
        if button.property("label") == body.all_notices.label and is_seen(button):
            for other in others:
                is_own = button in ancestors(other)
                if not is_own and on_screen(button).intersects(on_screen(other)):
                    yield f"the way to all of them lies on {other.property('text')!r}"
    can_read_all = body.all_notices.label in look.hand.labels()
    if can_read_all is (len(cards) == len(body.notices)):
        yield f"{len(cards)} of {len(body.notices)}, and all of them: {can_read_all}"


def test_what_people_do_next_lies_in_the_lower_sixty_percent_of_a_portrait_screen(
    panel_and_kiosk: tuple[Panel, Kiosk],
) -> None:
    look = Look(*panel_and_kiosk, PORTRAIT)
    line = PORTRAIT.height() * 0.4
    birth = look.kiosk.catalogue.procedures[0]
    here = next(path for path in every_path(birth) if path.at.id)
    for session in (
        Session(phase=Waiting()),
        Session(phase=Choosing()),
        Session(phase=Guiding(birth)),
        Session(phase=Guiding(birth, answers=here.answers, is_confirmed=True)),
        Session(phase=Finished()),
    ):
        look.at(session)
        screen = look.kiosk.conductor.screen
        body = screen.body
        primary = {
            button.label
            for name in ("start", "tiles", "choices", "slip", "finish", "faces", "skip")
            for button in as_buttons(getattr(body, name, ()))
        }
        for item in look.hand.buttons():
            if item.property("label") in primary:
                assert on_screen(item).top() >= line, item.property("label")


def as_buttons(value: Button | tuple[Button, ...]) -> tuple[Button, ...]:
    return value if isinstance(value, tuple) else (value,)


def test_headings_are_at_least_56_pixels(panel_and_kiosk: tuple[Panel, Kiosk]) -> None:
    look = Look(*panel_and_kiosk, PORTRAIT)
    birth = look.kiosk.catalogue.procedures[0]
    look.at(Session(phase=Guiding(birth)))
    asked = next(
        item for item in look.hand.items() if item.property("text") == birth.questions[0].ask.vi
    )
    assert asked.property("font").pixelSize() >= LEAST_HEADING


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(front: QColor, back: QColor) -> float:
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("ink", "paper"),
        ("ink", "card"),
        ("ink", "goldTint"),
        ("ink", "lotusTint"),
        ("inkSoft", "paper"),
        ("inkSoft", "card"),
        ("inkSoft", "lotusTint"),
        ("lotus", "paper"),
        ("lotus", "card"),
        ("lotus", "lotusTint"),
        ("inkOnLotus", "lotus"),
        ("inkOnLotus", "lotusPressed"),
        ("inkOnLotus", "alertBand"),
        ("alert", "paper"),
    ],
)
def test_text_stands_out_from_what_it_is_on_by_seven_to_one(
    panel_and_kiosk: tuple[Panel, Kiosk], front: str, back: str
) -> None:
    panel, _ = panel_and_kiosk
    theme = panel.window.property("theme")
    assert contrast(theme.property(front), theme.property(back)) >= LEAST_CONTRAST


def test_motion_is_short_and_absent_when_motion_is_reduced(
    panel_and_kiosk: tuple[Panel, Kiosk],
) -> None:
    panel, _ = panel_and_kiosk
    theme = panel.window.property("theme")
    assert theme.property("fade") == 0
    assert theme.property("press") == 0
    theme.setProperty("reduceMotion", False)
    assert 0 < theme.property("fade") <= 250
    assert 0 < theme.property("press") <= 250
    theme.setProperty("reduceMotion", True)


def test_the_code_is_at_least_45_millimetres_wide_on_the_panel(
    panel_and_kiosk: tuple[Panel, Kiosk],
) -> None:
    look = Look(*panel_and_kiosk, PORTRAIT)
    birth = look.kiosk.catalogue.procedures[0]
    path = next(every_path(birth))
    look.at(Session(phase=Guiding(birth, answers=path.answers, is_confirmed=True)))
    code = look.hand.item("qr")
    assert code is not None
    modules = code.property("modules")
    without_quiet_zone = code.width() * (modules - 8) / modules
    millimetre = (1080**2 + 1920**2) ** 0.5 / (21.5 * 25.4)
    assert without_quiet_zone / millimetre >= 45


def on_screen(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def ancestors(item: QQuickItem) -> Iterator[QQuickItem]:
    above = item.parentItem()
    while above is not None:
        yield above
        above = above.parentItem()


def is_seen(item: QQuickItem) -> bool:
    return item.isVisible() and item.width() > 0 and item.height() > 0 and item.opacity() > 0


def is_in_view(item: QQuickItem) -> bool:
    """Not scrolled out of a pane, even in part."""
    area = on_screen(item)
    clips = [on_screen(above) for above in ancestors(item) if above.clip()]
    return is_seen(item) and all(clip.adjusted(-1, -1, 1, 1).contains(area) for clip in clips)


def is_keyboard(item: QQuickItem) -> bool:
    return any(above.objectName() == "keyboard" for above in ancestors(item))
