"""What a guide reports. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was said means one of these offers."""

    turn: int
    offers: tuple[str, ...]
    """Ids of the request's offers, one to three, best first."""
    probability: float | None
    """How sure the model is of the first, 0 to 1; None where it does not say."""


@dataclass(frozen=True, slots=True)
class NotChosen:
    """No answer in time, or none that can be used: the rules' answer stands."""

    turn: int


@dataclass(frozen=True, slots=True)
class Reworded:
    """A paragraph in simpler words, unproven."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class NotReworded:
    """None in time: the paragraph stays as it is."""

    turn: int


GuideReport = Chosen | NotChosen | Reworded | NotReworded
