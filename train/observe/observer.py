"""Learn a spinner's dictionary from pairs of its output and the originals."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from despin.infer.text.tokens import fold, is_word
from despin.metrics.pairs import Pair
from despin.metrics.tables import markdown_table
from despin.train.observe.phrase_alignment import AlignedLine, PhrasePair, align
from despin.train.observe.realism import cover, lines_of
from despin.train.spin.dictionary import Entry, entry_fault
from despin.train.spin.spin_config import SpinConfig
from despin.train.spin.spinner import Spinner

MAX_P_VALUE = 0.01
"""Pairs with a higher p-value (Fisher's exact test against chance alignment) are dropped."""
MAX_PHRASE_WORDS = 4
"""Words on each side of a substitution at most; longer pairs are joined ones."""
CONTEXT_WORDS = 3
"""Words shown on each side of an example."""


@dataclass(frozen=True)
class Observation:
    """A learnt substitution, with its first occurrence."""

    entry: Entry
    count: int
    unchanged: int
    """Unchanged occurrences of the original."""
    p_value: float
    """Probability of a count at least as high under chance alignment."""
    context: str


def observe(
    lines: Sequence[tuple[str, str]], source: str = "", max_p_value: float = MAX_P_VALUE
) -> list[Observation]:
    """The substitutions in ``lines`` (original, spun), most frequent first.

    Phrase pairs are extracted by `align` and kept if they are significant: given the frequencies of the
    original and of the spun wording, they are aligned more often than by chance. A word that is replaced
    only next to certain words is learnt together with them, as the longer key that the spinner's
    dictionary has ("in the" -> "within the").
    """
    aligned = align(lines)
    context_bound = _context_bound_words(aligned)
    aligned = [_with_neighbours(line, context_bound) for line in aligned]
    counts: Counter[PhrasePair] = Counter()
    example: dict[PhrasePair, str] = {}
    for line in aligned:
        for start, pair in line.pairs:
            counts[pair] += 1
            example.setdefault(pair, _context(line, start, pair))
    unchanged = _count_phrases(
        {p.original for p in counts}, ((line.original, _unchanged(line)) for line in aligned)
    )
    replaced: Counter[tuple[str, ...]] = Counter()
    spun: Counter[tuple[str, ...]] = Counter()
    for pair, count in counts.items():
        replaced[pair.original] += count
        spun[pair.spun] += count
    spun_total = _count_phrases(set(spun), ((line.spun, [True] * len(line.spun)) for line in aligned))
    total = sum(len(line.original) for line in aligned)
    out: list[Observation] = []
    for pair, count in counts.items():
        # A joined pair is learnt as a phrase only if it occurs again.
        if not _is_usable(pair) or (not pair.is_single and count < 2):
            continue
        seen = replaced[pair.original] + unchanged[pair.original]
        p_value = fisher(count, seen, max(spun_total[pair.spun], spun[pair.spun]), max(total, seen))
        if p_value > max_p_value:
            continue
        rate = replaced[pair.original] / seen
        original, wording = " ".join(pair.original), " ".join(pair.spun)
        entry = Entry(
            unspaced(original), unspaced(wording), "", "observed", float(count), round(rate, 2),
            (source,) if source else (),
        )  # fmt: skip
        if entry_fault(entry) is None:
            out.append(Observation(entry, count, unchanged[pair.original], p_value, example[pair]))
    return sorted(out, key=lambda o: (-o.count, o.entry.original, o.entry.spun))


def observe_files(files: Mapping[str, Sequence[Pair]], max_p_value: float = MAX_P_VALUE) -> list[Observation]:
    """The substitutions in the pairs of all files; each names the files in which it was seen."""
    lines = [line for pairs in files.values() for line in pair_lines(pairs)]
    if len(files) < 2:
        return observe(lines, next(iter(files), ""), max_p_value)
    learnt = observe(lines, max_p_value=max_p_value)
    seen_in = {
        stem: {(o.entry.original, o.entry.spun) for o in observe(list(pair_lines(pairs)), max_p_value=1.0)}
        for stem, pairs in files.items()
    }
    out = []
    for o in learnt:
        sources = tuple(s for s in files if (o.entry.original, o.entry.spun) in seen_in[s])
        out.append(replace(o, entry=replace(o.entry, sources=sources or tuple(files))))
    return out


def count_unchanged(
    lines: Sequence[tuple[str, str]], phrases: Iterable[tuple[str, ...]]
) -> Counter[tuple[str, ...]]:
    """How often each of ``phrases`` (folded words) stands unchanged in ``lines`` (original, spun)."""
    return _count_phrases(
        set(phrases), ((list(map(fold, line.original)), _unchanged(line)) for line in align(lines))
    )


def pair_lines(pairs: Iterable[Pair]) -> Iterator[tuple[str, str]]:
    """The aligned lines of pairs, original and spun."""
    for pair in pairs:
        yield from lines_of(pair)


def cross_validate(pairs: Sequence[Pair], folds: int, max_p_value: float = MAX_P_VALUE) -> str:
    """K-fold cross-validation: coverage of each part by what is learnt on the others, as a Markdown table."""
    rows = []
    sums = [0, 0, 0, 0]
    for part in range(folds):
        held = pairs[part::folds]
        rest = [pair for i, pair in enumerate(pairs) if i % folds != part]
        entries = [o.entry for o in observe(list(pair_lines(rest)), max_p_value=max_p_value)]
        coverage = cover(held, Spinner(SpinConfig(), entries=entries))
        parts = (coverage.covered, coverage.changes, coverage.covered_types, coverage.types)
        sums = [a + b for a, b in zip(sums, parts)]
        shares = [f"{coverage.tokens_share:.3f}", f"{coverage.types_share:.3f}"]
        rows.append([f"part {part + 1}", str(len(held)), str(len(entries)), *shares])
    totals = [f"{covered / max(1, all_):.3f} ({covered} of {all_})" for covered, all_ in (sums[:2], sums[2:])]
    rows.append(["all", str(len(pairs)), "", *totals])
    header = ["left out", "pairs", "learnt from the others", "covered, by occurrence", "by wording"]
    return markdown_table(header, rows, style="narrow")


def fisher(both: int, first: int, second: int, total: int) -> float:
    """Fisher's exact test, one-sided: the probability that two independent sets of positions, ``first`` and
    ``second`` of ``total``, have ``both`` or more in common (hypergeometric tail)."""
    second = min(second, total)
    top = min(first, second)

    def term(k: int) -> float:
        return math.exp(
            _choose(first, k) + _choose(total - first, second - k) - _choose(total, second)
        )  # fmt: skip

    return min(1.0, sum(term(k) for k in range(both, top + 1) if second - k <= total - first))


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _unchanged(line: AlignedLine) -> list[bool]:
    """For each word of the original whether it is unchanged."""
    unchanged = [True] * len(line.original)
    for start, pair in line.pairs:
        unchanged[start : start + len(pair.original)] = [False] * len(pair.original)
    return unchanged


def _count_phrases(
    phrases: set[tuple[str, ...]], lines: Iterable[tuple[Sequence[str], Sequence[bool]]]
) -> Counter[tuple[str, ...]]:
    """The frequency of each of ``phrases`` in ``lines`` (words, and whether each one counts)."""
    out: Counter[tuple[str, ...]] = Counter()
    lengths = sorted({len(p) for p in phrases if p})
    for tokens, counts in lines:
        for length in lengths:
            for i in range(len(tokens) - length + 1):
                phrase = tuple(tokens[i : i + length])
                if phrase in phrases and all(counts[i : i + length]):
                    out[phrase] += 1
    return out


def _context_bound_words(aligned: Sequence[AlignedLine]) -> set[tuple[str, str, int]]:
    """Words that are replaced mostly next to a certain neighbour: (word, neighbour, -1 left or 1 right).

    The neighbour is unchanged itself, and the word is replaced next to it at least twice and in four of
    five occurrences, and elsewhere in less than half.
    """
    replaced: Counter[tuple[str, str, int]] = Counter()
    kept: Counter[tuple[str, str, int]] = Counter()
    total: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in aligned:
        unchanged = _unchanged(line)
        starts = {start for start, pair in line.pairs if len(pair.original) == 1}
        for i, word in enumerate(line.original):
            if not is_word(word) or not (unchanged[i] or i in starts):
                continue
            total[word][unchanged[i]] += 1
            for side in (-1, 1):
                j = i + side
                if 0 <= j < len(unchanged) and unchanged[j] and is_word(line.original[j]):
                    (kept if unchanged[i] else replaced)[word, line.original[j], side] += 1
    return {
        key
        for key, count in replaced.items()
        if count >= 2
        and count >= 4 * kept[key]
        and 2 * (total[key[0]][0] - count) < sum(total[key[0]]) - count - kept[key]
        and total[key[0]][1] - kept[key] >= 2
    }


def _with_neighbours(line: AlignedLine, context_bound: set[tuple[str, str, int]]) -> AlignedLine:
    """The line with its pairs extended by the neighbours that they depend on."""
    unchanged = _unchanged(line)
    out: list[tuple[int, PhrasePair]] = []
    for start, pair in line.pairs:
        original, spun, is_single = pair
        if len(original) == 1:
            for side in (1, -1):
                i = start + side
                if (
                    0 <= i < len(unchanged)
                    and unchanged[i]
                    and (original[0], line.original[i], side) in context_bound
                ):
                    neighbour = line.original[i]
                    unchanged[i] = False
                    if side == 1:
                        pair = PhrasePair((*original, neighbour), (*spun, neighbour), is_single)
                    else:
                        start, pair = i, PhrasePair((neighbour, *original), (neighbour, *spun), is_single)
                    break
        out.append((start, pair))
    return AlignedLine(line.original, line.spun, out)


def _context(line: AlignedLine, start: int, pair: PhrasePair) -> str:
    """The words of the original around a pair, with the pair in brackets."""
    end = start + len(pair.original)
    before = line.original[max(0, start - CONTEXT_WORDS) : start]
    after = line.original[end : end + CONTEXT_WORDS]
    return " ".join((*before, f"[{' '.join(pair.original)}]", *after))


def _is_usable(pair: PhrasePair) -> bool:
    """Whether a pair can be a dictionary entry: short, words on both sides, no punctuation but hyphens."""
    return (
        0 < len(pair.original) <= MAX_PHRASE_WORDS
        and 0 < len(pair.spun) <= MAX_PHRASE_WORDS
        and all(is_word(t) or t in ("-", "'s") for t in (*pair.original, *pair.spun))
        and is_word(pair.original[0])
        and is_word(pair.spun[0])
    )


def unspaced(phrase: str) -> str:
    """A phrase of space-separated tokens in normal spelling: hyphens and possessives attached."""
    return phrase.replace(" - ", "-").replace(" 's", "'s")
