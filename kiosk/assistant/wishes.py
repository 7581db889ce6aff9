"""What may be wished for at any step, by fixed phrases. Pure."""

from collections.abc import Sequence

from kiosk.assistant.phrases import Phrases
from kiosk.intent import Wish

_WISHES = {
    Wish.AGAIN: Phrases(
        *(
            "từ đầu",
            "làm lại hết",
            "bắt đầu lại",
            "chọn lại thủ tục",
            "đổi thủ tục",
            "thủ tục khác",
        ),
        *("làm việc khác", "màn hình đầu", "trang đầu", "xóa hết", "nhầm thủ tục", "sai thủ tục"),
    ),
    Wish.BACK: Phrases(
        *("quay lại", "quay lui", "lùi lại", "lùi một", "lui lại"),
        *("câu trước", "bước trước", "trang trước", "câu hồi nãy", "lùi về", "lùi bước"),
        *("về lại câu", "ngược lại một"),
    ),
    Wish.REPEAT: Phrases(
        *("nói lại", "nhắc lại", "đọc lại", "lặp lại", "nghe không rõ", "nghe không kịp"),
        *(
            "chưa nghe",
            "không nghe",
            "nghe chưa",
            "nói to",
            "nói chậm",
            "nghe không ra",
            "nói gì vậy",
        ),
        *("nói chi", "nghe hổng", "hổng nghe", "cái gì cơ", "gì cơ", "nói gì thế"),
        *("nói lớn", "tai kém", "nặng tai", "lãng tai"),
    ),
    Wish.STAFF: Phrases(
        *("cán bộ", "nhân viên", "người thật", "gặp người", "gọi người", "kêu người"),
        *("ai giúp", "giúp tôi với", "giúp tui với", "người hướng dẫn", "người trực"),
        *("ai ra chỉ", "cô nhân viên", "cứu tôi với"),
    ),
    Wish.STOP: Phrases(
        *("không làm nữa", "thôi khỏi", "dừng lại", "kết thúc", "tắt đi", "thôi không"),
        *("tôi về đây", "thoát ra", "hủy đi", "khỏi làm", "nghỉ không", "thôi về"),
        *("không mần nữa", "hông làm nữa", "dừng thôi", "ngưng đi", "thôi bỏ"),
    ),
}
"""What a short sentence wishes for; looked through in this order."""

LONGEST_WISH = 11
"""Words; a longer sentence that has such a phrase may well mean something else."""


def wish_in(words: Sequence[str]) -> Wish | None:
    """The wish that a short sentence names."""
    if len(words) > LONGEST_WISH:
        return None
    return next((wish for wish, said in _WISHES.items() if said.stand_in(words)), None)
