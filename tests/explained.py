"""Where each text of a screen comes from: scripts, fixed sentences, the site, or the citizen. Pure.

A text that nothing explains is a fact that somebody made up. The one place for a citizen's
own words is the strip of the ear and the search field.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from string import Formatter

from kiosk import portal
from kiosk.catalogue import Catalogue
from kiosk.facts import day, money
from kiosk.office import Office
from kiosk.procedure import LANGUAGES, Language, Text
from kiosk.screen import ChoosingBody, EarStrip, QrCode, Screen
from kiosk.wording import capital, example_of, shortened
from kiosk.words import Words

_NUMBER = r"\d{1,3}"
_GAPS = {"step": _NUMBER, "total": _NUMBER, "count": _NUMBER}
"""Gaps that a screen fills with a number of its own; every other one holds an explained text."""

_NO_TEXT = frozenset(("icon", "event", "language", "state", "millimetres"))
"""Fields that are never seen as text."""

_APART = (" · ", "; ")


class Explainer:
    """Knows every text that may be shown."""

    def __init__(self, catalogue: Catalogue, office: Office, words: Words) -> None:
        self._fixed = {
            language: frozenset(words.tables[language].values()) for language in LANGUAGES
        }
        self._templates = {
            language: tuple(
                (_pattern(text), _names(text))
                for key, text in words.tables[language].items()
                if "{" in text and not key.startswith(_OF_PROGRAMS)
            )
            for language in LANGUAGES
        }
        self._known: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
        self._sentences: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
        self._because = {
            language: _pattern(words.say("paper.because", language, answers="{answers}"))
            for language in LANGUAGES
        }
        self._doubt = {
            language: f" ({words.say('outcome.not_confirmed', language)})" for language in LANGUAGES
        }
        self._fees: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
        self._links = {one.link for one in catalogue.cards}
        self._looked_up: dict[tuple[Language, str], bool] = {}
        for language in LANGUAGES:
            self._learn(catalogue, office, words, language)

    def _learn(
        self, catalogue: Catalogue, office: Office, words: Words, language: Language
    ) -> None:
        known = self._known[language]
        sources = (catalogue.procedures, catalogue.cards, catalogue.unserved)
        known |= set(_told(sources, language)) | set(_told(office.name, language))
        known |= set(_told((office.place, *office.counters.values()), language))
        answers = words.tables[language].items()
        self._sentences[language] |= {text for key, text in answers if key.startswith("answer.")}
        for card in catalogue.cards:
            known |= {shortened(card.title.in_language(language)), card.source, card.code}
            known |= {card.agency, card.level, card.fee, card.time, card.result, *card.papers}
        for one in catalogue.procedures:
            known |= {capital(each) for each in example_of(one, language)}
            known |= {shortened(one.title.in_language(language)), one.code}
            known |= {day(one.checked, language)}
            self._links.add(portal.link(one, office.portal))
            notes = (*(each.note for each in one.papers), *(each.note for each in one.fees))
            self._sentences[language] |= {each.in_language(language) for each in notes if each}
            for fee in one.fees:
                if fee.amount is None:
                    amount = words.say("outcome.ask_officer", language)
                elif fee.amount == 0:
                    amount = words.say("outcome.free", language)
                else:
                    per = f" {fee.per.in_language(language)}" if fee.per else ""
                    amount = money(fee.amount, language) + per
                self._fees[language].add(f"{fee.label.in_language(language)}: {amount}")
        known |= {words.say("language.name", each) for each in LANGUAGES}
        channels = words.tables[language].items()
        known |= {capital(text) for key, text in channels if key.startswith("channel.")}

    def strange(self, screen: Screen, said: Sequence[str]) -> tuple[str, ...]:
        """The texts of a screen that nothing explains.

        Args:
            screen: as it is shown.
            said: all that the citizen said or typed in this visit.
        """
        return tuple(self._strange(screen, screen.language, frozenset(said)))

    def _strange(self, value: object, language: Language, said: frozenset[str]) -> Iterator[str]:
        if isinstance(value, str):
            if value and not self._is_known(value, language):
                yield value
        elif isinstance(value, tuple):
            for one in value:
                yield from self._strange(one, language, said)
        elif is_dataclass(value):
            for each in fields(value):
                inner = getattr(value, each.name)
                if each.name in _NO_TEXT:
                    continue
                is_theirs = isinstance(value, EarStrip | ChoosingBody) and each.name == "text"
                if is_theirs and inner in said:
                    continue
                if isinstance(value, QrCode) and each.name == "link":
                    if inner not in self._links:
                        yield inner
                    continue
                yield from self._strange(inner, language, said)

    def _is_known(self, text: str, language: Language) -> bool:
        if text in self._fixed[language] or text in self._known[language]:
            return True
        key = (language, text)
        if key not in self._looked_up:
            self._looked_up[key] = self._is_made_of_known(text, language)
        return self._looked_up[key]

    def _is_made_of_known(self, text: str, language: Language) -> bool:
        if text in self._fees[language]:
            return True
        bare = text.removesuffix(self._doubt[language])
        if bare != text:
            return self._is_known(bare, language) or self._is_known(f"{bare}.", language)
        name, sign, value = text.partition(": ")
        if sign and name in self._fixed[language] and value in self._fixed[language]:
            return True  # how a setting of the voice is called
        for sign in _APART:
            if sign in text and all(self._is_known(part, language) for part in text.split(sign)):
                return True
        return self._is_filled(text, language) or self._is_joined(text, language)

    def _is_filled(self, text: str, language: Language) -> bool:
        """Whether it is a fixed sentence whose gaps hold what is known."""
        for pattern, names in self._templates[language]:
            found = pattern.fullmatch(text)
            if found is not None and all(
                name in _GAPS or self._is_known(part, language)
                for name, part in zip(names, found.groups(), strict=True)
            ):
                return True
        return False

    def _is_joined(self, text: str, language: Language) -> bool:
        """Whether it is some notes one after another, the last perhaps a "because you said"."""
        if text in self._sentences[language]:
            return True
        because = self._because[language].fullmatch(text)
        if because is not None:
            return self._is_known(because[1], language)
        return any(
            text.startswith(f"{one} ") and self._is_joined(text[len(one) + 1 :], language)
            for one in self._sentences[language]
        )


_OF_PROGRAMS = (
    *("fault.", "cli.", "doctor.", "error.", "diff.", "draw.", "models.", "usage."),
    *("bundle.", "keys."),
)
"""Tables of sentences that no citizen sees, and whose gaps hold anything."""


def _told(value: object, language: Language) -> Iterator[str]:
    """Every text in both languages that `value` holds, in this one."""
    if isinstance(value, Text):
        yield value.in_language(language)
    elif isinstance(value, tuple):
        for one in value:
            yield from _told(one, language)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _told(getattr(value, each.name), language)


def _names(template: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def _pattern(template: str) -> re.Pattern[str]:
    parts: Iterable[tuple[str, str | None]] = (
        (text, name) for text, name, _, _ in Formatter().parse(template)
    )
    return re.compile(
        "".join(
            re.escape(text) + (f"({_GAPS.get(name, '.+')})" if name else "") for text, name in parts
        ),
        re.DOTALL,
    )
