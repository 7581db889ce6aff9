"""Side questions by their form: "mất bao nhiêu tiền", "ai đi thay được". Pure."""

from collections.abc import Sequence

from kiosk.assistant.phrases import Phrases
from kiosk.assistant.vietnamese import fold_word
from kiosk.procedure import Aspect, Procedure

_PHRASES: dict[Aspect, Phrases] = {
    Aspect.ONLINE: Phrases(
        *("tren mang", "qua mang", "truc tuyen", "qua dien thoai", "bang dien thoai", "tu xa"),
        *("o nha bam", "bam tren", "tren may tinh", "dich vu cong", "qua app"),
    ),
    Aspect.FEE: Phrases(
        *("bao nhieu tien", "may tien", "le phi", "mat tien", "ton tien", "het tien", "dong tien"),
        *("het bao nhieu", "ton bao nhieu", "mat bao nhieu", "thu tien", "mien phi", "may dong"),
        *("phi bao nhieu", "nhieu tien", "tra tien", "nop tien", "co phi", "phi khong", "bao tien"),
    ),
    Aspect.TIME: Phrases(
        *("bao lau", "may ngay", "khi nao", "bao gio", "chung nao", "bua mo", "hom nao"),
        *(
            "lau khong",
            "may hom",
            "lay lien",
            "lay ngay",
            "trong ngay",
            "bao nhieu ngay",
            "bua nao",
        ),
    ),
    Aspect.PLACE: Phrases(
        *("o dau", "cho nao", "cho mo", "o mo", "nop dau", "quay nao", "phuong nao", "den dau"),
        *("toi dau", "noi nao", "tang may", "cua nao", "phong nao"),
    ),
    Aspect.WHO: Phrases(
        *("ai di", "di thay", "di giup", "di gium", "lam thay", "nho nguoi", "uy quyen", "di ho"),
        *("nop thay", "ai lam", "ai nop", "ai phai", "dai dien duoc", "nop ho", "nop giup"),
    ),
    Aspect.RESULT: Phrases(
        *(
            "duoc giay gi",
            "duoc cap gi",
            "nhan duoc gi",
            "cap cho to gi",
            "nhan cai gi",
            "dua giay",
        ),
        *("giay gi ve", "nhan ket qua", "cap giay gi", "duoc to gi", "lay ve gi", "duoc gi"),
    ),
    Aspect.PAPERS: Phrases(
        *(
            "giay to gi",
            "giay gi",
            "can gi",
            "mang gi",
            "mang theo gi",
            "ho so gom",
            "can nhung gi",
        ),
        *("chuan bi gi", "can giay", "can mang", "phai mang", "nop giay", "co can", "co phai"),
    ),
    Aspect.LEGAL: Phrases(
        *("luat nao", "quy dinh nao", "nghi dinh", "can cu vao dau", "luat gi", "thong tu"),
    ),
}

_ASKING_WORDS = "bao may dau gi chi nao ai sao ha hong hem chung mo"
_ASKING = frozenset(_ASKING_WORDS.split())
_NEVER = ("chua", "khong", "chang")
"""With one of these "bao giờ" is "never", not "when"."""

_ENDS = ("khong", "ko", "hong", "chua", "ha", "hem", "khong a", "khong em", "khong co", "hong co")


def aside_for(words: Sequence[str], procedure: Procedure) -> str | None:
    """The side question of this procedure that a sentence asks; None where it asks none.

    Only a sentence in the form of a question counts, and only one aspect with one aside.
    """
    folded = [fold_word(word) for word in words]
    text = f" {' '.join(folded)} "
    tail = " ".join(folded[-3:])
    is_question = any(word in _ASKING for word in folded) or any(
        f" {end} " in f" {tail} " for end in _ENDS
    )
    if not is_question:
        return None
    said = tuple(words)
    if any(f" {never} " in text for never in _NEVER):
        said = tuple(text.replace(" bao gio ", " ").split())
    aspects = [aspect for aspect, phrases in _PHRASES.items() if phrases.stand_in(said)]
    if _GIVEN.stand_in(said):
        aspects = [one for one in aspects if one is not Aspect.FEE]
    for aspect in aspects:
        asides = [one.id for one in procedure.asides if one.aspect is aspect]
        if len(asides) == 1:
            return asides[0]
    return None


_GIVEN = Phrases("hỗ trợ", "trợ cấp", "được nhận", "được hưởng", "nhận được")
"""Money that comes is no fee."""

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
