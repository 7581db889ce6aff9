"""What is said, to the real catalogue, at the start of a visit and inside a procedure."""

import re
from dataclasses import dataclass, replace
from functools import cache

import pytest
from conftest import office_of
from hypothesis import given
from hypothesis import strategies as st

from kiosk.app import entries_of, understanding_of
from kiosk.assistant.asking import MOST_LETTERS
from kiosk.assistant.small_talk_file import load_small_talk
from kiosk.assistant.understanding import MOST_ANSWERS, MOST_OFFERED, Understanding
from kiosk.card import Card
from kiosk.catalogue import SHIPPED_PROCEDURES, Catalogue, load_catalogue
from kiosk.intent import (
    EMERGENCIES,
    Answered,
    AskedAside,
    AskedAspect,
    AskedWhy,
    Chose,
    Corrected,
    Intent,
    OutOfScope,
    Perhaps,
    Talk,
    Unclear,
    Wish,
    Wished,
)
from kiosk.office import Office
from kiosk.path import Answers, every_path, follow, with_answer
from kiosk.procedure import LANGUAGES, Aspect, Procedure
from kiosk.session import Choosing, Guiding, Phase, Reading, Session, Waiting
from kiosk.speech.numerals import in_words
from kiosk.words_files import load_words

BIRTH = "khai-sinh"
MARRIAGE = "ket-hon"
DEATH = "khai-tu"
SINGLE = "tinh-trang-hon-nhan"

BIRTH_ANSWERS: Answers = (
    ("truong-hop", "thuong-gap"),
    ("ai-di", "cha-me"),
    ("giay-chung-sinh", "co"),
    ("cha-me", "da-ket-hon"),
    ("thoi-han", "trong-60-ngay"),
)


@dataclass(frozen=True, slots=True)
class Ears:
    """Hears sentences in an office that has the whole catalogue."""

    catalogue: Catalogue
    understanding: Understanding
    office: Office

    def hear(self, phase: Phase, text: str, office: Office | None = None) -> Intent:
        return self.understanding.understand(Session(phase=phase), office or self.office, text)

    def start(self, text: str) -> Intent:
        """At the start of a visit."""
        return self.hear(Choosing(), text)

    def asked(self, procedure: str, question: str, text: str) -> Intent:
        """With this question on the screen."""
        return self.hear(self.at(procedure, question), text)

    def procedure(self, procedure_id: str) -> Procedure:
        [found] = [one for one in self.catalogue.procedures if one.id == procedure_id]
        return found

    def card(self, card_id: str) -> Card:
        [found] = [one for one in self.catalogue.cards if one.id == card_id]
        return found

    def at(self, procedure_id: str, question_id: str) -> Guiding:
        """A visit that stands at a question of a procedure."""
        procedure = self.procedure(procedure_id)
        for path in every_path(procedure):
            for at, step in enumerate(path.behind):
                if step.question.id == question_id:
                    return Guiding(procedure, answers=path.answers[:at])
        raise LookupError(f"{procedure_id}: no way leads to {question_id}")


@cache
def the_ears() -> Ears:
    catalogue = load_catalogue(SHIPPED_PROCEDURES)
    return Ears(
        catalogue=catalogue,
        understanding=understanding_of(entries_of(catalogue, [], None), catalogue),
        office=replace(office_of(catalogue.procedures), cards=catalogue.cards),
    )


@pytest.fixture(scope="module")
def ears() -> Ears:
    """Built once: it reads every script and the learned weights."""
    return the_ears()


# The start: a clear request


@pytest.mark.parametrize(
    ("said", "procedure"),
    [
        ("tôi đi làm giấy khai sinh cho con", BIRTH),
        ("lam giay khai sinh cho chau", BIRTH),
        ("ĐI ĐĂNG KÝ KẾT HÔN", MARRIAGE),
        ("bố tôi mất rồi, làm giấy khai tử", DEATH),
        ("xin giấy độc thân", SINGLE),
        ("tôi mất thẻ căn cước", "cap-lai-can-cuoc"),
        ("tôi cần đăng ký tạm trú", "tam-tru"),
        ("bản sao khai sinh", "trich-luc-ho-tich"),
        ("sao y giấy khai sinh", "chung-thuc-ban-sao"),
        ("sổ đỏ ghi sai tên", "dinh-chinh-so-do"),
    ],
)
def test_a_clear_request_opens_its_procedure(ears: Ears, said: str, procedure: str) -> None:
    assert ears.start(said) == Chose(ears.procedure(procedure))


