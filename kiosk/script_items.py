"""The items of a script and of a draft of it, each with its fields. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kiosk.procedure import (
    LANGUAGES,
    Fact,
    Hand,
    HeardAs,
    PaperKind,
    Procedure,
    Source,
    Text,
    When,
)
from kiosk.script import Place
from kiosk.script_fields import (
    ABOUT,
    HERE,
    NO,
    NOTHING,
    START,
    WITH_ENTRIES,
    YES,
    Field,
    Item,
    Kind,
    Part,
    Value,
    is_presence,
    item_named,
)


def items_of(procedure: Procedure, values: Mapping[str, Value] = NOTHING) -> tuple[Item, ...]:
    """All that can be changed, in the order in which it is shown.

    Args:
        procedure: whose items they are.
        values: what fields are to have: where they put an item in, it stands behind the others
            of its part, each of its fields empty in the script.
    """
    return tuple(_items(procedure, values))


def find_item(
    procedure: Procedure, part: str, item: str, values: Mapping[str, Value] = NOTHING
) -> Item | None:
    """The item of this name."""
    return next(
        (one for one in _items(procedure, values) if (one.part.value, one.id) == (part, item)),
        None,
    )


def blank_item(
    procedure: Procedure, part: Part, item: str, values: Mapping[str, Value] = NOTHING
) -> Item:
    """An item that is to be written: the script does not have it."""
    return _Entries(procedure, values).item(part, len(getattr(procedure, part.value)), item, None)


def fields_of(procedure: Procedure, values: Mapping[str, Value] = NOTHING) -> dict[str, Field]:
    """Every field by its name, also those of items that only these values put in."""
    found: dict[str, Field] = {}
    for item in _items(procedure, values):
        if item.presence is not None:
            found[item.presence.path] = item.presence
        found |= {field.path: field for field in item.fields}
    for path in values:  # what is to be taken out may be gone already
        part, item_id = item_named(path)
        if is_presence(path) and path not in found and part in WITH_ENTRIES:
            found[path] = _presence(Part(part), 0, item_id, is_here=False)
    return found


def facts_naming(
    procedure: Procedure, source: str, values: Mapping[str, Value] = NOTHING
) -> tuple[Item, ...]:
    """The items that name a source: it cannot go while they do."""
    return tuple(
        item
        for item in _items(procedure, values)
        if item.is_here(values)
        and any(
            field.kind is Kind.SOURCES and source in values.get(field.path, field.value)
            for field in item.fields
        )
    )


# One by one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What an entry of a part tells, beside its id."""

    name: str
    kind: Kind
    is_needed: bool = False
    options: tuple[str, ...] = ()


_NOTE = _Told(name="note", kind=Kind.TEXT)
_OF_FACTS = (
    _Told(name="when", kind=Kind.WHEN),
    _Told(name="confirmed", kind=Kind.FLAG, is_needed=True),
    _Told(name="source", kind=Kind.SOURCES),
)
_STATEMENT = (_Told(name="text", kind=Kind.TEXT, is_needed=True), *_OF_FACTS)
_ENTRIES: Mapping[Part, tuple[_Told, ...]] = {
    Part.FEES: (
        _Told(name="label", kind=Kind.TEXT, is_needed=True),
        _Told(name="amount", kind=Kind.AMOUNT),
        _Told(name="per", kind=Kind.TEXT),
        _NOTE,
        *_OF_FACTS,
    ),
    Part.TIMES: _STATEMENT,
    Part.PAPERS: (
        _Told(name="name", kind=Kind.TEXT, is_needed=True),
        _NOTE,
        _Told(name="kind", kind=Kind.OPTION, is_needed=True, options=tuple(PaperKind)),
        _Told(name="hand", kind=Kind.OPTION, is_needed=True, options=tuple(Hand)),
        _Told(name="count", kind=Kind.COUNT, is_needed=True),
        *_OF_FACTS,
    ),
    Part.NOTES: _STATEMENT,
    Part.SOURCES: (
        _Told(name="name", kind=Kind.TEXT, is_needed=True),
        _Told(
            name="kind",
            kind=Kind.OPTION,
            is_needed=True,
            options=("law", "portal", "local", "other"),
        ),
        _Told(name="link", kind=Kind.LINK),
    ),
}


def _items(procedure: Procedure, values: Mapping[str, Value]) -> Iterator[Item]:
    entries = _Entries(procedure, values)
    yield _about(procedure)
    for part in (Part.FEES, Part.TIMES, Part.PAPERS, Part.NOTES):
        yield from entries.items(part)
    for number, end in enumerate(procedure.outcomes):
        outcomes, place = Part.OUTCOMES, ("outcomes", number)
        head = f"{outcomes.value}.{end.id}"
        fields = (
            *_text(head, place, "title", end.title),
            *_text(head, place, "lead", end.lead, is_needed=False),
            *_text(head, place, "where", end.where, is_needed=False),
        )
        yield Item(part=outcomes, id=end.id, title=end.title, fields=fields)
    for number, aside in enumerate(procedure.asides):
        asides, place = Part.ASIDES, ("asides", number)
        head = f"{asides.value}.{aside.id}"
        fields = (
            *_text(head, place, "ask", aside.ask),
            *_text(head, place, "say", aside.say),
            Field(
                path=f"{head}.source",
                kind=Kind.SOURCES,
                place=(*place, "source"),
                value=aside.source,
                is_needed=False,
                options=entries.sources,
            ),
        )
        yield Item(part=asides, id=aside.id, title=aside.ask, fields=fields)
    yield _wordings(START, procedure.title, ("heard_as",), procedure.heard_as)
    for number, question in enumerate(procedure.questions):
        for index, choice in enumerate(question.choices):
            heard_at = ("questions", number, "choices", index, "heard_as")
            yield _wordings(f"{question.id}.{choice.id}", choice.label, heard_at, choice.heard_as)
    yield from entries.items(Part.SOURCES)


