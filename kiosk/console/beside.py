"""Work that may take long, or die, in a process beside the kiosk: neither screen nor pages wait.

What is handed over and what comes back must be picklable; the function must stand in a module.
"""

import os
from collections.abc import Callable
from typing import Any

import anyio
from anyio import BrokenWorkerProcess, CapacityLimiter, to_process

from kiosk.errors import KioskError
from kiosk.own_process import keep_to_itself

NICENESS = 10
"""How far it stands back behind the screen."""
MOST_AT_ONCE = 1
"""A ward's machine has few cores, and a citizen may be at the screen."""
SECONDS = 60.0
"""After which it is ended."""


class Beside:
    """Does work in child processes, one after another."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(MOST_AT_ONCE)

    async def __call__(
        self, work: Callable[..., Any], *values: object, seconds: float = SECONDS
    ) -> Any:  # noqa: ANN401 - whatever the work returns
        """What `work(*values)` returns.

        Args:
            work: a function of a module; its KioskErrors come through.
            values: for it, by position.
            seconds: after which it is ended, the time that it waits for its turn included.

        Raises:
            KioskError: what `work` raised; `console.too_long`, `console.broke_down`.
        """
        try:
            with anyio.fail_after(seconds):
                return await to_process.run_sync(
                    _kindly, work, values, cancellable=True, limiter=self._limiter
                )
        except TimeoutError as error:
            raise KioskError("console.too_long") from error
        except BrokenWorkerProcess as error:
            raise KioskError("console.broke_down") from error

    async def to_the_end(
        self,
        work: Callable[..., Any],
        *values: object,
        seconds: float = SECONDS,
        still: Callable[[], None] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever the work returns
        """The same for work that writes: once it is begun nothing of ours ends it.

        Args:
            work: a function of a module; its KioskErrors come through.
            values: for it, by position.
            seconds: that it may wait for its turn.
            still: asked when its turn has come, before anything is done; its KioskErrors come
                through. Whoever wanted it may have lost the right to it meanwhile.

        Raises:
            KioskError: what `work` or `still` raised; `console.busy`, `console.cut_short`.
        """
        try:
            with anyio.fail_after(seconds):
                await self._limiter.acquire()
        except TimeoutError as error:
            raise KioskError("console.busy") from error
        try:
            if still is not None:
                still()
            return await to_process.run_sync(_kindly, work, values, limiter=CapacityLimiter(1))
        except BrokenWorkerProcess as error:
            raise KioskError("console.cut_short") from error
        finally:
            self._limiter.release()


def _kindly(work: Callable[..., Any], values: tuple[object, ...]) -> Any:  # noqa: ANN401
    keep_to_itself()  # what was typed at the bench is in there
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    return work(*values)
