"""The oracle: which gold changes a perfect choice among the inverse dictionary's options would make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.casing import copy_case
from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import tokenize
from despin.metrics.alignment import Change, comparison_tokens, word_changes


class _Span(NamedTuple):
    """Tokens ``start`` to ``end`` (exclusive): either a gold change, which makes the text longer by
    ``growth`` tokens, or a candidate, which can be replaced by one of ``options``."""

    start: int
    end: int
    growth: int = 0
    options: tuple[tuple[str, ...], ...] = ()


def reachable_changes(spun: str, original: Sequence[str], lexicon: InverseLexicon) -> set[Change]:
    """The changes from the line ``spun`` to the tokens ``original`` that the dictionary can make.

    The candidates are those of the inference (the longest form at each position), their options all
    originals in the dictionary, in the case of the spun wording. Options are chosen greedily from left
    to right, each to minimise the word Levenshtein distance to the original, and the result is compared
    like a system's output. A choice that would pay off only together with a later one can be missed;
    this is rare.
    """
    text = straighten_quotes(spun)
    tokens = tokenize(text)
    source = [token.text for token in tokens]
    gold = word_changes(source, original)
    # A candidate that touches no gold change cannot make one, so it is not tried.
    near_gold = {position for change in gold for position in range(change.start, change.end + 1)}
    spans = [_Span(c.start, c.end, len(c.words) - (c.end - c.start)) for c in gold]
    for candidate in lexicon.candidates(text, tokens):
        if near_gold.isdisjoint(range(candidate.start, candidate.end + 1)):
            continue
        wording = text[tokens[candidate.start].start : tokens[candidate.end - 1].end]
        originals = candidate.origins.originals
        options = tuple(tuple(comparison_tokens(copy_case(wording, o))) for o in originals)
        spans.append(_Span(candidate.start, candidate.end, options=options))
    output: list[str] = []
    last = shift = 0
    for group in _touching(sorted(spans)):
        start, end = group[0].start, max(span.end for span in group)
        growth = sum(span.growth for span in group)
        target = original[start + shift : end + shift + growth]
        output += source[last:start]
        output += _nearest(source, start, end, [span for span in group if span.options], target)
        last, shift = end, shift + growth
    output += source[last:]
    return set(gold).intersection(word_changes(source, output))


def _touching(spans: Sequence[_Span]) -> Iterator[list[_Span]]:
    """Groups of spans that touch or overlap; choices depend on each other only within a group."""
    group: list[_Span] = []
    end = -1
    for span in spans:
        if group and span.start > end:
            yield group
            group, end = [], -1
        group.append(span)
        end = max(end, span.end)
    if group:
        yield group


def _nearest(
    source: Sequence[str], start: int, end: int, candidates: Sequence[_Span], target: Sequence[str]
) -> list[str]:
    """``source[start:end]`` with the options that bring it nearest to ``target``."""
    output: list[str] = []
    last = start
    for candidate in candidates:
        output += source[last : candidate.start]
        rest = source[candidate.end : end]
        unchanged = source[candidate.start : candidate.end]
        # min returns the first of equals: a partly correct option is preferred to the spun wording.
        output += min(
            (*candidate.options, unchanged),
            key=lambda words: Levenshtein.distance([*output, *words, *rest], target),
        )
        last = candidate.end
    return [*output, *source[last:end]]
