"""Words that a recogniser cannot hear, where a script says them."""

from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT

from kiosk.procedure import Procedure
from kiosk.script import read_script
from kiosk.speech.vocabulary import unheard_places
from kiosk.speech.vocabulary_file import load_vocabulary


def words_not_heard(procedure: Procedure, *missing: str) -> list[str]:
    every = load_all(procedure) - set(missing)
    return [dict(flaw.values)["word"] for flaw in unheard_places(procedure, every)]  # type: ignore[misc]  # values are str here


def load_all(procedure: Procedure) -> set[str]:
    texts = [*procedure.heard_as.vi]
    for question in procedure.questions:
        for choice in question.choices:
            texts += [choice.label.vi, *choice.heard_as.vi]
    return {word for text in texts for word in text.casefold().replace(",", " ").split()}


def test_a_word_that_the_recogniser_does_not_know_is_told_once(small: Procedure) -> None:
    assert words_not_heard(small, "học") == ["học"]  # stands on a choice
    assert words_not_heard(small) == []


def test_a_slip_in_one_wording_is_nobodys_word_but_one_in_three_is() -> None:
    once = SCRIPT_TEXT.replace('["chính tôi"]', '["chính tôi nguyêng"]')
    thrice = SCRIPT_TEXT.replace(
        '["chính tôi"]', '["chính tôi nguyêng", "nguyêng là tôi đó", "vẫn nguyêng đây"]'
    )
    for text, found in ((once, []), (thrice, ["nguyêng"])):
        procedure, _, faults = read_script(text.encode(), file="small")
        assert procedure is not None, faults
        assert words_not_heard(procedure, "nguyêng") == found


def test_chat_spelling_and_words_without_their_marks_are_nobodys_speech() -> None:
    text = SCRIPT_TEXT.replace('"chính tôi"', '"dc hong", "lam giay cho con", "chính tôi online"')
    procedure, _, faults = read_script(text.encode(), file="small")
    assert procedure is not None, faults
    known = load_all(procedure) - {"dc", "hong", "lam", "giay", "online"}
    assert list(unheard_places(procedure, known)) == []


def test_the_words_of_a_model_are_read_from_its_list(tmp_path: Path) -> None:
    assert load_vocabulary(tmp_path) is None
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "words.txt").write_text("<eps> 0\ngiấy 1\n\n", encoding="utf-8")
    assert load_vocabulary(tmp_path) == frozenset(("<eps>", "giấy"))


@pytest.mark.parametrize("word", ["học", "hổng"])
def test_check_warns_and_names_the_line(small: Procedure, word: str) -> None:
    known = load_all(small) - {word}
    found = [flaw for flaw in unheard_places(small, known) if flaw.code == "unheard_word"]
    assert bool(found) == (word == "học")
