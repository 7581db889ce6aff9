"""Which two accounts are two people: the rule behind "two pairs of eyes". Pure.

Whoever gives an account its password or its role, or opens it again, may be who sits before it:
no page can tell. So through the console they hold that account from then on, and with them all
who held theirs; however long ago it was, and however many have held it since.

An account is free again only at the machine, where somebody sees who types: its holder chooses a
password there (`kiosk console account password NAME --may-review`). An account made there, or
with the set-up code of the staff sheet, was never held. For what the account wrote in drafts
begun before, the hands of then still count.

Two accounts are two people where nobody stands behind both. A ward may begin on its first
morning: the first administrator with the set-up code, the second at the machine.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from kiosk.draft_publication import Tie

_strict = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Hand:
    """Somebody held an account: gave it its password or its role, or opened it again."""

    by: str
    on: Annotated[date, Field(strict=False)]
    """The last time."""
    until: Annotated[date | None, Field(strict=False)] = None
    """The day on which the account became free; None: held to this day."""


Hands = tuple[Hand, ...]


def laid(hands: Hands, by: Collection[str], today: date) -> Hands:
    """The hands with these on it too; each stands there once, none is forgotten."""
    others = tuple(one for one in hands if one.by not in by)
    return (*others, *(Hand(by=one, on=today) for one in sorted(by)))


def freed(hands: Hands, today: date) -> Hands:
    """The hands, all ended."""
    return tuple(one if one.until else replace(one, until=today) for one in hands)


def circle(
    hands_of: Mapping[str, Hands], name: str, *, since: date | None = None
) -> frozenset[str]:
    """The account, and everybody who stands behind it.

    Args:
        hands_of: account -> the hands on it.
        name: of the account.
        since: hands count that ended after this day; None: those of now.
    """
    found, waiting = {name}, [name]
    while waiting:
        hands = hands_of.get(waiting.pop(), ())
        held = {
            one.by
            for one in hands
            if one.until is None or (since is not None and one.until > since)
        }
        waiting += held - found
        found |= held
    return frozenset(found)


def tie(
    hands_of: Mapping[str, Hands], by: str, authors: Collection[str], *, since: date
) -> Tie | None:
    """Who stands behind whoever wants to publish and behind an author too.

    Args:
        hands_of: account -> the hands on it.
        by: who wants to publish: what counts is who holds that account now.
        authors: who wrote: what counts is who held them since the draft was begun.
        since: that day.
    """
    own = circle(hands_of, by)
    for author in authors:
        both = own & circle(hands_of, author, since=since)
        if by in both:
            return Tie(holder=by, account=author)
        if both:
            return Tie(holder=author if author in both else min(both), account=by)
    return None


def have_two(hands_of: Mapping[str, Hands], names: Collection[str]) -> bool:
    """Whether two of these accounts are two people now."""
    circles = [circle(hands_of, one) for one in names]
    return any(one.isdisjoint(other) for one, other in combinations(circles, 2))
