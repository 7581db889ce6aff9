"""Marks of a sentence: the few words that turn one procedure into another. Pure.

"Làm lại", "đổi", "xóa", a nationality, an age: each is one mark, whatever words say it.
The lookup sees marks as words of their own, so that "chồng người Hàn" and "vợ quốc tịch
Lào" are alike, and it counts a mark that only one side has against a candidate.
"""

from collections.abc import Sequence
from enum import StrEnum

from kiosk.assistant.amounts import OLDEST, age_of
from kiosk.assistant.vietnamese import fold, has_diacritics


class Mark(StrEnum):
    """What a sentence says besides its subject."""

    FOREIGN = "foreign"
    """Somebody of another nationality, or something done abroad."""
    AGAIN = "again"
    CHANGE = "change"
    WRONG = "wrong"
    DELETE = "delete"
    EXTEND = "extend"
    END = "end"
    PAUSE = "pause"
    COPY = "copy"
    CERTIFY = "certify"
    MOBILE = "mobile"
    """An officer is asked to come to the house."""
    BORDER = "border"
    LOST = "lost"
    DIED = "died"
    BURIAL = "burial"
    LATE = "late"
    CHILD = "child"
    """An age under 14."""
    YOUTH = "youth"
    """An age from 14 to 17."""
    OLD = "old"
    """An age from 60 to 79."""
    VERY_OLD = "very_old"
    """An age from 80."""
    SUPERVISE = "supervise"
    JOINT = "joint"
    """Several papers in one go."""
    SINGLE = "single"
    """Somebody is not, or no longer, married."""


_COUNTRIES = (
    *("hàn quốc", "nhật bản", "đài loan", "trung quốc", "hoa kỳ", "mỹ", "pháp", "đức", "úc"),
    *("canada", "ca na đa", "lào", "campuchia", "cam pu chia", "thái lan", "singapore"),
    *("malaysia", "ma lai", "ấn độ", "nga", "anh quốc", "hồng kông", "philippines", "indonesia"),
    *("ý", "tây ban nha", "hà lan", "thụy điển", "na uy", "đan mạch", "ba lan", "séc", "tiệp"),
    *("ukraina", "new zealand", "nigeria", "nepal", "miến điện", "mông cổ"),
)
_PEOPLES = (
    *("hàn", "nhật", "đài", "tàu", "mỹ", "pháp", "đức", "úc", "lào", "miên", "thái", "nga"),
    *("tây", "âu", "nước ngoài", "ngoại quốc", "ấn", "mã", "sing", "phi", "anh gốc", "hoa kỳ"),
)
_FOREIGN = (
    *("nước ngoài", "ngoại quốc", "việt kiều", "kiều bào", "quốc tịch", "hải ngoại", "con lai"),
    *("đại sứ quán", "lãnh sự", "ông tây", "bà tây", "anh tây", "chồng tây", "vợ tây"),
    *(f"người {people}" for people in (*_PEOPLES, *_COUNTRIES)),
    *(
        f"{place} {country}"
        for place in ("bên", "ở", "tại", "từ", "nước")
        for country in _COUNTRIES
    ),
    *(f"{kin} {people}" for kin in ("chồng", "vợ", "rể", "dâu") for people in ("hàn", "đài")),
    *("hàn quốc", "nhật bản", "đài loan", "trung quốc", "hoa kỳ", "canada", "singapore"),
    *("campuchia", "thái lan", "malaysia", "hồng kông", "anh quốc", "philippines"),
)

