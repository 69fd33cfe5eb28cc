"""Minimal phrase pairs in aligned texts: which words of the original became which of the spun one.

A plain word alignment finds where the texts differ; a dynamic program then cuts each such region
into pairs of short phrases, at a cost that falls for pairs that are met elsewhere too. That is
Viterbi training of a monotone phrase model, as in phrase-based translation (Och & Ney 2004), with
leave-one-out counts so that a pair does not vouch for itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from despin.infer.text.tokens import fold, is_word, tokenize

COSTS = {
    (1, 1): 2.0, (1, 2): 2.8, (2, 1): 2.8, (1, 3): 3.4, (3, 1): 3.8, (1, 4): 4.4, (2, 2): 6.4,
    (2, 3): 6.8, (3, 2): 7.0, (2, 4): 7.4, (3, 3): 9.0, (3, 4): 9.4, (0, 1): 5.0, (1, 0): 5.0,
}  # fmt: skip
"""Cost of a pair by its lengths in words, original and spun: a longer one must be dearer than the
shorter ones that it could be cut into."""
COPY = 0.1
MARK = 3.0
"""Added where a pair takes punctuation in."""
WIDEST = 14
"""A region wider than this, in words, is no spinner's work but another text; it is left out."""
SURE = 0.6
"""A pair less probable than this is not told apart from its neighbours: they are joined."""
ROUNDS = 4


LIGHT = frozenset([
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "as", "and", "or",
    "but", "that", "this", "these", "those", "it", "its", "is", "are", "was", "were", "be", "been",
    "being", "has", "have", "had", "do", "does", "did", "will", "would", "can", "could", "may", "might",
    "must", "shall", "should", "not", "no", "so", "than", "then", "there", "their", "they", "he", "she",
    "his", "her", "we", "our", "you", "your", "i", "my", "who", "which", "what", "when", "how", "if",
    "up", "out", "off", "over", "into", "about", "through", "during", "between", "under", "after",
    "before", "because", "also", "more", "most", "very", "much", "many", "some", "any", "all", "each",
    "both", "such", "only", "just", "even", "still", "yet", "too"
])  # fmt: skip
"""Words of grammar. A pair of one such word and a word of substance is less likely than of two alike."""
MISMATCH = 0.8
"""Added to the cost of a pair one side of which has a word of substance and the other has none."""


class PhrasePair(NamedTuple):
    """Original words and what they became, folded; ``whole`` is false for one that may be several."""

    original: tuple[str, ...]
    spun: tuple[str, ...]
    whole: bool = True


@dataclass(frozen=True)
class Aligned:
    """A line of a pair: its tokens, folded, and the pairs found with their places in the original."""

    original: list[str]
    spun: list[str]
    found: list[tuple[int, PhrasePair]]


class _Region(NamedTuple):
    start: int
    original: tuple[str, ...]
    spun: tuple[str, ...]


def align(lines: Sequence[tuple[str, str]]) -> list[Aligned]:
    """The phrase pairs of lines (original, spun), counted over all of them together."""
    texts = [([fold(w.text) for w in tokenize(o)], [fold(w.text) for w in tokenize(s)]) for o, s in lines]
    regions = [list(_regions(o, s)) for o, s in texts]
    counts: Counter[PhrasePair] = Counter()
    cuts: list[list[list[tuple[int, PhrasePair]]]] = []
    for _ in range(ROUNDS):
        cuts = [
            [
                _cut(region, counts, previous)
                for region, previous in zip(rs, cuts[n] if cuts else [[] for _ in rs])
            ]
            for n, rs in enumerate(regions)
        ]
        counts = Counter(pair for line in cuts for cut in line for _, pair in cut)
    return [Aligned(o, s, [item for cut in line for item in cut]) for (o, s), line in zip(texts, cuts)]


