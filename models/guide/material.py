"""The material: what the model learns from and what it is watched on, as two files.

python -m models.guide.material /root/guide/material --variants 4
"""

import argparse
import json
import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from kiosk.app import entries_of
from kiosk.assistant.dialect_files import FOLDER, load_standard
from kiosk.assistant.entry import Entry
from kiosk.assistant.index import Index
from kiosk.assistant.learning import learn_classifier
from kiosk.assistant.lookup import Lookup
from kiosk.assistant.prompt import plain
from kiosk.assistant.question_file import QUESTIONS, read_questions
from kiosk.assistant.small_talk_file import load_small_talk
from kiosk.assistant.vietnamese import fold
from kiosk.assistant.weights import Weights
from kiosk.assistant.weights_file import SHIPPED_WEIGHTS, load_weights
from kiosk.assistant.wishes_file import load_wishes
from kiosk.catalogue import SHIPPED_PROCEDURES, Catalogue, load_catalogue
from kiosk.office import Office
from kiosk.path import follow
from kiosk.portal import PortalPlace
from kiosk.procedure import Procedure, Text
from kiosk.session import Session
from models.guide.changes import Changes
from models.guide.lessons import (
    LeftOut,
    Lesson,
    Ways,
    edition_of,
    lesson,
    lists,
    session_at,
)
from models.guide.sayings import Kind, Saying, at_start, elsewhere, in_procedures

EDITIONS = 5
"""Orders of each script's wordings in which they are listed; the first is the script's own."""

FOLDS = 8
"""At the start the rules learn from all wordings but a part, and rank the sentences of that."""

TAUGHT, WATCHED, TEXTS = "taught.jsonl", "watched.jsonl", "texts.txt"

SHARED = Path("../shared")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is made."""

    variants: int
    """Ways in which each sentence of a procedure is said."""
    start_variants: int
    most_elsewhere: int
    most_wishes: int
    """Places at which each wish, "why" and mumbling is said."""
    seed: int = 7


class Desk:
    """Everything that requests are made of."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.chance = random.Random(plan.seed)  # noqa: S311 - no secret
        self.catalogue = load_catalogue(SHIPPED_PROCEDURES)
        self.wishes = {name: tuple(texts) for name, texts in load_wishes().items()}
        self.asked = (
            *read_questions(QUESTIONS),
            *read_questions(SHARED / "data/questions_dev.jsonl"),
        )
        self.sayings = tuple(in_procedures(self.catalogue, self.wishes))
        self.starting = tuple(at_start(self.catalogue, load_small_talk(), self.asked))
        self.entries = entries_of(self.catalogue, [], None)
        self.weights = load_weights(SHIPPED_WEIGHTS)
        texts = [one.text for one in (*self.sayings, *self.starting)]
        self.changes = Changes(texts, _forms(), seed=plan.seed)
        self.everyday = everyday(SHARED / "speech/cv_vi/manifest.jsonl")
        self.ways = Ways.of(self.catalogue.procedures, self.chance)
        self.offices = [self._office(number) for number in range(EDITIONS)]

    def understanding(self, entries: Sequence[Entry], weights: Weights) -> LeftOut:
        """What understands, with these entries only."""
        choices = [
            text
            for procedure in self.catalogue.procedures
            for question in procedure.questions
            for choice in question.choices
            for text in choice.heard_as.vi
        ]
        standard = load_standard()
        return LeftOut(
            Lookup(entries, weights, standard, also_said=choices),
            standing=self.wishes,
            unserved={one.id: one.title for one in self.catalogue.unserved},
            standard=standard,
        )

    def _office(self, number: int) -> Office:
        procedures = self.catalogue.procedures
        if number:
            procedures = tuple(
                edition_of(one, self.chance, is_turned=number > 2) for one in procedures
            )
        return office_of(procedures, self.catalogue)


def office_of(procedures: tuple[Procedure, ...], catalogue: Catalogue) -> Office:
    """An office that has everything."""
    return Office(
        name=Text(vi="Phường", en="Ward"),
        place=Text(vi="Trung tâm Phục vụ hành chính công", en="Service Centre"),
        counters={},
        portal=PortalPlace(province_id="", ward_id="", province_code="01", ward_code="00082"),
        procedures=procedures,
        cards=catalogue.cards,
        today=date(2026, 11, 23),
        home="vi",
        countdown_seconds=20,
        pin_digits=6,
        versions=(),
    )


def everyday(manifest: Path) -> list[str]:
    """Everyday sentences (Common Voice, CC0), none that the listener's tests use."""
    with manifest.open(encoding="utf-8") as lines:
        clips = [json.loads(line) for line in lines]
    tested = {one["text"].casefold() for one in clips if one["split"] == "test"}
    texts = {one["text"] for one in clips if one["text"].casefold() not in tested}
    return sorted(text for text in texts if 2 <= len(text.split()) <= 14)


