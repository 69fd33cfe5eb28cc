"""The classical approach: the inverse dictionary's candidates, chosen by a 5-gram language model.

Modified Kneser-Ney smoothing (Heafield et al. 2013) by KenLM over folded tokens, sentence by sentence, and
beam search over the lattice of candidates, as in a phrase-based decoder. ``despin bench fivegram`` builds
the model with KenLM's own ``lmplz`` and ``build_binary``.
"""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from despin.bench.systems.candidate_lattice import Sentence, Slot, sentences_of
from despin.bench.systems.options import SystemOptions
from despin.errors import SystemUnavailable
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.resources import find_config
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.segmentation import sentence_spans
from despin.infer.text.tokens import fold, tokenize

ORDER = 5
PRUNE = "0 0 1 1 2"
"""Counts up to which n-grams of order 1 to 5 are dropped; all unigrams and bigrams are kept."""
BEAM = 64
"""Histories kept after each word."""
LM_WEIGHT = 0.45
KEEP_BONUS = 1.75
"""Weight of the language model relative to the dictionary's shares, and the bonus of the spun wording (nats).
Both have the best F0.5 on the development pairs (`despin.bench.tuning`), as Despin's weights have."""


class FiveGram:
    """The likeliest path through the lattice of each sentence."""

    name = "dictionary+5-gram"

    def __init__(
        self,
        lexicon: InverseLexicon,
        model: Any,
        state: Any,
        lm_weight: float = LM_WEIGHT,
        keep_bonus: float = KEEP_BONUS,
        size: int = 0,
    ) -> None:
        """``model`` is a ``kenlm.Model``, ``state`` the class ``kenlm.State``, ``size`` the model's bytes."""
        self.size = size
        self._lexicon, self._model, self._state = lexicon, model, state
        self.lm_weight, self.keep_bonus = lm_weight, keep_bonus

    @classmethod
    def open(cls, lexicon: InverseLexicon, file: Path) -> FiveGram:
        """Raises SystemUnavailable without the model, ModuleNotFoundError without the package kenlm."""
        import kenlm

        if not file.exists():
            raise SystemUnavailable(f"no model at {file}: build it with: despin bench fivegram")
        try:
            return cls(lexicon, kenlm.Model(str(file)), kenlm.State, size=file.stat().st_size)
        except OSError as error:
            raise SystemUnavailable(f"{file}: {error}") from None

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text with the options of the likeliest paths."""
        return [
            apply_edits(text, [e for s in sentences_of(text, self._lexicon) for e in self._edits(s)])
            for text in texts
        ]

    def _edits(self, sentence: Sentence) -> Iterator[Edit]:
        for slot, option in self._best(sentence):
            if option:
                yield slot.edit(option)

    def _best(self, sentence: Sentence) -> list[tuple[Slot, int]]:
        """The option of each slot on the best path; paths that share a history are merged (Viterbi)."""
        start = self._state()
        self._model.BeginSentenceWrite(start)
        beam: dict[Any, tuple[float, tuple[int, ...]]] = {start: (0.0, ())}
        for part in sentence.parts:
            extended: dict[Any, tuple[float, tuple[int, ...]]] = {}
            for state, (score, chosen) in beam.items():
                for number, (tokens, prior) in enumerate(self._alternatives(part)):
                    after, log_prob = self._extend(state, tokens)
                    total = score + prior + self.lm_weight * log_prob
                    if after not in extended or total > extended[after][0]:
                        extended[after] = (total, (*chosen, number) if isinstance(part, Slot) else chosen)
            beam = dict(sorted(extended.items(), key=lambda item: -item[1][0])[:BEAM])
        slots = [part for part in sentence.parts if isinstance(part, Slot)]
        finished = (
            (score + self.lm_weight * self._extend(state, ["</s>"])[1], chosen)
            for state, (score, chosen) in beam.items()
        )
        return list(zip(slots, max(finished, key=lambda path: path[0])[1]))

    def _alternatives(self, part: Slot | str) -> Iterator[tuple[Sequence[str], float]]:
        """The tokens that a part may stand for, each with the log of its prior."""
        if isinstance(part, str):
            yield [part], 0.0
            return
        for number, option in enumerate(part.options):
            yield option.tokens, math.log(option.share) + (0.0 if number else self.keep_bonus)

    def _extend(self, state: Any, tokens: Sequence[str]) -> tuple[Any, float]:
        """The state after ``tokens`` and their log-probability (nats)."""
        log10_prob = 0.0
        for token in tokens:
            after = self._state()
            log10_prob += self._model.BaseScore(state, token, after)
            state = after
        return state, log10_prob * math.log(10)


def kenlm_lines(texts: Iterable[str]) -> Iterator[str]:
    """Sentences as KenLM reads them: folded tokens separated by spaces, one sentence a line."""
    for text in texts:
        for start, end in sentence_spans(text):
            yield " ".join(fold(token.text) for token in tokenize(text, start, end))


def build_model(texts: Iterable[str], programs: Path | None, file: Path) -> None:
    """Count ``texts`` and write the model. Raises SystemUnavailable if KenLM's programs fail."""
    paths = [
        shutil.which(name, path=str(programs) if programs else None) for name in ("lmplz", "build_binary")
    ]
    if None in paths:
        raise SystemUnavailable(f"lmplz and build_binary of KenLM are not in {programs or 'the path'}")
    lmplz, build = map(str, paths)
    file.parent.mkdir(parents=True, exist_ok=True)
    arpa, part = file.with_suffix(".arpa"), file.with_suffix(".part")
    command = [lmplz, "-o", str(ORDER), "-S", "40%", "-T", str(file.parent), "--prune", *PRUNE.split()]
    with arpa.open("wb") as out, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out) as counting:
        assert counting.stdin is not None
        for line in kenlm_lines(texts):
            counting.stdin.write((line + "\n").encode("utf-8"))
        counting.stdin.close()
    if counting.returncode:
        raise SystemUnavailable(f"lmplz ended with {counting.returncode}")
    quantized = ["-q", "8", "-b", "8", "-a", "22", "trie"]
    if subprocess.run([build, "-T", str(file.parent), *quantized, str(arpa), str(part)]).returncode:
        raise SystemUnavailable("build_binary failed")
    part.replace(file)
    arpa.unlink()


def build_from_recipe(recipe_file: str, programs: Path | None, file: Path | None) -> Path:
    """Build the model from a recipe's corpora without their held-out sources; returns its file."""
    from despin.train.data.corpora import Corpora
    from despin.train.recipe import load_recipe

    target = SystemOptions.fivegram if file is None else file
    corpora = Corpora(load_recipe(find_config(recipe_file, "train")).corpora)
    build_model(corpora.texts(), programs, target)
    return target
