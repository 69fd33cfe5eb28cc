"""Realism of the spinner: its corruption compared with the real one on the same originals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import Token, fold, is_word, tokenize
from despin.metrics.alignment import Change, paired_lines, word_changes
from despin.metrics.pairs import Pair
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import NO_VALUE, markdown_table
from despin.train.observe.derivation import Deriver
from despin.train.spin.dictionary import Entry, dictionary_summary
from despin.train.spin.spinner import QUOTED, Spinner, opens_sentence

SEEDS = 8
"""Number of spun copies of each original over which the spinner's figures are averaged."""
SHAPES = ("1 → 1", "1 → 2", "1 → 3", "2 → 1", "2 → 3", "3 → 2", "3 → 3", "added", "dropped")
"""Edit shapes: words of the original → words of the spun text; all others are ``other``."""


@dataclass
class Corruption:
    """Counts of changes in spun texts with respect to their originals."""

    words: int = 0
    changed: int = 0
    capitalised: int = 0
    """Words with a capital inside a sentence."""
    capitalised_changed: int = 0
    quoted: int = 0
    """Words inside quotation marks."""
    quoted_changed: int = 0
    articles: int = 0
    """Occurrences of "a" or "an" before a word."""
    articles_wrong: int = 0
    """Those before a letter that requires the other form."""
    shapes: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, float]:
        """The shares that are compared, by name."""
        edits = sum(self.shapes.values())
        return {
            "words changed": _share(self.changed, self.words),
            "capitalised words inside a sentence changed": _share(self.capitalised_changed, self.capitalised),
            "words in quotations changed": _share(self.quoted_changed, self.quoted),
            "a/an before the wrong letter": _share(self.articles_wrong, self.articles),
            **{f"edits {shape}": _share(self.shapes[shape], edits) for shape in (*SHAPES, "other")},
        }


@dataclass(frozen=True)
class Coverage:
    """Which of the real word changes the dictionary can make."""

    covered: int
    changes: int
    covered_types: int
    types: int
    missing: list[tuple[str, str, int]]
    """Changes it cannot make: original words, spun words, count; most frequent first."""
    bits: float
    """Bits per word of the original of the real spun text under the spinner (upper bound)."""

    @property
    def tokens_share(self) -> float:
        """Share of the changes, each occurrence counted."""
        return _share(self.covered, self.changes)

    @property
    def types_share(self) -> float:
        """Share of the changes, each wording counted once."""
        return _share(self.covered_types, self.types)


@dataclass(frozen=True)
class Realism:
    """Figures of the real corruption and of the spinner's."""

    pairs: int
    real: Corruption
    spun: Corruption
    coverage: Coverage
    coverage_elsewhere: Coverage
    """Without the entries found in this file only."""
    bits_own: float
    """Bits per word of the spinner's own output: a lower bound for the real text."""

    def to_dict(self) -> dict[str, Any]:
        """All figures, for JSON."""

        def of(coverage: Coverage) -> dict[str, Any]:
            shares = {"tokens_share": coverage.tokens_share, "types_share": coverage.types_share}
            return {**shares, **asdict(coverage)}

        return {
            "pairs": self.pairs,
            "words": self.real.words,
            "real": self.real.figures(),
            "spun": self.spun.figures(),
            "coverage": of(self.coverage),
            "coverage_elsewhere": of(self.coverage_elsewhere),
            "bits_own": self.bits_own,
        }


def compare(pairs: Sequence[Pair], spinner: Spinner, stem: str, first_seed: int = 0) -> Realism:
    """The report on ``pairs``, the file of which has the name ``stem`` among the dictionary's sources.

    Each original is spun SEEDS times, with seeds from ``first_seed`` on.
    """
    real, spun = Corruption(), Corruption()
    copies = []
    for pair in pairs:
        for original, line in lines_of(pair):
            count(original, line, real)
        for seed in range(first_seed, first_seed + SEEDS):
            spun_pair = Pair(pair.id, spinner.spin(pair.original, f"{pair.id}:{seed}").text, pair.original)
            copies.append(spun_pair)
            for original, line in lines_of(spun_pair):
                count(original, line, spun)
    elsewhere = [e for e in spinner.entries if set(e.sources) != {stem}]
    return Realism(
        len(pairs),
        real,
        spun,
        cover(pairs, spinner),
        cover(pairs, Spinner(spinner.config, entries=elsewhere)),
        cover(copies, spinner).bits,
    )


