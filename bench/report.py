"""Results as the README's table and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from despin.bench.edit_kinds import kinds_table
from despin.bench.measure import Result
from despin.bench.significance import interval, p_value
from despin.metrics.edit_scores import sum_counts
from despin.metrics.pairs import Pair
from despin.metrics.signature import signature_line
from despin.metrics.tables import NO_VALUE, format_share, markdown_table

REFERENCE = "despin"
"""The system that the others are compared with."""
STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
"""Between which edits are counted by confidence."""
FASTEST = 1_000_000
"""Words a second from which on a figure says more about the clock than about the system."""


def table(results: Sequence[Result]) -> str:
    """A Markdown table with a row for each system; the columns of clean text only where it was measured."""
    with_clean = any(r.harm for r in results)
    head = ["system", "P", "R", "F0.5", "95 % of F0.5", "word error rate, before → after"]
    head += ["5-gram recall, before → after", "R in dictionary", "R not in dictionary"]
    if with_clean:
        head.append("changed words per 1,000 clean")
    beaten = [_beaten(r, results) for r in results]
    compared = any(p is not None for p in beaten)
    if compared:
        head.append(f"p that {REFERENCE} is no better")
    head.append("words per second")
    rows = [
        _row(r, with_clean, p, compared) if r.not_run is None else _not_run(r)
        for r, p in zip(results, beaten)
    ]
    return markdown_table(head, rows)


def page(results: Sequence[Result], pairs: Sequence[Pair], signature: Mapping[str, str]) -> str:
    """The table, what it was measured on, and the signature as the last line."""
    parts = [table(results), whole_texts(results), costs(results), kinds(results), domains(results, pairs)]
    whole = "".join(f"{part}\n" for part in [*parts, confidences(results)] if part)
    return f"{whole}{_measured_on(results, pairs)}\n\n{signature_line(signature)}\n"


def kinds(results: Sequence[Result]) -> str:
    """A Markdown table of precision and recall by kind of wording, of the systems that changed anything."""
    found = {r.system: r.kinds for r in results if any(c.proposed for c in r.kinds.values())}
    return kinds_table(found) if found else ""


def whole_texts(results: Sequence[Result]) -> str:
    """A Markdown table of how near the texts are as wholes; empty where sacrebleu was not at hand."""
    found = [(r.system, r.similarity) for r in results if r.similarity is not None]
    if not found:
        return ""
    told = {r.system: r.auroc for r in results if r.auroc is not None}
    head = [
        "system",
        "chrF",
        "TER, %",
        "sentences as in the original",
        *(["AUROC, spun or clean"] if told else []),
    ]
    rows = [
        [
            name,
            f"{s.chrf:.1f}",
            f"{s.ter:.1f}",
            f"{s.exact:.3f}",
            *([format_share(told.get(name))] if told else []),
        ]
        for name, s in found
    ]
    return f"{markdown_table(head, rows)}\nsacrebleu: {found[0][1].signature}\n"


def costs(results: Sequence[Result]) -> str:
    """A Markdown table of what each system takes beside how good it is; empty where none was measured."""
    found = [r for r in results if r.startup_seconds is not None]
    if not found:
        return ""
    head = [
        "system",
        "F0.5",
        "words per second",
        "start-up, s",
        "memory at most, MiB",
        "files, MB",
        "signature",
    ]
    rows = [
        [
            r.system,
            format_share(r.total.f05),
            _speed(r.words_per_second),
            f"{r.startup_seconds:.1f}",
            NO_VALUE if r.peak_bytes is None else f"{r.peak_bytes / 2**20:,.0f}",
            NO_VALUE if r.size is None else f"{r.size / 1e6:,.1f}",
            r.signature or NO_VALUE,
        ]
        for r in found
    ]
    return markdown_table(head, rows)


def domains(results: Sequence[Result], pairs: Sequence[Pair]) -> str:
    """A Markdown table of F0.5 by domain; empty where the pairs tell none."""
    names = list(dict.fromkeys(p.domain for p in pairs))
    ran = [r for r in results if r.counts and r.total.proposed]
    if names == [""] or not ran:
        return ""
    rows = []
    for name in names:
        at = [n for n, pair in enumerate(pairs) if pair.domain == name]
        cells = [format_share(sum_counts([r.counts[n] for n in at]).f05) for r in ran]
        rows.append([name or NO_VALUE, str(len(at)), *cells])
    return markdown_table(["F0.5 by domain", "pairs", *(r.system for r in ran)], rows)


def confidences(results: Sequence[Result]) -> str:
    """A Markdown table of how many of the reference's edits are right by their confidence."""
    found = next((r.confidences for r in results if r.system == REFERENCE), ())
    if not found:
        return ""
    rows = []
    for low, high in pairwise(STEPS):
        right = [r for confidence, r in found if low <= confidence < high]
        if right:
            mean = sum(c for c, _ in found if low <= c < high) / len(right)
            rows.append(
                [
                    f"{low:g} to {min(high, 1):g}",
                    str(len(right)),
                    format_share(mean),
                    format_share(sum(right) / len(right)),
                ]
            )
    return markdown_table([f"confidence of {REFERENCE}'s edits", "edits", "on average", "right"], rows)


