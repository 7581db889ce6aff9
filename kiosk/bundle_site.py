"""The part of a site's settings that a bundle may bring. Pure.

The ward's name, its counters, its ids on the portal and notices: what citizens read. Never
engines, folders, the printer or the staff door, and never the administrative codes, for those
say whose bundles the kiosk takes.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.bundle import SITE, Reach, Scope
from kiosk.errors import KioskError
from kiosk.notice import MOST_LETTERS, MOST_NOTICES, Notice
from kiosk.procedure import Id, Text

MOST_COUNTERS = 60
MOST_NAME_LETTERS = 80

PortalCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{0,64}\z")]

_LINE = re.compile(r"\bline ([0-9]+)")

_strict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class PortalIds:
    """The portal's own ids of province and ward."""

    province_id: PortalCode
    ward_id: PortalCode


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class WardPart:
    """What a bundle may say of the ward; None: as it was."""

    name: Text | None = None
    office: Text | None = None
    portal: PortalIds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class SitePart:
    """A bundle's `site.toml`."""

    ward: WardPart = WardPart()
    counters: Annotated[Mapping[Id, Text], Field(max_length=MOST_COUNTERS)] = field(
        default_factory=dict
    )
    """Laid over the site's own, counter by counter."""
    notices: Annotated[tuple[Notice, ...], Field(max_length=MOST_NOTICES)] = ()


def read_site_part(untrusted: bytes) -> SitePart:
    """Parse a bundle's `site.toml`.

    Raises:
        KioskError: `bundle.bad_site`; it says where and what.
    """
    try:
        table = tomllib.loads(untrusted.decode("utf-8"))
        part = TypeAdapter(SitePart).validate_python(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(one) for one in first["loc"])
        raise _refusal(where, first["msg"]) from error
    except (ValueError, RecursionError) as error:  # TOML or UTF-8
        line = _LINE.search(str(error))
        raise _refusal(f"{SITE}:{line[1]}" if line else SITE, str(error)) from error
    for where, text, most in _texts(part):
        if any(len(one) > most or not one.isprintable() for one in (text.vi, text.en)):
            raise _refusal(where, f"at most {most} letters, on one line")
    ids = [one.id for one in part.notices]
    for notice in part.notices:
        if notice.until < notice.since:
            raise _refusal(f"notices.{notice.id}", "until < since")
        if ids.count(notice.id) > 1:
            raise _refusal(f"notices.{notice.id}", "twice")
    return part


def check_site_part(part: SitePart, scope: Scope) -> None:
    """See that a bundle for a whole city says nothing of one ward.

    Raises:
        KioskError: `bundle.site_of_city`.
    """
    if scope.reach is Reach.CITY and (part.ward != WardPart() or part.counters):
        raise KioskError("bundle.site_of_city")


def _texts(part: SitePart) -> list[tuple[str, Text, int]]:
    named = (("ward.name", part.ward.name), ("ward.office", part.ward.office))
    found = [(where, text, MOST_NAME_LETTERS) for where, text in named if text is not None]
    found += [(f"counters.{one}", text, MOST_NAME_LETTERS) for one, text in part.counters.items()]
    return [*found, *((f"notices.{one.id}", one.text, MOST_LETTERS) for one in part.notices)]


def _refusal(where: str, problem: str) -> KioskError:
    """The problem is for the log: it is in the words of a library."""
    return KioskError("bundle.bad_site", problem, where=where)
