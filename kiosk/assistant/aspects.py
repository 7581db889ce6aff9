"""Side questions by their form: "mất bao nhiêu tiền", "ai đi thay được". Pure."""

from collections.abc import Sequence

from kiosk.assistant.vietnamese import fold_word
from kiosk.procedure import Aspect, Procedure

_PHRASES: dict[Aspect, tuple[str, ...]] = {
    Aspect.ONLINE: (
        *("tren mang", "qua mang", "truc tuyen", "qua dien thoai", "bang dien thoai", "tu xa"),
        *("o nha bam", "bam tren", "tren may tinh", "dich vu cong", "qua app"),
    ),
    Aspect.FEE: (
        *("bao nhieu tien", "may tien", "le phi", "mat tien", "ton tien", "het tien", "dong tien"),
        *("het bao nhieu", "ton bao nhieu", "mat bao nhieu", "thu tien", "mien phi", "may dong"),
        *("phi bao nhieu", "nhieu tien", "tra tien", "nop tien", "co phi", "phi khong", "bao tien"),
    ),
    Aspect.TIME: (
        *("bao lau", "may ngay", "may bua", "khi nao", "bao gio", "chung nao", "bua mo", "hom nao"),
        *("lau khong", "may hom", "lay lien", "lay ngay", "trong ngay", "bao nhieu ngay", "bua nao"),
    ),
    Aspect.PLACE: (
        *("o dau", "cho nao", "cho mo", "o mo", "nop dau", "quay nao", "phuong nao", "den dau"),
        *("toi dau", "noi nao", "tang may", "cua nao", "phong nao"),
    ),
    Aspect.WHO: (
        *("ai di", "di thay", "di giup", "di gium", "lam thay", "nho nguoi", "uy quyen", "di ho"),
        *("nop thay", "ai lam", "ai nop", "ai phai", "dai dien duoc", "nop ho", "nop giup"),
    ),
    Aspect.RESULT: (
        *("duoc giay gi", "duoc cap gi", "nhan duoc gi", "cap cho to gi", "nhan cai gi", "dua giay"),
        *("giay gi ve", "nhan ket qua", "cap giay gi", "duoc to gi", "lay ve gi", "duoc gi"),
    ),
    Aspect.PAPERS: (
        *("giay to gi", "giay gi", "can gi", "mang gi", "mang theo gi", "ho so gom", "can nhung gi"),
        *("chuan bi gi", "can giay", "can mang", "phai mang", "nop giay", "co can", "co phai"),
    ),
    Aspect.LEGAL: ("luat nao", "quy dinh nao", "nghi dinh", "can cu vao dau", "luat gi", "thong tu"),
}

_ASKING = frozenset(
    "bao may dau gi chi nao ai sao ha hong hem a chung mo".split()
)
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
    aspects = [
        aspect
        for aspect, phrases in _PHRASES.items()
        if any(f" {phrase} " in text for phrase in phrases)
    ]
    for aspect in aspects:
        asides = [one.id for one in procedure.asides if one.aspect is aspect]
        if len(asides) == 1:
            return asides[0]
    return None
