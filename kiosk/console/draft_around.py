"""What lies around a draft: the scripts that it changes, what is in use, what waits for its day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.bundle_current import current_of
from kiosk.bundle_shelf import Shelf
from kiosk.bundle_store import BundleStore
from kiosk.console.draft_desk import store_of, values_of
from kiosk.console.script_form import field_label
from kiosk.console.web import Visit
from kiosk.draft import Draft, Stage
from kiosk.draft_check import Shown, shown, values_now
from kiosk.errors import KioskError
from kiosk.procedure import Text
from kiosk.script_fields import Field, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A field as the page names it."""

    edit: str
    """Where its form is."""
    thing: str
    field: Field
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundScript:
    """A script that the draft changes, as the kiosk has it now."""

    shown: Shown
    fields: Mapping[str, Named]
    """By their paths; made once, for a history may name thousands."""

    @property
    def title(self) -> Text:
        """Of its procedure."""
        return self.shown.procedure.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What lies around a draft now."""

    base: str
    """The bundle that is current."""
    version: str
    """Its version; empty: what shipped."""
    scripts: Mapping[str, AroundScript]
    """By procedure; one that is no longer on offer is not in it."""
    scheduled: tuple[tuple[str, str, str], ...]
    """What waits for its day: version, day, and the word that warns of it."""
    is_kept: bool
    """Whether the draft's own bundle is here."""
    is_unused: bool
    """Whether it was published, and the kiosk has gone back to what was before."""


def around(visit: Visit, draft: Draft) -> Around:
    """What lies around a draft; reads some files."""
    settings = visit.console.settings
    current = current_of(settings, visit.today)
    scripts: dict[str, AroundScript] = {}
    named = (one.about.partition(" ")[0] for one in draft.history if " " in one.about)
    for procedure in dict.fromkeys((*draft.procedures, *named)):
        try:
            script = shown(settings, visit.today, procedure)
        except KioskError:
            continue  # it is no longer on offer: its id is shown
        script = replace(script, values=values_of(draft, procedure))
        scripts[procedure] = AroundScript(shown=script, fields=_fields(visit, script))
    try:
        shelf = BundleStore(settings.folders.state_path).shelf()
    except KioskError:
        shelf = Shelf()
    of_drafts = {one.bundle for one in store_of(visit).all()}
    waits = any(one.name == draft.bundle for one in shelf.scheduled)
    is_elsewhere = draft.stage is Stage.PUBLISHED and draft.bundle != current.name and not waits
    return Around(
        base=current.name,
        version=current.version,
        scripts=scripts,
        scheduled=tuple(
            (
                one.version,
                f"{one.on:%d/%m/%Y}",
                "drafts.scheduled_waits" if one.name in of_drafts else "drafts.uploaded_waits",
            )
            for one in shelf.scheduled
        ),
        is_kept=bool(draft.bundle) and shelf.find(draft.bundle) is not None,
        is_unused=is_elsewhere and _is_undone(visit, draft),
    )


def _is_undone(visit: Visit, draft: Draft) -> bool:
    """Whether something is now as it was before the draft: a later bundle may have kept it."""
    _, now = values_now(visit.console.settings, visit.today, draft.changes)
    return any(now.get((one.procedure, one.path)) == one.old for one in draft.changes)


def _fields(visit: Visit, script: Shown) -> dict[str, Named]:
    """All fields of a script, as the page names them."""
    named: dict[str, Named] = {}
    for item in script.items:
        title = item.title.in_language(visit.language)
        part = visit.say(f"script_part.{item.part.value}")
        edit = f"{item.part.value}/{item.id}"
        if item.presence is not None:
            named[item.presence.path] = Named(
                edit=edit, thing=f"{part} “{title}”", field=item.presence, item=item
            )
        for field in item.fields:
            label = field_label(field, item.part, visit.say)
            thing = f"{part} “{title}”: {label}"
            named[field.path] = Named(edit=edit, thing=thing, field=field, item=item)
    return named
