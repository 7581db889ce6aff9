"""The bundles on a machine: one is current at any moment, whatever happens in the middle."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from bundle_deaths import do
from bundle_maker import NOW, TODAY, signed, titled
from hypothesis import given
from hypothesis import strategies as st

from kiosk.bundle import Bundle
from kiosk.bundle_current import current_of
from kiosk.bundle_disk import RealDisk
from kiosk.bundle_file import save_bundle
from kiosk.bundle_shelf import SHIPPED, Deed, Kept, Shelf, came_due, published, tidied
from kiosk.bundle_store import BUNDLES_FOLDER, NEW, SHELF_FILE, BundleStore
from kiosk.catalogue import load_catalogue
from kiosk.errors import KioskError
from kiosk.settings import DEFAULTS, Settings, load_settings

CHRISTMAS = date(2026, 12, 24)


def bundle(version: str) -> Bundle:
    """A bundle whose procedure has the version in its title."""
    return signed(version, titled(f"Bản {version}"))


def store_in(state: Path, *, keep: int = 5) -> BundleStore:
    return BundleStore(state, keep=keep, clock=lambda: NOW)


DEFAULT = load_settings(DEFAULTS)


def settings_in(state: Path) -> Settings:
    settings = DEFAULT
    shipped = state.parent / "shipped"
    shipped.mkdir(exist_ok=True)
    folders = replace(settings.folders, procedures=str(shipped), state=str(state))
    return replace(settings, folders=folders)


def shown(state: Path, today: date = TODAY) -> str:
    """The title that a citizen finds: nothing where only the empty shipped folder is shown."""
    current = current_of(settings_in(state), today)
    assert current.troubles == ()
    catalogue = load_catalogue(current.procedures)
    assert catalogue.faults == ()
    return ", ".join(one.title.vi for one in catalogue.procedures)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def code_of(error: pytest.ExceptionInfo[KioskError]) -> str:
    return error.value.code


# What is current


def test_a_published_bundle_is_shown_and_its_successor_after_it(state: Path) -> None:
    store = store_in(state)
    assert shown(state) == ""
    store.publish(bundle("1"), key="k")
    assert shown(state) == "Bản 1"
    store.publish(bundle("2"), key="k", by="chi-lan")
    assert shown(state) == "Bản 2"
    history = [(one.deed, one.by) for one in store.shelf().history]
    assert history == [(Deed.PUBLISHED, ""), (Deed.PUBLISHED, "chi-lan")]


@pytest.mark.parametrize("version", ["1", "1.9", "2.0", "0.1"])
def test_what_is_not_newer_is_refused_and_nothing_changes(state: Path, version: str) -> None:
    store = store_in(state)
    store.publish(bundle("2"), key="k")
    before = snapshot(state)
    with pytest.raises(KioskError) as error:
        store.publish(bundle(version), key="k")
    assert code_of(error) == "bundle.older"
    assert snapshot(state) == before


def test_the_same_bundle_again_is_said_to_be_there(state: Path) -> None:
    store = store_in(state)
    store.publish(bundle("2"), key="k")
    with pytest.raises(KioskError) as error:
        store.publish(bundle("2"), key="k")
    assert code_of(error) == "bundle.already"


def test_a_rollback_goes_back_one_by_one_and_then_to_what_shipped(state: Path) -> None:
    store = store_in(state)
    for version in ("1", "2", "3"):
        store.publish(bundle(version), key="k")
    for title in ("Bản 2", "Bản 1", ""):
        store.rollback()
        assert shown(state) == title
    with pytest.raises(KioskError) as error:
        store.rollback()
    assert code_of(error) == "bundle.nothing_older"
    store.rollback("3")
    assert shown(state) == "Bản 3"
    store.rollback("shipped")
    assert shown(state) == ""


def test_after_a_rollback_a_version_in_between_may_come(state: Path) -> None:
    store = store_in(state)
    for version in ("1", "3"):
        store.publish(bundle(version), key="k")
    store.rollback()
    store.publish(bundle("2"), key="k")
    assert shown(state) == "Bản 2"


@pytest.mark.parametrize(
    ("to", "code"),
    [("9", "bundle.not_kept"), ("2", "bundle.already"), ("1", "bundle.kept_revoked")],
)
def test_a_rollback_to_what_is_not_there_or_not_trusted_is_refused(
    state: Path, to: str, code: str
) -> None:
    store = store_in(state)
    store.publish(bundle("1"), key="stolen")
    store.publish(bundle("2"), key="k")
    with pytest.raises(KioskError) as error:
        store.rollback(to, refused=["stolen"])
    assert code_of(error) == code
    assert shown(state) == "Bản 2"


def test_only_so_many_are_kept_and_never_the_current_or_a_waiting_one_goes(state: Path) -> None:
    store = store_in(state, keep=2)
    store.publish(bundle("9"), key="k", on=CHRISTMAS)
    for version in ("1", "2", "3", "4", "5"):
        store.publish(bundle(version), key="k")
    assert {one.version for one in store.shelf().kept} == {"9", "3", "4", "5"}
    folders = {one.name.split("-")[0] for one in (state / BUNDLES_FOLDER / "kept").iterdir()}
    assert folders == {"9", "3", "4", "5"}


def test_what_was_current_until_now_is_kept_however_old_it_is(state: Path) -> None:
    store = store_in(state, keep=2)
    for version in ("1", "2", "3"):
        store.publish(bundle(version), key="k")
    oldest = store.rollback("1").current
    store.publish(bundle("4"), key="k")
    assert store.manifest(oldest).version == "1", "a visit may still be going on with it"
    store.publish(bundle("5"), key="k")
    assert store.shelf().find(oldest) is None


# On a day


def test_a_scheduled_bundle_is_shown_from_its_day_on(state: Path) -> None:
    store = store_in(state)
    store.publish(bundle("1"), key="k")
    store.publish(bundle("2"), key="k", on=CHRISTMAS)
    assert shown(state, CHRISTMAS - timedelta(days=1)) == "Bản 1"
    assert shown(state, CHRISTMAS) == "Bản 2", "although nobody has written it down yet"
    store.come_due(CHRISTMAS)
    assert store.shelf().version == "2"
    assert shown(state, TODAY) == "Bản 2", "a clock that is set back changes nothing"
    assert [one.deed for one in store.shelf().history][-1] is Deed.CAME_DUE


def test_an_urgent_bundle_withdraws_what_was_scheduled_and_is_older(state: Path) -> None:
    store = store_in(state)
    store.publish(bundle("2"), key="k", on=CHRISTMAS)
    store.publish(bundle("4"), key="k", on=CHRISTMAS)
    store.publish(bundle("3"), key="k")
    assert [one.version for one in store.shelf().scheduled] == ["4"]
    assert store.shelf().find(bundle("2").name) is None, "it was never used: nobody goes back to it"
    assert shown(state, CHRISTMAS) == "Bản 4"


def test_a_scheduled_bundle_can_be_withdrawn(state: Path) -> None:
    store = store_in(state)
    store.publish(bundle("1"), key="k")
    store.publish(bundle("2"), key="k", on=CHRISTMAS)
    store.withdraw("2")
    assert shown(state, CHRISTMAS) == "Bản 1"
    with pytest.raises(KioskError) as error:
        store.withdraw("2")
    assert code_of(error) == "bundle.not_scheduled"


def test_what_a_revoked_key_vouched_for_does_not_come_due(state: Path) -> None:
    store = store_in(state)
    store.publish(bundle("1"), key="k")
    store.publish(bundle("2"), key="stolen", on=CHRISTMAS)
    store.come_due(CHRISTMAS, refused=["stolen"])
    assert store.shelf().version == "1"
    assert [one.version for one in store.shelf().scheduled] == ["2"]


def at(state: Path, day: date) -> BundleStore:
    """The store on another day."""
    return BundleStore(state, clock=lambda: datetime.combine(day, NOW.timetz()))


def test_a_way_back_on_the_day_of_a_scheduled_bundle_stays(state: Path) -> None:
    store = store_in(state)
    for version in ("1", "2"):
        store.publish(bundle(version), key="k")
    store.publish(bundle("3"), key="k", on=CHRISTMAS)
    then = at(state, CHRISTMAS)
    assert then.rollback("1", by="lan").version == "1"
    assert then.come_due(CHRISTMAS).version == "1"
    assert shown(state, CHRISTMAS + timedelta(days=1)) == "Bản 1"
    last = [(one.deed, one.by) for one in then.shelf().history[-2:]]
    assert last == [(Deed.CAME_DUE, ""), (Deed.ROLLED_BACK, "lan")]


def test_the_next_older_one_is_older_than_what_came_due_today(state: Path) -> None:
    store = store_in(state)
    for version in ("1", "2"):
        store.publish(bundle(version), key="k")
    store.publish(bundle("3"), key="k", on=CHRISTMAS)
    assert at(state, CHRISTMAS).rollback().version == "2"


def test_what_is_older_than_a_bundle_whose_day_has_come_is_not_published(state: Path) -> None:
    store = store_in(state)
    store.publish(bundle("1"), key="k")
    store.publish(bundle("3"), key="k", on=CHRISTMAS)
    then = at(state, CHRISTMAS)
    for refuse in (then.refuse_older, lambda one: then.publish(one, key="k")):
        with pytest.raises(KioskError) as error:
            refuse(bundle("2"))
        assert code_of(error) == "bundle.older"
    assert then.publish(bundle("4"), key="k").version == "4"
    assert then.come_due(CHRISTMAS).version == "4"


def test_a_bundle_whose_day_has_come_is_not_withdrawn(state: Path) -> None:
    store = store_in(state)
    store.publish(bundle("1"), key="k")
    store.publish(bundle("2"), key="k", on=CHRISTMAS)
    with pytest.raises(KioskError) as error:
        at(state, CHRISTMAS).withdraw("2")
    assert code_of(error) == "bundle.not_scheduled"
    assert shown(state, CHRISTMAS) == "Bản 2"


def test_no_deed_makes_current_what_a_revoked_key_vouched_for(state: Path) -> None:
    store = store_in(state)
    for version in ("1", "2"):
        store.publish(bundle(version), key="k")
    store.publish(bundle("3"), key="stolen", on=CHRISTMAS)
    store.publish(bundle("6"), key="k", on=CHRISTMAS + timedelta(days=1))
    then = at(state, CHRISTMAS)
    assert then.rollback(refused=["stolen"]).version == "1"
    assert then.withdraw("6", refused=["stolen"]).version == "1"
    assert then.publish(bundle("2.5"), key="k", refused=["stolen"]).version == "2.5"


@given(st.lists(st.tuples(st.integers(1, 9), st.none() | st.integers(0, 20)), max_size=12))
def test_versions_only_rise_but_for_a_rollback(wanted: list[tuple[int, int | None]]) -> None:
    shelf, day = Shelf(), TODAY
    for number, (version, days) in enumerate(wanted):
        day += timedelta(days=1)
        name = f"{version}-{number:012x}"
        on = day + timedelta(days=days) if days else None
        before = int(shelf.version or 0)
        new = Kept(name=name, version=str(version), key="k", on=on)
        if version <= before:
            with pytest.raises(KioskError, match=r"bundle\.older"):
                published(shelf, new, now=NOW)
        else:
            shelf = published(shelf, new, now=NOW)
        shelf = tidied(came_due(shelf, day, now=NOW), 2)
        assert int(shelf.version or 0) >= before
        assert shelf.current == SHIPPED or shelf.find(shelf.current) is not None
        assert all(one.on is not None and one.on > day for one in shelf.scheduled)


# What is damaged


def test_a_bundle_that_is_damaged_is_not_shown_but_an_older_one(state: Path) -> None:
    store = store_in(state)
    for version in ("1", "2"):
        store.publish(bundle(version), key="k")
    folder = store.folder(store.shelf().current)
    script = next(folder.glob("procedures/*/script.yaml"))
    whole = script.read_bytes()
    for harm in ("changed", "longer", "gone", "linked"):
        if harm == "gone":
            script.unlink()
        elif harm == "linked":
            (state / "aside").write_bytes(whole)
            script.symlink_to(state / "aside")
        else:
            script.write_bytes(whole[:-1] + b" " if harm == "changed" else whole + b" ")
        current = current_of(settings_in(state), TODAY)
        assert current.version == "1", harm
        assert current.troubles == (f"bundle.damaged_here: {folder.name}",)
    store.publish(bundle("2"), key="k")
    assert shown(state) == "Bản 2", "the same bundle mends it"


@pytest.mark.parametrize("junk", ["", "{", "[]", '{"format": 2}', '{"current": "../../etc"}'])
def test_a_shelf_that_is_damaged_has_the_kiosk_show_what_shipped(state: Path, junk: str) -> None:
    store = store_in(state)
    store.publish(bundle("1"), key="k")
    (state / BUNDLES_FOLDER / SHELF_FILE).write_text(junk, encoding="utf-8")
    current = current_of(settings_in(state), TODAY)
    assert current.name == SHIPPED
    assert current.troubles == ("bundle.shelf_damaged",)
    with pytest.raises(KioskError) as error:
        store.publish(bundle("2"), key="k")
    assert code_of(error) == "bundle.shelf_damaged"


def test_two_cannot_install_at_the_same_time(state: Path) -> None:
    first = store_in(state)
    with first._alone(), pytest.raises(KioskError) as error:
        store_in(state).publish(bundle("1"), key="k")
    assert code_of(error) == "bundle.busy"


def test_a_full_disk_leaves_everything_as_it_was(state: Path) -> None:
    store_in(state).publish(bundle("1"), key="k")

    class FullDisk(RealDisk):
        def write(self, descriptor: int, content: memoryview) -> int:
            del descriptor, content
            raise OSError(28, "No space left on device")

    full = BundleStore(state, disk=FullDisk(), clock=lambda: NOW)
    with pytest.raises(KioskError) as error:
        full.publish(bundle("2"), key="k")
    assert code_of(error) == "bundle.not_kept_here"
    assert shown(state) == "Bản 1"
    store_in(state).publish(bundle("2"), key="k")
    assert_tidy(state)


# The power goes


@dataclass(frozen=True)
class Deeds:
    """What is done to a state folder, and what may be shown when it is cut off."""

    name: str
    deed: str
    new: str
    before: str
    after: str


DEEDS = (
    Deeds("first", "publish", "1", "", "Bản 1"),
    Deeds("next", "publish", "4", "Bản 3", "Bản 4"),
    Deeds("later", "schedule", "4", "Bản 3", "Bản 3"),
    Deeds("back", "rollback", "", "Bản 3", "Bản 2"),
    Deeds("due", "come_due", "", "Bản 3", "Bản 5"),
)
KEEP = 1
"""So few that each deed removes something, too."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder a deed: the state before it, and the bundle."""
    home = tmp_path_factory.mktemp("begun")
    for one in DEEDS:
        store = store_in(home / one.name / "state", keep=5)
        (home / one.name).mkdir()
        if one.name != "first":
            for version in ("1", "2", "3"):
                store.publish(bundle(version), key="k")
        if one.name == "due":
            store.publish(bundle("5"), key="k", on=CHRISTMAS)
        save_bundle(bundle(one.new or "1"), home / one.name / "new.danloi.zip")
    return home


