"""A card on the screen: a matter without a script. Pure."""

from kiosk import event as on
from kiosk.card import Card, CardKind
from kiosk.outcome_screen import QR_MILLIMETRES
from kiosk.procedure import Language
from kiosk.screen import Button, CardBody, FactCard, QrCode
from kiosk.words import Words


def card_body(card: Card, *, words: Words, language: Language, nav: tuple[Button, ...]) -> CardBody:
    """The screen of `card`."""

    def say(key: str, **values: object) -> str:
        return words.say(key, language, **values)

    is_national = card.kind is CardKind.NATIONAL
    where = card.where.in_language(language) if card.where else card.agency
    facts = (
        ("outcome.where" if not is_national else "card.agency", where),
        ("card.level", card.level),
        ("outcome.time", card.time),
        ("outcome.fee", card.fee),
        ("outcome.result", card.result),
    )
    return CardBody(
        mark=say("card.unchecked" if is_national else "card.not_here"),
        title=card.title.in_language(language),
        lead=card.lead.in_language(language) if card.lead else "",
        facts=tuple(FactCard(label=say(key), lines=(text,)) for key, text in facts if text),
        papers_title=say("card.papers") if card.papers else "",
        papers=card.papers,
        source=" · ".join(
            part
            for part in (card.source, say("outcome.code", code=card.code) if card.code else "")
            if part
        ),
        qr=QrCode(
            link=card.link,
            title=say("outcome.qr_read"),
            text=say("outcome.qr_text"),
            millimetres=QR_MILLIMETRES,
        ),
        call=Button(
            label=say("dock.call"), event=on.StaffCalled(), icon="bell", is_main=is_national
        ),
        finish=Button(
            label=say("outcome.finish"), event=on.Finish(), icon="check", is_main=not is_national
        ),
        nav=nav,
    )
