"""The cache evicts the least recently used value and is thread-safe."""

from __future__ import annotations

import threading

import pytest

from despin.infer.model.cache import LRUCache


def test_the_least_recently_used_value_is_evicted() -> None:
    cache: LRUCache[str, int] = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)
    cache.put("a", 4)
    assert cache.get("a") == 4 and len(cache) == 2


def test_sizes_are_summed_and_the_sum_is_bounded() -> None:
    cache: LRUCache[str, str] = LRUCache(5, len)
    cache.put("a", "123")
    cache.put("b", "12")
    assert cache.get("a") == "123" and cache.get("b") == "12"
    cache.put("b", "1")  # the old value no longer counts
    cache.put("c", "1")
    assert [cache.get(k) for k in "abc"] == ["123", "1", "1"]
    cache.put("d", "12")
    assert [cache.get(k) for k in "abcd"] == [None, "1", "1", "12"]
    cache.put("e", "123456")
    assert len(cache) == 0
    cache.clear()
    cache.put("f", "12345")
    assert cache.get("f") == "12345"


def test_threads_may_share_a_cache() -> None:
    cache: LRUCache[int, int] = LRUCache(8)

    def use() -> None:
        for n in range(2000):
            cache.put(n % 20, n)
            assert cache.get(n % 7) is None or len(cache) <= 8

    workers = [threading.Thread(target=use) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(cache) == 8


def test_the_size_is_at_least_one() -> None:
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        LRUCache(0)
