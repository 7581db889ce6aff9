"""The understanding bench: a sentence is typed or spoken, and the page says what becomes of it.

The sentence stands in no address, no log and no file. A recording is small enough to be held in
memory as it comes in.
"""

from starlette.datastructures import UploadFile
from starlette.responses import Response

from kiosk.console.guard import MICROPHONE_ONLY, PERMISSIONS
from kiosk.console.sentence_told import Place, Tried
from kiosk.console.sentence_work import hear, places, understand
from kiosk.console.web import Page, Visit
from kiosk.errors import KioskError

MOST_BYTES = 1_000_000
"""Half a minute at 16 kHz; what is larger would be laid down on the disk while it comes in."""
MOST_LETTERS = 400
SECONDS = 60.0
WORDINGS = "/drafts/wordings"
"""Where a wording may be added to a draft."""


def sentence_pages() -> tuple[Page, ...]:
    """The page, and the form on it."""
    return (
        Page(method="GET", path="/bench", answer=_bench),
        Page(method="POST", path="/bench", answer=_try, most_bytes=MOST_BYTES, most_files=1),
    )


async def _bench(visit: Visit) -> Response:
    return await _shown(visit)


async def _try(visit: Visit) -> Response:
    """Hear the recording, if there is one, then understand the sentence."""
    text = " ".join(visit.field("text").split())[:MOST_LETTERS]
    console, heard = visit.console, ""
    procedure, _, step = visit.field("at").partition("/")
    sound = visit.form.get("sound")
    try:
        if isinstance(sound, UploadFile) and sound.size:
            text, confidence = await console.beside(
                hear, console.settings, visit.today, await sound.read(), seconds=SECONDS
            )
            heard = _heard(visit, text, confidence)
        if not text:
            key = "bench.nothing_heard" if isinstance(sound, UploadFile) and sound.size else ""
            return await _shown(visit, refusal=visit.say(key or "bench.nothing"), status=400)
        tried: Tried = await console.beside(
            understand,
            console.settings,
            visit.today,
            text,
            procedure,
            step,
            visit.language,
            seconds=SECONDS,
        )
    except KioskError as error:
        return await _shown(visit, text=text, refusal=visit.error(error), status=400)
    return await _shown(visit, text=text, tried=tried, heard=heard)


async def _shown(
    visit: Visit,
    *,
    text: str = "",
    tried: Tried | None = None,
    heard: str = "",
    refusal: str = "",
    status: int = 200,
) -> Response:
    offered: tuple[Place, ...] = ()
    try:
        offered = await visit.console.beside(
            places, visit.console.settings, visit.today, visit.language, seconds=SECONDS
        )
    except KioskError as error:
        refusal, status = visit.error(error), 503
    kiosk_words = visit.console.words.kiosk
    aspect = tried.decision.aspect if tried is not None else ""
    response = visit.page(
        "sentence.html",
        status=status,
        refusal=refusal,
        places=offered,
        at=visit.field("at"),
        text=text,
        most=MOST_LETTERS,
        heard=heard,
        tried=tried,
        aspect=kiosk_words.say(f"aspect.{aspect}", visit.language) if aspect else "",
        wordings=WORDINGS if visit.may(WORDINGS) else "",
    )
    response.headers[PERMISSIONS] = MICROPHONE_ONLY
    return response


def _heard(visit: Visit, text: str, confidence: float | None) -> str:
    if not text:
        return ""
    if confidence is None:
        return visit.say("bench.heard_plainly", text=text)
    return visit.say("bench.heard", text=text, percent=round(100 * confidence))
