"""Which language model suits a machine, by its memory and its cores. Pure.

One table. An answer may take three seconds. In them a machine reads some sixty tokens (what
was said; the rest it has read before) and writes up to twenty. Reading is arithmetic, about
two operations a parameter and token, and goes with the cores; writing reads the whole model
from memory for each token and goes with the memory's speed. In memory lie the model, 0.5 to
0.6 GB for what it has read, the kiosk itself and the system.
"""

from dataclasses import dataclass

GIGABYTE = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A model, and what it asks of a machine."""

    model: str
    """Its name in models.toml."""
    cores: int
    gigabytes: int
    reason: str
    """A key of `doctor.said`."""


TABLE = (
    Advice(model="qwen3-4b-instruct-2507-q4", cores=12, gigabytes=16, reason="guide-advice-large"),
    Advice(model="qwen3-1.7b-q8", cores=8, gigabytes=8, reason="guide-advice-medium"),
    Advice(model="qwen3-0.6b-q8", cores=4, gigabytes=4, reason="guide-advice-small"),
    Advice(model="danloi-guide", cores=1, gigabytes=0, reason="guide-advice-own"),
)
"""The largest first; the first that a machine can carry is advised."""

SYSTEM_SHARE = 0.9
"""A machine sold with 8 GB shows a little less."""


def advise(*, cores: int, memory_bytes: int) -> Advice:
    """The largest model that answers in time on such a machine."""
    gigabytes = memory_bytes / GIGABYTE
    return next(
        one for one in TABLE if cores >= one.cores and gigabytes >= one.gigabytes * SYSTEM_SHARE
    )
