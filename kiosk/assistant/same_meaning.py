"""Words that may stand for others when a paragraph is said more simply. Pure.

The list is closed and short on purpose: whatever is not in it has to stay as it is. Each
group holds in every sentence of our scripts; papers, people, legal terms, "nộp" and "đưa
xem", "phải" and "được" are in none, because there another word is another fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.procedure import Language


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases with one meaning."""

    plain: tuple[str, ...]
    """How people say it: each may stand for any phrase of the group."""
    hard: tuple[str, ...] = ()
    """How papers say it: may stay, but never takes the place of another."""


@dataclass(frozen=True, slots=True)
class SameMeaning:
    """What a language lets one change without changing what is said."""

    groups: tuple[Group, ...]
    whole: frozenset[str]
    """Phrases that are one word: the "khi" of "trước khi" begins no condition."""
    may_come: frozenset[str]
    """Words that carry nothing: they may be added and left out, but not behind `binding`."""
    binding: frozenset[str]
    """What says something of the very next word: "sẽ chỉ nơi" is not "chỉ sẽ nơi"."""
    may_go: frozenset[str]
    """Words that only lend weight: they may be left out."""
    if_word: str
    when_word: str
    then_word: str | None
    openers: frozenset[str]
    """A comma before one of these may become a full stop, and the other way round."""
    fixed_order: frozenset[str]
    """A sentence with one of these keeps its condition where it is: "chỉ … khi", "ask if"."""
    modal: frozenset[str]
    """What must, may or need not be: a condition with one of these may end before it."""


_VIETNAMESE = SameMeaning(
    groups=(
        Group(("không",), ("chẳng", "chả")),
        Group(("nếu",), ("nếu như", "giả sử")),
        Group(("hoặc", "hay", "hoặc là")),
        Group(("nhưng", "nhưng mà"), ("tuy nhiên",)),
        Group(("vì", "bởi vì")),
        Group(("ít nhất",), ("tối thiểu",)),
        Group(("nhiều nhất",), ("tối đa",)),
        Group(
            (
                *("xin hỏi", "hãy hỏi", "mời hỏi", "mời ông/bà hỏi", "xin ông/bà hỏi"),
                *("ông/bà hãy hỏi", "xin mời ông/bà hỏi"),
            ),
            ("vui lòng hỏi", "ông/bà vui lòng hỏi"),
        ),
        Group(
            ("không mất tiền", "không tốn tiền", "miễn phí"), ("được miễn phí", "không thu tiền")
        ),
        Group(
            ("không mất lệ phí", "không mất tiền lệ phí"),
            ("miễn lệ phí", "được miễn lệ phí", "không thu lệ phí"),
        ),
        Group(("lệ phí", "tiền lệ phí")),
        Group(("số tiền", "mức tiền")),
        Group(("số tiền phải nộp", "số tiền phải đóng"), ("mức thu",)),
        Group(("trả tiền",), ("thanh toán",)),
        Group(("kiểm tra",), ("xác minh", "thẩm tra")),
        Group(("tra", "tìm"), ("tra cứu",)),
        Group(("so",), ("đối chiếu",)),
        Group(("giấy tờ",), ("hồ sơ", "bộ hồ sơ")),
        Group(("giấy hẹn", "phiếu hẹn")),
        Group(("bằng giấy",), ("bằng văn bản",)),
        Group(("dữ liệu dân cư",), ("cơ sở dữ liệu dân cư",)),
        Group(("bưu điện",), ("bưu chính", "dịch vụ bưu chính")),
        Group(("trên mạng", "qua mạng"), ("trực tuyến",)),
        Group(("email", "thư điện tử")),
        Group(("lấy vân tay", "lấy dấu vân tay")),
        Group(("hạn",), ("thời hạn",)),
        Group(("trả lời",), ("phản hồi",)),
        Group(("dùng",), ("sử dụng",)),
        Group(("đủ",), ("đầy đủ",)),
        Group(("đúng",), ("chính xác",)),
        Group(("rõ", "rõ ràng"), ("rõ nét",)),
        Group(("bị hỏng",), ("hư hỏng",)),
        Group(("khoảng",), ("xấp xỉ", "ước chừng")),
        Group(("phần lớn", "hầu hết", "đa số")),
        Group(("tùy", "tùy theo", "tùy vào"), ("tùy thuộc vào",)),
        Group(("như",), ("chẳng hạn như", "ví dụ như")),
        Group(("tiếp theo", "kế tiếp")),
        Group(("hằng năm", "hàng năm", "mỗi năm")),
        Group(("hằng tháng", "hàng tháng", "mỗi tháng")),
        Group(("bây giờ",), ("hiện nay", "hiện giờ")),
        Group(("đang",), ("hiện đang",)),
        Group(("ngay",), ("ngay lập tức",)),
        Group(("ở",), ("tại",)),
        Group(("đến", "tới")),
        Group(("các", "những")),
        Group(("đó", "ấy", "đấy")),
        Group(("cha", "bố")),
        Group(("bé", "em bé", "cháu bé")),
    ),
    whole=frozenset(
        (
            *("trước khi", "sau khi", "trừ khi", "chỉ khi", "đến khi", "cho đến khi", "từ khi"),
            *("mỗi khi", "trong khi", "khi đó", "khi nào", "có khi", "đôi khi", "kể cả khi"),
            *(
                "cả khi",
                "ngay khi",
                "ngay cả khi",
                "kể cả nếu",
                "cùng lúc",
                "hay không",
                "chẳng hạn",
            ),
        )
    ),
    may_come=frozenset(("ạ", "nhé", "nha", "dạ", "sẽ", "cái", "chiếc")),
    binding=frozenset(("chỉ", "không", "chưa", "cả", "mới", "đừng")),
    may_go=frozenset(("vẫn", "đều")),
    if_word="nếu",
    when_word="khi",
    then_word="thì",
    openers=frozenset(("xin hỏi", "nhưng", "nên")),
    fixed_order=frozenset(
        (
            *("chỉ", "chỉ khi", "mới", "trừ", "trừ khi", "cả", "mọi", "mỗi", "và", "hoặc"),
            *("nhưng", "kể cả", "để", "vì", "do", "ai", "nào"),
        )
    ),
    modal=frozenset(("phải", "được", "cần", "nên", "thể", "không", "chưa")),
)

