"""Side questions by their form: "mất bao nhiêu tiền", "ai đi thay được". Pure."""

import re
from collections.abc import Sequence

from kiosk.assistant.phrases import Phrases
from kiosk.assistant.vietnamese import fold_word
from kiosk.procedure import Aspect

_PHRASES: dict[Aspect, Phrases] = {
    Aspect.LEGAL: Phrases(
        *("luat nao", "quy dinh nao", "nghi dinh", "can cu vao dau", "luat gi", "thong tu"),
    ),
    Aspect.FEE: Phrases(
        *("bao nhieu tien", "may tien", "le phi", "mat tien", "ton tien", "het tien", "dong tien"),
        *("het bao nhieu", "ton bao nhieu", "mat bao nhieu", "thu tien", "mien phi", "may dong"),
        *("phi bao nhieu", "nhieu tien", "tra tien", "nop tien", "co phi", "phi khong", "bao tien"),
    ),
    Aspect.TIME: Phrases(
        *("bao lau", "may ngay", "khi nao", "bao gio", "chung nao", "bua mo", "hom nao"),
        *("lau khong", "may hom", "lay lien", "lay ngay", "trong ngay", "bao nhieu ngay"),
        *("bua nao",),
    ),
    Aspect.RESULT: Phrases(
        *("duoc giay gi", "duoc cap gi", "nhan duoc gi", "cap cho to gi", "nhan cai gi"),
        *("dua giay", "giay gi ve", "nhan ket qua", "cap giay gi", "duoc to gi", "lay ve gi"),
        *("duoc gi",),
    ),
    Aspect.PLACE: Phrases(
        *("o dau", "cho nao", "cho mo", "o mo", "nop dau", "quay nao", "phuong nao", "den dau"),
        *("toi dau", "noi nao", "tang may", "cua nao", "phong nao"),
    ),
    Aspect.WHO: Phrases(
        *("di thay", "di giup", "di gium", "lam thay", "nho nguoi", "uy quyen", "di ho"),
        *("nop thay", "dai dien duoc", "nop ho", "nop giup"),
    ),
    Aspect.PAPERS: Phrases(
        *("giay to gi", "giay gi", "can gi", "mang gi", "mang theo gi", "ho so gom"),
        *("can nhung gi", "chuan bi gi"),
    ),
    Aspect.ONLINE: Phrases(
        *("tren mang", "qua mang", "truc tuyen", "qua dien thoai", "bang dien thoai", "tu xa"),
        *("o nha bam", "bam tren", "tren may tinh", "dich vu cong", "qua app"),
    ),
}
"""How people ask for each thing as a whole; heard through accents and slips."""

_IN_PLACE = (
    r"(?:di|lam|nop|xin|lay|khai|ky|nhan|dang ky) (?:\w+ ){0,2}(?:thay|giup|gium|dum"
    r"|ho(?! (?:kinh|khau|tich|ngheo|chieu|gia)))"
    r"|(?:nguoi (?:khac|ngoai|than|nha|quen)|nho|thue) (?:\w+ ){0,4}duoc|uy quyen"
)
_DEED = r"(?:di|nop|xin|khai|lam|bao|dung|ky|cap|nhan|giai quyet|duyet|chung|hoa giai|quyet)"
_GOING = re.compile(rf"\b(?:ai (?:\w+ )?(?:di|nop|xin|khai|lam|bao|dung)|{_IN_PLACE})\b")
"""Who may come, or come for another; who takes the papers and decides is something else."""
_WHAT = r"(?:gi|chi|nao|nhung gi|cai gi)"
_FORMS: dict[Aspect, re.Pattern[str]] = {
    aspect: re.compile(rf"\b(?:{form})\b")
    for aspect, form in {
        Aspect.LEGAL: r"luat|quy dinh|nghi dinh|thong tu|can cu|phap ly",
        Aspect.FEE: r"(?:tien|phi|ton)(?: \w+){0,4} (?:bao nhieu|bao|may|nao|khong)"
        r"|(?:het|gia) (?:\w+ )?(?:bao nhieu|may)|(?:re|dat) hon"
        r"|(?:dong|tra|nop|mat|ton) (?:\w+ )?(?:phi|tien|dong)",
        Aspect.TIME: r"(?:bao nhieu|may) (?:ngay|hom|bua|tuan|thang|lau|buoi)"
        r"|(?:khi|luc|hom|bua|ngay|chung|buoi|thu|thang) (?:nao|mo|may)"
        r"|(?:co )?(?:lau|nhanh|cham) (?:khong|lam khong|vay)",
        Aspect.RESULT: rf"(?:nhan|cap|phat|tra|dua|cam|lay)(?: \w+){{0,4}} {_WHAT}(?: ve)?"
        rf"|xong (?:\w+ ){{0,3}}(?:duoc|co|ra)(?: \w+){{0,3}} {_WHAT}",
        Aspect.PLACE: r"(?:cho|noi|quay|phuong|phong|cua|ban|tang|co quan|khu|xa|don vi)"
        r" (?:nao|mo|may|so may)"
        r"|(?:o|ra|den|toi|vo|vao|len|ve|sang|qua|lai|nop|gui|dem) (?:\w+ )?dau",
        Aspect.WHO: r"ai (?:(?:phai|duoc|se|la|co|cung|moi|dung ra|ra) ){0,2}"
        rf"{_DEED}|nguoi nao|ai la nguoi|la ai|{_IN_PLACE}",
        Aspect.PAPERS: r"(?:can|mang|dem|cam|nop|chuan bi|trinh|giay to?|ho so|gom|to)"
        rf"(?: \w+){{0,3}} {_WHAT}|(?:may|bao nhieu) (?:loai |thu |cai |to )?(?:giay|ho so)",
        Aspect.ONLINE: r"mang (?:duoc|internet)|(?:qua|tren|len|bang|nop) (?:\w+ )?(?:mang|vneid)"
        r"|online|internet|(?:tai|o) nha (?:\w+ ){0,3}(?:nop|lam|khai|gui|bam)|buu dien|buu chinh"
        r"|gui buu",
    }.items()
}
"""The same as a topic with an asking word near it, in folded words; in this order."""