@pytest.fixture(scope="module")
def dying() -> Iterator[subprocess.Popen[str]]:
    """A process that installs bundles in children that kill themselves."""
    here = Path(__file__).parent
    with subprocess.Popen(
        [sys.executable, str(here / "bundle_deaths.py")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(here.parent), str(here)))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def steps_of(deeds: Deeds, state: Path, file: Path) -> list[str]:
    """The steps on the disk that a deed takes."""
    disk = RecordingDisk()
    do(BundleStore(state, disk=disk, keep=KEEP, clock=lambda: NOW), deeds.deed, str(file))
    return [what for what, _, _ in disk.log]


@pytest.mark.parametrize("deeds", DEEDS, ids=[one.name for one in DEEDS])
def test_a_kill_at_any_step_leaves_the_old_or_the_new_bundle(
    deeds: Deeds, begun: Path, dying: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert dying.stdin is not None
    assert dying.stdout is not None
    source, file = begun / deeds.name / "state", begun / deeds.name / "new.danloi.zip"
    counted = tmp_path / "counted" / "state"
    counted.parent.mkdir()
    if source.exists():
        shutil.copytree(source, counted)
    steps = steps_of(deeds, counted, file)
    assert "rename" in steps
    before = [(number, False) for number in range(1, len(steps) + 1)]
    halfway = [(number, True) for number, what in enumerate(steps, 1) if what == "write"]
    seen = set()
    for step, is_half in (*before, *halfway):
        state = tmp_path / f"{step}-{is_half}" / "state"
        state.parent.mkdir()
        if source.exists():
            shutil.copytree(source, state)
        task = {"deed": deeds.deed, "state": str(state), "keep": KEEP, "step": step}
        task |= {"half": is_half, "bundle": str(file)}
        dying.stdin.write(json.dumps(task) + "\n")
        dying.stdin.flush()
        assert dying.stdout.readline() == "killed\n"
        title = shown(state)
        assert title in (deeds.before, deeds.after), (step, is_half)
        seen.add(title)
        again(deeds, state, file)
        assert_tidy(state)
    assert seen == {deeds.before, deeds.after}


@pytest.mark.parametrize("deeds", DEEDS, ids=[one.name for one in DEEDS])
@pytest.mark.parametrize("is_eager", [False, True], ids=["names-lost", "names-kept"])
def test_a_power_cut_that_loses_all_that_was_not_synced_leaves_the_old_or_the_new(
    deeds: Deeds, begun: Path, tmp_path: Path, *, is_eager: bool
) -> None:
    """Worse than a kill: what the kernel held is gone, data before names or names before data."""
    source, file = begun / deeds.name / "state", begun / deeds.name / "new.danloi.zip"
    real = tmp_path / "real" / "state"
    if source.exists():
        shutil.copytree(source, real)
    else:
        real.mkdir(parents=True)
    before = Node.read(real)
    disk = RecordingDisk()
    do(BundleStore(real, disk=disk, keep=KEEP, clock=lambda: NOW), deeds.deed, str(file))
    seen = set()
    for step in range(len(disk.log) + 1):
        node = before.copy()
        for entry in disk.log[:step]:
            node.take(entry, real)
        state = tmp_path / str(step) / "state"
        node.write(state, is_eager=is_eager)
        title = shown(state)
        assert title in (deeds.before, deeds.after), disk.log[step - 1]
        seen.add(title)
        again(deeds, state, file)
    assert seen == {deeds.before, deeds.after}


def again(deeds: Deeds, state: Path, file: Path) -> None:
    """After the power is back the same deed is done, or found to be done."""
    try:
        do(store_in(state, keep=KEEP), deeds.deed, str(file))
    except KioskError as error:
        assert error.code in ("bundle.already", "bundle.already_scheduled")  # noqa: PT017
    if deeds.deed != "rollback":  # a second one goes back further
        assert shown(state) == deeds.after


def assert_tidy(state: Path) -> None:
    """Nothing lies about that is on no shelf, once something was done again."""
    store = store_in(state)
    with store._alone():
        pass
    home = state / BUNDLES_FOLDER
    assert not list(home.glob(f"{NEW}*"))
    kept = {one.name for one in (home / "kept").iterdir()}
    assert kept == {one.name for one in store.shelf().kept}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file()
    }