EXAMPLES = [
    pytest.param(example, id=f"{key} {language} {example}")
    for key in ("ear.hint", "heard.greeting", "heard.vague")
    for language in LANGUAGES
    for example in re.findall("“(.+?)”", load_words().say(key, language))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_the_kiosk_gives_as_an_example_is_understood_at_once(ears: Ears, example: str) -> None:
    assert isinstance(ears.start(example), Chose)


def test_an_example_is_given_in_each_of_these_places() -> None:
    assert len(EXAMPLES) >= 3 * len(LANGUAGES)


def test_a_slip_of_the_tongue_at_the_start_is_dropped(ears: Ears) -> None:
    said = "đăng ký kết hôn à nhầm khai sinh cho con"
    assert ears.start(said) == Chose(ears.procedure(BIRTH))


@pytest.mark.parametrize("phase", [Waiting(), Choosing(text="khai tử"), "a card"])
def test_before_a_procedure_a_sentence_is_a_request_wherever_one_stands(
    ears: Ears, phase: Phase | str
) -> None:
    place = Reading(ears.card("ho-chieu")) if isinstance(phase, str) else phase
    assert ears.hear(place, "làm giấy khai sinh cho con") == Chose(ears.procedure(BIRTH))


# The start: what may be one of a few


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("chứng thực", "chung-thuc-ban-sao", "chung-thuc-chu-ky"),
        ("căn cước", "doi-can-cuoc", "cap-lai-can-cuoc"),
    ],
)
def test_two_that_may_be_meant_are_asked_apart_in_the_words_of_a_script(
    ears: Ears, said: str, first: str, second: str
) -> None:
    pair = (ears.procedure(first), ears.procedure(second))
    intent = ears.hear(Choosing(), said, replace(ears.office, procedures=pair))
    assert isinstance(intent, Perhaps)
    assert {one.id for one in intent.found} == {first, second}
    of_scripts = {
        neighbour.tell_apart
        for one, other in ((first, second), (second, first))
        for neighbour in ears.procedure(one).neighbours
        if neighbour.id == other
    }
    assert intent.ask in of_scripts


@pytest.mark.parametrize(
    ("said", "among"),
    [
        ("căn cước", {"doi-can-cuoc", "cap-lai-can-cuoc"}),
        ("chứng thực", {"chung-thuc-ban-sao", "chung-thuc-chu-ky"}),
        ("xin giấy xác nhận", {"xac-nhan-cu-tru", "xac-nhan-ho-tich"}),
    ],
)
def test_three_that_may_be_meant_are_shown_without_a_question_for_two(
    ears: Ears, said: str, among: set[str]
) -> None:
    intent = ears.start(said)
    assert isinstance(intent, Perhaps)
    assert among < {one.id for one in intent.found}
    assert len(intent.found) == 3
    assert intent.ask is None


# The start: what the kiosk has no guide for


@pytest.mark.parametrize(
    ("said", "card"),
    [
        ("tôi muốn làm hộ chiếu", "ho-chieu"),
        ("vợ chồng tôi muốn ly hôn", "ly-hon"),
        ("xin đổi bằng lái xe", "doi-bang-lai-xe"),
        ("nộp phạt giao thông", "phat-giao-thong"),
        ("passport", "ho-chieu"),
    ],
)
def test_a_matter_of_another_office_has_its_card(ears: Ears, said: str, card: str) -> None:
    assert ears.start(said) == OutOfScope(card=ears.card(card))


def test_a_card_that_the_office_does_not_have_is_not_shown(ears: Ears) -> None:
    bare = replace(ears.office, cards=())
    assert ears.hear(Choosing(), "tôi muốn làm hộ chiếu", bare) == OutOfScope()


@pytest.mark.parametrize(
    ("said", "matter"),
    [("xin cho con vào lớp 1", "tuyen-sinh-lop-1"), ("thi vào lớp 10", "tuyen-sinh-lop-10")],
)
def test_a_matter_without_a_guide_is_called_by_its_name(ears: Ears, said: str, matter: str) -> None:
    [title] = [one.title for one in ears.catalogue.unserved if one.id == matter]
    assert ears.start(said) == OutOfScope(about=title)


