"""The command line: what people and scripts rely on, mostly without a new process each."""

import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import SCRIPT_TEXT, WALKS_TEXT, ScriptFolder
from typer.testing import CliRunner, Result

from kiosk.app import PIN_FILE, WEIGHTS_FILE
from kiosk.assistant.asking import MOST_LINE_BYTES
from kiosk.assistant.question_file import QUESTIONS as LEARNED_FROM
from kiosk.assistant.question_file import read_questions
from kiosk.assistant.small_talk_file import load_small_talk
from kiosk.assistant.weights_file import load_weights
from kiosk.cli import app
from kiosk.door import StaffDoor
from kiosk.schema import schema_text
from kiosk.tally import Counted, Tally
from kiosk.usage import USAGE_FILE, SqliteUsageLog
from kiosk.wordings import WORDINGS

KIOSK = Path(sys.executable).with_name("kiosk")
SECONDS = 120
"""A child that takes longer hangs."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No site.toml of the machine counts, and nothing is written beside the sources."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Where a kiosk without a site file keeps its state."""
    return tmp_path / "state" / "dan-loi"


def kiosk(*arguments: object, given: str | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments], input=given)


def asked(*arguments: object) -> Any:
    """What `kiosk ask … --json` says."""
    result = kiosk("ask", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_check_names_file_line_and_remedy_of_each_fault(scripts: ScriptFolder) -> None:
    file = scripts.write(SCRIPT_TEXT.replace("start: ai-di", "start: x"))
    line = SCRIPT_TEXT.splitlines().index("start: ai-di") + 1
    result = kiosk("check", scripts.path)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{file}:{line}: không có bước x; ")


def test_check_is_content_with_the_shipped_scripts() -> None:
    result = kiosk("check", "--on", "2026-11-23")
    assert (result.exit_code, result.stdout) == (0, "")


def test_check_warns_of_what_is_stale_on_the_day_and_still_leaves_with_0(
    scripts: ScriptFolder,
) -> None:
    file = scripts.write(SCRIPT_TEXT.replace("3 ngày làm việc.", "Nộp cho nơi có thẩm quyền."))
    lines = SCRIPT_TEXT.splitlines()
    checked = next(n for n, line in enumerate(lines, 1) if line.startswith("checked:"))
    text = next(n for n, line in enumerate(lines, 1) if "3 ngày làm việc." in line)
    result = kiosk("check", file.parent, "--on", "2027-11-22", "--lang", "en")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.startswith(f"{file}:{checked}: warning: last checked on 22/11/2026, 365 days ago")
    assert second.startswith(f'{file}:{text}: warning: "có thẩm quyền" is a word of law')
    assert "2 warnings" in result.stderr
    assert kiosk("check", file.parent, "--on", "2026-11-22").stdout.count("\n") == 1


def test_check_tells_how_much_of_each_script_its_walks_reach(scripts: ScriptFolder) -> None:
    file = scripts.write(SCRIPT_TEXT)
    result = kiosk("check", file.parent, "--coverage", "--on", "2026-11-23", "--lang", "en")
    assert result.stdout == "xin-giay: 100 % (choices 4/4, outcomes 2/2, papers 3/3)\n"
    assert "Walks: 1/1 scripts reached to 100 %" in result.stderr
    first = WALKS_TEXT.partition('  - name: "Chị Hoa')[0]
    scripts.write(SCRIPT_TEXT, walks=first)
    result = kiosk("check", file.parent, "--coverage", "--lang", "en")
    assert result.exit_code == 1
    assert "xin-giay: 55 % (choices 2/4, outcomes 1/2, papers 2/3)" in result.stdout
    assert "the least to 55 %" in result.stderr


def test_diff_tells_what_changed_for_a_citizen(scripts: ScriptFolder) -> None:
    old = scripts.write(SCRIPT_TEXT)
    new = old.with_name("new.yaml")
    new.write_text(SCRIPT_TEXT.replace("amount: 8000", "amount: 9000"), encoding="utf-8")
    result = kiosk("diff", old, new, "--lang", "en")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Get a certificate",
        "  - fee “At the counter”: amount: was 8,000 đồng per copy, is now 9,000 đồng per copy",
        "Procedures that changed for a citizen: 1.",
    ]


