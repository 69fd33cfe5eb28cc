"""Pairs of different articles about one event, found in corpora by their rare words.

They are the hard negatives of `despin.bench.verdict_report`: two outlets on one event (independent texts), an
agency's report in two outlets (copied), one report edited by two desks, and one article at three levels of
difficulty, rewritten by hand (OneStopEnglish, Vajjala and Lučić 2018). Only places in the corpora are kept,
no text.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from despin.infer.text.tokens import fold, is_word, tokenize
from despin.metrics.compressed import file_lines

FILES = ("news-1a", "news-1b", "news-2")
READ_CHARACTERS = 4000
"""Of an article that is read for its rare words."""
DOCUMENTS = (2, 40)
"""In how many articles a rare word stands, at least and at most."""
MIN_SHARED = 7
"""Rare words that two articles about one event have in common, at least."""
MIN_SHARED_PART = 0.15
"""They as a part of the rare words of the article that has fewer, at least."""
SHINGLE = 5
INDEPENDENT, SAME_SOURCE, COPIED = 0.02, 0.1, 0.5
"""Shared 5-grams as a part of those of the shorter text: at most this in independent texts; from here to the
next in texts that share a source; at least this in copies. What lies between the first two is left out."""
COMMON = 2000
"""Words in more articles than this say nothing of a subject."""
LEVELS = "onestopenglish"
_RARE = re.compile(r"[A-Za-z][A-Za-z’'-]{3,}|\d[\d,.]*\d")


@dataclass(frozen=True)
class Article:
    """An article of a corpus: its file and line (from 0), its outlet, its text."""

    place: str
    source: str
    text: str


@dataclass(frozen=True)
class ArticlePair:
    """Two different articles about one event."""

    first: Article
    second: Article
    kind: str
    """``copied``, ``levels`` (rewritten by hand), ``edited`` (a shared source) or ``independent``."""
    overlap: float
    """Shared 5-grams as a part of those of the shorter text."""


def read_articles(folder: Path, files: Sequence[str] = FILES, min_words: int = 80) -> Iterator[Article]:
    """The articles of corpora with at least ``min_words`` words."""
    for name in files:
        for number, line in enumerate(file_lines(folder / f"{name}.jsonl.zst")):
            if line:
                row = json.loads(line)
                if row["text"].count(" ") >= min_words:
                    yield Article(f"{name}:{number}", row["source"], row["text"])


def rare_words(texts: Iterable[str]) -> list[set[str]]:
    """The rare words and figures of each text."""
    words = [_words(text) for text in texts]
    counts = Counter(word for of_text in words for word in of_text)
    low, high = DOCUMENTS
    rare = {word for word, count in counts.items() if low <= count <= high}
    return [of_text & rare for of_text in words]


def candidates(articles: Sequence[Article]) -> list[tuple[float, int, int]]:
    """Indices of articles of different sources that share rare words, the most alike first.

    MIN_SHARED rare words at least, and MIN_SHARED_PART of those of the article that has fewer.
    """
    words = rare_words(article.text for article in articles)
    places: dict[str, list[int]] = defaultdict(list)
    for index, of_text in enumerate(words):
        for word in sorted(of_text):
            places[word].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for indices in places.values():
        shared.update(combinations(indices, 2))
    found = [
        (count / min(len(words[a]), len(words[b])), a, b)
        for (a, b), count in shared.items()
        if count >= MIN_SHARED and articles[a].source != articles[b].source
    ]
    return sorted(((part, a, b) for part, a, b in found if part >= MIN_SHARED_PART), reverse=True)


def article_pairs(articles: Sequence[Article], limit: int) -> list[ArticlePair]:
    """Pairs about one event, each article in one pair at most; up to ``limit`` of each kind.

    Those of one kind are taken evenly from the most alike to the least.
    """
    by_kind: dict[str, list[ArticlePair]] = defaultdict(list)
    used: set[int] = set()
    for _, a, b in candidates(articles):
        if a in used or b in used:
            continue
        overlap = shared_shingles(articles[a].text, articles[b].text)
        kind = _kind(articles[a], articles[b], overlap)
        if kind is not None:
            used |= {a, b}
            by_kind[kind].append(ArticlePair(articles[a], articles[b], kind, overlap))
    return [pair for kind in sorted(by_kind) for pair in _spread(by_kind[kind], limit)]


def _kind(first: Article, second: Article, overlap: float) -> str | None:
    if first.source.startswith(LEVELS) and second.source.startswith(LEVELS):
        return "levels"
    if overlap >= COPIED:
        return "copied"
    if overlap >= SAME_SOURCE:
        return "edited"
    return "independent" if overlap <= INDEPENDENT else None


def same_subject(spun: Sequence[Article], articles: Sequence[Article]) -> list[ArticlePair]:
    """Spun texts each with the most alike article on the same subject that is not their original.

    Likeness is the cosine of tf-idf vectors without frequencies within a text (Salton and Buckley 1988).
    Whatever shares more than INDEPENDENT of its 5-grams with the spun text is left out.
    """
    of_spun = [_words(text.text) for text in spun]
    wanted = set[str]().union(*of_spun)
    of_articles = [_words(article.text) for article in articles]
    places: dict[str, list[int]] = defaultdict(list)
    for index, words in enumerate(of_articles):
        for word in words & wanted:
            places[word].append(index)
    weight = {w: math.log(len(articles) / len(p)) for w, p in places.items() if len(p) <= COMMON}
    lengths = [math.sqrt(len(words)) for words in of_articles]
    pairs = []
    for text, words in zip(spun, of_spun):
        scores: dict[int, float] = defaultdict(float)
        for word in sorted(words & weight.keys()):
            for index in places[word]:
                scores[index] += weight[word] ** 2 / lengths[index]
        for index in sorted(scores, key=lambda k: (-scores[k], k))[:20]:
            overlap = shared_shingles(text.text, articles[index].text)
            if overlap <= INDEPENDENT and articles[index].source != text.source:
                pairs.append(ArticlePair(text, articles[index], "subject", overlap))
                break
    return pairs


def _words(text: str) -> set[str]:
    return {word.lower() for word in _RARE.findall(text[:READ_CHARACTERS])}


def _spread(pairs: Sequence[ArticlePair], limit: int) -> list[ArticlePair]:
    step = max(1.0, len(pairs) / limit)
    return [pairs[int(k * step)] for k in range(min(limit, len(pairs)))]


def shared_shingles(first: str, second: str) -> float:
    """The 5-grams of words that two texts share, as a part of those of the shorter one, 0..1."""
    a, b = shingles(first), shingles(second)
    return len(a & b) / max(1, min(len(a), len(b)))


def shingles(text: str, size: int = SHINGLE) -> set[tuple[str, ...]]:
    """The runs of ``size`` words of a text, folded, punctuation left out."""
    words = [fold(token.text) for token in tokenize(text) if is_word(token.text)]
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}
