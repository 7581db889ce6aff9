"""The notices of the ward on the screen of a kiosk that waits, or is locked. Pure."""

from collections.abc import Iterable

from kiosk import event as on
from kiosk.notice import Notice, NoticeKind
from kiosk.office import Office
from kiosk.procedure import Language
from kiosk.screen import Button, FactCard, MessageOverlay, NoticeCard
from kiosk.words import Words

_ICONS = {
    NoticeKind.URGENT: "alert",
    NoticeKind.CLOSURE: "closed",
    NoticeKind.MOVED: "moved",
    NoticeKind.NOTICE: "information",
}

WHILE_LOCKED = (NoticeKind.URGENT, NoticeKind.CLOSURE)
"""What somebody before a locked kiosk must know."""


def notice_cards(
    notices: Iterable[Notice], *, words: Words, language: Language
) -> tuple[NoticeCard, ...]:
    """Each notice as it is shown, in the same order."""
    return tuple(
        NoticeCard(
            title=_kind(one, words, language),
            text=one.text.in_language(language),
            icon=_ICONS[one.kind],
            is_urgent=one.kind is NoticeKind.URGENT,
            is_silent=_is_foreign(one, language),
        )
        for one in notices
    )


def while_locked(office: Office) -> tuple[Notice, ...]:
    """The notices of a locked kiosk."""
    return tuple(one for one in office.notices_today() if one.kind in WHILE_LOCKED)


def all_notices(count: int, *, words: Words, language: Language) -> Button:
    """Opens all of them."""
    label = words.say("notice.all", language, count=count)
    return Button(label=label, event=on.NoticesWanted() if count else None, icon="list")


def notices_overlay(
    notices: Iterable[Notice], *, words: Words, language: Language
) -> MessageOverlay:
    """All of them, to read at leisure."""
    facts = tuple(
        FactCard(
            label=_kind(one, words, language),
            lines=(one.text.in_language(language),),
            is_silent=_is_foreign(one, language),
        )
        for one in notices
    )
    close = Button(label=words.say("nav.close", language), event=on.Closed(), is_main=True)
    return MessageOverlay(
        title=words.say("notice.title", language),
        text="" if facts else words.say("notice.none", language),
        facts=facts,
        buttons=(close,),
    )


def _kind(notice: Notice, words: Words, language: Language) -> str:
    kind = words.say(f"notice.{notice.kind.value}", language)
    if not _is_foreign(notice, language):
        return kind
    return words.say("notice.in_vietnamese", language, kind=kind)


def _is_foreign(notice: Notice, language: Language) -> bool:
    return language == "en" and not notice.is_translated
