"""Which of the needed changes the inverse dictionary offers: what a perfect choice of its options makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.casing import copy_case
from despin.infer.text.tokens import tokenize
from despin.metrics.alignment import Change, comparison_tokens, straighten_quotes, word_changes


class _Place(NamedTuple):
    """Words ``start`` to ``end`` (exclusive): a needed change, which grows the text by ``growth`` words,
    or a candidate, which may be replaced by one of ``options``."""

    start: int
    end: int
    growth: int = 0
    options: tuple[tuple[str, ...], ...] = ()


def reachable_changes(spun: str, original: Sequence[str], lexicon: InverseLexicon) -> set[Change]:
    """The changes from the line ``spun`` to the tokens ``original`` that the dictionary can make.

    The candidates are those that the inference finds (the longest form at each place), their options
    all originals that the dictionary gives, with the capitals of the spun wording. The chooser goes
    from left to right and takes the option that brings the wording nearest to the original, by word
    Levenshtein distance; what it then changed is compared like a system's output.
    Where choices depend on each other, one that would pay off only further on can escape it; this is rare.
    """
    text = straighten_quotes(spun)
    tokens = tokenize(text)
    source = [t.text for t in tokens]
    needed = word_changes(source, original)
    # Only where something is to be changed can a choice matter; elsewhere nothing need be tried.
    near = {at for change in needed for at in range(change.start, change.end + 1)}
    places = [_Place(c.start, c.end, len(c.words) - (c.end - c.start)) for c in needed]
    for found in lexicon.candidates(text, tokens):
        if near.isdisjoint(range(found.start, found.end + 1)):
            continue
        wording = text[tokens[found.start].start : tokens[found.end - 1].end]
        options = tuple(tuple(comparison_tokens(copy_case(wording, o))) for o in found.origins.originals)
        places.append(_Place(found.start, found.end, options=options))
    chosen: list[str] = []
    last = shift = 0
    for group in _touching(sorted(places)):
        start, end = group[0].start, max(p.end for p in group)
        growth = sum(p.growth for p in group)
        target = original[start + shift : end + shift + growth]
        chosen += source[last:start]
        chosen += _nearest(source, start, end, [p for p in group if p.options], target)
        last, shift = end, shift + growth
    chosen += source[last:]
    return set(needed).intersection(word_changes(source, chosen))


def _touching(places: Sequence[_Place]) -> Iterator[list[_Place]]:
    """Runs of places that touch or overlap; only within one can choices depend on each other."""
    group: list[_Place] = []
    end = -1
    for place in places:
        if group and place.start > end:
            yield group
            group, end = [], -1
        group.append(place)
        end = max(end, place.end)
    if group:
        yield group


def _nearest(
    source: Sequence[str], start: int, end: int, places: Sequence[_Place], target: Sequence[str]
) -> list[str]:
    """``source[start:end]`` with the options chosen that bring it nearest to ``target``."""
    done: list[str] = []
    last = start
    for place in places:
        done += source[last : place.start]
        rest = source[place.end : end]
        kept = source[place.start : place.end]
        # min takes the first of equals, and an option that is half right shows more than the spun wording.
        done += min((*place.options, kept), key=lambda w: Levenshtein.distance([*done, *w, *rest], target))
        last = place.end
    return [*done, *source[last:end]]
