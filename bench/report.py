"""The results of a comparison as Markdown tables and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from despin.bench.edit_kinds import kinds_table
from despin.bench.measure import Result
from despin.metrics.edit_scores import sum_counts
from despin.metrics.pairs import Pair
from despin.metrics.signature import signature_line
from despin.metrics.significance import interval, p_value
from despin.metrics.tables import NO_VALUE, format_share, markdown_table

REFERENCE = "despin"
"""The system that the others are compared with."""
CONFIDENCE_BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
"""Boundaries of the bins of confidence; 1 belongs to the last bin."""
MAX_SPEED = 1_000_000
"""Words per second above which the measurement is dominated by the clock's resolution."""


def table(results: Sequence[Result]) -> str:
    """A Markdown table with a row for each system; without clean text its column is left out."""
    with_clean = any(r.harm for r in results)
    header = ["system", "P", "R", "F0.5", "95 % of F0.5", "word error rate, before → after"]
    header += ["5-gram recall, before → after", "R in dictionary", "R not in dictionary"]
    if with_clean:
        header.append("changed words per 1,000 clean")
    p_values = [_p_value(r, results) for r in results]
    compared = any(p is not None for p in p_values)
    if compared:
        header.append(f"p that {REFERENCE} is no better")
    header.append("words per second")
    rows = [
        _row(r, with_clean, p, compared) if r.not_run is None else _not_run(r)
        for r, p in zip(results, p_values)
    ]
    return markdown_table(header, rows)


def page(results: Sequence[Result], pairs: Sequence[Pair], signature: Mapping[str, str]) -> str:
    """All tables, a line about the data, and the signature as the last line."""
    tables = [
        table(results),
        similarities(results),
        costs(results),
        kinds(results),
        domains(results, pairs),
        confidences(results),
    ]
    shown = "".join(f"{part}\n" for part in tables if part)
    return f"{shown}{_measured_on(results, pairs)}\n\n{signature_line(signature)}\n"


def kinds(results: Sequence[Result]) -> str:
    """A Markdown table of precision and recall by kind of wording, of the systems that changed anything."""
    by_system = {r.system: r.kinds for r in results if any(c.proposed for c in r.kinds.values())}
    return kinds_table(by_system) if by_system else ""


def similarities(results: Sequence[Result]) -> str:
    """A Markdown table of chrF, TER, exact sentence matches and AUROC; empty without sacrebleu."""
    scored = [(r.system, r.similarity) for r in results if r.similarity is not None]
    if not scored:
        return ""
    aurocs = {r.system: r.auroc for r in results if r.auroc is not None}
    header = [
        "system",
        "chrF",
        "TER, %",
        "sentences as in the original",
        *(["AUROC, spun or clean"] if aurocs else []),
    ]
    rows = [
        [
            name,
            f"{s.chrf:.1f}",
            f"{s.ter:.1f}",
            f"{s.exact:.3f}",
            *([format_share(aurocs.get(name))] if aurocs else []),
        ]
        for name, s in scored
    ]
    return f"{markdown_table(header, rows)}\nsacrebleu: {scored[0][1].signature}\n"


def costs(results: Sequence[Result]) -> str:
    """A Markdown table of F0.5 and the cost of each system; empty if no cost was measured."""
    measured = [r for r in results if r.startup_seconds is not None]
    if not measured:
        return ""
    header = [
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
        for r in measured
    ]
    return markdown_table(header, rows)


def domains(results: Sequence[Result], pairs: Sequence[Pair]) -> str:
    """A Markdown table of F0.5 by domain; empty if the pairs have no domains."""
    names = list(dict.fromkeys(p.domain for p in pairs))
    ran = [r for r in results if r.counts and r.total.proposed]
    if names == [""] or not ran:
        return ""
    rows = []
    for name in names:
        indices = [n for n, pair in enumerate(pairs) if pair.domain == name]
        cells = [format_share(sum_counts([r.counts[n] for n in indices]).f05) for r in ran]
        rows.append([name or NO_VALUE, str(len(indices)), *cells])
    return markdown_table(["F0.5 by domain", "pairs", *(r.system for r in ran)], rows)


