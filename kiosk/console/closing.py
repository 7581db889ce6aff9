"""That the server stops: pages that stay open hear of it and end."""

import threading
from collections.abc import Callable


class Closing:
    """Told once, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._heard: dict[int, Callable[[], None]] = {}
        self._next = 0

    @property
    def is_set(self) -> bool:
        """Whether the server stops."""
        return self._is_set

    def set(self) -> None:
        """Tell everybody."""
        with self._lock:
            self._is_set = True
            listeners = tuple(self._heard.values())
        for heard in listeners:
            heard()

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Have `heard` called when it is told; returns what ends that."""
        with self._lock:
            number = self._next
            self._next += 1
            self._heard[number] = heard

        def end() -> None:
            with self._lock:
                self._heard.pop(number, None)

        return end
