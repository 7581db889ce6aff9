"""The text of a YAML file and what of it is to be replaced: everything else stays. Pure."""

import re
from typing import Any

import yaml

_DASH = re.compile(r" *- +\Z")


class ScriptText:
    """One text, where its values end, and the pieces that come and go."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Any = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._splices: list[tuple[int, int, str]] = []

    def splice(self, start: int, end: int, new: str) -> None:
        """Note down that this piece is to be another one."""
        self._splices.append((start, end, new))

    def after(self) -> str:
        """The text with all that was noted down replaced."""
        parts, at = list[str](), 0
        for start, end, new in sorted(self._splices, key=lambda one: one[:2]):
            if start < at:
                raise ValueError("two edits at one place")
            parts += [self.text[at:start], new]
            at = end
        return "".join((*parts, self.text[at:]))

    def end(self, node: Any) -> int:  # noqa: ANN401 - PyYAML has no types
        """Behind the last letter of a value: the parser takes blank lines and remarks along."""
        if isinstance(node, yaml.ScalarNode):
            end = int(node.end_mark.index)
            if node.style in ("|", ">"):
                end = len(self.text[:end].rstrip())
            return max(end, int(node.start_mark.index))
        if node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self.end(last[1] if isinstance(last, tuple) else last)

    def line_end(self, at: int) -> int:
        """Where the line ends that this letter stands on."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if self.text[at:end].endswith("\r") else end

    def dash_line(self, entry: Any) -> int:  # noqa: ANN401 - PyYAML has no types
        """Where the line of a list's entry begins."""
        at = int(entry.start_mark.index)
        line = self.text.rfind("\n", 0, at) + 1
        if not _DASH.fullmatch(self.text[line:at]):
            raise ValueError("an entry without a line of its own")
        return line

    def remove_lines(self, start: int, end: int) -> None:
        """Take lines out with the line end before them: something new may follow behind them."""
        if start:
            start -= 2 if self.text[:start].endswith("\r\n") else 1
            self.splice(start, self.line_end(end), "")
            return
        after = self.text.find("\n", end)
        self.splice(0, len(self.text) if after < 0 else after + 1, "")
