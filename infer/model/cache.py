"""A bounded, thread-safe cache."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """A thread-safe cache of values of at most ``size`` in all that evicts the least recently used ones."""

    def __init__(self, size: int, size_of: Callable[[V], int] | None = None) -> None:
        """``size_of``: the size of a value; None: each counts 1. Raises ValueError for a size below 1."""
        if size < 1:
            raise ValueError(f"size must be at least 1, got {size}")
        self._size, self._values = size, OrderedDict[K, V]()
        self._size_of, self._filled = size_of or _one, 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        """Remove all values."""
        with self._lock:
            self._values.clear()
            self._filled = 0

    def get(self, key: K) -> V | None:
        """The value of ``key``, None if it is not in the cache."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Store ``value`` under ``key``; a value larger than the cache is not kept."""
        with self._lock:
            if key in self._values:
                self._filled -= self._size_of(self._values.pop(key))
            self._values[key] = value
            self._filled += self._size_of(value)
            while self._filled > self._size:
                self._filled -= self._size_of(self._values.popitem(last=False)[1])


def _one(value: object) -> int:
    return 1
