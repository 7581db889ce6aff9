"""(A side question's aspect, where a visit stands) -> what the script says to it. Pure.

Nothing is written here but the script's own facts under the answers so far, each with its
doubt, in the frame of fixed sentences. What the script does not say is left to an officer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.facts import day, fee_line, where_lines, with_doubt
from kiosk.office import Office
from kiosk.path import prospect
from kiosk.procedure import (
    Aspect,
    Channel,
    Fact,
    Fee,
    Language,
    Outcome,
    OutcomeKind,
    Paper,
    Procedure,
    Statement,
)
from kiosk.screen import FactCard
from kiosk.session import Guiding
from kiosk.wording import capital
from kiosk.words import Words

MOST_OPEN = 6
"""Papers that are named although they may not be needed; more would frighten."""

_ALWAYS = (Aspect.PAPERS, Aspect.PLACE)
"""The list under these answers, and the counter of this ward, stand in no aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectAnswer:
    """An answer to a side question."""

    title: str
    text: str
    facts: tuple[FactCard, ...]
    source: str


def aspects_beside(procedure: Procedure) -> tuple[Aspect, ...]:
    """The aspects that are listed beside the script's own side questions."""
    told = {aside.aspect for aside in procedure.asides}
    return tuple(
        one for one in Aspect if one is not Aspect.OTHER and (one in _ALWAYS or one not in told)
    )


def source_line(
    procedure: Procedure, ids: Iterable[str], *, words: Words, language: Language
) -> str:
    """Who says so; where nobody is named, when a person last looked it up."""
    wanted = set(ids)
    names = [one.name.in_language(language) for one in procedure.sources if one.id in wanted]
    if names:
        return words.say("answer.source", language, names="; ".join(names))
    return words.say("outcome.checked", language, date=day(procedure.checked, language))


def aspect_answer(
    aspect: Aspect, phase: Guiding, *, words: Words, office: Office, language: Language
) -> AspectAnswer:
    """What the script of `phase` says about `aspect`; `OTHER` has no facts of its own."""
    return _Teller(phase, words, office, language).answer(aspect)


