"""Everything that can be found, as entries of the lookup. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kiosk.assistant.entry import Entry, Kind
from kiosk.card import Card
from kiosk.not_offered import Unserved
from kiosk.procedure import Procedure
from kiosk.wording import capital
from kiosk.wordings import Wordings

SmallTalk = Mapping[str, tuple[str, ...]]
"""Class -> sentences."""

SMALL_TALK = "small-talk:"
"""How the id of a class of small talk begins."""


def findable(
    *,
    procedures: Sequence[Procedure],
    not_here: Sequence[Card],
    national: Sequence[Entry],
    wordings: Wordings,
    unserved: Sequence[Unserved],
    small_talk: SmallTalk,
) -> tuple[Entry, ...]:
    """The entries of a kiosk.

    Args:
        procedures: with a script.
        not_here: the cards of other offices. One whose code the national catalogue gives to
            the ward's own level counts as the card that was asked for, though another
            counter of the commune does it.
        national: national procedures; one with the code of a script or of a "not here" card
            gives way to it.
        wordings: of national procedures, by code; those without an entry here are known
            and not offered.
        unserved: matters without a guide.
        small_talk: what is no matter.
    """
    communes = {one.code for one in national if one.kind is Kind.COMMUNE}
    scripted = {one.code for one in procedures} | {one.code for one in not_here}
    cards = [one for one in national if one.code not in scripted]
    taken = scripted | {one.code for one in cards}
    return (
        *(_of_procedure(one, wordings) for one in procedures),
        *(_of_not_here(one, wordings, communes) for one in not_here),
        *(replace(one, wordings=wordings.get(one.code, ())) for one in cards),
        *(
            Entry(
                id=code, code=code, title=capital(texts[0]), wordings=texts, kind=Kind.NOT_OFFERED
            )
            for code, texts in wordings.items()
            if code not in taken
        ),
        *(
            Entry(id=one.id, title=one.title.vi, wordings=one.heard_as, kind=Kind.NOT_OFFERED)
            for one in unserved
        ),
        *(
            Entry(id=SMALL_TALK + name, title="", wordings=texts, kind=Kind.SMALL_TALK)
            for name, texts in small_talk.items()
        ),
    )


def of_national_card(card: Card) -> Entry:
    """An imported card as an entry."""
    kind = Kind.COMMUNE if card.is_commune else Kind.NATIONAL
    return Entry(id=card.id, code=card.code, title=card.title.vi, kind=kind)


def _of_procedure(one: Procedure, wordings: Wordings) -> Entry:
    heard = (*one.heard_as.vi, one.summary.vi, *wordings.get(one.code, ()))
    return Entry(
        id=one.id,
        code=one.code,
        title=one.title.vi,
        title_in_english=one.title.en,
        wordings=(*heard, one.title.en, *one.heard_as.en),
        kind=Kind.SCRIPT,
    )


def _of_not_here(one: Card, wordings: Wordings, communes: Collection[str]) -> Entry:
    return Entry(
        id=one.id,
        code=one.code,
        title=one.title.vi,
        wordings=(*one.heard_as.vi, *wordings.get(one.code, ()), *one.heard_as.en),
        kind=Kind.COMMUNE if one.code in communes else Kind.NOT_HERE,
    )
