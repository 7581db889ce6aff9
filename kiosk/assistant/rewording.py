"""How a language model is asked to say a paragraph in simpler words. Pure.

It is told what the fact guard lets pass, and shown the plain words that it may use in this
very paragraph; what it does beyond that is refused anyway.
"""

from kiosk.assistant.same_meaning import easier
from kiosk.assistant.vietnamese import words_of
from kiosk.procedure import Language

MOST_ANSWER_LETTERS = 1500
"""A longer answer is no paragraph of ours; it is refused unread."""

_INSTRUCTION: dict[Language, str] = {
    "vi": """\
Bạn viết lại một đoạn hướng dẫn của phường cho người lớn tuổi dễ hiểu hơn.
Thay từ khó bằng từ thường ngày. Mỗi câu ngắn gọn. Nêu điều kiện bằng "nếu … thì …".
Giữ nguyên thứ tự các ý. Giữ nguyên mọi con số, số tiền, ngày tháng, tên giấy tờ, tên nơi, \
mã số, đường dẫn, và mọi chữ "không", "chưa", "chỉ", "phải", "được", "nếu", "hoặc", "và", \
"trước", "sau".
Không thêm ý, không bỏ ý, không hỏi, không chào, không giải thích.
Chỉ trả lời bằng đoạn đã viết lại.""",
    "en": """\
You reword a paragraph of a ward office so that older people understand it more easily.
Use everyday words in place of hard ones. Keep sentences short. Put conditions as "If …, …".
Keep the order. Keep every number, amount, date, name of a paper or place, code and link, and \
every "not", "no", "only", "must", "may", "if", "or", "and", "before" and "after".
Add nothing, leave nothing out, do not ask, greet or explain.
Answer with the reworded paragraph only.""",
}
_PLAIN_WORDS: dict[Language, str] = {
    "vi": "Từ dễ hơn nên dùng ở đoạn này: ",
    "en": "Easier words for this paragraph: ",
}
_ENGLISH = frozenset(
    (
        *("the", "is", "are", "and", "of", "for", "by", "or", "you", "not", "this", "with", "only"),
        *("yes", "law", "laws", "decree", "decrees", "circular", "circulars", "any", "does"),
        *("if", "without", "when", "from", "first", "other", "more", "days", "needs", "need"),
        *("until", "then", "too", "has", "have", "each", "its", "must", "office", "please"),
    )
)
"""One of them is in every English paragraph of ours, and none is a Vietnamese syllable.

A paragraph that is taken for the other language is asked about in that one: no harm comes of
it, the guard knows which it is."""


def language_of(paragraph: str) -> Language:
    """The language that a script's paragraph is written in; English ones name Vietnamese papers."""
    return "en" if _ENGLISH.intersection(words_of(paragraph)) else "vi"


def instruction(paragraph: str) -> str:
    """What a model is told before it is given `paragraph`."""
    language = language_of(paragraph)
    pairs = [f"“{hard}” → “{plain}”" for hard, plain in easier(paragraph, language)]
    hints = f"\n{_PLAIN_WORDS[language]}{'; '.join(pairs)}." if pairs else ""
    return f"{_INSTRUCTION[language]}{hints}"


def answered(untrusted: str) -> str | None:
    """The paragraph in an answer, unproven, on one line and without quotes; None: there is none."""
    if len(untrusted) > MOST_ANSWER_LETTERS or "<think>" in untrusted:
        return None
    text = " ".join(untrusted.split())
    for opened, closed in (("“", "”"), ('"', '"')):
        inner = text[1:-1]
        is_quoted = len(text) > 1 and text[0] == opened and text[-1] == closed
        if is_quoted and opened not in inner and closed not in inner:
            text = inner.strip()
    return text or None
