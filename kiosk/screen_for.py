"""`screen_for(session, words, office) -> Screen`: what is shown for a session. Pure."""

from typing import assert_never

from kiosk import event as on
from kiosk.beside_screen import beside_overlay
from kiosk.card_screen import card_body
from kiosk.choosing_screen import choosing_body
from kiosk.heard_screen import beyond_overlay, is_lost, not_sure_overlay
from kiosk.notice_screen import all_notices, notice_cards, notices_overlay, while_locked
from kiosk.office import Office
from kiosk.outcome_screen import outcome_body
from kiosk.path import questions_ahead, settle
from kiosk.procedure import LANGUAGES, Outcome, Question
from kiosk.resting_screen import banner, resting_body, summons_overlay
from kiosk.screen import (
    Body,
    Button,
    Dock,
    GoodbyeBody,
    Header,
    IdleOverlay,
    MessageOverlay,
    Overlay,
    Progress,
    QuestionBody,
    ReviewBody,
    ReviewRow,
    Screen,
    WaitingBody,
)
from kiosk.session import (
    Asides,
    AspectAsked,
    Beyond,
    Choosing,
    Finished,
    Guiding,
    NotAvailable,
    NotHeard,
    NoticeSheet,
    NotSure,
    PinPad,
    Reading,
    Resting,
    Session,
    StaffSheet,
    Summons,
    VoiceSheet,
    Waiting,
    Why,
)
from kiosk.simpler_screen import in_simpler_words
from kiosk.sound_screen import (
    curtain,
    ear_strip,
    hear_button,
    microphone_button,
    not_heard_overlay,
    voice_button,
    voice_overlay,
)
from kiosk.staff_screen import pin_overlay, staff_overlay
from kiosk.wording import capital, example_of
from kiosk.words import Words


def screen_for(session: Session, words: Words, office: Office) -> Screen:
    """Everything that is seen, and everything that may be tapped, in this session."""
    teller = _Teller(session, words, office)
    return Screen(
        language=session.language,
        header=teller.header(),
        banner=banner(session, words=words),
        body=teller.body(),
        dock=teller.dock(),
        ear=ear_strip(session, words=words),
        overlay=in_simpler_words(teller.overlay(), session, words=words, office=office),
        curtain=curtain(session, words=words),
        more=words.say("nav.more", session.language),
        top=words.say("nav.top", session.language),
    )