_ENGLISH = SameMeaning(
    groups=(
        Group(("a", "an")),
        Group(("choose", "pick")),
        Group(("see", "look at")),
        Group(("by post", "by mail")),
        Group(("like", "such as")),
        Group(("for each", "for every"), ("per",)),
        Group(("kiosk", "machine")),
        Group(("collect", "pick up")),
        Group(("usually", "normally")),
        Group(("more", "extra"), ("additional",)),
        Group(("get",), ("obtain",)),
        Group(("need",), ("require",)),
        Group(("needs",), ("requires",)),
        Group(("needed",), ("required",)),
        Group(("tell",), ("inform", "notify")),
        Group(("tells",), ("informs", "notifies")),
        Group(("help",), ("assist", "assistance")),
        Group(("helps",), ("assists",)),
        Group(("about",), ("concerning", "regarding")),
        Group(("before",), ("prior to",)),
        Group(("use",), ("utilise",)),
        Group(("free",), ("free of charge",)),
        Group(("phone",), ("telephone",)),
        Group(("people",), ("persons",)),
        Group(("enough",), ("sufficient",)),
        Group(("done",), ("completed",)),
        Group(("fill in", "fill out")),
        Group(("dong", "đồng")),
    ),
    whole=frozenset(("even if", "only if", "as if", "even when", "only when", "if any")),
    may_come=frozenset(("please",)),
    binding=frozenset(("only", "not", "no")),
    may_go=frozenset(("still",)),
    if_word="if",
    when_word="when",
    then_word=None,
    openers=frozenset(("but", "so")),
    fixed_order=frozenset(
        (
            *("only", "unless", "except", "just", "and", "or", "but", "because", "who", "which"),
            *(
                "that",
                "ask",
                "hear",
                "know",
                "see",
                "say",
                "says",
                "tell",
                "tells",
                "check",
                "find",
            ),
        )
    ),
    modal=frozenset(("must", "may", "can", "need", "needs", "should", "not", "no")),
)

SAME_MEANING: Mapping[Language, SameMeaning] = {"vi": _VIETNAMESE, "en": _ENGLISH}


def easier(text: str, language: Language) -> tuple[tuple[str, str], ...]:
    """(hard phrase, plain phrase) for what is hard in `text`, the longest first.

    A model may be shown them: what it changes otherwise is refused.
    """
    spaced = f" {' '.join(text.casefold().translate(_NO_MARKS).split())} "
    pairs = [(hard, one.plain[0]) for one in SAME_MEANING[language].groups for hard in one.hard]
    found: list[tuple[str, str]] = []
    for hard, plain in sorted(pairs, key=lambda pair: -len(pair[0])):
        if f" {hard} " in spaced:
            spaced = spaced.replace(f" {hard} ", " | ")
            found.append((hard, plain))
    return tuple(found)


_NO_MARKS = str.maketrans(dict.fromkeys('.,;:!?()“”"', " "))