_TOPICS = {
    Aspect.LEGAL: re.compile(r"\b(?:luat|can cu phap ly|nghi dinh|thong tu)\b"),
    Aspect.FEE: re.compile(r"\b(?:le phi|phi)\b"),
    Aspect.ONLINE: re.compile(r"\b(?:(?:qua|tren|len) mang|online|truc tuyen|buu dien)\b"),
}
"""What answers few questions of a script, and so may stand for a side question by itself."""

_OF_ONE = re.compile(r"\b(?:can|phai|bat buoc|nhat thiet|mang|dem|kem) .+ (?:khong|hong|ha|chua)\b")
"""How people ask whether they need one certain thing."""

_WITHOUT = re.compile(
    r"\b(?:thi|gio|roi|la) (?:phai |lam |co )?(?:sao|the nao|lam sao|tinh sao|lam gi|rang"
    r"|lam the nao)\b|\b(?:lam|tinh) (?:sao|the nao) (?:gio|day|bay gio|ha)\b|\bco sao khong\b"
)
"""How people ask what to do in their own case: "mất giấy rồi thì sao"."""

_LACKING = re.compile(
    r"\b(?:(?:khong|chua|hong|ko) (?:co|mang|cam|con|dem|xin duoc|lam duoc)"
    r"|(?:lam|bi|danh|lo) mat|mat(?! (?:bao|may|tien|phi|le|gi|lau|them|cong|thoi))"
    r"|thieu|quen mang) \w+"
)
"""How people say that they lack something: "chưa có giấy", not "mất bao nhiêu"."""

_TAIL = re.compile(
    r"(?: (?:thi|co|phai|lam|tinh|nop|gio|bay|day|roi|duoc|sao|the|nao|gi|khong|hong|ha|hem|a"
    r"|chua|vay|em|co|chau|chu|bac|anh|chi|con|do|nhi))+$"
)
"""What makes a question of a statement; what is left may be an answer's own wording."""

_ASKING = frozenset(
    ("bao", "may", "dau", "gi", "chi", "nao", "ai", "sao", "mo", "ha", "hong", "hem")
)
_NEVER = ("chua", "khong", "chang")
"""With one of these "bao giờ" is "never", not "when"."""
_NO = frozenset(("khong", "ko", "hong", "chang", "cha", "chua"))
"""Before an asking word they make it "nothing", "nobody", "never"."""
_AFRESH = frozenset(("thi", "ma", "vay", "roi", "nhung", "biet", "ro", "hoi", "cho"))
"""After one of these an asking word asks again: "không có giấy thì cần gì"."""
_POLITE = "(?:a|em|co|chu|bac|anh|chi|chau|con|minh|nhi|nhe|vay|the|day|ta|oi|dan|cho)"
_END = re.compile(rf"\b(?:khong|ko|hong|hem|chua|ha)(?: {_POLITE}){{0,3}}$")
"""What makes a question of a statement, at its end: "được không ạ", not "không về được"."""
_FEW = re.compile(r"\b(?:moi|duoc|cach|chi|them) may \w+|\bmay \w+ (?:roi|nay|truoc|thoi|nua)\b")
"""A few, not how many: "mới mấy ngày thôi"."""
_ANY = re.compile(r"\b(?:dau|ai|gi|nao|sao|bao gio|may) (?:\w+ )?cung\b")
"""Any, not which: "ở đâu cũng được"."""
_COPY = re.compile(r"\bban sao\b")
"""A copy: its "sao" asks nothing."""
_GIVEN = Phrases("hỗ trợ", "trợ cấp", "được nhận", "được hưởng", "nhận được")
"""Money that comes is no fee."""


