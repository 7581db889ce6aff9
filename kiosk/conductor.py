"""Leads a visit: takes events, advances the session, carries out effects, shows the screen.

Runs on one thread. `post` may be called from any; what it is given waits in a queue
until `drain` runs on the conductor's own thread. It knows no Qt: `wake` is whatever
makes that thread call `drain` soon.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from queue import SimpleQueue
from typing import assert_never

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance import advance
from kiosk.assistant.fact_guard import guard_of, names_of
from kiosk.assistant.guidance import Guidance
from kiosk.assistant.guide_reports import GuideReport
from kiosk.assistant.search import Search
from kiosk.assistant.understanding import Understanding
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.idleness import NO_SIGN_OF_LIFE, closes_quietly, seconds_allowed
from kiosk.office import ConsoleDoor, Office
from kiosk.orders import orders_of
from kiosk.orders_file import OrdersFile
from kiosk.pin_answers import kept, tried
from kiosk.ports import Conversation, Door, Guide, Printer, UsageLog
from kiosk.print_jobs import PrintJobs
from kiosk.procedure import Language
from kiosk.renewal import Renewal, is_nobody_here
from kiosk.screen import Screen
from kiosk.screen_for import screen_for
from kiosk.sentences import Sentences
from kiosk.session import Resting, Session, Waiting, fresh
from kiosk.settings import IdleSettings
from kiosk.speech.silence import Silence
from kiosk.standing_watch import StandingWatch
from kiosk.tally import answered_after
from kiosk.voice import Loudness
from kiosk.words import Words

log = logging.getLogger("kiosk.conductor")

_KEPT_TROUBLES = ("printer.", "font.")


class Conductor:
    """The only thing that holds the session."""

    def __init__(
        self,
        *,
        words: Words,
        office: Office,
        search: Search,
        understanding: Callable[[], Understanding],
        printer: Printer,
        usage: UsageLog,
        door: Door,
        idle: IdleSettings,
        clock: Callable[[], float],
        today: Callable[[], date],
        shut_down: Callable[[], None],
        orders: OrdersFile | None = None,
    ) -> None:
        self._words = words
        began = orders_of(fresh(office.home), office) if orders is None else orders.kept
        self._orders = orders
        self._office = began.office(office)
        self._search = search
        self._sentences = Sentences(
            understanding, trouble=lambda code: self.trouble(code, is_there=True)
        )
        self._jobs = PrintJobs(printer, words, post=self.post)
        self._usage = usage
        self._door = door
        self._idle = idle
        self._clock = clock
        self._today = today
        self._shut_down = shut_down
        self._queue: SimpleQueue[Event | Callable[[], None]] = SimpleQueue()
        self._conversation: Conversation = Silence(self.post)
        self._watch: StandingWatch | None = None
        self._reload: Callable[[], object] = _nothing_to_forget
        self._set_volume: Callable[[Loudness], None] = _no_loudspeaker
        self._renewals: list[Renewal] = []
        """What waits until nobody is here; the last one counts."""
        self._stick_bundle: Callable[[Language, bool], object] = _no_stick
        self._usage_trouble: str | None = None
        self._session = began.session(fresh(office.home))
        self._touched_at = clock()
        self._called_at = clock()
        """When the call began that waits, if one does."""
        self._show: Callable[[Screen], None] = _no_stick
        self._forget: Callable[[], None] = _no_stick
        self._wake: Callable[[], None] = self.drain
        self._note_orders()

    @property
    def session(self) -> Session:
        """The visit as it stands."""
        return self._session

    @property
    def screen(self) -> Screen:
        """What is to be seen now."""
        return screen_for(self._session, self._words, self._office)

    def converse(self, conversation: Conversation) -> None:
        """Give the kiosk an ear and a voice; before that, touch does all."""
        self._conversation = conversation

    def guided_by(self, guide: Guide, *, rewords: bool = False) -> None:
        """Give the kiosk a language model to ask where the rules are unsure.

        Args:
            guide: the model.
            rewords: it may also say a script's paragraph in simpler words.
        """
        guard = guard_of(names_of(self._office.procedures)) if rewords else None
        self._sentences.guided_by(Guidance(guide, tell=self._take, guard=guard))
        self._office = replace(self._office, can_reword=rewords)

    def guide_reports(self, report: GuideReport) -> None:
        """What the guide has to say. Callable from any thread."""
        self.soon(partial(self._sentences.report, report))

    def bundles_by(self, stick_bundle: Callable[[Language, bool], object]) -> None:
        """Say what looks at the bundle of a USB stick and, when sure, takes it."""
        self._stick_bundle = stick_bundle

    def stick(self, *, is_there: bool) -> None:
        """Whether there is a USB stick with a bundle; the next screen shows it."""
        self._office = replace(self._office, has_stick=is_there)

    def words_leave(self) -> None:
        """What is said goes to another machine: the waiting screen says so."""
        self._office = replace(self._office, words_leave=True)

    def watched_by(self, watch: StandingWatch) -> None:
        """Have `watch` see how the kiosk stands, now and at each change."""
        self._watch = watch
        self._look()

    def reloads_by(self, reload: Callable[[], object]) -> None:
        """Say what reads the scripts anew; before that, nobody can ask for it."""
        self._reload = reload
        self._office = replace(self._office, can_reload=True)

    def volume_by(self, set_volume: Callable[[Loudness], None]) -> None:
        """Say what sets how loud "normal" is."""
        self._set_volume = set_volume
        set_volume(self._office.loudness)

    def console_at(self, console: ConsoleDoor | None) -> None:
        """How staff get to the console; the next screen of the staff sheet says so."""
        self._office = replace(self._office, console=console)

    def engines(self, *, can_hear: bool, can_speak: bool) -> None:
        """Whether the kiosk hears and speaks at the moment; the next screen shows it."""
        self._office = replace(self._office, can_hear=can_hear, can_speak=can_speak)

    @property
    def can_hear(self) -> bool:
        """Whether the kiosk hears at the moment."""
        return self._office.can_hear

    @property
    def can_speak(self) -> bool:
        """Whether it speaks at the moment."""
        return self._office.can_speak

    def start(
        self,
        *,
        show: Callable[[Screen], None],
        forget: Callable[[], None],
        wake: Callable[[], None],
    ) -> None:
        """Show the first screen; from now on `show` gets each new one.

        Args:
            show: draws a screen.
            forget: wipes what the UI holds of a visit (text field, keyboard).
            wake: makes the conductor's thread call `drain`; callable from any thread.
        """
        self._show, self._forget, self._wake = show, forget, wake
        self._guard_door()
        self._show(self.screen)

    def post(self, event: Event) -> None:
        """Something happened. Callable from any thread."""
        self._queue.put(event)
        self._wake()

    def soon(self, job: Callable[[], None]) -> None:
        """Have `job` run on the conductor's thread. Callable from any thread."""
        self._queue.put(job)
        self._wake()

    def renew(self, renewal: Renewal) -> None:
        """Have the kiosk offer this from the next visit on. Callable from any thread."""
        self.soon(partial(self._renewals.append, renewal))

    def drain(self) -> None:
        """Work through everything that was posted, then show the screen."""
        before = self._session, self._office
        while not self._queue.empty():
            waiting = self._queue.get()
            if callable(waiting):
                waiting()
            else:
                self._take(waiting)
        if self._renewals and is_nobody_here(self._session):
            self._become(self._renewals[-1])
        if (self._session, self._office) != before:
            screen = self.screen
            self._show(screen)
            self._conversation.shown(self._session, screen)
            self._sentences.stand(self._session)
        self._look()

    def tick(self) -> None:
        """Look at the clock; call it a few times a second."""
        if self._conversation.is_busy and self._session.seconds_left is None:
            self._touched_at = self._clock()  # but reading out "are you still there?" is no sign
        left = self._seconds_until_end()
        if left <= 0:
            self.post(on.IdleTooLong())
        elif left <= self._idle.countdown_seconds and not closes_quietly(self._session):
            self.post(on.IdleSoon(seconds_left=int(left) + 1))
        elif self._session.seconds_left is not None:
            self.post(on.StillHere())  # somebody touched the screen, wherever it was
        self._note_wait()
        self._keep_the_day()
        self._note_usage()
        self._look()

    def touched(self) -> None:
        """A finger or a key, whatever it did: somebody is here, and wants no more words."""
        self._touched_at = self._clock()
        self._conversation.hush()

    def trouble(self, code: str, *, is_there: bool) -> None:
        """Put something on the staff sheet, or take it off; the next screen shows it."""
        others = tuple(one for one in self._office.troubles if one != code)
        troubles = (*others, code) if is_there else others
        self._office = replace(self._office, troubles=troubles)

    def _look(self) -> None:
        if self._watch is not None:  # first: the console learns how the kiosk stands in any case
            self._watch.look(self._session, self._office)
        if self._orders is not None and self._orders.look(self._session, self._office):
            self._note_orders()

    def _become(self, renewal: Renewal) -> None:
        self._renewals.clear()
        self._office = renewal.office(self._office)
        self._search = renewal.search
        self._sentences.renew(renewal.understanding)

    def _seconds_until_end(self) -> float:
        return self._touched_at + seconds_allowed(self._session, self._idle) - self._clock()

    def _note_wait(self) -> None:
        """A call that goes on waiting is answered in another band."""
        band = answered_after(self._clock() - self._called_at)
        if self._session.is_calling and band is not self._session.call_band:
            self.post(on.CallWaits(band))

    def _keep_the_day(self) -> None:
        if self._office.today != self._today() and isinstance(
            self._session.phase, Waiting | Resting
        ):
            self._office = replace(self._office, today=self._today())
            self._show(self.screen)

    def _note_usage(self) -> None:
        """Put on the staff sheet what the usage log complains of, and take off what is over."""
        fault = self._usage.fault
        code = fault.code if fault is not None else None
        if code == self._usage_trouble:
            return
        if self._usage_trouble is not None:
            self.trouble(self._usage_trouble, is_there=False)
        if code is not None:
            self.trouble(code, is_there=True)
        self._usage_trouble = code
        self._show(self.screen)

    def _take(self, event: Event) -> None:
        if not isinstance(event, NO_SIGN_OF_LIFE):
            self._touched_at = self._clock()
        if isinstance(event, on.SlipDone):
            self._note_printer(event.error)
        was_calling = self._session.is_calling
        self._session, effects = advance(self._session, event)
        if self._session.is_calling and not was_calling:
            self._called_at = self._clock()
        for effect in effects:
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case do.Find(text):
                found = tuple(match.entry.id for match in self._search.find(text))
                self._take(on.Found(text=text, procedures=found))
            case do.Understand():
                self._sentences.take(
                    effect,
                    self._session,
                    office=self._office,
                    screen=self.screen,
                    tell=self._take,
                )
            case do.StopThinking():
                self._sentences.drop()
            case do.Reword():
                self._sentences.reword(effect)
            case do.Listen(turn):
                self._conversation.listen(self._session, self.screen, turn)
            case do.FinishListening():
                self._conversation.finish_listening()
            case do.CloseEar():
                self._conversation.close_ear()
            case do.SayAgain():
                self._conversation.say_again(self._session, self.screen)
            case do.Hush():
                self._conversation.hush()
            case do.Record(tally):
                self._usage.count(tally)
            case do.PrintSlip() | do.PrintTest():
                today, language = self._office.today, self._session.language
                self._jobs.take(effect, self.screen, today=today, language=language)
            case do.SoundTest():
                self._conversation.test_sound(self._session, self.screen)
            case do.SetVolume(loudness):
                self._office = replace(self._office, loudness=loudness)
                self._set_volume(loudness)
            case do.ShowNotices(notices):
                self._office = replace(self._office, notices=notices)
            case do.ReloadScripts():
                self._reload()
            case do.StickBundle(is_sure):
                self._stick_bundle(self._session.language, is_sure)
            case do.CheckPin(pin):
                self._take(tried(self._door, pin))
            case do.KeepPin(pin):
                self._take(kept(self._door, pin))
            case do.Forget():
                self._jobs.forget()
                self._conversation.forget()
                self._sentences.forget()
                self._forget()
                self._guard_door()
            case do.ShutDown():
                self._shut_down()
            case _:
                assert_never(effect)

    def _note_orders(self) -> None:
        trouble = self._orders.trouble if self._orders is not None else ""
        for code in ("orders.damaged", "orders.not_kept"):
            self.trouble(code, is_there=code == trouble)

    def _note_printer(self, error: str | None) -> None:
        for code in self._office.troubles:
            if code.startswith(_KEPT_TROUBLES) and code != error:
                self.trouble(code, is_there=False)
        if error is not None:
            self.trouble(error, is_there=True)

    def _guard_door(self) -> None:
        """A kiosk without a PIN asks for one before it serves anybody."""
        if not self._door.has_pin():
            self._take(on.DoorTouched(has_pin=False))


def _nobody_looks(_: Screen) -> None:
    """Before `start` there is no screen."""


def _nothing_to_forget() -> None:
    """Before `start` there is nothing to wipe, and nothing that reads scripts anew."""


def _no_loudspeaker(_: Loudness) -> None:
    """A kiosk without a voice."""


def _no_stick(*_: object) -> None:
    """A kiosk that takes no bundles."""