@pytest.mark.parametrize(
    ("said", "talk"),
    [
        ("chào em nhé, khỏe không", Talk.GREETING),
        ("cảm ơn cháu nhiều", Talk.THANKS),
        ("máy này dùng làm gì", Talk.ABOUT_KIOSK),
        ("cháy nhà rồi bà con ơi", Talk.FIRE),
        ("chồng tôi ngất xỉu", Talk.MEDICAL),
        ("cô ơi con tôi đi lạc từ nãy", Talk.MISSING),
        ("mất trẻ rồi", Talk.MISSING),
        ("there is a fire in the hall", Talk.FIRE),
        ("tôi bị cướp giật túi xách", Talk.POLICE),
        ("hôm nay trời đẹp quá", Talk.OTHER),
        ("giá vàng hôm nay bao nhiêu", Talk.OTHER),
        ("", Talk.OTHER),
        ("?!", Talk.OTHER),
    ],
)
def test_what_is_no_matter_for_a_ward_is_known_for_what_it_is(
    ears: Ears, said: str, talk: Talk
) -> None:
    assert said not in {text for texts in load_small_talk().values() for text in texts}
    assert ears.start(said) == OutOfScope(talk=talk)


@pytest.mark.parametrize(
    "said", ["tôi muốn gặp cán bộ phường", "kêu giùm nhân viên", "tôi muốn gặp người thật"]
)
def test_who_wants_an_officer_at_the_start_is_heard(ears: Ears, said: str) -> None:
    assert ears.start(said) == Wished(Wish.STAFF)


# A question: choices


@pytest.mark.parametrize(
    ("procedure", "question", "said", "choice"),
    [
        (BIRTH, "truong-hop", "sinh con bình thường như mọi nhà", "thuong-gap"),
        (BIRTH, "truong-hop", "chồng em là người Mỹ", "nuoc-ngoai"),
        (BIRTH, "truong-hop", "nhặt được cháu bé bị bỏ rơi", "bi-bo-roi"),
        (BIRTH, "ai-di", "tôi là mẹ", "cha-me"),
        (BIRTH, "ai-di", "tui là ba của bé", "cha-me"),
        (BIRTH, "ai-di", "mạ hắn đi", "cha-me"),
        (BIRTH, "ai-di", "bà nội", "nguoi-than"),
        (BIRTH, "ai-di", "BA NGOAI CHAU DI", "nguoi-than"),
        (BIRTH, "ai-di", "hàng xóm", "nguoi-duoc-nho"),
        (BIRTH, "giay-chung-sinh", "bệnh viện cấp giấy chứng sinh", "co"),
        (BIRTH, "cha-me", "mẹ đơn thân", "chi-co-me"),
        (DEATH, "noi-o", "mất ở bên Mỹ", "nuoc-ngoai"),
        ("doi-can-cuoc", "ly-do", "rớt mất tiêu rồi", "mat-hong"),
        ("doi-can-cuoc", "ly-do", "the het han", "het-han"),
        ("tam-tru", "cho-o", "thuê phòng trọ", "thue-muon"),
        (SINGLE, "hon-nhan", "ly dị rồi, tòa xử xong", "da-ly-hon"),
        (SINGLE, "hon-nhan", "góa", "vo-chong-da-mat"),
        ("chung-thuc-ban-sao", "mang-gi", "giấy trên VNeID", "vneid"),
    ],
)
def test_a_choice_is_heard_in_peoples_own_words(
    ears: Ears, procedure: str, question: str, said: str, choice: str
) -> None:
    assert ears.asked(procedure, question, said) == Answered(((question, choice),))


def test_a_label_is_known_when_its_numbers_are_read_aloud(ears: Ears) -> None:
    labels = [
        (procedure.id, question.id, choice)
        for procedure in ears.catalogue.procedures
        for question in procedure.questions
        for choice in question.choices
        if re.search(r"\d", choice.label.vi)
    ]
    assert len(labels) > 20
    for procedure_id, question, choice in labels:
        said = in_words(choice.label.vi)
        expected = Answered(((question, choice.id),))
        assert ears.asked(procedure_id, question, said) == expected, said


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("cái thứ nhất", 0),
        ("cái đầu tiên", 0),
        ("ô thứ hai", 1),
        ("dạ cho em cái thứ ba ạ", 2),
        ("số 4", 3),
        ("ô áp chót", -2),
        ("cái cuối cùng", -1),
        ("cái ở dưới cùng", -1),
        ("cai thu hai", 1),
    ],
)
def test_a_choice_is_known_by_its_place(ears: Ears, said: str, place: int) -> None:
    question = ears.procedure(BIRTH).questions[0]
    expected = question.choices[place].id
    assert ears.asked(BIRTH, question.id, said) == Answered(((question.id, expected),))


def test_a_place_that_is_not_there_is_asked_back(ears: Ears) -> None:
    question = ears.procedure(MARRIAGE).questions[0]
    assert len(question.choices) == 2
    assert ears.asked(MARRIAGE, question.id, "cái thứ ba") == Unclear()


