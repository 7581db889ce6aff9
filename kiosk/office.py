"""What a screen needs to know besides the session: the ward, its procedures, the day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.card import Card, CardKind
from kiosk.notice import Notice, shown_on
from kiosk.portal import PortalPlace
from kiosk.procedure import Language, LifeEvent, Procedure, Text
from kiosk.voice import Loudness


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleDoor:
    """How staff get to the console: shown on the staff sheet, behind the PIN."""

    address: str
    fingerprint: str = ""
    """Of the certificate that browsers must show; empty: no TLS, on this machine only."""
    setup_code: str = ""
    """Makes the first account; empty once there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office in which the kiosk stands."""

    name: Text
    place: Text
    counters: Mapping[str, Text]
    """A script's `counter` -> where that counter is."""
    portal: PortalPlace
    procedures: tuple[Procedure, ...]
    """On offer, in the catalogue's order."""
    today: date
    home: Language
    """The language of the waiting screen."""
    countdown_seconds: int
    pin_digits: int
    cards: tuple[Card, ...] = ()
    """Matters without a script; none has the code of a procedure on offer."""
    has_printer: bool = True
    """False: slips only go into files."""
    can_hear: bool = False
    """Whether there is a recogniser, and it works."""
    can_speak: bool = False
    """Whether there is a voice, and it works."""
    words_leave: bool = False
    """Whether what is said goes to another machine to be understood: the citizen is told."""
    can_reword: bool = False
    """Whether there is a model that says a script's paragraph in simpler words."""
    troubles: tuple[str, ...] = ()
    """Codes of what staff should see to: keys of the `error` table."""
    loudness: Loudness = Loudness.NORMAL
    """How loud "normal" is, as staff have set it from the console."""
    can_reload: bool = False
    """Whether scripts can be read anew while the kiosk runs."""
    notices: tuple[Notice, ...] = ()
    """That staff have written, those to come and those that are over among them."""
    bundle_notices: tuple[Notice, ...] = ()
    """The same of the current bundle."""
    console: ConsoleDoor | None = None
    """None: no console runs here."""
    has_stick: bool = False
    """Whether a USB stick with a bundle is there: the staff sheet offers it."""
    versions: tuple[tuple[str, str], ...] = ()
    """(name, version) of what runs."""

    def procedure(self, procedure_id: str) -> Procedure | None:
        """The procedure with this id, if it is on offer and in force today."""
        return next((one for one in self.offered() if one.id == procedure_id), None)

    def card(self, card_id: str) -> Card | None:
        """The card with this id."""
        return next((one for one in self.cards if one.id == card_id), None)

    def not_here(self, life_event: LifeEvent) -> tuple[Card, ...]:
        """The matters behind a tile that another office does."""
        return tuple(
            one
            for one in self.cards
            if one.kind is CardKind.NOT_HERE and life_event in one.life_events
        )

    def offered(self) -> tuple[Procedure, ...]:
        """The procedures that are in force today."""
        return tuple(one for one in self.procedures if one.is_offered(self.today))

    def of_life_event(self, life_event: LifeEvent) -> tuple[Procedure, ...]:
        """The procedures behind a tile that are in force today."""
        return tuple(one for one in self.offered() if life_event in one.life_events)

    def notices_today(self) -> tuple[Notice, ...]:
        """What is to be read today, in its order."""
        return shown_on((*self.notices, *self.bundle_notices), self.today)

    def counter(self, counter: str, language: Language) -> str:
        """Where the counter is, or nothing if the ward has not said."""
        text = self.counters.get(counter)
        return text.in_language(language) if text else ""
