"""WARC and WET files that warcio writes: pages and texts come out, in the encoding that they state."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio import statusandheaders as headers
from warcio import warcwriter as writer

Read = Callable[..., Any]


def response(made: Any, url: str, content_type: str, body: bytes, status: str = "200 OK", **more: str) -> Any:
    """A record of a page."""
    fields = [("Content-Type", content_type), *((k.replace("_", "-"), v) for k, v in more.items())]
    http = headers.StatusAndHeaders(status, fields, protocol="HTTP/1.1")
    return made.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http)


def archive(records: Callable[[Any], list[Any]], packed: bool) -> bytes:
    """The records as a file."""
    buffer = io.BytesIO()
    made = writer.WARCWriter(buffer, gzip=packed)
    made.write_record(made.create_warcinfo_record("a.warc", {"software": "test"}))
    for record in records(made):
        made.write_record(record)
    return buffer.getvalue()


def chunked(body: bytes, size: int = 7) -> bytes:
    """As HTTP/1.1 transfers a body of unknown length."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


PAGE = "<p>Das Café – “so”.</p>"


def pages(made: Any) -> list[Any]:
    """Pages that are read, and what is passed over."""
    meta = '<meta http-equiv=Content-Type content="text/html; charset=windows-1252">' + PAGE
    return [
        response(made, "http://a/1", "text/html; charset=UTF-8", PAGE.encode()),
        response(made, "http://a/2", "text/html", meta.encode("cp1252")),
        response(made, "http://a/3", "text/html;charset=ISO-8859-1", PAGE.encode("cp1252")),
        response(made, "http://a/4", "text/html", chunked(PAGE.encode()), Transfer_Encoding="chunked"),
        response(made, "http://a/5", "text/html", gzip.compress(PAGE.encode()), Content_Encoding="gzip"),
        response(made, "http://a/6", "text/plain", b"\xef\xbb\xbfPlain."),
        response(made, "http://a/7", "text/html", b"gone", status="404 Not Found"),
        response(made, "http://a/8", "image/png", b"\x89PNG"),
        response(made, "http://a/9", "text/html; charset=utf-8", b"caf\xe9"),
        response(made, "http://a/10", "text/html; charset=klingon", b"cafe"),
        response(made, "http://a/11", "text/html", b"a" * 2_000),
        made.create_warc_record("http://a/1", "request", payload=io.BytesIO(b"GET / HTTP/1.0\r\n\r\n")),
        response(made, "http://a/12", "text/html", PAGE.encode()),
    ]


@pytest.mark.parametrize("suffix", ["", ".gz", ".xz"])
def test_pages(read: Read, tmp_path: Path, suffix: str) -> None:
    import lzma

    file = tmp_path / f"a.warc{suffix}"
    data = archive(pages, packed=suffix == ".gz")
    file.write_bytes(lzma.compress(data) if suffix == ".xz" else data)
    found = read(file, max_document=1_000)
    assert [row["url"] for row in found.rows] == [f"http://a/{n}" for n in (1, 2, 3, 4, 5, 6, 12)]
    assert all(text.endswith(PAGE) for text in found.texts if text != "Plain.")
    assert found.texts[5] == "Plain." and found.texts[0] == PAGE
    assert found.formats == ["html"] * 5 + ["text", "html"]
    assert all(row["date"] and row["record_id"].startswith("<urn:uuid:") for row in found.rows)
    assert [
        (kind, aside.reason.partition(": ")[0]) for (_, kind), aside in zip(found.kinds(), found.asides)
    ] == [
        ("not UTF-8", "http://a/9"),
        ("not UTF-8", "http://a/10"),
        ("too long", "http://a/11"),
    ]


def test_texts(read: Read, tmp_path: Path) -> None:
    def texts(made: Any) -> list[Any]:
        return [
            made.create_warc_record(
                f"http://a/{number}",
                "conversion",
                payload=io.BytesIO(f"Text {number}: é".encode()),
                warc_content_type="text/plain",
            )
            for number in range(3)
        ]

    file = tmp_path / "a.warc.wet.gz"
    file.write_bytes(archive(texts, packed=True))
    found = read(file)
    assert found.texts == [f"Text {number}: é" for number in range(3)] and found.formats == ["text"] * 3


@pytest.mark.parametrize("packed", [False, True])
def test_of_a_truncated_file_whole_records_are_kept(read: Read, tmp_path: Path, packed: bool) -> None:
    def three(made: Any) -> list[Any]:
        return [response(made, f"http://a/{n}", "text/html", b"%d" % n * 5_000) for n in range(3)]

    file = tmp_path / ("a.warc.gz" if packed else "a.warc")
    data = archive(three, packed)
    file.write_bytes(data[: -20 if packed else -1_000])
    found = read(file)
    assert [text[0] for text in found.texts] == ["0", "1"] or (packed and len(found.texts) == 3)
    ((position, kind),) = found.kinds()
    assert (
        kind == "broken file"
        and position.startswith("after record")
        and "truncated" in found.asides[0].reason
    )


def test_one_gzip_member_for_all_records(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(gzip.compress(archive(pages, packed=False)))
    assert len(read(file, max_document=1_000).texts) == 7


@pytest.mark.parametrize("data", [b"hello\nworld\n" * 100, b"\0" * 100, b"WARC/1.0\r\nWARC-Type: resp"])
def test_what_is_no_archive(read: Read, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.warc"
    file.write_bytes(data)
    found = read(file)
    assert not found.texts and found.kinds() == [("", "broken file")] and "\n" not in found.asides[0].reason


def test_an_empty_archive(read: Read, tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"")
    found = read(tmp_path / "a.warc")
    assert not found.texts and not found.asides
