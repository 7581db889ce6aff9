"""How hard a script's texts are to read: long sentences, words of law. Pure.

A sentence may have 20 words, counted as a word processor counts them: by the blanks
between. In Vietnamese that counts syllables (tiếng), of which a word of the dictionary has
about one and a half, so it is the strictest sense of "word" that a writer may have in mind
– and the only one that an official can count without a linguist. Sources are left out,
because a decree is called what it is called, and so are the wordings of `heard_as`, which
are what citizens say.
"""

import re
from collections.abc import Iterator, Mapping

from kiosk.letters import Flaw, texts
from kiosk.procedure import Procedure
from kiosk.script import Place

MOST_WORDS = 20
"""A longer sentence is not understood at one reading, standing, with people waiting."""

PLAIN_WORDS: Mapping[str, str] = {
    "ban hành": "ra, đưa ra",
    "căn cứ theo": "theo",
    "chủ thể": "người, gia đình",
    "chiếu theo": "theo",
    "có thẩm quyền": "được phép, được quyền",
    "đương sự": "ông/bà, người làm thủ tục",
    "hồ sơ hợp lệ": "hồ sơ đủ và đúng",
    "nêu trên": "ở trên",
    "ngụ tại": "ở",
    "nhân thân": "họ tên, ngày sinh, quê quán",
    "niêm yết": "dán công khai",
    "nói trên": "ở trên",
    "quy định của pháp luật": "luật",
    "quy phạm pháp luật": "luật, nghị định",
    "sau đây gọi là": "gọi là",
    "theo quy định tại": "nói thẳng phải làm gì",
    "thụ lý": "nhận giải quyết",
    "tiến hành": "làm",
    "xuất trình": "cho xem",
}
"""Words of law that no one says at a counter -> what people say; lower case."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"\S*\w\S*")
_RARE = re.compile(rf"\b({'|'.join(PLAIN_WORDS)})\b", re.IGNORECASE)


def hard_places(procedure: Procedure) -> Iterator[Flaw]:
    """The long sentences and the words of law in what citizens read."""
    for place, text in texts(procedure):
        if not _is_read(place):
            continue
        for sentence in _SENTENCE_END.split(text):
            count = len(_WORD.findall(sentence))
            if count > MOST_WORDS:
                long = (("count", count), ("most", MOST_WORDS), ("sentence", sentence))
                yield Flaw(place=place, code="long_sentence", values=long)
        for word in _RARE.findall(text) if place[-1] == "vi" else ():
            said = (("word", word), ("plain", PLAIN_WORDS[word.lower()]))
            yield Flaw(place=place, code="rare_word", values=said)


def _is_read(place: Place) -> bool:
    return place[0] != "sources" and "heard_as" not in place