@pytest.mark.parametrize(
    ("procedure", "question", "said", "choice"),
    [
        ("tam-tru", "giay-thue", "dạ có ạ", "co-giay"),
        ("tam-tru", "giay-thue", "không", "khong-giay"),
        ("vneid-muc-2", "dien-thoai", "có", "co"),
        ("vneid-muc-2", "dien-thoai", "dạ không có", "khong"),
        (MARRIAGE, "quoc-tich", "đúng rồi", "trong-nuoc"),
        (BIRTH, "thoi-han", "chưa", "trong-60-ngay"),
        (BIRTH, "cha-me", "rồi ạ", "da-ket-hon"),
        ("giay-phep-xay-dung", "nha-lien-ke", "không", "tach-rieng"),
    ],
)
def test_a_bare_yes_or_no_answers_a_question_that_it_fits(
    ears: Ears, procedure: str, question: str, said: str, choice: str
) -> None:
    assert ears.asked(procedure, question, said) == Answered(((question, choice),))


@pytest.mark.parametrize(
    ("procedure", "question", "said"),
    [
        (BIRTH, "ai-di", "có"),
        (BIRTH, "ai-di", "không"),
        (BIRTH, "giay-chung-sinh", "có"),
        (BIRTH, "cha-me", "chưa"),
        (MARRIAGE, "co-mat", "dạ"),
    ],
)
def test_a_bare_yes_or_no_that_may_mean_two_choices_or_none_is_asked_back(
    ears: Ears, procedure: str, question: str, said: str
) -> None:
    assert isinstance(ears.asked(procedure, question, said), Unclear)


@pytest.mark.parametrize(
    ("procedure", "question", "said", "choice"),
    [
        ("can-cuoc-duoi-14", "tuoi", "cháu năm tuổi", "duoi-6"),
        ("can-cuoc-duoi-14", "tuoi", "chau 3 tuoi", "duoi-6"),
        ("can-cuoc-duoi-14", "tuoi", "lên sáu", "tu-6"),
        ("can-cuoc-duoi-14", "tuoi", "mười ba tuổi", "tu-6"),
        ("doi-can-cuoc", "tuoi", "tám mươi ba tuổi", "tu-14"),
        ("doi-can-cuoc", "tuoi", "cháu mười hai tuổi", "tu-6"),
        (BIRTH, "thoi-han", "bé được hai tuần", "trong-60-ngay"),
        (BIRTH, "thoi-han", "cháu 3 tháng rồi", "qua-60-ngay"),
        (DEATH, "thoi-han", "mới mất hôm qua", "trong-15-ngay"),
        (DEATH, "thoi-han", "mất năm ngoái", "qua-15-ngay"),
        ("gia-han-tam-tru", "con-bao-lau", "còn ba tháng", "con-nhieu"),
        ("xac-dinh-dat-o", "ngay-cap", "cấp năm 98", "truoc-2004"),
        ("xac-dinh-dat-o", "ngay-cap", "cấp năm 2010", "sau-2004"),
    ],
)
def test_an_age_a_span_or_a_year_finds_the_choice_that_it_lies_in(
    ears: Ears, procedure: str, question: str, said: str, choice: str
) -> None:
    assert ears.asked(procedure, question, said) == Answered(((question, choice),))


def test_an_age_outside_every_choice_is_asked_back(ears: Ears) -> None:
    assert isinstance(ears.asked("can-cuoc-duoi-14", "tuoi", "cháu 14 tuổi"), Unclear)


@pytest.mark.parametrize("said", ["tôi không biết", "không chắc lắm", "dạ em không rõ", "quên rồi"])
def test_who_does_not_know_gets_the_choice_for_that(ears: Ears, said: str) -> None:
    assert ears.asked(BIRTH, "thoi-han", said) == Answered((("thoi-han", "khong-chac"),))


def test_who_does_not_know_is_asked_back_where_no_choice_is_for_that(ears: Ears) -> None:
    assert isinstance(ears.asked(BIRTH, "ai-di", "tôi không biết"), Unclear)


def test_an_earlier_question_that_is_asked_again_is_answered(ears: Ears) -> None:
    changing = Guiding(
        ears.procedure(BIRTH), answers=BIRTH_ANSWERS, changing="ai-di", is_reviewing=True
    )
    assert ears.hear(changing, "bà nội") == Answered((("ai-di", "nguoi-than"),))


# A question: several facts in one sentence