def as_json(results: Sequence[Result], pairs: Sequence[Pair], signature: Mapping[str, str]) -> str:
    """All figures, unrounded, with the counts behind them, for the whole and for each pair."""
    described = {
        "signature": dict(signature),
        "pairs": len(pairs),
        "systems": [_described(r, pairs) for r in results],
    }
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _beaten(result: Result, results: Sequence[Result]) -> float | None:
    """How likely it is by chance that Despin's own system does better than this; None for itself."""
    reference = next((r for r in results if r.system == REFERENCE and r.counts), None)
    if reference is None or reference is result or not result.counts:
        return None
    return p_value(reference.counts, result.counts)


def _row(result: Result, with_clean: bool, beaten: float | None, compared: bool) -> list[str]:
    whole = result.total
    low, high = interval(result.counts)
    cells = [
        result.system,
        format_share(whole.precision if whole.proposed else None),
        format_share(whole.recall),
        format_share(whole.f05),
        f"{low:.3f} to {high:.3f}",
        f"{whole.error_rate_before:.3f} → {whole.error_rate:.3f}",
        f"{whole.ngram_recall_before:.3f} → {whole.ngram_recall:.3f}",
        format_share(whole.recall_reachable),
        format_share(whole.recall_unreachable),
    ]
    if with_clean:
        cells.append(f"{result.harm.per_thousand:.2f}" if result.harm else NO_VALUE)
    if compared:
        cells.append(NO_VALUE if beaten is None else "< 0.001" if beaten < 0.001 else f"{beaten:.3f}")
    return [*cells, _speed(result.words_per_second)]


def _not_run(result: Result) -> list[str]:
    return [result.system, f"not run: {' '.join((result.not_run or '').split())}"]


def _speed(value: float) -> str:
    return f"{value:,.0f}" if value < FASTEST else f"> {FASTEST:,}"


def _measured_on(results: Sequence[Result], pairs: Sequence[Pair]) -> str:
    ran = [r for r in results if r.not_run is None]
    said = [f"{len(pairs):,} pairs"]
    if ran:
        whole = ran[0].total
        said.append(f"{whole.length:,} words and punctuation marks in the originals")
        dictionary = f", of which {whole.reachable:,} are in the dictionary" if whole.reachable else ""
        said.append(f"{whole.gold:,} changes needed{dictionary}")
        if ran[0].harm:
            said.append(f"{ran[0].harm.words:,} words in {ran[0].harm.documents:,} clean documents")
    return "; ".join(said) + ". Speed is that on the spun texts, loading and scoring left out."


def _described(result: Result, pairs: Sequence[Pair]) -> dict[str, Any]:
    if result.not_run is not None:
        return {"system": result.system, "not_run": result.not_run}
    whole = result.total
    return {
        "system": result.system,
        "precision": whole.precision,
        "recall": whole.recall,
        "f0.5": whole.f05,
        "f0.5_95_percent": interval(result.counts),
        "word_error_rate": {"before": whole.error_rate_before, "after": whole.error_rate},
        "gram_recall": {"before": whole.ngram_recall_before, "after": whole.ngram_recall},
        "similarity": dataclasses.asdict(result.similarity) if result.similarity else None,
        "kinds": {kind: dataclasses.asdict(c) for kind, c in result.kinds.items()},
        "recall_in_dictionary": whole.recall_reachable,
        "recall_not_in_dictionary": whole.recall_unreachable,
        "clean": _described_harm(result),
        "words_per_second": result.words_per_second,
        "clean_words_per_second": result.clean_words_per_second,
        "signature": result.signature,
        "startup_seconds": result.startup_seconds,
        "peak_bytes": result.peak_bytes,
        "bytes": result.size,
        "auroc": result.auroc,
        "confidences": result.confidences,
        "counts": dataclasses.asdict(whole),
        "pairs": [{"id": p.id, **dataclasses.asdict(c)} for p, c in zip(pairs, result.counts)],
    }


def _described_harm(result: Result) -> dict[str, Any] | None:
    if result.harm is None:
        return None
    return {"changed_per_1000": result.harm.per_thousand, **dataclasses.asdict(result.harm)}
