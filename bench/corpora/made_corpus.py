"""A corpus with known spun documents: clean text of several collections, some of it spun.

    python -m despin.bench.corpora.made_corpus CORPORA --documents 200000 --out corpus.jsonl

CORPORA is a folder of JSON lines with ``source`` and ``text``, packed or not. Each spun document belongs to
one of the SITES, each with its own habits and seed. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from despin.infer.atomic_file import replace_file
from despin.metrics.compressed import file_lines
from despin.train.spin.spinner import Spinner

SPUN_SHARE = 0.03
MAX_CHARACTERS = 2_000
"""Of a document: whole paragraphs from its start, the first one in any case."""
MIN_WORDS = 40
"""Shorter documents are left out."""


class Site(NamedTuple):
    """Where spun documents come from: a spinner's configuration and a seed of its own."""

    name: str
    config: str


SITES = (
    Site("observed-1", "observed"),
    Site("observed-2", "observed"),
    Site("observed-3", "observed"),
    Site("one-form", "fixed-choice"),
    Site("names-kept", "names-protected"),
    Site("quotes-kept", "quotes-protected"),
    Site("twice", "spun-twice"),
    Site("in-part", "sparse"),
    Site("words-only", "words-only"),
)


def made_documents(
    files: Sequence[Path], number: int, share: float = SPUN_SHARE
) -> Iterator[dict[str, object]]:
    """``number`` documents, those of the files in turn, a ``share`` of them spun.

    Each with id, source, site (None if it is clean) and text. Raises ValueError if the files hold too few.
    """
    spinners = {site.name: Spinner(site.config) for site in SITES}
    made = 0
    for source, text in _in_turn(files):
        rng = random.Random(f"made corpus:{made}")
        site = SITES[made % len(SITES)] if rng.random() < share else None
        if site is not None:
            text = spinners[site.name].spin(text, seed=f"{site.name}:{made}").text
        yield {"id": made, "source": source, "site": None if site is None else site.name, "text": text}
        made += 1
        if made == number:
            return
    raise ValueError(f"the files hold {made:,} documents of {MIN_WORDS} words or more, {number:,} wanted")


def _in_turn(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """One document of each file, then the next of each."""
    for row in zip_longest(*map(_documents, files)):
        yield from (item for item in row if item is not None)


def _documents(file: Path) -> Iterator[tuple[str, str]]:
    """The sources and texts of a file, shortened; those that are too short are left out."""
    for row in map(json.loads, file_lines(file)):
        text = _shortened(row["text"])
        if len(text.split()) >= MIN_WORDS:
            yield row["source"], text


def _shortened(text: str) -> str:
    """Whole paragraphs from the start."""
    kept: list[str] = []
    length = 0
    for paragraph in text.split("\n"):
        if kept and length + len(paragraph) > MAX_CHARACTERS:
            break
        kept.append(paragraph)
        length += len(paragraph) + 1
    return "\n".join(kept)[: 2 * MAX_CHARACTERS]


def main() -> None:
    """Write the corpus."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    files = sorted(file for file in options.corpora.iterdir() if ".jsonl" in file.suffixes)
    with replace_file(options.out) as out:
        for row in made_documents(files, options.documents):
            out.write((json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8"))


if __name__ == "__main__":
    main()
