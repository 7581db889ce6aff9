"""What changed for a citizen between two versions of the scripts, in plain words. Pure.

Things are matched by their ids, and where those changed by what they say: a new id alone is
no change for anybody. Wordings of `heard_as`, ids and the order of things are left aside.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from kiosk.condition import condition_text
from kiosk.facts import day, money
from kiosk.procedure import Fact, Fee, Language, Paper, Procedure, Text, When
from kiosk.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What changed in one procedure."""

    title: str
    sentences: tuple[str, ...]


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Part = TypeVar("_Part", bound=_HasId)
_PartFact = TypeVar("_PartFact", bound=Fact)
_Pairs = Sequence[tuple[_Part | None, _Part | None]]
"""(old, new): None stands where there is none."""

_Say = Callable[[str], str]


def changes(
    old: Sequence[Procedure], new: Sequence[Procedure], *, words: Words, language: Language
) -> tuple[Changed, ...]:
    """What changed, procedure by procedure: first those that came and went, then the others.

    Args:
        old: the procedures of the earlier version.
        new: those of the later one.
        words: our own words for it.
        language: in which it is told; a wording that changed only in the other language is
            told in that.
    """
    pairs = _paired(old, new, lambda one: one.code)
    found: list[Changed] = []
    for key, side in (("diff.added", 1), ("diff.removed", 0)):
        for pair in pairs:
            only = pair[side]
            if only is not None and pair[1 - side] is None:
                title = only.title.in_language(language)
                said = words.say(key, language, code=only.code)
                found.append(Changed(title=title, sentences=(said,)))
    for before, after in pairs:
        if before is not None and after is not None:
            sentences = tuple(_Comparison(before, after, words, language).sentences())
            if sentences:
                title = after.title.in_language(language)
                found.append(Changed(title=title, sentences=sentences))
    return tuple(found)


def gone(old: Sequence[Procedure], new: Sequence[Procedure]) -> tuple[Procedure, ...]:
    """The procedures of the earlier version that the later one does not have, in its order."""
    pairs = _paired(old, new, lambda one: one.code)
    return tuple(one for one, later in pairs if one is not None and later is None)


