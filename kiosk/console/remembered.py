"""A few results that took long, by what they were made of; the one not asked for longest goes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Remembered(Generic[_Value]):
    """Results by key. Used on one thread."""

    def __init__(self, most: int) -> None:
        """Keep so many."""
        self._most = most
        self._kept: OrderedDict[Hashable, _Value] = OrderedDict()

    def find(self, key: Hashable) -> _Value | None:
        """The result for this key, if it is still known."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: Hashable, value: _Value) -> _Value:
        """Know this from now on; returns it."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value
