"""A deed of the audit log in words: what the log keeps are ids, which few people know."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.bundle_shelf import SHIPPED_WORD
from kiosk.console.audit import Deed
from kiosk.console.web import Visit
from kiosk.procedure import LANGUAGES, Text
from kiosk.wording import capital
from kiosk.words import gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A deed as the page tells it."""

    at: str
    account: str
    what: str
    about: str
    address: str
    record: str
    """Where what changed can be read; empty: nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What ids stand for."""

    kiosks: Mapping[str, str]
    procedures: Mapping[str, Text]


def told(visit: Visit, deed: Deed, names: Names) -> Told:
    """One line of the page; what cannot be told is shown as the log has it."""
    at = datetime.fromisoformat(deed.at).astimezone()
    about = (names.kiosks.get(deed.kiosk, deed.kiosk), _about(visit, deed, names))
    is_draft = deed.what.startswith("draft_")
    return Told(
        at=f"{at:%d/%m/%Y %H:%M:%S}",
        account=deed.account or "–",
        what=deed_name(visit, deed.what),
        about=": ".join(filter(None, about)),
        address=deed.address,
        record=f"/drafts/{deed.about.partition(' ')[0]}" if is_draft else "",
    )


def deed_name(visit: Visit, what: str) -> str:
    """What a kind of deed is called."""
    return _said(visit, f"deed.{what}") or what


def procedures_of(deeds: Iterable[Deed]) -> tuple[str, ...]:
    """The procedures that these deeds were about, as far as the log says."""
    named = (
        deed.about.split()
        for deed in deeds
        if deed.what.startswith("draft_") and deed.about.count(" ") >= 2
    )
    return tuple(dict.fromkeys(words[1] for words in named))


def _about(visit: Visit, deed: Deed, names: Names) -> str:
    teller = _TELLERS.get(deed.what) or _TELLERS.get(deed.what.partition("_")[0])
    if teller is None or not deed.about:
        return deed.about
    try:
        return teller(visit, deed.about.split(), names)
    except (KeyError, ValueError, IndexError):
        return deed.about  # an older release wrote it otherwise


def _summons(visit: Visit, about: list[str], _names: Names) -> str:
    message, *counter = about
    counters = visit.console.site.counters
    where = [counters[one].in_language(visit.language) for one in counter]
    return ", ".join((visit.say(f"message.{message}"), *where))


def _loudness(visit: Visit, about: list[str], _names: Names) -> str:
    return visit.say(f"loudness.{about[0]}")


def _notice(visit: Visit, about: list[str], _names: Names) -> str:
    _, kind, span = about
    since, until = map(_day, span.split(".."))
    days = visit.say("notices.days", since=since, until=until)
    if since == until:
        days = visit.say("notices.one_day", day=since)
    return f"{visit.say(f'notice_kind.{kind}')}. {days}"


def _account(visit: Visit, about: list[str], _names: Names) -> str:
    name, *role = about
    return ", ".join((name, *(visit.say(f"role.{one}") for one in role)))


def _bundle(visit: Visit, about: list[str], _names: Names) -> str:
    name, *day = about
    what = visit.say("bundles.shipped")
    if name != SHIPPED_WORD:
        what = visit.say("bundles.target", version=name.rpartition("-")[0] or name)
    return ". ".join(
        (capital(what), *(visit.say("bundles.waits_for", on=_day(one)) for one in day))
    )


def _refused(visit: Visit, about: list[str], _names: Names) -> str:
    """Why, without what only the moment knew."""
    code = about[0]
    key = f"bundle_refusal.{code.removeprefix('bundle.')}"
    if not visit.console.words.console.has(key):
        words = visit.console.words.kiosk
        sentence = words.tables[visit.language][f"error.{code}"]
    else:
        sentence = visit.console.words.console.tables[visit.language][key]
    return sentence.format(**dict.fromkeys(gaps(sentence), "…"))


def _no_more(_visit: Visit, _about: list[str], _names: Names) -> str:
    """Nobody knows it by the sum of its file."""
    return ""


def _draft(visit: Visit, about: list[str], names: Names) -> str:
    draft, *rest = about
    said = visit.say("drafts.one", id=draft)
    if not rest:
        return said
    if len(rest) == 1:
        return f"{said}. {visit.say('drafts.version', version=rest[0])}"
    procedure, path = rest[0], rest[1]
    title = names.procedures.get(procedure)
    part, *_, field = path.split(".")
    is_text = field in LANGUAGES and path.count(".") > 1
    name = path.split(".")[-2] if is_text else field
    what = (_said(visit, f"script_part.{part}"), _said(visit, f"script_field.{name}"))
    shown = title.in_language(visit.language) if title is not None else procedure
    return f"{said}. {shown}: {', '.join(filter(None, what)) or path}"


def _exported(visit: Visit, about: list[str], _names: Names) -> str:
    since, until = map(_day, about[:2])
    return f"{visit.say('usage.shown', since=since, until=until)}, {about[-1].upper()}"


def _deleted(visit: Visit, about: list[str], _names: Names) -> str:
    until, *proof = about
    said = f"{visit.say('usage.up_to')} {_day(until)}"
    names = (visit.say("usage.rows"), visit.say("usage.digest"))
    told = (f"{name}: {value}" for name, value in zip(names, proof, strict=False))
    return ". ".join((said, *told))


_TELLERS: Mapping[str, Callable[[Visit, list[str], Names], str]] = {
    "summon": _summons,
    "volume": _loudness,
    "notice": _notice,
    "account": _account,
    "bundle": _bundle,
    "bundle_refused": _refused,
    "bundle_dropped": _no_more,
    "draft": _draft,
    "usage_exported": _exported,
    "usage": _deleted,
}
"""By deed, or by the first word of it."""


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def _said(visit: Visit, key: str) -> str:
    """A sentence that may not be there."""
    return visit.say(key) if visit.console.words.console.has(key) else ""