@pytest.mark.parametrize(
    ("procedure", "question", "said", "answers"),
    [
        (
            BIRTH,
            "truong-hop",
            "bình thường, tôi là mẹ cháu",
            (("truong-hop", "thuong-gap"), ("ai-di", "cha-me")),
        ),
        (
            BIRTH,
            "ai-di",
            "tôi là bố cháu, có giấy chứng sinh rồi",
            (("ai-di", "cha-me"), ("giay-chung-sinh", "co")),
        ),
        (
            "doi-can-cuoc",
            "ly-do",
            "thẻ hết hạn, tôi 40 tuổi",
            (("ly-do", "het-han"), ("tuoi", "tu-14")),
        ),
        (
            "doi-can-cuoc",
            "ly-do",
            "sắp hết hạn, cháu 13 tuổi",
            (("ly-do", "het-han"), ("tuoi", "tu-6")),
        ),
        (
            SINGLE,
            "muc-dich",
            "làm đám cưới, tôi tự đi, lần đầu xin",
            (("muc-dich", "ket-hon"), ("ai-di", "chinh-minh"), ("cap-lai", "lan-dau")),
        ),
    ],
)
def test_several_facts_in_one_sentence_answer_several_questions(
    ears: Ears, procedure: str, question: str, said: str, answers: Answers
) -> None:
    assert ears.asked(procedure, question, said) == Answered(answers)


def test_a_fact_about_a_question_that_is_not_on_the_way_is_left_alone(ears: Ears) -> None:
    answered = ears.asked(BIRTH, "truong-hop", "bé bị bỏ rơi ở cổng chùa, hàng xóm đi khai giùm")
    assert answered == Answered((("truong-hop", "bi-bo-roi"),))


# A question: side questions, why, wishes


@pytest.mark.parametrize(
    ("said", "aside"),
    [
        ("tốn bao nhiêu tiền hả cô", "mat-tien"),
        ("mấy ngày thì lấy được", "bao-gio-co"),
        ("bấm trên điện thoại ở nhà được không", "nop-truc-tuyen"),
        ("ở phường khác làm được không", "o-phuong-khac"),
        ("quá hạn có bị phạt không", "khai-muon"),
        ("theo luật nào vậy", "can-cu"),
    ],
)
def test_a_side_question_is_heard_at_every_step(ears: Ears, said: str, aside: str) -> None:
    procedure = ears.procedure(BIRTH)
    for answered in range(len(BIRTH_ANSWERS)):
        asked = Guiding(procedure, answers=BIRTH_ANSWERS[:answered])
        assert ears.hear(asked, said) == AskedAside(aside)


@pytest.mark.parametrize(
    ("procedure", "question", "said"),
    [
        (BIRTH, "giay-chung-sinh", "không có giấy chứng sinh có được không"),
        (BIRTH, "giay-chung-sinh", "giấy chứng sinh là gì"),
        ("tam-tru", "giay-thue", "có hợp đồng thì có cần công chứng không"),
    ],
)
def test_a_question_is_no_answer(ears: Ears, procedure: str, question: str, said: str) -> None:
    assert not isinstance(ears.asked(procedure, question, said), Answered)


@pytest.mark.parametrize(
    "said",
    [
        "hỏi để làm gì",
        "sao lại hỏi chuyện này",
        "vì sao phải biết ai đi",
        "hỏi để làm chi rứa",
        "hoi de lam gi",
    ],
)
def test_who_asks_why_is_told_why(ears: Ears, said: str) -> None:
    assert ears.asked(BIRTH, "ai-di", said) == AskedWhy()


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("cho tôi quay lại", Wish.BACK),
        ("quay lui một bước", Wish.BACK),
        ("đọc lại câu hỏi giúp tôi", Wish.REPEAT),
        ("tôi nghe không rõ", Wish.REPEAT),
        ("làm lại từ đầu giùm", Wish.AGAIN),
        ("tôi muốn làm thủ tục khác", Wish.AGAIN),
        ("gọi cán bộ giúp tôi", Wish.STAFF),
        ("tui muốn gặp người thật", Wish.STAFF),
        ("thôi không làm nữa", Wish.STOP),
        ("dừng lại đi", Wish.STOP),
    ],
)
def test_a_wish_is_heard_at_a_question_at_the_review_and_at_the_outcome(
    ears: Ears, said: str, wish: Wish
) -> None:
    procedure = ears.procedure(BIRTH)
    review = Guiding(procedure, answers=BIRTH_ANSWERS, is_reviewing=True)
    outcome = Guiding(procedure, answers=BIRTH_ANSWERS, is_confirmed=True)
    for place in (ears.at(BIRTH, "ai-di"), review, outcome):
        assert ears.hear(place, said) == Wished(wish)


