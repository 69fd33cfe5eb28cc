"""CSV and TSV: values stay as they are, and a broken row costs no more than itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.corpus.sources.bounded_lines import bounded_lines
from despin.corpus.sources.csv_records import records_of
from despin.errors import InputError

Read = Callable[..., Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its table."""
    return tmp_path / "a.csv"


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_values_stay_as_they_are(read: Read, file: Path, head: bytes, end: str) -> None:
    rows = ["id,text,note", '007,"a, ""b""",', "", "1e5,\x00,NaN", '"","two\nlines", x ']
    file.write_bytes(head + end.join(rows).encode())
    found = read(file)
    assert found.rows == [
        {"id": "007", "text": 'a, "b"', "note": ""},
        {"id": "1e5", "text": "\x00", "note": "NaN"},
        {"id": "", "text": "two\nlines", "note": " x "},
    ]
    assert found.texts == ['a, "b"', "\x00", "two\nlines"] and not found.asides


def test_tabs_and_packing(read: Read, tmp_path: Path) -> None:
    import gzip

    file = tmp_path / "a.TSV.gz"
    file.write_bytes(gzip.compress(b"id\ttext\n1\ta, b\n"))
    assert read(file).rows == [{"id": "1", "text": "a, b"}]
    file = tmp_path / "b.tsv.csv.txt.csv"
    file.write_bytes(b"id,text\n1,a\n")
    assert read(file).texts == ["a"]


def test_broken_rows_are_put_aside_with_their_lines(read: Read, file: Path) -> None:
    file.write_bytes(b'id,text\n1\n2,"a\nb"\n3,c,d\n4,\xff\n5,"e"f\n6,g\n')
    found = read(file)
    assert found.texts == ["a\nb", "g"]
    assert found.kinds() == [
        ("line 2", "broken row"),
        ("line 5", "broken row"),
        ("line 6", "not UTF-8"),
        ("line 7", "broken row"),
    ]
    assert "1 values where the header has 2" in found.asides[0].reason and "0xff" in found.asides[2].reason


def test_after_an_unclosed_quotation_mark_the_next_line_is_read(read: Read, file: Path) -> None:
    file.write_text('id,text\n1,a\n2,"b\n3,c\n4,d\n')
    found = read(file)
    assert found.texts == ["a", "c", "d"] and found.kinds() == [("line 3", "broken row")]
    assert "not closed" in found.asides[0].reason


def test_many_broken_rows_behind_an_unclosed_quotation_mark(read: Read, file: Path) -> None:
    file.write_text('id,text\n"1,a\n' + '2,\'b"c"\n' * 3_000 + '3,"c"d\n' * 3_001 + "4,e\n")
    found = read(file)
    assert found.texts[-1] == "e" and len(found.texts) + len(found.asides) == 6_003


def test_a_long_row_is_read_over_to_its_end(read: Read, file: Path) -> None:
    long_text = ("x, y\n" * 200).replace("x, y", '""x"", y')
    file.write_text(f'id,text\n1,a\n2,"{long_text}"\n3,c\n4,{"d" * 1_000}\n5,{"e" * 150}\n6,f\n')
    found = read(file, max_document=100)
    assert found.texts == ["a", "c", "f"]
    assert found.kinds() == [("line 3", "too long"), ("line 205", "too long"), ("line 206", "too long")]


@pytest.mark.parametrize(
    ("header", "reason"),
    [(b"id,text,text", "'text' stands twice"), (b"id,te\xffxt", "not UTF-8"), (b'"id,text', "not closed")],
)
def test_a_header_that_cannot_be_used(read: Read, file: Path, header: bytes, reason: str) -> None:
    file.write_bytes(header + b"\n1,a,b\n")
    found = read(file)
    assert not found.texts and found.kinds() == [("", "broken file")] and reason in found.asides[0].reason


def test_a_missing_column_is_an_error_that_names_those_there(read: Read, file: Path) -> None:
    file.write_text("id;text\n1;a\n")
    with pytest.raises(InputError, match="no column 'text'; columns: id;text"):
        read(file)


@pytest.mark.parametrize("data", ["", "\n\n", "id,text", "id,text\n"])
def test_no_rows(read: Read, file: Path, data: str) -> None:
    file.write_text(data)
    found = read(file)
    assert not found.texts and not found.asides and len(found.parts) == 1


def test_many_broken_rows_are_bounded_a_part(read: Read, file: Path) -> None:
    file.write_text("id,text\n" + "1\n" * 2_000)
    found = read(file, part_documents=100)
    assert len(found.asides) == 2_000 and max(len(part.asides) for part in found.parts) < 400


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    lines = bounded_lines([buffer.getvalue().encode()], 10_000)
    records = list(records_of(lines, ",", 10_000))
    assert [record.values for record in records] == rows and not any(record.kind for record in records)


@given(st.text(st.sampled_from('a,"\n')))
def test_any_text_is_read_to_its_end(text: str) -> None:
    lines = bounded_lines([(text + '\nlast,"row"\n').encode()], 10_000)
    records = list(records_of(lines, ",", 10_000))
    assert records[-1].number == text.count("\n") + 2 or '"' in text
    assert [record.number for record in records] == sorted(record.number for record in records)


def test_the_limit_of_other_readers_of_csv_stays() -> None:
    long = "a" * 300_000
    before = csv.field_size_limit()
    records = list(records_of(bounded_lines([f"text\n{long}\n".encode()], 1_000_000), ",", 1_000_000))
    assert [record.values for record in records] == [["text"], [long]]
    assert csv.field_size_limit() == before < len(long)
