"""CSV cut into records (RFC 4180) in bounded memory, so that a broken one costs no more than itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from despin.corpus.sources.bounded_lines import Line, too_long

MAX_HEAD = 1_000
"""Bytes that are kept of a record which cannot be used."""


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
    feed = _Feed(lines, limit)
    # strict: else an unclosed quotation mark would take all lines up to the end into one value.
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        try:
            with _field_limit(limit + 1):
                values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            head = feed.head()
            feed.begin_again()
            reason = "a quotation mark is not closed" if "end of data" in str(error) else str(error)
            yield Record(feed.first, [], "broken row", reason, head)
        except _TooLong as error:
            head = feed.head()
            size = feed.pass_over(error.length)
            yield Record(feed.first, [], "too long", too_long(size, limit, "row"), head)
        else:
            if values:
                yield Record(feed.first, values)


@contextmanager
def _field_limit(limit: int) -> Iterator[None]:
    """The limit of `csv` while a record is read: it holds for all readers of the process."""
    earlier = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(earlier)


class _TooLong(Exception):
    """A record has more bytes than it may."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length
        """Bytes of the line at which that was seen."""


class _Feed:
    """The lines, with those of the record that is being read remembered."""

    def __init__(self, lines: Iterable[Line], limit: int) -> None:
        self._lines = iter(lines)
        self._limit = limit
        self._again: list[io.BytesIO] = []
        """Lines that are given out again, the next ones last."""
        self._given = 0
        """Lines that were given out; those that will be again are not counted."""
        self._taken = bytearray()
        """This record's lines, as bytes: a million of short ones would take ten times as much."""
        self.first = 1
        """The number of its first line."""

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        data = b""
        while self._again and not (data := self._again[-1].readline()):
            self._again.pop()
        if not data:
            line = next(self._lines)
            data = line.data
            if line.length is not None or len(self._taken) + len(data) > self._limit + 1:
                self._taken += data
                self._given += 1
                raise _TooLong(line.length or len(data))
        self._taken += data
        self._given += 1
        return data.decode("utf-8", "surrogateescape")

    def begin(self) -> None:
        """Forget the lines of the last record."""
        self._taken = bytearray()
        self.first = self._given + 1

    def head(self) -> str:
        """The beginning of this record."""
        return self._taken[:MAX_HEAD].decode("utf-8", "surrogateescape")

    def begin_again(self) -> None:
        """Give out the lines of this record again, but for its first one."""
        rest = io.BytesIO(self._taken)
        rest.readline()
        self._again.append(rest)
        self._given = self.first

    def pass_over(self, last: int) -> int:
        """Read to the end of this record, where its quotation marks are even in number; its bytes.

        ``last``: the bytes of the line at which it became too long.
        """
        kept = min(last, self._limit)
        size = len(self._taken) - kept + last
        marks = self._taken.count(b'"')
        # Of a line that is too long by itself the end is not known: it is taken for that of its record.
        is_known = last <= self._limit
        self._taken = bytearray()
        while marks % 2 and is_known and (line := next(self._lines, None)) is not None:
            self._given += 1
            size += line.length or len(line.data)
            marks += line.data.count(b'"')
        return size