# A question: corrections


@pytest.mark.parametrize(
    ("said", "question", "choice"),
    [
        ("à quên, bà ngoại đi nộp", "ai-di", "nguoi-than"),
        ("lúc nãy tôi nói nhầm, hàng xóm đi giùm", "ai-di", "nguoi-duoc-nho"),
        ("xin lỗi, nhầm, bé bị bỏ rơi", "truong-hop", "bi-bo-roi"),
    ],
)
def test_an_earlier_answer_can_be_taken_back(
    ears: Ears, said: str, question: str, choice: str
) -> None:
    asked = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS[:2])
    review = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS, is_reviewing=True)
    for place in (asked, review):
        assert ears.hear(place, said) == Corrected(question, choice)


def test_an_answer_that_is_put_right_at_once_answers_the_question_on_the_screen(ears: Ears) -> None:
    asked = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS[:2])
    assert ears.hear(asked, "à nhầm, có giấy chứng sinh") == Answered((("giay-chung-sinh", "co"),))


def test_at_the_first_question_there_is_nothing_to_take_back(ears: Ears) -> None:
    said = ears.asked(BIRTH, "truong-hop", "à nhầm, bé bị bỏ rơi")
    assert said == Answered((("truong-hop", "bi-bo-roi"),))


def test_several_facts_count_after_a_slip_at_the_first_question_too(ears: Ears) -> None:
    said = ears.asked(BIRTH, "truong-hop", "à nhầm, bình thường, tôi là mẹ cháu")
    assert said == Answered((("truong-hop", "thuong-gap"), ("ai-di", "cha-me")))


def test_what_was_answered_already_is_not_put_right_by_the_same(ears: Ears) -> None:
    asked = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS[:2])
    said = ears.hear(asked, "à nhầm, tôi là mẹ cháu")
    assert said != Corrected("ai-di", "cha-me")


def test_a_mistake_of_the_finger_goes_back(ears: Ears) -> None:
    asked = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS[:2])
    assert ears.hear(asked, "nhầm rồi, quay lại") == Wished(Wish.BACK)


def test_a_mistake_that_nobody_names_is_asked_back(ears: Ears) -> None:
    review = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS, is_reviewing=True)
    assert ears.hear(review, "nhầm rồi") == Unclear()


# A question: what has nothing to do with it


@pytest.mark.parametrize(
    ("said", "talk"),
    [
        ("cháy nhà rồi bà con ơi", Talk.FIRE),
        ("chồng tôi ngất xỉu rồi", Talk.MEDICAL),
        ("cháu nhà tôi bị lạc rồi", Talk.MISSING),
        ("tôi bị cướp giật túi xách", Talk.POLICE),
    ],
)
@pytest.mark.parametrize("place", [(BIRTH, "ai-di"), ("tam-tru", "cho-o"), (DEATH, "noi-o")])
def test_an_emergency_is_heard_in_the_middle_of_a_procedure(
    ears: Ears, place: tuple[str, str], said: str, talk: Talk
) -> None:
    assert ears.asked(*place, said) == OutOfScope(talk=talk)


@pytest.mark.parametrize("said", ["không thấy", "tìm không ra", "mẹ bé đi", "con tôi"])
@pytest.mark.parametrize("place", [(BIRTH, "ai-di"), ("tam-tru", "cho-o"), (DEATH, "noi-o")])
def test_nobody_is_missing_where_nobody_says_who_or_that_they_are_gone(
    ears: Ears, place: tuple[str, str], said: str
) -> None:
    assert ears.asked(*place, said) != OutOfScope(talk=Talk.MISSING)


@pytest.mark.parametrize("said", ["cháu bé mất rồi", "con tôi mất hôm qua", "my child died"])
def test_a_death_is_no_search(ears: Ears, said: str) -> None:
    meant = ears.start(said)
    assert not isinstance(meant, OutOfScope)


def test_another_matter_that_is_named_outright_is_offered(ears: Ears) -> None:
    lost_card = ears.procedure("cap-lai-can-cuoc")
    assert ears.asked(BIRTH, "ai-di", "mất thẻ căn cước") == Unclear(other=lost_card)


def test_the_matter_that_one_is_at_is_no_other_matter(ears: Ears) -> None:
    intent = ears.asked("cap-lai-can-cuoc", "tuoi", "mất thẻ căn cước")
    assert not isinstance(intent, Unclear) or intent.other is None


# A question: what cannot be settled


