"""Encodings: marks recognised, bytes given back, and what cannot be read or written told."""

from __future__ import annotations

import codecs
import os
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.errors import ConfigError, InputError
from despin.infer.encodings import Decoder, Encoder, find_encoding

TEXT = "The café’s 🙂 price: 5 €\r\n\u2028漢字\n"
MARKED = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


def decode(raw: bytes, encoding: str = "utf-8", size: int = 1 << 16) -> tuple[str, Decoder]:
    decoder = Decoder("a.txt", encoding)
    chunks = (raw[i : i + size] for i in range(0, len(raw), size))
    return "".join(decoder.decode(chunks)), decoder


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("codec", MARKED)
@pytest.mark.parametrize("asked", ["utf-8", "cp1252", "utf-16-be"])
def test_a_byte_order_mark_decides(codec: str, size: int, asked: str) -> None:
    raw = ("\ufeff" + TEXT).encode(codec)
    text, decoder = decode(raw, asked, size)
    assert (text, decoder.encoding, decoder.mark) == (TEXT, codec, "\ufeff")
    assert Encoder("a.txt", decoder.encoding).encode(decoder.mark + text, final=True) == raw


@pytest.mark.parametrize(
    "mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"", b"\xef"[:0]]
)
def test_a_mark_alone_is_an_empty_text(mark: bytes) -> None:
    text, decoder = decode(mark, size=1)
    assert text == "" and decoder.mark.encode(decoder.encoding) == mark


@pytest.mark.parametrize(
    "encoding", ["cp1252", "latin-1", "iso8859-15", "koi8-r", "shift_jis", "gb18030", "mac-roman", "cp037"]
)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_other_encodings_give_their_bytes_back(encoding: str, size: int) -> None:
    raw = TEXT.encode(encoding, "replace")
    text, decoder = decode(raw, encoding, size)
    encoder = Encoder("a.txt", decoder.encoding)
    assert b"".join([*(encoder.encode(c) for c in text), encoder.end()]) == raw


def test_a_stateful_encoding_is_closed_at_the_end() -> None:
    raw = "aあb い".encode("iso2022_jp")
    text, decoder = decode(raw, "iso2022_jp", 3)
    encoder = Encoder("a.txt", decoder.encoding)
    assert encoder.encode(text[:2]) + encoder.encode(text[2:]) + encoder.end() == raw


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"a\x1b(B\x1b(Bb", "iso2022_jp"),  # a switch that changes nothing
        (b"+AGE-", "utf-7"),  # "a", which is written bare
        (rb"\x61bc", "unicode_escape"),
    ],
)
def test_bytes_that_would_not_come_back_are_refused(raw: bytes, encoding: str) -> None:
    with pytest.raises(InputError, match=r"a\.txt: some bytes cannot be read as .* and written back"):
        decode(raw, encoding)


@pytest.mark.parametrize(
    ("raw", "encoding", "message"),
    [
        (b"caf\xe9 au lait", "utf-8", r"not UTF-8 \(byte 3\); convert it first"),
        (b"a" * 100 + b"\xed\xa0\x80", "utf-8", r"byte 100\)"),
        (b"\xff\xfea\x00\x00\xd8b\x00", "utf-8", r"not UTF-16-LE \(byte 4\)"),
        (b"\xff\xfea\x00b", "utf-8", r"not UTF-16-LE \(byte 4\)"),
        (b"ab\x81", "cp1252", r"not CP1252 \(byte 2\)"),
        (b"caf\xe9", "ascii", r"not ASCII \(byte 3\)"),
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_bytes_of_another_encoding_are_told_with_their_offset(
    raw: bytes, encoding: str, message: str, size: int
) -> None:
    with pytest.raises(InputError, match=message):
        decode(raw, encoding, size)


@pytest.mark.parametrize(
    ("encoding", "character"), [("cp1252", "č"), ("ascii", "é"), ("latin-1", "’"), ("shift_jis", "ï")]
)
def test_a_character_that_cannot_be_written_is_told(encoding: str, character: str) -> None:
    with pytest.raises(InputError, match=rf"a\.txt: .*'{character}', which .* cannot write"):
        Encoder("a.txt", encoding).encode(f"caf{character}")


@pytest.mark.parametrize("name", ["", "nonsense", "hex", "rot13", "base64", "undefined", "a\0b", "zip"])
def test_what_is_no_text_encoding_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="is no text encoding"):
        find_encoding(name)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("UTF-16", "utf-16-le"), ("L1", "iso8859-1")],
)
def test_names_are_python_s_and_codecs_with_a_mark_of_their_own_are_not_used(name: str, codec: str) -> None:
    assert find_encoding(name) == codec


@settings(max_examples=200)
@given(
    raw=st.binary(max_size=40), size=st.integers(1, 5), encoding=st.sampled_from(["utf-8", "cp1252", "cp932"])
)
def test_whatever_is_read_is_written_back_the_same(raw: bytes, size: int, encoding: str) -> None:
    try:
        text, decoder = decode(raw, encoding, size)
    except InputError:
        return
    assert Encoder("a.txt", decoder.encoding).encode(decoder.mark + text, final=True) == raw


def test_only_the_start_of_a_mark_is_waited_for() -> None:
    """A pipe that stays open is answered once the bytes there cannot be the start of a mark."""
    reader, writer = os.pipe()
    texts: list[str] = []
    with os.fdopen(reader, "rb", buffering=0) as source:
        chunks = Decoder("-").decode(iter(lambda: source.read(64), b""))
        thread = threading.Thread(target=lambda: texts.append(next(chunks)))
        thread.start()
        os.write(writer, b"a")
        thread.join(timeout=60)
        os.close(writer)
        thread.join()
    assert texts == ["a"]
