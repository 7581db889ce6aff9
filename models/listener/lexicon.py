"""Every Vietnamese syllable, the few other words of an office, and the graph of them.

The graph reads the network's units (as Kaldi's transition ids) and writes words: a tree
of units, shared by all words that begin alike. It does not depend on the ward's scripts:
it ships, and only the language model beside it is made anew.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kiosk.assistant.syllable import Tone
from models.listener.fst import NOTHING, Transducer
from models.listener.pronunciation import (
    UNITS,
    Accent,
    Units,
    numbers_of,
    pronunciations,
    units_of,
)

UNKNOWN = "[unk]"
"""What is none of the words; the name that Vosk's users know."""

PLACES = "BIES"
"""Where a unit stands in its word: at the begin, inside, at the end, alone."""

SAID_AS = {
    "vneid": "vi en i ai đi",
    "qr": "quy a",
    "email": "i meo",
    "internet": "in tơ nét",
    "online": "on lai",
    "zalo": "da lô",
    "facebook": "phây búc",
    "website": "quép sai",
    "web": "quép",
    "app": "áp",
    "wifi": "quai phai",
    "photo": "phô tô",
    "scan": "xờ can",
    "file": "phai",
    "karaoke": "ca ra ô kê",
    "video": "vi đê ô",
    "chip": "chíp",
    "gym": "gim",
    "ok": "ô kê",
    "hello": "hê lô",
    "alo": "a lô",
}
"""Words of an office that are no syllables, as most people say them."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Logarithms, as the decoder adds them up; chosen on held-out clips."""

    pause: float = 1.0
    """A silence between words."""
    blank: float = 0.05
    """An output frame inside a word in which nothing new is heard."""
    other_accent: float = 2.5
    """A reading that only some accents have."""
    unknown: float = 2.5
    """Something that is none of the words."""
    unknown_unit: float = 3.2
    """Each unit of it."""


def phones() -> tuple[int, ...]:
    """The unit of each phone, from phone 1: silence, then each unit in the four places."""
    return (0, *(number for number in range(1, len(UNITS)) for _ in PLACES))


def phone(unit: int, place: str) -> int:
    """The phone of a unit in a place of its word."""
    return 2 + (unit - 1) * len(PLACES) + PLACES.index(place)


SILENCE = 1


def word_places() -> str:
    """`phones/word_boundary.int`: how each phone lies in its word."""
    names = {"B": "begin", "I": "internal", "E": "end", "S": "singleton"}
    lines = [f"{SILENCE} nonword"]
    for unit in range(1, len(UNITS)):
        lines += [f"{phone(unit, place)} {names[place]}" for place in PLACES]
    return "".join(f"{line}\n" for line in lines)


def syllables() -> tuple[str, ...]:
    """Every syllable that the spelling rules allow, both ways of placing a tone mark not.

    Tone marks stand where `words_said` puts them: `hòa`, `khỏe`, `thủy`.
    """
    found = set()
    for initial in _WRITTEN_INITIALS:
        for rhyme in _WRITTEN_RHYMES:
            if not _goes_with(initial, rhyme):
                continue
            is_stopped = rhyme.endswith(("c", "ch", "p", "t"))
            for tone in (Tone.ACUTE, Tone.DOT) if is_stopped else Tone:
                word = _with_tone(initial, rhyme, tone)
                if units_of(word) is not None:
                    found.add(word)
    return tuple(sorted(found))


