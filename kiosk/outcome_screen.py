"""The outcome on the screen: papers, place, time, fee, QR, slip. Pure."""

from kiosk import event as on
from kiosk import portal
from kiosk.facts import day, fee_line, where_lines, with_doubt
from kiosk.office import Office
from kiosk.path import Answered, settle
from kiosk.procedure import (
    Channel,
    Fee,
    Language,
    Outcome,
    OutcomeKind,
    Paper,
    PaperKind,
    Procedure,
    Statement,
)
from kiosk.screen import Button, FactCard, OutcomeBody, PaperRow, Progress, QrCode
from kiosk.session import Guiding
from kiosk.words import Words

UNSURE = frozenset({"khong-chac", "khong-ro", "khong-biet", "khong-nho"})
"""Choices that are no reason: a paper is not needed *because* somebody is not sure."""

QR_MILLIMETRES = 45
"""Least width of the code on the panel, so that an old phone reads it at arm's length."""


def outcome_body(
    phase: Guiding,
    outcome: Outcome,
    *,
    words: Words,
    office: Office,
    language: Language,
    nav: tuple[Button, ...],
) -> OutcomeBody:
    """The outcome screen of `phase`, which stands at `outcome`."""
    procedure = phase.procedure
    path = phase.path
    found = settle(procedure, path.answers, office.today)
    say = words.say
    is_here = outcome.kind is OutcomeKind.HERE
    steps = len(path.behind) + 1
    failed = phase.slip not in (None, "printing", "done")
    return OutcomeBody(
        procedure=procedure.title.in_language(language),
        code=say("outcome.code", language, code=procedure.code),
        progress=Progress(text=say("outcome.done", language), done=steps, total=steps),
        title=outcome.title.in_language(language),
        lead=outcome.lead.in_language(language) if outcome.lead else "",
        call=Button(
            label=say("dock.call", language), event=on.StaffCalled(), icon="bell", is_main=True
        )
        if outcome.kind is OutcomeKind.ASK_STAFF
        else None,
        papers_title=_papers_title(bool(found.papers), is_here, words, language),
        papers_hint=say("outcome.papers_hint", language) if found.papers else "",
        papers=tuple(
            _paper(paper, phase, path.behind, words=words, language=language)
            for paper in found.papers
        ),
        facts=_facts(procedure, outcome, found.fees, found.times, words, office, language),
        notes=tuple(
            with_doubt(note, note.text.in_language(language), words, language)
            for note in found.notes
        ),
        legal=Button(
            label=say("outcome.legal", language),
            event=on.LegalToggled(),
            icon="scale",
            is_on=phase.is_legal_open,
        ),
        legal_lines=tuple(source.name.in_language(language) for source in procedure.sources),
        checked=say("outcome.checked", language, date=day(procedure.checked, language)),
        qr=_qr(procedure, outcome, words, office, language),
        slip=Button(
            label=say("outcome.print_again" if phase.slip else "outcome.print", language),
            event=None if phase.slip == "printing" else on.PrintWanted(),
            icon="printer",
            is_main=is_here and phase.slip is None,
        ),
        slip_text=_slip_text(phase, words, office, language),
        is_slip_trouble=failed,
        asides=Button(label=say("ask.more", language), event=on.AsideWanted(None), icon="question"),
        finish=Button(
            label=say("outcome.finish", language),
            event=on.Finish(),
            icon="check",
            is_main=phase.slip == "done",
        ),
        nav=nav,
    )


def _papers_title(has_papers: bool, is_here: bool, words: Words, language: Language) -> str:  # noqa: FBT001
    """Where the ward does not do it, an empty list is no statement: nothing is said."""
    if has_papers:
        return words.say("outcome.papers", language)
    return words.say("outcome.no_papers", language) if is_here else ""


def _paper(
    paper: Paper,
    phase: Guiding,
    behind: tuple[Answered, ...],
    *,
    words: Words,
    language: Language,
) -> PaperRow:
    kind = words.say(f"paper.{paper.kind.value}", language, count=paper.count)
    hand = words.say(f"paper.{paper.hand.value}", language)
    detail = kind if paper.kind is PaperKind.FORM else f"{kind} · {hand}"
    name = paper.name.in_language(language)
    is_ticked = paper.id in phase.ticked
    because = [
        step.choice.label.in_language(language)
        for step in behind
        if step.choice.id in paper.when.get(step.question.id, ()) and step.choice.id not in UNSURE
    ]
    case = words.say("paper.because", language, answers="; ".join(because)) if because else ""
    note = paper.note.in_language(language) if paper.note else ""
    said = words.say("paper.in_hand" if is_ticked else "paper.missing", language, name=name)
    return PaperRow(
        name=name,
        detail=with_doubt(paper, detail, words, language),
        note=" ".join(part for part in (note, case) if part),
        tick=Button(label=name, event=on.Ticked(paper.id), is_on=is_ticked, said=said),
    )


def _facts(
    procedure: Procedure,
    outcome: Outcome,
    fees: tuple[Fee, ...],
    times: tuple[Statement, ...],
    words: Words,
    office: Office,
    language: Language,
) -> tuple[FactCard, ...]:
    def label(key: str) -> str:
        return words.say(f"outcome.{key}", language)

    where = where_lines(procedure, outcome, office=office, language=language)
    cards = [FactCard(label=label("where"), lines=where)]
    if outcome.kind is OutcomeKind.HERE:
        cards += [
            FactCard(
                label=label("time"),
                lines=tuple(
                    with_doubt(time, time.text.in_language(language), words, language)
                    for time in times
                ),
            ),
            FactCard(
                label=label("fee"),
                lines=tuple(fee_line(fee, words, language) for fee in fees),
                note=" ".join(fee.note.in_language(language) for fee in fees if fee.note),
            ),
            FactCard(label=label("result"), lines=(procedure.result.in_language(language),)),
            FactCard(
                label=label("received_by"), lines=(procedure.received_by.in_language(language),)
            ),
            FactCard(
                label=label("decided_by"), lines=(procedure.decided_by.in_language(language),)
            ),
        ]
    return tuple(card for card in cards if card.lines)


def _qr(
    procedure: Procedure, outcome: Outcome, words: Words, office: Office, language: Language
) -> QrCode:
    is_online = Channel.ONLINE in procedure.channels and outcome.kind is OutcomeKind.HERE
    return QrCode(
        link=portal.link(procedure, office.portal),
        title=words.say("outcome.qr_online" if is_online else "outcome.qr_read", language),
        text=words.say("outcome.qr_text", language),
        millimetres=QR_MILLIMETRES,
    )


def _slip_text(phase: Guiding, words: Words, office: Office, language: Language) -> str:
    match phase.slip:
        case None:
            return ""
        case "done" if not office.has_printer:
            return words.say("slip.filed", language)
        case "printing" | "done":
            return words.say(f"slip.{phase.slip}", language)
        case error:
            key = f"slip.trouble.{error.removeprefix('printer.')}"
            return words.say(key if words.has(key) else "slip.trouble.other", language)
