"""How often the queries of `despin queries` stand word for word in the original, beside other phrases.

    python -m despin.bench.query_report PAIRS.jsonl... [--fit]

Dictionary rows that were learnt from a file of pairs alone are left out when it is restored, but with
``--full``. The chance of a run is fitted on all sites but those of the fold that is measured. ``--fit`` fits
it on all pairs and writes ``trace/queries.json``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from despin.bench.article_pairs import shingles
from despin.bench.verdict_cases import lexicons, site_of
from despin.bench.verdict_fit import FOLDS, Floats, fold_of
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import INVERSE_FILE
from despin.infer.despinner import Despinner
from despin.infer.text.tokens import fold, is_word, tokenize
from despin.metrics.calibration import calibration_error
from despin.metrics.pairs import Pair, json_row, read_pairs
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import markdown_table
from despin.trace.queries import (
    COUNT,
    FEATURES,
    QueryModel,
    Word,
    choose_queries,
    restored_words,
    runs,
)
from despin.trace.query_source import information
from despin.train.data.heldout import checkpoint_variant

RIDGE = 1.0
FIRST = 3
"""Queries of a text that a user tries first."""


@dataclass(frozen=True)
class Restored:
    """A pair with the words of its restored text."""

    pair: Pair
    group: str
    text: str
    words: list[Word]
    features: Floats
    """[runs, FEATURES]"""
    verbatim: list[bool]
    """For each run whether it stands in the original."""


def folded_words(text: str) -> str:
    """The words of a text between spaces, folded, punctuation left out."""
    words = [fold(token.text) for token in tokenize(text) if is_word(token.text)]
    return f" {' '.join(words)} "


def stands_in(phrase: str, original: str) -> bool:
    """Whether a phrase stands word for word in a text that `folded_words` has folded."""
    return folded_words(phrase) in original


def restore(pairs: Sequence[tuple[Pair, str, str]], despinner: Despinner) -> list[Restored]:
    """The restored texts with their runs."""
    out = []
    for pair, group, _ in pairs:
        correction = despinner.correct(pair.spun)
        posteriors = [p for page in despinner.page_evidence([pair.spun]) for p in page.posteriors]
        words = restored_words(correction, posteriors)
        original = folded_words(pair.original)
        found = list(runs(words))
        verbatim = [
            stands_in(correction.text[words[run.first].start : words[run.end - 1].end], original)
            for run in found
        ]
        features = np.array([run.features for run in found])
        out.append(Restored(pair, group, correction.text, words, features, verbatim))
    return out


def restore_held_out(pairs: Sequence[tuple[Pair, str, str]], despinner: Despinner) -> list[Restored]:
    """The same, with the dictionary rows left out that were learnt from the pair's file alone."""
    out = []
    held_out = lexicons(InverseLexicon.load(despinner.checkpoint_folder / INVERSE_FILE))
    for name in dict.fromkeys(file for _, _, file in pairs):
        with tempfile.TemporaryDirectory() as scratch:
            lexicon = held_out.get(name, held_out[""])
            folder = checkpoint_variant(despinner.checkpoint_folder, Path(scratch) / "reduced", {}, lexicon)
            of_file = [pair for pair in pairs if pair[2] == name]
            out += restore(of_file, Despinner(folder, min_score=0.0))
    return out


def fit(texts: Sequence[Restored]) -> QueryModel:
    """Logistic regression with a quadratic penalty, by Newton steps; every text weighs alike."""
    x = np.vstack([np.hstack([t.features, np.ones((len(t.features), 1))]) for t in texts])
    y = np.concatenate([np.array(t.verbatim, dtype=float) for t in texts])
    w = np.concatenate([np.full(len(t.verbatim), 100 / len(t.verbatim)) for t in texts])
    beta = np.zeros(x.shape[1])
    penalty = RIDGE * np.eye(len(beta))
    penalty[-1, -1] = 1e-6
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        hessian = (x * (w * p * (1 - p))[:, None]).T @ x + penalty
        beta = beta + np.linalg.solve(hessian, x.T @ (w * (y - p)) - penalty @ beta)
    return QueryModel([round(float(b), 4) for b in beta])


