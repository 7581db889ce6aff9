"""What the tests of guides share: a request, and models and workers to ask it of."""

from dataclasses import dataclass, field
from pathlib import Path

from tiny_gguf import CHAT_TEMPLATE, QUICK, SLOW, write_model

from kiosk.assistant.guide_reports import GuideReport
from kiosk.assistant.prompt import Offer, Place, Request
from kiosk.engine_link import Address, worker
from kiosk.engine_state import EngineState, Timings
from kiosk.intent import Unclear

WORDS = "bố tôi đi chứ không phải mẹ zebraquagga"
"""What a citizen says; the last word stands nowhere else."""
MARKER = "zebraquagga"
PATIENT = Timings(restart_seconds=(0.05, 0.1, 0.2), reply_seconds=20.0, check_seconds=600.0)
MEGABYTES = 1500


def offer(offer_id: str, text: str, *wordings: str) -> Offer:
    """An offer whose intent no guide looks at."""
    return Offer(offer_id, Unclear(), text, wordings)


def request(asked: str = "Ai đi đăng ký?", *more: Offer) -> Request:
    """A question with two choices and what may always be said."""
    return Request(
        place=Place.QUESTION,
        asked=asked,
        standing=(
            offer("answer cha-me", "Cha hoặc mẹ", "bố đi", "mẹ đi"),
            offer("answer ong-ba", "Ông bà", "bà nội đi"),
            *more,
            offer("wish back", "Quay lại"),
            offer("unclear", "Không rõ"),
            offer("out", "Việc khác"),
        ),
    )


def long_request(letters: int, seed: str) -> Request:
    """A request whose prefix has about so many letters."""
    return request(f"{seed} " + "giấy khai sinh " * (letters // 15))


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Language models on disk."""

    keys: Path
    json: Path
    slow: Path


def write_models(folder: Path) -> Models:
    """One for each style, and one that takes its time."""
    return Models(
        keys=write_model(folder / "keys.gguf", shape=QUICK),
        json=write_model(folder / "json.gguf", style=None, template=CHAT_TEMPLATE),
        slow=write_model(folder / "slow.gguf", shape=SLOW),
    )


def guide_at(model: Path, *, threads: int = 2, megabytes: int = MEGABYTES) -> Address:
    """The worker over a model."""
    arguments = ("--model", str(model), "--threads", str(threads))
    return worker("kiosk.assistant.guide_worker", *arguments, memory_bytes=megabytes * 1024 * 1024)


@dataclass(slots=True)
class Notes:
    """What a guide reported and how it was."""

    reports: list[GuideReport] = field(default_factory=list)
    states: list[EngineState] = field(default_factory=list)

    def count(self, state: str) -> int:
        """How often it was said to be so."""
        return sum(one.state == state for one in self.states)
