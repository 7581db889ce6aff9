"""Who may do what: each page and form of the console with the roles it is for.

What does not stand here is for nobody: `application.make_app` refuses to serve such a page.
"""

from kiosk.console.accounts import Account, Role

ANYBODY = None
"""Also those who are not signed in."""
EVERYONE = frozenset(Role)
ACTING = frozenset((Role.STAFF, Role.ADMIN))
LOOKING_AFTER = frozenset((Role.ADMIN,))
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
    ("GET", "/notices"): EVERYONE,
    ("GET", "/notices/{notice}"): LOOKING_AFTER,
    ("POST", "/notices/add"): LOOKING_AFTER,
    ("POST", "/notices/{notice}/change"): LOOKING_AFTER,
    ("POST", "/notices/{notice}/end"): LOOKING_AFTER,
    ("POST", "/notices/urgent"): ACTING,
    ("POST", "/notices/urgent/{notice}/end"): ACTING,
    ("POST", "/notices/send"): ACTING,
    ("GET", "/accounts"): READING,
    ("POST", "/accounts/add"): LOOKING_AFTER,
    ("POST", "/accounts/{account}/role"): LOOKING_AFTER,
    ("POST", "/accounts/{account}/disable"): LOOKING_AFTER,
    ("POST", "/accounts/{account}/enable"): LOOKING_AFTER,
    ("POST", "/accounts/{account}/password"): LOOKING_AFTER,
    ("POST", "/accounts/{account}/sign-out"): LOOKING_AFTER,
    ("GET", "/scripts"): READING,
    ("GET", "/scripts/{procedure}"): READING,
    ("GET", "/scripts/{procedure}/{part}/{item}"): LOOKING_AFTER,
    ("POST", "/scripts/{procedure}/{part}/{item}"): LOOKING_AFTER,
    ("POST", "/drafts/wordings"): LOOKING_AFTER,
    ("GET", "/drafts"): READING,
    ("GET", "/drafts/{draft}"): READING,
    ("POST", "/drafts/{draft}/hand-in"): LOOKING_AFTER,
    ("POST", "/drafts/{draft}/send-back"): LOOKING_AFTER,
    ("POST", "/drafts/{draft}/undo"): LOOKING_AFTER,
    ("POST", "/drafts/{draft}/move"): LOOKING_AFTER,
    ("POST", "/drafts/{draft}/drop"): LOOKING_AFTER,
    ("POST", "/drafts/{draft}/publish"): LOOKING_AFTER,
    ("POST", "/drafts/{draft}/open-anew"): LOOKING_AFTER,
    ("GET", "/drafts/{draft}/bundle"): LOOKING_AFTER,
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


WITH_ANOTHERS_PASSWORD = frozenset(
    (("GET", "/password"), ("POST", "/password"), ("POST", "/logout"))
)
"""All that somebody may do whose password somebody else has chosen, beside what is for anybody."""


def may(role: Role, method: str, path: str) -> bool:
    """Whether this role may use this page; what is not listed, nobody may."""
    roles = ACCESS.get((method, path), frozenset())
    return roles is ANYBODY or role in roles


def may_open(account: Account, method: str, path: str) -> bool:
    """Whether this account may use this page now."""
    if not may(account.role, method, path):
        return False
    is_free = ACCESS[method, path] is ANYBODY or not account.must_change
    return is_free or (method, path) in WITH_ANOTHERS_PASSWORD