def confidences(results: Sequence[Result]) -> str:
    """A Markdown table of the share of correct edits of the reference system by confidence."""
    edits = next((r.confidences for r in results if r.system == REFERENCE), ())
    if not edits:
        return ""
    rows = []
    for low, high in pairwise(CONFIDENCE_BINS):
        members = [(confidence, correct) for confidence, correct in edits if low <= confidence < high]
        if members:
            count = len(members)
            mean = format_share(sum(confidence for confidence, _ in members) / count)
            share = format_share(sum(correct for _, correct in members) / count)
            rows.append([f"{low:g} to {min(high, 1):g}", str(count), mean, share])
    return markdown_table([f"confidence of {REFERENCE}'s edits", "edits", "on average", "right"], rows)


def as_json(results: Sequence[Result], pairs: Sequence[Pair], signature: Mapping[str, str]) -> str:
    """All scores, unrounded, with the counts in total and for each pair."""
    content = {
        "signature": dict(signature),
        "pairs": len(pairs),
        "systems": [_system_as_json(r, pairs) for r in results],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _p_value(result: Result, results: Sequence[Result]) -> float | None:
    """The p-value of the reference system being better than this one; None for itself."""
    reference = next((r for r in results if r.system == REFERENCE and r.counts), None)
    if reference is None or reference is result or not result.counts:
        return None
    return p_value(reference.counts, result.counts)


def _row(result: Result, with_clean: bool, p: float | None, compared: bool) -> list[str]:
    total = result.total
    low, high = interval(result.counts)
    cells = [
        result.system,
        format_share(total.precision if total.proposed else None),
        format_share(total.recall),
        format_share(total.f05),
        f"{low:.3f} to {high:.3f}",
        f"{total.error_rate_before:.3f} → {total.error_rate:.3f}",
        f"{total.ngram_recall_before:.3f} → {total.ngram_recall:.3f}",
        format_share(total.recall_reachable),
        format_share(total.recall_unreachable),
    ]
    if with_clean:
        cells.append(f"{result.harm.per_thousand:.2f}" if result.harm else NO_VALUE)
    if compared:
        cells.append(NO_VALUE if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}")
    return [*cells, _speed(result.words_per_second)]


def _not_run(result: Result) -> list[str]:
    return [result.system, f"not run: {' '.join((result.not_run or '').split())}"]


def _speed(value: float) -> str:
    return f"{value:,.0f}" if value < MAX_SPEED else f"> {MAX_SPEED:,}"


def _measured_on(results: Sequence[Result], pairs: Sequence[Pair]) -> str:
    ran = [r for r in results if r.not_run is None]
    parts = [f"{len(pairs):,} pairs"]
    if ran:
        total = ran[0].total
        parts.append(f"{total.length:,} words and punctuation marks in the originals")
        dictionary = f", of which {total.reachable:,} are in the dictionary" if total.reachable else ""
        parts.append(f"{total.gold:,} changes needed{dictionary}")
        if ran[0].harm:
            parts.append(f"{ran[0].harm.words:,} words in {ran[0].harm.documents:,} clean documents")
    return "; ".join(parts) + ". Speed is that on the spun texts, loading and scoring left out."


def _system_as_json(result: Result, pairs: Sequence[Pair]) -> dict[str, Any]:
    if result.not_run is not None:
        return {"system": result.system, "not_run": result.not_run}
    total = result.total
    return {
        "system": result.system,
        "precision": total.precision,
        "recall": total.recall,
        "f0.5": total.f05,
        "f0.5_95_percent": interval(result.counts),
        "word_error_rate": {"before": total.error_rate_before, "after": total.error_rate},
        "gram_recall": {"before": total.ngram_recall_before, "after": total.ngram_recall},
        "similarity": dataclasses.asdict(result.similarity) if result.similarity else None,
        "kinds": {kind: dataclasses.asdict(c) for kind, c in result.kinds.items()},
        "recall_in_dictionary": total.recall_reachable,
        "recall_not_in_dictionary": total.recall_unreachable,
        "clean": _harm_as_json(result),
        "words_per_second": result.words_per_second,
        "clean_words_per_second": result.clean_words_per_second,
        "signature": result.signature,
        "startup_seconds": result.startup_seconds,
        "peak_bytes": result.peak_bytes,
        "bytes": result.size,
        "auroc": result.auroc,
        "confidences": result.confidences,
        "counts": dataclasses.asdict(total),
        "pairs": [{"id": p.id, **dataclasses.asdict(c)} for p, c in zip(pairs, result.counts)],
    }


def _harm_as_json(result: Result) -> dict[str, Any] | None:
    if result.harm is None:
        return None
    return {"changed_per_1000": result.harm.per_thousand, **dataclasses.asdict(result.harm)}