class _Teller:
    """Puts one session into words."""

    def __init__(self, session: Session, words: Words, office: Office) -> None:
        self._session = session
        self._words = words
        self._office = office
        self._language = session.language

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(key, self._language, **values)

    def header(self) -> Header:
        return Header(
            ward=self._office.name.in_language(self._language),
            office=self._office.place.in_language(self._language),
            languages=tuple(
                Button(
                    label=self._words.say("language.name", language),
                    event=on.LanguageChosen(language),
                    is_on=language == self._language,
                )
                for language in LANGUAGES
            ),
            voice=voice_button(self._session, words=self._words, office=self._office),
        )

    def dock(self) -> Dock:
        is_calling = self._session.is_calling
        return Dock(
            call=Button(
                label=self._say("dock.calling" if is_calling else "dock.call"),
                event=on.StaffCalled(),
                icon="bell",
                is_on=is_calling,
            ),
            microphone=microphone_button(self._session, words=self._words, office=self._office),
            hear=hear_button(self._session, words=self._words, office=self._office),
        )

    def body(self) -> Body:
        phase = self._session.phase
        match phase:
            case Waiting():
                return self._waiting()
            case Choosing():
                return choosing_body(
                    phase,
                    words=self._words,
                    office=self._office,
                    language=self._language,
                    nav=(self._nav_back(), self._nav_finish()),
                )
            case Guiding():
                return self._guiding(phase)
            case Reading(card):
                return card_body(
                    card, words=self._words, language=self._language, nav=self._nav_from_card()
                )
            case Finished():
                return self._goodbye(phase)
            case Resting():
                return resting_body(self._session, words=self._words, office=self._office)
            case _:
                assert_never(phase)

    def _waiting(self) -> WaitingBody:
        words, language = self._words, self._language
        notices = self._office.notices_today()
        return WaitingBody(
            greeting=self._say("waiting.greeting"),
            hint=self._say("waiting.hint"),
            notices=notice_cards(notices, words=words, language=language),
            all_notices=all_notices(len(notices), words=words, language=language),
            examples=tuple(
                Button(
                    label=self._say("waiting.example", text=capital(example)),
                    event=on.Chose(procedure),
                )
                for procedure in self._office.offered()
                for example in example_of(procedure, self._language)
            ),
            start=Button(
                label=self._say(
                    "waiting.start" if self._office.can_hear else "waiting.start_by_touch"
                ),
                event=on.Started(),
                icon="hand",
                is_main=True,
            ),
            trouble=self._say("waiting.trouble")
            if any(code.startswith("printer.") for code in self._office.troubles)
            else "",
            privacy=self._say(
                "waiting.privacy_elsewhere" if self._office.words_leave else "waiting.privacy"
            ),
        )

    def _guiding(self, phase: Guiding) -> Body:
        if phase.asked is not None:
            return self._question(phase, phase.asked)
        at = phase.path.at
        if isinstance(at, Outcome) and phase.is_confirmed:
            return self._outcome(phase, at)
        return self._review(phase)

    def _question(self, phase: Guiding, question: Question) -> QuestionBody:
        path = phase.path
        asked = [step.question.id for step in path.behind]
        done = asked.index(question.id) if question.id in asked else len(asked)
        total = max(len(asked), done) + questions_ahead(phase.procedure, path.at) + 1
        given = dict(path.answers).get(question.id)
        papers = settle(phase.procedure, path.answers, self._office.today).papers
        progress = Progress(
            text=self._say("step.of", step=done + 1, total=total), done=done, total=total
        )
        return QuestionBody(
            procedure=phase.procedure.title.in_language(self._language),
            progress=progress,
            ask=question.ask.in_language(self._language),
            why=Button(label=self._say("ask.why"), event=on.WhyWanted(), icon="question"),
            asides=Button(label=self._say("ask.more"), event=on.AsideWanted(None), icon="chat"),
            choices=tuple(
                Button(
                    label=choice.label.in_language(self._language),
                    note=choice.note.in_language(self._language) if choice.note else "",
                    event=on.Answered(question.id, choice.id),
                    is_on=choice.id == given,
                )
                for choice in question.choices
            ),
            papers_title=self._say("step.papers", count=len(papers)) if papers else "",
            papers=tuple(paper.name.in_language(self._language) for paper in papers),
            more_papers=tuple(
                self._say("step.more_papers", count=count) for count in range(len(papers) + 1)
            ),
            nav=(self._nav_back(), *self._nav_again(phase)),
        )

    def _review(self, phase: Guiding) -> ReviewBody:
        path = phase.path
        total = len(path.behind) + 1
        key = "review.confirm" if isinstance(path.at, Outcome) else "review.go_on"
        return ReviewBody(
            procedure=phase.procedure.title.in_language(self._language),
            progress=Progress(text=self._say("review.step"), done=total - 1, total=total),
            title=self._say("review.title"),
            rows=tuple(
                ReviewRow(
                    question=step.question.ask.in_language(self._language),
                    answer=step.choice.label.in_language(self._language),
                    change=Button(
                        label=self._say("review.change"),
                        event=on.ChangeWanted(step.question.id),
                        said=self._say(
                            "review.change_said",
                            question=step.question.ask.in_language(self._language),
                        ),
                    ),
                )
                for step in path.behind
            ),
            confirm=Button(label=self._say(key), event=on.Confirmed(), icon="check", is_main=True),
            nav=(self._nav_back(), *self._nav_again(phase)),
        )

    def _outcome(self, phase: Guiding, outcome: Outcome) -> Body:
        review = (Button(label=self._say("nav.review"), event=on.ReviewWanted(), icon="list"),)
        nav = (*(review if phase.answers else (self._nav_back(),)), *self._nav_again(phase))
        return outcome_body(
            phase,
            outcome,
            words=self._words,
            office=self._office,
            language=self._language,
            nav=nav,
        )

    def _goodbye(self, phase: Finished) -> GoodbyeBody:
        faces = () if phase.has_rated else tuple(on.Rating)
        return GoodbyeBody(
            title=self._say("goodbye.title"),
            question=self._say("goodbye.question" if faces else "goodbye.thanks"),
            faces=tuple(
                Button(
                    label=self._say(f"goodbye.{face.value}"),
                    event=on.Rated(face),
                    icon=f"face-{face.value}",
                )
                for face in faces
            ),
            hint=self._say("goodbye.wish") if faces else "",
            skip=Button(
                label=self._say("goodbye.close" if phase.has_rated else "goodbye.skip"),
                event=on.IdleTooLong() if phase.has_rated else on.Rated(None),
            ),
        )

    def overlay(self) -> Overlay | None:
        if self._session.seconds_left is not None:
            return IdleOverlay(
                title=self._say("idle.title"),
                text=self._say("idle.text"),
                seconds_left=self._session.seconds_left,
                seconds_in_all=self._office.countdown_seconds,
                stay=Button(
                    label=self._say("idle.stay"), event=on.StillHere(), icon="hand", is_main=True
                ),
            )
        overlay = self._session.overlay
        match overlay:
            case None:
                return None
            case Why() | Asides() | AspectAsked():
                return beside_overlay(
                    overlay,
                    self._session.phase,
                    words=self._words,
                    office=self._office,
                    language=self._language,
                )
            case NotAvailable(what):
                return self._message(
                    self._say(f"not_yet.{what}_title"), self._say(f"not_yet.{what}")
                )
            case NotHeard():
                return not_heard_overlay(overlay, self._session, words=self._words)
            case VoiceSheet():
                return voice_overlay(self._session, words=self._words)
            case Beyond(intent):
                return beyond_overlay(intent, self._session, words=self._words)
            case NotSure(choices, other):
                return not_sure_overlay(
                    self._asked_choices(choices),
                    other,
                    words=self._words,
                    language=self._language,
                    is_lost=is_lost(self._session),
                )
            case Summons():
                return summons_overlay(
                    overlay, words=self._words, office=self._office, language=self._language
                )
            case NoticeSheet():
                is_locked = isinstance(self._session.phase, Resting)
                notices = while_locked(self._office) if is_locked else self._office.notices_today()
                return notices_overlay(notices, words=self._words, language=self._language)
            case PinPad():
                return pin_overlay(
                    overlay, words=self._words, office=self._office, language=self._language
                )
            case StaffSheet():
                return staff_overlay(overlay, self._session, words=self._words, office=self._office)
            case _:
                assert_never(overlay)

    def _asked_choices(self, choices: tuple[str, ...]) -> tuple[Button, ...]:
        """Buttons for some choices of the question on the screen."""
        phase = self._session.phase
        question = phase.asked if isinstance(phase, Guiding) else None
        if question is None:
            return ()
        found = [question.choice(one) for one in choices]
        return tuple(
            Button(
                label=one.label.in_language(self._language),
                event=on.Answered(question.id, one.id),
                is_main=len(choices) == 1,
            )
            for one in found
            if one is not None
        )

    def _message(self, title: str, text: str) -> MessageOverlay:
        close = Button(label=self._say("nav.close"), event=on.Closed(), is_main=True)
        return MessageOverlay(title=title, text=text, buttons=(close,))

    def _nav_from_card(self) -> tuple[Button, ...]:
        again = Button(label=self._say("nav.again"), event=on.StartAgain(), icon="again")
        return self._nav_back(), again

    def _nav_back(self) -> Button:
        return Button(label=self._say("nav.back"), event=on.Back(), icon="back")

    def _nav_again(self, phase: Guiding) -> tuple[Button, ...]:
        again = Button(label=self._say("nav.again"), event=on.StartAgain(), icon="again")
        return (again,) if phase.answers or phase.is_confirmed else (self._nav_finish(),)

    def _nav_finish(self) -> Button:
        return Button(label=self._say("nav.finish"), event=on.Finish(), icon="check")