_PHRASES: dict[Mark, tuple[str, ...]] = {
    Mark.FOREIGN: _FOREIGN,
    Mark.AGAIN: (
        *("làm lại", "cấp lại", "xin lại", "đăng ký lại", "khai lại", "lấy lại", "viết lại"),
        *("lần nữa", "làm mới lại", "phục hồi", "khôi phục"),
    ),
    Mark.CHANGE: (
        *("đổi", "thay đổi", "cấp đổi", "điều chỉnh", "bổ sung", "thêm", "cập nhật", "chuyển"),
        *("sang tên",),
    ),
    Mark.WRONG: (
        *(
            "sai",
            "nhầm",
            "lộn",
            "cải chính",
            "đính chính",
            "sửa",
            "chỉnh",
            "thiếu chữ",
            "hiệu đính",
        ),
        *("không khớp", "lệch"),
    ),
    Mark.DELETE: ("xóa", "cắt", "gạch", "bỏ tên", "rút tên", "hủy", "thu hồi"),
    Mark.EXTEND: ("gia hạn", "hết hạn", "sắp hết", "thêm thời hạn", "quá hạn sử dụng", "đáo hạn"),
    Mark.END: (
        *("chấm dứt", "nghỉ hẳn", "nghỉ luôn", "đóng cửa", "giải thể", "dẹp", "thôi làm", "thôi"),
        *("trả giấy phép", "không bán nữa", "nghỉ bán", "thôi hưởng", "bỏ nghề", "sập tiệm"),
    ),
    Mark.PAUSE: ("tạm ngừng", "tạm nghỉ", "tạm dừng", "tạm ngưng", "nghỉ vài", "nghỉ mấy"),
    Mark.COPY: ("bản sao", "sao y", "trích lục", "sao lục", "sao lại", "thêm bản", "thêm mấy bản"),
    Mark.CERTIFY: ("chứng thực", "công chứng", "sao y", "đóng dấu", "xác nhận chữ ký"),
    Mark.MOBILE: (
        *("lưu động", "tận nhà", "xuống nhà", "đến nhà", "tới nhà", "nằm liệt", "không đi được"),
        *("không đi lại được", "bị liệt", "ốm liệt", "thi hành án", "trong tù", "tại nhà"),
    ),
    Mark.BORDER: ("biên giới", "láng giềng", "cửa khẩu"),
    Mark.LOST: (
        *("bị mất", "mất giấy", "mất thẻ", "mất sổ", "làm mất", "đánh mất", "đánh rơi", "thất lạc"),
        *("rơi mất", "mất cắp", "mất trộm", "cháy", "không tìm thấy", "mất bản", "mất cái", "rớt"),
        *("mất cccd", "mất căn cước", "mất bằng", "mất luôn"),
    ),
    Mark.DIED: (
        *("chết", "qua đời", "khai tử", "báo tử", "từ trần", "chứng tử", "khuất núi", "tắt thở"),
        *("mới mất", "vừa mất", "đã mất", "mẹ mất", "bố mất"),
        *("ông mất", "bà mất", "chồng mất", "vợ mất", "ngoại mất", "nội mất", "mất hôm"),
        *("mất tuần", "mất năm", "mất tháng", "mất ở", "người mất", "tử vong", "về trời"),
    ),
    Mark.BURIAL: ("mai táng", "ma chay", "tang", "chôn", "chôn cất", "hỏa táng", "hậu sự", "hòm"),
    Mark.LATE: (
        *("quá hạn", "trễ", "trễ hạn", "muộn", "chậm", "quên chưa", "lâu rồi chưa", "giờ mới"),
        *("bị phạt", "quá lâu"),
    ),
    Mark.SUPERVISE: ("giám sát",),
    Mark.SINGLE: (
        *("độc thân", "chưa đăng ký kết hôn", "chưa kết hôn", "chưa có vợ", "chưa có chồng"),
        *("chưa vợ", "chưa chồng", "còn son", "chưa lập gia đình", "tình trạng hôn nhân"),
        *("chưa lấy vợ", "chưa lấy chồng", "không có vợ", "không có chồng", "chưa từng kết hôn"),
    ),
    Mark.JOINT: ("liên thông", "gộp", "một lần", "cùng lúc", "luôn một thể", "luôn thể"),
}

_OTHER_WORDS = frozenset(
    ("muon", "tre", "cham", "hom", "chon", "tang", "thoi", "cat", "gach", "lon", "huy", "y", "my")
)
"""Without diacritics these may be other words: "muon" is "muộn" and "muốn"."""

_BY_FIRST: dict[bool, dict[str, list[tuple[tuple[str, ...], Mark]]]] = {}
for _is_plain in (False, True):
    _table: dict[str, list[tuple[tuple[str, ...], Mark]]] = {}
    for _mark, _said in _PHRASES.items():
        for _phrase in _said:
            _words = tuple((fold(_phrase) if _is_plain else _phrase).split())
            if _is_plain and len(_words) == 1 and _words[0] in _OTHER_WORDS:
                continue
            _table.setdefault(_words[0], []).append((_words, _mark))
    _BY_FIRST[_is_plain] = _table

_AGES = ((14, Mark.CHILD), (18, Mark.YOUTH), (60, None), (80, Mark.OLD), (OLDEST, Mark.VERY_OLD))


def marks(words: Sequence[str]) -> frozenset[Mark]:
    """The marks of a sentence.

    Args:
        words: from `Standard.words`; without diacritics the phrases are read so too.
    """
    is_plain = not has_diacritics(words)
    said = tuple(words)
    found = {
        mark
        for at, word in enumerate(said)
        for phrase, mark in _BY_FIRST[is_plain].get(word, ())
        if said[at : at + len(phrase)] == phrase
    }
    age = age_of(words)
    if age is not None:
        band = next(mark for limit, mark in _AGES if age < limit)
        found |= {band} if band is not None else set()
    return frozenset(found)
