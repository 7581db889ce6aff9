"""(Where a citizen stands, what they said) -> what they mean there. Pure.

Rules first: places ("cái thứ hai"), yes and no, numbers against the limits in the labels,
"không biết" where a choice is for that. Then likeness among the options of the step
(`options`). What is not sure enough is asked back with the likeliest choices; an answer
is never guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from kiosk.assistant import replies
from kiosk.assistant.amounts import choice_by_number
from kiosk.assistant.asking import MOST_LETTERS, Decision, ask
from kiosk.assistant.aspects import aside_for, asks_why, is_question
from kiosk.assistant.lookup import Lookup, Ranking
from kiosk.assistant.options import Found, Meant, Option, Options, options_of
from kiosk.assistant.phrases import Phrases
from kiosk.assistant.vietnamese import Standard, fold, fold_word, syllables, words_of
from kiosk.card import Card
from kiosk.findable import SMALL_TALK
from kiosk.intent import (
    EMERGENCIES,
    Answered,
    AskedAside,
    AskedWhy,
    Chose,
    Corrected,
    Intent,
    OutOfScope,
    Perhaps,
    Talk,
    Unclear,
    Wish,
    Wished,
)
from kiosk.office import Office
from kiosk.path import Answers, follow, with_answer
from kiosk.procedure import Choice, Procedure, Question, Text
from kiosk.session import Guiding, Session
from kiosk.speech.numerals import in_words

Standing = Mapping[str, tuple[str, ...]]
"""What may be said at any step: a wish, `why` or `unclear` -> wordings."""

SURE_FROM = 0.6
SURE_AHEAD = 0.4
"""Score of the best option, and its lead, from which it is acted on without asking. Wordings
left out one at a time are right in nine of ten cases there, and every answer can be seen and
changed at the review."""

ALIKE_FROM = 0.8
ALIKE_AHEAD = 0.2
"""Likeness with a wording, and lead, from which it is all but that wording."""

PROPOSED_FROM = 0.55
PROPOSED_AHEAD = 0.2
"""The same for what is shown for confirmation before it counts."""

LIKE_FROM = 0.6
"""Likeness from which a wish, a "why" or mumbling is heard: they stand beside every step."""

LATER_FROM = 0.85
LATER_AHEAD = 0.4
"""The same for answers to questions that were not asked yet: no one was asked, so be surer."""

MOST_ANSWERS = 5
"""Answers taken from one sentence."""

OFFERED_FROM = 0.2
MOST_OFFERED = 3
"""Score from which a choice is named when something was not clear, and how many are."""

SHORT = 6
"""Words up to which "nhầm rồi, quay lại" is a wish and no taken-back answer."""

LONG = 9
"""Words from which a sentence without commas is cut at its joints."""

_JOINTS = re.compile(
    r"[,;.!?]+|\b(?:mà|ma|rồi|roi|nhưng|nhung|với lại|voi lai|còn|giờ|gio|thì|thi)\b"
)
_CORRECTIONS = Phrases(
    *("nham", "a quen", "y lon", "i lon", "ua lon", "noi lon", "noi sai", "hoi nay", "luc nay"),
    *("xin loi", "a khong", "o khong", "bam nham", "sua lai la", "doi lai la"),
    *("quen mat", "quen da", "chon sai", "tra loi sai", "noi lai la", "dung ra la"),
)
_TAGS = frozenset(
    ("duoc chua", "duoc khong", "dung khong", "phai khong", "dung chua", "nghe chua", "ro chua")
)
"""Folded clauses that only ask for assent; "được chưa" is no "not yet" to the next question."""
_UNSURE = Phrases(
    "khong biet", "khong ro", "khong nho", "khong chac", "chua ro", "chua biet", "quen roi"
)

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

_TALKS = {
    "greeting": Talk.GREETING,
    "thanks": Talk.THANKS,
    "about_kiosk": Talk.ABOUT_KIOSK,
    "vague": Talk.VAGUE,
    "emergency_police": Talk.POLICE,
    "emergency_fire": Talk.FIRE,
    "emergency_medical": Talk.MEDICAL,
}


class Understanding:
    """Understands what is said, wherever a visit stands."""

    def __init__(
        self,
        lookup: Lookup,
        *,
        standing: Standing,
        unserved: Mapping[str, Text],
        standard: Standard,
    ) -> None:
        """Args: unserved: id of a matter without a guide -> its name."""
        self._lookup = lookup
        self._standing = standing
        self._unserved = unserved
        self._standard = standard
        self._options: dict[tuple[str, str], Options] = {}

    def forget(self) -> None:
        """The visit is over: drop every word of it."""
        self._lookup.forget()

    def understand(self, session: Session, office: Office, text: str) -> Intent:
        """What `text` means in this session."""
        text = text[:MOST_LETTERS]
        if isinstance(session.phase, Guiding):
            meant = self._in_procedure(session.phase, text)
            return self._instead(session.phase, office, text, meant)
        return self._at_start(office, text)

    def at_start(self, text: str) -> Ranking:
        """What `text` may mean as a request."""
        return self._lookup.rank(text[:MOST_LETTERS])

    def ranked(self, procedure: Procedure, question: Question, text: str) -> tuple[Found, ...]:
        """What `text` may mean as something said to a question, best first."""
        words = self._lookup.repaired(self._standard.meant(text))
        options = self.options_at(procedure, question)
        return _best_of(options.rank(part) for part in self._parts(text, words)) if words else ()

    def takes_back(self, text: str) -> bool:
        """Whether `text` says that something before it was wrong."""
        return _takes_back(self._standard.words(text))

    def _at_start(self, office: Office, text: str) -> Intent:
        asked = ask(self._lookup, text)

        def shown(entry_id: str) -> Procedure | Card | None:
            return office.procedure(entry_id) or office.card(entry_id)

        found = tuple(one for one in (shown(c.id) for c in asked.candidates) if one is not None)
        is_gone = bool(asked.candidates) and shown(asked.candidates[0].id) is None
        if asked.decision is Decision.OUT_OF_SCOPE or not found or is_gone:
            return self._out_of_scope(asked.about, found)
        if asked.decision is Decision.ANSWER:
            return Chose(found[0])
        return Perhaps(found, ask=_tell_apart(found))

    def _instead(self, phase: Guiding, office: Office, text: str, meant: Intent) -> Intent:
        """What is no answer here may be an emergency, or name another matter outright."""
        if not isinstance(meant, Unclear):
            return meant
        instead = self._at_start(office, text)
        if isinstance(instead, OutOfScope) and instead.talk in EMERGENCIES:
            return instead
        if isinstance(instead, Chose) and instead.found != phase.procedure and not meant.choices:
            return Unclear(other=instead.found)
        return meant

    def _out_of_scope(self, about: str, found: Sequence[Procedure | Card]) -> Intent:
        name = about.removeprefix(SMALL_TALK)
        if about.startswith(SMALL_TALK) and name == "officer":
            return Wished(Wish.STAFF)
        card = next((one for one in found if isinstance(one, Card)), None)
        return OutOfScope(
            talk=_TALKS.get(name, Talk.OTHER), about=self._unserved.get(about), card=card
        )

    def _in_procedure(self, phase: Guiding, text: str) -> Intent:
        words = self._lookup.repaired(self._standard.meant(text))
        plain = self._standard.words(text)
        if not words:
            return Unclear()
        question = phase.asked
        if _takes_back(plain) and phase.path.behind:
            return self._corrected(phase, question, words)
        if question is None:
            return self._beside(phase, words)
        if syllables(text) == syllables(question.ask.vi):
            return Unclear()  # read aloud it is no answer to itself, and its "chưa?" no "not yet"
        if asks_why(plain):
            return AskedWhy()
        ruled = _by_rule(plain, question) or _by_rule(words, question)
        if ruled is not None:
            return ruled
        return self._by_likeness(phase, question, text, words)

    def _by_likeness(
        self, phase: Guiding, question: Question, text: str, words: Sequence[str]
    ) -> Intent:
        options = self.options_at(phase.procedure, question)
        parts = self._parts(text, words)
        ranked = _best_of(options.rank(part) for part in parts)
        best, second = ranked[0], ranked[1]
        is_choice = best.option.meant is Meant.CHOICE
        is_answer = (
            is_choice
            and not is_question(words)
            and _is_sure(best, second, from_=PROPOSED_FROM, ahead=PROPOSED_AHEAD)
        )
        aside, wish = _aside(words, phase.procedure, best), _wish(words)
        if aside is not None and not is_answer:
            return AskedAside(aside)
        named = next(one for one in ranked if one.option.meant is Meant.CHOICE)
        if wish is not None and not is_answer:
            return _unless_losing(Wished(wish), named)
        limits = (SURE_FROM, SURE_AHEAD) if is_choice else (PROPOSED_FROM, PROPOSED_AHEAD)
        if _is_sure(best, second, from_=limits[0], ahead=limits[1]):
            if is_choice and not is_question(words):
                first = (question.id, best.option.id)
                return Answered((first, *self._later(phase, first, parts)))
            if not is_choice:
                return _unless_losing(_intent_of(best.option), named)
        likely = tuple(
            one.option.id
            for one in ranked
            if one.option.meant is Meant.CHOICE and one.score >= OFFERED_FROM
        )
        return Unclear(likely[:MOST_OFFERED])

    def _later(
        self, phase: Guiding, first: tuple[str, str], parts: Sequence[Sequence[str]]
    ) -> Answers:
        """Answers to the questions that follow, where the sentence gives them too."""
        clauses = parts[1:]  # the whole sentence says what was asked; each clause may say more
        answers = with_answer(phase.path.answers, *first)
        later: list[tuple[str, str]] = []
        while len(later) < MOST_ANSWERS - 1:
            step = follow(phase.procedure, answers).at
            if not isinstance(step, Question):
                break
            choice = self._answer_to(phase.procedure, step, clauses)
            if choice is None:
                break
            later.append((step.id, choice))
            answers = with_answer(answers, step.id, choice)
        return tuple(later)

    def _answer_to(
        self, procedure: Procedure, question: Question, parts: Sequence[Sequence[str]]
    ) -> str | None:
        """The choice that some part of a sentence names beyond doubt."""
        if not parts:
            return None
        options = self.options_at(procedure, question)
        ranked = [
            one
            for one in _best_of(options.rank(part) for part in parts)
            if one.option.meant is Meant.CHOICE
        ]
        numbers = {
            choice.id for part in parts if (choice := choice_by_number(part, question)) is not None
        }
        if len(numbers) == 1:
            return numbers.pop()
        is_sure = _is_sure(ranked[0], ranked[1], from_=LATER_FROM, ahead=LATER_AHEAD)
        return ranked[0].option.id if is_sure else None

    def _corrected(self, phase: Guiding, question: Question | None, words: Sequence[str]) -> Intent:
        """An earlier answer that is taken back: "à quên, bà ngoại đi nộp".

        It is shown for confirmation, so that the best guess may be taken; where the words
        fit the question on the screen better, they are an answer to that.
        """
        parts = self._parts(" ".join(words), words)
        found: list[tuple[float, Intent]] = []
        asked = [(step.question, step.choice.id) for step in phase.path.behind]
        for one, given in (*asked, *([(question, "")] if question is not None else [])):
            ranked = _best_of(self.options_at(phase.procedure, one).rank(part) for part in parts)
            choices = [each for each in ranked if each.option.meant is Meant.CHOICE]
            best, second = choices[0], choices[1]
            if not _is_sure(best, second, from_=PROPOSED_FROM, ahead=PROPOSED_AHEAD):
                continue
            intent: Intent = Corrected(one.id, best.option.id)
            if one is question:
                intent = _chosen(one, best.option.id)
            elif best.option.id == given:
                intent = Unclear()  # what was given already fits best: nothing to put right
            found.append((best.score, intent))
        if found:
            return max(found, key=lambda each: each[0])[1]
        if question is None or len(words) > SHORT:
            return Unclear()
        ranked = self.options_at(phase.procedure, question).rank(words)
        is_sure = _is_sure(ranked[0], ranked[1], from_=PROPOSED_FROM, ahead=PROPOSED_AHEAD)
        is_wish = ranked[0].option.meant is Meant.WISH
        return _intent_of(ranked[0].option) if is_sure and is_wish else Unclear()

    def _beside(self, phase: Guiding, words: Sequence[str]) -> Intent:
        """At the review and the outcome only side questions and wishes are understood."""
        last = phase.path.behind[-1].question if phase.path.behind else None
        ranked = [
            one
            for one in (self.options_at(phase.procedure, last).rank(words) if last else ())
            if one.option.meant is not Meant.CHOICE
        ]
        best = ranked[0] if ranked else None
        aside = _aside(words, phase.procedure, best)
        if aside is not None:
            return AskedAside(aside)
        wish = _wish(words)
        if wish is not None:
            return Wished(wish)
        if not ranked:
            return Unclear()
        is_sure = _is_sure(ranked[0], ranked[1], from_=SURE_FROM, ahead=SURE_AHEAD)
        return _intent_of(ranked[0].option) if is_sure else Unclear()

    def _parts(self, text: str, words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The whole sentence, and its clauses where it has several."""
        is_cut = len(words) >= LONG or "," in text
        clauses = (
            [self._standard.words(one) for one in _JOINTS.split(text.casefold())] if is_cut else []
        )
        repaired = [
            self._lookup.repaired(one)
            for one in clauses
            if len(words_of(" ".join(one))) > 1 and fold(" ".join(one)) not in _TAGS
        ]
        return (tuple(words), *dict.fromkeys(one for one in repaired if one != tuple(words)))

    def options_at(self, procedure: Procedure, question: Question) -> Options:
        """What may be said at a question, with what the rules know of it."""
        key = (procedure.id, question.id)
        if key not in self._options:
            self._options[key] = options_of(procedure, question, self._standing, self._standard)
        return self._options[key]


