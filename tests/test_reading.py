"""What is hard to read in a script."""

from dataclasses import replace

import pytest

from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.procedure import HeardAs, Procedure, Text
from kiosk.reading import MOST_WORDS, PLAIN_WORDS, hard_places
from kiosk.script import Place


def found(procedure: Procedure) -> list[tuple[str, Place]]:
    return [(flaw.code, flaw.place) for flaw in hard_places(procedure)]


def with_summary(small: Procedure, vi: str, en: str = "A summary.") -> Procedure:
    return replace(small, summary=Text(vi=vi, en=en))


def words(count: int) -> str:
    return " ".join(["giấy"] * count)


def test_a_sentence_of_twenty_words_is_read_and_one_more_is_too_many(small: Procedure) -> None:
    assert found(with_summary(small, f"{words(MOST_WORDS)}.")) == []
    long = [("long_sentence", ("summary", "vi"))]
    assert found(with_summary(small, f"{words(MOST_WORDS + 1)}.")) == long


def test_english_sentences_are_counted_too(small: Procedure) -> None:
    long = with_summary(small, "Giấy.", words(MOST_WORDS + 1))
    assert found(long) == [("long_sentence", ("summary", "en"))]


@pytest.mark.parametrize("mark", [".", "!", "?", "…"])
def test_two_sentences_are_counted_apart(small: Procedure, mark: str) -> None:
    assert found(with_summary(small, f"{words(15)}{mark} {words(15)}.")) == []


def test_a_dot_in_a_number_or_an_abbreviation_ends_no_sentence(small: Procedure) -> None:
    text = f"{words(10)} 8.000 TT.BTP {words(9)}"
    assert found(with_summary(small, text)) == [("long_sentence", ("summary", "vi"))]


def test_signs_that_stand_alone_are_no_words(small: Procedure) -> None:
    assert found(with_summary(small, f"{words(10)} – / {words(10)}")) == []


@pytest.mark.parametrize("word", PLAIN_WORDS)
def test_a_word_of_law_is_told_with_what_people_say(small: Procedure, word: str) -> None:
    [flaw] = hard_places(with_summary(small, f"Giấy {word.upper()} ghi"))
    assert (flaw.code, flaw.place) == ("rare_word", ("summary", "vi"))
    assert dict(flaw.values)["plain"] == PLAIN_WORDS[word]


def test_a_word_of_law_inside_another_word_is_none(small: Procedure) -> None:
    assert found(with_summary(small, "Người ngụ tại gia")) == [("rare_word", ("summary", "vi"))]
    assert found(with_summary(small, "Người ngụ tạiX gia")) == []


def test_sources_and_what_citizens_say_may_be_as_they_are(small: Procedure) -> None:
    name = Text(vi=f"Luật ban hành {words(30)}", en="Law")
    own = replace(
        small,
        sources=(replace(small.sources[0], name=name),),
        heard_as=HeardAs(vi=(f"cơ quan có thẩm quyền {words(30)}",)),
    )
    assert found(own) == []


def test_the_plain_words_are_no_words_of_law_themselves() -> None:
    for plain in PLAIN_WORDS.values():
        assert not any(word in plain for word in PLAIN_WORDS)


def test_the_shipped_scripts_are_easy_to_read() -> None:
    for procedure in load_catalogue(SHIPPED_PROCEDURES).procedures:
        assert found(procedure) == [], procedure.id