class _Entries:
    """The items that can come and go: those of a script, and those that a draft puts in."""

    def __init__(self, procedure: Procedure, values: Mapping[str, Value]) -> None:
        self._procedure = procedure
        self._values = values
        self._answers = tuple(
            f"{question.id}.{choice.id}"
            for question in procedure.questions
            for choice in question.choices
        )
        there = (*(one.id for one in procedure.sources), *self._put_in(Part.SOURCES))
        head = Part.SOURCES.value
        self.sources = tuple(one for one in there if values.get(f"{head}.{one}.{HERE}", YES) == YES)
        """Those that a fact can name then."""

    def items(self, part: Part) -> Iterator[Item]:
        """Those of a part."""
        there = getattr(self._procedure, part.value)
        for number, entry in enumerate(there):
            yield self.item(part, number, entry.id, entry)
        for number, new in enumerate(self._put_in(part), len(there)):
            yield self.item(part, number, new, None)

    def item(self, part: Part, number: int, name: str, entry: Fact | Source | None) -> Item:
        """One of them; `entry` is None where the script does not have it."""
        head = f"{part.value}.{name}"
        fields = tuple(
            field
            for told in _ENTRIES[part]
            for field in self._fields(told, head, (part.value, number), entry)
        )
        first = _ENTRIES[part][0].name
        title = getattr(entry, first) if entry is not None else self._title(f"{head}.{first}")
        presence = _presence(part, number, name, is_here=entry is not None)
        return Item(part=part, id=name, title=title, fields=fields, presence=presence)

    def _put_in(self, part: Part) -> Iterator[str]:
        """The ids of what only the values put in."""
        there = {one.id for one in getattr(self._procedure, part.value)}
        for path, value in self._values.items():
            named, item = item_named(path)
            if named == part.value and is_presence(path) and value == YES and item not in there:
                yield item

    def _title(self, stem: str) -> Text:
        vi, en = (str(self._values.get(f"{stem}.{one}", "")) for one in LANGUAGES)
        return Text(vi=vi or en or "–", en=en or vi or "–")

    def _fields(
        self, told: _Told, head: str, place: Place, entry: Fact | Source | None
    ) -> tuple[Field, ...]:
        held = getattr(entry, told.name) if entry is not None else None
        if told.kind is Kind.TEXT:
            return _text(head, place, told.name, held, is_needed=told.is_needed)
        options = told.options
        if told.kind is Kind.WHEN:
            options = self._answers
        elif told.kind is Kind.SOURCES:
            options = self.sources
        field = Field(
            path=f"{head}.{told.name}",
            kind=told.kind,
            place=(*place, told.name),
            value=_held(told.kind, held),
            is_needed=told.is_needed,
            options=options,
        )
        return (field,)


def _held(kind: Kind, held: object) -> Value:
    """What an entry tells, as a form holds it."""
    match kind:
        case Kind.WHEN:
            condition: When = held if isinstance(held, Mapping) else {}
            return tuple(f"{key}.{one}" for key, choices in condition.items() for one in choices)
        case Kind.SOURCES:
            return tuple(held) if isinstance(held, Sequence) else ()
        case Kind.FLAG if held is not None:
            return YES if held else NO
        case _:
            return "" if held is None else str(held)


def _presence(part: Part, number: int, item: str, *, is_here: bool) -> Field:
    return Field(
        path=f"{part.value}.{item}.{HERE}",
        kind=Kind.HERE,
        place=(part.value, number),
        value=YES if is_here else "",
        is_needed=False,
    )


def _about(procedure: Procedure) -> Item:
    head = f"{Part.ABOUT.value}.{ABOUT}"
    checked = procedure.checked.isoformat()
    fields = [
        Field(path=f"{head}.checked", kind=Kind.DAY, place=("checked",), value=checked),
        Field(path=f"{head}.counter", kind=Kind.WORD, place=("counter",), value=procedure.counter),
    ]
    for name in ("title", "summary", "where", "received_by", "decided_by", "result"):
        fields += _text(head, (), name, getattr(procedure, name))
    return Item(part=Part.ABOUT, id=ABOUT, title=procedure.title, fields=tuple(fields))


def _text(
    head: str, place: Place, name: str, text: Text | None, *, is_needed: bool = True
) -> tuple[Field, ...]:
    return tuple(
        Field(
            path=f"{head}.{name}.{language}",
            kind=Kind.TEXT,
            place=(*place, name, language),
            value=text.in_language(language) if text is not None else "",
            is_needed=is_needed,
        )
        for language in LANGUAGES
    )


def _wordings(item: str, title: Text, place: Place, heard_as: HeardAs) -> Item:
    part = Part.WORDINGS
    fields = tuple(
        Field(
            path=f"{part.value}.{item}.{language}",
            kind=Kind.WORDINGS,
            place=(*place, language),
            value=getattr(heard_as, language),
            is_needed=False,
        )
        for language in LANGUAGES
    )
    return Item(part=part, id=item, title=title, fields=fields)
