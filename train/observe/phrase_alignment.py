"""Extraction of minimal phrase pairs from aligned texts.

A word alignment finds the regions where the texts differ; a dynamic program then segments each region into
pairs of short phrases, at a cost that decreases for pairs that occur elsewhere too. This is Viterbi training
of a monotone phrase model, as in phrase-based translation (Och & Ney 2004), with leave-one-out counts so
that a pair does not support itself.
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
"""Cost (nats) of a pair by its lengths in words, original and spun. A longer pair must cost more than the
shorter ones that it can be divided into."""
COPY_COST = 0.1
PUNCTUATION_COST = 3.0
"""Added for each punctuation mark in a pair."""
MIN_COST = 0.2
MAX_REGION_WORDS = 14
"""Longer regions are not the work of a spinner but different text; they are ignored."""
MIN_BOUNDARY_PROBABILITY = 0.6
"""Pairs whose boundary is less probable are joined."""
ITERATIONS = 4


FUNCTION_WORDS = frozenset([
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "as", "and", "or",
    "but", "that", "this", "these", "those", "it", "its", "is", "are", "was", "were", "be", "been",
    "being", "has", "have", "had", "do", "does", "did", "will", "would", "can", "could", "may", "might",
    "must", "shall", "should", "not", "no", "so", "than", "then", "there", "their", "they", "he", "she",
    "his", "her", "we", "our", "you", "your", "i", "my", "who", "which", "what", "when", "how", "if",
    "up", "out", "off", "over", "into", "about", "through", "during", "between", "under", "after",
    "before", "because", "also", "more", "most", "very", "much", "many", "some", "any", "all", "each",
    "both", "such", "only", "just", "even", "still", "yet", "too"
])  # fmt: skip
"""Function words. A pair of a function word and a content word is less likely than one of two alike."""
MISMATCH_COST = 0.8
"""Added to the cost of a pair of which only one side has a content word."""


class PhrasePair(NamedTuple):
    """Folded words of the original and of the spun text. ``is_single`` is false for one joined from several
    whose boundaries are uncertain."""

    original: tuple[str, ...]
    spun: tuple[str, ...]
    is_single: bool = True


@dataclass(frozen=True)
class AlignedLine:
    """An aligned line: its folded tokens, and the phrase pairs with their positions in the original."""

    original: list[str]
    spun: list[str]
    pairs: list[tuple[int, PhrasePair]]


class _Region(NamedTuple):
    start: int
    original: tuple[str, ...]
    spun: tuple[str, ...]


def align(lines: Sequence[tuple[str, str]]) -> list[AlignedLine]:
    """The phrase pairs of lines (original, spun), with counts over all lines."""
    texts = [([fold(w.text) for w in tokenize(o)], [fold(w.text) for w in tokenize(s)]) for o, s in lines]
    regions = [list(_regions(o, s)) for o, s in texts]
    counts: Counter[PhrasePair] = Counter()
    segmented: list[list[list[tuple[int, PhrasePair]]]] = []
    for _ in range(ITERATIONS):
        segmented = [
            [
                _segment_region(region, counts, previous)
                for region, previous in zip(of_line, segmented[n] if segmented else [[] for _ in of_line])
            ]
            for n, of_line in enumerate(regions)
        ]
        counts = Counter(pair for line in segmented for pairs in line for _, pair in pairs)
    return [
        AlignedLine(o, s, [item for pairs in line for item in pairs])
        for (o, s), line in zip(texts, segmented)
    ]


def _regions(original: Sequence[str], spun: Sequence[str]) -> Iterator[_Region]:
    """The regions where the two differ. Differences separated by one equal word form one region. A region
    whose sides differ in length includes the adjacent equal words, to which an added word may belong."""
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
        if max(b - a, d - c) <= MAX_REGION_WORDS:
            yield _Region(a, tuple(original[a:b]), tuple(spun[c:d]))


def _cost(pair: PhrasePair, counts: Counter[PhrasePair], own: Counter[PhrasePair]) -> float | None:
    """Cost of a pair in nats, None for lengths that are not allowed; ``own``: counts from its own region."""
    original, spun, _ = pair
    base = COSTS.get((len(original), len(spun)))
    if base is None:
        return None
    if original == spun:
        return COPY_COST if len(original) == 1 else None
    punctuation = sum(not is_word(t) and t != "-" for t in (*original, *spun))
    elsewhere = counts[pair] - own[pair]
    if FUNCTION_WORDS.issuperset(original) != FUNCTION_WORDS.issuperset(spun):
        base += MISMATCH_COST
    cost = base + PUNCTUATION_COST * punctuation - 1.2 * math.log1p(max(0, elsewhere))
    before, after = "".join(original).replace("-", ""), "".join(spun).replace("-", "")
    if before == after:
        cost -= 2.0
    elif before[:4] == after[:4] and len(before) > 4:
        cost -= 0.7
    return max(cost, MIN_COST)


def _segment_region(
    region: _Region, counts: Counter[PhrasePair], previous: list[tuple[int, PhrasePair]]
) -> list[tuple[int, PhrasePair]]:
    """The most likely segmentation of a region into pairs; pairs with an uncertain boundary are joined."""
    arcs = _arcs(region, counts, Counter(pair for _, pair in previous))
    n, m = len(region.original), len(region.spun)
    nodes = [(i, j) for i in range(n + 1) for j in range(m + 1)]
    path = _best_path(nodes, arcs)
    if not path:
        return []
    forward, backward = _forward_backward(nodes, arcs)
    total = forward[n, m]
    boundaries = [
        node
        for node in path
        if node in (nodes[0], nodes[-1])
        or math.exp(forward[node] + backward[node] - total) >= MIN_BOUNDARY_PROBABILITY
    ]
    out: list[tuple[int, PhrasePair]] = []
    for (i, j), (i2, j2) in pairwise(boundaries):
        is_single = path.index((i2, j2)) == path.index((i, j)) + 1
        pair = PhrasePair(region.original[i:i2], region.spun[j:j2], is_single)
        if pair.original != pair.spun:
            out.append((region.start + i, pair))
    return out


_Node = tuple[int, int]
"""Numbers of words consumed of the original and of the spun side."""
_Arcs = dict[_Node, list[tuple[int, int, float]]]
"""For each node the nodes that one pair leads to, with the cost of the pair."""


def _arcs(region: _Region, counts: Counter[PhrasePair], own: Counter[PhrasePair]) -> _Arcs:
    original, spun = region.original, region.spun
    arcs: _Arcs = {}
    for i in range(len(original) + 1):
        for j in range(len(spun) + 1):
            for a, b in COSTS:
                if i + a <= len(original) and j + b <= len(spun):
                    pair = PhrasePair(original[i : i + a], spun[j : j + b])
                    cost = _cost(pair, counts, own)
                    if cost is not None:
                        arcs.setdefault((i, j), []).append((i + a, j + b, cost))
    return arcs


def _best_path(nodes: Sequence[_Node], arcs: _Arcs) -> list[_Node]:
    """The cheapest path from the first to the last node (Viterbi); empty if there is none."""
    best: dict[_Node, tuple[float, _Node | None]] = {nodes[0]: (0.0, None)}
    for node in nodes:
        if node not in best:
            continue
        for i, j, cost in arcs.get(node, ()):
            if (i, j) not in best or best[node][0] + cost < best[i, j][0]:
                best[i, j] = (best[node][0] + cost, node)
    if nodes[-1] not in best:
        return []
    path = [nodes[-1]]
    while (previous := best[path[-1]][1]) is not None:
        path.append(previous)
    return path[::-1]


def _forward_backward(nodes: Sequence[_Node], arcs: _Arcs) -> tuple[dict[_Node, float], dict[_Node, float]]:
    """For each node the log-sum of the weights of all paths to it and from it; costs are negative logs."""
    forward = {nodes[0]: 0.0}
    for node in nodes:
        if node in forward:
            for i, j, cost in arcs.get(node, ()):
                forward[i, j] = _log_add(forward.get((i, j)), forward[node] - cost)
    backward = {nodes[-1]: 0.0}
    for node in reversed(nodes):
        for i, j, cost in arcs.get(node, ()):
            if (i, j) in backward:
                backward[node] = _log_add(backward.get(node), backward[i, j] - cost)
    return forward, backward


def _log_add(a: float | None, b: float) -> float:
    """log(exp(a) + exp(b)); None is log 0."""
    if a is None:
        return b
    high, low = max(a, b), min(a, b)
    return high + math.log1p(math.exp(low - high))
