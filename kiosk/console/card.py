"""One kiosk on the console's page, as a value: every sentence of it, and who comes first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.procedure import Language
from kiosk.standing import Doing, HelpKind, Place, Standing
from kiosk.trouble import trouble_text
from kiosk.voice import Loudness
from kiosk.words import Words

JUST_NOW_SECONDS = 5


class Disturbed(StrEnum):
    """Whom a restart or a lock would disturb: the page asks first."""

    NOBODY = ""
    IN_USE = "in_use"
    CALL = "call"
    """Somebody has called, whether or not an officer is on the way."""


class Look(StrEnum):
    """How a kiosk's state is drawn; its words say the same."""

    CALM = "calm"
    BUSY = "busy"
    RINGING = "ringing"
    COMING = "coming"
    LOCKED = "locked"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One kiosk."""

    kiosk: str
    name: str
    look: Look
    state: str
    since: str
    help: str
    """Why an officer is called; empty: nobody calls."""
    help_since: str
    help_number: str
    """113, 114 or 115 where it is an emergency."""
    answered_by: str
    """The officer who is on the way, where this console knows: it stands nowhere else."""
    is_ringing: bool
    disturbed: Disturbed
    troubles: tuple[str, ...]
    trial: str
    is_locked: bool
    is_offline: bool
    can_reload: bool
    loudness: Loudness


@dataclass(frozen=True, slots=True)
class CardWords:
    """What cards are written with."""

    console: Words
    kiosk: Words
    """The kiosk's own: troubles are said as on its staff sheet."""


def card_of(
    standing: Standing,
    *,
    words: CardWords,
    language: Language,
    now: float,
    answered_by: str = "",
) -> Card:
    """A kiosk in the words of whoever looks.

    Args:
        standing: how it stands.
        words: every sentence.
        language: of the page.
        now: seconds since 1970.
        answered_by: who said that they are on the way.
    """
    say = words.console.say
    called = standing.help
    trial = standing.trial
    key = f"trial.{trial}"
    return Card(
        kiosk=standing.kiosk,
        name=standing.name,
        look=_look(standing),
        state=_state(standing, words.console, language),
        since=_lasted(standing.since, now, words.console, language),
        help=say(f"help.{called.kind.value}", language) if called else "",
        help_since=_lasted(called.since, now, words.console, language) if called else "",
        help_number=say(f"help_number.{called.kind.value}", language) if called else "",
        answered_by=answered_by if called and called.is_answered else "",
        is_ringing=standing.is_ringing,
        disturbed=disturbed_at(standing),
        troubles=tuple(trouble_text(one, words.kiosk, language) for one in standing.troubles),
        trial=(
            ""
            if not trial
            else say(key, language)
            if words.console.has(key)
            else trouble_text(trial, words.kiosk, language)
        ),
        is_locked=standing.doing is Doing.LOCKED,
        is_offline=standing.doing is Doing.OFFLINE,
        can_reload=standing.can_reload,
        loudness=standing.loudness,
    )


def disturbed_at(standing: Standing) -> Disturbed:
    """Whom a restart or a lock would disturb."""
    if standing.help is not None:
        return Disturbed.CALL
    is_used = standing.doing in (Doing.CHOOSING, Doing.GUIDING)
    return Disturbed.IN_USE if is_used else Disturbed.NOBODY


def in_turn(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Who needs an officer most comes first; whoever has waited longer before others."""
    return tuple(sorted(standings, key=_turn))


def _turn(standing: Standing) -> tuple[int, float, str, str]:
    called = standing.help
    if called is not None:
        is_emergency = called.kind is not HelpKind.CALLED
        rank = 2 if called.is_answered else 0 if is_emergency else 1
        return rank, called.since, standing.name, standing.kiosk
    needs_care = bool(standing.troubles) or standing.doing is Doing.OFFLINE
    return 3 if needs_care else 4, 0.0, standing.name, standing.kiosk


def duration(seconds: float, words: Words, language: Language) -> str:
    """How long, roughly: the page is drawn anew each time that it changes."""
    whole = max(0, int(seconds))
    if whole < JUST_NOW_SECONDS:
        return words.say("lasted.just_now", language)
    if whole < 60:
        return words.say("lasted.seconds", language, seconds=whole // 5 * 5)
    if whole < 3600:
        return words.say("lasted.minutes", language, minutes=whole // 60)
    hours, minutes = divmod(whole // 60, 60)
    if hours >= 24:
        return words.say("lasted.days", language, days=hours // 24)
    if not minutes:
        return words.say("lasted.whole_hours", language, hours=hours)
    return words.say("lasted.hours", language, hours=hours, minutes=minutes)


def _lasted(since: float, now: float, words: Words, language: Language) -> str:
    return duration(now - since, words, language)


def _look(standing: Standing) -> Look:
    if standing.is_ringing:
        return Look.RINGING
    if standing.help is not None:
        return Look.COMING
    match standing.doing:
        case Doing.OFFLINE:
            return Look.OFFLINE
        case Doing.LOCKED:
            return Look.LOCKED
        case Doing.IDLE:
            return Look.CALM
        case _:
            return Look.BUSY


def _state(standing: Standing, words: Words, language: Language) -> str:
    if standing.doing is not Doing.GUIDING or standing.procedure is None:
        return words.say(f"doing.{standing.doing.value}", language)
    title = standing.procedure.in_language(language)
    place = standing.place or Place.QUESTION
    where = words.say(f"place.{place.value}", language, step=standing.step)
    return words.say("doing.guiding", language, procedure=title, where=where)
