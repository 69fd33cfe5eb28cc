"""A bounded memory of answers that several threads may share."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """The ``size`` values that were last put or got; the longest unused goes first."""

    def __init__(self, size: int) -> None:
        """Raises ValueError for a size below 1."""
        if size < 1:
            raise ValueError(f"size: 1 or more is needed, got {size}")
        self._size, self._held = size, OrderedDict[K, V]()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def clear(self) -> None:
        """Hold nothing."""
        with self._lock:
            self._held.clear()

    def get(self, key: K) -> V | None:
        """The value of ``key``, None if it is not (or no longer) held."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    def put(self, key: K, value: V) -> None:
        """Hold ``value`` under ``key``."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            if len(self._held) > self._size:
                self._held.popitem(last=False)
