"""How far what was heard is from what was said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Errors:
    """Words put in another's place, left out, and added; words said."""

    replaced: int = 0
    missing: int = 0
    added: int = 0
    said: int = 0

    @property
    def all(self) -> int:
        """Every wrong word."""
        return self.replaced + self.missing + self.added

    @property
    def rate(self) -> float:
        """Wrong words for each word said: the word error rate."""
        return self.all / max(1, self.said)

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(
            self.replaced + other.replaced,
            self.missing + other.missing,
            self.added + other.added,
            self.said + other.said,
        )


def compared(said: Sequence[object], heard: Sequence[object]) -> Errors:
    """The fewest errors that turn what was said into what was heard."""
    row = [Errors(added=count) for count in range(len(heard) + 1)]
    for one in said:
        before, row = row, [row[0] + Errors(missing=1)]
        for place, other in enumerate(heard):
            same = before[place] if one == other else before[place] + Errors(replaced=1)
            ways = (same, before[place + 1] + Errors(missing=1), row[place] + Errors(added=1))
            row.append(min(ways, key=lambda errors: errors.all))
    return row[-1] + Errors(said=len(said))
