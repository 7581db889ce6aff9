"""What the understanding bench has done beside the kiosk: a sentence heard, understood, explained.

The understanding takes seconds to build and is kept in that process, until what is offered
changes. The sentence is kept nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kiosk.app import WEIGHTS_FILE, Content, content_of
from kiosk.app_sound import listener_address
from kiosk.assistant.asking import MOST_LETTERS
from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.marks import marks
from kiosk.assistant.options import Found, Meant
from kiosk.assistant.understanding import Understanding
from kiosk.assistant.vietnamese import words_of
from kiosk.bundle_current import current_of
from kiosk.card import Card
from kiosk.card_file import CARDS_FILE
from kiosk.console.sentence_told import (
    CandidateTold,
    OptionTold,
    Place,
    StepTold,
    Tried,
    decision_of,
)
from kiosk.errors import KioskError
from kiosk.findable import SMALL_TALK
from kiosk.office import Office
from kiosk.path import Answers, every_path
from kiosk.procedure import Language, Procedure, Question
from kiosk.session import Choosing, Guiding, Session
from kiosk.settings import Settings
from kiosk.speech.heard_file import FileEar, read_wav

MOST_CANDIDATES = 8
MOST_OPTIONS = 8


@dataclass(slots=True)
class _Kept:
    """What was built last, and of what."""

    stamp: tuple[object, ...] = ()
    content: Content | None = None


_kept = _Kept()
"""Of the process beside the kiosk: it serves one site."""


def places(settings: Settings, today: date, language: Language) -> tuple[Place, ...]:
    """Where a sentence may be said: each procedure with its questions.

    Raises:
        KioskError: the folder of scripts does not exist.
    """
    return tuple(
        Place(
            id=one.id,
            title=one.title.in_language(language),
            steps=tuple(
                StepTold(id=question.id, ask=question.ask.in_language(language))
                for question in one.questions
            ),
        )
        for one in _content(settings, today).catalogue.procedures
    )


def hear(settings: Settings, today: date, untrusted: bytes) -> tuple[str, float | None]:
    """What is said in a WAV, and how sure the recogniser is; the sound is kept nowhere.

    Raises:
        KioskError: `sound.unreadable`, `sound.too_long`, or why the recogniser does not run.
    """
    pcm = read_wav(untrusted)
    ear = FileEar(listener_address(settings, bundle=current_of(settings, today).name))
    ear.open()
    try:
        heard = ear.hear(pcm, (), "vi").heard
    finally:
        ear.close()
    return heard.text, heard.confidence


def understand(
    settings: Settings, today: date, text: str, procedure_id: str, step_id: str, language: Language
) -> Tried:
    """What the kiosk would do, and why.

    Args:
        settings: of the site.
        today: procedures not in force on this day are left out.
        text: what somebody says.
        procedure_id: inside which procedure; empty: at the start of a visit.
        step_id: at which of its questions.
        language: of the titles.

    Raises:
        KioskError: `bench.no_such_step`; the folder of scripts does not exist;
            `weights.unreadable`.
    """
    text = text[:MOST_LETTERS]
    content = _content(settings, today)
    understanding = content.understanding.result()
    office = _office(content, settings, today)
    try:
        return _tried(understanding, office, text, (procedure_id, step_id), language)
    finally:
        understanding.forget()


def _tried(
    understanding: Understanding,
    office: Office,
    text: str,
    at: tuple[str, str],
    language: Language,
) -> Tried:
    session = Session(phase=Choosing())
    procedure, question = None, None
    if at[0]:
        procedure, question = _at(office, *at)
        answers = _answers_to(procedure, question)
        session = Session(phase=Guiding(procedure, answers=answers))
    intent = understanding.understand(session, office, text)
    became = understanding.became(text)
    lookup = understanding.weights
    ranking = understanding.at_start(text)
    options: tuple[OptionTold, ...] = ()
    if procedure is not None and question is not None:
        options = _options(understanding, procedure, question, text, language)
    return Tried(
        text=text,
        said=words_of(text),
        plain=became.plain,
        meant=became.meant,
        repaired=became.repaired,
        marks=tuple(sorted(one.value for one in marks(became.repaired))),
        decision=decision_of(intent, procedure, question, language),
        answer_from=lookup.answer_from,
        clarify_from=lookup.clarify_from,
        none=ranking.none,
        candidates=_candidates(understanding, office, text, language),
        options=options,
    )


def _candidates(
    understanding: Understanding, office: Office, text: str, language: Language
) -> tuple[CandidateTold, ...]:
    found = []
    for one in understanding.reasons(text, most=MOST_CANDIDATES):
        entry = one.hit.entry
        shown: Procedure | Card | None = office.procedure(entry.id) or office.card(entry.id)
        vi, en = entry.title, entry.title_in_english
        if shown is not None:
            vi, en = shown.title.vi, shown.title.en
        is_english = language == "en" and en not in ("", vi)
        found.append(
            CandidateTold(
                id=entry.id,
                code=entry.code,
                title=en if is_english else vi,
                title_language="en" if is_english else "vi",
                kind=entry.kind.value,
                small_talk=_small_talk(entry),
                probability=one.hit.score,
                wording=one.wording,
                likeness=one.likeness,
                covered=one.covered,
                taught=one.taught,
            )
        )
    return tuple(found)


def _small_talk(entry: Entry) -> str:
    is_talk = entry.kind is Kind.SMALL_TALK
    return entry.id.removeprefix(SMALL_TALK) if is_talk else ""


def _options(
    understanding: Understanding,
    procedure: Procedure,
    question: Question,
    text: str,
    language: Language,
) -> tuple[OptionTold, ...]:
    ranked = understanding.ranked(procedure, question, text)[:MOST_OPTIONS]
    return tuple(
        OptionTold(
            kind=one.option.meant.value,
            id=one.option.id,
            label=_label(one, procedure, question, language),
            score=one.score,
            likeness=one.likeness,
            wording=understanding.nearest(procedure, question, one.option, text),
        )
        for one in ranked
    )


def _label(found: Found, procedure: Procedure, question: Question, language: Language) -> str:
    """What an option says; empty where the console has a word of its own for it."""
    if found.option.meant is Meant.CHOICE:
        choice = question.choice(found.option.id)
        return choice.label.in_language(language) if choice is not None else ""
    asides = {one.id: one.ask.in_language(language) for one in procedure.asides}
    return asides.get(found.option.id, "")


def _at(office: Office, procedure_id: str, step_id: str) -> tuple[Procedure, Question]:
    procedure = office.procedure(procedure_id)
    step = procedure.step(step_id) if procedure is not None else None
    if procedure is None or not isinstance(step, Question):
        raise KioskError("bench.no_such_step")
    return procedure, step


def _answers_to(procedure: Procedure, question: Question) -> Answers:
    """The answers of some way to a question."""
    for path in every_path(procedure):
        before: list[tuple[str, str]] = []
        for answered in path.behind:
            if answered.question.id == question.id:
                return tuple(before)
            before.append((answered.question.id, answered.choice.id))
    raise KioskError("bench.no_such_step")


def _office(content: Content, settings: Settings, today: date) -> Office:
    ward = settings.ward
    office = Office(
        name=ward.name,
        place=ward.office,
        counters=settings.counters,
        portal=ward.portal,
        procedures=(),
        today=today,
        home="vi",
        countdown_seconds=settings.idle.countdown_seconds,
        pin_digits=settings.staff.pin_digits,
    )
    return replace(content.renewal.office(office), today=today)


def _content(settings: Settings, today: date) -> Content:
    """What the kiosk offers; built anew when that has changed."""
    folder, state = current_of(settings, today).procedures, settings.folders.state_path
    learned = (state / WEIGHTS_FILE, state / CARDS_FILE)
    stamp = (today, str(folder), *_changes([*sorted(folder.rglob("*")), *learned]))
    if _kept.content is None or _kept.stamp != stamp:
        _kept.content = content_of(settings, today)
        _kept.stamp = stamp
    return _kept.content


def _changes(files: Iterable[Path]) -> tuple[int, ...]:
    """When each of those that are there was written last."""
    return tuple(one.stat().st_mtime_ns for one in files if one.is_file())