class _Comparison:
    """Two versions of one procedure."""

    def __init__(self, old: Procedure, new: Procedure, words: Words, language: Language) -> None:
        self._old, self._new = old, new
        self._words = words
        self._language: Language = language
        self._questions = _paired(old.questions, new.questions, lambda one: one.ask.vi)
        self._outcomes = _paired(old.outcomes, new.outcomes, lambda one: one.title.vi)
        self._sources = _paired(old.sources, new.sources, lambda one: one.name.vi)
        self._new_ids = _renamed(self._questions) | _renamed(self._outcomes)
        self._new_choices = {
            question.id: _renamed(
                _paired(question.choices, after.choices, lambda one: one.label.vi)
            )
            for question, after in self._questions
            if question is not None and after is not None
        }

    def sentences(self) -> Iterator[str]:
        """Every change, in the order in which a citizen meets it."""
        yield from self._head()
        yield from self._flow()
        yield from self._facts("paper", self._old.papers, self._new.papers, _name_of_paper)
        yield from self._facts("fee", self._old.fees, self._new.fees, lambda one: one.label)
        yield from self._facts("time", self._old.times, self._new.times, lambda one: one.text)
        yield from self._facts("note", self._old.notes, self._new.notes, lambda one: one.text)
        yield from self._rest()

    # One by one

    def _head(self) -> Iterator[str]:
        old, new = self._old, self._new
        yield from self._text("title", old.title, new.title)
        yield from self._text("summary", old.summary, new.summary)
        yield from self._plain("code", old.code, new.code)
        yield from self._plain("page", old.portal_id, new.portal_id)
        yield from self._plain("tiles", *(self._tiles(side) for side in (old, new)))
        yield from self._plain("channels", *(self._channels(side) for side in (old, new)))
        yield from self._plain("counter", old.counter, new.counter)
        for what in ("where", "received_by", "decided_by", "result"):
            yield from self._text(what, getattr(old, what), getattr(new, what))
        for what in ("valid_from", "valid_until", "checked"):
            yield from self._date(what, getattr(old, what), getattr(new, what))

    def _flow(self) -> Iterator[str]:
        if self._new_ids.get(self._old.start, self._old.start) != self._new.start:
            yield from self._step_changed("start", "", self._old.start, self._new.start)
        for before, after in self._questions:
            asked = self._gone_or_new("question", before, after, lambda one: one.ask)
            if asked or before is None or after is None:
                yield from asked
                continue
            thing = self._thing("question", after.ask)
            yield from self._reworded("question", before.ask, after.ask)
            yield from self._text("why", before.why, after.why, thing)
            for choice, later in _paired(before.choices, after.choices, lambda one: one.label.vi):
                told = self._gone_or_new("choice", choice, later, lambda one: one.label)
                if told or choice is None or later is None:
                    yield from (f"{thing}: {one}" for one in told)
                    continue
                where = f"{thing}: {self._thing('choice', later.label)}"
                for said in self._reworded("choice", choice.label, later.label):
                    yield f"{thing}: {said}"
                yield from self._text("note", choice.note, later.note, where)
                if self._new_ids.get(choice.next, choice.next) != later.next:
                    yield from self._step_changed("next", where, choice.next, later.next)
        for before_end, after_end in self._outcomes:
            told = self._gone_or_new("outcome", before_end, after_end, lambda one: one.title)
            if told or before_end is None or after_end is None:
                yield from told
                continue
            thing = self._thing("outcome", after_end.title)
            kinds = [self._say_plain(f"draw.{one.kind.value}") for one in (before_end, after_end)]
            yield from self._plain("kind", kinds[0], kinds[1], thing)
            yield from self._reworded("outcome", before_end.title, after_end.title)
            for what in ("lead", "where"):
                yield from self._text(
                    what, getattr(before_end, what), getattr(after_end, what), thing
                )

    def _facts(
        self,
        kind: str,
        old: Sequence[_PartFact],
        new: Sequence[_PartFact],
        name: Callable[[_PartFact], Text],
    ) -> Iterator[str]:
        for before, after in _paired(old, new, lambda one: name(one).vi):
            if before is None or after is None:
                yield from self._gone_or_new(kind, before, after, name, self._detail)
                continue
            thing = self._thing(kind, name(after))
            yield from self._reworded(kind, name(before), name(after))
            if isinstance(before, Paper) and isinstance(after, Paper):
                yield from self._text("note", before.note, after.note, thing)
                yield from self._plain("form", self._form(before), self._form(after), thing)
            if isinstance(before, Fee) and isinstance(after, Fee):
                yield from self._plain("amount", self._amount(before), self._amount(after), thing)
                yield from self._text("note", before.note, after.note, thing)
            yield from self._conditions(before, after, thing)
            for what in ("valid_from", "valid_until"):
                yield from self._date(what, getattr(before, what), getattr(after, what), thing)
            if before.confirmed != after.confirmed:
                key = "diff.confirmed" if after.confirmed else "diff.unconfirmed"
                yield self._words.say(key, self._language, thing=thing)
            known = _renamed(self._sources)
            if {known.get(one, one) for one in before.source} != set(after.source):
                sides = (self._names(before, self._old), self._names(after, self._new))
                yield from self._plain("source", sides[0], sides[1], thing)

    def _rest(self) -> Iterator[str]:
        for before, after in _paired(self._old.asides, self._new.asides, lambda one: one.ask.vi):
            told = self._gone_or_new("aside", before, after, lambda one: one.ask)
            if told or before is None or after is None:
                yield from told
                continue
            thing = self._thing("aside", after.ask)
            yield from self._reworded("aside", before.ask, after.ask)
            yield from self._text("say", before.say, after.say, thing)
        for source, later in self._sources:
            told = self._gone_or_new("source", source, later, lambda one: one.name)
            if told or source is None or later is None:
                yield from told
                continue
            thing = self._thing("source", later.name)
            yield from self._reworded("source", source.name, later.name)
            yield from self._plain("link", source.link or "", later.link or "", thing)
        pairs = _paired(self._old.neighbours, self._new.neighbours, lambda one: one.tell_apart.vi)
        for near, nearer in pairs:
            told = self._gone_or_new("neighbour", near, nearer, lambda one: one.tell_apart)
            if told or near is None or nearer is None:
                yield from told
            else:
                yield from self._reworded("neighbour", near.tell_apart, nearer.tell_apart)

    # Sentences

    def _say_plain(self, key: str) -> str:
        return self._words.say(key, self._language)

    def _thing(self, kind: str, name: Text) -> str:
        told = name.in_language(self._language)
        return self._words.say(f"diff.thing.{kind}", self._language, name=told)

    def _plain(self, what: str, old: str, new: str, thing: str = "") -> Iterator[str]:
        if old != new:
            none = self._say_plain("diff.none")
            said = self._words.say(
                "diff.changed",
                self._language,
                what=self._say_plain(f"diff.what.{what}"),
                old=old or none,
                new=new or none,
            )
            yield f"{thing}: {said}" if thing else said

    def _text(
        self, what: str, old: Text | None, new: Text | None, thing: str = ""
    ) -> Iterator[str]:
        language = self._differing(old, new)
        sides = [f"“{_in(one, language)}”" if one else "" for one in (old, new)]
        yield from self._plain(what, sides[0], sides[1], thing)

    def _differing(self, old: Text | None, new: Text | None) -> Language:
        """The language to show two texts in: the wanted one, unless they are the same in it."""
        if _in(old, self._language) != _in(new, self._language):
            return self._language
        return "en" if self._language == "vi" else "vi"

    def _reworded(self, kind: str, old: Text, new: Text) -> Iterator[str]:
        """That something now has other words; it is called by its old ones."""
        if old != new:
            language = self._differing(old, new)
            thing = self._words.say(
                f"diff.thing.{kind}", self._language, name=old.in_language(language)
            )
            later = new.in_language(language)
            yield self._words.say("diff.reworded", self._language, thing=thing, words=later)

    def _date(
        self, what: str, old: date | None, new: date | None, thing: str = ""
    ) -> Iterator[str]:
        sides = [day(one, self._language) if one else "" for one in (old, new)]
        yield from self._plain(what, sides[0], sides[1], thing)

    def _step_changed(self, what: str, thing: str, old: str, new: str) -> Iterator[str]:
        sides = [self._step(one, side) for one, side in ((old, self._old), (new, self._new))]
        yield from self._plain(what, sides[0], sides[1], thing)

    def _step(self, step_id: str, procedure: Procedure) -> str:
        step = procedure.step(step_id)
        if step is None:
            return step_id
        said = step.title if hasattr(step, "title") else step.ask
        return f"“{said.in_language(self._language)}”"

    def _gone_or_new(
        self,
        kind: str,
        old: _Part | None,
        new: _Part | None,
        name: Callable[[_Part], Text],
        detail: Callable[[_Part, Procedure], str] = lambda _part, _procedure: "",
    ) -> list[str]:
        """The sentence that says that something came or went; nothing if it stayed."""
        if (old is None) == (new is None):
            return []
        key = "diff.new" if old is None else "diff.gone"
        one = new if old is None else old
        assert one is not None
        thing = self._thing(kind, name(one))
        more = detail(one, self._new if old is None else self._old)
        said = self._words.say(key, self._language, thing=thing)
        return [f"{said} ({more})" if more else said]

    def _tiles(self, procedure: Procedure) -> str:
        events = sorted(procedure.life_events)
        return ", ".join(self._words.say(f"life.{one.value}", self._language) for one in events)

    def _channels(self, procedure: Procedure) -> str:
        ways = sorted(procedure.channels)
        return ", ".join(self._words.say(f"channel.{one.value}", self._language) for one in ways)

    # What stands at a fact

    def _detail(self, fact: Fact, procedure: Procedure) -> str:
        parts = [self._form(fact) if isinstance(fact, Paper) else ""]
        parts.append(self._amount(fact) if isinstance(fact, Fee) else "")
        parts.append(self._condition(fact, procedure))
        for what in ("valid_from", "valid_until"):
            when = getattr(fact, what)
            if when is not None:
                parts.append(f"{self._say_plain(f'diff.what.{what}')} {day(when, self._language)}")
        return "; ".join(part for part in parts if part)

    def _form(self, paper: Paper) -> str:
        kind = self._words.say(f"paper.{paper.kind.value}", self._language, count=paper.count)
        return f"{kind}, {self._say_plain(f'paper.{paper.hand.value}')}"

    def _amount(self, fee: Fee) -> str:
        if fee.amount is None:
            return self._say_plain("outcome.ask_officer")
        amount = money(fee.amount, self._language)
        said = amount if fee.amount else self._say_plain("outcome.free")
        return f"{said} {fee.per.in_language(self._language)}" if fee.per else said

    def _condition(self, fact: Fact, procedure: Procedure) -> str:
        return condition_text(fact, procedure, words=self._words, language=self._language)

    def _conditions(self, old: Fact, new: Fact, thing: str) -> Iterator[str]:
        if any(
            self._translated(before) != {key: set(value) for key, value in after.items()}
            for before, after in ((old.when, new.when), (old.unless, new.unless))
        ):
            always = self._say_plain("diff.always")
            before = self._condition(old, self._old) or always
            yield from self._plain("case", before, self._condition(new, self._new) or always, thing)

    def _translated(self, condition: When) -> Mapping[str, set[str]]:
        """An old condition with the new ids of the same questions and choices."""
        return {
            self._new_ids.get(question, question): {
                self._new_choices.get(question, {}).get(choice, choice) for choice in choices
            }
            for question, choices in condition.items()
        }

    def _names(self, fact: Fact, procedure: Procedure) -> str:
        names = {one.id: one.name.in_language(self._language) for one in procedure.sources}
        return "; ".join(names.get(one, one) for one in fact.source)


def _name_of_paper(paper: Paper) -> Text:
    return paper.name


def _in(text: Text | None, language: Language) -> str:
    return text.in_language(language) if text else ""


def _paired(
    old: Sequence[_Part], new: Sequence[_Part], saying: Callable[[_Part], str]
) -> _Pairs[_Part]:
    """What is the same in both: by id, else by what it says; in the order of the new version."""
    old_by_id = {one.id: one for one in old}
    new_ids = {one.id for one in new}
    left = {saying(one): one for one in reversed(old) if one.id not in new_ids}
    pairs: list[tuple[_Part | None, _Part | None]] = []
    matched = set[str]()
    for one in new:
        before = old_by_id.get(one.id) or left.pop(saying(one), None)
        if before is not None:
            matched.add(before.id)
        pairs.append((before, one))
    return [*pairs, *((one, None) for one in old if one.id not in matched)]


def _renamed(pairs: _Pairs[_Part]) -> dict[str, str]:
    """Old id -> new id."""
    return {old.id: new.id for old, new in pairs if old is not None and new is not None}