_WRITTEN_INITIALS = (
    *("", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng"),
    *("ngh", "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x"),
)
_WRITTEN_RHYMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em
    en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip
    it iu o oa oac oach oai oan oang oanh oao oat oay oăc oăn oăng oăt oăm oc oe oen oeo oet oi
    om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc
    uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh uyt
    uyu ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y ych yêm yên yêng yêt yêu ynh yt
""".split()  # noqa: SIM905 - read as words


def _goes_with(initial: str, rhyme: str) -> bool:
    """Whether the spelling rules put the two together."""
    is_front = rhyme[0] in "eêiy"
    match initial:
        case "c" | "g" | "ng":
            return not is_front
        case "k" | "gh" | "ngh":
            return is_front and (rhyme[0] != "y" or (initial == "k" and rhyme == "y"))
        case "gi":
            return rhyme[0] not in "iy" or rhyme in ("i", "in", "iêng", "iêt")
        case "qu":
            return rhyme[0] not in "uoưi" or rhyme in ("ôc", "ơ", "it", "oc", "ơi", "ơn")
        case "":
            return rhyme not in ("ych", "ynh", "yt")
        case _:
            return rhyme[0] != "y" or rhyme == "y"


def _with_tone(initial: str, rhyme: str, tone: Tone) -> str:
    """The syllable with its mark on the right vowel."""
    if initial == "gi" and rhyme.startswith("i"):
        initial = "g"
    vowels = [place for place, letter in enumerate(rhyme) if letter in "aăâeêioôơuưy"]
    marked = [place for place in vowels if rhyme[place] in "ăâêôơ"]
    if marked:
        place = marked[-1]
    elif len(vowels) == 1 or rhyme[vowels[-1] + 1 :]:
        place = vowels[-1]
    elif len(vowels) == 3:
        place = vowels[1]
    else:
        place = vowels[0]
    if rhyme.startswith("ươ"):
        place = 1
    spelled = rhyme[: place + 1] + tone.value + rhyme[place + 1 :]
    return unicodedata.normalize("NFC", initial + spelled)


def readings(word: str, *accents: Accent) -> tuple[Units, ...]:
    """How a word may sound, the usual way first; none where no rule tells."""
    if word in SAID_AS:
        parts = [units_of(part) or () for part in SAID_AS[word].split()]
        return (tuple(unit for part in parts for unit in part),)
    return pronunciations(word, *accents)


def graph_of(words: Mapping[str, int], costs: Costs, accents: Iterable[Accent] = ()) -> Transducer:
    """The graph that reads transition ids and writes the ids of these words.

    Leaving phone `n` is transition id `2n`, staying in it `2n - 1`. A word's id is
    written with its last unit.
    """
    graph = Transducer()
    between, silent = graph.add_state(), graph.add_state()
    graph.finals[between] = 0.0
    _pause(graph, between, silent, costs)
    graph.add_arc(silent, silent, 2 * SILENCE - 1, NOTHING)
    graph.add_arc(silent, between, NOTHING, NOTHING)
    inside: dict[Units, int] = {(): between}
    after: dict[int, int] = {}

    def entered(number: int) -> int:
        """A state in which a word's last unit rings on."""
        if number not in after:
            state = after[number] = graph.add_state()
            graph.add_arc(state, state, 2 * number - 1, NOTHING, costs.blank)
            graph.add_arc(state, between, NOTHING, NOTHING)
            _pause(graph, state, silent, costs)
        return after[number]

    for word, label in words.items():
        if word == UNKNOWN:
            continue
        for rank, units in enumerate(readings(word, *accents)):
            for end in range(1, len(units)):
                start = units[:end]
                if start not in inside:
                    state = inside[start] = graph.add_state()
                    number = _phone_inside(start)
                    graph.add_arc(inside[start[:-1]], state, 2 * number, NOTHING)
                    graph.add_arc(state, state, 2 * number - 1, NOTHING, costs.blank)
            last = phone(numbers_of(units[-1:])[0], "S" if len(units) == 1 else "E")
            cost = costs.other_accent if rank else 0.0
            graph.add_arc(inside[units[:-1]], entered(last), 2 * last, label, cost)
    if UNKNOWN in words:
        _add_unknown(graph, between, entered, words[UNKNOWN], costs)
    return graph


def _phone_inside(start: Units) -> int:
    return phone(numbers_of(start[-1:])[0], "B" if len(start) == 1 else "I")


def _pause(graph: Transducer, state: int, silent: int, costs: Costs) -> None:
    graph.add_arc(state, silent, 2 * SILENCE, NOTHING, costs.pause)


def _add_unknown(
    graph: Transducer, between: int, entered: Callable[[int], int], label: int, costs: Costs
) -> None:
    """Any units at all, as one word."""
    anything = graph.add_state()

    def ringing(number: int) -> int:
        """A state in which a unit before the last rings on."""
        state = graph.add_state()
        graph.add_arc(state, state, 2 * number - 1, NOTHING, costs.blank)
        graph.add_arc(state, anything, NOTHING, NOTHING)
        return state

    for unit in range(1, len(UNITS)):
        first, inner, last = (phone(unit, place) for place in "BIE")
        once = costs.unknown + costs.unknown_unit
        graph.add_arc(between, ringing(first), 2 * first, NOTHING, once)
        graph.add_arc(anything, ringing(inner), 2 * inner, NOTHING, costs.unknown_unit)
        graph.add_arc(anything, entered(last), 2 * last, label, costs.unknown_unit)
