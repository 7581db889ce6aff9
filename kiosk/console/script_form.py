"""A script's fields as boxes of a form, with what is said at each of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.console.told import said_on_pages
from kiosk.draft_check import Placed, Shown
from kiosk.facts import day, money
from kiosk.letters import MOST_LETTERS
from kiosk.procedure import LANGUAGES, Language
from kiosk.script_fields import NO, YES, Field, Item, Kind, Part, Value

LINE = 30
"""Letters that fit one line on a phone; longer texts get more lines."""
MOST_ROWS = 4

Say = Callable[..., str]

HINTED = (Kind.AMOUNT, Kind.WORDINGS, Kind.WORD, Kind.FLAG, Kind.WHEN)
OWN_SENTENCES = ("no_source", "never_needed", "outcome_without")
"""Faults that are told otherwise here than to those who write files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One field of a form."""

    id: str
    """Of the element."""
    path: str
    kind: str
    label: str
    value: str
    chosen: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    """(value, label)."""
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """(heading, options) where many are ticked under headings."""
    hint: str = ""
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    meanwhile: str = ""
    """What somebody else has put here since the page was opened."""
    rows: int = 1
    language: str = ""

    @property
    def described_by(self) -> str:
        """Ids of what is said of it."""
        parts = (
            ("hint", bool(self.hint)),
            ("faults", bool(self.faults or self.meanwhile)),
            ("warnings", bool(self.warnings)),
        )
        return " ".join(f"{name}-{self.id}" for name, is_there in parts if is_there)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is to be said at a form's fields, each by its name."""

    faults: Mapping[str, tuple[str, ...]]
    warnings: Mapping[str, tuple[str, ...]]
    elsewhere: tuple[str, ...] = ()
    """What stands at none of them."""


def boxes(
    item: Item,
    script: Shown,
    values: Mapping[str, Value],
    said: Said,
    meanwhile: Mapping[str, Value],
    *,
    say: Say,
    language: Language,
) -> tuple[Box, ...]:
    """The form of one item.

    Args:
        item: what it is about.
        script: that it is of.
        values: field -> what stands in it; others have the script's or the draft's value.
        said: at the fields.
        meanwhile: field -> what somebody else has put there.
        say: the console's sentences.
        language: of the page.
    """
    return tuple(
        _box(
            field,
            item,
            script,
            values.get(field.path, script.value(field)),
            said,
            meanwhile.get(field.path),
            say=say,
            language=language,
        )
        for field in item.fields
    )


def said_of(placed: Iterable[Placed], typed: Mapping[str, str], *, say: Say, kiosk: Say) -> Said:
    """The sentences for what was found.

    Args:
        placed: by the checks of scripts.
        typed: field -> key of a sentence, by the form's own.
        say: the console's sentences.
        kiosk: those of the kiosk.
    """
    faults = {path: [say(f"typed.{key}")] for path, key in typed.items()}
    warnings: dict[str, list[str]] = {}
    elsewhere: list[str] = []
    for one in placed:
        sentence = sentence_of(one, say=say, kiosk=kiosk)
        if one.path:
            there = warnings if one.fault.is_warning else faults
            there.setdefault(one.path, []).append(sentence)
        elif not one.fault.is_warning:
            is_own = one.fault.code in OWN_SENTENCES
            where = "" if is_own else f"{one.fault.file}:{one.fault.line}: "
            elsewhere.append(f"{where}{sentence}")
    return Said(
        faults={path: tuple(found) for path, found in faults.items()},
        warnings={path: tuple(found) for path, found in warnings.items()},
        elsewhere=tuple(dict.fromkeys(elsewhere)),
    )


def sentence_of(placed: Placed, *, say: Say, kiosk: Say) -> str:
    """A fault as it is said at its field."""
    fault = placed.fault
    if fault.code in OWN_SENTENCES:
        return say(f"typed.{fault.code}")
    text = said_on_pages(fault, say) or kiosk(f"fault.{fault.code}", **dict(fault.values))
    text = text[:1].upper() + text[1:]
    return say("typed.in_line", line=placed.entry, text=text) if placed.entry else text


def field_label(field: Field, part: Part, say: Say) -> str:
    """What a field is called."""
    if field.kind is Kind.WORDINGS:
        return say(f"script_field.wordings_{field.place[-1]}")
    name, _, language = field.name.partition(".")
    if name == "where" and part is Part.OUTCOMES:
        name = "where_instead"
    if name == "kind" and part is Part.SOURCES:
        name = "kind_of_source"
    label = say(f"script_field.{name}")
    return say(f"script_field.in_{language}", what=label) if language else label


