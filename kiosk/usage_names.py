"""What procedures and their steps are called, for the tables of usage: read from the scripts."""

import logging
from collections.abc import Iterable
from datetime import date

from kiosk.bundle_current import current_of
from kiosk.card import Card
from kiosk.card_file import CARDS_FILE, load_cards
from kiosk.catalogue import load_catalogue
from kiosk.errors import KioskError
from kiosk.procedure import Procedure, Text
from kiosk.settings import Settings
from kiosk.usage_release import Names

log = logging.getLogger("kiosk.usage")


def read_names(settings: Settings, today: date) -> Names:
    """The names of all that the kiosk shows on this day; what cannot be read keeps its id.

    Args:
        settings: of the site.
        today: for bundles that wait for their day.
    """
    cards: tuple[Card, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    try:
        catalogue = load_catalogue(current_of(settings, today).procedures)
        procedures, cards = catalogue.procedures, catalogue.cards
        cards = (*load_cards(settings.folders.state_path / CARDS_FILE), *cards)
    except KioskError as error:
        log.warning("ids stand in place of names: %s", error)
    return names_of(procedures, cards)


def names_of(procedures: Iterable[Procedure], cards: Iterable[Card] = ()) -> Names:
    """The names of these."""
    titles: dict[str, Text] = {one.id: one.title for one in cards}
    steps: dict[tuple[str, str], Text] = {}
    for procedure in procedures:
        titles[procedure.id] = procedure.title
        for outcome in procedure.outcomes:
            steps[procedure.id, outcome.id] = outcome.title
        for question in procedure.questions:
            steps[procedure.id, question.id] = question.ask
    return Names(titles=titles, steps=steps)