@pytest.mark.parametrize(
    "said",
    ["ừm", "để xem đã", "trời nóng quá", "alo alo", "khó quá", "", "?!", "asdf qwer zxcv", "\x00"],
)
def test_mumbling_is_asked_back_and_no_choice_is_put_into_anyones_mouth(
    ears: Ears, said: str
) -> None:
    assert ears.asked(BIRTH, "ai-di", said) == Unclear()


@pytest.mark.parametrize(
    ("procedure", "question", "said", "choice"),
    [
        (BIRTH, "thoi-han", "quá rồi", "qua-60-ngay"),
        (MARRIAGE, "co-mat", "anh ấy đi biển không về được", "vang-mat"),
        (SINGLE, "hon-nhan", "tôi ly hôn rồi", "da-ly-hon"),
    ],
)
def test_what_is_nearly_clear_names_the_likely_choice_first(
    ears: Ears, procedure: str, question: str, said: str, choice: str
) -> None:
    intent = ears.asked(procedure, question, said)
    assert isinstance(intent, Unclear)
    assert intent.choices[0] == choice


# The review and the outcome


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_beside_a_question_side_questions_are_heard_and_no_answers(
    ears: Ears, *, is_confirmed: bool
) -> None:
    place = Guiding(
        ears.procedure(BIRTH),
        answers=BIRTH_ANSWERS,
        is_reviewing=not is_confirmed,
        is_confirmed=is_confirmed,
    )
    assert ears.hear(place, "mất bao nhiêu tiền") == AskedAside("mat-tien")
    for said in ("bà nội", "có", "cái thứ hai", "tôi là mẹ cháu"):
        assert ears.hear(place, said) == Unclear()


def test_an_outcome_without_questions_hears_side_questions_too(ears: Ears) -> None:
    procedure = replace(ears.procedure(BIRTH), questions=(), start="lam-tai-phuong")
    place = Guiding(procedure, is_confirmed=True)
    assert ears.hear(place, "mất bao nhiêu tiền") == AskedAside("mat-tien")
    assert ears.hear(place, "bà nội") == Unclear()


# Whatever is said

_PLACES = (
    *((BIRTH, question) for question, _ in BIRTH_ANSWERS),
    (MARRIAGE, "quoc-tich"),
    (DEATH, "thoi-han"),
    (SINGLE, "muc-dich"),
    ("tam-tru", "cho-o"),
    ("doi-can-cuoc", "ly-do"),
)
_WORDS = (
    "có không chưa rồi đúng phải à nhầm quên tôi cháu bé mẹ cha bà ông nội đi nộp giấy chứng sinh "
    "kết hôn ly nước ngoài phường này khác thuê nhà mất hết hạn hai ba mười ngày tuổi tháng năm "
    "thứ nhất cuối cái quay lại gọi cán bộ hỏi làm gì bao nhiêu tiền , . ? 5 60 1998"
)
_SAID = st.one_of(
    st.lists(st.sampled_from(_WORDS.split()), max_size=14).map(" ".join), st.text(max_size=80)
)


@given(_SAID, st.sampled_from(_PLACES))
def test_whatever_is_said_at_a_question_only_what_the_script_has_is_understood(
    said: str, place: tuple[str, str]
) -> None:
    ears = the_ears()
    phase = ears.at(*place)
    assert phase.asked is not None
    intent = ears.hear(phase, said)
    assert ears.hear(phase, said) == intent, "the same every time"
    match intent:
        case Answered(answers):
            assert 1 <= len(answers) <= MOST_ANSWERS
            assert answers[0][0] == place[1], "the question on the screen first"
            given_so_far = phase.path.answers
            for question, choice in answers:
                assert follow(phase.procedure, given_so_far).at.id == question
                given_so_far = with_answer(given_so_far, question, choice)
            assert follow(phase.procedure, given_so_far).answers == given_so_far
        case Corrected(question, choice):
            before = dict(phase.path.answers)
            assert before[question] != choice
            [asked] = [one for one in phase.procedure.questions if one.id == question]
            assert asked.choice(choice) is not None
        case Unclear(choices, other):
            assert set(choices) <= {one.id for one in phase.asked.choices}
            assert len(set(choices)) == len(choices) <= MOST_OFFERED
            assert other is None or (other != phase.procedure and not choices)
        case OutOfScope(talk, about, card):
            assert talk in EMERGENCIES
            assert (about, card) == (None, None)
        case AskedAside(aside):
            assert aside in {one.id for one in phase.procedure.asides}
        case AskedAspect(aspect):
            assert aspect is not Aspect.OTHER
        case AskedWhy(question):
            assert question is None or question in {one.id for one in phase.procedure.questions}
        case _:
            assert isinstance(intent, Wished)


