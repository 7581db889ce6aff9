"""The list of models: what ours says, and how a fault in one is refused."""

import re
from pathlib import Path

import pytest
from model_shop import Entry, list_of

from kiosk.errors import KioskError
from kiosk.guide_advice import TABLE
from kiosk.model_list import MODEL_LIST, load_models, model_named
from kiosk.procedure import LANGUAGES
from kiosk.terminal import sentence_of

MODELS = load_models()


@pytest.fixture
def good(tmp_path: Path) -> str:
    entry = Entry(file="a.zip", address="https://publisher.example/a.zip", body=b"a")
    return list_of(tmp_path / "good.toml", entry).read_text(encoding="utf-8")


def refused(tmp_path: Path, text: str, line: int | None = None) -> KioskError:
    """Why a list is refused; the sentence names its file and line in both languages."""
    file = tmp_path / "models.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KioskError) as refusal:
        load_models(file)
    error = refusal.value
    for language in LANGUAGES:
        said = sentence_of(error, language)
        assert said.startswith(f"{file}:{error.values.get('line', '1')}: "), said
        assert said != str(error), "it has a sentence of its own"
    if line is not None:
        assert error.values["line"] == str(line)
    return error


def line_of(text: str, piece: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if piece in line)


# Ours


def test_our_list_has_the_models_that_a_vietnamese_kiosk_can_hear_with() -> None:
    hearing = [model for model in MODELS if model.purpose == "hearing"]
    names = [model.name for model in hearing]
    assert names[:3] == ["vosk-vi-danloi", "vosk-model-small-vn-0.4", "vosk-model-vn-0.4"]
    assert {model.engine for model in hearing} == {"vosk", "sherpa-onnx"}
    assert {model.language for model in MODELS} == {"vi"}


def test_our_list_has_every_language_model_that_is_advised() -> None:
    guiding = {model.name: model for model in MODELS if model.purpose == "guiding"}
    assert {one.model for one in TABLE} - {"danloi-guide"} <= set(guiding)
    for model in guiding.values():
        assert model.engine == "llama"
        assert model.licence in ("Apache-2.0", "CC0-1.0", "MIT")
        assert any(file.endswith(".gguf") for file in model.needs)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.name))
def test_a_figure_of_ours_is_confirmed_by_somebody_or_left_empty(model: object) -> None:
    [found] = [one for one in MODELS if one is model]
    assert len(found.known_by) > 100
    if any(not part.sha256 or not part.bytes for part in found.parts):
        assert "not confirmed" in found.known_by
    assert found.licence or "Licence: not found" in found.known_by
    assert all(part.address.startswith("https://") for part in found.parts)


def test_what_a_moving_address_offers_is_pinned_to_a_revision() -> None:
    for model in MODELS:
        for part in model.parts:
            if "/resolve/" in part.address:
                assert re.search(r"/resolve/[0-9a-f]{40}/", part.address), part.address


def test_a_model_that_shipped_has_its_folder() -> None:
    for model in MODELS:
        assert not model.ships or (MODEL_LIST.parent / model.name).is_dir(), model.name


# Refused


