"""Work beside the console: what it returns, what it raises, and that it can be ended."""

import ctypes
import logging
import os
import resource
import signal
import time
from pathlib import Path

import anyio
import pytest

from kiosk.console.beside import NICENESS, Beside
from kiosk.errors import KioskError


def _who(*_: object) -> tuple[int, int]:
    return os.getpid(), os.getpriority(os.PRIO_PROCESS, 0)


def _refuse() -> None:
    raise KioskError("bundle.faulty", "detail", count="3")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _ask(*values: object, **changes: float) -> object:
    async def ask() -> object:
        return await Beside()(*values, **changes)  # type: ignore[arg-type]  # handed on

    return anyio.run(ask)


def test_work_is_done_by_another_process_that_stands_back() -> None:
    found = _ask(_who)
    assert isinstance(found, tuple)
    assert found[0] != os.getpid()
    assert found[1] >= NICENESS


def _may_dump(*_: object) -> tuple[int, bool]:
    return resource.getrlimit(resource.RLIMIT_CORE)[0], bool(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))


def test_no_process_beside_the_kiosk_may_dump_its_memory() -> None:
    assert _ask(_may_dump) == (0, False)


def test_an_error_of_the_kiosk_comes_through_with_what_fills_its_sentence() -> None:
    with pytest.raises(KioskError) as caught:
        _ask(_refuse)
    assert (caught.value.code, caught.value.values) == ("bundle.faulty", {"count": "3"})


def test_a_process_that_dies_is_told_and_the_next_one_works(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def both() -> object:
        beside = Beside()
        with pytest.raises(KioskError, match=r"console\.broke_down"):
            await beside(_die)
        return await beside(_who)

    with caplog.at_level(logging.WARNING):  # asyncio may find it gone before it has asked
        assert anyio.run(both)


def test_work_that_writes_is_not_ended_but_by_its_own_death(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def both() -> object:
        beside = Beside()
        await beside.to_the_end(time.sleep, 1.5, seconds=0.5)
        with pytest.raises(KioskError, match=r"console\.cut_short"):
            await beside.to_the_end(_die)
        return await beside.to_the_end(_who)

    with caplog.at_level(logging.WARNING):  # asyncio may find it gone before it has asked
        assert anyio.run(both)


def test_what_does_not_get_its_turn_in_time_is_never_begun(tmp_path: Path) -> None:
    async def both() -> None:
        beside = Beside()
        async with anyio.create_task_group() as group:
            group.start_soon(beside.to_the_end, time.sleep, 2.0)
            await anyio.sleep(0.2)
            with pytest.raises(KioskError, match=r"console\.busy"):
                await beside.to_the_end(Path.touch, tmp_path / "begun", seconds=0.3)

    anyio.run(both)
    assert not (tmp_path / "begun").exists()


def test_whether_it_may_still_be_done_is_asked_when_its_turn_has_come(tmp_path: Path) -> None:
    allowed = [True]

    def still() -> None:
        if not allowed[0]:
            raise KioskError("console.account_changed")

    async def both() -> None:
        beside = Beside()
        async with anyio.create_task_group() as group:
            group.start_soon(beside.to_the_end, time.sleep, 1.0)
            await anyio.sleep(0.2)

            async def waits() -> None:
                with pytest.raises(KioskError, match=r"console\.account_changed"):
                    await beside.to_the_end(Path.touch, tmp_path / "refused", still=still)

            group.start_soon(waits)
            await anyio.sleep(0.2)
            allowed[0] = False
        allowed[0] = True
        await beside.to_the_end(Path.touch, tmp_path / "done", still=still)

    anyio.run(both)
    assert {one.name for one in tmp_path.iterdir()} == {"done"}


def test_work_that_takes_too_long_is_ended() -> None:
    begun = time.monotonic()
    with pytest.raises(KioskError, match=r"console\.too_long"):
        _ask(time.sleep, 30, seconds=1.0)
    assert time.monotonic() - begun < 10
