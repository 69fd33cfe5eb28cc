"""Text encodings: byte-order marks, decoding, and encoding back to the same bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

from despin.errors import ConfigError, InputError

UTF_8 = "utf-8"
BYTE_ORDER_MARK = "\ufeff"
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, which it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The bytes of U+FEFF in each encoding. These codecs take the mark for a character, so that it is kept."""
CONVERT = "convert it first"
_WITHOUT_MARK = {"utf-8-sig": UTF_8, "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
"""Codecs that remove or add a mark of their own, and the ones that are used instead."""
_ALWAYS_EXACT = frozenset(codec for _, codec in BYTE_ORDER_MARKS)
"""Codecs in which no two sequences of bytes are one text."""


def find_encoding(name: str) -> str:
    """Python's name of a text encoding. Raises ConfigError if there is none of that name."""
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)  # refuses codecs that are no text encodings, such as hex
        decoder = codecs.lookup(codec).incrementaldecoder
    except (LookupError, UnicodeError, ValueError):
        decoder = None
    if decoder is None:
        raise ConfigError(f"{name!r} is no text encoding that Python knows; say utf-8, cp1252 or utf-16, say")
    return _WITHOUT_MARK.get(codec, codec)


def marked_encoding(head: bytes) -> str | None:
    """The encoding whose byte-order mark ``head`` starts with."""
    return next((codec for mark, codec in BYTE_ORDER_MARKS if head.startswith(mark)), None)


def may_become_mark(head: bytes) -> bool:
    """Whether more bytes could make ``head`` another byte-order mark than it holds now."""
    return any(mark.startswith(head) and mark != head for mark, _ in BYTE_ORDER_MARKS)


class Decoder:
    """Bytes in, text out, in chunks of any size.

    After the first text `encoding` is known and `mark` holds the byte-order mark (U+FEFF) if there is one;
    the mark decides the encoding, whatever was asked for, and is no part of the text.
    """

    def __init__(self, name: str, encoding: str = UTF_8, hint: str = CONVERT) -> None:
        """``name`` of the source, for messages; ``encoding``: of a source without a byte-order mark.

        ``hint``: what to do about a source that is not UTF-8.
        """
        self.name, self.encoding, self.mark, self._hint = name, find_encoding(encoding), "", hint

    def decode(self, chunks: Iterable[bytes]) -> Iterator[str]:
        """The text of the concatenated ``chunks``, none of them empty, as they come.

        Raises InputError where the bytes are not in the encoding, or could not be written back as they are.
        """
        remaining = iter(chunks)
        head = next(remaining, b"")
        while may_become_mark(head) and (more := next(remaining, b"")):
            head += more
        if marked := marked_encoding(head):
            self.encoding, self.mark = marked, BYTE_ORDER_MARK
        decoder = codecs.getincrementaldecoder(self.encoding)()
        check = None if self.encoding in _ALWAYS_EXACT else _RoundTrip(self.encoding)
        bytes_read, skip = 0, len(self.mark)
        for raw in chain([head], remaining, [b""]):  # the empty one ends it
            bytes_read += len(raw)
            try:
                text = decoder.decode(raw, final=not raw)
            except UnicodeError as error:
                raise self._not_in_encoding(error, bytes_read) from None
            if check is not None and not check.holds(raw, text, final=not raw):
                raise InputError(
                    f"{self.name}: some bytes cannot be read as {self.encoding} and written back the same; "
                    "convert it to UTF-8 first"
                )
            if text[skip:]:
                yield text[skip:]
            if text:
                skip = 0

    def _not_in_encoding(self, error: UnicodeError, bytes_read: int) -> InputError:
        shown = self.encoding.upper()
        if isinstance(error, UnicodeDecodeError):
            # The error's offset counts from the bytes that the decoder had buffered before the last chunk.
            shown += f" (byte {bytes_read - len(error.object) + error.start})"
        return InputError(f"{self.name}: not {shown}{f'; {self._hint}' if self.encoding == UTF_8 else ''}")


class _RoundTrip:
    """Whether text that was decoded is encoded to the bytes that it came from."""

    def __init__(self, encoding: str) -> None:
        self._encoder = codecs.getincrementalencoder(encoding)()
        self._pending = b""

    def holds(self, raw: bytes, text: str, final: bool) -> bool:
        """Whether it holds so far, with these further bytes and their text."""
        self._pending += raw
        try:
            written = self._encoder.encode(text, final)
        except UnicodeError:
            return False
        same = self._pending.startswith(written)
        self._pending = self._pending[len(written) :]
        return same and not (final and self._pending)


class Encoder:
    """Text in, bytes out. A text in parts gives the bytes of the whole; `end` gives the last of them."""

    def __init__(self, name: str, encoding: str = UTF_8) -> None:
        """``name`` of the source, for messages; ``encoding`` as found by a `Decoder`."""
        self._name, self._encoding = name, encoding
        self._encoder = codecs.getincrementalencoder(encoding)()

    def encode(self, text: str, final: bool = False) -> bytes:
        """The bytes of a part. Raises InputError for a character that the encoding does not have."""
        try:
            return self._encoder.encode(text, final)
        except UnicodeEncodeError as error:
            character = error.object[error.start]
            raise InputError(
                f"{self._name}: a restored wording has {character!r}, which {self._encoding.upper()} cannot "
                "write; convert the file to UTF-8 first"
            ) from None

    def end(self) -> bytes:
        """What closes the text: nothing, except in encodings that switch between states."""
        return self.encode("", final=True)
