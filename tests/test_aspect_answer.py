"""A side question is answered by the script's facts under the answers so far, and no others."""

from dataclasses import replace

import pytest
from conftest import office_of

from kiosk.aspect_answer import MOST_OPEN, AspectAnswer, aspect_answer, aspects_beside
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.path import Answers, every_path, settle
from kiosk.procedure import LANGUAGES, Aspect, Channel, Language, OutcomeKind, Procedure
from kiosk.session import Guiding
from kiosk.words import Words
from kiosk.words_files import load_words

PROCEDURES = load_catalogue(SHIPPED_PROCEDURES).procedures
WORDS = load_words()
DONE: Answers = (("ai-di", "di-thay"), ("viec-gi", "di-hoc"))
STAFF: Answers = (("ai-di", "tu-di"), ("viec-gi", "viec-khac"))
ASPECTS = [one for one in Aspect if one is not Aspect.OTHER]


def told(
    aspect: Aspect, procedure: Procedure, answers: Answers = (), language: Language = "vi"
) -> AspectAnswer:
    office = office_of((procedure,))
    phase = Guiding(procedure, answers=answers)
    return aspect_answer(aspect, phase, words=WORDS, office=office, language=language)


def cards(answer: AspectAnswer) -> list[tuple[str, tuple[str, ...]]]:
    return [(card.label, card.lines) for card in answer.facts]


def test_papers_that_are_certain_stand_apart_from_those_that_depend(small: Procedure) -> None:
    answer = told(Aspect.PAPERS, small)
    assert cards(answer) == [
        ("Chắc chắn cần", ("Căn cước", "Tờ khai (hỏi cán bộ để chắc chắn)")),
        ("Tùy các câu trả lời tiếp theo", ("Giấy ủy quyền",)),
    ]
    assert answer.text == WORDS.say("answer.if_here", "vi"), "one end asks to see an officer"
    assert answer.source == "Nguồn: Cổng Dịch vụ công"


def test_at_the_end_the_papers_are_those_of_the_outcome(small: Procedure) -> None:
    answer = told(Aspect.PAPERS, small, DONE)
    papers = ("Căn cước", "Giấy ủy quyền", "Tờ khai (hỏi cán bộ để chắc chắn)")
    assert cards(answer) == [("Giấy tờ cần mang", papers)]
    assert answer.text == ""


def test_a_fee_that_nobody_has_confirmed_sends_to_the_officer(small: Procedure) -> None:
    [(_, lines)] = cards(told(Aspect.FEE, small))
    assert lines == (
        "Tại quầy: 8.000 đồng mỗi bản",
        "Trực tuyến: hỏi cán bộ",
        "Hộ nghèo: miễn phí",
    )


def test_the_place_is_the_counter_of_this_ward_or_where_the_outcome_sends(small: Procedure) -> None:
    counter = office_of((small,)).counter(small.counter, "vi")
    [(_, here)] = cards(told(Aspect.PLACE, small))
    assert here == tuple(one for one in (counter, "Tầng một của phường") if one)
    assert cards(told(Aspect.PLACE, small, STAFF)) == [("", ("Bàn hướng dẫn",))]


@pytest.mark.parametrize(
    "aspect", [Aspect.FEE, Aspect.TIME, Aspect.RESULT, Aspect.ONLINE, Aspect.WHO]
)
def test_where_an_officer_must_look_no_fact_is_claimed(small: Procedure, aspect: Aspect) -> None:
    answer = told(aspect, small, STAFF)
    assert answer.text == WORDS.say("answer.ask_officer", "vi")
    assert cards(answer) == [("", ("Bàn hướng dẫn",))]


def test_who_may_come_is_left_to_the_officer(small: Procedure) -> None:
    answer = told(Aspect.WHO, small, DONE)
    assert answer.text == WORDS.say("answer.who_may", "vi")
    assert [lines for _, lines in cards(answer)] == [
        ("Cán bộ hộ tịch",),
        ("Ủy ban nhân dân phường",),
    ]


def test_no_way_online_is_claimed_that_the_script_does_not_have(small: Procedure) -> None:
    assert told(Aspect.ONLINE, small, DONE).text == WORDS.say("answer.online", "vi")
    at_counter = replace(small, channels=(Channel.COUNTER,))
    answer = told(Aspect.ONLINE, at_counter, DONE)
    assert answer.text == WORDS.say("answer.not_online", "vi")
    assert cards(answer) == [("Các cách nộp", ("Tại quầy",))]


def test_where_no_source_is_named_the_day_of_the_check_is(small: Procedure) -> None:
    assert told(Aspect.RESULT, small, DONE).source == "Thông tin đối chiếu ngày 22/11/2026"


def test_an_empty_list_says_that_nothing_is_needed(small: Procedure) -> None:
    answer = told(Aspect.PAPERS, replace(small, papers=()), DONE)
    assert (answer.text, answer.facts) == (WORDS.say("outcome.no_papers", "vi"), ())


def test_what_an_aside_tells_is_listed_once(small: Procedure) -> None:
    fee = replace(small.asides[0], aspect=Aspect.FEE)
    listed = aspects_beside(replace(small, asides=(fee, small.asides[0])))
    assert Aspect.FEE not in listed
    assert Aspect.OTHER not in listed
    assert {Aspect.PAPERS, Aspect.PLACE} <= set(listed), "these stand in no aside"


@pytest.mark.parametrize("procedure", PROCEDURES, ids=[one.id for one in PROCEDURES])
def test_every_script_answers_everything_with_its_own_facts(procedure: Procedure) -> None:
    office = office_of((procedure,))
    ends = {path.at.id: path for path in every_path(procedure)}
    for answers in ((), *(path.answers for path in ends.values())):
        for aspect in ASPECTS:
            for language in LANGUAGES:
                answer = told(aspect, procedure, answers, language)
                assert answer.title
                assert answer.source
                assert answer.text or answer.facts
                assert all(card.lines for card in answer.facts)
    for path in ends.values():
        if getattr(path.at, "kind", None) is OutcomeKind.HERE:
            papers = settle(procedure, path.answers, office.today).papers
            listed = cards(told(Aspect.PAPERS, procedure, path.answers))
            lines = [line for _, some in listed for line in some]
            pairs = zip(lines, papers, strict=True)
            assert all(line.startswith(paper.name.vi) for line, paper in pairs)


def test_not_too_many_papers_are_named_that_may_not_be_needed() -> None:
    seen = 0
    for procedure in PROCEDURES:
        open_ones = [
            lines
            for label, lines in cards(told(Aspect.PAPERS, procedure))
            if label == WORDS.say("answer.open", "vi")
        ]
        for lines in open_ones:
            assert len(lines) <= MOST_OPEN + 1
            seen += len(lines) == MOST_OPEN + 1
    assert seen > 3


def test_the_words_are_there_for_every_aspect(words: Words) -> None:
    for aspect in ASPECTS:
        assert words.has(f"aspect.{aspect.value}")
