"""A bundle that comes back as a file: what was agreed for its draft holds for it too.

Whoever may download a draft's bundle could else publish it by themselves: before the day that
its reviewer gave it, or after the reviewer withdrew it.
"""

from datetime import date
from pathlib import Path

from kiosk.bundle import Bundle
from kiosk.bundle_file import read_bundle
from kiosk.bundle_shelf import Deed
from kiosk.bundle_sign import signer_of
from kiosk.bundle_store import BundleStore
from kiosk.draft import Draft, Step
from kiosk.draft_key import own_key_id
from kiosk.draft_store import DraftStore
from kiosk.errors import KioskError


def carried(untrusted: bytes, state: Path) -> Draft | None:
    """The draft that this file was made of here; None: it comes from elsewhere.

    Args:
        untrusted: the file.
        state: the state folder.

    Raises:
        KioskError: those of `read_bundle`.
    """
    return _draft_of(read_bundle(untrusted), state)


def refuse_carried(bundle: Bundle, state: Path, *, today: date, on: date | None = None) -> None:
    """Refuse what was made of a draft here and was agreed for later, or withdrawn.

    Args:
        bundle: one that somebody vouches for.
        state: the state folder.
        today: the day.
        on: the day that is wanted for it; None: at once.

    Raises:
        KioskError: `bundle.agreed_for`, `bundle.was_withdrawn`, `bundle.shelf_damaged`.
    """
    draft = _draft_of(bundle, state)
    if draft is None:
        return
    version = bundle.manifest.version
    deeds = [one.deed for one in BundleStore(state).shelf().history if one.name == bundle.name]
    if draft.bundle != bundle.name or (deeds and deeds[-1] is Deed.WITHDRAWN):
        raise KioskError("bundle.was_withdrawn", version=version, draft=draft.id)
    if draft.on is not None and draft.on > today and on != draft.on:
        raise KioskError("bundle.agreed_for", version=version, on=f"{draft.on:%d/%m/%Y}")


def _draft_of(bundle: Bundle, state: Path) -> Draft | None:
    """By its name; or, where the draft was opened anew, by our signature and its version."""
    drafts = DraftStore(state).all()
    found = next((one for one in drafts if one.bundle == bundle.name), None)
    if found is not None or signer_of(bundle) != own_key_id(state):
        return found
    given = (Step.PUBLISHED, bundle.manifest.version)
    return next(
        (one for one in drafts if any((step.step, step.about) == given for step in one.history)),
        None,
    )