def _plainly(words: Sequence[str]) -> str:
    """The folded words; one that only folds to an asking word stays as it is."""
    text = " ".join(
        word if not word.isascii() and word not in _SPELT.get(folded, (word,)) else folded
        for word, folded in ((word, fold_word(word)) for word in words)
    )
    return _COPY.sub("ban-sao", text)


_SPELT = {
    "dau": ("đâu",),
    "may": ("mấy",),
    "chi": (),
    "nao": ("nào",),
    "gi": ("gì", "gỉ"),
    "sao": (),
    "mo": ("mô",),
    "ha": ("hả", "há"),
    "thay": (),
    "ho": ("hộ",),
    "ai": (),
    "gia": ("giá",),
    "ton": ("tốn",),
    "phi": ("phí", "phỉ"),
}
"""How a word must be written with diacritics to ask: "đầu" is no "đâu", "chị" is no "chi"."""


def asks(words: Sequence[str]) -> bool:
    """Whether a sentence has the form of a question.

    An asking word after a "no" asks nothing ("không có giấy gì"), nor does one that means
    a few or any ("mới mấy ngày", "ở đâu cũng được").
    """
    text = _plainly(words)
    if _END.search(text) or _WITHOUT.search(text):
        return True
    is_denied = False
    for word in _ANY.sub("", _FEW.sub("", text)).split():
        if word in _AFRESH:
            is_denied = False
        elif word in _NO:
            is_denied = True
        elif word in _ASKING and not is_denied:
            return True
    return False


def aspects_in(words: Sequence[str]) -> tuple[Aspect, ...]:
    """What a question, one of a script for example, asks for as a whole; the likeliest first."""
    text = _FEW.sub("", _plainly(words))
    if any(f" {never} " in f" {text} " for never in _NEVER):
        text = text.replace("bao gio", "")
    said = text.split()
    found = [
        aspect
        for aspect, form in _FORMS.items()
        if form.search(text) or _PHRASES[aspect].stand_in(said)
    ]
    if _GIVEN.stand_in(said):
        found = [one for one in found if one is not Aspect.FEE]
    return tuple(found)


def topic_of(words: Sequence[str]) -> Aspect | None:
    """What a few words are about that ask nothing: "lệ phí", "nộp qua mạng"."""
    if len(words) > LONGEST_TOPIC:
        return None
    text = _plainly(words)
    return next((aspect for aspect, form in _TOPICS.items() if form.search(text)), None)


LONGEST_TOPIC = 8
"""Words; a longer sentence tells something."""


def asks_about_one(words: Sequence[str]) -> bool:
    """Whether a question is if one certain thing is needed: "có cần giấy độc thân không"."""
    return _OF_ONE.search(_plainly(words)) is not None


def asks_who_goes(words: Sequence[str]) -> bool:
    """Whether a question about people is who may come: "nhờ em đi nộp thay được không"."""
    return _GOING.search(_plainly(words)) is not None


def asks_what_then(words: Sequence[str]) -> bool:
    """Whether a question is what to do in the speaker's own case: "mất giấy rồi thì sao"."""
    return _WITHOUT.search(_plainly(words)) is not None


def asks_without(words: Sequence[str]) -> bool:
    """Whether a question begins with something that the speaker lacks: "chưa có giấy …"."""
    return _LACKING.search(_plainly(words)) is not None


def stated(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a question without those that ask: "không có giấy" of "… thì sao"."""
    text = _plainly(words)
    kept = len(_TAIL.sub("", text).split())
    return tuple(words[:kept])


_WHY = Phrases(
    *(
        "tai sao",
        "vi sao",
        "mac chi",
        "sao lai hoi",
        "sao phai",
        "sao hoi",
        "rang hoi",
        "rang lai hoi",
    ),
    *("biet de lam gi", "biet lam gi", "lien quan gi", "lien quan chi", "ly do gi"),
)
_WHY_ASKED = Phrases(
    "de lam gi", "lam gi", "lam chi", "chi rua", "chi vay", "chi the", "de chi", "ma chi"
)


def asks_why(words: Sequence[str]) -> bool:
    """Whether a sentence asks why the question on the screen is asked: "hỏi để làm gì"."""
    is_about_asking = "hoi" in (fold_word(word) for word in words)
    return _WHY.stand_in(words) or (is_about_asking and _WHY_ASKED.stand_in(words))


_SURELY_ASKING = Phrases(
    *("bao nhieu", "bao lau", "may ngay", "may tien", "khi nao", "chung nao", "the nao", "lam sao"),
    *(
        "giay to gi",
        "giay to nao",
        "nhung gi",
        "giay gi",
        "giay chi",
        "can gi",
        "duoc khong",
        "phai khong",
        "dung khong",
        "khong ha",
        "o dau",
    ),
    *("cho nao", "cho mo", "o mo", "la gi", "bua mo", "ai di", "co can", "may dong"),
)


def is_question(words: Sequence[str]) -> bool:
    """Whether a sentence certainly asks something, and so is no answer."""
    return _SURELY_ASKING.stand_in(words)