@given(_SAID)
def test_whatever_is_said_at_the_start_only_what_the_office_has_is_shown(said: str) -> None:
    ears = the_ears()
    intent = ears.start(said)
    assert ears.start(said) == intent, "the same every time"
    match intent:
        case Chose(found):
            assert found in ears.catalogue.procedures
        case Perhaps(found):
            assert 2 <= len({one.id for one in found}) == len(found) <= 3
            assert all(one in ears.catalogue.procedures for one in found)
        case OutOfScope(_, _, card):
            assert card is None or card in ears.catalogue.cards
        case _:
            assert intent == Wished(Wish.STAFF)


def test_only_the_beginning_of_a_novel_is_understood(ears: Ears) -> None:
    said = "bà nội" + " " * MOST_LETTERS + "à nhầm hàng xóm đi giùm"
    assert ears.asked(BIRTH, "ai-di", said) == Answered((("ai-di", "nguoi-than"),))


def test_a_novel_is_not_understood_for_ever(ears: Ears) -> None:
    novel = "bà nội đi nộp giấy cho cháu " * 20_000
    assert isinstance(ears.asked(BIRTH, "ai-di", novel), Answered | Unclear)
    assert isinstance(ears.start(novel), Chose | Perhaps | OutOfScope)


# What conversations have shown


@pytest.mark.parametrize(
    ("procedure", "question", "said", "choice"),
    [
        (BIRTH, "thoi-han", "đã quá 60 ngày", "qua-60-ngay"),
        (BIRTH, "thoi-han", "quá 60 ngày rồi", "qua-60-ngay"),
        (BIRTH, "thoi-han", "cháu sinh quá 60 ngày rồi", "qua-60-ngay"),
        (DEATH, "thoi-han", "dạ đã quá 15 ngày ạ", "qua-15-ngay"),
        ("bhxh-bhyt", "nhom-the", "tôi tự đóng", "tu-dong"),
    ],
)
def test_what_was_once_taken_for_another_answer(
    ears: Ears, procedure: str, question: str, said: str, choice: str
) -> None:
    meant = ears.asked(procedure, question, said)
    assert meant == Answered(((question, choice),)) or choice in getattr(meant, "choices", ())


def test_not_to_have_heard_is_not_to_be_unsure(ears: Ears) -> None:
    said = "nghe không rõ, đọc lại câu hỏi"
    assert ears.asked(DEATH, "giay-bao-tu", said) == Wished(Wish.REPEAT)
    unsure = Answered((("giay-chung-sinh", "khong-chac"),))
    assert ears.asked(BIRTH, "giay-chung-sinh", "tôi không rõ") == unsure


@pytest.mark.parametrize(
    ("procedure", "question", "said", "choice"),
    [
        ("tam-ngung-kinh-doanh", "viec", "nghỉ bán hẳn, không làm nữa", "nghi-han"),
        (MARRIAGE, "quoc-tich", "đúng cả hai thôi để em nói cho", "trong-nuoc"),
    ],
)
def test_a_visit_is_not_ended_by_a_sentence_that_also_names_a_choice(
    ears: Ears, procedure: str, question: str, said: str, choice: str
) -> None:
    assert ears.asked(procedure, question, said) == Unclear((choice,))
    assert ears.asked(procedure, question, "thôi không làm nữa") == Wished(Wish.STOP)


@pytest.mark.parametrize("answers", [(), (("viec", "xin-moi"), ("nguoi-huong", "nguoi-gia"))])
def test_a_side_question_said_as_it_stands_is_that_one(ears: Ears, answers: Answers) -> None:
    benefit = ears.procedure("tro-cap-huu-tri")
    meant = ears.hear(Guiding(benefit, answers=answers), "mỗi tháng được bao nhiêu tiền")
    assert meant == AskedAside("bao-nhieu-tien")


def test_the_question_read_aloud_is_no_answer_to_it(ears: Ears) -> None:
    for procedure in ears.catalogue.procedures:
        for question in procedure.questions:
            meant = ears.asked(procedure.id, question.id, question.ask.vi)
            assert not isinstance(meant, Answered), (procedure.id, question.id)


def test_a_tag_is_no_answer_to_the_question_after(ears: Ears) -> None:
    meant = ears.asked(DEATH, "thoi-han", "chưa quá 15 ngày, được chưa")
    assert meant == Answered((("thoi-han", "trong-15-ngay"),))
