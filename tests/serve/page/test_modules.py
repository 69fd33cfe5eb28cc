"""The page's modules that know no page: rows, offsets, lines of a stream, names of files."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from despin.infer.render import percent
from despin.serve.code_units import Utf16Offsets
from despin.serve.web_files import VIEW_SCRIPTS, read_static, served

Call = Callable[[str, str], Any]


@pytest.fixture
def call(desk: Any) -> Callable[..., Any]:
    """Calls a module's function: ``call("rows", "rowsOf", text, 0, 5, [])``."""
    return lambda module, function, *arguments: desk.page.evaluate(
        """async ([module, name, args]) => {
            const found = await import(new URL(`static/${module}.js`, document.baseURI));
            return found[name](...args);
        }""",
        [module, function, list(arguments)],
    )


def test_rows_join_to_the_text_and_cut_no_mark(call: Callable[..., Any]) -> None:
    chance = random.Random(5)
    pieces = ["a", "word ", "\n", "\n\n", " \n", "\r\n", "x" * 130, "long line " * 30]
    for _ in range(60):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 40)))
        cuts = sorted(chance.sample(range(len(text) + 1), k=min(len(text), 6) // 2 * 2))
        spans = [{"start": a, "end": b} for a, b in zip(cuts[::2], cuts[1::2])]
        rows = call("rows", "rowsOf", text, 0, len(text), spans)
        assert "".join(text[a:b] for a, b in rows) == text
        for _, end in rows:
            assert not any(span["start"] < end < span["end"] for span in spans)


def test_a_row_is_a_paragraph_or_a_long_line(call: Callable[..., Any]) -> None:
    wrapped, line = "one\ntwo\n\nthree\nfour\n", "word " * 40
    rows = call("rows", "rowsOf", wrapped, 0, len(wrapped), [])
    assert [wrapped[a:b] for a, b in rows] == ["one\ntwo\n\n", "three\nfour\n"]
    lines = f"{line}\n{line}\nshort\n"
    assert [lines[a:b] for a, b in call("rows", "rowsOf", lines, 0, len(lines), [])] == [
        f"{line}\n",
        f"{line}\n",
        "short\n",
    ]


def test_offsets_are_counted_both_ways(desk: Any) -> None:
    text = "a\U0001f600b\U0001f600\U0001f600é漢c"
    to_units = Utf16Offsets(text)
    units = [to_units[offset] for offset in range(len(text) + 1)]
    assert units == [len(text[:n].encode("utf-16-le")) // 2 for n in range(len(text) + 1)]
    back = desk.page.evaluate(
        """async ([text, units]) => {
            const { codePointCounter } = await import(new URL("static/codepoints.js", document.baseURI));
            const count = codePointCounter(text);
            return units.map(count);
        }""",
        [text, units],
    )
    assert back == list(range(len(text) + 1))


def test_lines_are_read_however_they_are_cut(desk: Any) -> None:
    data = '{"é": 1}\n\n{"\U0001f600": "漢"}\nlast'.encode()
    for size in (1, 2, 3, len(data)):
        chunks = [list(data[i : i + size]) for i in range(0, len(data), size)]
        lines = desk.page.evaluate(
            """async (chunks) => {
                const { linesOf } = await import(new URL("static/stream.js", document.baseURI));
                const stream = new ReadableStream({
                    start(controller) {
                        chunks.forEach((chunk) => controller.enqueue(new Uint8Array(chunk)));
                        controller.close();
                    },
                });
                const lines = [];
                for await (const line of linesOf(stream)) lines.push(line);
                return lines;
            }""",
            chunks,
        )
        assert lines == ['{"é": 1}', '{"\U0001f600": "漢"}', "last"]


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("notes.md", "notes-restored.md"),
        ("a/b.c.html", "b.c-restored.html"),
        ("", "restored.txt"),
        ("none", "none-restored.txt"),
    ],
)
def test_a_file_is_named_after_the_one_it_is_made_of(call: Callable[..., Any], name: str, made: str) -> None:
    assert call("saving", "derivedName", name, "restored") == made


def test_percentages_are_those_of_python(call: Callable[..., Any]) -> None:
    for share in (0, 0.0001, 0.004, 0.005, 0.2849, 0.285, 0.5, 0.9949, 0.995, 0.9999, 1):
        assert call("sentences", "percent", share) == percent(share)


def test_a_report_s_modules_stand_in_the_order_of_their_imports() -> None:
    known: set[str] = set()
    for name in VIEW_SCRIPTS:
        source = read_static(name)
        assert set(re.findall(r'from "\./(.*?)"', source)) <= known, name
        assert source.count("import ") == len(re.findall(r"^import [^;]*;\n", source, re.MULTILINE)), name
        known.add(name)


def test_text_is_only_ever_inserted_as_text() -> None:
    forbidden = (
        r"\.(?:innerHTML|outerHTML)\s*=|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b"
    )
    scripts = [name for name in served() if name.endswith(".js")]
    assert len(scripts) > 10
    for name in scripts:
        assert not re.search(forbidden, read_static(name)), name
