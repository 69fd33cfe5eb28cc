"""Pairs of texts whose relation is known, on which the verdicts of `despin.trace.verdicts` are fitted and
measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.bench.article_pairs import (
    COPIED,
    SAME_SOURCE,
    Article,
    ArticlePair,
    article_pairs,
    read_articles,
    same_subject,
    shared_shingles,
)
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.phrases import phrase_key
from despin.metrics.pairs import json_row, read_pairs
from despin.trace.verdicts import Explanation
from despin.train.spin.dictionary import load_entries
from despin.train.spin.spinner import Spinner

LENGTHS = (40, 80, 160, 320)
"""Words to which the first text of a pair is cut, in turn."""
SECOND_WORDS = 700
"""Words to which the second text is cut."""
OF_EACH_KIND = 300
MIN_TORTURED = 5
"""Tortured phrases in a text that is said to be spun with them."""
_HOST = re.compile(r"https?://(?:www\.)?([^/\s]+)")


@dataclass(frozen=True)
class Case:
    """Two texts, what their relation is, and how the case was made."""

    kind: str
    """A row of the table; see `KINDS`."""
    group: str
    """Cases of one group are never divided between fitting and measuring: the site, or the articles."""
    spun: str
    original: str
    file: str = ""
    """The pairs file a spun text stems from: dictionary rows learnt from it alone are left out."""


KINDS: dict[str, tuple[Explanation | None, str]] = {
    "real pair": ("spun", "a real spun page and its original, 37 to 333 words"),
    "real passage": ("spun", "40 to 160 words of a real spun page, and the whole original"),
    "real, beside other text": (
        "spun",
        "a real spun page and as much of another, against its original and as much",
    ),
    "spun by another dictionary": (
        "spun",
        "an article spun with tortured phrases alone, 5 or more in 320 words",
    ),
    "same text": ("copied", "an article cut, and the same article"),
    "copied": ("copied", "one report in two outlets"),
    "edited by two desks": (
        "rewritten",
        "two outlets' articles that share a tenth to a half of their 5-grams",
    ),
    "levels of difficulty": ("rewritten", "OneStopEnglish: one article rewritten by hand for learners"),
    "one event": ("independent", "two outlets on one event"),
    "one event, spun": ("independent", "the first outlet's article spun by Despin's spinner"),
    "real spun page, one subject": ("independent", "a real spun page and the most alike other article"),
    "unrelated": ("unrelated", "an article and another at random"),
    "unrelated, spun": ("unrelated", "a real spun page and an article at random"),
    "spun from a copy": (None, "the first of two copies spun by Despin's spinner, against the second"),
    "spun from an edited copy": (None, "the same of two desks' articles"),
    "spun from another level": (None, "the same of two levels of difficulty"),
}
"""The relation that each kind of case has, and how its cases are made. Kinds without a relation are
measured only."""


def cut(text: str, words: int) -> str:
    """The first words of a text, with what stands between them."""
    match = re.match(rf"\s*(?:\S+\s+){{0,{words - 1}}}\S+", text)
    return match[0] if match else ""


def evidence_articles(evidence: Path) -> tuple[list[Article], list[Article]]:
    """The real spun texts, and the originals of those that have one."""
    spun, originals = [], []
    for name in ("pairs", "pairs-2", "passages", "passages-2"):
        for number, line in enumerate((evidence / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")):
            if line:
                row = json_row(line, f"{name}:{number}")
                spun.append(Article(f"{name}:{number}", row["id"], row.get("spun") or row["text"]))
                if "original" in row:
                    originals.append(Article(f"{name}:{number}:original", row["id"], row["original"]))
    return spun, originals


def lexicons(lexicon: InverseLexicon) -> dict[str, InverseLexicon]:
    """The inverse dictionary for the pairs of each file: without the rows that were learnt from it alone."""
    entries = load_entries()
    out = {"": lexicon}
    for name, sources in {"pairs": {"pairs", "pairs-reconstructed"}, "pairs-2": {"pairs-2"}}.items():
        own = {
            (phrase_key(e.spun), phrase_key(e.original))
            for e in entries
            if e.sources and set(e.sources) <= sources
        }
        out[name] = InverseLexicon(
            (spun, original, share)
            for spun, origins in lexicon.forms.items()
            for original, share in zip(origins.originals, origins.shares)
            if (phrase_key(spun), phrase_key(original)) not in own
        )
    return out


def cases(shared: Path) -> list[Case]:
    """All cases, from the folders ``evidence`` and ``corpora``."""
    articles = list(read_articles(shared / "corpora"))
    spun, originals = evidence_articles(shared / "evidence")
    out = list(real_cases(shared / "evidence"))
    out += corpus_cases(article_pairs(articles, OF_EACH_KIND), Spinner("observed"), Spinner("tortured"))
    subjects = same_subject(spun, [*originals, *articles])
    for k, pair in enumerate(subjects):
        file = pair.first.place.partition(":")[0]
        first = cut(pair.first.text, LENGTHS[k % len(LENGTHS)])
        out.append(Case("real spun page, one subject", pair.first.place, first, pair.second.text, file))
        other = articles[k * 7919 % len(articles)]
        out.append(Case("unrelated, spun", pair.first.place, first, cut(other.text, SECOND_WORDS), file))
    return out


def site_of(row: Mapping[str, Any]) -> str | None:
    """The site of the spun page of a pair, the first that its origin names; None if it names none."""
    match = _HOST.search(row.get("origin", ""))
    return match[1] if match else None


def real_cases(evidence: Path) -> Iterator[Case]:
    """The cases of real pairs. A group is a site."""
    for name in ("pairs", "pairs-2"):
        file = evidence / f"{name}.jsonl"
        pairs, _ = read_pairs([str(file)])
        rows = [json_row(line, name) for line in file.read_text(encoding="utf-8").split("\n") if line]
        for k, (pair, row) in enumerate(zip(pairs, rows)):
            group = site_of(row) or pair.id
            yield Case("real pair", group, pair.spun, pair.original, name)
            words = LENGTHS[k % 3]
            if words < len(pair.spun.split()):
                yield Case("real passage", group, cut(pair.spun, words), pair.original, name)
            other, another = pairs[(k + 5) % len(pairs)], pairs[(k + 9) % len(pairs)]
            mixed = (f"{other.spun}\n{pair.spun}", f"{pair.original}\n{another.original}")
            yield Case("real, beside other text", group, *mixed, name)


def corpus_cases(pairs: Sequence[ArticlePair], spinner: Spinner, tortured: Spinner) -> Iterator[Case]:
    """The cases of pairs of articles. Where a cut leaves too little in common for the kind, there is none."""
    names = {"copied": "copied", "edited": "edited by two desks", "levels": "levels of difficulty"}
    spun_names = {
        "copied": "spun from a copy",
        "edited": "spun from an edited copy",
        "levels": "spun from another level",
    }
    for k, pair in enumerate(pairs):
        group = pair.first.place
        words = LENGTHS[k % len(LENGTHS)]
        first, second = cut(pair.first.text, words), cut(pair.second.text, SECOND_WORDS)
        spun = cut(spinner.spin(pair.first.text, seed=k).text, words)
        if pair.kind == "independent":
            yield Case("one event", group, first, second)
            yield Case("one event, spun", group, spun, second)
            other = pairs[(k * 31 + 17) % len(pairs)].second.text
            yield Case("unrelated", group, first, cut(other, SECOND_WORDS))
            first = cut(pair.first.text, max(LENGTHS))
            spun_otherwise = tortured.spin(first, seed=k)
            if len(spun_otherwise.edits) >= MIN_TORTURED:
                yield Case("spun by another dictionary", group, spun_otherwise.text, first)
            continue
        overlap = shared_shingles(first, second)
        if overlap < {"copied": COPIED, "edited": SAME_SOURCE, "levels": 0.0}[pair.kind]:
            continue
        yield Case(names[pair.kind], group, first, second)
        yield Case(spun_names[pair.kind], group, spun, second)
        if pair.kind == "edited":
            yield Case("same text", group, first, cut(pair.first.text, SECOND_WORDS))
