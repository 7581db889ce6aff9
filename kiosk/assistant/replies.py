"""Short replies that need no likeness: ordinals, yes and no. Pure."""

import re
from collections.abc import Sequence
from enum import Enum

from kiosk.assistant.vietnamese import fold_word
from kiosk.procedure import Choice, Question

_PARTICLES_WORDS = (
    "da a ah u um uh o thi la ma day nay nhe nha nhi ha di giup dum gium cho toi em con "
    "chau co chi anh bac minh tui oi chon lay bam bao thoi cu do kia nho voi ne luon roi y "
    "ay nua vay"
)
_PARTICLES = frozenset(_PARTICLES_WORDS.split())
"""Folded words around an ordinal that change nothing."""

_THINGS_WORDS = "cai y o so thu dong cau dap an lua chon nut phan khung hang phuong vi tri"
_THINGS = frozenset(_THINGS_WORDS.split())
_PLACES = {
    "nhat": 1,
    "dau": 1,
    "mot": 1,
    "1": 1,
    "hai": 2,
    "nhi": 2,
    "2": 2,
    "ba": 3,
    "3": 3,
    "bon": 4,
    "tu": 4,
    "4": 4,
    "nam": 5,
    "5": 5,
    "sau": 6,
    "6": 6,
}
_LAST = frozenset(["cuoi", "chot"])
_TOP, _BOTTOM, _MIDDLE = "tren", "duoi", "giua"
_EDGE = frozenset(["cung", "o", "ben", "phia", "tien", "het"])

_SPELLED_WORDS = (
    "cái ý ô số thứ dòng câu đáp án lựa chọn nút phần hàng phương vị trí nhất đầu một nhì bốn tư "
    "năm sáu cuối chót trên dưới giữa cùng cũng ở bên phía tiên hết ờ ơ"
)
_SPELLED = frozenset(_SPELLED_WORDS.split())
"""All of these as they are spelled: "tôi tự đóng" is no "dòng tư"."""

_ALONE = (_TOP, _BOTTOM, *_LAST, "nhi", "nhat")
"""Places that need no "cái" before them."""

_PLACING = _THINGS | _PLACES.keys() | _LAST | {_TOP, _BOTTOM, _MIDDLE} | _EDGE

LONGEST_ORDINAL = 8
"""Words; a longer sentence says more than a place."""


def ordinal(words: Sequence[str], count: int) -> int | None:
    """The place that a sentence names, from 0: "cái thứ hai", "ô cuối cùng"; None: no such place.

    Args:
        words: of the sentence.
        count: how many there are to choose from.
    """
    said = [fold_word(word) for word in words]
    if not said or len(said) > LONGEST_ORDINAL:
        return None
    text = " ".join(said)
    if any(one in text for one in ("ap chot", "ke chot", "gan cuoi", "ke cuoi")):
        return count - 2 if count > 2 else None
    if any(
        plain in _PLACING and _is_another(word) for plain, word in zip(said, words, strict=True)
    ):
        return None
    has_thing = any(word in _THINGS for word in said)
    rest = [word for word in said if word not in _THINGS and word not in _PARTICLES - {"o"}]
    rest = [word for word in rest if word not in _EDGE]
    if len(rest) == 1 and (has_thing or rest[0].isdigit() or rest[0] in _ALONE):
        place = rest[0]
        if place in _LAST or place == _BOTTOM:
            return count - 1
        if place == _TOP:
            return 0
        if place == _MIDDLE:
            return count // 2 if count % 2 else None
        number = _PLACES.get(place)
        return number - 1 if number is not None and number <= count else None
    return None


def _is_another(word: str) -> bool:
    """Whether a word only looks like one of a place once its diacritics are gone."""
    return not word.isascii() and word not in _SPELLED


def is_ordinal(words: Sequence[str]) -> bool:
    """Whether a sentence names a place at all, whether or not there is such a place."""
    most = max(_PLACES.values())
    return any(ordinal(words, count) is not None for count in (most, most - 1))


class Reply(Enum):
    """A bare yes or no."""

    YES = 1
    NO = 2
    NOT_YET = 3


