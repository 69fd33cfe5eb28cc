"""Log-probabilities of texts under a causal language model, with CTranslate2 in int8."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
from tokenizers import Tokenizer

from despin.errors import CheckpointError
from despin.infer.cpu import available_cores
from despin.infer.digests import DIGESTS_FILE, check_digests
from despin.infer.language_model.store import CARD_FILE
from despin.infer.model.cache import LRUCache

BATCH_TOKENS = 64
"""Tokens of a batch, if its texts are not longer. The logits, 49,152 numbers a token, should stay in the
processor's cache, and they are most of the memory used: on two cores of a Xeon 4 texts of 27 tokens gave
3,070 tokens a second, 8 gave 2,480, 16 gave 2,090 and a single one 2,370."""
CACHE_SIZE = 1 << 14
"""Texts whose scores are cached, about 300 bytes each: boilerplate recurs."""


class LanguageModel:
    """Scores texts. Thread-safe; the score of a text is the same to the last bit whatever is scored with it,
    since the texts of a batch have the same number of tokens (`despin.infer.model.engine`)."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        """Load a folder made by ``despin lm add``. ``threads``: 0 for all cores. Raises CheckpointError."""
        try:
            if (folder / DIGESTS_FILE).exists():
                check_digests(folder)
            card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
            self._start = str(card["start"])
            self.name = str(card["name"])
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._model = ctranslate2.Generator(
                str(folder), compute_type="int8", inter_threads=threads or available_cores(), intra_threads=1
            )
        except Exception as error:  # tokenizers raises bare Exception for a damaged file
            how = "remove it and add it again (despin lm remove|add)"
            raise CheckpointError(f"language model {folder} cannot be loaded: {error}; {how}") from None
        self._cache: LRUCache[str, float] = LRUCache(CACHE_SIZE)

    def log_probs(self, texts: Sequence[str]) -> list[float]:
        """The log-probability (nats) of each text, given the token that starts a document."""
        distinct = dict.fromkeys(texts)
        scores = {text: score for text in distinct if (score := self._cache.get(text)) is not None}
        uncached = [text for text in distinct if text not in scores]
        encodings = self._tokenizer.encode_batch(uncached, add_special_tokens=False)
        rows = [[self._start, *encoding.tokens] for encoding in encodings]
        batches = _batches([len(row) for row in rows])
        pending = [
            (batch, self._model.score_batch([rows[i] for i in batch], asynchronous=True)) for batch in batches
        ]
        for batch, futures in pending:
            for i, future in zip(batch, futures):
                score = float(sum(future.result().log_probs))
                scores[uncached[i]] = score
                self._cache.put(uncached[i], score)
        return [scores[text] for text in texts]


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """The rows in batches of the same length, longest first.

    Besides the same score in every batch, Gemma 3 needs it: CTranslate2 4.8.5 cannot score a padded batch
    with its sliding window. It costs no time: of 2,300 windows on two cores it took 47 s, with padding 51 s.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    batches: list[list[int]] = []
    for i in order:
        full = not batches or (len(batches[-1]) + 1) * lengths[i] > BATCH_TOKENS
        if full or lengths[i] != lengths[batches[-1][0]]:
            batches.append([])
        batches[-1].append(i)
    return batches
