"""Word alignment of two texts: the changes from one to the other, as comparable edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import tokenize


class Change(NamedTuple):
    """Tokens ``start`` to ``end`` (exclusive) of the source are ``words`` in the other text."""

    start: int
    end: int
    words: tuple[str, ...]


def comparison_tokens(text: str) -> list[str]:
    """The tokens that are compared: words and punctuation, with straight apostrophes and quotes."""
    return [token.text for token in tokenize(straighten_quotes(text))]


def paired_lines(*texts: str) -> list[tuple[str, ...]]:
    """The lines of the texts side by side if all have as many; otherwise each text as one line."""
    lines = [text.split("\n") for text in texts]
    return list(zip(*lines)) if len({len(row) for row in lines}) == 1 else [texts]


def word_changes(source: Sequence[str], target: Sequence[str]) -> list[Change]:
    """The minimal changes from ``source`` to ``target`` by Levenshtein distance over words.

    Adjacent operations are merged into one change, except that a run that replaces n words by n words
    becomes n changes of one word, because a spinner replaces word by word.
    """
    runs: list[list[int]] = []
    for op in Levenshtein.opcodes(source, target):
        if op.tag == "equal":
            continue
        if runs and runs[-1][1] == op.src_start and runs[-1][3] == op.dest_start:
            runs[-1][1], runs[-1][3] = op.src_end, op.dest_end
        else:
            runs.append([op.src_start, op.src_end, op.dest_start, op.dest_end])
    changes: list[Change] = []
    for s0, s1, t0, t1 in runs:
        if s1 - s0 == t1 - t0:
            changes += [Change(s0 + i, s0 + i + 1, (target[t0 + i],)) for i in range(s1 - s0)]
        else:
            changes.append(Change(s0, s1, tuple(target[t0:t1])))
    return changes
