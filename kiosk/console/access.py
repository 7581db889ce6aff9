"""Who may do what: each page and form of the console with the roles it is for.

What does not stand here is for nobody: `application.make_app` refuses to serve such a page.
"""

from kiosk.console.accounts import Role

ANYBODY = None
"""Also those who are not signed in."""
EVERYONE = frozenset(Role)
ACTING = frozenset((Role.STAFF, Role.ADMIN))
ADMIN = frozenset((Role.ADMIN,))
READING = frozenset((Role.ADMIN, Role.AUDITOR))

ACCESS: dict[tuple[str, str], frozenset[Role] | None] = {
    ("GET", "/login"): ANYBODY,
    ("POST", "/login"): ANYBODY,
    ("GET", "/setup"): ANYBODY,
    ("POST", "/setup"): ANYBODY,
    ("POST", "/language"): ANYBODY,
    ("GET", "/static/{file}"): ANYBODY,
    ("POST", "/logout"): EVERYONE,
    ("GET", "/password"): EVERYONE,
    ("POST", "/password"): EVERYONE,
    ("GET", "/"): EVERYONE,
    ("GET", "/live"): EVERYONE,
    ("GET", "/parts"): EVERYONE,
    ("GET", "/audit"): READING,
    ("GET", "/bench"): READING,
    ("POST", "/bench"): READING,
    ("GET", "/usage"): READING,
    ("GET", "/usage/csv"): READING,
    ("GET", "/usage/xlsx"): READING,
    ("POST", "/usage/delete"): ADMIN,
    ("POST", "/kiosks/{kiosk}/answer"): ACTING,
    ("POST", "/kiosks/{kiosk}/restart"): ACTING,
    ("POST", "/kiosks/{kiosk}/lock"): ACTING,
    ("POST", "/kiosks/{kiosk}/unlock"): ACTING,
    ("POST", "/kiosks/{kiosk}/summon"): ACTING,
    ("POST", "/kiosks/{kiosk}/volume"): ACTING,
    ("POST", "/kiosks/{kiosk}/test-print"): ACTING,
    ("POST", "/kiosks/{kiosk}/test-sound"): ACTING,
    ("POST", "/kiosks/{kiosk}/reload"): ACTING,
}


def may(role: Role, method: str, path: str) -> bool:
    """Whether this role may use this page; what is not listed, nobody may."""
    roles = ACCESS.get((method, path), frozenset())
    return roles is ANYBODY or role in roles