def _aside(words: Sequence[str], procedure: Procedure, best: Found | None) -> str | None:
    """The side question that is asked: one that is said as it stands, or one known by its form."""
    if best is not None and best.option.meant is Meant.ASIDE and best.likeness >= ALIKE_FROM:
        return best.option.id
    return aside_for(words, procedure)


def _unless_losing(intent: Intent, named: Found) -> Intent:
    """`intent`; but a choice is asked back where all would be lost, and the choice was named too.

    "Nghỉ bán hẳn, không làm nữa" answers what the citizen wants to do with their shop.
    """
    is_losing = intent in (Wished(Wish.STOP), Wished(Wish.AGAIN))
    is_named = named.score >= PROPOSED_FROM
    return Unclear((named.option.id,)) if is_losing and is_named else intent


def _wish(words: Sequence[str]) -> Wish | None:
    if len(words) > LONGEST_WISH:
        return None
    return next((wish for wish, said in _WISHES.items() if said.stand_in(words)), None)


def _takes_back(words: Sequence[str]) -> bool:
    """Whether a sentence says that something before it was wrong."""
    return _CORRECTIONS.stand_in(words)


def _by_rule(words: Sequence[str], question: Question) -> Intent | None:
    labels = [one for one in question.choices if _is_label(words, one)]
    if len(labels) == 1:
        return _chosen(question, labels[0].id)
    if replies.is_ordinal(words):
        place = replies.ordinal(words, len(question.choices))
        return Unclear() if place is None else _chosen(question, question.choices[place].id)
    by_number = choice_by_number(words, question)
    if by_number is not None:
        return _chosen(question, by_number.id)
    unsure = [one for one in question.choices if replies.is_unsure(one)]
    if _UNSURE.stand_in(words) and _wish(words) is None:  # "nghe không rõ" is no answer
        return _chosen(question, unsure[0].id) if len(unsure) == 1 else None
    said = replies.reply(words)
    if said is not None:
        choice = replies.choice_for(said, words, question)
        return Unclear() if choice is None else _chosen(question, choice.id)
    return None


