"""The ear and the voice on the screen: dock, strip, sheet, curtain. Pure."""

from kiosk import event as on
from kiosk.heard_screen import call_button, is_lost
from kiosk.office import Office
from kiosk.procedure import Language
from kiosk.screen import (
    Button,
    ButtonRow,
    Curtain,
    EarState,
    EarStrip,
    MessageOverlay,
    VoiceOverlay,
)
from kiosk.session import Finished, Hearing, NotHeard, Resting, Session, Waiting
from kiosk.voice import Loudness, Pace
from kiosk.words import Words


def microphone_button(session: Session, *, words: Words, office: Office) -> Button:
    """The big microphone of the dock; while the ear is open, "that was all"."""
    language = session.language
    hearing = session.hearing
    if hearing is not None:
        key = "dock.thinking" if hearing.is_over else "dock.listening"
        return Button(
            label=words.say(key, language),
            event=on.MicrophoneTouched(),
            icon="microphone",
            is_on=True,
        )
    is_resting = isinstance(session.phase, Resting)
    can_hear = office.can_hear and not is_resting
    return Button(
        label=words.say("dock.speak", language),
        note="" if is_resting else _note(words, language, can=office.can_hear),
        event=None if is_resting else on.MicrophoneTouched(),
        icon="microphone" if can_hear else "microphone-off",
        is_main=can_hear,
    )


def hear_button(session: Session, *, words: Words, office: Office) -> Button:
    """ "Hear again"; while the kiosk speaks, "be quiet"."""
    language = session.language
    if session.is_speaking:
        return Button(
            label=words.say("dock.hush", language),
            event=on.HushTouched(),
            icon="speaker",
            is_on=True,
        )
    return Button(
        label=words.say("dock.hear", language),
        note=_note(words, language, can=office.can_speak),
        event=on.HearAgainTouched(),
        icon="speaker" if office.can_speak else "speaker-off",
    )


def voice_button(session: Session, *, words: Words, office: Office) -> Button | None:
    """Opens the sheet of the voice; None where the kiosk has none."""
    if not office.can_speak or isinstance(session.phase, Finished | Resting):
        return None
    return Button(label=words.say("voice.open", session.language), event=on.VoiceSheetWanted())


def ear_strip(session: Session, *, words: Words) -> EarStrip | None:
    """What the ear does, or what it heard last; None where there is nothing to say of it."""
    hearing, taken, language = session.hearing, session.taken, session.language
    if hearing is not None:
        return _hearing_strip(hearing, words, language)
    if session.thinking is not None:
        return EarStrip(state=EarState.OVER, title=words.say("ear.over", language), text="")
    if taken is None or session.overlay is not None:
        return None
    return EarStrip(
        state=EarState.TAKEN,
        title=words.say("ear.taken", language),
        text=taken.text,
        button=Button(label=words.say("ear.not_meant", language), event=on.NotMeant()),
    )


def _hearing_strip(hearing: Hearing, words: Words, language: Language) -> EarStrip:
    if hearing.is_over:
        return EarStrip(
            state=EarState.OVER, title=words.say("ear.over", language), text=hearing.so_far
        )
    key = "ear.voice" if hearing.has_voice else "ear.open"
    return EarStrip(
        state=EarState.VOICE if hearing.has_voice else EarState.OPEN,
        title=words.say(key, language),
        text=hearing.so_far or words.say("ear.hint", language),
    )


def curtain(session: Session, *, words: Words) -> Curtain | None:
    """The dark screen of a visit by ear alone."""
    if not session.voice.is_dark or isinstance(session.phase, Waiting | Resting):
        return None
    language = session.language
    return Curtain(
        speak=Button(
            label=words.say("curtain.touch", language),
            event=on.MicrophoneTouched(),
            icon="microphone",
        ),
        light=Button(label=words.say("curtain.light", language), event=on.CurtainToggled()),
    )


def not_heard_overlay(said: NotHeard, session: Session, *, words: Words) -> MessageOverlay:
    """Nothing was heard, or it was taken for something else: never a dead end."""
    language = session.language
    needs_officer = is_lost(session)
    again = Button(
        label=words.say("ear.speak_again", language),
        event=on.MicrophoneTouched(),
        icon="microphone",
        is_main=not needs_officer,
    )
    touch = Button(label=words.say("heard.choose_here", language), event=on.Closed(), icon="hand")
    call = call_button(words, language, is_main=needs_officer)
    if said.is_wrong:
        title, text = "ear.wrong_title", "ear.wrong_lost" if needs_officer else "ear.wrong"
    else:
        title, text = "ear.nothing_title", "ear.nothing_lost" if needs_officer else "ear.nothing"
    return MessageOverlay(
        title=words.say(title, language),
        text=words.say(text, language),
        buttons=(call, touch, again) if needs_officer else (again, touch, call),
    )


def voice_overlay(session: Session, *, words: Words) -> VoiceOverlay:
    """How the kiosk speaks: pace, loudness, not at all, or with a dark screen."""
    language, voice = session.language, session.voice

    def say(key: str) -> str:
        return words.say(key, language)

    return VoiceOverlay(
        title=say("voice.title"),
        rows=(
            ButtonRow(
                title=say("voice.pace"),
                buttons=tuple(
                    Button(
                        label=say(f"voice.pace_{pace.value}"),
                        event=on.PaceChosen(pace),
                        is_on=pace is voice.pace,
                        said=f"{say('voice.pace')}: {say(f'voice.pace_{pace.value}')}",
                    )
                    for pace in Pace
                ),
            ),
            ButtonRow(
                title=say("voice.loudness"),
                buttons=tuple(
                    Button(
                        label=say(f"voice.loudness_{loudness.value}"),
                        event=on.LoudnessChosen(loudness),
                        is_on=loudness is voice.loudness,
                        said=f"{say('voice.loudness')}: {say(f'voice.loudness_{loudness.value}')}",
                    )
                    for loudness in Loudness
                ),
            ),
        ),
        buttons=(
            Button(
                label=say("voice.unmute" if voice.is_muted else "voice.mute"),
                note=say("voice.unmute_note" if voice.is_muted else "voice.mute_note"),
                event=on.MuteToggled(),
                icon="speaker" if voice.is_muted else "speaker-off",
                is_on=voice.is_muted,
            ),
            Button(
                label=say("voice.light" if voice.is_dark else "voice.dark"),
                note=say("voice.dark_note"),
                event=on.CurtainToggled(),
                icon="moon",
                is_on=voice.is_dark,
            ),
        ),
        close=Button(label=words.say("nav.close", language), event=on.Closed(), is_main=True),
    )


def _note(words: Words, language: Language, *, can: bool) -> str:
    return "" if can else words.say("dock.not_yet", language)
