"""Tortured phrases: abstracts whose terms were replaced word by word, and how many terms are restored.

The abstracts were written for this project. Their terms are replaced by tortured phrases from the list of
the Problematic Paper Screener, which is also the dictionary ``tortured``. For a third of the list, held out
by the last word of the term, the rows are dropped from the checkpoint's inverse dictionary: this shows how
well phrases that are not listed are restored.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.phrases import PhraseTable, phrase_key
from despin.infer.checkpoint import INVERSE_FILE, open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.text.articles import article_agrees, article_before, repaired_article
from despin.infer.text.casing import copy_case
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.tokens import tokenize
from despin.metrics.signature import hash_of, signature, signature_line
from despin.metrics.tables import format_share, markdown_table
from despin.train.data.examples import original_at, spun_spans
from despin.train.data.heldout import checkpoint_variant
from despin.train.spin.dictionary import PACKAGED, load_entries

ABSTRACTS = Path(__file__).parent / "data" / "abstracts.jsonl"
HELD_OUT_ONE_IN = 3
"""One in so many last words of terms is held out."""
SEED = 0
"""The seed that the phrases of the report are drawn with."""
_ARTICLES = frozenset(("a", "an"))

Outcome: TypeAlias = Literal["restored", "changed", "left alone"]
TermTable: TypeAlias = PhraseTable[tuple[str, list[str]]]
"""Finds listed terms in text and gives each with its tortured phrases."""


@dataclass(frozen=True, slots=True)
class TorturedCase:
    """An abstract whose listed terms were replaced by tortured phrases."""

    id: str
    original: str
    text: str
    """The abstract with tortured phrases."""
    edits: list[Edit]
    """What was replaced, with offsets in ``original``; an indefinite article before a term is included."""
    terms: list[str]
    """The listed term of each edit."""


@dataclass(frozen=True, slots=True)
class PhraseResult:
    """What became of a tortured phrase."""

    term: str
    outcome: Outcome
    article_right: bool | None
    """Whether the original article stands before a restored term; None if there was none, or not restored."""


@cache
def term_table() -> TermTable:
    """The listed terms that are replaced, with their tortured phrases.

    Left out are terms and tortured phrases of one word, which are mostly faults of the list ("by", "most"),
    and tortured phrases that are listed as terms themselves ("neural network" for "layer outputs").
    """
    entries = load_entries("tortured")
    terms = {phrase_key(entry.original) for entry in entries}
    phrases: dict[str, list[str]] = {}
    for entry in entries:
        spun = phrase_key(entry.spun)
        if len(phrase_key(entry.original)) > 1 and len(spun) > 1 and spun not in terms:
            phrases.setdefault(entry.original, []).append(entry.spun)
    return PhraseTable((term, (term, spun)) for term, spun in phrases.items())


def read_abstracts() -> dict[str, str]:
    """The texts of the abstracts by their ids."""
    rows = map(json.loads, ABSTRACTS.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["text"] for row in rows}


def tortured_cases(seed: int = SEED) -> list[TorturedCase]:
    """The abstracts with each listed term replaced by one of its tortured phrases, drawn at random."""
    table = term_table()
    return [
        torture(id, text, table, random.Random(f"tortured:{seed}:{id}"))
        for id, text in read_abstracts().items()
    ]


def torture(id: str, text: str, table: TermTable, rng: random.Random) -> TorturedCase:
    """``text`` with each term of ``table`` replaced, by longest match.

    The "a" or "an" before a term is made to agree with the tortured phrase.
    """
    tokens = tokenize(text)
    edits, terms = [], []
    for first_token, end_token, (term, phrases) in table.find(text, tokens):
        start, end = tokens[first_token].start, tokens[end_token - 1].end
        phrase = copy_case(text[start:end], rng.choice(phrases))
        article = article_before(text, start) or ""
        agrees = article_agrees(article.strip().lower() or None, phrase)
        replacement = (article if agrees else repaired_article(article)) + phrase
        edits.append(Edit(start - len(article), end, article + text[start:end], replacement))
        terms.append(term)
    return TorturedCase(id, text, apply_edits(text, edits), edits, terms)


def is_held_out(term: str) -> bool:
    """Whether a term is held out, by a hash of its last word, in which singular and plural are the same."""
    last_word = phrase_key(term)[-1:]
    digest = hashlib.sha256("".join(last_word).removesuffix("s").encode("utf-8")).digest()
    return int.from_bytes(digest) % HELD_OUT_ONE_IN == 0


def without_held_out(lexicon: InverseLexicon) -> tuple[InverseLexicon, int]:
    """An inverse dictionary without the listed phrases of held-out terms, and the number of rows dropped.

    Rows that the dictionary ``builtin`` also has are kept.
    """
    builtin = {(phrase_key(entry.spun), phrase_key(entry.original)) for entry in load_entries()}
    dropped = {
        row
        for entry in load_entries("tortured")
        if is_held_out(entry.original)
        and (row := (phrase_key(entry.spun), phrase_key(entry.original))) not in builtin
    }
    rows = [
        (spun, original, share)
        for spun, origins in lexicon.forms.items()
        for original, share in zip(origins.originals, origins.shares)
    ]
    kept = [row for row in rows if (phrase_key(row[0]), phrase_key(row[1])) not in dropped]
    return InverseLexicon(kept), len(rows) - len(kept)


def judge(case: TorturedCase, edits: Sequence[Edit]) -> list[PhraseResult]:
    """What ``edits`` of the tortured text make of each of its phrases."""
    spans = spun_spans(case.edits)
    results = []
    for term, span in zip(case.terms, spans):
        article = re.match(r"an?\s+", case.text[span.start : span.end], re.IGNORECASE)
        term_start = span.start + len(article[0] if article else "")
        # Edits may reach beyond the phrase; then all that they cover is compared.
        over = [edit for edit in edits if edit.start < span.end and term_start < edit.end]
        start = min([term_start, *(edit.start for edit in over)])
        end = max([span.end, *(edit.end for edit in over)])
        tortured = case.text[start:end]
        inside = [replace(edit, start=edit.start - start, end=edit.end - start) for edit in over]
        made = phrase_key(apply_edits(tortured, inside))
        original = phrase_key(original_at(case.text, spans, min(start, span.start), end) or "")
        outcome: Outcome = "changed"
        if _without_articles(made) == _without_articles(original):
            outcome = "restored"
        elif _without_articles(made) == _without_articles(phrase_key(tortured)):
            outcome = "left alone"
        article_right = None
        if article and outcome == "restored":
            if start == term_start:  # the article is not among the compared words
                before = apply_edits(case.text[:start], [edit for edit in edits if edit.end <= start])
                made = (*phrase_key(before)[-1:], *made)
            article_right = made == original
        results.append(PhraseResult(term, outcome, article_right))
    return results


def _without_articles(words: Iterable[str]) -> list[str]:
    return [word for word in words if word not in _ARTICLES]


def restore(checkpoint: Path, cases: Sequence[TorturedCase], threads: int) -> list[PhraseResult]:
    """The result of each tortured phrase when every text is restored, however little spun it looks."""
    despinner = Despinner(checkpoint, threads=threads, min_score=0.0)
    corrections = despinner.correct_batch([case.text for case in cases])
    return [result for case, c in zip(cases, corrections) for result in judge(case, c.edits)]


def result_row(name: str, results: Sequence[PhraseResult]) -> list[str]:
    """The row of the table for some phrases."""
    counts = Counter(result.outcome for result in results)
    share = counts["restored"] / len(results) if results else None
    articles = [result.article_right for result in results if result.article_right is not None]
    return [
        name,
        str(len(results)),
        str(counts["restored"]),
        format_share(share),
        str(counts["changed"]),
        str(counts["left alone"]),
        f"{sum(articles)} of {len(articles)}",
    ]


def report(folder: str | None = None, threads: int = 0) -> str:
    """The table for a checkpoint (the embedded one if None), with its signature."""
    checkpoint = open_checkpoint(folder).folder
    cases = tortured_cases()
    lexicon, dropped = without_held_out(InverseLexicon.load(checkpoint / INVERSE_FILE))
    with tempfile.TemporaryDirectory() as scratch:
        reduced = checkpoint_variant(checkpoint, Path(scratch) / "reduced", {}, lexicon)
        by_dictionary = {"": restore(reduced, cases, threads)}
    by_dictionary["full dictionary: "] = restore(checkpoint, cases, threads)
    rows = [
        result_row(prefix + name, [r for r in results if is_held_out(r.term) == held_out])
        for prefix, results in by_dictionary.items()
        for name, held_out in (("seen", False), ("held out", True))
    ]
    header = ["terms", "phrases", "restored exactly", "share", "changed otherwise", "left alone"]
    table = markdown_table([*header, "articles right"], rows)
    terms = {term for case in cases for term in case.terms}
    held_out = sum(map(is_held_out, terms))
    sign = signature_line(
        signature(
            checkpoint=checkpoint,
            abstracts=hash_of(ABSTRACTS),
            phrases=hash_of(PACKAGED["tortured"] / "phrases.tsv"),
            seed=str(SEED),
        )
    )
    return (
        f"{table}\n"
        f"{len(cases)} abstracts with {len(terms)} different terms, {held_out} of them held out: "
        f"{dropped:,} rows of the inverse dictionary were dropped, for the last two rows none.\n"
        "Only the dictionary lacks the held-out phrases; the model may have met them in training.\n"
        '"articles right": of the restored terms with "a" or "an" before them, those with the right one.\n'
        "Published for comparison, on other texts and with the sources at hand: SRAP (arXiv 2512.10435) "
        "restores 23.7 % of tortured phrases.\n\n"
        f"{sign}\n"
    )
