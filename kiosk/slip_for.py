"""The slip of an outcome, in the words that stand on the screen. Pure."""

from datetime import date

from kiosk.facts import day
from kiosk.procedure import Language
from kiosk.screen import Header, OutcomeBody
from kiosk.slip import Check, Code, Heading, Line, Part, Row, Rule, Slip
from kiosk.words import Words


def slip_for(
    body: OutcomeBody, header: Header, *, words: Words, today: date, language: Language
) -> Slip:
    """What the citizen takes home from this outcome screen."""
    parts: list[Part] = [
        Line(text=header.ward, is_bold=True, is_centred=True),
        Line(text=header.office, is_small=True, is_centred=True),
        Rule(),
        Heading(text=body.procedure),
        Line(text=body.title),
    ]
    if body.papers:
        parts += [Rule(), Line(text=body.papers_title, is_bold=True)]
        parts += [
            Check(
                text=row.name,
                note=". ".join(part for part in (row.detail, row.note) if part),
                is_ticked=row.tick.is_on,
            )
            for row in body.papers
        ]
    parts.append(Rule())
    parts += [Row(label=card.label, value="\n".join(card.lines)) for card in body.facts]
    parts += [Line(text=f"• {note}", is_small=True) for note in body.notes]
    parts += [
        Rule(),
        Code(text=body.qr.link),
        Line(text=body.qr.title, is_bold=True, is_centred=True),
        Line(text=body.qr.text, is_small=True, is_centred=True),
        Line(text=body.code, is_small=True, is_centred=True),
        Rule(),
        Line(
            text=words.say(
                "slip.printed", language, date=day(today, language), checked=body.checked
            ),
            is_small=True,
        ),
        Line(text=words.say("slip.no_name", language), is_small=True),
    ]
    return Slip(parts=tuple(parts))


def trial_slip(header: Header, *, words: Words, today: date, language: Language) -> Slip:
    """A slip that shows whether the printer prints every Vietnamese letter."""
    return Slip(
        parts=(
            Line(text=header.ward, is_bold=True, is_centred=True),
            Rule(),
            Heading(text=words.say("slip.test_title", language)),
            Line(text=words.say("slip.test_text", language)),
            Line(text=day(today, language), is_small=True),
        )
    )
