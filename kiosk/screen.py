"""What is on the screen, as a value: every text, and every thing that may be tapped. Pure.

The UI draws it and posts the events of the buttons; it decides nothing. A button
without an event is shown, but cannot be tapped.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.event import Event
from kiosk.procedure import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to tap."""

    label: str
    event: Event | None
    note: str = ""
    """A second, smaller line."""
    icon: str = ""
    """Name of a pictogram in `ui/qml/icons`; never alone, always with the label."""
    is_main: bool = False
    """The one thing most people do next."""
    is_on: bool = False
    """Chosen, ticked or unfolded."""
    said: str = ""
    """Its accessible name, where that is not the label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Top of every screen."""

    ward: str
    office: str
    languages: tuple[Button, ...]
    voice: Button | None
    """How the kiosk speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dock:
    """Foot of every screen, always the same three."""

    call: Button
    microphone: Button
    hear: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """An officer was called, or is coming."""

    text: str
    button: Button
    is_urgent: bool


class EarState(StrEnum):
    """What the ear does."""

    OPEN = "open"
    VOICE = "voice"
    OVER = "over"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarStrip:
    """What is being heard, or what was heard last; above the dock."""

    state: EarState
    title: str
    text: str
    button: Button | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curtain:
    """Darkness over all but the dock, for a visit by ear alone."""

    speak: Button
    """Nearly the whole of it."""
    light: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The path line."""

    text: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCard:
    """Something that the ward tells everybody."""

    title: str
    """What it is about, in a word or two; what is urgent is so in words, too."""
    text: str
    icon: str
    is_urgent: bool
    is_silent: bool
    """In another language than the screen: seen, but no voice can read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingBody:
    """Nobody is here: the invitation."""

    greeting: str
    hint: str
    notices: tuple[NoticeCard, ...]
    """As many as fit are shown, the first ones first."""
    all_notices: Button
    """Where not all of them fit."""
    examples: tuple[Button, ...]
    start: Button
    trouble: str
    """For staff who pass by: the printer needs them. Mostly empty."""
    privacy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingBody:
    """The question what is needed: tiles, search, results."""

    title: str
    hint: str
    search_hint: str
    text: str
    """What the search field holds."""
    clear: Button
    tiles: tuple[Button, ...]
    """Life events; empty while results are shown."""
    results_title: str
    results: tuple[Button, ...]
    nothing: str
    """Said when there is no result; else empty."""
    call: Button | None
    """Beside it: the officer."""
    nav: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBody:
    """One decision."""

    procedure: str
    progress: Progress
    ask: str
    why: Button
    asides: Button
    choices: tuple[Button, ...]
    papers_title: str
    papers: tuple[str, ...]
    """The papers that are certain already."""
    more_papers: tuple[str, ...]
    """At 1, "… and 1 more"; as many as there are papers."""
    nav: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """A question with the answer that was given."""

    question: str
    answer: str
    change: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBody:
    """All answers, each of which can be changed."""

    procedure: str
    progress: Progress
    title: str
    rows: tuple[ReviewRow, ...]
    confirm: Button
    nav: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """A paper to bring."""

    name: str
    detail: str
    """Original or copy, how many, handed in or shown."""
    note: str
    """Where to get it, under which case it is needed; may be empty."""
    tick: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCard:
    """One fact with its name: where, how long, how much, what you get."""

    label: str
    lines: tuple[str, ...]
    note: str = ""
    is_silent: bool = False
    """Its lines are in another language than the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCode:
    """The code to the portal."""

    link: str
    title: str
    text: str
    millimetres: int
    """Its least width on the panel, without the quiet zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeBody:
    """The end of the walk, in the order in which a person acts."""

    procedure: str
    code: str
    progress: Progress
    title: str
    lead: str
    call: Button | None
    """Where an officer must look at the case: the next thing to tap."""
    papers_title: str
    papers_hint: str
    papers: tuple[PaperRow, ...]
    facts: tuple[FactCard, ...]
    notes: tuple[str, ...]
    legal: Button
    legal_lines: tuple[str, ...]
    checked: str
    qr: QrCode
    slip: Button
    slip_text: str
    """How the printing goes; empty before it was asked for."""
    is_slip_trouble: bool
    asides: Button
    finish: Button
    nav: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBody:
    """A matter without a script: another office's, or as the portal publishes it."""

    mark: str
    """What this is, before anything else: "not checked by the ward", "not done here"."""
    title: str
    lead: str
    facts: tuple[FactCard, ...]
    papers_title: str
    papers: tuple[str, ...]
    source: str
    qr: QrCode
    call: Button
    finish: Button
    nav: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodbyeBody:
    """Three faces, and a wish."""

    title: str
    question: str
    """Or the thanks, once a face was touched."""
    faces: tuple[Button, ...]
    """Empty once one was touched."""
    hint: str
    skip: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingBody:
    """Staff have locked the kiosk."""

    title: str
    text: str
    notices: tuple[NoticeCard, ...]
    all_notices: Button
    call: Button


Body = (
    WaitingBody
    | ChoosingBody
    | QuestionBody
    | ReviewBody
    | OutcomeBody
    | CardBody
    | GoodbyeBody
    | RestingBody
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageOverlay:
    """A few sentences, perhaps with facts and who says so, and what to tap next."""

    title: str
    text: str
    facts: tuple[FactCard, ...] = ()
    source: str = ""
    note: str = ""
    """Where the text is not the script's own: who put it so, and where the original is."""
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleOverlay:
    """The countdown that asks whether somebody is still here."""

    title: str
    text: str
    seconds_left: int
    seconds_in_all: int
    stay: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class PinOverlay:
    """The PIN pad."""

    title: str
    text: str
    digits: int
    """How many were entered: dots, never the digits."""
    digits_in_all: int
    refusal: str
    keys: tuple[Button, ...]
    """1 to 9, erase, 0, enter."""
    close: Button | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffOverlay:
    """The officer's page."""

    title: str
    state: str
    troubles_title: str
    troubles: tuple[str, ...]
    buttons: tuple[Button, ...]
    result: str
    """How the last test went."""
    console: tuple[str, ...]
    """How staff get to the console; empty where there is none."""
    versions: tuple[str, ...]
    close: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonRow:
    """Buttons of which one is on, with what they are about."""

    title: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceOverlay:
    """How the kiosk speaks."""

    title: str
    rows: tuple[ButtonRow, ...]
    buttons: tuple[Button, ...]
    close: Button


Overlay = MessageOverlay | IdleOverlay | VoiceOverlay | PinOverlay | StaffOverlay


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Everything that is seen."""

    language: Language
    header: Header
    banner: Banner | None
    body: Body
    dock: Dock
    ear: EarStrip | None
    overlay: Overlay | None
    curtain: Curtain | None
    more: str
    """Label of the button that turns a long page."""
    top: str
    """Its label at the end of the page."""
