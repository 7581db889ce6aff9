"""The commands around speech: hear, say."""

import json
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kiosk.app_sound import listener_address, listener_of, speaker_address
from kiosk.assistant.asking import Decision, as_json, ask
from kiosk.assistant.lookup import Lookup
from kiosk.bundle_current import current_of
from kiosk.cli_assistant import CatalogueAt, entries_for, lookup_for
from kiosk.engine_link import Address, address_of
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.settings import Settings
from kiosk.speech.accuracy import MarkedSound, SoundFigures, figures
from kiosk.speech.heard_file import FileEar, Recording, Recordings, read_list, read_sound
from kiosk.speech.reports import Heard
from kiosk.speech.said_file import said
from kiosk.speech.sound import SECOND_BYTES
from kiosk.speech.spoken_file import load_spoken
from kiosk.terminal import Lang, Site, fail, language_of, sentence_of, settings_of
from kiosk.words_files import load_words

speech = typer.Typer()

EngineAt = Annotated[
    str | None, typer.Option("--engine", help="Another engine: tcp://host:port or stdio:program.")
]


@speech.command(name="hear")
def hear_command(
    file: Annotated[Path | None, typer.Argument(help="A recording.")] = None,
    *,
    as_json_line: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    jsonl: Annotated[Path | None, typer.Option(help="A list of recordings, one a line.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="Only lines of the list with KEY=VALUE.")
    ] = None,
    only_figures: Annotated[
        bool, typer.Option("--figures", help="Of a list only the figures, as JSON.")
    ] = False,
    is_paced: Annotated[
        bool, typer.Option("--paced", help="Send sound as fast as it is spoken, not faster.")
    ] = False,
    hint: Annotated[list[str] | None, typer.Option(help="A phrase that may be said.")] = None,
    model: Annotated[Path | None, typer.Option(help="The folder of a model.")] = None,
    engine: EngineAt = None,
    catalogue: CatalogueAt = None,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Recognise recorded speech and say what it means, as `ask` does."""
    language = language_of(lang)
    if (file is None) == (jsonl is None):
        raise typer.BadParameter("FILE | --jsonl LIST")
    try:
        address = _listener(engine, model, settings_of(site, language))
        # What cannot be read is refused before anything is loaded.
        pcm = read_sound(file) if file is not None else b""
        chosen = dict(_pair(one) for one in where or ())
        listed = tuple(read_list(jsonl, chosen)) if jsonl is not None else ()
        entries = entries_for(catalogue, site, language)
        offered = frozenset(entry.code for entry in entries if entry.is_offered)
        lookup = lookup_for(entries, site, language)
        with _opened(address) as ear:
            hearing = _Hearing(ear, lookup, language, tuple(hint or ()), offered, is_paced=is_paced)
            if jsonl is not None:
                found = hearing.all_of(listed, jsonl.parent, is_quiet=only_figures)
                _print_figures(found, language, is_json=only_figures)
                return
            told, _ = hearing.one(pcm, Recording(file=str(file)))
    except KioskError as error:
        fail(error, language)
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json_line else _in_words(told, language))


@speech.command(name="say")
def say_command(
    text: Annotated[str, typer.Argument(help="What is to be said.")],
    out: Annotated[Path, typer.Option(help="The WAV file that is written.")],
    *,
    voice: Annotated[str | None, typer.Option(help="Name of the voice.")] = None,
    rate: Annotated[int | None, typer.Option(min=80, max=450, help="Words a minute.")] = None,
    engine: EngineAt = None,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Render a text with the voice, into a file: numbers and abbreviations as they are said."""
    language = language_of(lang)
    settings = settings_of(site, language)
    speaking = settings.speaking
    try:
        spoken = said(
            load_spoken()(text, language),
            address_of(engine) if engine else speaker_address(settings),
            voice=voice or speaking.voice.in_language(language),
            rate=rate or speaking.words_per_minute,
        )
        try:
            with out.open("wb") as opened, wave.open(opened) as written:
                written.setparams((1, 2, spoken.rate_hertz, 0, "NONE", ""))
                written.writeframes(spoken.pcm)
        except OSError as error:
            raise KioskError("say.not_written", error.strerror or "", file=str(out)) from error
    except KioskError as error:
        fail(error, language)
    seconds = f"{spoken.seconds:.1f}"
    typer.echo(load_words().say("cli.said", language, file=out, seconds=seconds))


def _listener(engine: str | None, model: Path | None, settings: Settings) -> Address:
    if engine is not None:
        return address_of(engine)
    if model is not None:
        return listener_of(model)
    today = date.today()  # noqa: DTZ011 - the day where the kiosk stands
    return listener_address(settings, bundle=current_of(settings, today).name)


class _Hearing:
    """Sends recordings through an ear and understands what it heard."""

    def __init__(
        self,
        ear: FileEar,
        lookup: Lookup,
        language: Language,
        hints: tuple[str, ...],
        offered: frozenset[str],
        *,
        is_paced: bool,
    ) -> None:
        self._ear = ear
        self._lookup = lookup
        self._language = language
        self._hints = hints
        self._offered = offered
        self._is_paced = is_paced

    def one(self, pcm: bytes, recording: Recording) -> tuple[dict[str, object], MarkedSound]:
        """What to tell of a recording, and what to count."""
        hints = (*self._hints, *recording.hints)
        found = self._ear.hear(pcm, hints, self._language, is_paced=self._is_paced)
        marked = MarkedSound(
            truth=recording.text,
            codes=self._offered.intersection(recording.codes),
            text=found.heard.text,
            asked=ask(self._lookup, found.heard.text),
            seconds_audio=len(pcm) / SECOND_BYTES,
            seconds_taken=found.seconds_taken,
            seconds_to_answer=found.seconds_to_answer if self._is_paced else None,
        )
        return _told(found.heard, marked), marked

    def all_of(self, listed: Sequence[Recording], folder: Path, *, is_quiet: bool) -> SoundFigures:
        """The figures of a list; each recording is told on a line of its own."""
        recordings = Recordings(folder)
        marked: list[MarkedSound] = []
        before = self._ear.work()
        try:
            for recording in listed:
                try:
                    told, one = self.one(recordings.sound(recording), recording)
                    marked.append(one)
                except KioskError as error:
                    told = {"error": sentence_of(error, self._language)}
                if not is_quiet:
                    typer.echo(json.dumps({"file": recording.name, **told}, ensure_ascii=False))
        finally:
            recordings.close()
        after = self._ear.work()
        if before is None or after is None:
            return figures(marked, cpu_seconds=None, memory_bytes=None)
        return figures(
            marked,
            # A recogniser that was replaced on the way has begun to count anew.
            cpu_seconds=max(0.0, after.cpu_seconds - before.cpu_seconds),
            memory_bytes=after.most_memory_bytes,
        )


@contextmanager
def _opened(address: Address) -> Iterator[FileEar]:
    ear = FileEar(address)
    ear.open()
    try:
        yield ear
    finally:
        ear.close()


def _told(heard: Heard, marked: MarkedSound) -> dict[str, object]:
    return {
        "text": heard.text,
        "confidence": heard.confidence,
        "was_hinted": heard.was_hinted,
        "seconds_audio": round(marked.seconds_audio, 3),
        "seconds_taken": round(marked.seconds_taken, 3),
        **json.loads(as_json(marked.asked)),
    }


def _in_words(told: dict[str, object], language: Language) -> str:
    candidates = told["candidates"]
    assert isinstance(candidates, list)
    heard = load_words().say("cli.heard", language, text=told["text"] or "–")
    decision = load_words().say(f"cli.{told['decision']}", language)
    shown = candidates[:1] if told["decision"] == Decision.ANSWER else candidates
    rows = [f"  {one['title']} ({one['code']}), {one['score']:.2f}" for one in shown]
    return "\n".join([heard, decision, *rows])


def _print_figures(found: SoundFigures, language: Language, *, is_json: bool) -> None:
    """As JSON they are what was asked for; in words they go beside the lines."""
    if is_json:
        typer.echo(json.dumps(asdict(found)))
        return
    shares = {
        key: _percent(getattr(found, key))
        for key in ("word_error_rate", "right_first", "right_among_three")
    }
    factors = {
        key: f"{value:.2f}" if value is not None else "–"
        for key, value in (
            ("wall", found.real_time_factor),
            ("cpu", found.cpu_factor),
            ("answer", found.answer_seconds_95),
        )
    }
    memory = f"{found.memory_bytes / 2**20:.0f}" if found.memory_bytes is not None else "–"
    counts = {"recordings": found.recordings, "words": found.words, "memory": memory}
    told = load_words().say("cli.heard_figures", language, **counts, **shares, **factors)
    typer.echo(told, err=True)


def _percent(share: float | None) -> str:
    return f"{100 * share:.1f} %" if share is not None else "–"


def _pair(text: str) -> tuple[str, str]:
    key, mark, value = text.partition("=")
    if not mark:
        raise typer.BadParameter("KEY=VALUE")
    return key, value
