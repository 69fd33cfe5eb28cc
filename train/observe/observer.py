"""Learn a spinner's dictionary from pairs of its output and the originals."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from despin.infer.text.tokens import is_word
from despin.metrics.pairs import Pair
from despin.metrics.tables import markdown_table
from despin.train.observe.phrase_alignment import Aligned, PhrasePair, align
from despin.train.observe.realism import cover, lines_of
from despin.train.spin.dictionary import Entry, entry_fault
from despin.train.spin.spin_config import SpinConfig
from despin.train.spin.spinner import Spinner

CHANCE = 0.01
"""A pair is dropped if chance alignment would give its count more often than this (Fisher's exact test)."""
LONGEST = 4
"""Words in a key, or in what it becomes, at most; longer pairs are joined ones."""
CONTEXT = 3
"""Words shown on each side of an example."""


@dataclass(frozen=True)
class Observation:
    """A substitution that was learnt, with the first place where it was met."""

    entry: Entry
    count: int
    kept: int
    """How often the original stood unchanged elsewhere."""
    chance: float
    """Probability of as high a count by chance."""
    context: str


def observe(lines: Sequence[tuple[str, str]], source: str = "", chance: float = CHANCE) -> list[Observation]:
    """The dictionary that ``lines`` (original, spun) show, most frequent first.

    Pairs of phrases are cut out by `align`. One is kept if it is no chance alignment: of all words,
    so many are the original, so many the spun wording, and they meet too often for two that have
    nothing to do with each other. A word that is replaced only beside certain words is
    learnt with them, as the longer key that the spinner has ("in the" -> "within the").
    """
    aligned = align(lines)
    bound = _bound(aligned)
    aligned = [_with_neighbours(line, bound) for line in aligned]
    counts: Counter[PhrasePair] = Counter()
    example: dict[PhrasePair, str] = {}
    for line in aligned:
        for at, pair in line.found:
            counts[pair] += 1
            example.setdefault(pair, _context(line, at, pair))
    kept = _met({p.original for p in counts}, ((line.original, _free(line)) for line in aligned))
    replaced: Counter[tuple[str, ...]] = Counter()
    spun: Counter[tuple[str, ...]] = Counter()
    for pair, count in counts.items():
        replaced[pair.original] += count
        spun[pair.spun] += count
    standing = _met(set(spun), ((line.spun, [True] * len(line.spun)) for line in aligned))
    total = sum(len(line.original) for line in aligned)
    out: list[Observation] = []
    for pair, count in counts.items():
        # Words replaced side by side that cannot be told apart are learnt as a phrase if they come again.
        if not _usable(pair) or (not pair.whole and count < 2):
            continue
        met = replaced[pair.original] + kept[pair.original]
        by_chance = fisher(count, met, max(standing[pair.spun], spun[pair.spun]), max(total, met))
        if by_chance > chance:
            continue
        rate = replaced[pair.original] / met
        original, wording = " ".join(pair.original), " ".join(pair.spun)
        entry = Entry(
            unspaced(original), unspaced(wording), "", "observed", float(count), round(rate, 2),
            (source,) if source else (),
        )  # fmt: skip
        if entry_fault(entry) is None:
            out.append(Observation(entry, count, kept[pair.original], by_chance, example[pair]))
    return sorted(out, key=lambda o: (-o.count, o.entry.original, o.entry.spun))


def observe_files(files: Mapping[str, Sequence[Pair]], chance: float = CHANCE) -> list[Observation]:
    """What the pairs of all files together show; each substitution names the files that it was met in."""
    lines = [line for pairs in files.values() for line in pair_lines(pairs)]
    if len(files) < 2:
        return observe(lines, next(iter(files), ""), chance)
    learnt = observe(lines, chance=chance)
    met = {
        stem: {(o.entry.original, o.entry.spun) for o in observe(list(pair_lines(pairs)), chance=1.0)}
        for stem, pairs in files.items()
    }
    out = []
    for o in learnt:
        sources = tuple(s for s in files if (o.entry.original, o.entry.spun) in met[s])
        out.append(replace(o, entry=replace(o.entry, sources=sources or tuple(files))))
    return out


def pair_lines(pairs: Iterable[Pair]) -> Iterator[tuple[str, str]]:
    """The lines of pairs, original and spun, side by side."""
    for pair in pairs:
        yield from lines_of(pair)


def cross_validate(pairs: Sequence[Pair], folds: int, chance: float = CHANCE) -> str:
    """What is learnt on all pairs but one part in turn covers so much of that part, as a Markdown table."""
    rows = []
    sums = [0, 0, 0, 0]
    for fold in range(folds):
        held = pairs[fold::folds]
        rest = [pair for number, pair in enumerate(pairs) if number % folds != fold]
        entries = [o.entry for o in observe(list(pair_lines(rest)), chance=chance)]
        found = cover(held, Spinner(SpinConfig(), entries=entries))
        parts = (found.covered, found.changes, found.covered_types, found.types)
        sums = [a + b for a, b in zip(sums, parts)]
        shares = [f"{found.tokens_share:.3f}", f"{found.types_share:.3f}"]
        rows.append([f"part {fold + 1}", str(len(held)), str(len(entries)), *shares])
    totals = [f"{part / max(1, whole):.3f} ({part} of {whole})" for part, whole in (sums[:2], sums[2:])]
    rows.append(["all", str(len(pairs)), "", *totals])
    header = ["left out", "pairs", "learnt from the others", "covered, by occurrence", "by wording"]
    return markdown_table(header, rows, style="narrow")


def fisher(both: int, first: int, second: int, total: int) -> float:
    """Fisher's exact test, one-sided: the probability that two kinds of places, ``first`` and ``second``
    of ``total``, meet in ``both`` or more of them by chance (hypergeometric tail)."""
    second = min(second, total)
    top = min(first, second)

    def term(k: int) -> float:
        return math.exp(
            _choose(first, k) + _choose(total - first, second - k) - _choose(total, second)
        )  # fmt: skip

    return min(1.0, sum(term(k) for k in range(both, top + 1) if second - k <= total - first))


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _free(line: Aligned) -> list[bool]:
    """For each word of the original whether it stands unchanged."""
    free = [True] * len(line.original)
    for at, pair in line.found:
        free[at : at + len(pair.original)] = [False] * len(pair.original)
    return free


def _met(
    phrases: set[tuple[str, ...]], lines: Iterable[tuple[Sequence[str], Sequence[bool]]]
) -> Counter[tuple[str, ...]]:
    """How often each of ``phrases`` stands in ``lines`` (words, and which of them count)."""
    out: Counter[tuple[str, ...]] = Counter()
    lengths = sorted({len(p) for p in phrases if p})
    for tokens, counts in lines:
        for length in lengths:
            for at in range(len(tokens) - length + 1):
                phrase = tuple(tokens[at : at + length])
                if phrase in phrases and all(counts[at : at + length]):
                    out[phrase] += 1
    return out


def _bound(aligned: Sequence[Aligned]) -> set[tuple[str, str, int]]:
    """Words that are replaced mostly beside a certain neighbour: (word, neighbour, -1 left or 1 right).

    The neighbour must itself stand unchanged, the word be replaced beside it at least twice and in four
    of five places, and elsewhere in less than half.
    """
    replaced: Counter[tuple[str, str, int]] = Counter()
    alone: Counter[tuple[str, str, int]] = Counter()
    total: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in aligned:
        free = _free(line)
        starts = {at for at, pair in line.found if len(pair.original) == 1}
        for at, word in enumerate(line.original):
            if not is_word(word) or not (free[at] or at in starts):
                continue
            total[word][free[at]] += 1
            for side in (-1, 1):
                there = at + side
                if 0 <= there < len(free) and free[there] and is_word(line.original[there]):
                    (alone if free[at] else replaced)[word, line.original[there], side] += 1
    return {
        key
        for key, count in replaced.items()
        if count >= 2
        and count >= 4 * alone[key]
        and 2 * (total[key[0]][0] - count) < sum(total[key[0]]) - count - alone[key]
        and total[key[0]][1] - alone[key] >= 2
    }


def _with_neighbours(line: Aligned, bound: set[tuple[str, str, int]]) -> Aligned:
    """The line with its pairs widened by the neighbours that they are bound to."""
    free = _free(line)
    out: list[tuple[int, PhrasePair]] = []
    for at, pair in line.found:
        original, spun, whole = pair
        if len(original) == 1:
            for side in (1, -1):
                there = at + side
                if (
                    0 <= there < len(free)
                    and free[there]
                    and (original[0], line.original[there], side) in bound
                ):
                    beside = line.original[there]
                    free[there] = False
                    if side == 1:
                        pair = PhrasePair((*original, beside), (*spun, beside), whole)
                    else:
                        at, pair = there, PhrasePair((beside, *original), (beside, *spun), whole)
                    break
        out.append((at, pair))
    return Aligned(line.original, line.spun, out)


def _context(line: Aligned, at: int, pair: PhrasePair) -> str:
    """The words of the original around a pair, the pair itself in brackets."""
    behind = at + len(pair.original)
    before = line.original[max(0, at - CONTEXT) : at]
    after = line.original[behind : behind + CONTEXT]
    return " ".join((*before, f"[{' '.join(pair.original)}]", *after))


def _usable(pair: PhrasePair) -> bool:
    """Whether a pair can be a dictionary's: short, words on both sides, and no mark but a hyphen."""
    return (
        0 < len(pair.original) <= LONGEST
        and 0 < len(pair.spun) <= LONGEST
        and all(is_word(t) or t in ("-", "'s") for t in (*pair.original, *pair.spun))
        and is_word(pair.original[0])
        and is_word(pair.spun[0])
    )


def unspaced(phrase: str) -> str:
    """A phrase of tokens as it is written: hyphens and possessives joined to their words."""
    return phrase.replace(" - ", "-").replace(" 's", "'s")
