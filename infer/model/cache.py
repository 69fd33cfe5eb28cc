"""A bounded, thread-safe cache."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """A thread-safe cache of at most ``size`` values that evicts the least recently used one."""

    def __init__(self, size: int) -> None:
        """Raises ValueError for a size below 1."""
        if size < 1:
            raise ValueError(f"size must be at least 1, got {size}")
        self._size, self._values = size, OrderedDict[K, V]()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        """Remove all values."""
        with self._lock:
            self._values.clear()

    def get(self, key: K) -> V | None:
        """The value of ``key``, None if it is not in the cache."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Store ``value`` under ``key``."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)