def test_diff_says_in_one_line_that_nothing_changed(scripts: ScriptFolder) -> None:
    old = scripts.write(SCRIPT_TEXT)
    same = kiosk("diff", scripts.path, scripts.path, "--lang", "en")
    assert (same.exit_code, same.stdout) == (0, "Nothing changed for a citizen.\n")
    new = old.with_name("new.yaml")
    new.write_text(SCRIPT_TEXT.replace("xin giấy xác nhận", "xin cái giấy"), encoding="utf-8")
    worded = kiosk("diff", old, new, "--lang", "en")
    assert worded.exit_code == 0
    assert "only wordings" in worded.stdout
    assert worded.stdout.count("\n") == 1


def test_diff_refuses_a_script_that_it_cannot_read(scripts: ScriptFolder) -> None:
    old = scripts.write(SCRIPT_TEXT)
    new = old.with_name("new.yaml")
    new.write_text("format: [", encoding="utf-8")
    result = kiosk("diff", old, new, "--lang", "en")
    assert result.exit_code == 1
    assert str(new) in result.stderr
    assert kiosk("diff", old, "nowhere").exit_code == 1


def test_draw_without_an_id_draws_the_whole_catalogue(scripts: ScriptFolder) -> None:
    file = scripts.write(SCRIPT_TEXT)
    result = kiosk("draw", "--catalogue", file.parent.parent, "--lang", "en")
    assert result.exit_code == 0
    assert "Get a certificate" in Path("catalogue.svg").read_text(encoding="utf-8")


def test_draw_shows_the_papers_of_the_day(scripts: ScriptFolder) -> None:
    ends = SCRIPT_TEXT.replace("- id: to-khai\n", "- id: to-khai\n    valid_until: 2026-12-31\n")
    file = scripts.write(ends, walks=None)
    for day, is_needed in (("2026-12-31", True), ("2027-01-01", False)):
        assert kiosk("draw", file.parent, "--on", day, "--out", "a.svg").exit_code == 0
        assert ("Tờ khai" in Path("a.svg").read_text(encoding="utf-8")) == is_needed