@dataclass
class RecordingDisk(RealDisk):
    """Does what it is told, and writes down what that was."""

    log: list[tuple[str, Path, object]] = field(default_factory=list)
    files: dict[int, Path] = field(default_factory=dict)

    def make_folder(self, path: Path) -> None:
        super().make_folder(path)
        self.log.append(("make_folder", path, None))

    def create(self, path: Path) -> int:
        descriptor = super().create(path)
        self.files[descriptor] = path
        self.log.append(("create", path, None))
        return descriptor

    def write(self, descriptor: int, content: memoryview) -> int:
        count = super().write(descriptor, content)
        self.log.append(("write", self.files[descriptor], bytes(content[:count])))
        return count

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        self.log.append(("sync", self.files[descriptor], None))

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self.log.append(("close", self.files[descriptor], None))

    def sync_folder(self, path: Path) -> None:
        super().sync_folder(path)
        self.log.append(("sync_folder", path, None))

    def rename(self, path: Path, to: Path) -> None:
        super().rename(path, to)
        self.log.append(("rename", path, to))

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        self.log.append(("unlink", path, None))

    def remove_folder(self, path: Path) -> None:
        super().remove_folder(path)
        self.log.append(("remove_folder", path, None))


@dataclass
class Node:
    """A file or a folder: as it is in memory, and as the disk has it."""

    is_folder: bool
    now: bytes = b""
    kept: bytes = b""
    inside: "dict[str, Node]" = field(default_factory=dict)
    kept_inside: "dict[str, Node]" = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> "Node":
        """What is there, all of it on the disk."""
        if path.is_file():
            return Node(is_folder=False, now=path.read_bytes(), kept=path.read_bytes())
        inside = {one.name: Node.read(one) for one in path.iterdir()}
        return Node(is_folder=True, inside=inside, kept_inside=dict(inside))

    def copy(self) -> "Node":
        """The same, all of it on the disk."""
        inside = {name: one.copy() for name, one in self.inside.items()}
        return replace(self, inside=inside, kept_inside=dict(inside))

    def at(self, path: Path, root: Path) -> "Node":
        node = self
        for part in path.relative_to(root).parts:
            node = node.inside[part]
        return node

    def take(self, entry: tuple[str, Path, object], root: Path) -> None:
        """One step more."""
        what, path, more = entry
        above = self.at(path.parent, root) if path != root else self
        if what == "make_folder":
            above.inside[path.name] = Node(is_folder=True)
        elif what == "create":
            above.inside[path.name] = Node(is_folder=False)
        elif what == "write":
            assert isinstance(more, bytes)
            above.inside[path.name].now += more
        elif what == "sync":
            above.inside[path.name].kept = above.inside[path.name].now
        elif what == "sync_folder":
            folder = self.at(path, root)
            folder.kept_inside = dict(folder.inside)
        elif what == "rename":
            assert isinstance(more, Path)
            self.at(more.parent, root).inside[more.name] = above.inside.pop(path.name)
        elif what in ("unlink", "remove_folder"):
            del above.inside[path.name]

    def write(self, path: Path, *, is_eager: bool) -> None:
        """What is found when the power is back.

        Args:
            path: where to put it.
            is_eager: the disk has all names and no content that was not synced; else it has no
                name that was not synced.
        """
        if not self.is_folder:
            path.write_bytes(self.kept)
            return
        path.mkdir(parents=True)
        for name, one in (self.inside if is_eager else self.kept_inside).items():
            one.write(path / name, is_eager=is_eager)


def test_the_model_of_a_power_cut_finds_a_missing_sync(tmp_path: Path) -> None:
    """Else the two tests above would prove nothing."""

    class HastyDisk(RecordingDisk):
        def sync(self, descriptor: int) -> None:
            """Not at all."""

    real = tmp_path / "real" / "state"
    real.mkdir(parents=True)
    before = Node.read(real)
    disk = HastyDisk()
    BundleStore(real, disk=disk, clock=lambda: NOW).publish(bundle("1"), key="k")
    for entry in disk.log:
        before.take(entry, real)
    before.write(tmp_path / "cut" / "state", is_eager=True)
    current = current_of(settings_in(tmp_path / "cut" / "state"), TODAY)
    assert current.troubles == ("bundle.shelf_damaged",)


def test_the_history_has_the_time_of_each_deed(state: Path) -> None:
    store_in(state).publish(bundle("1"), key="k")
    assert [one.at for one in store_in(state).shelf().history] == [NOW]
    assert isinstance(NOW, datetime)
