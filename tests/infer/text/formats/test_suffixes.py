"""The reader of each kind of file, and the kinds that are refused."""

from __future__ import annotations

import pytest

from despin.infer.text.formats.suffixes import REFUSED_SUFFIXES, TEXT_SUFFIXES, format_of, refusal


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a/b.md", "markdown"), ("B.HTML", "html"), ("x.en.srt", "subtitles"), ("p.tex", "latex"),
     ("i.rst", "rst"), ("t.txt", "text"), ("README", "text"), (".hidden", "text"),
     ("notes.2026", "text"), ("-", "text")],
)  # fmt: skip
def test_formats(name: str, expected: str) -> None:
    assert format_of(name) == expected
    assert refusal(name) is None


@pytest.mark.parametrize(
    ("name", "begins"),
    [("x/data.json", "x/data.json: is JSON data, not prose; "), ("a.JSONL", "a.JSONL: is JSON data"),
     ("m.py", "m.py: is Python code, not prose; "), ("c.yml", "c.yml: is YAML data"),
     ("t.txt.gz", "t.txt.gz: is compressed, not a text file; "), ("n.ipynb", "n.ipynb: is notebook data"),
     ("b.adoc", "b.adoc: is AsciiDoc mark-up, which has no reader; use --format text"),
     ("b.ORG", "b.ORG: is Org mark-up, "), ("b.wiki", "b.wiki: is MediaWiki mark-up, "),
     ("b.texi", "b.texi: is Texinfo mark-up, "), ("b.man", "b.man: is roff mark-up, "),
     ("b.dbk", "b.dbk: is DocBook mark-up, "), ("b.pod", "b.pod: is POD mark-up, "),
     ("b.typ", "b.typ: is Typst mark-up, "), ("b.textile", "b.textile: is Textile mark-up, "),
     ("b.docx", "b.docx: is an office document, not a text file; convert it to text first"),
     ("b.rtf", "b.rtf: is an office document, not a text file; "), ("b.pdf", "b.pdf: is a PDF, not a text "),
     ("b.epub", "b.epub: is an e-book, not a text file; ")],
)  # fmt: skip
def test_refusals_are_one_line_with_advice(name: str, begins: str) -> None:
    message = refusal(name)
    assert message is not None and message.startswith(begins)
    assert "\n" not in message
    kind = message.split(";")[0].split(": ")[1]
    is_read_by_corpus = name.lower().endswith((".json", ".jsonl", ".csv", ".tsv", ".parquet", ".arrow"))
    assert ("--field" in message) == is_read_by_corpus
    assert ("extract the text" in message) == ("data" in kind and not is_read_by_corpus)
    assert ("--format text" in message) == ("not a text file" not in kind)


def test_no_suffix_is_both_read_and_refused() -> None:
    assert not TEXT_SUFFIXES.keys() & REFUSED_SUFFIXES.keys()
    assert all(
        suffix == suffix.lower() and suffix[0] == "." for suffix in [*TEXT_SUFFIXES, *REFUSED_SUFFIXES]
    )
