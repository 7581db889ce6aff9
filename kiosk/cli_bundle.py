"""The commands around bundles: pack, sign, install, hear, list, rollback, withdraw."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.app import WEIGHTS_FILE
from kiosk.assistant.weights_file import SHIPPED_WEIGHTS, load_weights
from kiosk.bundle import SUFFIX, scope_of
from kiosk.bundle_current import Current, current_of
from kiosk.bundle_file import gather, load_bundle, save_bundle
from kiosk.bundle_hearing import Rebuilt, teach, teach_the_rest
from kiosk.bundle_install import Inspection, changes_for_citizens, inspect, install
from kiosk.bundle_shelf import SHIPPED, Kept, Shelf
from kiosk.bundle_sign import KEYS_FILE, load_keys, refused_ids, sign, vouched
from kiosk.bundle_store import BundleStore
from kiosk.catalogue import load_catalogue
from kiosk.cli_keys import keys, passphrase_for, private_key
from kiosk.difference import Changed
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.settings import Settings
from kiosk.terminal import Lang, Site, fail, fault_line, language_of, sentence_of, settings_of
from kiosk.words_files import load_words

bundle = typer.Typer(
    help="Bundles: signed scripts, wordings and a part of the settings.", no_args_is_help=True
)
bundle.add_typer(keys, name="keys")

File = Annotated[Path, typer.Argument(metavar="FILE", help=f"The bundle: NAME{SUFFIX}")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of sentences.")]


@bundle.command("pack")
def pack_bundle(
    file: File,
    *,
    version: Annotated[str, typer.Option(help="One to four numbers: 2026.11.28")],
    folder: Annotated[
        Path | None, typer.Option(help="The folder of scripts; left out: what is shown here.")
    ] = None,
    scope: Annotated[
        str | None, typer.Option(help="ward:CODE or city:CODE; left out: this ward.")
    ] = None,
    ward_part: Annotated[
        Path | None, typer.Option(help="A site.toml with ward, counters, notices and no more.")
    ] = None,
    note: Annotated[str, typer.Option(help="What is new, in a sentence.")] = "",
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Make a bundle of a folder of scripts; it still wants a signature."""
    language, words = language_of(lang), load_words()
    settings = settings_of(site, language)
    try:
        made, _ = gather(
            folder or current_of(settings, _today()).procedures,
            version=version,
            scope=scope_of(scope or f"ward:{settings.ward.portal.ward_code}"),
            made=_today(),
            note=note,
            site=ward_part,
        )
        looked_at = inspect(made, today=_today())
        _refuse_faults(looked_at, language)
        save_bundle(made, file)
    except KioskError as error:
        fail(error, language)
    counts = {"files": len(made.files), "scripts": len(looked_at.catalogue.procedures)}
    typer.echo(words.say("bundle.packed", language, file=file, version=version, **counts))


@bundle.command("sign")
def sign_bundle(
    file: File,
    *,
    key: Annotated[Path, typer.Option(help="The private key, as `keys make` wrote it.")],
    lang: Lang = "vi",
) -> None:
    """Sign a bundle in its place; a signature that it had is replaced."""
    language = language_of(lang)
    try:
        pem = private_key(key)
        signed = sign(load_bundle(file), pem, passphrase=passphrase_for(pem, language))
        save_bundle(signed, file)
    except KioskError as error:
        fail(error, language)
    said = {"file": file, "version": signed.manifest.version}
    typer.echo(load_words().say("bundle.signed", language, **said))