def _forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        forms |= tomllib.loads(file.read_text(encoding="utf-8"))
    return forms


def lessons_in_procedures(desk: Desk) -> Iterator[Lesson]:
    """Everything that is said with a question, or an end, on the screen."""
    understanding = desk.understanding(desk.entries, desk.weights)
    places = [place for place in desk.ways.to if place[1]]
    ends = [place for place in desk.ways.to if not place[1]]
    for saying in desk.sayings:
        understanding.leave_out(saying.text)
        if saying.question:
            at = [(saying.procedure, saying.question)] * desk.plan.variants
        elif saying.procedure:
            its = [place for place in desk.ways.to if place[0] == saying.procedure]
            at = desk.chance.choices(its, k=desk.plan.variants * (1 if saying.is_made else 4))
        else:
            at = desk.chance.choices(places, k=desk.plan.most_wishes)
            if saying.kind is not Kind.WHY:
                at += desk.chance.choices(ends, k=desk.plan.most_wishes // 5)
        yield from _said(desk, understanding, saying, at)
        if saying.question:
            yield from _corrected(desk, understanding, saying)
            yield from _joined(desk, understanding, saying)
    matters = [one for one in desk.starting if one.kind is Kind.MATTER and not one.is_ambiguous]
    for saying in desk.chance.sample(matters, min(desk.plan.most_elsewhere, len(matters))):
        right = (*saying.right, "unclear")
        other = replace(saying, kind=Kind.UNCLEAR, right=right, is_made=not saying.is_watched)
        away = [place for place in places if f"procedure {place[0]}" not in saying.right]
        understanding.leave_out(saying.text)
        yield from _said(desk, understanding, other, [desk.chance.choice(away)])
    for name, texts in load_small_talk().items():
        if name != "officer":
            for text in texts:
                understanding.leave_out(text)
                talk = Saying(text=text, kind=Kind.UNCLEAR, right=("unclear",))
                yield from _said(desk, understanding, talk, desk.chance.choices(places, k=2))
    for saying in elsewhere(desk.sayings, desk.everyday, desk.chance, desk.plan.most_elsewhere):
        place = desk.chance.choice(places)
        understanding.leave_out(saying.text)
        if not _is_told_of(desk, understanding, saying, place):
            yield from _said(desk, understanding, saying, [place])


def _is_told_of(desk: Desk, understanding: LeftOut, saying: Saying, place: tuple[str, str]) -> bool:
    """Whether the rules see something in a sentence where it should mean nothing."""
    procedure = desk.offices[0].procedure(place[0])
    assert procedure is not None
    question = next(one for one in procedure.questions if one.id == place[1])
    ranked = understanding.ranked(procedure, question, saying.text)
    return bool(ranked) and ranked[0].score > 0.45


def _said(
    desk: Desk, understanding: LeftOut, saying: Saying, at: Sequence[tuple[str, str]]
) -> Iterator[Lesson]:
    for number, (procedure_id, question_id) in enumerate(at):
        if saying.is_watched and number > 1 and saying.question:
            return
        said = saying.text if number == 0 else desk.changes.of(saying.text)
        if saying.is_watched and number:
            said = desk.changes.misheard(saying.text, 0.15)
        answers = desk.chance.choice(desk.ways.to[procedure_id, question_id])
        # What is watched is asked as it will be: with the script's own order.
        editions = range(EDITIONS) if saying.is_watched else desk.chance.sample(range(EDITIONS), 5)
        for edition in editions:
            office = desk.offices[edition]
            procedure = office.procedure(procedure_id)
            assert procedure is not None
            found = lesson(understanding, session_at(procedure, answers), office, saying, said)
            if found is not None and not lists(found, saying.text):
                yield found
                break


def _corrected(desk: Desk, understanding: LeftOut, saying: Saying) -> Iterator[Lesson]:
    """The same sentence later, where it puts an earlier answer right; or said as a slip now."""
    later = [
        (place, answers)
        for place, ways in desk.ways.to.items()
        if place[0] == saying.procedure
        for answers in ways
        if any(
            question == saying.question and f"answer {choice}" not in saying.right
            for question, choice in answers
        )
    ]
    if not later or desk.chance.random() < 0.3:
        return
    _, answers = desk.chance.choice(later)
    choices = tuple(
        f"correct {saying.question} {one.removeprefix('answer ')}" for one in saying.right
    )
    procedure = desk.offices[0].procedure(saying.procedure)
    assert procedure is not None
    asked = next(one for one in procedure.questions if one.id == saying.question)
    given = asked.choice(dict(answers)[saying.question])
    assert given is not None
    wrong = desk.chance.choice((given.label.vi, *given.heard_as.vi[:4]))
    said = desk.changes.corrected(saying.text, wrong)
    corrected = replace(saying, kind=Kind.CORRECTION, right=choices)
    if not saying.is_watched and desk.chance.random() < 0.3:
        said = desk.changes.of(said)
    office = desk.offices[0 if saying.is_watched else desk.chance.randrange(EDITIONS)]
    there = office.procedure(saying.procedure)
    assert there is not None
    found = lesson(understanding, session_at(there, answers), office, corrected, said)
    if found is not None and not lists(found, saying.text):
        yield found
    if desk.chance.random() < 0.25:
        here = desk.chance.choice(desk.ways.to[saying.procedure, saying.question])
        slip = desk.changes.corrected(saying.text, "")
        found = lesson(understanding, session_at(there, here), office, saying, slip)
        if found is not None and not lists(found, saying.text):
            yield found


def _joined(desk: Desk, understanding: LeftOut, saying: Saying) -> Iterator[Lesson]:
    """The sentence together with the answer to the question that follows."""
    if desk.chance.random() < 0.6:
        return
    procedure = desk.offices[0].procedure(saying.procedure)
    assert procedure is not None
    answers = desk.chance.choice(desk.ways.to[saying.procedure, saying.question])
    choice = saying.right[0].removeprefix("answer ")
    step = follow(procedure, (*answers, (saying.question, choice))).at
    more = [
        one for one in desk.sayings if one.question == step.id and one.procedure == procedure.id
    ]
    more = [one for one in more if one.is_watched == saying.is_watched]
    if not more:
        return
    said = desk.changes.joined(saying.text, desk.chance.choice(more).text)
    office = desk.offices[0 if saying.is_watched else desk.chance.randrange(EDITIONS)]
    there = office.procedure(saying.procedure)
    assert there is not None
    found = lesson(understanding, session_at(there, answers), office, saying, said)
    if found is not None and not lists(found, saying.text):
        yield found


def lessons_at_start(desk: Desk) -> Iterator[Lesson]:
    """Everything that is said before a procedure was chosen."""
    owners: dict[str, int] = {}
    for saying in desk.starting:
        owners.setdefault(fold(saying.text), len(owners) % FOLDS)
    for fold_number in range(FOLDS):
        out = {text for text, number in owners.items() if number == fold_number}
        entries = tuple(
            replace(one, wordings=tuple(text for text in one.wordings if fold(text) not in out))
            for one in desk.entries
        )
        index = Index(entries, load_standard())
        learned = learn_classifier(index)
        weights = replace(
            desk.weights,
            features=learned.features,
            scale=learned.scale,
            keys=learned.keys,
            classifier=learned.classifier,
        )
        del index
        understanding = desk.understanding(entries, weights)
        for saying in desk.starting:
            if fold(saying.text) in out:
                yield from _started(desk, understanding, saying)


def _started(desk: Desk, understanding: LeftOut, saying: Saying) -> Iterator[Lesson]:
    count = desk.plan.start_variants if saying.kind is not Kind.OUT else 1
    if saying.is_ambiguous:
        count *= 3
    for number in range(2 if saying.is_watched else count):
        said = saying.text
        if number:
            said = desk.changes.misheard(said, 0.15) if saying.is_watched else desk.changes.of(said)
        understanding.leave_out(said)
        found = lesson(understanding, Session(), desk.offices[0], saying, said)
        if found is not None:
            yield found


def write(desk: Desk, folder: Path) -> Counter[tuple[str, str]]:
    """Write the material; how many lessons of each kind there are."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = Counter[tuple[str, str]]()
    texts = dict.fromkeys(one.text for one in (*desk.sayings, *desk.starting))
    plain_texts = [text for one in texts for text in (plain(one), fold(one))]
    (folder / TEXTS).write_text("\n".join(plain_texts), encoding="utf-8")
    with (
        (folder / TAUGHT).open("w", encoding="utf-8") as taught,
        (folder / WATCHED).open("w", encoding="utf-8") as watched,
    ):
        for source in (lessons_in_procedures, lessons_at_start):
            for one in source(desk):
                file = watched if one.is_watched else taught
                file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
                counts["watched" if one.is_watched else "taught", f"{one.place} {one.kind}"] += 1
    return counts


def read(file: Path) -> list[Lesson]:
    """The lessons of one file."""
    with file.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [Lesson(**{**one, "right": tuple(one["right"])}) for one in found]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--variants", type=int, default=4)
    parser.add_argument("--start-variants", type=int, default=2)
    parser.add_argument("--elsewhere", type=int, default=2500)
    parser.add_argument("--wishes", type=int, default=24)
    given = parser.parse_args()
    desk = Desk(Plan(given.variants, given.start_variants, given.elsewhere, given.wishes))
    for (part, kind), count in sorted(write(desk, given.folder).items()):
        print(f"{part}\t{kind}\t{count}")  # noqa: T201


if __name__ == "__main__":
    main()
