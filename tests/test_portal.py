"""The link behind the QR code has the portal's form, and nothing else in it."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.portal import HOME, PortalPlace, link, search_link
from kiosk.procedure import Procedure

NO_WARD = PortalPlace(province_id="", ward_id="", province_code="01", ward_code="00082")
WARD = replace(NO_WARD, province_id="019d-tinh", ward_id="019d-phuong")


def test_without_the_ward_the_link_is_the_page_of_the_procedure(small: Procedure) -> None:
    expected = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfd-0000-7000-8000-000000000001"
    assert link(small, NO_WARD) == expected


@pytest.mark.parametrize("missing", ["province_id", "ward_id"])
def test_half_a_ward_is_no_ward(small: Procedure, missing: str) -> None:
    place = replace(WARD, **{missing: ""})
    assert link(small, place) == link(small, NO_WARD)


def test_with_the_ward_the_search_page_has_both_chosen(small: Procedure) -> None:
    parts = urlsplit(link(small, WARD))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{HOME}/tim-kiem-thu-tuc-hanh-chinh"
    assert parse_qs(parts.query, keep_blank_values=True) == {
        "formalityId": [small.portal_id],
        "province": ["019d-tinh"],
        "ministry": [""],
        "ward": ["019d-phuong"],
        "searchType": ["PROVINCE"],
        "commune": ["WARD"],
        "provinceCode": ["01"],
        "wardCode": ["00082"],
    }


def test_a_search_word_is_escaped() -> None:
    address = search_link(keyword="khai sinh & khai tử")
    assert address.isascii()
    assert " " not in address
    assert parse_qs(urlsplit(address).query) == {"keyword": ["khai sinh & khai tử"]}


def test_every_shipped_procedure_links_to_its_own_page() -> None:
    procedures = load_catalogue(SHIPPED_PROCEDURES).procedures
    links = {link(procedure, NO_WARD) for procedure in procedures}
    assert len(links) == len(procedures) >= 10
    assert all(one.startswith(f"{HOME}/thu-tuc-hanh-chinh/") for one in links)
