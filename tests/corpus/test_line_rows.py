"""What is written of a JSON line is the line itself, byte for byte, with members added."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import Finding
from despin.corpus.line_rows import LineRows, encoded
from despin.corpus.parts import Part
from despin.infer.despinner import Correction
from despin.infer.text.edits import Edit

SCORE = CorpusSettings()
CORRECT = CorpusSettings(mode="correct")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
spaces = st.sampled_from(["", " ", "\t", "  "])


def rows_of(data: bytes, settings: CorpusSettings = SCORE) -> LineRows:
    """The documents of lines."""
    return LineRows.of(Part(0, 0, "a.jsonl", "lines", data, 1), settings)


@given(
    st.dictionaries(st.text(), values, max_size=4), st.text(), st.booleans(), spaces, spaces, st.booleans()
)
def test_a_line_is_kept_byte_for_byte(
    others: dict[str, Any], text: str, is_ascii: bool, before: str, behind: str, returns: bool
) -> None:
    members = {name: value for name, value in others.items() if not name.startswith("spun_")}
    line = json.dumps({**members, "text": text}, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    if b"\xed" in line and not is_ascii:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return
    written = line[:-1] + behind.encode() + b"}"
    rows = rows_of(before.encode() + written + (b"\r\n" if returns else b"\n"))
    assert [document.text for document in rows.documents] == [text] and not rows.asides
    result = rows.render([0], [Finding(3, 0.25, "clean")], "jsonl")
    assert result == line[:-1] + b', "spun_score": 0.25, "spun_verdict": "clean"}\n'
    parsed = json.loads(result)
    assert parsed.pop("spun_score") == 0.25 and parsed.pop("spun_verdict") == "clean"
    assert json.dumps(parsed) == json.dumps({**members, "text": text})


def test_restored_texts_and_edits_are_added() -> None:
    text = "the decrease home \ud800"
    data = json.dumps({"text": text}).encode() + b"\n" + b'{"text": "b"}\n'
    rows = rows_of(data, CORRECT)
    edit = Edit(4, 17, "decrease home", "lower house", 0.9)
    correction = Correction("the lower house \ud800", [edit], 0.9, [])
    findings = [Finding(4, 0.9, "spun", correction, 4), Finding(1, 0.1, "clean")]
    first, second = map(json.loads, rows.render([0, 1], findings, "jsonl").splitlines())
    assert first["restored"] == "the lower house \ud800"
    assert first["edits"] == [
        {"start": 4, "end": 17, "source": "decrease home", "replacement": "lower house", "confidence": 0.9}
    ]
    assert second == {"text": "b", "spun_score": 0.1, "spun_verdict": "clean", "restored": "b", "edits": []}


def test_chosen_lines_alone_are_written() -> None:
    rows = rows_of(b'{"text": "a"}\n?\n\n{"text": "b"}\n{"text": "c"}\n')
    findings = [Finding(1, 0.0, "clean")] * 3
    texts = [json.loads(line)["text"] for line in rows.render([0, 2], findings, "jsonl").splitlines()]
    assert texts == ["a", "c"] and rows.positions == ["line 1", "line 4", "line 5"]
    assert rows.render([], findings, "jsonl") == b""


def test_a_prefix_makes_room_for_the_names() -> None:
    data = b'{"text": "a", "spun_score": 1}\n'
    assert [aside.kind for aside in rows_of(data).asides] == ["name taken"]
    rows = rows_of(data, CorpusSettings(prefix="new_"))
    line = rows.render([0], [Finding(1, 0.0, "clean")], "jsonl")
    assert line == b'{"text": "a", "spun_score": 1, "new_spun_score": 0.0, "new_spun_verdict": "clean"}\n'


@pytest.mark.parametrize(("text", "is_long"), [("a" * 100, False), ("a" * 101, True), ("語" * 34, True)])
def test_the_limit_counts_bytes(text: str, is_long: bool) -> None:
    rows = rows_of(encoded({"text": text}), CorpusSettings(max_document=100))
    assert [aside.kind for aside in rows.asides] == ["too long"] * is_long
