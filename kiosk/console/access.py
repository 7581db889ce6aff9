"""Who may do what: each page and form of the console with the roles it is for.

What does not stand here is for nobody: `application.make_app` refuses to serve such a page.
"""

from kiosk.console.accounts import Account, Role

ANYBODY = None
"""Also those who are not signed in."""
EVERYONE = frozenset(Role)
ACTING = frozenset((Role.STAFF, Role.ADMIN))
READING = frozenset((Role.ADMIN, Role.AUDITOR))
ADMINS = frozenset((Role.ADMIN,))

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
    ("POST", "/stay"): EVERYONE,
    ("GET", "/audit"): READING,
    ("GET", "/notices"): EVERYONE,
    ("GET", "/notices/{notice}"): ADMINS,
    ("POST", "/notices/add"): ADMINS,
    ("POST", "/notices/{notice}/change"): ADMINS,
    ("POST", "/notices/{notice}/end"): ADMINS,
    ("POST", "/notices/urgent"): ACTING,
    ("POST", "/notices/urgent/{notice}/end"): ACTING,
    ("GET", "/notices/urgent/{notice}"): ACTING,
    ("POST", "/notices/urgent/{notice}/change"): ACTING,
    ("POST", "/notices/send"): ACTING,
    ("GET", "/accounts"): READING,
    ("POST", "/accounts/add"): ADMINS,
    ("POST", "/accounts/{account}/role"): ADMINS,
    ("POST", "/accounts/{account}/disable"): ADMINS,
    ("POST", "/accounts/{account}/enable"): ADMINS,
    ("POST", "/accounts/{account}/password"): ADMINS,
    ("POST", "/accounts/{account}/sign-out"): ADMINS,
    ("GET", "/scripts"): READING,
    ("GET", "/scripts/{procedure}"): READING,
    ("GET", "/scripts/{procedure}/add/{part}"): ADMINS,
    ("POST", "/scripts/{procedure}/add/{part}"): ADMINS,
    ("GET", "/scripts/{procedure}/{part}/{item}"): ADMINS,
    ("POST", "/scripts/{procedure}/{part}/{item}"): ADMINS,
    ("POST", "/scripts/{procedure}/{part}/{item}/take-out"): ADMINS,
    ("POST", "/drafts/wordings"): ADMINS,
    ("GET", "/drafts"): READING,
    ("GET", "/drafts/{draft}"): READING,
    ("POST", "/drafts/{draft}/hand-in"): ADMINS,
    ("POST", "/drafts/{draft}/send-back"): ADMINS,
    ("POST", "/drafts/{draft}/undo"): ADMINS,
    ("POST", "/drafts/{draft}/move"): ADMINS,
    ("POST", "/drafts/{draft}/drop"): ADMINS,
    ("POST", "/drafts/{draft}/publish"): ADMINS,
    ("POST", "/drafts/{draft}/open-anew"): ADMINS,
    ("GET", "/drafts/{draft}/bundle"): ADMINS,
    ("GET", "/drafts/{draft}/preview"): READING,
    ("GET", "/drafts/{draft}/preview/picture.png"): READING,
    ("GET", "/keys/own"): ADMINS,
    ("GET", "/bundles"): READING,
    ("POST", "/bundles/upload"): ADMINS,
    ("GET", "/bundles/candidates/{candidate}"): READING,
    ("POST", "/bundles/candidates/{candidate}/publish"): ADMINS,
    ("POST", "/bundles/candidates/{candidate}/drop"): ADMINS,
    ("GET", "/bundles/rollback/{name}"): ADMINS,
    ("POST", "/bundles/rollback/{name}"): ADMINS,
    ("POST", "/bundles/withdraw/{name}"): ADMINS,
    ("GET", "/bundles/preview/{source}"): READING,
    ("GET", "/bundles/preview/{source}/picture.png"): READING,
    ("GET", "/bench"): READING,
    ("POST", "/bench"): READING,
    ("GET", "/usage"): READING,
    ("GET", "/usage/csv"): READING,
    ("GET", "/usage/xlsx"): READING,
    ("POST", "/usage/delete"): ADMINS,
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


ANSWER = "/kiosks/{kiosk}/answer"
"""Whoever may answer a call may do the rest."""
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
