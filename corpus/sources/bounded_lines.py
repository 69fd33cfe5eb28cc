"""The lines of a file, packed or not, in bounded memory whatever their length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from despin.corpus.corpus_settings import CorpusSettings
from despin.errors import InputError
from despin.infer.encodings import UTF_8, marked_encoding
from despin.metrics.compressed import COMPRESSIONS, unpacked_stream

CHUNK = 1 << 20
OVERHEAD = 4
"""How many times the bytes of the longest document a line may have: escapes, and the other fields."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_MARK = 4


class Line(NamedTuple):
    """A line with its line end, or the beginning of one that is too long, with its length in bytes."""

    data: bytes
    length: int | None = None


def lines_of(handle: BinaryIO, path: str, limit: int) -> Iterator[Line]:
    """The lines of an open file, unpacked if its name says so, without a byte-order mark.

    Of a line over ``limit`` bytes only the beginning is kept. Raises InputError for what cannot be unpacked,
    and for UTF-16 and UTF-32, as their byte-order mark tells them.
    """
    chunks = unpacked_chunks_of(handle, path)
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _LONGEST_MARK:
            break
    encoding = marked_encoding(head)
    if encoding not in (None, UTF_8):
        raise InputError(f"{path}: is {encoding}; convert it to UTF-8 first")
    yield from bounded_lines(_behind(head.removeprefix(_BYTE_ORDER_MARK), chunks), limit)


def unpacked_chunks_of(handle: BinaryIO, path: str) -> Iterator[bytes]:
    """What an open file holds, unpacked if its name says so. Raises InputError where that fails."""
    suffix = next((suffix for suffix in COMPRESSIONS if path.lower().endswith(suffix)), None)
    if suffix is None:
        return iter(lambda: handle.read(CHUNK), b"")
    return unpacked_stream(handle, suffix, path)


def bounded_lines(chunks: Iterable[bytes], limit: int) -> Iterator[Line]:
    """The lines of chunks in bounded memory: of a line over ``limit`` bytes only the beginning is kept."""
    rest = bytearray()
    skipped = 0
    """Bytes of a line that is too long, beyond what is kept in ``rest``."""
    for chunk in chunks:
        pieces = chunk.split(b"\n")
        for piece in pieces[:-1]:
            length = len(rest) + skipped + len(piece)
            if length > limit:
                yield Line((bytes(rest) + piece[:limit])[:limit], length)
            else:
                yield Line(bytes(rest) + piece + b"\n")
            rest.clear()
            skipped = 0
        rest += pieces[-1]
        if len(rest) > limit:
            skipped += len(rest) - limit
            del rest[limit:]
    if rest:
        length = len(rest) + skipped
        yield Line(bytes(rest), length) if length > limit else Line(bytes(rest) + b"\n")


def line_limit(settings: CorpusSettings) -> int:
    """Bytes of a line at most."""
    return OVERHEAD * settings.max_document


def too_long(length: int, limit: int, what: str = "line") -> str:
    """Why a line is put aside."""
    return f"a {what} of {length:,} bytes; {limit:,} at most (--max-document)"


def _behind(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from chunks
