"""Word alignment of two texts: what was changed from one to the other, as comparable edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from despin.infer.text.tokens import tokenize

_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


class Change(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) of the source stand as ``tokenize`` in the other text."""

    start: int
    end: int
    words: tuple[str, ...]


def straighten_quotes(text: str) -> str:
    """``text`` with straight apostrophes and quotes; every character keeps its place."""
    return text.translate(_STRAIGHT)


def comparison_tokens(text: str) -> list[str]:
    """The tokens that are compared: words and punctuation, apostrophes and quotes made straight."""
    return [w.text for w in tokenize(straighten_quotes(text))]


def paired_lines(*texts: str) -> list[tuple[str, ...]]:
    """The texts' lines side by side where all have as many; otherwise the texts as one line each."""
    parts = [t.split("\n") for t in texts]
    return list(zip(*parts)) if len({len(p) for p in parts}) == 1 else [texts]


def word_changes(source: Sequence[str], target: Sequence[str]) -> list[Change]:
    """The minimal changes from ``source`` to ``target`` by Levenshtein distance over words.

    Runs of adjacent operations form one change; a run that replaces n words by n words counts as n
    changes of one word, because a spinner replaces word by word.
    """
    runs: list[list[int]] = []
    for op in Levenshtein.opcodes(source, target):
        if op.tag == "equal":
            continue
        if runs and runs[-1][1] == op.src_start and runs[-1][3] == op.dest_start:
            runs[-1][1], runs[-1][3] = op.src_end, op.dest_end
        else:
            runs.append([op.src_start, op.src_end, op.dest_start, op.dest_end])
    out: list[Change] = []
    for s0, s1, t0, t1 in runs:
        if s1 - s0 == t1 - t0:
            out += [Change(s0 + i, s0 + i + 1, (target[t0 + i],)) for i in range(s1 - s0)]
        else:
            out.append(Change(s0, s1, tuple(target[t0:t1])))
    return out
