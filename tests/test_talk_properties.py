"""Anything at all is said, anywhere: a visit goes on, and no word of it stays."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from visitor import Visitor, house, texts

from kiosk import event as on
from kiosk.screen_for import screen_for
from kiosk.tally import InputMode

MARK = "zqxw"
"""Stands in every sentence, and in no script."""

sentences = st.one_of(
    st.sampled_from(["đúng rồi", "không", "không phải", "số hai", "quay lại", "à nhầm, bà đi nộp"]),
    st.sampled_from(["đăng ký tạm trú", "khai sinh cho con", "mất bao nhiêu tiền", "cái thứ nhất"]),
    st.text(max_size=40),
    st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạ .,?!", max_size=60),
    st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")),
    st.binary(max_size=60).map(lambda raw: raw.decode("utf-8", "surrogateescape")),
    st.sampled_from(["\u202ekhai sinh\u202c", "مرحبا بالعالم", "עברית", "\u200fđất\u200e"]),
    st.sampled_from(["khai\u200b sinh", "\ufeffkhai tử", "tạm\u00adtrú", "\u2060", "\u0301" * 50]),
    st.sampled_from(
        ["👵🏽", "🇻🇳 khai sinh 🇻🇳", "👨‍👩‍👧‍👦", "\U000e0041", "\x00\x1b[31m", "\ud800"]
    ),
    st.sampled_from(["a" * 5000, "khai sinh " * 400, "không " * 900, "\n" * 500, "đ" * 2001]),
)
steps = st.one_of(
    st.tuples(st.just("say"), sentences, st.sampled_from([None, None, 0.2, 0.9])),
    st.tuples(st.just("type"), sentences, st.none()),
    st.tuples(st.just("touch"), st.integers(0, 40), st.none()),
)
begins = st.sampled_from([None, "khai-sinh", "tam-tru", "ket-hon", "chung-thuc-ban-sao"])


def marked(text: str) -> str:
    """With a word that is found again wherever it stays; blank stays blank."""
    return f"{text} {MARK}" if text.strip() else text


@settings(max_examples=30)
@given(begins, st.lists(steps, min_size=1, max_size=7))
def test_whatever_is_said_the_visit_goes_on_and_nothing_of_it_stays_on_the_screen(
    begin: str | None, happens: list[tuple[str, str | int, float | None]]
) -> None:
    visitor = Visitor()
    if begin is not None:
        procedure = house().office.procedure(begin)
        assert procedure is not None
        visitor.post(on.Chose(procedure))
    for kind, what, confidence in happens:
        if isinstance(what, int):
            within_reach = visitor.within_reach()
            event = within_reach[what % len(within_reach)].event
            assert event is not None
            visitor.post(event)
        elif kind == "say":
            visitor.say(marked(what), confidence)
        else:
            visitor.post(on.Said(marked(what), InputMode.TYPING))
        session = visitor.session
        for language in ("vi", "en"):
            screen = screen_for(replace(session, language=language), house().words, house().office)
            assert not any(MARK in text for text in texts(screen))
    assert visitor.faults == ()
    visitor.post(on.StaffReset())
    assert MARK not in repr(visitor.session)


@settings(max_examples=20)
@given(sentences, st.sampled_from(["khai-sinh", "tam-tru", "doi-can-cuoc"]))
def test_no_sentence_makes_a_result_without_the_review(said: str, begin: str) -> None:
    procedure = house().office.procedure(begin)
    assert procedure is not None
    visitor = Visitor()
    visitor.post(on.Chose(procedure))
    for _ in range(8):
        visitor.say(said)
    assert visitor.faults == ()