class _Teller:
    def __init__(self, phase: Guiding, words: Words, office: Office, language: Language) -> None:
        self._procedure = phase.procedure
        self._at = phase.path.at
        self._ahead = prospect(phase.procedure, phase.path.answers, office.today)
        self._words = words
        self._office = office
        self._language = language

    def answer(self, aspect: Aspect) -> AspectAnswer:
        """The title, what holds of the whole answer, the facts, and who says so."""
        facts = tuple(card for card in self._cards(aspect) if card.lines)
        sentences = [*self._sentences(aspect), "" if facts else self._nothing(aspect)]
        ids = (one for fact in self._told(aspect) for one in fact.source)
        return AspectAnswer(
            title=self._say(f"aspect.{aspect.value}"),
            text=" ".join(one for one in dict.fromkeys(sentences) if one),
            facts=facts,
            source=source_line(self._procedure, ids, words=self._words, language=self._language),
        )

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(key, self._language, **values)

    def _sentences(self, aspect: Aspect) -> tuple[str, ...]:
        ends = {one.kind for one in self._ahead.ends}
        if aspect is Aspect.LEGAL:
            return ()
        if not self._ahead.is_here:
            is_elsewhere = ends == {OutcomeKind.ELSEWHERE}
            return (self._say("answer.elsewhere" if is_elsewhere else "answer.ask_officer"),)
        if_here = self._say("answer.if_here") if len(ends) > 1 else ""
        if aspect is Aspect.WHO:
            return (self._say("answer.who_may"), if_here)
        if aspect is Aspect.ONLINE:
            can = Channel.ONLINE in self._procedure.channels
            return (self._say("answer.online" if can else "answer.not_online"), if_here)
        return (if_here,)

    def _nothing(self, aspect: Aspect) -> str:
        """What is said where the script has no fact."""
        is_none_needed = aspect is Aspect.PAPERS and self._ahead.is_here
        return self._say("outcome.no_papers" if is_none_needed else "answer.ask_officer")

    def _told(self, aspect: Aspect) -> tuple[Fact, ...]:
        """The facts that are told and name their sources."""
        sure, perhaps = self._ahead.sure, self._ahead.perhaps
        if aspect is Aspect.PAPERS:
            return (*sure.papers, *perhaps.papers)
        if aspect is Aspect.FEE and self._ahead.is_here:
            return (*sure.fees, *perhaps.fees)
        if aspect is Aspect.TIME and self._ahead.is_here:
            return (*sure.times, *perhaps.times)
        return ()

    def _cards(self, aspect: Aspect) -> tuple[FactCard, ...]:
        procedure, language, ahead = self._procedure, self._language, self._ahead
        if aspect is Aspect.LEGAL:
            return (self._card([one.name.in_language(language) for one in procedure.sources]),)
        if aspect is Aspect.PAPERS:
            return self._papers()
        if aspect is Aspect.PLACE or not ahead.is_here:
            return (self._card(self._where()),)
        match aspect:
            case Aspect.FEE:
                return (self._fees(ahead.sure.fees), self._fees(ahead.perhaps.fees, is_open=True))
            case Aspect.TIME:
                sure, perhaps = self._times(ahead.sure.times), self._times(ahead.perhaps.times)
                return (self._card(sure), self._card(perhaps, "answer.open"))
            case Aspect.WHO:
                received, decided = procedure.received_by, procedure.decided_by
                return (
                    self._card([received.in_language(language)], "outcome.received_by"),
                    self._card([decided.in_language(language)], "outcome.decided_by"),
                )
            case Aspect.RESULT:
                return (self._card([procedure.result.in_language(language)]),)
            case Aspect.ONLINE:
                channels = [self._say(f"channel.{one.value}") for one in procedure.channels]
                return (self._card([capital(one) for one in channels], "answer.channels"),)
            case Aspect.OTHER:
                return ()

    def _card(self, lines: Sequence[str], label: str = "") -> FactCard:
        return FactCard(label=self._say(label) if label else "", lines=tuple(lines))

    def _papers(self) -> tuple[FactCard, ...]:
        ahead = self._ahead
        is_end = isinstance(self._at, Outcome)
        sure = [self._paper(one) for one in ahead.sure.papers]
        # Two papers may have one name: the same form under other answers.
        named = dict.fromkeys(self._paper(one) for one in ahead.perhaps.papers)
        perhaps = [one for one in named if one not in sure]
        more = len(perhaps) - MOST_OPEN
        if more > 0:
            perhaps = [*perhaps[:MOST_OPEN], self._say("step.more_papers", count=more)]
        return (
            self._card(sure, "outcome.papers" if is_end else "answer.sure"),
            self._card(perhaps, "answer.open"),
        )

    def _paper(self, paper: Paper) -> str:
        name = paper.name.in_language(self._language)
        return with_doubt(paper, name, self._words, self._language)

    def _fees(self, fees: Sequence[Fee], *, is_open: bool = False) -> FactCard:
        return FactCard(
            label=self._say("answer.open" if is_open else "outcome.fee"),
            lines=tuple(fee_line(fee, self._words, self._language) for fee in fees),
            note=" ".join(fee.note.in_language(self._language) for fee in fees if fee.note),
        )

    def _times(self, times: Sequence[Statement]) -> list[str]:
        return [
            with_doubt(one, one.text.in_language(self._language), self._words, self._language)
            for one in times
        ]

    def _where(self) -> tuple[str, ...]:
        """Where to go: here, unless every way goes on to one other place."""
        at = self._at if isinstance(self._at, Outcome) else None
        if at is not None or self._ahead.is_here:
            return self._where_at(at)
        places = {self._where_at(end) for end in self._ahead.ends}
        return places.pop() if len(places) == 1 else ()

    def _where_at(self, outcome: Outcome | None) -> tuple[str, ...]:
        return where_lines(self._procedure, outcome, office=self._office, language=self._language)
