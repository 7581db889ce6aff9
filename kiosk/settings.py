"""The kiosk's settings: `settings.toml` with a site's own file laid over it, frozen.

An unreadable file is refused with the line and the remedy; nothing is guessed.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from kiosk.broker.topics import is_host
from kiosk.catalogue import SHIPPED_PROCEDURES
from kiosk.errors import KioskError
from kiosk.portal import PortalPlace
from kiosk.printing import PrinterSettings
from kiosk.procedure import Id, Language, Text
from kiosk.usage_periods import Pace
from kiosk.voice import TapFree

DEFAULTS = Path(__file__).with_name("settings.toml")
SITE_PLACES = (Path("site.toml"), Path("/etc/dan-loi/site.toml"))
"""Where a site file is looked for when none is named."""

_strict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Ward:
    """Who runs this kiosk."""

    name: Text
    office: Text
    portal: PortalPlace


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class ScreenSettings:
    """The panel."""

    language: Language
    inches: Annotated[float, Field(ge=10, le=100)]
    reduce_motion: bool
    double_touch_seconds: Annotated[float, Field(ge=0, le=2)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class IdleSettings:
    """When a visit ends by itself."""

    ask_after_seconds: Annotated[int, Field(ge=5, le=3600)]
    countdown_seconds: Annotated[int, Field(ge=5, le=300)]
    goodbye_seconds: Annotated[int, Field(ge=3, le=300)]
    staff_seconds: Annotated[int, Field(ge=10, le=3600)]
    call_seconds: Annotated[int, Field(ge=30, le=7200)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class HearingSettings:
    """The ear."""

    engine: Annotated[str, Field(pattern=r"^(model|fake|off|tcp://\S+)$")]
    model: str
    microphone: str
    tap_free: TapFree
    memory_megabytes: Annotated[int, Field(ge=200, le=64_000)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class SpeakingSettings:
    """The voice."""

    engine: Annotated[str, Field(pattern=r"^(espeak|fake|off|tcp://\S+)$")]
    voice: Text
    words_per_minute: Annotated[int, Field(ge=60, le=400)]
    volume: Annotated[float, Field(gt=0, le=1)]
    loudspeaker: str
    by_itself: bool


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class GuideSettings:
    """The language model."""

    engine: Annotated[str, Field(pattern=r"^(model|off|https?://[^\s/@]+(/\S*)?)$")]
    model: str
    threads: Annotated[int, Field(ge=1, le=64)]
    memory_megabytes: Annotated[int, Field(ge=200, le=64_000)]
    deadline_seconds: Annotated[float, Field(ge=0.3, le=10)]
    rewords: bool
    remote_model: str
    key_file: str


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class StaffSettings:
    """The staff door."""

    pin_digits: Annotated[int, Field(ge=4, le=10)]
    hold_seconds: Annotated[float, Field(ge=0.5, le=10)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class UsageSettings:
    """The usage log."""

    retention_months: Annotated[int, Field(ge=1, le=120)]
    told_by: Pace
    """What leaves the office is of whole weeks or of whole months."""


def _an_address(text: str) -> str:
    ip_address(text)
    return text


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class ConsoleSettings:
    """The staff console."""

    enabled: bool
    address: Annotated[str, AfterValidator(_an_address)]
    port: Annotated[int, Field(ge=0, le=65535)]
    certificate: str
    key: str
    session_minutes: Annotated[int, Field(ge=5, le=720)]


def _a_host(text: str) -> str:
    if text and not is_host(text):
        raise ValueError("neither a host name nor an address")
    return text


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class BrokerSettings:
    """The ward's broker, at which its kiosks meet."""

    host: Annotated[str, AfterValidator(_a_host)]
    port: Annotated[int, Field(ge=1, le=65535)]
    ca: str
    kiosk: Id | Literal[""]
    name: Annotated[str, Field(max_length=60)]
    password_file: str
    watches: bool
    console: Id | Literal[""]
    console_password_file: str


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Folders:
    """Where things are kept; empty strings in the file stand for the defaults."""

    procedures: str
    state: str

    @property
    def procedures_path(self) -> Path:
        """The folder of scripts."""
        return Path(self.procedures) if self.procedures else SHIPPED_PROCEDURES

    @property
    def state_path(self) -> Path:
        """The folder that the kiosk writes to."""
        if self.state:
            return Path(self.state)
        base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        return Path(base) / "dan-loi"


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Settings:
    """All settings; `settings.toml` says what each one means."""

    ward: Ward
    counters: Mapping[Id, Text]
    screen: ScreenSettings
    idle: IdleSettings
    printer: PrinterSettings
    hearing: HearingSettings
    speaking: SpeakingSettings
    guide: GuideSettings
    staff: StaffSettings
    usage: UsageSettings
    console: ConsoleSettings
    broker: BrokerSettings
    folders: Folders


