"""Which of our pages an address is, and to which page a form or a refusal belongs.

Only what stands in `access.ACCESS` is ours: nothing that came with a request leads elsewhere.
"""

import re
from urllib.parse import unquote

from kiosk.console.access import ACCESS

BOARD = "/"
LOGIN = "/login"
SHOW_NOTHING = frozenset(
    (
        *("/live", "/parts", "/static/{file}", "/usage/csv", "/usage/xlsx"),
        *("/drafts/{draft}/bundle", "/drafts/{draft}/preview/picture.png", "/keys/own"),
        "/bundles/preview/{source}/picture.png",
    )
)
"""What is asked for by a page or kept as a file: nobody comes back to it."""
MOST_ADDRESS = 2000
"""Letters of an address that is read."""

_GAP = re.compile(r"{\w+}")
_ADDRESS = re.compile(r"/(?!/)[!-~]*")
"""Of this site, without what a browser would read otherwise than we do."""


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(part) for part in _GAP.split(route)))


_ROUTES = tuple(
    (method, route, _pattern(route))
    for method, route in sorted(ACCESS, key=lambda one: len(_GAP.findall(one[1])))
)
"""Those without gaps first: a name is no gap where it is written out."""


def route_of(method: str, path: str) -> str:
    """The route of a path, as `ACCESS` has it; empty: there is none."""
    return next((route for its, route, at in _ROUTES if its == method and at.fullmatch(path)), "")


def page_at(address: str) -> str:
    """The address, if one of our pages stands there; else nothing.

    Args:
        address: path and query as a browser sent them; untrusted.
    """
    if len(address) > MOST_ADDRESS or not _ADDRESS.fullmatch(address):
        return ""
    if "\\" in address or "#" in address:
        return ""
    route = route_of("GET", unquote(address.partition("?")[0]))
    return address if route and route not in SHOW_NOTHING else ""


def parent_of(method: str, path: str, *, is_gone: bool = False) -> str:
    """The page to which a form belongs, or the one above a page.

    Args:
        method: of the request.
        path: of it.
        is_gone: what it names is not there, so no page of it is either.
    """
    route = route_of(method, path).split("/")
    parts = path.split("/")
    first = len(route) if method == "POST" else len(route) - 1
    for length in range(first, 1, -1):
        above = "/".join(route[:length])
        if ("GET", above) not in ACCESS or above in SHOW_NOTHING:
            continue
        if not (is_gone and _GAP.search(above)):
            return "/".join(parts[:length])
    return BOARD