@pytest.mark.parametrize("day", ["2027-02-30", "mai", "1/1/2027"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    assert kiosk("check", "--on", day).exit_code == 2


def test_a_visit_can_be_made_as_of_a_day(tmp_path: Path) -> None:
    ends = SCRIPT_TEXT.replace(
        "    amount: 8000\n", "    amount: 8000\n    valid_until: 2026-12-31\n"
    )
    scripts = ScriptFolder(tmp_path / "procedures")
    scripts.write(ends, walks=None)
    site = tmp_path / "preview.toml"
    site.write_text(f'[folders]\nprocedures = "{scripts.path}"\n', encoding="utf-8")
    plan = tmp_path / "plan.yaml"
    steps = ["Chạm hoặc nói để bắt đầu", "Giấy tờ hộ tịch", "Xin giấy xác nhận"]
    steps += ["Tôi tự đi", "Đi học", "Đúng rồi, xem kết quả"]
    rows = "".join(f'  - {{tap: "{step}"}}\n' for step in steps)
    for day, fee in (("2026-12-31", "Tại quầy: 8.000 đồng"), ("2027-01-01", "Hộ nghèo: miễn phí")):
        expected = f'  - {{expect: "{fee}"}}\n'
        plan.write_text(f"name: A\nsteps:\n{rows}{expected}", encoding="utf-8")
        done = subprocess.run(
            [KIOSK, "visit", plan, "--out", tmp_path / day, "--on", day, "--site", site],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        assert "Chỉ để xem trước" in done.stderr


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_draw_writes_the_picture_into_this_folder(lang: str) -> None:
    result = kiosk("draw", "khai-sinh", "--lang", lang)
    assert result.exit_code == 0
    assert "khai-sinh.svg" in result.stdout
    svg = Path("khai-sinh.svg").read_text(encoding="utf-8")
    assert svg.rstrip().endswith("</svg>")


def test_draw_takes_the_folder_of_a_script(scripts: ScriptFolder) -> None:
    file = scripts.write(SCRIPT_TEXT)
    assert kiosk("draw", file.parent, "--out", "mine.svg").exit_code == 0
    assert Path("mine.svg").exists()


def test_draw_says_which_id_was_meant() -> None:
    result = kiosk("draw", "khai-sihn", "--lang", "en")
    assert result.exit_code == 1
    assert "khai-sinh" in result.stderr


def test_draw_says_where_it_could_not_write() -> None:
    result = kiosk("draw", "khai-sinh", "--out", "nowhere/x.svg")
    assert result.exit_code == 1
    assert "nowhere/x.svg" in result.stderr


def test_schema_is_printed_or_written() -> None:
    assert kiosk("schema").stdout == schema_text()
    assert kiosk("schema", "--out", "s.json").exit_code == 0
    assert Path("s.json").read_text(encoding="utf-8") == schema_text()


def test_ask_answers_what_is_said_plainly() -> None:
    told = asked("làm giấy khai sinh cho con")
    assert told["decision"] == "answer"
    first = told["candidates"][0]
    assert first["id"] == "khai-sinh"
    assert first["code"] == "1.001193"
    assert set(first) == {"code", "id", "title", "score"}


@pytest.mark.parametrize("text", ["nuôi cá cảnh", "", "   ", "???", "a" * 5000])
def test_ask_says_when_nothing_is_like_it(text: str) -> None:
    assert asked(text) == {"decision": "out_of_scope", "candidates": []}


def test_ask_speaks_to_people_without_json() -> None:
    result = kiosk("ask", "làm giấy khai sinh cho con")
    assert result.stdout.splitlines()[1].startswith("  Đăng ký khai sinh (1.001193)")
    assert kiosk("ask", "nuôi cá cảnh", "--lang", "en").stdout == "Nothing on offer is like it.\n"


def test_ask_searches_another_folder(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    told = asked("xin giấy xác nhận", "--catalogue", scripts.path)
    assert told["candidates"][0]["id"] == "xin-giay"


def test_ask_searches_the_folder_that_a_site_names(scripts: ScriptFolder, tmp_path: Path) -> None:
    scripts.write(SCRIPT_TEXT)
    site = tmp_path / "other.toml"
    site.write_text(f'[folders]\nprocedures = "{scripts.path}"\n', encoding="utf-8")
    told = asked("xin giấy xác nhận", "--site", site)
    assert told["candidates"][0]["id"] == "xin-giay"


def test_ask_searches_a_national_catalogue_beside_the_scripts(tmp_path: Path) -> None:
    row = {"code": "1.009999", "name": "Cấp phép nuôi cá cảnh xuất khẩu", "commune": True}
    file = tmp_path / "all.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    said = "cấp phép nuôi cá cảnh xuất khẩu"
    found = [one["id"] for one in asked(said, "--catalogue", file)["candidates"]]
    assert found[:1] == ["1.009999"]
    assert "1.009999" not in [one["id"] for one in asked(said)["candidates"]]


def test_ask_needs_a_text_or_a_file() -> None:
    assert kiosk("ask").exit_code == 2
    assert kiosk("ask", "khai sinh", "--jsonl", "x").exit_code == 2


def test_ask_says_that_a_file_is_not_there() -> None:
    result = kiosk("ask", "--jsonl", "nowhere.jsonl")
    assert result.exit_code == 1
    assert "nowhere.jsonl" in result.stderr


def test_each_line_of_questions_has_its_line_of_answers_whatever_it_is(tmp_path: Path) -> None:
    lines = [
        b'{"question": "khai sinh cho con", "turns": ["v\xe1\xbb\xa3 sinh", "khai sinh cho con"]}',
        b"not json",
        b'{"question": "' + b"a" * 3 * MOST_LINE_BYTES + b'"}',
        b"",
        b'{"question": "sao y c\xc3\xb3 d\xe1\xba\xa5u"}',
        b"\xff\xfe",
        b'{"question": "khai t\xe1\xbb\xad"}',
    ]
    (tmp_path / "q.jsonl").write_bytes(b"\n".join(lines))
    done = subprocess.run(
        [KIOSK, "ask", "--jsonl", "q.jsonl"], capture_output=True, check=True, timeout=SECONDS
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [set(one) == {"error"} for one in told] == [0, 1, 1, 1, 0, 1, 0]
    assert [told[n]["candidates"][0]["id"] for n in (0, 6)] == ["khai-sinh", "khai-tu"]
    assert all(one["error"] for one in told if "error" in one)


# Measuring and learning


QUESTIONS: tuple[Mapping[str, object], ...] = (
    {"question": "xin giấy xác nhận cho cháu", "codes": ["1.000001"], "style": "plain"},
    {"question": "cần phường xác nhận", "codes": ["1.000001"], "style": "plain"},
    {"question": "xin giấy đăng ký xe", "codes": ["1.009999"], "behaviour": "out_of_scope"},
    {"question": "chào em nhé", "behaviour": "out_of_scope"},
)
"""Two with the small script's procedure, two with nothing on offer."""


def written_questions(*rows: Mapping[str, object]) -> Path:
    """A file of questions in this folder."""
    file = Path("questions.jsonl")
    lines = (json.dumps(one, ensure_ascii=False) for one in rows or QUESTIONS)
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def child(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own."""
    return subprocess.run(
        [KIOSK, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=SECONDS
    )


def test_eval_tells_figures_and_what_went_wrong(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    wrong = {"question": "xin giấy xác nhận", "behaviour": "out_of_scope"}
    questions = written_questions(*QUESTIONS, wrong)
    done = child("eval", questions, "--catalogue", scripts.path, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["questions"], told["offered"]) == (5, 2)
    assert told["recall_1"] == told["recall_3"] == 1.0
    assert told["decisions"]["answer"] >= 1
    assert told["confidently_wrong"] == 1 / 5
    assert told["refused"] == 2 / 3
    [row] = told["confidently_wrong_list"]
    assert set(row) == {"text", "best", "codes"}
    assert (row["text"], row["codes"]) == ("xin giấy xác nhận", "–")
    assert row["best"].startswith("xin-giay ")
    assert (told["missed_list"], told["failures"]) == ([], [])
    assert sum(bar["count"] for bar in told["reliability"]) >= 3


def test_eval_speaks_to_people_without_json(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    questions = written_questions()
    result = kiosk("eval", questions, "--catalogue", scripts.path, "--lang", "en")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("4 questions, 2 with a procedure here: first candidate right 100.0")
    assert lines[1] == "Decisions: answer 2, clarify 0, out_of_scope 2"
    assert "Confidently wrong: 0" in lines
    assert "First candidate wrong: 0" in lines


def test_eval_can_look_at_one_style_typed_plainly_or_misheard(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    wrong = {"question": "Xin giấy xác nhận", "style": "other"}
    questions = written_questions(*QUESTIONS, wrong)

    def told(*options: object) -> Any:
        result = kiosk("eval", questions, "--catalogue", scripts.path, "--json", *options)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert told("--only", "plain")["questions"] == 2
    assert told("--only", "nobody's")["questions"] == 0
    [row] = told("--only", "other", "--plain")["confidently_wrong_list"]
    assert row["text"] == "xin giay xac nhan"
    noisy = ("--noise", "1", "--seed", "3")
    assert told(*noisy) == told(*noisy), "the same seed gives the same noise"
    assert kiosk("eval", questions, "--noise", "1.5").exit_code == 2


def test_train_keeps_weights_that_ask_then_uses(scripts: ScriptFolder, state: Path) -> None:
    scripts.write(SCRIPT_TEXT)
    options = ("--questions", written_questions(), "--catalogue", scripts.path)
    done = child("train", *options, "--lang", "en")
    assert done.returncode == 0, done.stderr
    own = state / WEIGHTS_FILE
    assert done.stdout.startswith("Learned from ")
    assert done.stdout.rstrip().endswith(f"4 questions; kept in {own}.")
    assert "1.000001" in load_weights(own).keys
    told = asked("xin giấy xác nhận", "--catalogue", scripts.path)
    assert (told["decision"], told["candidates"][0]["id"]) == ("answer", "xin-giay")
    own.write_bytes(b"damaged")
    result = kiosk("ask", "xin giấy xác nhận", "--lang", "en")
    assert result.exit_code == 1
    assert str(own) in result.stderr
    assert "kiosk train" in result.stderr
    assert kiosk("train", *options).exit_code == 0
    assert kiosk("ask", "xin giấy xác nhận").exit_code == 0, "learning again mends it"


def test_train_twice_makes_the_same_file_wherever_it_is_wanted(
    scripts: ScriptFolder, state: Path
) -> None:
    scripts.write(SCRIPT_TEXT)
    options = ("--questions", written_questions(), "--catalogue", scripts.path)
    for name in ("one.npz", "two.npz"):
        assert kiosk("train", *options, "--out", f"new/{name}").exit_code == 0
    assert Path("new/one.npz").read_bytes() == Path("new/two.npz").read_bytes()
    assert not (state / WEIGHTS_FILE).exists()


def test_a_wording_added_to_the_table_is_known_after_training(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    (scripts.path / WORDINGS).write_text(
        "code,wording\n1.009999,nạp lại bình cứu hỏa\n1.009999,bình cứu hỏa hết hạn\n",
        encoding="utf-8",
    )
    questions = written_questions()
    trained = kiosk("train", "--questions", questions, "--catalogue", scripts.path)
    assert trained.exit_code == 0, trained.output
    told = asked("bình cứu hỏa hết hạn", "--catalogue", scripts.path)
    assert told == {"decision": "out_of_scope", "candidates": []}, "known, and not on offer"


@pytest.mark.parametrize("command", ["eval", "train"])
def test_a_bad_line_of_questions_is_named(command: str, state: Path) -> None:
    questions = written_questions(QUESTIONS[0], {"question": 5})
    arguments = [questions] if command == "eval" else ["--questions", questions]
    result = kiosk(command, *arguments, "--lang", "en")
    assert result.exit_code == 1
    assert f"{questions}:2: " in result.stderr
    assert not (state / WEIGHTS_FILE).exists()


def test_eval_and_train_say_what_is_not_there() -> None:
    questions = written_questions()
    for arguments in (
        ("eval", "nowhere"),
        ("eval", questions, "--catalogue", "nowhere"),
        ("train", "--questions", "nowhere"),
        ("train", "--questions", questions, "--catalogue", "nowhere"),
    ):
        result = kiosk(*arguments)
        assert result.exit_code == 1
        assert "nowhere" in result.stderr


def test_train_says_where_it_could_not_write(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    options = ("--questions", written_questions(), "--catalogue", scripts.path)
    result = kiosk("train", *options, "--out", "questions.jsonl/x.npz", "--lang", "en")
    assert result.exit_code == 1
    assert "questions.jsonl/x.npz cannot be written" in result.stderr


def test_usage_is_reported_and_exported(state: Path) -> None:
    last_month = datetime.now(UTC).replace(day=1) - timedelta(days=3)
    log = SqliteUsageLog(state / USAGE_FILE, clock=lambda: last_month)
    for _ in range(7):
        log.count(Tally(event=Counted.STAFF_CALLED))
    log.close()
    report = kiosk("usage", "report", "--lang", "en")
    assert report.exit_code == 0
    assert str(date.today()) in report.stdout  # noqa: DTZ011 - the day where the kiosk stands
    export = kiosk("usage", "export", "out.csv")
    assert export.exit_code == 0
    assert ",7\n" in Path("out.csv").read_text(encoding="utf-8").replace("\r", "")


def test_days_without_counts_are_said(state: Path) -> None:
    span = ("--since", "2026-01-05", "--until", "2026-01-06")
    report = kiosk("usage", "report", *span)
    assert report.exit_code == 0
    assert "2026-01-05" in report.stdout
    export = kiosk("usage", "export", "out.csv", *span)
    assert export.exit_code == 1
    assert "2026-01-06" in export.stderr
    assert kiosk("usage", "report", "--since", "hôm qua").exit_code == 2
    assert not state.exists()


def test_a_pin_comes_through_a_pipe(state: Path) -> None:
    result = kiosk("pin", given="284917\n")
    assert result.exit_code == 0
    assert str(state / PIN_FILE) in result.stdout
    assert "284917" not in result.output
    assert StaffDoor(state / PIN_FILE).try_pin("284917") is None
    assert kiosk("pin", given="731962\n").exit_code == 0
    assert StaffDoor(state / PIN_FILE).try_pin("731962") is None


@pytest.mark.parametrize("given", ["", "\n", "12ab56\n", "1\n", "123456\n", "9" * 5000])
def test_a_pin_that_is_no_good_changes_nothing(state: Path, given: str) -> None:
    assert kiosk("pin", given="284917\n").exit_code == 0
    result = kiosk("pin", given=given)
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert StaffDoor(state / PIN_FILE).try_pin("284917") is None


@pytest.mark.parametrize(("again", "status"), [("284917", 0), ("284918", 1)])
def test_at_a_terminal_the_pin_is_asked_twice_and_never_shown(
    state: Path, again: str, status: int
) -> None:
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [KIOSK, "pin"], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    # Up to the blank: it is written once nothing is echoed any more.
    shown = read_until(ours, ": ")
    os.write(ours, b"284917\n")
    shown += read_until(ours, ": ")
    os.write(ours, f"{again}\n".encode())
    assert child.wait(SECONDS) == status
    shown += os.read(ours, 4096).decode(errors="replace")
    os.close(ours)
    assert "2849" not in shown
    assert StaffDoor(state / PIN_FILE).has_pin() == (status == 0)


def read_until(terminal: int, wanted: str) -> str:
    """What a terminal shows, up to and with `wanted`."""
    shown = b""
    while wanted.encode() not in shown:
        assert select.select([terminal], [], [], SECONDS)[0], shown
        shown += os.read(terminal, 4096)
    return shown.decode(errors="replace")


def test_doctor_fails_until_nothing_is_missing(tmp_path: Path) -> None:
    bare = kiosk("doctor", "--json", "--lang", "en")
    assert bare.exit_code == 1
    told = json.loads(bare.stdout)
    assert told["ready"] is False
    assert set(told["findings"][0]) == {"name", "state", "text", "remedy"}
    (tmp_path / "site.toml").write_text(
        '[ward]\nname = { vi = "Phường Cửa Nam", en = "Cửa Nam Ward" }\n', encoding="utf-8"
    )
    kiosk("pin", given="284917\n")
    ready = kiosk("doctor")
    assert ready.exit_code == 0, ready.output
    assert "Máy sẵn sàng." in ready.stdout


def test_bench_tells_its_figures_beside_their_bars(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    done = subprocess.run(
        [
            *(KIOSK, "bench", "--json", "--visits", "2", "--no-voice", "--no-guide"),
            *("--catalogue", scripts.path),
        ],
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    told = json.loads(done.stdout)
    assert told["tap"]["count"] > 10
    assert told["search_entries"] == 1 + len(load_small_talk())
    assert told["index_texts"] > told["search_entries"]
    assert told["sentence"]["count"] == len(read_questions(LEARNED_FROM))
    assert list(told["bars"]) == [
        "tap_p95_ms",
        "keystroke_p95_ms",
        "sentence_p95_ms",
        "index_seconds",
        "index_mb",
        "memory_mb",
        "memory_growth_percent",
    ]
    for bar in told["bars"].values():
        assert bar["is_met"] == (bar["found"] <= bar["bar"])
