"""What somebody reads whose request was not taken: why, and how it goes on.

What was written in a form is handed back where that is safe: to the browser that has just sent it
from a page of ours, as fields that are sent again once a button is pressed. Passwords and files
are never handed back.
"""

from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from kiosk.console.web import Sent, Visit
from kiosk.console.whereabouts import LOGIN, parent_of

SECRETS = frozenset(("password", "again", "old", "code"))
"""Names of fields that are never handed back."""
TOKEN = "token"  # noqa: S105 - the name of a field


def signed_out(visit: Visit, form: FormData | None) -> Response:
    """A form came when the session was over.

    Args:
        visit: by nobody.
        form: what was sent; None: it is not to be handed back.
    """
    kept = _kept(form)
    key = "refusal.signed_out" if kept is not None else "refusal.signed_out_anew"
    return visit.refuse(
        visit.say(key),
        status=401,
        title=visit.say("refusal.not_sent"),
        resent=kept,
        is_signed_out=True,
    )


def stale(visit: Visit, form: FormData) -> Response:
    """A form came from a page that was made for another session of this browser."""
    kept = _kept(form)
    key = "refusal.stale" if kept is not None else "refusal.stale_anew"
    return visit.refuse(
        visit.say(key), status=403, title=visit.say("refusal.not_sent"), resent=kept
    )


def not_for_you(visit: Visit) -> Response:
    """The page is for others."""
    account = visit.account
    assert account is not None
    role = visit.say(f"role.{account.role.value}")
    return visit.refuse(visit.say("refusal.not_for_you", name=account.name, role=role), status=403)


def not_there(visit: Visit, status: int) -> Response:
    """There is no such page, or it is only there for forms."""
    request = visit.request
    if status == 405 and request.method in ("GET", "HEAD") and visit.is_read:
        return RedirectResponse(parent_of("POST", request.scope["path"]), status_code=303)
    return visit.refuse(visit.say("refusal.not_there"), status=status, back="/")


def broken(visit: Visit) -> Response:
    """Something went wrong here."""
    return visit.refuse(visit.say("refusal.broken"), status=500)


def not_taken(visit: Visit, status: int, *, is_file: bool = False) -> Response:
    """A form is not in order.

    Args:
        visit: whose.
        status: why.
        is_file: the form may bring a file along.
    """
    key = f"form_refusal.{status}{'_file' if status == 413 and is_file else ''}"
    text = visit.say(key) if visit.console.words.console.has(key) else ""
    return visit.refuse(text, status=status, title=visit.say("refusal.not_sent"))


def led_to_login(visit: Visit) -> Response:
    """A page was asked for by nobody who is signed in: after signing in they come back to it."""
    known = [f"from={visit.quoted_here}"] if visit.here != "/" else []
    known += ["over"] if visit.console.sessions.is_over(visit.number) else []
    return RedirectResponse(f"{LOGIN}?{'&'.join(known)}" if known else LOGIN, status_code=303)


def _kept(form: FormData | None) -> tuple[Sent, ...] | None:
    """The fields to hand back; None: there is something among them that must be written anew."""
    if form is None:
        return None
    kept = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                return None
        elif name in SECRETS:
            return None
        elif name != TOKEN:
            kept.append(Sent(name, value))
    return tuple(kept)
