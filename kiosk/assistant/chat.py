"""A model's own chat template, cut where our two texts go in. Pure.

A template is filled in once, with marks; so what is put in later is never read as template,
and a tokenizer that takes control tokens from the template takes none from a citizen's words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SYSTEM, USER = "\ue000", "\ue001"
"""Stand for the two texts while a template is filled in; no text of ours has them."""

_FILLED = re.compile("([^\ue000\ue001]*)\ue000([^\ue000\ue001]*)\ue001([^\ue000\ue001]*)")

Fill = Callable[[Sequence[Mapping[str, str]]], str]
"""Messages, each with role and content -> the template filled in; raises anything."""


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What of a filled template stands around the two texts."""

    before: str
    between: str
    after: str


def chat_parts(fill: Fill) -> ChatParts | None:
    """The parts of a template; None where it is no template that can be used.

    A model that would think aloud first finds its thinking finished already.
    """
    user = {"role": "user", "content": USER}
    together = {"role": "user", "content": f"{SYSTEM}\n\n{USER}"}
    for messages in ([{"role": "system", "content": SYSTEM}, user], [together]):
        try:
            filled = fill(messages)
        except Exception:  # noqa: BLE001, S112 - a template refuses a role in its own way
            continue
        found = re.fullmatch(
            f"([^{SYSTEM}{USER}]*){SYSTEM}([^{USER}{SYSTEM}]*){USER}([^{SYSTEM}{USER}]*)", filled
        )
        if found is not None:
            before, between, after = found.groups()
            if after.rstrip().endswith("<think>"):
                after += "\n</think>\n\n"
            return ChatParts(before, between, after)
    return None
