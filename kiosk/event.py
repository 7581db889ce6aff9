"""All that can happen in a visit (`Event`): one closed list, and long for that. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.card import Card
from kiosk.command import Locked, NoticesSet, ReloadWanted, Summoned, Unlocked, VolumeSet
from kiosk.intent import Intent
from kiosk.procedure import Aspect, Language, LifeEvent, Procedure
from kiosk.tally import Counted, InputMode
from kiosk.voice import Loudness, Pace


class Rating(StrEnum):
    """The three faces on the goodbye screen."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


# What a citizen does


@dataclass(frozen=True, slots=True)
class Started:
    """The waiting screen was touched."""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The language switch."""

    language: Language


@dataclass(frozen=True, slots=True)
class LifeEventChosen:
    """A tile of the "what do you need?" screen; None goes back to all tiles."""

    life_event: LifeEvent | None


@dataclass(frozen=True, slots=True)
class Typed:
    """The text in the search field, after each keystroke."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A whole sentence, typed and sent off, or heard. It is never kept."""

    text: str
    mode: InputMode


@dataclass(frozen=True, slots=True)
class Chose:
    """A procedure was picked: the visit keeps this version of it to the end."""

    procedure: Procedure


@dataclass(frozen=True, slots=True)
class CardChosen:
    """A matter without a script was picked."""

    card: Card


@dataclass(frozen=True, slots=True)
class SwitchWanted:
    """Leave this procedure for another matter that was named in the middle of it."""

    found: Procedure | Card


@dataclass(frozen=True, slots=True)
class Answered:
    """A choice was tapped."""

    question: str
    choice: str


@dataclass(frozen=True, slots=True)
class Back:
    """One step back: closes what lies on top, else undoes exactly one answer."""


@dataclass(frozen=True, slots=True)
class ReviewWanted:
    """Show all answers, to change one."""


@dataclass(frozen=True, slots=True)
class ChangeWanted:
    """Ask this earlier question again."""

    question: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The answers on the review screen are right."""


@dataclass(frozen=True, slots=True)
class StartAgain:
    """Back to "what do you need?", with nothing kept of this procedure."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """A paper is, or is no longer, in the citizen's hand."""

    paper: str


@dataclass(frozen=True, slots=True)
class LegalToggled:
    """The legal basis is unfolded or folded away."""


@dataclass(frozen=True, slots=True)
class WhyWanted:
    """ "Why do you ask this?"."""

    question: str | None = None
    """None: the question on the screen."""


@dataclass(frozen=True, slots=True)
class AsideWanted:
    """A side question; None shows the list of them."""

    aside: str | None


@dataclass(frozen=True, slots=True)
class AspectWanted:
    """What the script says about this, under the answers so far."""

    aspect: Aspect


@dataclass(frozen=True, slots=True)
class SimplerWanted:
    """ "Say it more simply": the paragraph that lies on top."""

    text: str


@dataclass(frozen=True, slots=True)
class OriginalWanted:
    """ "Show the original": the paragraph as the script has it."""


@dataclass(frozen=True, slots=True)
class MicrophoneTouched:
    """The microphone button: open the ear; or, while it is open, "that was all"."""


@dataclass(frozen=True, slots=True)
class NotMeant:
    """ "Not that": what was understood of the last sentence is taken back."""


@dataclass(frozen=True, slots=True)
class HearAgainTouched:
    """The "hear again" button."""


@dataclass(frozen=True, slots=True)
class HushTouched:
    """The same button while the kiosk speaks: "be quiet"."""


@dataclass(frozen=True, slots=True)
class NoticesWanted:
    """The citizen wants to read all notices of the ward."""


@dataclass(frozen=True, slots=True)
class VoiceSheetWanted:
    """Show how the kiosk speaks."""


@dataclass(frozen=True, slots=True)
class PaceChosen:
    """Speak at this pace."""

    pace: Pace


@dataclass(frozen=True, slots=True)
class LoudnessChosen:
    """Speak this loud."""

    loudness: Loudness


@dataclass(frozen=True, slots=True)
class MuteToggled:
    """Speak by yourself, or only when asked to."""


@dataclass(frozen=True, slots=True)
class CurtainToggled:
    """Go on by ear alone with a dark screen, or light it again."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What lies on top of the screen is closed."""


@dataclass(frozen=True, slots=True)
class PrintWanted:
    """ "Print the slip"."""


@dataclass(frozen=True, slots=True)
class Finish:
    """ "I am done"."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A face was touched; None: skipped."""

    rating: Rating | None


@dataclass(frozen=True, slots=True)
class StaffCalled:
    """ "Call an officer"."""


@dataclass(frozen=True, slots=True)
class CallCancelled:
    """The citizen no longer needs an officer."""


@dataclass(frozen=True, slots=True)
class StillHere:
    """ "I am still here"."""


# What the kiosk itself notices


