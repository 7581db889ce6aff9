"""The console's sentences: complete in both languages, and each one is used."""

import re
from pathlib import Path

import pytest

from kiosk.assistant.entry import Kind
from kiosk.assistant.marks import Mark
from kiosk.assistant.options import Meant
from kiosk.assistant.small_talk_file import load_small_talk
from kiosk.catalogue import SCRIPT, SHIPPED_PROCEDURES
from kiosk.command import Message
from kiosk.console.accounts import Role
from kiosk.console.card import CardWords, card_of, duration
from kiosk.console.files import HERE, console_words
from kiosk.draft import Stage, Step
from kiosk.intent import Wish
from kiosk.notice import NoticeKind
from kiosk.procedure import Language, Text
from kiosk.script import read_script
from kiosk.script_fields import WITH_ENTRIES, Part
from kiosk.script_fields import Kind as FieldKind
from kiosk.script_items import items_of
from kiosk.standing import Doing, Help, HelpKind, Place, Standing
from kiosk.voice import Loudness
from kiosk.words import Words, gaps
from kiosk.words_files import load_words

VI, EN = (console_words().tables[language] for language in ("vi", "en"))
MADE = (
    *("doing.", "place.", "help.", "help_number.", "trial.", "message.", "loudness.", "role."),
    *("sent.", "deed.", "audit.", "notice_kind.", "notice_fault.", "accounts.done."),
    *("script_part.", "script_field.", "typed.", "left."),
    *("script_state.", "script_add.", "script_take_out.", "script_option."),
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
    assert card.since == "2 phút nay"
    assert "hết giấy" in card.troubles[0]
    assert "x/script.yaml" in card.troubles[1]
    assert card.trial == "Máy in không trả lời: hãy tắt bật máy in rồi in thử."
    english = card_of(standing, words=WORDS, language="en", now=220.0)
    assert english.state == "Guiding: Register a birth – question 2"


@pytest.mark.parametrize("table", ["script_add", "script_take_out"])
def test_every_part_into_which_something_can_be_put_has_its_words(table: str) -> None:
    wanted = {f"{table}.{one.value}" for one in WITH_ENTRIES}
    assert {key for key in VI if key.startswith(f"{table}.")} == wanted


def test_whatever_can_be_chosen_for_an_item_has_its_word() -> None:
    file = SHIPPED_PROCEDURES / "tam-tru" / SCRIPT
    procedure, _, _ = read_script(file.read_bytes(), file="")
    assert procedure is not None
    fields = [field for item in items_of(procedure) for field in item.fields]
    options = {
        f"script_option.{one}"
        for field in fields
        if field.kind is FieldKind.OPTION
        for one in field.options
    }
    assert {key for key in VI if key.startswith("script_option.")} == options


@pytest.mark.parametrize("kind", HelpKind)
def test_a_call_rings_until_it_is_answered(kind: HelpKind) -> None:
    asked = Standing(kiosk="k", name="Máy", help=Help(kind=kind, since=0.0))
    card = card_of(asked, words=WORDS, language="vi", now=42.0)
    assert card.is_ringing
    assert card.help
    assert card.help_since == "40 giây nay"
    assert bool(card.help_number) is (kind is not HelpKind.CALLED)
    answered = Standing(kiosk="k", name="Máy", help=Help(kind=kind, since=0.0, is_answered=True))
    assert not card_of(answered, words=WORDS, language="vi", now=42.0).is_ringing


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-500, "mới đây"),
        (0, "mới đây"),
        (4.9, "mới đây"),
        (5, "5 giây nay"),
        (59, "55 giây nay"),
        (60, "1 phút nay"),
        (3599, "59 phút nay"),
        (3600, "1 giờ nay"),
        (3660, "1 giờ 1 phút nay"),
        (86_399, "23 giờ 59 phút nay"),
        (86_400, "1 ngày nay"),
        (259_200, "3 ngày nay"),
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


@pytest.mark.parametrize("language", ["vi", "en"])
def test_one_of_a_thing_is_not_said_as_many(language: Language) -> None:
    words = console_words()
    singles = {
        "board.calls": "board.one_calls",
        "scripts.found": "scripts.found_one",
        "drafts.count": "drafts.one_change",
        "bundles.faults": "bundles.one_fault",
        "bundles.warnings": "bundles.one_warning",
    }
    for many, one in singles.items():
        said = words.say(one, language)
        assert said.startswith(("1 ", "Thấy 1 "))
        is_same = said == words.say(many, language, count=1)
        assert is_same is (language == "vi"), one