def shown_value(field: Field, value: Value, script: Shown, *, say: Say, language: Language) -> str:
    """A value as it is read on a page."""
    if field.kind is Kind.SOURCES:
        return "; ".join(_source(script, one, language) for one in value) or say("scripts.none")
    if field.kind is Kind.WHEN:
        return _condition(script, tuple(value), say=say, language=language)
    text = str(value)
    match field.kind:
        case Kind.OPTION if text:
            return say(f"script_option.{text}")
        case Kind.AMOUNT if text == "0":
            return say("scripts.free")
        case Kind.AMOUNT if text:
            return money(int(text), language)
        case Kind.AMOUNT:
            return say("scripts.amount_open")
        case Kind.DAY if text:
            return day(date.fromisoformat(text), language)
        case Kind.FLAG if text:
            return say(f"script_confirmed.{text}")
        case Kind.WORD if text in script.counters:
            return f"{script.counters[text].in_language(language)} ({text})"
        case _:
            return text or say("scripts.none")


def _box(
    field: Field,
    item: Item,
    script: Shown,
    value: Value,
    said: Said,
    meanwhile: Value | None,
    *,
    say: Say,
    language: Language,
) -> Box:
    most = _most_letters(field, item.part)
    text = "\n".join(value) if isinstance(value, tuple) else value
    is_amount = field.kind is Kind.AMOUNT and text.isascii() and text.isdigit()
    if is_amount and field.path not in said.faults:
        text = _grouped(text, language)
    if field.kind is Kind.OPTION and text not in field.options:
        text = ""
    hint = say("scripts.most", most=most) if most else ""
    if field.kind in HINTED:
        hint = say(f"script_hint.{field.kind.value}")
    other = ""
    if meanwhile is not None:
        read = (
            "; ".join(meanwhile)
            if field.kind is Kind.WORDINGS
            else shown_value(field, meanwhile, script, say=say, language=language)
        )
        other = say("scripts.now", value=read)
    return Box(
        id=field.path.replace(".", "-"),
        path=field.path,
        kind=field.kind.value,
        label=field_label(field, item.part, say),
        value=text,
        chosen=value if isinstance(value, tuple) else (),
        options=_options(field, script, str(value), say=say, language=language),
        groups=_answers(script, language) if field.kind is Kind.WHEN else (),
        hint=hint,
        faults=said.faults.get(field.path, ()),
        warnings=said.warnings.get(field.path, ()),
        meanwhile=other,
        rows=min(MOST_ROWS, -(-max(most, len(text)) // LINE)),
        language=str(field.place[-1]) if field.place[-1] in LANGUAGES else "",
    )


def _options(
    field: Field, script: Shown, value: str, *, say: Say, language: Language
) -> tuple[tuple[str, str], ...]:
    if field.kind is Kind.FLAG:
        return tuple((one, say(f"script_confirmed.{one}")) for one in (YES, NO))
    if field.kind is Kind.OPTION:
        unset = () if value in field.options else (("", say("scripts.choose")),)
        return (*unset, *((one, say(f"script_option.{one}")) for one in field.options))
    if field.kind is Kind.SOURCES:
        return tuple((one, _source(script, one, language)) for one in field.options)
    if field.kind is Kind.WORD:
        known = [(key, text.in_language(language)) for key, text in script.counters.items()]
        own = [] if value in script.counters else [(value, value)]
        return (*own, *known)
    return ()


def _source(script: Shown, name: str, language: Language) -> str:
    """What a source of a script or of its draft is called."""
    for one in script.procedure.sources:
        if one.id == name:
            return one.name.in_language(language)
    return str(script.values.get(f"{Part.SOURCES.value}.{name}.name.{language}", name))


def _answers(
    script: Shown, language: Language
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Every question with its choices, as citizens read them."""
    return tuple(
        (
            question.ask.in_language(language),
            tuple(
                (f"{question.id}.{one.id}", one.label.in_language(language))
                for one in question.choices
            ),
        )
        for question in script.procedure.questions
    )


def _condition(script: Shown, answers: Sequence[str], *, say: Say, language: Language) -> str:
    """Under which answers something holds, in the words of the questions."""
    told = [
        f"{ask} {say('scripts.or').join(chosen)}"
        for ask, choices in _answers(script, language)
        if (chosen := [f"“{label}”" for one, label in choices if one in answers])
    ]
    return "; ".join(told) or say("scripts.always")


def _most_letters(field: Field, part: Part) -> int:
    if field.kind is not Kind.TEXT:
        return 0
    name = field.name.partition(".")[0]
    key: Sequence[str] = (name,) if part is Part.ABOUT else (part.value, name)
    return MOST_LETTERS.get(tuple(key), 0)


def _grouped(digits: str, language: Language) -> str:
    grouped = f"{int(digits):,}"
    return grouped.replace(",", ".") if language == "vi" else grouped
