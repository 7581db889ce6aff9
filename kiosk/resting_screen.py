"""What staff do as the citizen sees it: banner, message, the screen of a locked kiosk. Pure."""

from kiosk import event as on
from kiosk.command import NEEDS_COUNTER
from kiosk.notice_screen import all_notices, notice_cards, while_locked
from kiosk.office import Office
from kiosk.procedure import Language
from kiosk.screen import Banner, Button, MessageOverlay, RestingBody
from kiosk.session import Session, Summons
from kiosk.wording import uncapital
from kiosk.words import Words


def banner(session: Session, *, words: Words) -> Banner | None:
    """An officer was called, is coming, or has restarted the session."""
    language = session.language
    close = words.say("call.close", language)
    if session.is_calling:
        cancel = Button(label=words.say("call.cancel", language), event=on.CallCancelled())
        return Banner(text=words.say("call.waiting", language), button=cancel, is_urgent=True)
    if session.is_officer_coming:
        seen = Button(label=close, event=on.CallCancelled())
        return Banner(text=words.say("call.coming", language), button=seen, is_urgent=False)
    if session.was_reset:
        seen = Button(label=close, event=on.IdleTooLong())
        return Banner(text=words.say("waiting.was_reset", language), button=seen, is_urgent=False)
    return None


def resting_body(session: Session, *, words: Words, office: Office) -> RestingBody:
    """The kiosk serves nobody for a while; the officer is one touch away."""
    language = session.language
    notices = while_locked(office)
    return RestingBody(
        title=words.say("resting.title", language),
        text=words.say("resting.text", language),
        notices=notice_cards(notices, words=words, language=language),
        all_notices=all_notices(len(notices), words=words, language=language),
        call=Button(
            label=words.say("dock.calling" if session.is_calling else "dock.call", language),
            event=on.StaffCalled(),
            icon="bell",
            is_main=True,
            is_on=session.is_calling,
        ),
    )


def summons_overlay(
    summons: Summons, *, words: Words, office: Office, language: Language
) -> MessageOverlay:
    """What an officer has the kiosk say, in the kiosk's own fixed words."""
    counter = office.counter(summons.counter, language)
    key = f"summons.{summons.message.value}"
    if summons.message in NEEDS_COUNTER and not counter:
        key = "summons.come_to_desk"  # the site has no such counter
    return MessageOverlay(
        title=words.say(key, language, counter=uncapital(counter)),
        text=words.say("summons.from_staff", language),
        buttons=(
            Button(
                label=words.say("summons.seen", language),
                event=on.Closed(),
                icon="check",
                is_main=True,
            ),
        ),
    )
