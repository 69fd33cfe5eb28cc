"""JSON lines, packed or not: lines are cut, not parsed, which is left to who works on the part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, Source, excerpt
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.storage import open_bytes
from despin.errors import InputError
from despin.metrics.compressed import COMPRESSIONS, unpacked_stream

CHUNK = 1 << 20
OVERHEAD = 4
"""How many times the bytes of the longest document a line may have: escapes, and the other fields."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_json_lines(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a file of JSON lines. What is broken at its end, as a truncated archive, is put aside."""
    maker = PartMaker(source, settings)
    lines: list[bytes] = []
    size, first, number = 0, 1, 0
    try:
        with open_bytes(source.path) as handle:
            for number, line in enumerate(
                bounded_lines(unpacked_chunks_of(handle, source), _limit(settings)), 1
            ):
                maker.position = handle.tell()
                if line.length is not None:
                    maker.put_aside(
                        f"line {number}",
                        "too long",
                        f"a line of {line.length:,} bytes; {_limit(settings):,} at most (--max-document)",
                        excerpt(line.data),
                    )
                    lines.append(b"\n")  # the numbers of the lines after it must stay right
                    continue
                lines.append(line.data)
                size += len(line.data)
                if maker.is_full(len(lines), size):
                    yield from maker.close("lines", b"".join(lines), first)
                    lines, size, first = [], 0, number + 1
    except InputError as error:
        maker.put_aside(f"after line {number}", "broken file", str(error))
    yield from maker.last("lines", b"".join(lines), first)


class Line(NamedTuple):
    """A line with its line end, or the beginning of one that is too long, with its length in bytes."""

    data: bytes
    length: int | None = None


def bounded_lines(chunks: Iterable[bytes], limit: int) -> Iterator[Line]:
    """The lines of a file in bounded memory: of a line over ``limit`` bytes only the beginning is kept."""
    rest = bytearray()
    skipped = 0
    """Bytes of a line that is too long, beyond what is kept in ``rest``."""
    for chunk in chunks:
        pieces = chunk.split(b"\n")
        for piece in pieces[:-1]:
            length = len(rest) + skipped + len(piece) + 1
            data = bytes(rest) + piece[: limit + 1] + b"\n"
            yield Line(data[:limit], length) if length > limit else Line(data)
            rest.clear()
            skipped = 0
        rest += pieces[-1]
        if len(rest) > limit:
            skipped += len(rest) - limit
            del rest[limit:]
    if rest:
        length = len(rest) + skipped
        yield Line(bytes(rest), length) if length > limit else Line(bytes(rest) + b"\n")


def _limit(settings: CorpusSettings) -> int:
    return OVERHEAD * settings.max_document


def unpacked_chunks_of(handle: BinaryIO, source: Source) -> Iterator[bytes]:
    """What an open file holds, unpacked if its name says so, without a byte-order mark."""
    suffix = next((suffix for suffix in COMPRESSIONS if source.path.endswith(suffix)), None)
    if suffix is None:
        chunks = iter(lambda: handle.read(CHUNK), b"")
    else:
        chunks = unpacked_stream(handle, suffix, source.path)
    first = next((chunk for chunk in chunks if chunk), b"")
    yield first.removeprefix(_BYTE_ORDER_MARK)
    yield from chunks
