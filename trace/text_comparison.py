"""A spun text beside a supposed original: what was changed, and how much of it the dictionary explains.

A spinner replaces wordings by rows of its dictionary. So if one text was spun from the other, nearly every
difference is a row of the inverse dictionary; two texts on one subject by two authors share hardly any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from despin.errors import InputError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import Token, fold, is_word, tokenize
from despin.trace.explanation import Row, Step, explained_steps
from despin.trace.word_alignment import align_words

MAX_TOKENS = 60_000
"""Words and punctuation marks of a text at most. The time of the first alignment grows with the square of
their number; up to here it is the smaller part."""

ChangeKind = Literal["replaced", "inserted", "deleted", "punctuation"]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference: ``spun_text[spun_start:spun_end] == spun`` stands where ``original`` stood.

    An ``inserted`` wording has an empty original, a ``deleted`` one an empty spun wording; their empty span
    lies before the next word. ``punctuation`` is a difference without a word in either text.
    """

    kind: ChangeKind
    spun: str
    original: str
    spun_start: int
    spun_end: int
    original_start: int
    original_end: int
    """Offsets in characters, ends exclusive."""
    row: Row | None
    """The row of the inverse dictionary that explains the change; None if there is none."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between a spun text and a supposed original, in order, with counts."""

    changes: list[Change]
    spun_words: int
    original_words: int
    common_words: int
    """Words that stand in both texts, in the same order; case is ignored."""

    @property
    def common_share(self) -> float:
        """The words in common as a share of the words of the longer text, 0..1; 0 for texts without words."""
        return self.common_words / max(self.spun_words, self.original_words, 1)

    @property
    def word_changes(self) -> int:
        """The changes, without those of punctuation alone."""
        return sum(change.kind != "punctuation" for change in self.changes)

    @property
    def explained(self) -> int:
        """The changes that a row of the dictionary explains."""
        return sum(change.row is not None for change in self.changes)

    @property
    def explained_share(self) -> float | None:
        """The explained changes as a share of `word_changes`, 0..1; None where no word differs."""
        return self.explained / self.word_changes if self.word_changes else None

    def to_dict(self) -> dict[str, Any]:
        """Counts, shares and changes as plain Python values."""
        return {
            "spun_words": self.spun_words,
            "original_words": self.original_words,
            "common_words": self.common_words,
            "common_share": round(self.common_share, 4),
            "word_changes": self.word_changes,
            "explained": self.explained,
            "explained_share": None if self.explained_share is None else round(self.explained_share, 4),
            "changes": [_change_as_dict(change) for change in self.changes],
        }


def compare(spun: str, original: str, lexicon: InverseLexicon) -> Comparison:
    """Align two texts word by word and look each difference up in the inverse dictionary.

    Texts are plain text; case, and the kind of quotation marks, make no difference. Raises InputError for a
    text of more than MAX_TOKENS words and punctuation marks.
    """
    spun_tokens, original_tokens = _tokens("spun text", spun), _tokens("original", original)
    spun_words = [fold(token.text) for token in spun_tokens]
    original_words = [fold(token.text) for token in original_tokens]
    units = align_words(spun_words, original_words)
    steps = list(explained_steps(spun_words, original_words, units, lexicon))
    changes = [
        _change(spun, original, spun_tokens, original_tokens, step)
        for step in _joined(steps, spun_words, original_words)
    ]
    return Comparison(
        changes,
        spun_words=sum(map(is_word, spun_words)),
        original_words=sum(map(is_word, original_words)),
        common_words=sum(
            sum(map(is_word, spun_words[step.spun_start : step.spun_end])) for step in steps if step.is_equal
        ),
    )


def _tokens(name: str, text: str) -> list[Token]:
    tokens = tokenize(straighten_quotes(text))
    if len(tokens) > MAX_TOKENS:
        raise InputError(
            f"the {name} has {len(tokens):,} words and punctuation marks, {MAX_TOKENS:,} at most; "
            "compare it part by part"
        )
    return tokens


def _joined(steps: Sequence[Step], spun: Sequence[str], original: Sequence[str]) -> Iterator[Step]:
    """The differences: rows, with the article before them that had to agree; and runs of unexplained steps.

    A run that replaces n words by n words is n changes, as in `despin.metrics.alignment.word_changes`.
    """
    run: list[Step] = []
    for step in steps:
        if step.row is not None and run and run[-1].is_article:
            article = run.pop()
            step = step._replace(spun_start=article.spun_start, original_start=article.original_start)
        if step.row is None and not step.is_equal:
            if run and _has_word(run[-1], spun, original) != _has_word(step, spun, original):
                yield from _divided(run)
                run = []
            run.append(step)
            continue
        yield from _divided(run)
        run = []
        if not step.is_equal:
            yield step
    yield from _divided(run)


def _divided(run: Sequence[Step]) -> Iterator[Step]:
    if all(s.spun_end > s.spun_start and s.original_end > s.original_start for s in run):
        yield from run
    else:
        yield run[0]._replace(spun_end=run[-1].spun_end, original_end=run[-1].original_end)


def _has_word(step: Step, spun: Sequence[str], original: Sequence[str]) -> bool:
    tokens = (*spun[step.spun_start : step.spun_end], *original[step.original_start : step.original_end])
    return any(map(is_word, tokens))


def _change(
    spun: str, original: str, spun_tokens: Sequence[Token], original_tokens: Sequence[Token], step: Step
) -> Change:
    spun_start, spun_end = _span(spun, spun_tokens, step.spun_start, step.spun_end)
    original_start, original_end = _span(original, original_tokens, step.original_start, step.original_end)
    tokens = (
        *spun_tokens[step.spun_start : step.spun_end],
        *original_tokens[step.original_start : step.original_end],
    )
    kind: ChangeKind = "replaced"
    if not any(is_word(token.text) for token in tokens):
        kind = "punctuation"
    elif spun_start == spun_end:
        kind = "deleted"
    elif original_start == original_end:
        kind = "inserted"
    return Change(
        kind,
        spun[spun_start:spun_end],
        original[original_start:original_end],
        spun_start,
        spun_end,
        original_start,
        original_end,
        step.row,
    )


def _span(text: str, tokens: Sequence[Token], first: int, end: int) -> tuple[int, int]:
    """The characters of the tokens ``first`` to ``end`` (exclusive)."""
    if first < end:
        return tokens[first].start, tokens[end - 1].end
    position = tokens[first].start if first < len(tokens) else len(text)
    return position, position


def _change_as_dict(change: Change) -> dict[str, Any]:
    return {**asdict(change), "row": None if change.row is None else change.row._asdict()}
