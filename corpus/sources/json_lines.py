"""JSON lines, packed or not: lines are cut, not parsed, which is left to who works on the part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, Source, excerpt
from despin.corpus.sources.bounded_lines import Line, line_limit, lines_of, too_long
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.storage import open_bytes
from despin.errors import InputError


def read_json_lines(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a file of JSON lines. What is broken at its end, as a truncated archive, is put aside.

    Raises StorageError where the file cannot be reached.
    """
    maker = PartMaker(source, settings)
    limit = line_limit(settings)
    lines: list[bytes] = []
    size, first, number = 0, 1, 0
    try:
        with open_bytes(source.path) as handle:
            for number, line in enumerate(_checked(lines_of(handle, source.path, limit)), 1):
                maker.position = handle.tell()
                if line.length is None:
                    lines.append(line.data)
                else:
                    maker.put_aside(
                        f"line {number}", "too long", too_long(line.length, limit), excerpt(line.data)
                    )
                    lines.append(b"\n")  # the numbers of the lines after it must stay right
                size += len(lines[-1])
                if maker.is_full(len(lines), size):
                    yield from maker.close("lines", b"".join(lines), first)
                    lines, size, first = [], 0, number + 1
    except _NoLines as error:
        maker.put_aside("", "not JSON lines", str(error))
    except InputError as error:
        maker.put_rest_aside(f"after line {number}", error)
    yield from maker.last("lines", b"".join(lines), first)


class _NoLines(Exception):
    """Why a file is no JSON lines, and what makes some of it."""


def _checked(lines: Iterable[Line]) -> Iterator[Line]:
    """The same lines. Raises _NoLines where the first ones are those of one JSON value."""
    remaining = iter(lines)
    head: list[Line] = []
    written: list[bytes] = []
    failure: InputError | None = None
    try:
        for line in remaining:
            head.append(line)
            if stripped := line.data.strip():
                written.append(stripped)
            if len(written) == 2:
                break
    except InputError as error:
        failure = error
    first = written[0] if written else b""
    is_whole = first.endswith(b"]") and len(written) == 2  # a line that is broken in another way
    if first.startswith(b"[") and not is_whole:
        raise _NoLines("a JSON array; `jq -c '.[]' FILE > FILE.jsonl` makes JSON lines of it")
    if first == b"{":
        raise _NoLines("a JSON object over several lines; `jq -c . FILE > FILE.jsonl` makes a line of each")
    yield from head
    if failure is not None:
        raise failure
    yield from remaining