def load_settings(site: Path | None = None) -> Settings:
    """The settings with the site file laid over the defaults.

    Args:
        site: the site file; None: the first of `SITE_PLACES` that exists, if any.

    Raises:
        KioskError: `settings.unreadable`, `settings.syntax`, `settings.unknown_key`,
            `settings.bad_value`; each names the file, the line and the remedy.
    """
    table = _read(DEFAULTS)
    file = DEFAULTS
    chosen = site or next((place for place in SITE_PLACES if place.is_file()), None)
    if chosen is not None:
        file = chosen
        table = _laid_over(table, _read(chosen))
    try:
        return TypeAdapter(Settings).validate_python(table)
    except ValidationError as error:
        raise _refusal(error.errors()[0], file) from error


def settings_bytes(settings: Settings) -> bytes:
    """The settings as JSON, for another process of ours."""
    return TypeAdapter(Settings).dump_json(settings)


def settings_of_bytes(untrusted: bytes) -> Settings:
    """The settings that another process handed over.

    Raises:
        KioskError: `settings.unreadable`.
    """
    try:
        return TypeAdapter(Settings).validate_json(untrusted)
    except ValidationError as error:
        raise KioskError("settings.unreadable", str(error), file="-") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KioskError("settings.unreadable", str(error), file=str(file)) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = line.group(1) if line else str(text.count("\n") + 1)
        raise KioskError("settings.syntax", str(error), file=str(file), line=where) from error


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`below` with the tables of `above` merged in; a two-language text is replaced whole."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and set(value) != {"vi", "en"}:
            merged[key] = _laid_over(old, value)
        else:
            merged[key] = value
    return merged


def _refusal(found: ErrorDetails, file: Path) -> KioskError:
    place = [str(part) for part in found["loc"]]
    key, name = place[-1], ".".join(place)
    line = str(_line(file, place))
    if found["type"] == "unexpected_keyword_argument":
        near = get_close_matches(key, sorted(_known_keys()), n=1, cutoff=0.5)
        code = "settings.unknown_key_near" if near else "settings.unknown_key"
        return KioskError(code, file=str(file), line=line, key=name, near=near[0] if near else "")
    if found["type"] == "dataclass_type":
        return KioskError("settings.not_a_table", file=str(file), line=line, key=name, last=key)
    return KioskError(
        "settings.bad_value", file=str(file), line=line, key=name, problem=found["msg"]
    )


def _line(file: Path, place: list[str]) -> int:
    """The line in `file` on which the key of `place` stands; the best guess in nested tables."""
    best, table = 1, ""
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        header = re.match(r"\s*\[([^\]]+)\]", text)
        if header:
            table = header.group(1).strip()
            if ".".join(place).startswith(table):
                best = number
        key = re.match(r"\s*\"?([\w. -]*[\w-])\"?\s*=", text)
        if key:
            full = f"{table}.{key.group(1)}" if table else key.group(1)
            if ".".join(place) == full or ".".join(place).startswith(f"{full}."):
                return number
    return best


def _known_keys() -> frozenset[str]:
    kinds = (
        *(Settings, Ward, ScreenSettings, IdleSettings, HearingSettings, SpeakingSettings),
        *(GuideSettings, StaffSettings, UsageSettings, ConsoleSettings, BrokerSettings, Folders),
    )
    known = {field.name for kind in kinds for field in fields(kind)}
    return frozenset(known | {field.name for field in fields(PrinterSettings)})
