"""The recogniser learns the words of a bundle: the real rebuild, of a model that is small."""

import json
import shutil
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bundle_maker import files_of_script, signed
from conftest import SCRIPT_TEXT, ScriptFolder
from engine_watch import wait_until
from typer.testing import CliRunner

from kiosk.app_sound import Engines, listener_address
from kiosk.bundle_hearing import can_rebuild, forget_rebuilt, heard_with, rebuild, teach
from kiosk.bundle_store import BundleStore
from kiosk.cli import app
from kiosk.console.hearing_desk import hear_command
from kiosk.engine_link import Address
from kiosk.errors import KioskError
from kiosk.model_store import (
    MANIFEST,
    SHIPPED_MODELS,
    damages,
    fetched_folder,
    read_manifest,
    sha256_of,
    write_manifest,
)
from kiosk.settings import DEFAULTS, Settings, load_settings, settings_bytes
from kiosk.speech.recogniser import Recogniser
from models.listener.fst import read_file
from models.listener.language import Sentence, counted
from models.listener.rebuild import GENERAL, write_counts

SAID = ("tôi muốn làm khai sinh", "xin giấy xác nhận", "tôi tự đi", "nuôi ong mật")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model with a graph and nothing to hear with; nobody may write to it."""
    folder = tmp_path / "shipped" / "tiny"
    (folder / "graph").mkdir(parents=True)
    write_counts(folder / "graph" / GENERAL, counted([Sentence(tuple(SAID[0].split()))]))
    words = dict.fromkeys(word for text in SAID for word in text.split())
    lines = "".join(f"{word} {label}\n" for label, word in enumerate(words, 1))
    (folder / "graph" / "words.txt").write_text(f"<eps> 0\n{lines}", encoding="utf-8")
    (folder / "graph" / "Gr.fst").write_bytes(b"as it shipped")
    write_manifest(folder)
    return folder


@pytest.fixture
def settings(model: Path, tmp_path: Path) -> Settings:
    found = load_settings(DEFAULTS)
    return replace(
        found,
        hearing=replace(found.hearing, model=str(model)),
        folders=replace(found.folders, state=str(tmp_path / "state")),
    )


@pytest.fixture
def bundle(settings: Settings) -> str:
    """The name of a bundle that is the current one."""
    text = SCRIPT_TEXT.replace("xin giấy xác nhận", "nuôi ong mật").replace(
        "tôi cần phường xác nhận cho cháu", "xin giấy Zebrafish"
    )
    store = BundleStore(settings.folders.state_path)
    return store.publish(signed("1", files_of_script(text)), key="k").current


def procedures(settings: Settings, bundle: str) -> Path:
    return BundleStore(settings.folders.state_path).procedures(bundle)


def test_the_kiosk_hears_with_a_copy_that_knows_the_bundles_words(
    settings: Settings, bundle: str, model: Path, scripts: ScriptFolder
) -> None:
    scripts.write(SCRIPT_TEXT)
    assert can_rebuild(settings)
    assert heard_with(settings, bundle) == model, "as long as there is none"
    made = rebuild(
        settings, bundle=bundle, procedures=procedures(settings, bundle), before=scripts.path
    )
    assert made.sentences > 10
    assert [one.word for one in made.left_out] == ["zebrafish"]
    copy = heard_with(settings, bundle)
    assert copy != model
    graph = read_file((copy / "graph" / "Gr.fst").read_bytes())
    assert graph.size == (made.states, made.arcs)
    labels = dict(
        line.split() for line in (copy / "graph" / "words.txt").read_text("utf-8").splitlines()
    )
    read = {reads for arcs in graph.arcs for reads, _, _, _ in arcs}
    assert int(labels["ong"]) in read
    assert damages(copy) == ()
    assert (model / "graph" / "Gr.fst").read_bytes() == b"as it shipped"
    assert damages(model) == ()
    address = listener_address(settings, bundle=bundle)
    assert isinstance(address, Address)
    assert str(copy) in repr(address)


def test_a_word_without_a_rule_is_told_with_its_line_unless_it_was_there_before(
    settings: Settings, bundle: str, scripts: ScriptFolder
) -> None:
    scripts.write(SCRIPT_TEXT)
    here = procedures(settings, bundle)
    told = rebuild(settings, bundle=bundle, procedures=here, before=scripts.path).left_out
    assert [one.file for one in told] == ["xin-giay/script.yaml"]
    line = (here / told[0].file).read_text("utf-8").splitlines()[told[0].line - 1]
    assert "Zebrafish" in line
    assert rebuild(settings, bundle=bundle, procedures=here, before=here).left_out == ()


def test_a_running_recogniser_goes_on_with_the_copy_once_it_is_there(
    settings: Settings, bundle: str
) -> None:
    shipped = SHIPPED_MODELS / "vosk-vi-danloi"
    settings = replace(settings, hearing=replace(settings.hearing, model=str(shipped)))
    states: list[str] = []
    recogniser = Recogniser(
        listener_address(settings, bundle=bundle),
        report=lambda _: None,
        on_state=lambda state: states.append(state.state),
    )
    engines = Engines(recogniser=recogniser, voice=None, settings=settings)

    def hears_with() -> str:
        process = recogniser.engine.process_id
        return Path(f"/proc/{process}/cmdline").read_text("utf-8") if process else ""

    engines.start()
    try:
        assert wait_until(lambda: states == ["starting", "ready"])
        first = recogniser.engine.process_id
        engines.hear_for(bundle)
        assert recogniser.engine.process_id == first, "there is nothing new"
        copy = fetched_folder(settings.folders.state_path) / f"{shipped.name}+{bundle}"
        shutil.copytree(shipped, copy)
        write_manifest(copy, built_for=bundle, built_from=sha256_of(shipped / MANIFEST))
        engines.hear_for(bundle)
        assert wait_until(lambda: str(copy) in hears_with())
        engines.hear_for("")
        assert wait_until(lambda: str(shipped) in hears_with() and str(copy) not in hears_with())
        assert states == ["starting", "ready"], "without a word"
    finally:
        engines.close()


@pytest.fixture
def rebuilt(settings: Settings, bundle: str) -> Path:
    here = procedures(settings, bundle)
    rebuild(settings, bundle=bundle, procedures=here, before=here)
    return heard_with(settings, bundle)


def test_a_copy_is_not_heard_with_when_it_does_not_fit(
    settings: Settings, bundle: str, model: Path, rebuilt: Path
) -> None:
    assert heard_with(settings, "") == model, "no bundle"
    assert heard_with(settings, "2-000000000000") == model, "another bundle"
    manifest = read_manifest(rebuilt)
    assert manifest is not None
    assert manifest.built_for == bundle
    (model / "conf.txt").write_text("a newer model", encoding="utf-8")
    write_manifest(model)
    assert heard_with(settings, bundle) == model, "the model has become another since"


def test_a_copy_that_is_damaged_is_not_heard_with(
    settings: Settings, bundle: str, model: Path, rebuilt: Path
) -> None:
    (rebuilt / "graph" / "Gr.fst").write_bytes(b"half")
    assert heard_with(settings, bundle) == model


@pytest.mark.parametrize(
    "script",
    [
        "import sys; sys.exit('out of memory')",
        "print('[1, 2')",
        "import os; os.kill(os.getpid(), 9)",
    ],
)
def test_a_rebuild_that_fails_leaves_the_model_as_it_was(
    settings: Settings,
    bundle: str,
    model: Path,
    rebuilt: Path,
    script: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    here = procedures(settings, bundle)
    before = read_manifest(rebuilt)
    with caplog.at_level("WARNING"), pytest.raises(KioskError) as error:
        rebuild(
            settings,
            bundle=bundle,
            procedures=here,
            before=here,
            command=lambda *_: [sys.executable, "-c", script],
        )
    assert error.value.code == "bundle.not_rebuilt"
    assert heard_with(settings, bundle) == rebuilt
    assert read_manifest(rebuilt) == before
    assert damages(model) == ()


def test_copies_for_bundles_that_are_gone_are_removed(
    settings: Settings, bundle: str, rebuilt: Path
) -> None:
    forget_rebuilt(settings, keep=[bundle])
    assert rebuilt.is_dir()
    forget_rebuilt(settings, keep=[])
    assert not rebuilt.exists()


def test_a_bundle_that_is_put_here_is_taught_and_others_are_forgotten(
    settings: Settings, rebuilt: Path, model: Path
) -> None:
    store = BundleStore(settings.folders.state_path)
    shelf = store.publish(signed("2"), key="k")
    here = store.procedures(shelf.current)
    gone = rebuilt.with_name("tiny+0-000000000000")
    gone.mkdir()
    made = teach(settings, shelf, bundle=shelf.current, procedures=here, before=here)
    assert made is not None
    assert heard_with(settings, shelf.current) not in (model, rebuilt)
    assert rebuilt.is_dir(), "one may roll back to it"
    assert not gone.exists()


CHRISTMAS = date(2026, 12, 24)


def hear(settings: Settings, before: Path, bundle: str) -> object:
    """Run what the console runs once a bundle was published."""
    command = hear_command(before, bundle)
    done = CliRunner().invoke(
        app, command[command.index("bundle") :], input=settings_bytes(settings)
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_on_its_day_a_scheduled_bundle_is_heard_with_its_own_words(
    settings: Settings, bundle: str, rebuilt: Path, model: Path
) -> None:
    store = BundleStore(settings.folders.state_path)
    later = signed("2", files_of_script(SCRIPT_TEXT.replace("xin giấy xác nhận", "nuôi ong mật")))
    store.publish(later, key="k", on=CHRISTMAS)
    assert hear(settings, procedures(settings, bundle), later.name)
    shelf = store.come_due(CHRISTMAS)
    assert shelf.current == later.name
    assert heard_with(settings, shelf.current) not in (model, rebuilt)


def test_whatever_was_cut_short_is_learned_with_the_next_bundle(
    settings: Settings, bundle: str, model: Path
) -> None:
    store = BundleStore(settings.folders.state_path)
    store.publish(waiting := signed("3"), key="k", on=CHRISTMAS)
    store.publish(new := signed("2"), key="k")
    hear(settings, procedures(settings, bundle), waiting.name)
    for name in (waiting.name, new.name):
        assert heard_with(settings, name) != model
    assert heard_with(settings, bundle) == model, "neither current nor waiting"


def test_a_bundle_that_is_not_here_is_not_learned(settings: Settings, bundle: str) -> None:
    command = ["bundle", "hear", "--json", "--site", "-", "--bundle", "7-000000000000"]
    done = CliRunner().invoke(app, command, input=settings_bytes(settings))
    assert done.exit_code == 1
    assert "7-000000000000" in done.output
    assert bundle


def test_only_our_own_model_is_made_anew(settings: Settings, model: Path) -> None:
    (model / "graph" / GENERAL).unlink()
    assert not can_rebuild(settings)
    assert not can_rebuild(replace(settings, hearing=replace(settings.hearing, engine="off")))
    away = replace(settings.hearing, model="vosk-model-vn-0.4")
    assert not can_rebuild(replace(settings, hearing=away))