def _regions(original: Sequence[str], spun: Sequence[str]) -> Iterator[_Region]:
    """Where the two differ. Differences that one equal word parts are one region; a region that grows or
    shrinks takes in the equal words beside it, to which an added word may belong."""
    runs: list[list[int]] = []
    for op in Levenshtein.opcodes(original, spun):
        if op.tag == "equal":
            continue
        if runs and op.src_start - runs[-1][1] <= 1 and op.dest_start - runs[-1][3] <= 1:
            runs[-1][1], runs[-1][3] = op.src_end, op.dest_end
        else:
            runs.append([op.src_start, op.src_end, op.dest_start, op.dest_end])
    for number, (a, b, c, d) in enumerate(runs):
        if b - a != d - c:
            after_last = runs[number - 1][1] if number else 0
            before_next = runs[number + 1][0] if number + 1 < len(runs) else len(original)
            if a > after_last and is_word(original[a - 1]):
                a, c = a - 1, c - 1
            if b < before_next and is_word(original[b]):
                b, d = b + 1, d + 1
        if max(b - a, d - c) <= WIDEST:
            yield _Region(a, tuple(original[a:b]), tuple(spun[c:d]))


def _cost(pair: PhrasePair, counts: Counter[PhrasePair], own: Counter[PhrasePair]) -> float | None:
    """Cost of a pair in nats, None if no pair may be so long; ``own`` is what its region counted."""
    original, spun, _ = pair
    base = COSTS.get((len(original), len(spun)))
    if base is None:
        return None
    if original == spun:
        return COPY if len(original) == 1 else None
    marks = sum(not is_word(t) and t != "-" for t in (*original, *spun))
    elsewhere = counts[pair] - own[pair]
    if LIGHT.issuperset(original) != LIGHT.issuperset(spun):
        base += MISMATCH
    cost = base + MARK * marks - 1.2 * math.log1p(max(0, elsewhere))
    one, other = "".join(original).replace("-", ""), "".join(spun).replace("-", "")
    if one == other:
        cost -= 2.0
    elif one[:4] == other[:4] and len(one) > 4:
        cost -= 0.7
    return max(cost, 0.2)


def _cut(
    region: _Region, counts: Counter[PhrasePair], previous: list[tuple[int, PhrasePair]]
) -> list[tuple[int, PhrasePair]]:
    """The likeliest cut of a region into pairs, those that cannot be told apart joined."""
    original, spun = region.original, region.spun
    own = Counter(pair for _, pair in previous)
    n, m = len(original), len(spun)
    arcs: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
    for i in range(n + 1):
        for j in range(m + 1):
            for a, b in COSTS:
                if i + a <= n and j + b <= m:
                    pair = PhrasePair(original[i : i + a], spun[j : j + b])
                    cost = _cost(pair, counts, own)
                    if cost is not None:
                        arcs.setdefault((i, j), []).append((i + a, j + b, cost))
    # Forward and backward sums over all cuts, and the best one (costs are negative log weights).
    forward = {(0, 0): 0.0}
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {(0, 0): (0.0, None)}
    order = [(i, j) for i in range(n + 1) for j in range(m + 1)]
    for node in order:
        if node not in forward:
            continue
        for i, j, cost in arcs.get(node, ()):
            forward[i, j] = _sum(forward.get((i, j)), forward[node] - cost)
            if (i, j) not in best or best[node][0] + cost < best[i, j][0]:
                best[i, j] = (best[node][0] + cost, node)
    if (n, m) not in best:
        return []
    backward = {(n, m): 0.0}
    for node in reversed(order):
        for i, j, cost in arcs.get(node, ()):
            if (i, j) in backward:
                backward[node] = _sum(backward.get(node), backward[i, j] - cost)
    path: list[tuple[int, int]] = [(n, m)]
    while (step := best[path[-1]][1]) is not None:
        path.append(step)
    path.reverse()
    # A border between two pairs is kept if the cuts that have it outweigh those that have not.
    kept = [
        node
        for node in path
        if node in ((0, 0), (n, m)) or math.exp(forward[node] + backward[node] - forward[n, m]) >= SURE
    ]
    out: list[tuple[int, PhrasePair]] = []
    for (i, j), (i2, j2) in pairwise(kept):
        one = path.index((i2, j2)) == path.index((i, j)) + 1
        pair = PhrasePair(original[i:i2], spun[j:j2], one)
        if pair.original != pair.spun:
            out.append((region.start + i, pair))
    return out


def _sum(one: float | None, other: float) -> float:
    """log(exp(one) + exp(other)), None standing for nothing."""
    if one is None:
        return other
    high, low = max(one, other), min(one, other)
    return high + math.log1p(math.exp(low - high))
