"""Packing what is written, the same bytes for the same content."""

from __future__ import annotations

import gzip

from despin.corpus.corpus_settings import OutputFormat

GZIP_LEVEL = 6
ZSTD_LEVEL = 3


def packed(data: bytes, output: OutputFormat) -> bytes:
    """JSON lines packed as the output format says; what is Parquet already stays as it is."""
    if output == "jsonl.gz":
        return gzip.compress(data, GZIP_LEVEL, mtime=0)
    if output == "jsonl.zst":
        import zstandard

        return zstandard.ZstdCompressor(ZSTD_LEVEL).compress(data)
    return data
