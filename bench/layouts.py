"""Recall by layout: spun text as it comes, and wrapped, quoted, in subtitles, with links, with soft hyphens.

Each pair's spun text is put into a layout, restored in it, and taken out again, so that the layouts are
measured against the same originals with the same scores.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import NamedTuple

from despin.infer.checkpoint import open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.text.reading import Format
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.pairs import Pair, read_pairs
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import markdown_table

WIDTH, SUBTITLE_WIDTH = 72, 40
LINK_EVERY = 8
"""One word in so many is a link or emphasized."""
HYPHEN_EVERY = 4
"""Letters between two soft hyphens in a long word."""
_TIME_CODE = "00:00:{0:02d},000 --> 00:00:{1:02d},500"
_CUE = re.compile(r"\n*^\d+\n[\d:,]+ --> [\d:,]+\n", re.MULTILINE)
_LONG_WORD = re.compile(r"[A-Za-z]{8,}")


class Layout(NamedTuple):
    """How lines of prose are put into a layout, and taken out of it again as the same number of lines."""

    name: str
    format: Format
    put: Callable[[Sequence[str]], str]
    take: Callable[[str], list[str]]


def _lines(text: str) -> list[str]:
    """The lines of a text that are not blank, with single spaces."""
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text) if part.strip()]


def _wrap(lines: Sequence[str], width: int, prefix: str = "", blank: str = "") -> str:
    wrapped = (textwrap.wrap(line, width, break_on_hyphens=False, break_long_words=False) for line in lines)
    return f"\n{blank}\n".join("\n".join(prefix + part for part in parts) for parts in wrapped) + "\n"


def _subtitles(lines: Sequence[str]) -> str:
    cues: list[str] = []
    for line in lines:
        parts = textwrap.wrap(line, SUBTITLE_WIDTH, break_on_hyphens=False, break_long_words=False)
        for start in range(0, len(parts), 2):
            time = _TIME_CODE.format(len(cues) % 60, len(cues) % 60)
            cues.append(f"{len(cues) + 1}\n{time}\n" + "\n".join(parts[start : start + 2]))
        # The end of a line of prose, so that it can be told from the end of a cue.
        cues[-1] += "\n<i></i>"
    return "\n\n".join(cues) + "\n"


def _from_subtitles(text: str) -> list[str]:
    return [" ".join(part.split()) for part in _CUE.sub("\n", "\n" + text).split("<i></i>") if part.strip()]


def _marked(lines: Sequence[str], marks: Sequence[tuple[str, str]], start: str, end: str) -> str:
    rng = random.Random(0)
    out = []
    for line in lines:
        words = line.split(" ")
        for i in range(len(words)):
            if words[i] and rng.random() < 1 / LINK_EVERY:
                before, after = rng.choice(marks)
                words[i] = f"{before}{words[i]}{after}"
        out.append(start + " ".join(words) + end)
    return "\n\n".join(out) + "\n"


def _hyphenated(line: str) -> str:
    def divide(match: re.Match[str]) -> str:
        word = match[0]
        parts = [word[i : i + HYPHEN_EVERY] for i in range(0, len(word) - 2, HYPHEN_EVERY)]
        return "\u00ad".join([*parts[:-1], word[(len(parts) - 1) * HYPHEN_EVERY :]])

    return _LONG_WORD.sub(divide, line)


_TAGS = (("<b>", "</b>"), ("<em>", "</em>"), ('<a href="/p">', "</a>"))
_SIGNS = (("**", "**"), ("*", "*"), ("[", "](/p)"))
_HTML_TAG = re.compile(r"<[^>]*>")
_MARKDOWN_SIGN = re.compile(r"\*{1,2}|\[|\]\(/p\)")

LAYOUTS = (
    Layout("plain", "text", "\n".join, _lines),
    Layout(f"wrapped at {WIDTH}", "text", lambda lines: _wrap(lines, WIDTH), _paragraphs),
    Layout(
        "quoted mail",
        "text",
        lambda lines: _wrap(lines, WIDTH, "> ", ">"),
        lambda text: _paragraphs(re.sub(r"^> ?", "", text, flags=re.MULTILINE)),
    ),
    Layout("subtitles", "subtitles", _subtitles, _from_subtitles),
    Layout(
        "soft hyphens in long words",
        "text",
        lambda lines: "\n".join(map(_hyphenated, lines)),
        lambda text: _lines(text.replace("\u00ad", "")),
    ),
    Layout(
        "HTML, a word in eight a link or emphasized",
        "html",
        lambda lines: _marked(lines, _TAGS, "<p>", "</p>"),
        lambda text: _lines(_HTML_TAG.sub("", text).replace("&amp;", "&").replace("&lt;", "<")),
    ),
    Layout(
        "Markdown, a word in eight a link or emphasized",
        "markdown",
        lambda lines: _marked(lines, _SIGNS, "", ""),
        lambda text: _lines(_MARKDOWN_SIGN.sub("", text)),
    ),
)
"""The layouts, the plain one first."""


def measure_layouts(pairs: Sequence[Pair], despinner: Despinner) -> list[tuple[Layout, EditCounts]]:
    """The scores of pairs in each layout. Pairs that a layout cannot hold, since they have its signs, are
    left out of all."""
    sources = [_lines(pair.spun) for pair in pairs]
    originals = [_lines(pair.original) for pair in pairs]
    usable = [
        i
        for i, (lines, original) in enumerate(zip(sources, originals))
        if len(lines) == len(original) and all(layout.take(layout.put(lines)) == lines for layout in LAYOUTS)
    ]
    results = []
    for layout in LAYOUTS:
        corrections = despinner.correct_batch([layout.put(sources[i]) for i in usable], layout.format)
        counts = []
        for i, correction in zip(usable, corrections):
            restored = layout.take(correction.text)
            counts.append(score_text("\n".join(sources[i]), "\n".join(restored), "\n".join(originals[i])))
        results.append((layout, sum_counts(counts)))
    return results


def report(pairs_files: Sequence[str], folder: str | None = None, threads: int = 0) -> str:
    """The table, with its signature. Raises InputError for a file that cannot be read."""
    pairs, digest = read_pairs(pairs_files)
    checkpoint = open_checkpoint(folder).folder
    results = measure_layouts(pairs, Despinner(checkpoint, threads=threads))
    plain = results[0][1].recall
    header = ["layout", "precision", "recall", "difference", "F0.5"]
    rows = [
        [layout.name, f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.recall - plain:+.3f}", f"{c.f05:.3f}"]
        for layout, c in results
    ]
    table = markdown_table(header, rows, "lrrrr", "compact")
    return f"{table}\n{signature_line(signature(pairs=digest, checkpoint=checkpoint))}\n"
