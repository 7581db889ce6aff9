"""The console's sentences: complete in both languages, and each one is used."""

import re
from pathlib import Path

import pytest

from kiosk.assistant.entry import Kind
from kiosk.assistant.marks import Mark
from kiosk.assistant.options import Meant
from kiosk.assistant.small_talk_file import load_small_talk
from kiosk.command import Message
from kiosk.console.accounts import Role
from kiosk.console.card import CardWords, card_of, duration
from kiosk.console.files import HERE, console_words
from kiosk.draft import Stage, Step
from kiosk.intent import Wish
from kiosk.notice import NoticeKind
from kiosk.procedure import Language, Text
from kiosk.script_fields import Part
from kiosk.standing import Doing, Help, HelpKind, Place, Standing
from kiosk.voice import Loudness
from kiosk.words import Words, gaps
from kiosk.words_files import load_words

VI, EN = (console_words().tables[language] for language in ("vi", "en"))
MADE = (
    *("doing.", "place.", "help.", "help_number.", "trial.", "message.", "loudness.", "role."),
    *("sent.", "deed.", "audit.", "notice_kind.", "notice_fault.", "accounts.done."),
    *("script_part.", "script_field.", "typed."),
    *("draft_stage.", "draft_step.", "script_confirmed.", "script_count.", "script_hint."),
    *("bundle_refusal.", "form_refusal.", "bundles.column_"),
    *("bundles.hearing_", "preview.in_", "preview.as_"),
    *("decision.", "wish.", "entry.", "option.", "mark.", "small_talk."),
)
"""Tables whose keys come from closed lists: held against those below."""


def test_both_files_have_the_same_keys_and_gaps_in_the_same_order() -> None:
    assert list(VI) == list(EN)
    assert [key for key in VI if gaps(VI[key]) != gaps(EN[key])] == []


def test_every_class_of_small_talk_has_its_name() -> None:
    assert {key for key in VI if key.startswith("small_talk.")} == {
        f"small_talk.{one}" for one in load_small_talk()
    }


def test_every_sentence_is_used() -> None:
    sources = [*HERE.rglob("*.py"), *HERE.rglob("*.html"), *HERE.parent.glob("*console*.py")]
    text = "\n".join(Path(file).read_text(encoding="utf-8") for file in sources)
    unused = [key for key in VI if not key.startswith(MADE) and f'"{key}"' not in text]
    assert [key for key in unused if f"'{key}'" not in text] == []


def test_what_pages_say_otherwise_than_the_command_line_is_said_there_too() -> None:
    keys = [key.removeprefix("bundle_refusal.") for key in VI if key.startswith("bundle_refusal.")]
    assert keys
    own = load_words().tables["vi"]
    for key in keys:
        assert gaps(VI[f"bundle_refusal.{key}"]) <= gaps(own[f"error.bundle.{key}"]), key


def test_every_key_that_a_page_names_exists() -> None:
    for file in HERE.rglob("*.html"):
        for key in re.findall(r"say\([\"']([a-z_.]+)[\"'][,)]", file.read_text(encoding="utf-8")):
            assert key in VI, f"{file.name}: {key}"


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        ("doing", Doing),
        ("place", Place),
        ("help", HelpKind),
        ("help_number", HelpKind),
        ("message", Message),
        ("loudness", Loudness),
        ("role", Role),
        ("notice_kind", NoticeKind),
        ("script_part", Part),
        ("draft_stage", Stage),
        ("draft_step", Step),
        ("wish", Wish),
        ("entry", Kind),
        ("option", Meant),
        ("mark", Mark),
    ],
)
def test_every_kind_has_its_sentence_and_no_sentence_is_left_over(table: str, kinds: type) -> None:
    wanted = {f"{table}.{one.value}" for one in kinds}  # type: ignore[attr-defined]  # all are enumerations
    assert {key for key in VI if key.startswith(f"{table}.")} == wanted


def test_every_message_has_its_sentence_on_the_kiosk() -> None:
    for language in load_words().tables:
        for message in Message:
            assert load_words().has(f"summons.{message.value}"), language


# A card


WORDS = CardWords(console=console_words(), kiosk=load_words())


def test_a_card_says_procedure_and_step() -> None:
    standing = Standing(
        kiosk="k",
        name="Máy",
        doing=Doing.GUIDING,
        since=100.0,
        procedure=Text(vi="Đăng ký khai sinh", en="Register a birth"),
        place=Place.QUESTION,
        step=2,
        troubles=("printer.no_paper", "script.left_out: x/script.yaml", "no.such"),
        trial="printer.timeout",
    )
    card = card_of(standing, words=WORDS, language="vi", now=220.0)
    assert card.state == "Đang hướng dẫn: Đăng ký khai sinh – câu hỏi 2"
    assert card.since == "2 phút"
    assert "hết giấy" in card.troubles[0]
    assert "x/script.yaml" in card.troubles[1]
    assert card.trial == "Máy in không trả lời: hãy tắt bật máy in rồi in thử."
    english = card_of(standing, words=WORDS, language="en", now=220.0)
    assert english.state == "Guiding: Register a birth – question 2"


@pytest.mark.parametrize("kind", HelpKind)
def test_a_call_rings_until_it_is_answered(kind: HelpKind) -> None:
    asked = Standing(kiosk="k", name="Máy", help=Help(kind=kind, since=0.0))
    card = card_of(asked, words=WORDS, language="vi", now=42.0)
    assert card.is_ringing
    assert card.help
    assert card.help_since == "40 giây"
    assert bool(card.help_number) is (kind is not HelpKind.CALLED)
    answered = Standing(kiosk="k", name="Máy", help=Help(kind=kind, since=0.0, is_answered=True))
    assert not card_of(answered, words=WORDS, language="vi", now=42.0).is_ringing


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-500, "vừa xong"),
        (0, "vừa xong"),
        (4.9, "vừa xong"),
        (5, "5 giây"),
        (59, "55 giây"),
        (60, "1 phút"),
        (3599, "59 phút"),
        (3660, "1 giờ 1 phút"),
    ],
)
def test_how_long_is_said_roughly(words: Words, seconds: float, said: str) -> None:
    language: Language = "vi"
    assert duration(seconds, console_words(), language) == said
    assert words.has("staff.title"), "the kiosk's own words are others"


def test_everything_that_may_be_wrong_with_a_notice_has_its_sentence() -> None:
    source = (HERE / "notice_form.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'code="(\w+)"', source)) | {"look_alike", "invisible", "not_shown"}
    assert {key for key in VI if key.startswith("notice_fault.")} == {
        f"notice_fault.{code}" for code in codes
    }
