"""The screen "what do you need?": tiles, results of the search, what a sentence may mean. Pure."""

from kiosk import event as on
from kiosk.card import Card, CardKind
from kiosk.office import Office
from kiosk.procedure import Language, LifeEvent, Procedure
from kiosk.screen import Button, ChoosingBody
from kiosk.session import Choosing
from kiosk.wording import shortened
from kiosk.words import Words

MOST_RESULTS = 6
"""Search results on the screen at once: more is a list, not an answer."""


def choosing_body(
    phase: Choosing,
    *,
    words: Words,
    office: Office,
    language: Language,
    nav: tuple[Button, Button],
) -> ChoosingBody:
    """The body for this phase.

    Args:
        phase: what was chosen, typed or said so far.
        words: every fixed sentence.
        office: what can be found.
        language: of the screen.
        nav: back and finish.
    """

    def say(key: str) -> str:
        return words.say(key, language)

    title, results_title, nothing = say("choose.title"), "", ""
    results: tuple[Button, ...] = ()
    perhaps = phase.perhaps
    is_home = perhaps is None and not phase.text.strip() and phase.life_event is None
    if perhaps is not None:
        title = perhaps.ask.in_language(language) if perhaps.ask else say("heard.which")
        results_title = say("heard.touch") if phase.text.strip() else title
        results = (
            *(_result(one, words, language) for one in perhaps.found),
            Button(
                label=say("heard.none_of_these"),
                note=say("heard.none_of_these_note"),
                event=on.LifeEventChosen(None),
            ),
        )
    elif phase.text.strip():
        found = (office.procedure(one) or office.card(one) for one in phase.found)
        shown = [one for one in found if one is not None][:MOST_RESULTS]
        results = tuple(_result(one, words, language) for one in shown)
        results_title = say("choose.results") if results else ""
        nothing = "" if results else say("choose.nothing")
    elif phase.life_event is not None:
        offered: tuple[Procedure | Card, ...] = (
            *office.of_life_event(phase.life_event),
            *office.not_here(phase.life_event),
        )
        results = tuple(_result(one, words, language) for one in offered)
        results_title = say(f"life.{phase.life_event.value}")
        nothing = "" if results else say("choose.not_covered")
    return ChoosingBody(
        title=title,
        hint=say("choose.hint_to_speak" if office.can_hear else "choose.hint"),
        search_hint=say("choose.search"),
        text=phase.text,
        clear=Button(label=say("choose.clear"), event=on.Typed(""), icon="close"),
        tiles=tuple(
            Button(
                label=say(f"life.{life_event.value}"),
                event=on.LifeEventChosen(life_event),
                icon=life_event.value,
            )
            for life_event in LifeEvent
        )
        if is_home
        else (),
        results_title=results_title,
        results=results,
        nothing=nothing,
        call=Button(label=say("dock.call"), event=on.StaffCalled(), icon="bell", is_main=True)
        if nothing
        else None,
        nav=nav[1:] if is_home else nav,
    )


def _result(found: Procedure | Card, words: Words, language: Language) -> Button:
    title = found.title.in_language(language)
    if isinstance(found, Procedure):
        note = found.summary.in_language(language)
        return Button(label=title, note=note, event=on.Chose(found))
    is_national = found.kind is CardKind.NATIONAL
    note = words.say("card.unchecked" if is_national else "card.not_here", language)
    return Button(label=shortened(title), note=note, event=on.CardChosen(found))
