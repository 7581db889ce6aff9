"""What people say and what they mean by it, gathered from the scripts. Pure.

Only from what a kiosk may learn from: the wordings of the scripts, the wishes, small talk,
the wordings of other procedures, and questions that no test scores.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.assistant.prompt import plain
from kiosk.assistant.question_file import Question as Asked
from kiosk.assistant.vietnamese import fold
from kiosk.catalogue import Catalogue
from kiosk.findable import SmallTalk
from kiosk.procedure import Aspect, Procedure

WATCHED_IN = 10
"""One sentence in so many is not learned from, but watched: what is chosen is chosen on these."""


class Kind(StrEnum):
    """What somebody means."""

    CHOICE = "choice"
    ASIDE = "aside"
    WISH = "wish"
    WHY = "why"
    UNCLEAR = "unclear"
    CORRECTION = "correction"
    MATTER = "matter"
    """A procedure, at the start."""
    OUT = "out"
    """Nothing that is offered, at the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A sentence with what is meant by it."""

    text: str
    kind: Kind
    right: tuple[str, ...]
    """Ids of offers (`prompt.Offer`); any of them is right."""
    is_ambiguous: bool = False
    """Whether it must be asked back: each of the ids is as likely as the others."""
    procedure: str = ""
    """Where it is said; empty: anywhere in a procedure, or at the start."""
    question: str = ""
    """The question that was asked; empty: any of the procedure's."""
    is_made: bool = False
    """Whether a rule made it up; no measure counts it."""

    @property
    def is_watched(self) -> bool:
        """Whether it is set aside; the same sentence always is or never is."""
        said = hashlib.sha256(fold(self.text).encode()).digest()
        return not self.is_made and said[0] % WATCHED_IN == 0


def in_procedures(catalogue: Catalogue, wishes: dict[str, tuple[str, ...]]) -> Iterator[Saying]:
    """What may be said in the midst of a procedure: choices, side questions, wishes."""
    for procedure in catalogue.procedures:
        yield from _choices(procedure)
        yield from _asides(procedure)
    for name, texts in wishes.items():
        kind = {"why": Kind.WHY, "unclear": Kind.UNCLEAR}.get(name, Kind.WISH)
        right = f"wish {name}" if kind is Kind.WISH else name
        yield from (Saying(text=text, kind=kind, right=(right,)) for text in texts)


def _choices(procedure: Procedure) -> Iterator[Saying]:
    for question in procedure.questions:
        meant: dict[str, list[str]] = {}
        for choice in question.choices:
            for text in choice.heard_as.vi:
                meant.setdefault(text, []).append(f"answer {choice.id}")
        for text, right in meant.items():
            yield Saying(
                text=text,
                kind=Kind.CHOICE,
                right=tuple(dict.fromkeys(right)),
                procedure=procedure.id,
                question=question.id,
            )


def _asides(procedure: Procedure) -> Iterator[Saying]:
    for aside in procedure.asides:
        right = (f"aside {aside.id}",)
        for text in aside.heard_as.vi:
            yield Saying(text=text, kind=Kind.ASIDE, right=right, procedure=procedure.id)
        is_only = [one.aspect for one in procedure.asides].count(aside.aspect) == 1
        if is_only:
            for text in _ASKED.get(aside.aspect, ()):
                yield Saying(
                    text=text,
                    kind=Kind.ASIDE,
                    right=right,
                    procedure=procedure.id,
                    is_made=True,
                )


