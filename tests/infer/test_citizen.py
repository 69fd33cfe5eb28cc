"""Use in a long-running process: silent, quick to import, bounded in memory, thread-safe."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from despin.infer import Despinner
from despin.infer.decision.ngrams import RATIO_CACHE_SIZE

SPUN = "The decrease home mentioned on Monday that overseas officers would meet as quickly as potential."


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a new Python process."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)


def test_importing_loads_no_engine() -> None:
    process = run(
        "import sys, despin.infer; heavy = {'ctranslate2', 'tokenizers', 'numpy', 'torch', 'pyromark'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert process.stdout == "[]\n"


def test_correcting_writes_nothing_and_opens_no_connection() -> None:
    process = run(
        "import socket\n"
        "def refuse(*args, **kwargs): raise AssertionError('a connection')\n"
        "socket.socket.connect = refuse\n"
        "from despin.infer import Despinner\n"
        f"assert Despinner(threads=1, min_score=0.0).correct({SPUN!r}).edits\n"
        "import sys; assert 'torch' not in sys.modules\n"
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_threads_get_the_results_of_sequential_calls() -> None:
    despinner = Despinner(threads=2, min_score=0.0)
    texts = [f"{SPUN} It was item {n}." for n in range(12)]
    sequential = [despinner.correct(text).text for text in texts]
    despinner.engine.clear_cache()
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda text: despinner.correct(text).text, texts)) == sequential


def test_caches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from despin.infer.model import engine

    monkeypatch.setattr(engine, "CACHE_SLOTS", 30)
    despinner = Despinner(threads=1, min_score=0.0)
    for n in range(20):
        despinner.correct(f"{SPUN} It was item {n}.")
    # Each of the 20 texts has some five slots.
    assert 1 <= len(despinner.engine._cache) <= 15
    ngrams = despinner._checkpoint.ngrams
    assert ngrams is not None
    assert ngrams.ratio.cache_info().maxsize == ngrams._pair.cache_info().maxsize == RATIO_CACHE_SIZE
    assert despinner._pieces._cached.cache_info().maxsize is not None