_YES_WORDS = "vang da u uh uk ok co phai dung chuan roi duoc day chinh xac ung hu r ua dong y"
_YES = frozenset(_YES_WORDS.split())
_YES_ALIKE = frozenset(("cô", "cố", "cờ", "cỡ", "cổ", "cọ", "dã", "đã", "ý", "dây", "dậy", "đầy"))
"""Words that are no yes, but fold to one: "cô ơi" calls somebody."""
_NO_WORDS = "khong ko k hong chang chua dau lam gi nao het deo hem no"
_NO = frozenset(_NO_WORDS.split())
_SAYS_YES = ("có", "đúng", "đã", "rồi", "được", "còn", "phải", "đồng ý")
_SAYS_NO = ("không", "chưa", "hết")
_TAIL_WORDS = "a ah nhe nha em co chi anh bac chu oi con chau ne ha roi do day thua da toi minh"
_TAIL = frozenset(_TAIL_WORDS.split())
LONGEST_REPLY = 6


def reply(words: Sequence[str]) -> Reply | None:
    """Whether a sentence is a yes or no and nothing else: "dạ có ạ", "làm gì có"."""
    said = [fold_word(word) for word in words]
    if not said or len(said) > LONGEST_REPLY:
        return None
    known = _YES | _NO | _TAIL
    if any(word not in known for word in said):
        return None
    text = f" {' '.join(said)} "
    if any(text.rstrip().endswith(f" {one} khong") for one in ("duoc", "phai", "co", "dung")):
        return None  # a question
    if " co dau " in text:
        return Reply.NO
    if " chua " in text:
        return Reply.NOT_YET
    if any(
        f" {one} " in text for one in ("khong", "hong", "chang", "lam gi co", "dau co", "no co")
    ):
        return None if text.startswith(" khong phai khong ") else Reply.NO
    if any(
        plain in _YES and word not in _YES_ALIKE and after != "oi"
        for plain, word, after in zip(said, words, (*said[1:], ""), strict=True)
    ):
        return Reply.YES
    return None


_OPEN = frozenset(("nào", "gì", "ai", "đâu", "mấy", "nhiêu", "sao"))
"""A question with one of these is answered by yes or no only where the labels say so."""


def choice_for(said: Reply, words: Sequence[str], question: Question) -> Choice | None:
    """The one choice that a bare yes or no means; None where none or several may be meant."""
    unsure = [one for one in question.choices if _DOUBT.match(one.label.vi.casefold())]
    plain = [one for one in question.choices if one not in unsure]
    yes = [one for one in plain if _begins(one, _SAYS_YES)]
    no = [one for one in plain if _begins(one, _SAYS_NO)]
    if len(yes) > 1 and "dung" in (fold_word(word) for word in words):
        yes = [one for one in yes if _begins(one, ("đúng",))]
    asks = question.ask.vi.casefold().rstrip("?").split()
    is_said = len(yes) == 1 and bool(no)
    if len(plain) > MOST_PLAIN or (any(word in _OPEN for word in asks) and not is_said):
        return None
    others = [one for one in plain if one not in (*yes, *no)] if len(plain) == 2 else []
    if said is Reply.YES:
        found = [] if any(_says_both(one) for one in no) else yes or others
    elif said is Reply.NOT_YET and asks[-1:] == ["chưa"]:
        # "Not yet" is no "does not apply": only a choice that says so, or the opposite of yes.
        found = [one for one in no if _begins(one, ("chưa",))] or others
    else:
        found = no or others
    return found[0] if len(found) == 1 else None


MOST_PLAIN = 3
"""Choices, those for doubt left out, beyond which yes and no are no longer plain."""


def _says_both(choice: Choice) -> bool:
    """Whether a "no" also holds for some who would say yes: "Không có, hoặc đã ghi sổ"."""
    label = choice.label.vi.casefold()
    return any(f", hoặc {word} " in label for word in ("đã", "có", "đang"))


_DOUBT = re.compile(
    r"(?:^|hoặc )(?:tôi )?(?:không|chưa) (?:chắc|rõ|biết|nhớ)(?: rõ)?"
    r"(?:$|,| có phải| đã| nghỉ)"
)


def is_unsure(choice: Choice) -> bool:
    """Whether a choice is for those who do not know: "Tôi không nhớ rõ"."""
    return _DOUBT.search(choice.label.vi.casefold()) is not None


def _begins(choice: Choice, words: Sequence[str]) -> bool:
    label = choice.label.vi.casefold()
    return any(label == word or label.startswith((f"{word} ", f"{word},")) for word in words)
