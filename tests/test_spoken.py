"""What is written is said as people say it: no digit, no abbreviation, nothing twice."""

import re
import shutil
import subprocess
import time
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.assistant.syllable import parse
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.letters import texts
from kiosk.procedure import LANGUAGES, Language
from kiosk.speech.spoken_file import load_rules, load_spoken
from kiosk.speech.spoken_rules import Readings

TABLE = Path(__file__).parent / "data/spoken.tsv"
WORDS = Path(__file__).parent.parent / "kiosk/words"
SPOKEN = load_spoken()
RULES = load_rules()

MOST_MILLISECONDS = 1.0
"""For nineteen of twenty texts, of processor time."""


def pairs() -> dict[str, list[tuple[str, str]]]:
    """Group, which begins with its language -> what is written and what is said."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    group = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("# "):
            group = line[2:]
        else:
            written, said = line.split("\t")
            found[group].append((written, said))
    return found


PAIRS = pairs()


def language_of(group: str) -> Language:
    return "vi" if group.startswith("vi ") else "en"


TERMINAL = frozenset(
    (
        *("fault", "fault_part", "cli", "refused", "draw", "diff", "doctor", "bench"),
        *("error", "trouble", "usage", "eval", "models", "bundle", "keys", "broker"),
    )
)
"""Tables of what is printed in a terminal or on the staff sheet, which nobody reads aloud."""


def fixed_sentences(language: Language) -> Iterator[str]:
    """Every sentence that may stand on a screen, its gaps filled with a number."""

    def strings(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from chain.from_iterable(map(strings, value.values()))
        elif isinstance(value, str):
            yield re.sub(r"\{\w+\}", "12", value)

    tables = tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))
    yield from strings({name: one for name, one in tables.items() if name not in TERMINAL})


def shown(language: Language) -> list[str]:
    """Everything that the kiosk may show in a language; what citizens say is not among it."""
    scripts = [
        text
        for procedure in load_catalogue(SHIPPED_PROCEDURES).procedures
        for place, text in texts(procedure)
        if place[-1] == language and "heard_as" not in place
    ]
    return [*scripts, *fixed_sentences(language)]


SHOWN = {language: shown(language) for language in LANGUAGES}


def unsayable(said: str) -> list[str]:
    """The words that are no Vietnamese syllable."""
    words = re.findall(r"\w+", said)
    return [word for word in words if parse(word.lower()) is None and word not in NAMES]


NAMES = frozenset(["Đắk", "Lắk"])
"""Names that stay as they are written."""


@pytest.mark.parametrize("group", PAIRS)
def test_the_table_is_said_as_people_say_it(group: str) -> None:
    said = {written: SPOKEN(written, language_of(group)) for written, _ in PAIRS[group]}
    assert said == dict(PAIRS[group])


def test_the_table_is_large() -> None:
    assert sum(map(len, PAIRS.values())) >= 300
    assert len(PAIRS) >= 20


def test_vietnamese_is_what_is_said_where_no_language_is_named() -> None:
    assert SPOKEN("8.000 đồng") == "tám nghìn đồng"


def test_everything_that_the_kiosk_shows_can_be_said() -> None:
    left = {text: unsayable(SPOKEN(text)) for text in SHOWN["vi"]}
    assert {text: words for text, words in left.items() if words} == {}


def test_every_abbreviation_that_the_kiosk_shows_has_been_decided() -> None:
    known = {*RULES.vi.abbreviations, *RULES.vi.places, *RULES.vi.units}
    known |= {one.upper() for one in RULES.vi.respellings}
    of_laws = {*RULES.vi.laws.kinds, *RULES.vi.laws.issuers, *RULES.vi.laws.assembly}
    found = {
        word
        for text in SHOWN["vi"]
        for word in re.findall(r"(?<![\w/-])[A-ZĐ]{2,}(?![\w/-])", text)
        if parse(word.lower()) is None
    }
    in_numbers = {
        part
        for text in SHOWN["vi"]
        for suffix in re.findall(r"\d/([A-ZĐ]{2,}(?:-[A-ZĐ]\w*)*)", text)
        for part in re.findall(r"[A-ZĐ]{2,}(?:Tg)?|TTg", suffix)
    }
    assert found - known == set()
    assert in_numbers - of_laws == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_saying_twice_changes_nothing(language: Language) -> None:
    once = {SPOKEN(text, language) for text in SHOWN[language]}
    changed = {said: again for said in once if (again := SPOKEN(said, language)) != said}
    assert changed == {}


def is_read_otherwise(word: str) -> bool:
    """In capitals, or with a reading of its own."""
    return (len(word) > 1 and word.isupper()) or word.lower() in RULES.vi.respellings


def test_a_text_without_anything_to_spell_out_stays_letter_for_letter() -> None:
    sayable = [
        text
        for text in SHOWN["vi"]
        if re.fullmatch(r"(?:[^\W\d_]|[ ,.?])+", text)
        and ".." not in text
        and not unsayable(text)
        and not any(is_read_otherwise(word) for word in re.findall(r"\w+", text))
    ]
    assert len(sayable) > 500
    assert [text for text in sayable if SPOKEN(text) != text] == []


def test_english_keeps_vietnamese_names_and_spells_codes() -> None:
    for text in SHOWN["en"]:
        said = SPOKEN(text, "en")
        assert re.search(r"[A-ZĐ]{2,}|\d/\d", said) is None, (text, said)
        names = re.findall(r"[^\W\d_]*[à-ỹđ][^\W\d_]*", re.sub(r"\S+/\S+", "", text))
        assert [name for name in names if name not in said] == []


FRAGMENTS = (
    *("22/11/2026", "11/2026", "5/9", "7h30", "07:30–11:30", "24/7", "8.000đ", "1,5", "3-5", "10%"),
    *("0912 345 678", "1900 1009", "113", "123/2015/NĐ-CP", "QH13", "1.001193", "CT01", "2a"),
    *("UBND", "TP.HCM", "VNeID", "ABC", "XYZ", "II", "IV", "m²", "km/h", "đ/bản", "và/hoặc"),
    *("(", ")", "“", "”", "·", "…", "v.v.", "&", "+", "-", "–", "/", "@", "dichvucong.gov.vn"),
    *("ngày", "tháng", "từ", "số", "gọi", "mẫu", "quý", "cấp", "Nghị định", "ông/bà", "đồng"),
    *("\n", "\u00a0", "½", "³", "٣", "H'Mông", "e-mail", "NGUYỄN VĂN AN", "Đắk Lắk", "_", "0"),
)
MIXED = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=12).map(" ".join)
GLUED = st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join)


@given(MIXED | GLUED)
@settings(max_examples=400, deadline=None)
def test_no_digit_is_ever_left_and_the_letters_are_composed(text: str) -> None:
    said = SPOKEN(text)
    assert not any(letter.isdigit() for letter in said)
    assert unicodedata.is_normalized("NFC", said)
    assert said == " ".join(said.split())


@given(MIXED | GLUED)
@settings(max_examples=400, deadline=None)
def test_no_word_in_capitals_is_ever_left(text: str) -> None:
    assert re.search(r"[A-ZĐ]{2,}", SPOKEN(text)) is None


@given(MIXED | GLUED)
@settings(max_examples=400, deadline=None)
def test_saying_any_text_twice_changes_nothing(text: str) -> None:
    said = SPOKEN(text)
    assert SPOKEN(said) == said


@given(MIXED | GLUED)
@settings(max_examples=400, deadline=None)
def test_any_text_can_be_said_in_english(text: str) -> None:
    assert unicodedata.is_normalized("NFC", SPOKEN(text, "en"))


MOST_SECONDS = 6
"""For 6,000 letters of nothing but numbers, on a busy machine; it is half a second a thousand."""


@pytest.mark.parametrize(
    "filler", ["1", "a.", "1/", "A ", "0912 ", "(", "-", "đồng/", "1.000", "..."]
)
def test_a_very_long_text_takes_no_longer_than_its_length(filler: str) -> None:
    text = filler * (6000 // len(filler))
    begin = time.thread_time()
    SPOKEN(text)
    SPOKEN(text, "en")
    assert time.thread_time() - begin < MOST_SECONDS


def test_a_text_is_ready_within_a_millisecond() -> None:
    taken = []
    for text in SHOWN["vi"][::4]:
        begin = time.thread_time()
        SPOKEN(text)
        taken.append((time.thread_time() - begin) * 1000)
    assert sorted(taken)[int(len(taken) * 0.95)] < MOST_MILLISECONDS


def readings() -> dict[str, Readings]:
    vi = RULES.vi
    return {
        "letters": vi.letters,
        "abbreviations": vi.abbreviations,
        "places": vi.places,
        "respellings": vi.respellings,
        "units": vi.units,
        "slashes": vi.slashes,
        "signs": vi.signs,
        "kinds": vi.laws.kinds,
        "issuers": vi.laws.issuers,
        "assembly": vi.laws.assembly,
        "endings": vi.addresses.endings,
        "parts": vi.addresses.parts,
        "separators": vi.addresses.separators,
    }


@pytest.mark.parametrize("table", readings())
def test_every_reading_is_made_of_vietnamese_syllables_and_stays_as_it_is(table: str) -> None:
    faults = [
        said for said in readings()[table].values() if unsayable(said) or SPOKEN(said) != said
    ]
    assert faults == []


def test_every_letter_of_the_alphabet_has_a_name() -> None:
    assert set("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz") <= set(RULES.vi.letters)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_the_voice_reads_each_word_as_one_syllable_and_spells_none() -> None:
    said = [SPOKEN(text) for text in SHOWN["vi"]]
    said += [said for group in PAIRS for _, said in PAIRS[group] if language_of(group) == "vi"]
    said += [reading for table in readings().values() for reading in table.values()]
    words = sorted({word for text in said for word in re.findall(r"[^\W\d_]+", text.lower())})
    done = subprocess.run(
        ["espeak-ng", "-v", "vi", "-q", "-x"],  # noqa: S607 - wherever the system has it
        input=".\n".join(words) + ".\n",
        capture_output=True,
        text=True,
        check=True,
    )
    sounds = done.stdout.splitlines()
    assert len(sounds) == len(words)
    # Each syllable bears one tone, written as a digit.
    tones = {word: len(re.findall(r"\d", heard)) for word, heard in zip(words, sounds, strict=True)}
    assert {word: count for word, count in tones.items() if count != 1} == {}
