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
from kiosk.console.access import ANSWER
from kiosk.console.card import Card, Disturbed, card_of, disturbed_at, in_turn
from kiosk.console.files import console_words
from kiosk.console.web import Page, Visit
from kiosk.event import CallAnswered, Command, PrintTestWanted, SoundTestWanted, StaffReset
from kiosk.procedure import Language
from kiosk.standing import Standing
from kiosk.voice import Loudness

BEAT_SECONDS = 5.0
"""How often a live page is looked at when no kiosk changes: times pass, sessions end."""
LEAST_SECONDS = 0.2
"""Between two changes of a live page, however fast the kiosks go on."""
MOST_KEPT = 2000
"""Pieces of pages that are kept to be sent again."""
MOST_STREAMS = 8
"""Live pages of one browser."""

ONLY_CALLS = "calls"
"""In the query of a page that shows no more than who calls."""

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
        Page(method="POST", path=ANSWER, answer=_answer_call),
        _act("restart", lambda _: StaffReset(), asks_first=True),
        _act("lock", lambda _: Locked(), asks_first=True),
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
        order=_order(cards),
        may_act=may_act,
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
            parts = _wanted(visit)
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
    parts = _wanted(visit)
    return Response(json.dumps(parts, ensure_ascii=False), media_type="application/json")


def _wanted(visit: Visit) -> Parts:
    """What a page shows: the board all of it, any other page that somebody calls."""
    macros: Any = visit.console.templates.get_template("parts.html").module
    line = macros.ending_line(visit.ending, visit.say, _token(visit), visit.here)
    ending = {"ending": str(line)}
    if ONLY_CALLS in visit.request.query_params:
        return {"call-line": str(macros.call_line(visit.callers, visit.say)), **ending}
    return {**_parts(visit, _cards(visit)), **ending}


def _cards(visit: Visit) -> tuple[Card, ...]:
    console = visit.console
    now = console.clock()
    return tuple(
        card_of(
            one,
            words=console.words,
            language=visit.language,
            now=now,
            answered_by=console.answered.by(one),
        )
        for one in in_turn(console.kiosks.standings())
    )


def _parts(visit: Visit, cards: tuple[Card, ...]) -> Parts:
    """What of the page is alive: of each kiosk its state and its call, and the head's word."""
    templates, may_act, token = visit.console.templates, visit.may(ANSWER), _token(visit)
    parts = {"calls": _calls(visit, cards), "order": _order(cards)}
    for card in cards:
        for name, html in _of_card(templates, card, visit.language, may_act):
            parts[name] = html.replace(_TOKEN, token)
    return parts


def _order(cards: tuple[Card, ...]) -> str:
    """Who comes first: our script moves the cards once nobody has a finger on them."""
    return " ".join(card.kiosk for card in cards)


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


async def _answer_call(visit: Visit) -> Response:
    """An officer is coming; whoever answers after another is told who is on the way."""
    kiosk = str(visit.request.path_params["kiosk"])
    answered, standing = visit.console.answered, _standing(visit, kiosk)
    if standing is None:
        return visit.refuse(visit.say("sent.not_there"), status=404)
    if standing.help is None:
        return visit.done(f"/#kiosk-{kiosk}", visit.say("sent.nobody_calls"))
    if not standing.is_ringing:
        return visit.done(f"/#kiosk-{kiosk}", _is_answered(visit, answered.by(standing)))
    quicker = answered.by(standing)
    if not visit.console.kiosks.send(kiosk, CallAnswered()):
        return visit.refuse(visit.say("sent.not_there"), status=404)
    visit.note("answer", kiosk=kiosk)
    answered.take(standing, visit.name)
    is_here = visit.console.kiosks.is_here(kiosk)
    told = visit.say("sent.answer" if is_here else "sent.on_its_way")
    return visit.done(f"/#kiosk-{kiosk}", _is_answered(visit, quicker) if quicker else told)


def _is_answered(visit: Visit, name: str) -> str:
    return visit.say("sent.answered_by", name=name) if name else visit.say("sent.answered")


def _standing(visit: Visit, kiosk: str) -> Standing | None:
    return next((one for one in visit.console.kiosks.standings() if one.kiosk == kiosk), None)


def _is_sure(visit: Visit, kiosk: str) -> bool:
    """Whether whoever sends this was asked about those whom it would disturb now."""
    standing = _standing(visit, kiosk)
    now = disturbed_at(standing) if standing is not None else Disturbed.NOBODY
    return now is Disturbed.NOBODY or visit.field("sure") in (now.value, Disturbed.CALL.value)


def _act(
    name: str,
    command: Callable[[Visit], Command | None],
    *,
    asks_first: bool = False,
) -> Page:
    """A form that sends a kiosk something.

    Args:
        name: of the deed: its path, and its keys in the words.
        command: what is sent; None: the form asks for nothing that there is.
        asks_first: whether it ends the visit of whoever is at the kiosk.
    """
    word = name.replace("-", "_")

    async def answer(visit: Visit) -> Response:
        sent = command(visit)
        if sent is None:
            return visit.refuse(visit.say("form_refusal.400"), status=400)
        kiosk = str(visit.request.path_params["kiosk"])
        if asks_first and not _is_sure(visit, kiosk):  # somebody has come since the page was drawn
            return visit.done(f"/#kiosk-{kiosk}", visit.say("sent.asks_first"))
        if not visit.console.kiosks.send(kiosk, sent):
            return visit.refuse(visit.say("sent.not_there"), status=404)
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
