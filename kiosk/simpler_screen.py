"""A script's paragraph in simpler words, on the screen; the original is one touch away. Pure."""

from dataclasses import replace

from kiosk import event as on
from kiosk.advance_simpler import has_paragraph
from kiosk.office import Office
from kiosk.screen import Button, MessageOverlay, Overlay
from kiosk.session import Session
from kiosk.words import Words


def in_simpler_words(
    overlay: Overlay | None, session: Session, *, words: Words, office: Office
) -> Overlay | None:
    """`overlay` with a button for simpler words, or in them, where it is a script's paragraph.

    Whatever was reworded says so, and every button of the overlay stays.
    """
    is_paragraph = isinstance(overlay, MessageOverlay) and has_paragraph(session)
    if not is_paragraph or not office.can_reword:
        return overlay
    assert isinstance(overlay, MessageOverlay)
    simpler, language = session.simpler, session.language
    wanted = Button(
        label=words.say("simpler.wanted", language), event=on.SimplerWanted(overlay.text)
    )
    if simpler is None:
        return _with(overlay, wanted)
    if not simpler.is_over:
        asked = replace(wanted, event=None)
        return replace(_with(overlay, asked), note=words.say("simpler.asked", language))
    if simpler.text is None:
        return replace(overlay, note=words.say("simpler.none", language))
    if simpler.is_hidden:
        return _with(overlay, wanted)
    original = Button(label=words.say("simpler.original", language), event=on.OriginalWanted())
    shown = replace(overlay, text=simpler.text, note=words.say("simpler.note", language))
    return _with(shown, original)


def _with(overlay: MessageOverlay, button: Button) -> MessageOverlay:
    return replace(overlay, buttons=(button, *overlay.buttons))
