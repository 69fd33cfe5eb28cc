"""A tiny tokenizer made on the spot, for the smoke recipe and tests that must not need a base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log
from typing import Any

from despin.infer.candidates.subwords import NUM_SENTINELS, slot_sentinel
from despin.infer.text.tokens import tokenize


def tiny_tokenizer(texts: Iterable[str], phrases: Iterable[str], size: int = 2000) -> dict[str, Any]:
    """A Unigram ``tokenizer.json`` of common words, all characters and T5's special pieces."""
    counts: Counter[str] = Counter()
    letters = {chr(c) for c in range(33, 127)} | set("“”‘’–—£€é")
    for text in texts:
        counts.update("▁" + w.text for w in tokenize(text))
        letters.update(c for c in text if not c.isspace())
    for phrase in phrases:
        letters.update(c for c in phrase if not c.isspace())
        counts.update("▁" + w.text for w in tokenize(phrase))
    pieces: list[list[Any]] = [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["▁", -12.0]]
    pieces += [[c, -14.0] for c in sorted(letters - {"▁"})]
    total = sum(counts.values()) or 1
    room = max(0, size - len(pieces) - NUM_SENTINELS)
    common = [(w, n) for w, n in counts.most_common(room + len(letters)) if len(w) > 1][:room]
    pieces += [[w, log(n / total)] for w, n in common]
    marks = [slot_sentinel(n) for n in reversed(range(NUM_SENTINELS))]
    first_mark = len(pieces)
    pieces += [[m, -50.0] for m in marks]
    added = [("<pad>", 0), ("</s>", 1), ("<unk>", 2)]
    added += [(m, first_mark + n) for n, m in enumerate(marks)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": n,
                "content": c,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for c, n in added
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": None,
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": 2, "vocab": pieces, "byte_fallback": False},
    }
