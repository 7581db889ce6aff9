"""Facts of a script as they are written on a screen: dates, money, places, doubts. Pure."""

from datetime import date

from kiosk.office import Office
from kiosk.procedure import Fact, Fee, Language, Outcome, Procedure
from kiosk.words import Words

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Not `%B`: Qt sets the system's locale, and with it a Vietnamese one would write here."""


def day(when: date, language: Language) -> str:
    """A date as people read it."""
    if language == "vi":
        return f"{when:%d/%m/%Y}"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def money(amount: int, language: Language) -> str:
    """Đồng with the language's thousands mark."""
    grouped = f"{amount:,}"
    return f"{grouped.replace(',', '.')} đồng" if language == "vi" else f"{grouped} đồng"


def fee_line(fee: Fee, words: Words, language: Language) -> str:
    """What it costs in one case; where the amount is not confirmed, whom to ask."""
    if fee.amount is None:
        amount = words.say("outcome.ask_officer", language)
    elif fee.amount == 0:
        amount = words.say("outcome.free", language)
    else:
        amount = money(fee.amount, language)
    if fee.per and fee.amount:
        amount = f"{amount} {fee.per.in_language(language)}"
    doubt = fee if fee.amount is not None else None
    text = f"{fee.label.in_language(language)}: {amount}"
    return with_doubt(doubt, text, words, language) if doubt else text


def with_doubt(fact: Fact, text: str, words: Words, language: Language) -> str:
    """What is not confirmed says so, wherever it is shown."""
    if fact.confirmed:
        return text
    return f"{text.removesuffix('.')} ({words.say('outcome.not_confirmed', language)})"


def where_lines(
    procedure: Procedure, outcome: Outcome | None, *, office: Office, language: Language
) -> tuple[str, ...]:
    """Where to go: the outcome's own place, or the counter and the procedure's place."""
    if outcome is not None and outcome.where is not None:
        return (outcome.where.in_language(language),)
    counter = office.counter(procedure.counter, language)
    place = procedure.where.in_language(language)
    return (counter, place) if counter else (place,)
