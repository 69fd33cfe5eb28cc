"""What is packed is unpacked by others, and is the same each time."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
import zstandard

from despin.corpus.corpus_settings import OutputFormat
from despin.corpus.packing import packed

UNPACKERS: dict[OutputFormat, Callable[[bytes], bytes]] = {
    "jsonl": bytes,
    "jsonl.gz": gzip.decompress,
    "jsonl.zst": lambda data: bytes(zstandard.ZstdDecompressor().decompress(data)),
    "parquet": bytes,
}


@pytest.mark.parametrize("output", UNPACKERS)
@pytest.mark.parametrize("data", [b"", b"a", b'{"text": "a"}\n' * 10_000])
def test_what_is_packed_is_unpacked(
    output: OutputFormat, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = packed(data, output)
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert UNPACKERS[output](first) == data and packed(data, output) == first