@dataclass(frozen=True)
class Row:
    """Phrases of each text, and whether each stands in the original."""

    name: str
    hits: list[list[bool]]

    def cells(self) -> list[str]:
        """The cells of the table."""
        flat = [hit for of_text in self.hits for hit in of_text]
        first = [any(of_text[:FIRST]) for of_text in self.hits if of_text]
        return [
            self.name,
            f"{len(flat):,}",
            f"{sum(flat) / max(1, len(flat)):.3f}",
            f"{sum(sum(h[:FIRST]) for h in self.hits) / max(1, sum(len(h[:FIRST]) for h in self.hits)):.3f}",
            f"{sum(first)} of {len(first)}",
        ]


def measure(
    texts: Sequence[Restored], bits_of: Callable[[str], float]
) -> tuple[list[Row], list[float], list[bool]]:
    """The rows of the table, and the chances of the chosen queries with their outcomes."""
    models = [fit([t for t in texts if fold_of(t.group) != fold]) for fold in range(FOLDS)]
    chosen: list[list[bool]] = []
    chances: list[float] = []
    for text in texts:
        queries = choose_queries(text.text, text.words, bits_of, models[fold_of(text.group)])
        original = folded_words(text.pair.original)
        chosen.append([stands_in(query.text, original) for query in queries])
        chances += [query.chance for query in queries]
    rows = [Row("Despin's queries", chosen)]
    sources = {"restored text": [t.text for t in texts], "spun text": [t.pair.spun for t in texts]}
    originals = [t.pair.original for t in texts]
    for name, of_texts in sources.items():
        pairs = list(zip(of_texts, originals))
        rows += [Row(f"all {n}-grams of the {name}", [_all(*pair, n) for pair in pairs]) for n in (5, 8)]
        rows.append(Row(f"rarest 8-grams of the {name}", [_rarest(*pair, bits_of) for pair in pairs]))
    return rows, chances, [hit for of_text in chosen for hit in of_text]


def _all(text: str, original: str, size: int) -> list[bool]:
    known = shingles(original, size)
    words = folded_words(text).split()
    return [tuple(words[i : i + size]) in known for i in range(len(words) - size + 1)]


def _rarest(text: str, original: str, bits_of: Callable[[str], float], size: int = 8) -> list[bool]:
    """The 8-grams with the most information, without overlap, as many as there are queries."""
    words = folded_words(text).split()
    known = shingles(original, size)
    bits = [min(18.0, bits_of(word)) for word in words]
    order = sorted(range(len(words) - size + 1), key=lambda i: -sum(bits[i : i + size]))
    taken: list[int] = []
    for i in order:
        if len(taken) < COUNT and all(abs(i - j) >= size for j in taken):
            taken.append(i)
    return [tuple(words[i : i + size]) in known for i in taken]


def named_pairs(files: Sequence[str]) -> tuple[list[tuple[Pair, str, str]], str]:
    """The pairs with their sites and the stems of their files, and the digest of the files."""
    _, digest = read_pairs(files)
    named = []
    for file in files:
        lines = Path(file).read_text(encoding="utf-8").split("\n")
        rows = [json_row(line, file) for line in lines if line.strip()]
        pairs = zip(read_pairs([file])[0], rows, strict=True)
        named += [(pair, site_of(row) or pair.id, Path(file).stem) for pair, row in pairs]
    return named, digest


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table; with ``--fit`` write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--full", action="store_true", help="with the rows that were learnt from the pairs")
    parser.add_argument("--out", type=Path, default=Path("trace/queries.json"))
    options = parser.parse_args(arguments)
    pairs, digest = named_pairs(options.files)
    despinner = Despinner(min_score=0.0)
    texts = restore(pairs, despinner) if options.full else restore_held_out(pairs, despinner)
    rows, chances, hits = measure(texts, information(despinner))
    header = ["phrases", "number", "verbatim", f"of the first {FIRST}", f"texts with one of {FIRST}"]
    print(markdown_table(header, [row.cells() for row in rows], style="compact"))
    print(
        f"Mean chance that was given to the queries: {np.mean(chances):.3f}; calibration error "
        f"{calibration_error(chances, hits, 5):.3f} (5 bins).\n"
    )
    dictionary = "full" if options.full else "without the rows of each file's own"
    print(
        signature_line(
            signature(
                pairs=digest, checkpoint=despinner.checkpoint_folder, folds=str(FOLDS), dictionary=dictionary
            )
        )
    )
    if options.fit:
        values = {"features": list(FEATURES), "weights": list(fit(texts).weights)}
        options.out.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