def test_a_good_list_is_read(tmp_path: Path, good: str) -> None:
    file = tmp_path / "models.toml"
    file.write_text(good, encoding="utf-8")
    [model] = load_models(file)
    assert (model.name, model.download_bytes, model.is_size_confirmed) == ("tiny", 1, True)
    assert model_named("tiny", (model,)) is model


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('engine = "vosk"', 'engine = "whisper"', "models.bad_value"),
        ('name = "tiny"', 'name = "../tiny"', "models.bad_value"),
        ('name = "tiny"', 'name = ".hidden"', "models.bad_value"),
        ('language = "vi"', 'language = "de"', "models.bad_value"),
        ('file = "a.zip"', 'file = "../a.zip"', "models.bad_value"),
        ('file = "a.zip"', 'file = "/etc/a.zip"', "models.bad_value"),
        (
            '"https://publisher.example/a.zip"',
            '"http://publisher.example/a.zip"',
            "models.bad_value",
        ),
        (
            '"https://publisher.example/a.zip"',
            '"ftp://publisher.example/a.zip"',
            "models.bad_value",
        ),
        ('"https://publisher.example/a.zip"', '"file:///etc/a.zip"', "models.bad_value"),
        (
            '"https://publisher.example/a.zip"',
            '"https://me:pw@x.example/a.zip"',
            "models.bad_value",
        ),
        ("bytes = 1", "bytes = -1", "models.bad_value"),
        ("bytes = 1", "bytes = 5_000_000_000", "models.bad_value"),
        ("bytes = 1", 'bytes = "viele"', "models.bad_value"),
        ('sha256 = "', 'sha256 = "0', "models.bad_value"),
        ('page = "https', 'page = "http', "models.bad_value"),
        ('needs = ["am', 'needs = ["../am', "models.bad_value"),
        ('needs = ["am', 'needs = ["/am', "models.bad_value"),
        ("sha256 =", "sha265 =", "models.unknown_key"),
        ("engine =", "machine =", "models.unknown_key"),
        ("format = 1", "format = 2", "models.bad_value"),
        ("about.vi =", "about.fr =", "models.unknown_key"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy(
    tmp_path: Path, good: str, old: str, new: str, code: str
) -> None:
    assert old in good
    error = refused(tmp_path, good.replace(old, new, 1), line_of(good, old))
    assert error.code == code


def test_an_unknown_key_names_the_nearest_one(tmp_path: Path, good: str) -> None:
    error = refused(tmp_path, good.replace("sha256 =", "sha265 ="))
    assert (error.values["key"], error.values["near"]) == ("models.parts.sha265", "sha256")


@pytest.mark.parametrize(
    ("gone", "header"), [("licence =", "[[models]]"), ("sha256 =", "[[models.parts]]")]
)
def test_a_missing_key_is_named_with_the_line_of_its_table(
    tmp_path: Path, good: str, gone: str, header: str
) -> None:
    text = "\n".join(line for line in good.splitlines() if not line.startswith(gone))
    error = refused(tmp_path, text, line_of(text, header))
    assert error.code == "models.missing_key"


def test_a_fault_in_the_second_model_is_not_blamed_on_the_first(tmp_path: Path, good: str) -> None:
    second = good.replace("format = 1\n", "").replace('"tiny"', '"other"')
    text = good + second.replace("\nbytes = 1\n", "\nbytes = 0\n")
    error = refused(tmp_path, text)
    assert error.code == "models.bad_value"
    assert int(error.values["line"]) > len(good.splitlines())


def test_two_models_of_one_name_are_refused(tmp_path: Path, good: str) -> None:
    error = refused(tmp_path, good + good.replace("format = 1\n", ""))
    assert (error.code, error.values["name"]) == ("models.twice", "tiny")


@pytest.mark.parametrize(
    "wrong",
    ["ships = true\n[[models.parts]]", "unused", "two-files", "no-unpacked", "unpacked-plain"],
)
def test_a_model_that_contradicts_itself_is_refused(tmp_path: Path, good: str, wrong: str) -> None:
    part = good[good.index("[[models.parts]]") :]
    texts = {
        "unused": good.replace(part, ""),
        "two-files": good + part,
        "no-unpacked": good.replace("unpacked_most_bytes = 1000000", ""),
        "unpacked-plain": good.replace('file = "a.zip"', 'file = "a.onnx"'),
    }
    text = texts.get(wrong, good.replace("[[models.parts]]", wrong, 1))
    assert refused(tmp_path, text).code == "models.bad_value"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a" * 2_000_000])
def test_what_is_no_text_of_a_lists_size_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "models.toml"
    file.write_bytes(content)
    with pytest.raises(KioskError) as refusal:
        load_models(file)
    assert refusal.value.code == "models.unreadable"


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KioskError) as refusal:
        load_models(tmp_path / "nowhere.toml")
    assert refusal.value.code == "models.unreadable"


def test_bad_toml_names_the_line(tmp_path: Path, good: str) -> None:
    error = refused(tmp_path, good.replace('engine = "vosk"', "engine = vosk"))
    assert (error.code, error.values["line"]) == ("models.syntax", str(line_of(good, "engine")))


def test_a_name_that_is_not_in_the_list_is_answered_with_those_that_are() -> None:
    with pytest.raises(KioskError) as refusal:
        model_named("vosk-model-vn", MODELS)
    assert "vosk-model-vn-0.4" in sentence_of(refusal.value, "vi")
