"""Installs bundles and dies at a given step, again and again: a process of its own for a test.

Reads a task a line, `deed state keep step half bundle` in JSON, forks, and has the child kill
itself before that step, or in the middle of what it writes; answers with `killed`, or how it ended.
"""

import json
import os
import signal
import sys
from datetime import date
from pathlib import Path

from kiosk.bundle_disk import RealDisk
from kiosk.bundle_file import load_bundle
from kiosk.bundle_store import BundleStore


class DyingDisk(RealDisk):
    """Kills its own process at a step."""

    def __init__(self, step: int, *, in_the_middle: bool) -> None:
        self._left = step
        self._in_the_middle = in_the_middle

    def _is_time(self) -> bool:
        self._left -= 1
        if self._left == 0 and not self._in_the_middle:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._left == 0

    def make_folder(self, path: Path) -> None:
        self._is_time()
        super().make_folder(path)

    def create(self, path: Path) -> int:
        self._is_time()
        return super().create(path)

    def write(self, descriptor: int, content: memoryview) -> int:
        if self._is_time():
            super().write(descriptor, content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return super().write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        self._is_time()
        super().sync(descriptor)

    def close(self, descriptor: int) -> None:
        self._is_time()
        super().close(descriptor)

    def sync_folder(self, path: Path) -> None:
        self._is_time()
        super().sync_folder(path)

    def rename(self, path: Path, to: Path) -> None:
        self._is_time()
        super().rename(path, to)

    def unlink(self, path: Path) -> None:
        self._is_time()
        super().unlink(path)

    def remove_folder(self, path: Path) -> None:
        self._is_time()
        super().remove_folder(path)


def do(store: BundleStore, deed: str, bundle: str) -> None:
    """What a test wants done."""
    if deed == "publish":
        store.publish(load_bundle(Path(bundle)), key="")
    elif deed == "schedule":
        store.publish(load_bundle(Path(bundle)), key="", on=date(2026, 12, 24))
    elif deed == "come_due":
        store.come_due(date(2026, 12, 24))
    elif deed == "rollback":
        store.rollback()


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            disk = DyingDisk(task["step"], in_the_middle=task["half"])
            store = BundleStore(Path(task["state"]), disk=disk, keep=task["keep"])
            do(store, task["deed"], task["bundle"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        sys.stdout.write("killed\n" if is_killed else f"ended with {status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
