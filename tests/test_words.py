"""Our fixed sentences: complete in both languages, and each one is used."""

import ast
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

import kiosk
from kiosk.console.files import console_words
from kiosk.letters import _VIETNAMESE
from kiosk.procedure import LANGUAGES
from kiosk.tally import Counted, InputMode
from kiosk.usage import USAGE_FILE
from kiosk.words import Words, gaps
from kiosk.words_files import FOLDER, load_words

SOURCES = sorted(Path(kiosk.__file__).parent.rglob("*.py"))
WORDS = load_words()
VI, EN = WORDS.tables["vi"], WORDS.tables["en"]

CONSOLE = console_words().tables["vi"]
"""The staff console has its own sentences: tests/test_console_words.py."""

CODE = re.compile(r"[a-z]+\.[a-z_]+")
NEVER_SHOWN = {"printer.dropped"}
"""Codes that the program only tells itself."""

ANYWHERE = (
    "bench.",
    "doctor.",
    "error.",
    "fault.",
    "not_yet.",
    "slip.trouble.",
    "trouble.",
    "usage.",
)
"""Tables whose keys are made of codes that come from other modules."""


@dataclass(frozen=True)
class Source:
    """What one module says."""

    name: str
    tree: ast.Module

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every string in it."""
        found = (node.value for node in ast.walk(self.tree) if isinstance(node, ast.Constant))
        return frozenset(text.rstrip(": ") for text in found if isinstance(text, str))

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Every string with gaps that may be a key: `life.{...}`."""
        return tuple(self._patterns())

    def _patterns(self) -> Iterator[re.Pattern[str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
                    for part in node.values
                ]
                if re.match(r"[a-z_\\.]+\\\.", parts[0]):
                    yield re.compile("".join(parts))

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """The calls of functions or methods with these names."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else ""
                name = function.id if isinstance(function, ast.Name) else name
                if name in names:
                    yield node


@cache
def sources() -> tuple[Source, ...]:
    return tuple(
        Source(str(file.relative_to(FOLDER.parent)), ast.parse(file.read_text(encoding="utf-8")))
        for file in SOURCES
    )


@cache
def all_texts() -> frozenset[str]:
    return frozenset(text for source in sources() for text in source.texts)


def literals(node: ast.expr) -> list[str]:
    """The strings that an argument may be."""
    if isinstance(node, ast.IfExp):
        return [*literals(node.body), *literals(node.orelse)]
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return [str(node.value)] if is_text and isinstance(node, ast.Constant) else []


def given(call: ast.Call) -> set[str] | None:
    """The names of the values in a call; None: they cannot be seen."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name is not None}


# The two files


def test_both_files_have_the_same_keys_in_the_same_order() -> None:
    assert list(VI) == list(EN)


def test_no_key_stands_twice_and_the_files_are_composed_text() -> None:
    for language in LANGUAGES:
        text = (FOLDER / f"{language}.toml").read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text)
        assert tomllib.loads(text), "a repeated key is a syntax error in TOML"


@pytest.mark.parametrize("key", VI)
def test_a_sentence_has_the_same_gaps_in_both_languages(key: str) -> None:
    assert gaps(VI[key]) == gaps(EN[key])


@pytest.mark.parametrize("key", VI)
def test_a_sentence_is_there_and_tidy_in_both_languages(key: str) -> None:
    for sentence in (VI[key], EN[key]):
        assert sentence.strip() == sentence != ""
        assert "  " not in sentence
        assert "..." not in sentence, "the ellipsis is one character"
        for letter in sentence:
            assert not letter.isalpha() or letter.casefold() in _VIETNAMESE, letter