@dataclass(frozen=True, slots=True)
class Found:
    """The search has an answer for `text`; procedure ids, best first."""

    text: str
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thinking:
    """What the sentence of this turn means takes a moment; `Understood` follows."""

    turn: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What was said in this turn means this; a turn that is over is ignored."""

    turn: int
    intent: Intent
    text: str = ""
    """The sentence, where it was heard: it is shown until something else happens."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """The sentence of this turn named a button of the screen."""

    turn: int
    event: "Event"
    """What that button does."""
    text: str = ""
    """The sentence, where it was heard."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """The paragraph of this turn in simpler words, proven to say the same; None: there are none."""

    turn: int
    text: str | None


@dataclass(frozen=True, slots=True)
class EarOpens:
    """The kiosk has asked its question and listens by itself."""


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """Somebody began to speak in this turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class HeardSoFar:
    """What was made out of the sentence of this turn until now."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class SentenceOver:
    """The sentence of this turn is said; the recogniser finishes it."""

    turn: int


@dataclass(frozen=True, slots=True)
class Heard:
    """The sentence of this turn."""

    turn: int
    text: str
    confidence: float | None = None
    """0 to 1; None where the recogniser does not tell."""


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """Nobody spoke in this turn, or no word could be made out."""

    turn: int


@dataclass(frozen=True, slots=True)
class HearingFailed:
    """The recogniser or the microphone failed in this turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class SpeakingFailed:
    """There is no voice to read the screen aloud."""


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """The kiosk's own voice begins to sound."""


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """The kiosk's own voice is silent again."""


@dataclass(frozen=True, slots=True)
class SlipDone:
    """The printer has finished, with None or with the error's code."""

    job: int
    error: str | None


@dataclass(frozen=True, slots=True)
class IdleSoon:
    """Nobody has touched anything for a while; the visit ends in so many seconds."""

    seconds_left: int


@dataclass(frozen=True, slots=True)
class IdleTooLong:
    """The countdown ran out."""


@dataclass(frozen=True, slots=True)
class CallWaits:
    """Nobody has answered the call yet; an answer from now on counts in this band."""

    band: Counted


# What staff do


@dataclass(frozen=True, slots=True)
class DoorTouched:
    """The hidden corner was held: ask for the PIN, or set it if there is none."""

    has_pin: bool


@dataclass(frozen=True, slots=True)
class Digit:
    """A key of the PIN pad: 0 to 9."""

    digit: str


@dataclass(frozen=True, slots=True)
class DigitErased:
    """The erase key of the PIN pad."""


@dataclass(frozen=True, slots=True)
class PinEntered:
    """The enter key of the PIN pad."""


@dataclass(frozen=True, slots=True)
class PinRight:
    """The PIN was right, or was set: open the staff sheet."""


@dataclass(frozen=True, slots=True)
class PinWrong:
    """The PIN was wrong, locked out for some seconds, or not accepted as a new one."""

    locked_seconds: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class StaffReset:
    """Staff restart the session."""


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Staff answer the call for help."""


@dataclass(frozen=True, slots=True)
class PrintTestWanted:
    """Staff print a test slip."""


@dataclass(frozen=True, slots=True)
class SoundTestWanted:
    """Staff test the loudspeaker."""


@dataclass(frozen=True, slots=True)
class ShutDownWanted:
    """Staff shut the kiosk down; asked twice."""


@dataclass(frozen=True, slots=True)
class BundleWanted:
    """Staff want the bundle of a USB stick; it is looked at, and a second touch takes it."""


@dataclass(frozen=True, slots=True)
class BundleLooked:
    """What there is on the stick, in words for staff."""

    told: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class BundleTaken:
    """How it went, in words for staff."""

    told: str


CitizenEvent = (
    Started
    | LanguageChosen
    | LifeEventChosen
    | Typed
    | Said
    | Chose
    | CardChosen
    | SwitchWanted
    | Answered
    | Back
    | ReviewWanted
    | ChangeWanted
    | Confirmed
    | StartAgain
    | Ticked
    | LegalToggled
    | WhyWanted
    | AsideWanted
    | AspectWanted
    | SimplerWanted
    | OriginalWanted
    | MicrophoneTouched
    | NotMeant
    | HearAgainTouched
    | HushTouched
    | VoiceSheetWanted
    | NoticesWanted
    | PaceChosen
    | LoudnessChosen
    | MuteToggled
    | CurtainToggled
    | Closed
    | PrintWanted
    | Finish
    | Rated
    | StaffCalled
    | CallCancelled
    | StillHere
)
StaffEvent = (
    DoorTouched
    | Digit
    | DigitErased
    | PinEntered
    | PinRight
    | PinWrong
    | PrintTestWanted
    | SoundTestWanted
    | BundleWanted
    | BundleLooked
    | BundleTaken
    | ShutDownWanted
)
Command = (
    StaffReset
    | CallAnswered
    | PrintTestWanted
    | SoundTestWanted
    | Locked
    | Unlocked
    | Summoned
    | VolumeSet
    | NoticesSet
    | ReloadWanted
)
"""What the console may send: nothing else is taken from there."""
SoundEvent = (
    EarOpens
    | VoiceHeard
    | HeardSoFar
    | SentenceOver
    | Heard
    | NothingHeard
    | HearingFailed
    | SpeakingFailed
    | VoiceBegan
    | VoiceEnded
)
Event = (
    CitizenEvent
    | StaffEvent
    | Command
    | SoundEvent
    | Found
    | Thinking
    | Understood
    | Pointed
    | Reworded
    | SlipDone
    | IdleSoon
    | IdleTooLong
    | CallWaits
)