@bundle.command("install")
def install_bundle(
    file: File,
    *,
    is_sure: Yes = False,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Becomes the current one on this day."),
    ] = None,
    is_hearing: Annotated[
        bool, typer.Option("--hearing/--no-hearing", help="Have the recogniser learn its words.")
    ] = True,
    by: Annotated[str, typer.Option(help="Who does it, for the history.")] = "",
    as_json: Json = False,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Check a bundle, say what changes for citizens, publish it: now, or on a day."""
    language, words = language_of(lang), load_words()
    settings, today = settings_of(site, language), _today()
    day = on.date() if on is not None and on.date() > today else None
    state = settings.folders.state_path
    place, store = settings.ward.portal, BundleStore(state)
    told: dict[str, object] = {}
    try:
        trusted = load_keys(state / KEYS_FILE)
        found = load_bundle(file)
        key = vouched(found, trusted, place=place, today=today)
        store.refuse_older(found, on=day, refused=refused_ids(trusted))
        looked_at = inspect(found, today=today)
        _refuse_faults(looked_at, language, is_quiet=as_json)
        current = current_of(settings, today)
        changed = changes_for_citizens(
            looked_at,
            before=load_catalogue(current.procedures),
            settings=current.settings,
            notices=current.notices,
            words=words,
            language=language,
        )
        told |= {"name": found.name, "version": found.manifest.version, "key": key.id}
        told |= {"on": day.isoformat() if day else None, "changes": [asdict(x) for x in changed]}
        if not as_json:
            said = {"version": found.manifest.version, "note": found.manifest.note or "–"}
            typer.echo(words.say("bundle.about", language, name=key.name, **said))
            _tell_changes(changed, language)
        if not is_sure:
            typer.confirm(words.say("bundle.sure", language), abort=True)
        shelf = install(
            looked_at, store=store, keys=trusted, place=place, today=today, on=day, by=by
        )
    except KioskError as error:
        fail(error, language)
    if not as_json:
        version = found.manifest.version
        if day is None:
            typer.echo(words.say("bundle.published", language, version=version))
        else:
            on_day = f"{day:%d/%m/%Y}"
            typer.echo(words.say("bundle.will_be", language, version=version, on=on_day))
        _tell_unlearned(looked_at, state, language)
    made = _heard(settings, shelf, found.name, current, language) if is_hearing else None
    if as_json:
        told["hearing"] = asdict(made) if made is not None else None
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif made is not None:
        _tell_heard(made, language)


@bundle.command("hear")
def hear_bundle(
    *,
    name: Annotated[
        str | None, typer.Option("--bundle", help="Its name; left out: the current one.")
    ] = None,
    before: Annotated[
        Path | None, typer.Option(help="The scripts that were shown before; left out: shipped.")
    ] = None,
    as_json: Json = False,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Have the recogniser learn a bundle's words, and of those that nobody taught it."""
    language = language_of(lang)
    settings = settings_of(site, language)
    try:
        store = BundleStore(settings.folders.state_path)
        shelf = store.shelf()
        wanted = shelf.current if name is None else name
        earlier = before or settings.folders.procedures_path
        made = None
        if wanted != SHIPPED:
            if shelf.find(wanted) is None:
                known = ", ".join(one.name for one in shelf.kept) or "–"
                raise KioskError("bundle.not_kept", version=wanted, known=known)  # noqa: TRY301
            here = store.procedures(wanted)
            made = teach(settings, shelf, bundle=wanted, procedures=here, before=earlier)
        teach_the_rest(settings, shelf, procedures=store.procedures, before=earlier)
    except KioskError as error:
        fail(error, language)
    if as_json:
        typer.echo(json.dumps(asdict(made) if made is not None else None, ensure_ascii=False))
    elif made is not None:
        _tell_heard(made, language)


@bundle.command("list")
def list_bundles(*, as_json: Json = False, site: Site = None, lang: Lang = "vi") -> None:
    """What is current, what waits for its day, what is kept, and the history."""
    language = language_of(lang)
    settings = settings_of(site, language)
    try:
        shelf = BundleStore(settings.folders.state_path).shelf()
    except KioskError as error:
        fail(error, language)
    if as_json:
        typer.echo(json.dumps(asdict(shelf), default=str, ensure_ascii=False, indent=2))
        return
    words = load_words()
    if shelf.current == SHIPPED:
        typer.echo(words.say("bundle.none", language))
    for one in shelf.kept:
        typer.echo(_kept_line(one, shelf, language))
    for done in shelf.history:
        what = words.say(f"bundle.deed.{done.deed.value}", language)
        name = done.name or words.say("bundle.shipped", language)
        by = f" ({done.by})" if done.by else ""
        typer.echo(f"  {done.at.astimezone():%d/%m/%Y %H:%M}  {what}  {name}{by}")


