"""What has been read of versions of a table, which never change: a bounded memory, the oldest forgotten first."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class VersionMemory(Generic[Value]):
    """Values by what tells them apart; at most `size` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: dict[Hashable, Value] = {}

    def get(self, key: Hashable, read: Callable[[], Value]) -> Value:
        """The value of `key`, read the first time."""
        if key not in self._values:
            self._values[key] = read()
            while len(self._values) > self._size:
                self._values.pop(next(iter(self._values)))
        return self._values[key]
