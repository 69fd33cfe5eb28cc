from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from despin.errors import InputError
from despin.metrics.pairs import Pair, read_pairs

GOOD = b'{"id": "1", "spun": "a big day", "original": "a great day"}\n'


def test_pairs_of_several_files_in_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_bytes(GOOD + b"\n")
    two.write_bytes(b'\xef\xbb\xbf{"original": "x", "kind": "", "spun": "y\xe2\x80\xa8z", "id": "2"}\r\n')
    pairs, digest = read_pairs([str(one), str(two)])
    assert pairs == [Pair("1", "a big day", "a great day"), Pair("2", "y\u2028z", "x")]
    assert digest == hashlib.sha256(one.read_bytes() + two.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (GOOD + b"{oops}\n", "2: not valid JSON"),
        (GOOD + b"\n" + b'"text"\n', "3: expected a JSON object"),
        (b'{"id": "1", "spun": "a"}\n', "1: the field 'original' is missing; the fields are id, spun"),
        (b"{}\n", "1: the field 'id' is missing; the fields are none"),
        (b'{"id": "1", "spun": null, "original": "a"}', "1: the field 'spun' must be a string, got NoneType"),
        (b'{"id": "1", "spun": "\\ud800", "original": "a"}', "1: the field 'spun' contains a lone surrogate"),
        (b"[" * 100_000, "1: not valid JSON"),
    ],
)
def test_the_bad_line_is_named(tmp_path: Path, raw: bytes, message: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        read_pairs([str(file)])
    assert str(caught.value).startswith(f"{file}:{message}")
    assert "\n" not in str(caught.value)


def test_files_without_pairs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_bytes(b"\n\n")
    with pytest.raises(InputError, match="no pairs"):
        read_pairs([str(tmp_path / "pairs.jsonl")])
