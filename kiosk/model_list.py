"""The list of models that a kiosk can use: `models/models.toml`, read once, frozen.

It says what each model is and which bytes it consists of; it touches no network and no model.
A fault is refused with its file, line and remedy. What nobody has confirmed is empty, not guessed.
"""

import re
import tomllib
from collections import Counter
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from kiosk.errors import KioskError
from kiosk.procedure import Language, Text

MODEL_LIST = Path(__file__).parents[1] / "models" / "models.toml"
"""The list that came with the kiosk."""

MOST_PART_BYTES = 4_000_000_000
"""No model for a kiosk is larger."""
MOST_LIST_BYTES = 1_000_000
"""A larger file is not a list of models."""
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tar.bz2")
"""How the name of a file ends that is unpacked; any other file is kept as it is.
Not .tar.xz: the standard library sets no limit to the memory that one asks for."""

_UNKNOWN = "unexpected_keyword_argument"
"""What pydantic calls a key that it does not know."""

_strict = ConfigDict(extra="forbid")


def _is_safe_address(address: str) -> str:
    """Encrypted on the way; a server on this machine itself needs no encryption."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or is_here):
        raise ValueError("must begin with https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user name")
    return address


def _stays_inside(path: str) -> str:
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError("must be a relative path")
    return path


Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
"""Of a model or a file: it becomes the name of a folder or a file on any file system."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
"""64 hexadecimal digits; empty: not confirmed."""
Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_is_safe_address)]
Inside = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,200}$"), AfterValidator(_stays_inside)
]
"""A file of a model, relative to the model's folder."""
Bytes = Annotated[int, Field(ge=0, le=MOST_PART_BYTES)]
Engine = Literal["vosk", "sherpa-onnx", "llama"]
Purpose = Literal["hearing", "guiding"]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Part:
    """One file to download."""

    file: Name
    address: Address
    bytes: Bytes
    """Its size; 0: not confirmed, and `most_bytes` is the limit."""
    most_bytes: Bytes = 0
    sha256: Sha256
    unpacked_most_bytes: Bytes = 0
    """What an archive may unpack to; an archive needs it, another file must not have it."""

    @model_validator(mode="after")
    def _has_limits(self) -> Self:
        if not (self.bytes or self.most_bytes):
            raise ValueError("bytes is 0, so most_bytes is needed")
        if self.is_archive != bool(self.unpacked_most_bytes):
            raise ValueError("unpacked_most_bytes belongs to an archive, and only to one")
        return self

    @property
    def is_archive(self) -> bool:
        """Whether it is unpacked."""
        return self.file.endswith(ARCHIVES)

    @property
    def limit(self) -> int:
        """The most bytes that are taken from anybody who claims to have it."""
        return self.bytes or self.most_bytes


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Model:
    """One model, as the list describes it."""

    name: Name
    engine: Engine
    purpose: Purpose
    language: Language
    licence: str
    """Its SPDX name; empty: not confirmed."""
    page: Address
    """The publisher's page about it."""
    about: Text
    needs: Annotated[tuple[Inside, ...], Field(min_length=1)]
    """Files without which it is no usable model."""
    known_by: str
    """Who measured or published the figures."""
    ships: bool = False
    """It came with the kiosk; nothing is downloaded."""
    parts: tuple[Part, ...] = ()

    @model_validator(mode="after")
    def _comes_from_somewhere(self) -> Self:
        if self.ships == bool(self.parts):
            raise ValueError("either ships = true or at least one [[models.parts]]")
        if len({part.file for part in self.parts}) < len(self.parts):
            raise ValueError("two parts have the same file name")
        return self

    @property
    def download_bytes(self) -> int:
        """The size of all parts, or the limit where it is not confirmed."""
        return sum(part.limit for part in self.parts)

    @property
    def is_size_confirmed(self) -> bool:
        """Whether `download_bytes` is the size and not only a limit."""
        return all(part.bytes for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _List:
    format: Literal[1]
    models: tuple[Model, ...]


def load_models(file: Path = MODEL_LIST) -> tuple[Model, ...]:
    """The models of a list, in its order.

    Raises:
        KioskError: `models.unreadable`, `models.syntax`, `models.unknown_key`,
            `models.missing_key`, `models.bad_value`, `models.twice`; each names the file, the
            line and the remedy.
    """
    text = _read(file)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = re.search(r"line (\d+)", str(error))
        line = told.group(1) if told else str(text.count("\n") + 1)
        raise KioskError("models.syntax", str(error), file=str(file), line=line) from error
    try:
        models = TypeAdapter(_List).validate_python(table).models
    except ValidationError as error:
        # A key that is misspelt is missing too; the misspelling is the better thing to say.
        found = sorted(error.errors(), key=lambda one: one["type"] != _UNKNOWN)
        raise _refusal(found[0], file, text) from error
    counted = Counter(model.name for model in models)
    for number, model in enumerate(models):
        if counted[model.name] > 1:
            line = str(_line(text, ("models", number, "name")))
            raise KioskError("models.twice", file=str(file), line=line, name=model.name)
    return models


def model_named(name: str, models: tuple[Model, ...]) -> Model:
    """The model of that name.

    Raises:
        KioskError: `models.not_known`, with the names there are.
    """
    for model in models:
        if model.name == name:
            return model
    raise KioskError("models.not_known", name=name, known=", ".join(one.name for one in models))


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            untrusted = opened.read(MOST_LIST_BYTES + 1)
        text = untrusted.decode("utf-8")
    except (OSError, ValueError) as error:
        raise KioskError("models.unreadable", str(error), file=str(file)) from error
    if len(untrusted) > MOST_LIST_BYTES:
        raise KioskError("models.unreadable", "too large", file=str(file))
    return text


def _refusal(found: ErrorDetails, file: Path, text: str) -> KioskError:
    place = found["loc"]
    where = {"file": str(file), "line": str(_line(text, place))}
    key = ".".join(str(part) for part in place if isinstance(part, str))
    match found["type"]:
        case "unexpected_keyword_argument":
            kind = _kind_at(place)
            known = [field.name for field in fields(kind)]
            near = get_close_matches(str(place[-1]), known, n=1, cutoff=0.0)
            return KioskError("models.unknown_key", **where, key=key, near=near[0])
        case "missing":
            return KioskError("models.missing_key", **where, key=key)
        case _:
            return KioskError(
                "models.bad_value", found["msg"], **where, key=key, problem=found["msg"]
            )


def _kind_at(place: tuple[int | str, ...]) -> type:
    """What the keys at a place belong to."""
    if "about" in place[:-1]:
        return Text
    if "parts" in place[:-1]:
        return Part
    return Model if "models" in place[:-1] else _List


def _line(text: str, place: tuple[int | str, ...]) -> int:
    """The line of a key, or of the header of its table where the key is not there."""
    wanted = [part for part in place if isinstance(part, int)]
    name = next((part for part in reversed(place) if isinstance(part, str)), "")
    is_part = "parts" in place
    best, at, model, part = 1, [], -1, -1
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*models\s*\]\]", line):
            model, part, at = model + 1, -1, [model + 1]
        elif re.match(r"\s*\[\[\s*models\s*\.\s*parts\s*\]\]", line):
            part, at = part + 1, [model, part + 1]
        else:
            key = re.match(r"\s*([\w.-]+)\s*=", line)
            keys = key.group(1).split(".") if key else []
            if keys and keys[0] in place and at == wanted[: 2 if is_part else 1]:
                best = number
                if keys[-1] == name:
                    return number
            continue
        if at == wanted[: len(at)]:
            best = number
    return best
