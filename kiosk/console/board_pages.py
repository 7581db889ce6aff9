"""The page with the kiosks, its live parts, and the forms that act on a kiosk."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from kiosk.command import (
    NEEDS_COUNTER,
    Locked,
    Message,
    ReloadWanted,
    Summoned,
    Unlocked,
    VolumeSet,
)
from kiosk.console.card import Card, card_of
from kiosk.console.files import console_words
from kiosk.console.web import Page, Visit
from kiosk.event import CallAnswered, Command, PrintTestWanted, SoundTestWanted, StaffReset
from kiosk.procedure import Language
from kiosk.voice import Loudness

BEAT_SECONDS = 5.0
"""How often a live page is looked at when no kiosk changes: times pass, sessions end."""
LEAST_SECONDS = 0.2
"""Between two changes of a live page, however fast the kiosks go on."""
MOST_KEPT = 2000
"""Pieces of pages that are kept to be sent again."""
ANSWER = "/kiosks/{kiosk}/answer"
"""Whoever may answer a call may do the rest."""
MOST_STREAMS = 8
"""Live pages of one browser."""

_TOKEN = secrets.token_hex(16)
"""Stands for the form's token in what is kept: nobody can write it into a page."""
_HERE = "event: here\ndata:\n\n"
"""Nothing is new; the page knows that it is not alone."""

Parts = dict[str, str]
"""Id of an element -> its HTML."""


def board_pages() -> tuple[Page, ...]:
    """All of them."""
    return (
        Page(method="GET", path="/", answer=_board),
        Page(method="GET", path="/live", answer=_live, is_asked=False),
        Page(method="GET", path="/parts", answer=_ask_parts, is_asked=False),
        _act("answer", lambda _: CallAnswered()),
        _act("restart", lambda _: StaffReset()),
        _act("lock", lambda _: Locked()),
        _act("unlock", lambda _: Unlocked()),
        _act("summon", _summons),
        _act("volume", _volume),
        _act("test-print", lambda _: PrintTestWanted()),
        _act("test-sound", lambda _: SoundTestWanted()),
        _act("reload", lambda _: ReloadWanted()),
    )


async def _board(visit: Visit) -> Response:
    cards = _cards(visit)
    counters = tuple(
        (key, text.in_language(visit.language)) for key, text in visit.console.site.counters.items()
    )
    templates, may_act, token = visit.console.templates, visit.may(ANSWER), _token(visit)
    return visit.page(
        "board.html",
        calls=_calls(visit, cards),
        cards=[
            _whole(templates, card, visit.language, may_act, counters).replace(_TOKEN, token)
            for card in cards
        ],
    )


async def _live(visit: Visit) -> Response:
    """What changes on the page, as it changes: server-sent events."""
    session = visit.session
    if session is None or session.streams >= MOST_STREAMS:
        return PlainTextResponse("", status_code=429)
    session.streams += 1

    async def stream() -> AsyncIterator[str]:
        try:
            async for piece in _events(visit):
                yield piece
        finally:
            session.streams -= 1

    return StreamingResponse(stream(), media_type="text/event-stream")


async def _events(visit: Visit) -> AsyncIterator[str]:
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def heard() -> None:
        with suppress(RuntimeError):  # the server has just stopped
            loop.call_soon_threadsafe(changed.set)

    stop_listening = visit.console.kiosks.listen(heard)
    stop_waiting = visit.console.closing.listen(heard)
    sent: Parts = {}
    try:
        while visit.is_still_allowed():
            parts = _parts(visit, _cards(visit))
            if sent and parts.keys() != sent.keys():
                yield "event: other\ndata:\n\n"  # other kiosks: the page asks for itself anew
            new = {name: html for name, html in parts.items() if sent.get(name) != html}
            sent = parts
            yield f"data: {json.dumps(new, ensure_ascii=False)}\n\n" if new else _HERE
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), BEAT_SECONDS)
            await asyncio.sleep(LEAST_SECONDS)
            changed.clear()
            if visit.console.is_closing:
                return
        yield "event: over\ndata:\n\n"
    finally:
        stop_listening()
        stop_waiting()


async def _ask_parts(visit: Visit) -> Response:
    """The same for a browser or a network that holds events up: it asks now and then."""
    parts = _parts(visit, _cards(visit))
    return Response(json.dumps(parts, ensure_ascii=False), media_type="application/json")


