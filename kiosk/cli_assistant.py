"""The commands around understanding: ask, eval, train."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from kiosk.app import WEIGHTS_FILE, entries_of, lookup_of
from kiosk.assistant.asking import MOST_LINE_BYTES, Asked, Decision, as_json, ask, read_question
from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.evaluation import Figures, Marked, failures, figures
from kiosk.assistant.learning import Lesson, learn
from kiosk.assistant.lookup import Lookup
from kiosk.assistant.noise import Mishearing, without_diacritics
from kiosk.assistant.question_file import QUESTIONS, Question, read_questions
from kiosk.assistant.weights_file import save_weights
from kiosk.bundle_current import current_of
from kiosk.card_file import CARDS_FILE, load_cards
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.errors import KioskError
from kiosk.findable import of_national_card
from kiosk.national import read_national
from kiosk.procedure import Language
from kiosk.terminal import Lang, Site, fail, language_of, sentence_of, settings_of
from kiosk.words_files import load_words

LEARNING_NOISE = 0.2
LEARNING_SEED = 7
"""Share of the syllables misheard in a third of the lessons, and the seed of that noise."""

assistant = typer.Typer()

CatalogueAt = Annotated[
    Path | None,
    typer.Option("--catalogue", help="Another folder of scripts, or the national .jsonl.gz."),
]


@assistant.command(name="ask")
def ask_command(
    text: Annotated[str | None, typer.Argument(help="What somebody says.")] = None,
    *,
    as_json_line: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    jsonl: Annotated[Path | None, typer.Option(help="A file of questions, one a line.")] = None,
    catalogue: CatalogueAt = None,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Say what a sentence means at the start of a visit: answer, ask back, or out of scope."""
    language = language_of(lang)
    if (text is None) == (jsonl is None):
        raise typer.BadParameter("TEXT | --jsonl FILE")
    try:
        lookup = lookup_for(entries_for(catalogue, site, language), site, language)
        if jsonl is not None:
            with _opened(jsonl) as questions:
                for line in _lines(questions):
                    typer.echo(_answer_line(line, lookup, language))
            return
    except KioskError as error:
        fail(error, language)
    asked = ask(lookup, text or "")
    typer.echo(as_json(asked) if as_json_line else _in_words(asked, language))