def cover(pairs: Iterable[Pair], spinner: Spinner) -> Coverage:
    """Which of the pairs' changes the spinner's dictionary can make."""
    deriver = Deriver(spinner)
    known: Counter[tuple[str, str]] = Counter()
    missing: Counter[tuple[str, str]] = Counter()
    cost, length = 0.0, 0
    for pair in pairs:
        for original, spun in lines_of(pair):
            derivation = deriver.derive(original, spun)
            cost += derivation.bits
            length += len(derivation.original)
            for change, explained in derivation.explained().items():
                before = " ".join(fold(w) for w in derivation.original[change.start : change.end])
                after = " ".join(fold(w) for w in change.words)
                (known if explained else missing)[before, after] += 1
    types = known.keys() | missing.keys()
    return Coverage(
        known.total(),
        known.total() + missing.total(),
        len(known),
        len(types),
        [(*key, n) for key, n in sorted(missing.items(), key=lambda item: (-item[1], item[0]))],
        cost / length if length else 0.0,
    )


def count(original: str, spun: str, into: Corruption) -> None:
    """Add the changes of a spun line with respect to its original to ``into``."""
    tokens = tokenize(original)
    inside = quoted_words(original, tokens)
    starts = [t.start for t in tokens]
    changed_tokens: set[int] = set()
    for change in word_changes([t.text for t in tokens], [t.text for t in tokenize(spun)]):
        changed_tokens.update(range(change.start, change.end))
        into.shapes[shape_of(change)] += 1
    for i, token in enumerate(tokens):
        if not is_word(token.text):
            continue
        changed = i in changed_tokens
        into.words += 1
        into.changed += changed
        if token.text[0].isupper() and not opens_sentence(original, starts, token.start):
            into.capitalised += 1
            into.capitalised_changed += changed
        if i in inside:
            into.quoted += 1
            into.quoted_changed += changed
    spun_words = [fold(t.text) for t in tokenize(spun)]
    for article, word in pairwise(spun_words):
        if article in ("a", "an") and word[0].isalpha():
            into.articles += 1
            into.articles_wrong += (word[0] in "aeiou") != (article == "an")


def quoted_words(text: str, tokens: Sequence[Token]) -> set[int]:
    """Indices of the tokens inside quotation marks."""
    spans = [m.span() for m in QUOTED.finditer(text)]
    return {i for i, token in enumerate(tokens) if any(a < token.start < b for a, b in spans)}


def shape_of(change: Change) -> str:
    """The name of a change's shape, one of SHAPES or ``other``."""
    before, after = change.end - change.start, len(change.words)
    name = "added" if not before else "dropped" if not after else f"{before} → {after}"
    return name if name in SHAPES else "other"


def lines_of(pair: Pair) -> Iterator[tuple[str, str]]:
    """The lines of a pair, original and spun, in parallel, with straight apostrophes and quotes."""
    sides = paired_lines(straighten_quotes(pair.original), straighten_quotes(pair.spun))
    yield from ((original, spun) for original, spun in sides)


def _share(part: float, total: float) -> float:
    return part / total if total else 0.0


def render(report: Realism, missing: int = 25) -> str:
    """The report as Markdown, with the ``missing`` most frequent changes that the dictionary cannot make."""
    rows = []
    real, spun = report.real.figures(), report.spun.figures()
    for name, value in real.items():
        ratio = f"{spun[name] / value:.2f}" if value else NO_VALUE
        rows.append([name, f"{value:.3f}", f"{spun[name]:.3f}", ratio])
    bits = [f"{report.coverage.bits:.2f}", f"{report.bits_own:.2f}"]
    rows.append(["bits a word of the original", *bits, ""])
    covered = []
    for name, coverage in (
        ("all entries", report.coverage),
        ("without those read off this file alone", report.coverage_elsewhere),
    ):
        occurrences = f"{coverage.tokens_share:.3f} ({coverage.covered} of {coverage.changes})"
        wordings = f"{coverage.types_share:.3f} ({coverage.covered_types} of {coverage.types})"
        covered.append([name, occurrences, wordings])
    header = ["real changes that the dictionary can make", "by occurrence", "by wording"]
    lines = [
        markdown_table(["", "real", "spinner", "ratio"], rows, style="compact"),
        f"{report.pairs} pairs, {report.real.words:,} words; the spinner's figures are of {SEEDS} seeds.",
        "",
        markdown_table(header, covered, style="compact").rstrip("\n"),
    ]
    shown = report.coverage_elsewhere.missing[:missing]
    if shown:
        lines += ["", "What the entries from elsewhere cannot make, most frequent first:", ""]
        lines += [f"    {n} × {before or '(nothing)'} → {after or '(nothing)'}" for before, after, n in shown]
    return "\n".join(lines)


def source_name(file: str) -> str:
    """The name of a file of pairs in a dictionary's ``sources``."""
    return re.sub(r"\.jsonl?(?:\.zst)?$", "", Path(file).name).replace("+", "_") or "pairs"


def spinner_signature(digest: str, entries: Sequence[Entry] = ()) -> str:
    """The signature line of figures about a spinner: the pairs' sha256 and the dictionary's."""
    if not entries:
        return signature_line(signature(pairs=digest))
    return signature_line(signature(pairs=digest, dictionary=str(dictionary_summary(entries)["sha256"])))