def _is_label(words: Sequence[str], choice: Choice) -> bool:
    """Whether somebody read the label aloud, or all of it but politeness."""
    said = tuple(fold_word(word) for word in words)
    labels = (syllables(choice.label.vi), syllables(in_words(choice.label.vi)))
    while said and said[0] in _POLITE and said not in labels:  # "Đã quá 60 ngày" has a "da"
        said = said[1:]
    while said and said[-1] in _POLITE and said not in labels:
        said = said[:-1]
    return said in labels


_POLITE = frozenset(("da", "vang", "thua", "a", "nhe", "nha"))
"""Folded words before and after a label that change nothing. Not "cô", which is "có" without
its diacritics: whoever calls "cô ơi" has not said yes."""


def _chosen(question: Question, choice: str) -> Intent:
    return Answered(((question.id, choice),))


def _is_sure(best: Found, second: Found, *, from_: float, ahead: float) -> bool:
    if best.option.meant in (Meant.WISH, Meant.WHY, Meant.UNCLEAR) and best.likeness < LIKE_FROM:
        return False
    lead = best.score - second.score
    return (best.score >= from_ and lead >= ahead) or (
        best.likeness >= ALIKE_FROM and lead >= ALIKE_AHEAD
    )


def _best_of(rankings: Iterable[Sequence[Found]]) -> tuple[Found, ...]:
    """Each option with the part of the sentence that fits it best."""
    best: dict[Option, Found] = {}
    for ranking in rankings:
        for one in ranking:
            if one.option not in best or best[one.option].score < one.score:
                best[one.option] = one
    return tuple(sorted(best.values(), key=lambda one: -one.score))


def _intent_of(option: Option) -> Intent:
    if option.meant is Meant.ASIDE:
        return AskedAside(option.id)
    if option.meant is Meant.WHY:
        return AskedWhy()
    if option.meant is Meant.WISH:
        return Wished(Wish(option.id))
    return Unclear()


def _tell_apart(found: Sequence[Procedure | Card]) -> Text | None:
    """The question that a script has for telling two apart; three need a wider one."""
    if len(found) != 2:
        return None
    for one, other in (found, found[::-1]):
        if isinstance(one, Procedure):
            for neighbour in one.neighbours:
                if neighbour.id == other.id:
                    return neighbour.tell_apart
    return None