@bundle.command("rollback")
def rollback_bundle(
    *,
    to: Annotated[
        str | None, typer.Option(help="A version, or shipped; left out: the next older one.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who does it, for the history.")] = "",
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Go back to an older bundle, on purpose."""
    language, words = language_of(lang), load_words()
    state = settings_of(site, language).folders.state_path
    try:
        refused = refused_ids(load_keys(state / KEYS_FILE))
        shelf = BundleStore(state).rollback(to, by=by, refused=refused)
    except KioskError as error:
        fail(error, language)
    version = shelf.version or words.say("bundle.shipped", language)
    typer.echo(words.say("bundle.published", language, version=version))


@bundle.command("withdraw")
def withdraw_bundle(
    version: Annotated[str, typer.Argument(help="Of a bundle that waits for its day.")],
    *,
    by: Annotated[str, typer.Option(help="Who does it, for the history.")] = "",
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Take a scheduled bundle back before its day."""
    language = language_of(lang)
    state = settings_of(site, language).folders.state_path
    try:
        refused = refused_ids(load_keys(state / KEYS_FILE))
        BundleStore(state).withdraw(version, by=by, refused=refused)
    except KioskError as error:
        fail(error, language)
    typer.echo(load_words().say("bundle.withdrawn", language, version=version))


def _refuse_faults(looked_at: Inspection, language: Language, *, is_quiet: bool = False) -> None:
    faults = [fault for fault in looked_at.faults if not fault.is_warning]
    for fault in faults if is_quiet else looked_at.faults:
        typer.echo(fault_line(fault, language), err=True)
    if faults:
        raise KioskError("bundle.faulty", count=str(len(faults)))


def _tell_changes(changed: Sequence[Changed], language: Language) -> None:
    words = load_words()
    for one in changed:
        typer.echo(one.title)
        for sentence in one.sentences:
            typer.echo(f"  - {sentence}")
    if not changed:
        typer.echo(words.say("diff.nothing", language))


def _tell_unlearned(looked_at: Inspection, state: Path, language: Language) -> None:
    """The lookup finds new procedures by likeness at once; what is learned of them comes later."""
    own = state / WEIGHTS_FILE
    known = frozenset(load_weights(own if own.is_file() else SHIPPED_WEIGHTS).keys)
    unlearned = [one for one in looked_at.catalogue.procedures if one.code not in known]
    if unlearned:
        titles = ", ".join(one.title.in_language(language) for one in unlearned)
        typer.echo(load_words().say("bundle.unlearned", language, titles=titles))


def _heard(
    settings: Settings, shelf: Shelf, name: str, before: Current, language: Language
) -> Rebuilt | None:
    """Have the recogniser know the words; an installation does not fail for that."""
    here = BundleStore(settings.folders.state_path).procedures(name)
    try:
        return teach(settings, shelf, bundle=name, procedures=here, before=before.procedures)
    except KioskError as error:
        typer.echo(sentence_of(error, language), err=True)
        return None


def _tell_heard(made: Rebuilt, language: Language) -> None:
    words = load_words()
    typer.echo(words.say("bundle.heard", language, count=made.sentences))
    for one in made.left_out:
        line = words.say("bundle.left_out", language, word=one.word)
        typer.echo(f"{one.file}:{one.line}: {line}")


def _kept_line(one: Kept, shelf: Shelf, language: Language) -> str:
    words = load_words()
    if one.name == shelf.current:
        how = words.say("bundle.is_current", language)
    elif one.on is not None:
        how = words.say("bundle.is_waiting", language, on=f"{one.on:%d/%m/%Y}")
    else:
        how = words.say("bundle.is_kept", language)
    return f"{one.version}  {how}  [{one.name}]"


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day where the kiosk stands