_ASKED: dict[Aspect, tuple[str, ...]] = {
    Aspect.FEE: (
        *("cái này tốn nhiêu tiền", "phí tổn ra sao cô", "có thu đồng nào không"),
        *("lệ phí là mấy nghìn", "làm cái này tốn kém không", "hết khoảng mấy trăm"),
        *("đóng nhiêu vậy con", "giá cả thế nào", "có phải trả tiền không em", "mắc không"),
    ),
    Aspect.TIME: (
        *("chờ có lâu không", "chừng nào tui lấy được", "hẹn ngày nào trả"),
        *("trong hôm nay có kịp không", "xong liền không cô", "khoảng mấy tuần mới có"),
        *("bao lâu thì được giấy", "đợi tới chừng mô", "có nhanh không cháu"),
    ),
    Aspect.PAPERS: (
        *("tôi phải đem theo những gì", "thiếu giấy thì có làm được không", "cần bản chính không"),
        *("phải có giấy tờ chi", "hồ sơ có mấy món", "có cần mang căn cước theo không"),
        *("cầm theo cái gì đi", "phải photo giấy nào", "chuẩn bị những loại giấy nào"),
    ),
    Aspect.PLACE: (
        *(
            "nộp chỗ nào vậy",
            "tôi ra quầy số mấy",
            "đến chỗ mô để làm",
            "làm ở phường khác được không",
        ),
        *("lên phòng nào nộp", "cái ni nộp ở mô", "có phải lên quận không"),
    ),
    Aspect.WHO: (
        *("nhờ con tôi đi có được không", "người khác nộp giùm được không", "phải đích thân đi à"),
        *("ai được phép nộp", "tôi đau chân để cháu đi thay nhé", "vắng mặt có làm được không"),
    ),
    Aspect.RESULT: (
        *("làm xong cầm về cái gì", "rồi người ta đưa tôi tờ gì", "kết quả là giấy gì vậy"),
        *("xong thì được cấp giấy chi", "nhận về mấy bản"),
    ),
    Aspect.ONLINE: (
        *("nộp qua điện thoại có được không", "tôi ngồi nhà làm trên mạng được chứ"),
        *("có làm online được không", "gửi qua mạng được không cháu", "nộp bằng máy tính ở nhà"),
    ),
    Aspect.LEGAL: (
        *("theo luật nào vậy", "quy định ở văn bản nào", "căn cứ vào đâu mà làm thế"),
        *("nghị định số mấy", "ai ra quy định này"),
    ),
}
"""Side questions as anybody may ask them of any procedure."""


def at_start(
    catalogue: Catalogue, small_talk: SmallTalk, asked: Sequence[Asked]
) -> Iterator[Saying]:
    """What may be said before a procedure was chosen."""
    codes = {one.code: one.id for one in catalogue.procedures}
    for procedure in catalogue.procedures:
        heard = (*procedure.heard_as.vi, *catalogue.wordings.get(procedure.code, ()))
        for text in dict.fromkeys(heard):
            yield Saying(text=text, kind=Kind.MATTER, right=(f"procedure {procedure.id}",))
    for code, texts in catalogue.wordings.items():
        if code not in codes:
            yield from (_out(text) for text in texts)
    for card in catalogue.cards:
        yield from (_out(text) for text in card.heard_as.vi)
    for matter in catalogue.unserved:
        yield from (_out(text) for text in matter.heard_as)
    for name, texts in small_talk.items():
        for text in texts:
            if name == "officer":
                yield Saying(text=text, kind=Kind.WISH, right=("wish staff",))
            elif name == "vague":
                yield Saying(text=text, kind=Kind.UNCLEAR, right=("unclear", "out"))
            else:
                yield _out(text)
    for one in asked:
        found = tuple(f"procedure {codes[code]}" for code in one.codes if code in codes)
        if one.codes and not found and one.behaviour != "out_of_scope":
            yield _out(one.text)  # a real matter, but none that has a script
        elif found:
            yield Saying(
                text=one.text, kind=Kind.MATTER, right=found, is_ambiguous=one.is_ambiguous
            )
        else:
            yield _out(one.text)


def _out(text: str) -> Saying:
    return Saying(text=text, kind=Kind.OUT, right=("out", "unclear"))


def elsewhere(
    sayings: Sequence[Saying], everyday: Sequence[str], chance: random.Random, most: int
) -> Iterator[Saying]:
    """What settles nothing where it is said: everyday talk, answers to other questions."""
    texts = [one.text for one in sayings if one.kind is Kind.CHOICE and not one.is_watched]
    kept = [one.text for one in sayings if one.kind is Kind.CHOICE and one.is_watched]
    for text in chance.sample(texts, min(most, len(texts))):
        yield Saying(text=text, kind=Kind.UNCLEAR, right=("unclear",), is_made=True)
    for text in chance.sample(kept, min(most // WATCHED_IN, len(kept))):
        yield Saying(text=text, kind=Kind.UNCLEAR, right=("unclear",))
    for text in chance.sample(everyday, min(most, len(everyday))):
        yield Saying(text=text, kind=Kind.UNCLEAR, right=("unclear",))


def same_words(one: str, other: str) -> bool:
    """Whether two sentences are one for a kiosk: letter for letter, or but for their marks."""
    return plain(one) == plain(other) or fold(one) == fold(other)
