"""Sentences -> what the model is asked and what it should answer. Pure.

The requests are made by the kiosk's own code. The rules never know the sentence: it is
taken out of the wordings before they rank it, and it is listed in no prompt of its own;
else the model would learn to trust an echo.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from kiosk.assistant import views
from kiosk.assistant.lookup import Lookup, Ranking
from kiosk.assistant.offers import request_for
from kiosk.assistant.options import RIDGE, Found, Option, Options, wordings_of
from kiosk.assistant.prompt import Request, Style, ending, keys, plain, prefix
from kiosk.assistant.steps import Standing, Steps
from kiosk.assistant.understanding import Understanding
from kiosk.assistant.vietnamese import Standard, fold
from kiosk.intent import Answered, AskedAside, AskedWhy, Chose, Corrected, Intent, Wished
from kiosk.office import Office
from kiosk.path import Answers, every_path
from kiosk.procedure import Choice, HeardAs, Procedure, Question, Text
from kiosk.session import Guiding, Session
from models.guide.listing import listed
from models.guide.sayings import Kind, Saying

MOST_ANSWERED = 3
"""Keys of an answer where several are as likely."""

MOST_WAYS = 12
"""Ways to a question that are kept to choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One thing to learn, or to be watched on."""

    said: str
    kind: str
    place: str
    prefix: str
    ending: str
    right: tuple[str, ...]
    """Keys, any of which is right."""
    answer: str
    """The keys to be written, best first."""
    is_ambiguous: bool
    is_watched: bool
    ruled: str
    """What the rules alone do: `right`, `wrong`, or `asked` where they ask back; `` unknown."""


class WholeOptions(Options):
    """The options of a step, which remember their wordings."""

    def __init__(self, wordings: Mapping[Option, Sequence[str]], standard: Standard) -> None:
        super().__init__(wordings, standard)
        self.kernel = self._texts @ self._texts.T
        self.kernel[np.diag_indices(len(self.owners))] += RIDGE
        self.rows: dict[str, list[int]] = {}
        row = 0
        for option in self.options:
            for words in dict.fromkeys(standard.words(text) for text in wordings[option]):
                if words:
                    self.rows.setdefault(folded(" ".join(words)), []).append(row)
                    row += 1


class OptionsWithout(Options):
    """The options of a step as if some of their wordings were not there."""

    def __init__(self, whole: WholeOptions, rows: Sequence[int]) -> None:
        self.__dict__.update(whole.__dict__)
        self._rows = list(rows)
        kept = np.delete(np.arange(len(self.owners)), self._rows)
        is_owner = np.equal.outer(self.owners[kept], np.arange(len(self.options)))
        self._solved = np.zeros((len(self.owners), len(self.options)), np.float32)
        self._solved[kept] = np.linalg.solve(
            whole.kernel[np.ix_(kept, kept)], is_owner.astype(np.float32)
        )

    def rank(self, words: Sequence[str]) -> tuple[Found, ...]:
        """The options, best first."""
        alike = self._texts @ self._vector(Counter(views.of_sentence(words)))
        alike[self._rows] = 0.0
        return self._ranked(alike, alike @ self._solved)


class StepsWithout(Steps):
    """The steps as if one wording were not there."""

    def __init__(self, lookup: Lookup, standing: Standing, standard: Standard) -> None:
        super().__init__(lookup, standing, standard)
        self._left = ""
        self._whole: dict[tuple[str, str], WholeOptions] = {}
        self._found: dict[tuple[str, str], Options] = {}

    def leave_out(self, text: str) -> None:
        """Forget `text` as a wording, until another one is left out."""
        self._left = folded(" ".join(self.plain(text)))
        self._found = {}

    def options_at(self, procedure: Procedure, question: Question | None) -> Options:
        """What may be said at a question, without the wording that is left out."""
        key = (procedure.id, question.id if question is not None else "")
        if key not in self._whole:
            wordings = wordings_of(procedure, question, self._standing)
            self._whole[key] = WholeOptions(wordings, self._standard)
        whole = self._whole[key]
        if self._left not in whole.rows:
            return whole
        if key not in self._found:
            self._found[key] = OptionsWithout(whole, whole.rows[self._left])
        return self._found[key]


class LeftOut(Understanding):
    """Understands as the kiosk does, but for a wording that it never heard of."""

    def __init__(
        self,
        lookup: Lookup,
        *,
        standing: Standing,
        unserved: Mapping[str, Text],
        standard: Standard,
    ) -> None:
        super().__init__(lookup, standing=standing, unserved=unserved, standard=standard)
        self._without = StepsWithout(lookup, standing, standard)
        self._steps = self._without
        self._ranking: Ranking | None = None

    def leave_out(self, text: str) -> None:
        """Forget `text` as a wording, until another one is left out."""
        self._without.leave_out(text)
        self._ranking = None

    def at_start(self, text: str) -> Ranking:
        """As a request; all ways to say what is left out are taken for the first of them."""
        if self._ranking is None:
            self._ranking = super().at_start(text)
        return self._ranking


@cache
def folded(text: str) -> str:
    """What makes two sentences one: their letters without marks."""
    return fold(text)


def edition_of(procedure: Procedure, chance: random.Random, *, is_turned: bool) -> Procedure:
    """The same procedure with its wordings in another order, so that others are listed.

    Args:
        procedure: a script's.
        chance: draws the order.
        is_turned: whether the choices change places too.
    """

    def mixed(heard: HeardAs) -> HeardAs:
        return HeardAs(vi=tuple(chance.sample(heard.vi, len(heard.vi))))

    def choices(question: Question) -> tuple[Choice, ...]:
        found = [replace(one, heard_as=mixed(one.heard_as)) for one in question.choices]
        return tuple(chance.sample(found, len(found)) if is_turned else found)

    return replace(
        procedure,
        questions=tuple(replace(one, choices=choices(one)) for one in procedure.questions),
        asides=tuple(replace(one, heard_as=mixed(one.heard_as)) for one in procedure.asides),
    )


@dataclass(frozen=True, slots=True)
class Ways:
    """How one comes to each question and to the ends."""

    to: Mapping[tuple[str, str], tuple[Answers, ...]]
    """(Procedure, question; empty: an end) -> answers given before."""

    @classmethod
    def of(cls, procedures: Sequence[Procedure], chance: random.Random) -> "Ways":
        """Some ways to everywhere."""
        found: dict[tuple[str, str], dict[Answers, None]] = {}
        for procedure in procedures:
            for path in every_path(procedure):
                for at, step in enumerate(path.behind):
                    before = path.answers[:at]
                    found.setdefault((procedure.id, step.question.id), {})[before] = None
                found.setdefault((procedure.id, ""), {})[path.answers] = None
        return cls(
            {
                place: tuple(chance.sample(list(ways), min(MOST_WAYS, len(ways))))
                for place, ways in found.items()
            }
        )


def intents_of(request: Request, ids: Sequence[str]) -> tuple[Intent, ...]:
    """What the offers with these ids mean."""
    return tuple(one.intent for one in request.offers if one.id in ids)


def ruled(intent: Intent, right: Sequence[Intent], *, is_ambiguous: bool) -> str:
    """What the rules did: `right`, `wrong`, or `asked`."""
    match intent:
        case Answered(answers):
            first = Answered(answers[:1])
            return "right" if first in right else "wrong"
        case Chose() if is_ambiguous:
            return "wrong"
        case Chose() | Corrected() | AskedAside() | AskedWhy() | Wished():
            return "right" if intent in right else "wrong"
        case _:
            return "asked"


def lesson(
    understanding: LeftOut, session: Session, office: Office, saying: Saying, said: str
) -> Lesson | None:
    """What is learned from `said` here; None where what is meant is not even offered."""
    request = request_for(understanding, session, office, said)
    by_id = {offer: key for key, offer in keys(request).items()}
    meant = [one for one in saying.right if one in by_id]
    if not meant or (saying.kind is Kind.CORRECTION and len(meant) < len(saying.right)):
        return None
    if saying.is_ambiguous and len(meant) < 2:
        return None
    ranked = sorted(meant, key=[one.id for one in request.offers].index)
    guessed = [one.id for one in request.guesses if one.id in meant]
    ordered = (
        tuple(dict.fromkeys((*guessed, *ranked))) if saying.kind is Kind.MATTER else tuple(meant)
    )
    written = ordered[:MOST_ANSWERED] if saying.is_ambiguous else ordered[:1]
    return Lesson(
        said=said,
        kind=saying.kind.value,
        place=request.place.value,
        prefix=prefix(request, Style.KEYS),
        ending=ending(request, said, Style.KEYS),
        right=tuple(by_id[one] for one in ordered),
        answer=" ".join(by_id[one] for one in written),
        is_ambiguous=saying.is_ambiguous,
        is_watched=saying.is_watched,
        ruled=_ruled(understanding, session, office, saying, request, said),
    )


def _ruled(
    understanding: LeftOut,
    session: Session,
    office: Office,
    saying: Saying,
    request: Request,
    said: str,
) -> str:
    """What the rules do with it, where that is watched."""
    if not saying.is_watched:
        return ""
    done = understanding.understand(session, office, said)
    meant = intents_of(request, saying.right)
    decided = ruled(done, meant, is_ambiguous=saying.is_ambiguous)
    if saying.kind in (Kind.OUT, Kind.UNCLEAR) and decided == "asked":
        return "right"
    return decided


def lists(found: Lesson, text: str) -> bool:
    """Whether the prompt lists the very sentence."""
    said = plain(text)
    prompt = f"{found.prefix}{found.ending.rpartition(' guess')[0]}"
    return any(said in one.texts for one in listed(prompt))


def session_at(procedure: Procedure, answers: Answers) -> Session:
    """A visit that stands behind these answers."""
    return Session(phase=Guiding(procedure, answers=answers))
