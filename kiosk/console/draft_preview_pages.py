"""The screens of a draft, as citizens would see them: nobody needs to publish it blindly."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from kiosk.bundle_current import current_of
from kiosk.console.bundle_preview_pages import folder_key
from kiosk.console.draft_desk import in_thread, refusal, status_of
from kiosk.console.draft_pages import found_draft
from kiosk.console.draft_whose import name_of
from kiosk.console.preview_page import Previewed, preview_page, preview_picture
from kiosk.console.web import Page, Visit
from kiosk.draft import Draft
from kiosk.draft_check import titles
from kiosk.errors import KioskError
from kiosk.preview_source import Source


def draft_preview_pages() -> tuple[Page, ...]:
    """The page and its picture."""
    path = "/drafts/{draft}/preview"
    return (
        Page(method="GET", path=path, answer=_shown(preview_page)),
        Page(method="GET", path=f"{path}/picture.png", answer=_shown(preview_picture)),
    )


def _shown(
    show: Callable[[Visit, Previewed], Awaitable[Response]],
) -> Callable[[Visit], Awaitable[Response]]:
    async def answer(visit: Visit) -> Response:
        try:
            draft = await found_draft(visit)
            previewed = await in_thread(_previewed, visit, draft)
        except KioskError as error:
            return refusal(visit, error, status=status_of(error))
        return await show(visit, previewed)

    return answer


def _previewed(visit: Visit, draft: Draft) -> Previewed:
    """What the screens are made of.

    Raises:
        KioskError: `draft.is_over`, `draft.stale`.
    """
    settings, today = visit.console.settings, visit.today
    if draft.is_over:
        raise KioskError("draft.is_over", draft=draft.id)
    current = current_of(settings, today)
    if draft.base != current.name:
        raise KioskError("draft.stale", draft=draft.id)
    known = titles(settings, today, draft.procedures)
    return Previewed(
        source=Source(
            path=current.procedures,
            settings=current.settings,
            today=today,
            notices=current.notices,
            changes=draft.changes,
        ),
        key=(draft.id, draft.revision, current.name or folder_key(current.procedures), today),
        base=f"/drafts/{draft.id}/preview",
        title=visit.say("drafts.preview_title", name=name_of(visit, draft, known)),
        back=f"/drafts/{draft.id}",
        back_label=visit.say("drafts.preview_back"),
    )
