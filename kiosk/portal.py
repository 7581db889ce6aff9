"""The link behind the QR code: procedure + ward -> the National Public Service Portal. Pure.

Link forms as the portal uses them since 2026; the ids come from the portal's own page
addresses, never from the procedure code. A link cannot be checked by machine, since
the portal answers every address with a challenge: a person clicks it once.
"""

from urllib.parse import urlencode

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from kiosk.procedure import Procedure

HOME = "https://dichvucong.gov.vn"


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class PortalPlace:
    """Where the portal files this ward. Empty ids: the link leads to the procedure alone."""

    province_id: str
    """The portal's id of the province: `province=` in the address bar when the ward is chosen."""
    ward_id: str
    """The portal's id of the ward: `ward=` in the same address."""
    province_code: str
    """Administrative code of the province; Hanoi is `01`."""
    ward_code: str
    """Administrative code of the ward; Cửa Nam is `00082`."""


def link(procedure: Procedure, place: PortalPlace) -> str:
    """The portal page for this procedure, with the ward chosen where its ids are known."""
    if place.province_id and place.ward_id:
        return search_link(
            formalityId=procedure.portal_id,
            province=place.province_id,
            ministry="",
            ward=place.ward_id,
            searchType="PROVINCE",
            commune="WARD",
            provinceCode=place.province_code,
            wardCode=place.ward_code,
        )
    return page_link(procedure.portal_id)


def page_link(portal_id: str) -> str:
    """The portal's page of one procedure."""
    return f"{HOME}/thu-tuc-hanh-chinh/{portal_id}"


def search_link(**query: str) -> str:
    """The portal's search page; `keyword` finds procedures whose id is not known."""
    return f"{HOME}/tim-kiem-thu-tuc-hanh-chinh?{urlencode(query)}"
