"""Real spun passages among clean newspaper text: found and missed.

    python -m despin.bench.corpora.mixed_passages EVIDENCE CORPORA

EVIDENCE holds ``passages*.jsonl`` (id, text) and ``pairs*.jsonl`` (id, spun), CORPORA the newspapers'
``news-*.jsonl``, packed or not. For each passage CLEAN_PER_PASSAGE clean excerpts of about its length.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import Document, DocumentReader, Finding
from despin.infer.checkpoint import EMBEDDED
from despin.metrics.compressed import file_lines
from despin.metrics.harm import count_words
from despin.metrics.signature import hash_of, signature, signature_line
from despin.metrics.tables import markdown_table

CLEAN_PER_PASSAGE = 50
PASSAGE_FILES = ("passages", "passages-2", "pairs", "pairs-2")
BATCH = 500
"""Documents that are read at once."""


class Labelled(NamedTuple):
    """A document, and whether it is spun."""

    name: str
    is_spun: bool
    text: str


def labelled_passages(evidence: Path) -> list[Labelled]:
    """The real spun passages, of the files that are there."""
    passages = []
    for name in PASSAGE_FILES:
        for line in (evidence / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            passages.append(Labelled(f"{name}:{row['id']}", True, row.get("text") or row["spun"]))
    return passages


def clean_excerpts(corpora: Path, lengths: Sequence[int]) -> Iterator[Labelled]:
    """Excerpts of newspapers from the start of articles, of at least each length in turn (words)."""
    wanted = 0
    for file in sorted(corpora.glob("news-*.jsonl*")):
        for row in map(json.loads, file_lines(file)):
            kept: list[str] = []
            for paragraph in row["text"].split("\n"):
                if count_words("\n".join(kept)) >= lengths[wanted % len(lengths)]:
                    break
                kept.append(paragraph)
            yield Labelled(f"{file.name}:{wanted}", False, "\n".join(kept))
            wanted += 1


def main() -> None:
    """Read them all and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evidence", type=Path)
    parser.add_argument("corpora", type=Path)
    options = parser.parse_args()
    passages = labelled_passages(options.evidence)
    lengths = [count_words(passage.text) for passage in passages]
    clean = islice(clean_excerpts(options.corpora, lengths), CLEAN_PER_PASSAGE * len(passages))
    reader = DocumentReader(CorpusSettings(), threads=0)
    documents = chain(passages, clean)
    counts: Counter[tuple[bool, str, bool]] = Counter()
    wrong: list[str] = []
    while batch := list(islice(documents, BATCH)):
        for document, finding in zip(batch, reader.read([Document(d.text) for d in batch])):
            counts[document.is_spun, finding.verdict, finding.correction is not None] += 1
            if document.is_spun != (finding.verdict == "spun"):
                wrong.append(_described(document, finding))
    print(_table(counts))
    print("\n".join(wrong))
    files = {name: hash_of(options.evidence / f"{name}.jsonl") for name in PASSAGE_FILES}
    print(f"\n{signature_line(signature(checkpoint=EMBEDDED, **files))}")


def _described(document: Labelled, finding: Finding) -> str:
    read = "read" if finding.correction is not None else "not read"
    what = "missed" if document.is_spun else "wrongly found"
    words = count_words(document.text)
    return f"- {what}: {document.name}, {words} words, score {finding.score:.3f}, {finding.verdict}, {read}"


def _table(counts: Counter[tuple[bool, str, bool]]) -> str:
    rows = []
    for is_spun, name in ((True, "spun passages"), (False, "clean excerpts")):
        of_kind = {key[1:]: count for key, count in counts.items() if key[0] == is_spun}
        total = sum(of_kind.values())
        read = sum(count for (_, was_read), count in of_kind.items() if was_read)
        verdicts = [
            sum(c for (v, _), c in of_kind.items() if v == verdict) for verdict in ("spun", "unsure", "clean")
        ]
        rows.append([name, f"{total:,}", *(f"{count:,}" for count in verdicts), f"{read:,}"])
    return markdown_table(["documents", "number", "spun", "unsure", "clean", "read by the model"], rows)


if __name__ == "__main__":
    main()
