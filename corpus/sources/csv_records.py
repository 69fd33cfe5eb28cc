"""CSV cut into records (RFC 4180) in bounded memory, so that a broken one costs no more than itself."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from despin.corpus.sources.bounded_lines import Line, too_long


class Record(NamedTuple):
    """A record, or why it is none."""

    number: int
    """Of its first line, from 1."""
    values: list[str]
    """Bytes that are not UTF-8 as half surrogate pairs (PEP 383)."""
    kind: str = ""
    """The kind of reason why it cannot be used; empty for a good one."""
    reason: str = ""
    text: str = ""
    """The beginning of one that cannot be used."""


def records_of(lines: Iterable[Line], delimiter: str, limit: int) -> Iterator[Record]:
    """The records of the lines. One of more than ``limit`` bytes is read over, and kept in no memory.

    After a quotation mark that is never closed, reading goes on with the line after its own.
    """
    csv.field_size_limit(max(csv.field_size_limit(), limit + 1))
    feed = _Feed(lines, limit)
    # strict: else an unclosed quotation mark would take all lines up to the end into one value.
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number, text = feed.begin_again()
            reason = "a quotation mark is not closed" if "end of data" in str(error) else str(error)
            yield Record(number, [], "broken row", reason, text)
        except _TooLong:
            number, text = feed.taken[0]
            yield Record(number, [], "too long", too_long(feed.pass_over(), limit, "row"), text)
        else:
            if values:
                yield Record(feed.taken[0][0], values)


class _TooLong(Exception):
    """A record has more bytes than it may."""


class _Feed:
    """The lines, with those of the record that is being read remembered."""

    def __init__(self, lines: Iterable[Line], limit: int) -> None:
        self._lines = iter(lines)
        self._limit = limit
        self._again: deque[tuple[int, str]] = deque()
        self._number = 0
        self._size = 0
        self.taken: list[tuple[int, str]] = []
        """Number and text of the lines of this record."""

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self._again:
            row = self._again.popleft()
            self._size += len(row[1])
            self.taken.append(row)
            return row[1]
        line = next(self._lines)
        self._number += 1
        text = line.data.decode("utf-8", "surrogateescape")
        self.taken.append((self._number, text))
        self._size += line.length or len(line.data)
        if self._size > self._limit + 1:
            raise _TooLong
        return text

    def begin(self) -> None:
        """Forget the lines of the last record."""
        self.taken, self._size = [], 0

    def begin_again(self) -> tuple[int, str]:
        """Give out the lines of this record again, but for its first one, which is returned."""
        self._again.extendleft(reversed(self.taken[1:]))
        return self.taken[0]

    def pass_over(self) -> int:
        """Read to the end of this record, where its quotation marks are even in number; its bytes."""
        size = self._size
        marks = sum(text.count('"') for _, text in self.taken)
        is_one_line = len(self.taken) == 1
        self.taken = []
        # Of a line that is too long by itself the end is not known: it is taken for that of its record.
        while marks % 2 and not is_one_line and (line := next(self._lines, None)) is not None:
            self._number += 1
            size += line.length or len(line.data)
            marks += line.data.count(b'"')
        return size
