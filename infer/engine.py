"""The model at work: CTranslate2 in int8, batches sorted by length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2

from despin.infer.checkpoint import CheckpointError

BATCH_TOKENS = 4096
"""Source pieces in one batch, padding counted."""


@dataclass(frozen=True, slots=True)
class Output:
    """Generated pieces and the natural log-probability of each, the end's included (one more)."""

    pieces: list[str]
    scores: list[float]


class Engine:
    """Greedy generation with a log-probability for each piece. Safe to use from several threads."""

    def __init__(self, folder: Path, device: str = "cpu", threads: int = 0) -> None:
        """``threads``: CPU threads, 0 for all cores. Raises CheckpointError if the model cannot be loaded."""
        try:
            self._model = ctranslate2.Translator(
                str(folder),
                device=device,
                compute_type="int8" if device == "cpu" else "default",
                inter_threads=1,
                intra_threads=threads,
            )
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(f"{folder} cannot be loaded: {error}") from None

    def generate(self, sources: Sequence[list[str]], longest: Sequence[int]) -> list[Output]:
        """The greedy output for each source, in order; ``longest`` limits each output's pieces.

        Greedy search says what, a second, parallel pass says how sure: CTranslate2 gives
        probabilities by piece only when it scores a given output.
        """
        outputs = self._generate(sources, longest)
        written = [n for n, pieces in enumerate(outputs) if any(not _is_mark(p) for p in pieces)]
        scores: list[list[float]] = [[0.0] * (len(pieces) + 1) for pieces in outputs]
        if written:
            results = self._model.score_batch(
                [sources[n] for n in written],
                [outputs[n] for n in written],
                max_batch_size=BATCH_TOKENS,
                batch_type="tokens",
                max_input_length=0,
            )
            for n, result in zip(written, results):
                scores[n] = list(result.log_probs)
        return [Output(pieces, score) for pieces, score in zip(outputs, scores)]

    def _generate(self, sources: Sequence[list[str]], longest: Sequence[int]) -> list[list[str]]:
        out: list[list[str]] = [[]] * len(sources)
        # One limit holds for a whole call, so that short outputs and long ones go in calls of their own.
        groups: dict[int, list[int]] = {}
        for n, limit in enumerate(longest):
            groups.setdefault(max(16, 1 << (limit - 1).bit_length()), []).append(n)
        for limit, members in groups.items():
            results = self._model.translate_batch(
                [sources[n] for n in members],
                beam_size=1,
                max_batch_size=BATCH_TOKENS,
                batch_type="tokens",
                max_input_length=0,
                max_decoding_length=limit,
            )
            for n, result in zip(members, results):
                out[n] = list(result.hypotheses[0])
        return out


def _is_mark(piece: str) -> bool:
    return piece.startswith("<extra_id_")