def test_the_vietnamese_sentences_are_vietnamese() -> None:
    same = {key for key in VI if VI[key] == EN[key]}
    assert all(not re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", VI[key])) for key in same), same


# Saying


def test_a_gap_without_a_value_is_an_error_at_once() -> None:
    words = Words(tables={"vi": {"a": "Bước {step}"}, "en": {"a": "Step {step}"}})
    assert words.say("a", "vi", step=2) == "Bước 2"
    with pytest.raises(KeyError):
        words.say("a", "vi")
    with pytest.raises(KeyError):
        words.say("b", "vi")
    assert words.has("a")
    assert not words.has("b")


def test_what_fills_a_gap_is_never_read_as_a_gap() -> None:
    words = Words(tables={"vi": {"a": "“{text}”"}, "en": {"a": "“{text}”"}})
    assert words.say("a", "vi", text="{step} {0} %s") == "“{step} {0} %s”"


# The sources and the sentences


def test_every_sentence_is_used_somewhere() -> None:
    of_the_format = "fault_part."  # tests/test_fault_text.py holds these against the format
    assert [key for key in VI if not is_used(key) and not key.startswith(of_the_format)] == []


def test_the_test_above_would_see_an_unused_sentence() -> None:
    for key in ("slip.title", "nav.forward", "error.printer.on_fire", "staff.titles", "life.dau"):
        assert not is_used(key), key


def is_used(key: str) -> bool:
    """Whether some module says this key, or makes it of parts that are there."""
    if key in all_texts():
        return True
    for source in sources():
        texts = all_texts() if key.startswith(ANYWHERE) else source.texts | enum_values()
        for pattern in source.patterns:
            match = pattern.fullmatch(key)
            if match and all(is_a_part(part, texts) for part in match.groups()):
                return True
    made_of = re.fullmatch(r"error\.(listener|speaker)\.(\w+)", key)  # engine.py puts them together
    if made_of and all(part in all_texts() for part in made_of.groups()):
        return True
    [staff_screen] = [source for source in sources() if source.name == "staff_screen.py"]
    said = {text for call in staff_screen.calls("say") for text in literals(call.args[0])}
    return key.startswith("staff.") and key.removeprefix("staff.") in said


def is_a_part(part: str, texts: frozenset[str]) -> bool:
    """Whether something may stand in a gap: a code, a number, a code without its table."""
    codes = (part, f"printer.{part}", part.removeprefix("printer-"))
    return part.isdecimal() or any(code in texts for code in codes)


@cache
def enum_values() -> frozenset[str]:
    """The values of every enum in the sources."""
    return frozenset(
        node.value.value
        for source in sources()
        for kind in ast.walk(source.tree)
        if isinstance(kind, ast.ClassDef)
        and any(getattr(base, "id", "") == "StrEnum" for base in kind.bases)
        for node in kind.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def test_every_sentence_that_is_said_exists_and_its_gaps_are_filled() -> None:
    seen = 0
    for source in sources():
        prefix = "staff." if source.name == "staff_screen.py" else ""
        for call in source.calls("say", "_say"):
            bare = prefix if isinstance(call.func, ast.Name) else ""
            for key in literals(call.args[0]) if call.args else []:
                table = CONSOLE if "console" in source.name else VI
                assert f"{bare}{key}" in table, f"{source.name}:{call.lineno}: no sentence {key}"
                values = given(call)
                if values is not None:
                    missing = gaps(table[f"{bare}{key}"]) - values
                    assert not missing, f"{source.name}:{call.lineno}: {missing} of {key}"
                seen += 1
    assert seen > 80, "the test found the calls"


def test_every_fault_of_a_script_has_its_sentence_and_fills_its_gaps() -> None:
    seen = set()
    for source in sources():
        for call in source.calls("_fault", "_warning"):
            codes = literals(call.args[2]) if len(call.args) > 2 else []
            for code in codes:
                values = given(call)
                assert f"fault.{code}" in VI, f"{source.name}:{call.lineno}"
                assert values is None or gaps(VI[f"fault.{code}"]) == values, code
                seen.add(code)
        for call in source.calls("Fault", "Flaw"):
            for keyword in call.keywords:
                if keyword.arg == "code":
                    codes = literals(keyword.value)
                    assert all(f"fault.{code}" in VI for code in codes), source.name
                    seen.update(codes)
    sentences = {key.removeprefix("fault.") for key in VI if key.startswith("fault.")}
    assert seen == sentences


def test_every_error_that_is_raised_has_its_sentence_and_fills_its_gaps() -> None:
    seen = 0
    for source in sources():
        for call in source.calls("KioskError"):
            for code in literals(call.args[0]):
                if code in NEVER_SHOWN:
                    continue
                tables = ("error", "trouble", "slip.trouble")
                assert any(f"{table}.{code}" in VI for table in tables), f"{source.name}: {code}"
                values = given(call)
                on_the_pad = {"seconds", "digits"} if code.startswith("pin.") else set()
                if values is not None and f"error.{code}" in VI:
                    assert gaps(VI[f"error.{code}"]) <= values | on_the_pad, code
                seen += 1
    assert seen > 20, "the test found the errors"


def test_every_code_of_a_far_end_has_words_for_staff() -> None:
    prefixes = ("printer.", "font.", "usage.", "state.", "site.", "script.")
    codes = {
        text
        for source in sources()
        for text in source.texts
        if source.name in ("printing.py", "thermal.py", "slip_image.py", "usage.py", "app.py")
        and text.startswith(prefixes)
        and CODE.fullmatch(text)
    }
    spoken = {key.partition(".")[2] for key in VI if key.startswith(("trouble.", "error."))}
    assert codes - spoken - set(VI) - NEVER_SHOWN - {USAGE_FILE} == set()
    assert "printer.no_paper" in codes


def test_a_trouble_has_no_gap_but_what_it_is_about() -> None:
    for key in VI:
        if key.startswith("trouble."):
            assert gaps(VI[key]) <= {"about"}, key


def test_what_is_said_on_the_pin_pad_has_no_gap_that_the_pad_cannot_fill() -> None:
    for key in VI:
        if key.startswith("error.pin."):
            assert gaps(VI[key]) <= {"seconds", "digits"}, key


def test_everything_that_is_counted_has_a_name_in_the_report() -> None:
    for name in (*Counted, *InputMode, *LANGUAGES):
        assert f"usage.name.{name}" in VI
    assert all(event.sentence.endswith(".") for event in Counted)