def _cards(visit: Visit) -> tuple[Card, ...]:
    console = visit.console
    now = console.clock()
    return tuple(
        card_of(one, words=console.words, language=visit.language, now=now)
        for one in console.kiosks.standings()
    )


def _parts(visit: Visit, cards: tuple[Card, ...]) -> Parts:
    """What of the page is alive: of each kiosk its state and its call, and the head's word."""
    templates, may_act, token = visit.console.templates, visit.may(ANSWER), _token(visit)
    parts = {"calls": _calls(visit, cards)}
    for card in cards:
        for name, html in _of_card(templates, card, visit.language, may_act):
            parts[name] = html.replace(_TOKEN, token)
    return parts


def _calls(visit: Visit, cards: tuple[Card, ...]) -> str:
    macros: Any = visit.console.templates.get_template("parts.html").module
    return str(macros.calls(cards, visit.say))


@lru_cache(maxsize=MOST_KEPT)
def _of_card(
    templates: Environment,
    card: Card,
    language: Language,
    may_act: bool,  # noqa: FBT001 - a key
) -> tuple[tuple[str, str], ...]:
    """The parts of one kiosk, with a mark for the token: most are the same for all officers."""
    macros: Any = templates.get_template("parts.html").module
    say = _say(language)
    parts = {f"state-{card.kiosk}": macros.state(card, say, may_act, _TOKEN)}
    if may_act:
        parts[f"main-{card.kiosk}"] = macros.main(card, say, _TOKEN)
    if may_act and not card.is_offline:  # who comes or goes changes the parts: a new page
        parts[f"trial-{card.kiosk}"] = macros.trial(card)
    return tuple((name, str(html)) for name, html in parts.items())


@lru_cache(maxsize=MOST_KEPT)
def _whole(
    templates: Environment,
    card: Card,
    language: Language,
    may_act: bool,  # noqa: FBT001 - a key
    counters: tuple[tuple[str, str], ...],
) -> str:
    """One kiosk with all its forms, the same way."""
    macros: Any = templates.get_template("parts.html").module
    parts = dict(_of_card(templates, card, language, may_act))
    messages = tuple(one for one in Message if counters or one not in NEEDS_COUNTER)
    html = macros.whole(
        card, parts, _say(language), may_act, _TOKEN, messages, counters, tuple(Loudness)
    )
    return str(html)


def _say(language: Language) -> Callable[..., str]:
    words = console_words()

    def say(key: str, **values: object) -> str:
        return words.say(key, language, **values)

    return say


def _token(visit: Visit) -> str:
    return visit.console.sessions.token(visit.number)


def _act(
    name: str,
    command: Callable[[Visit], Command | None],
) -> Page:
    """A form that sends a kiosk something.

    Args:
        name: of the deed: its path, and its keys in the words.
        command: what is sent; None: the form asks for nothing that there is.
    """
    word = name.replace("-", "_")

    async def answer(visit: Visit) -> Response:
        sent = command(visit)
        if sent is None:
            return PlainTextResponse("", status_code=400)
        if visit.session is None or not visit.console.sessions.may_command(visit.session):
            return PlainTextResponse(visit.say("sent.too_many"), status_code=429)
        kiosk = str(visit.request.path_params["kiosk"])
        if not visit.console.kiosks.send(kiosk, sent):
            return PlainTextResponse(visit.say("sent.not_there"), status_code=404)
        visit.note(word, kiosk=kiosk, about=_about(sent))
        told = f"sent.{word}" if visit.console.kiosks.is_here(kiosk) else "sent.on_its_way"
        return visit.done(f"/#kiosk-{kiosk}", visit.say(told))

    return Page(method="POST", path=f"/kiosks/{{kiosk}}/{name}", answer=answer)


def _summons(visit: Visit) -> Command | None:
    message, counter = visit.field("message"), visit.field("counter")
    if message not in tuple(Message):
        return None
    if Message(message) not in NEEDS_COUNTER:
        return Summoned(Message(message))
    return Summoned(Message(message), counter) if counter in visit.console.site.counters else None


def _about(sent: Command) -> str:
    """What the audit log says of a command: ids of closed lists, nothing that was typed."""
    match sent:
        case Summoned(message, counter):
            return f"{message} {counter}".strip()
        case VolumeSet(loudness):
            return loudness
        case _:
            return ""


def _volume(visit: Visit) -> Command | None:
    loudness = visit.field("loudness")
    return VolumeSet(Loudness(loudness)) if loudness in tuple(Loudness) else None