@assistant.command(name="eval")
def eval_command(
    questions: Annotated[Path, typer.Argument(help="Questions with their codes, one a line.")],
    *,
    noise: Annotated[float, typer.Option(min=0, max=1, help="Share of syllables misheard.")] = 0.0,
    is_plain: Annotated[bool, typer.Option("--plain", help="Without diacritics.")] = False,
    seed: Annotated[int, typer.Option(help="Of the noise.")] = 1,
    only: Annotated[str | None, typer.Option(help="Only questions of this style.")] = None,
    as_json_object: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    catalogue: CatalogueAt = None,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Measure how well questions are understood; list what was answered wrongly."""
    language, words = language_of(lang), load_words()
    try:
        asked = [one for one in read_questions(questions) if only in (None, one.style)]
        entries = entries_for(catalogue, site, language)
        lookup = lookup_for(entries, site, language)
    except KioskError as error:
        fail(error, language)
    mishearing = Mishearing((text for one in entries for text in one.wordings), seed=seed)
    offered = {entry.code for entry in entries if entry.is_offered}
    marked = []
    for one in asked:
        text = mishearing.of(one.text, strength=noise) if noise else one.text
        marked.append(_marked(one, without_diacritics(text) if is_plain else text, lookup, offered))
    found = figures(marked)
    wrong = [one for one in marked if one.is_confidently_wrong]
    missed = [
        one for one in marked if one.codes and one.best[:1] not in {(code,) for code in one.codes}
    ]
    if as_json_object:
        told = {
            **asdict(found),
            "confidently_wrong_list": [_told(one) for one in wrong],
            "missed_list": [_told(one) for one in missed],
            "failures": failures(marked),
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _print_figures(found, language)
    for title, rows in (("eval.wrong", wrong), ("eval.missed", missed)):
        typer.echo(words.say(title, language, count=len(rows)))
        for row in rows:
            told = _told(row)
            typer.echo(f"  {told['text']}: {told['best']} ≠ {told['codes']}")
    typer.echo(words.say("eval.failures", language))
    for code, count, of in failures(marked):
        typer.echo(f"  {code}: {count}/{of}")


@assistant.command()
def train(
    *,
    out: Annotated[
        Path | None, typer.Option(help="The file; left out: this machine's own.")
    ] = None,
    questions: Annotated[Path, typer.Option(help="Questions to learn from.")] = QUESTIONS,
    catalogue: Annotated[Path, typer.Option(help="A folder of scripts.")] = SHIPPED_PROCEDURES,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Learn the weights of the lookup from the wordings; after wordings were added or changed."""
    language, words = language_of(lang), load_words()
    file = out or _state(site, language) / WEIGHTS_FILE
    try:
        lessons = [one.lesson for one in read_questions(questions)]
        entries = taught(catalogue)
        weights = learn(entries, _as_they_come(lessons, entries), load_standard())
        save_weights(weights, file)
    except KioskError as error:
        fail(error, language)
    counts = {
        "texts": sum(1 + len(one.wordings) for one in entries),
        "entries": len(entries),
        "questions": len(lessons),
        "file": file,
    }
    typer.echo(words.say("cli.trained", language, **counts))


def taught(folder: Path) -> tuple[Entry, ...]:
    """What there is to learn in a folder of scripts.

    The wordings of cards are learned as if every card were here, so that what is learned
    depends on the folder alone and serves kiosks with and without imported cards.
    """
    catalogue = load_catalogue(folder)
    cards = [
        Entry(id=code, code=code, title=texts[0], kind=Kind.COMMUNE)
        for code, texts in catalogue.wordings.items()
    ]
    return entries_of(catalogue, cards, None)


def _as_they_come(lessons: Sequence[Lesson], entries: Sequence[Entry]) -> list[Lesson]:
    """The lessons as written, without diacritics, and misheard: all three come to a kiosk."""
    mishearing = Mishearing((text for one in entries for text in one.wordings), seed=LEARNING_SEED)
    return [
        *lessons,
        *(replace(one, text=without_diacritics(one.text)) for one in lessons),
        *(replace(one, text=mishearing.of(one.text, strength=LEARNING_NOISE)) for one in lessons),
    ]


def _marked(one: Question, text: str, lookup: Lookup, offered: Collection[str]) -> Marked:
    return Marked(
        text=text,
        codes=frozenset(one.codes).intersection(offered),
        is_ambiguous=one.is_ambiguous,
        asked=ask(lookup, text),
        ranking=lookup.rank(text),
    )


def _told(one: Marked) -> dict[str, object]:
    best = one.ranking.hits[0] if one.ranking.hits else None
    return {
        "text": one.text,
        "best": f"{best.entry.id} {best.score:.2f}" if best else "–",
        "codes": ", ".join(sorted(one.codes)) or "–",
    }


def _print_figures(found: Figures, language: Language) -> None:
    words = load_words()
    shares = {
        key: f"{100 * getattr(found, key):.1f}"
        for key in ("recall_1", "recall_3", "answered", "confidently_wrong", "refused")
    }
    counts = {"questions": found.questions, "offered": found.offered}
    typer.echo(words.say("eval.figures", language, **counts, **shares))
    decisions = ", ".join(f"{one.value} {found.decisions.get(one.value, 0)}" for one in Decision)
    typer.echo(words.say("eval.decisions", language, decisions=decisions))
    typer.echo(words.say("eval.reliability", language))
    for bar in (one for one in found.reliability if one.count):
        drawn = "█" * round(20 * bar.right)
        typer.echo(f"  {bar.said:4.2f} → {bar.right:4.2f} {drawn:20} ({bar.count})")


def lookup_for(entries: Sequence[Entry], site: Path | None, language: Language) -> Lookup:
    """The lookup in these entries, with the weights of this site."""
    return lookup_of(entries, _state(site, language))


def _state(site: Path | None, language: Language) -> Path:
    return settings_of(site, language).folders.state_path


def entries_for(catalogue: Path | None, site: Path | None, language: Language) -> tuple[Entry, ...]:
    """What can be found: here, in another folder, or with another national catalogue."""
    today = date.today()  # noqa: DTZ011 - the day where the kiosk stands
    settings = settings_of(site, language)
    here = current_of(settings, today).procedures
    if catalogue is not None and catalogue.is_file():
        return entries_of(load_catalogue(here), read_national(catalogue), today)
    cards = settings.folders.state_path / CARDS_FILE
    national = [of_national_card(one) for one in load_cards(cards)]
    return entries_of(load_catalogue(catalogue or here), national, today)


def _answer_line(line: bytes, lookup: Lookup, language: Language) -> str:
    try:
        return as_json(ask(lookup, read_question(line)))
    except KioskError as error:
        return json.dumps({"error": sentence_of(error, language)}, ensure_ascii=False)


def _in_words(asked: Asked, language: Language) -> str:
    rows = [load_words().say(f"cli.{asked.decision.value}", language)]
    shown = asked.candidates[:1] if asked.decision is Decision.ANSWER else asked.candidates
    rows += [f"  {one.title} ({one.code}), {one.score:.2f}" for one in shown]
    return "\n".join(rows)


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise KioskError("ask.no_file", error.strerror or "", file=str(file)) from error


def _lines(opened: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is too long only the beginning, never held whole."""
    while line := opened.readline(MOST_LINE_BYTES + 1):
        rest = line
        while len(rest) > MOST_LINE_BYTES and not rest.endswith(b"\n"):
            rest = opened.readline(MOST_LINE_BYTES + 1)
        yield line
