"""Language models prompted to restore a text, sentence by sentence, with few-shot examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from despin.errors import SystemUnavailable
from despin.infer.cpu import available_cores
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.segmentation import sentence_spans

INSTRUCTION = (
    "An article spinner replaced words of a sentence by synonyms. Write the sentence as it was before, with "
    "natural wording. Change nothing else."
)
EXAMPLES = (
    (
        "The loss of life toll has climbed to 40, police mentioned on Friday.",
        "The death toll has risen to 40, police said on Friday.",
    ),
    ("He bought a model new automobile remaining week.", "He bought a brand new car last week."),
    (
        "The decrease home handed the invoice by a slim majority, regardless of fierce opposition.",
        "The lower house passed the bill by a narrow majority, despite fierce opposition.",
    ),
    ("They stay in a small city close to the ocean.", "They live in a small town near the sea."),
)
"""Few-shot examples, spun and original, written for this project."""
MAX_LENGTH_RATIO = 1.5
"""An answer is accepted if its length is within this factor of the sentence's."""
MAX_NEW_TOKENS = 80
T5_BATCH = 16


class TextGenerator(Protocol):
    """A language model that continues a prompt."""

    @property
    def size(self) -> int:
        """Bytes of the weights."""

    def generate(self, prompts: Sequence[str], max_new_tokens: int) -> list[str]:
        """The continuation of each prompt."""


class Prompted:
    """A prompted language model as a system."""

    def __init__(self, name: str, model: TextGenerator) -> None:
        self.name, self._model = name, model
        self.size = model.size

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text with its sentences as the model writes them; without a usable answer one is kept."""
        sentences = [(n, start, end) for n, text in enumerate(texts) for start, end in sentence_spans(text)]
        # Prompts of similar length share a batch.
        sentences.sort(key=lambda sentence: sentence[2] - sentence[1])
        sources = [" ".join(texts[n][start:end].split()) for n, start, end in sentences]
        answers = self._model.generate([prompt(source) for source in sources], MAX_NEW_TOKENS)
        edits: list[list[Edit]] = [[] for _ in texts]
        for (n, start, end), source, generated in zip(sentences, sources, answers):
            if answer := parse_answer(source, generated):
                edits[n].append(Edit(start, end, texts[n][start:end], answer))
        return [apply_edits(text, sorted(row, key=lambda e: e.start)) for text, row in zip(texts, edits)]


def prompt(sentence: str) -> str:
    """The prompt for a sentence."""
    examples = "".join(f"Spun: {spun}\nOriginal: {original}\n\n" for spun, original in EXAMPLES)
    return f"{INSTRUCTION}\n\n{examples}Spun: {sentence}\nOriginal:"


def parse_answer(source: str, generated: str) -> str | None:
    """The restored sentence in the generated text; None if there is none or it equals ``source``."""
    answer = re.split(r"\n|Spun:|Original:", generated.strip())[0].strip()
    fits = len(source) / MAX_LENGTH_RATIO <= len(answer) <= MAX_LENGTH_RATIO * len(source)
    return answer if fits and answer != source else None


class BaseT5:
    """The pretrained T5, not fine-tuned."""

    def __init__(self, model: Any, tokenizer: Any, size: int) -> None:
        self._model, self._tokenizer, self.size = model, tokenizer, size

    @classmethod
    def open(cls, folder: Path, threads: int = 0) -> BaseT5:
        """Raises SystemUnavailable without the weights, ModuleNotFoundError without torch or transformers."""
        import torch
        from transformers import PreTrainedTokenizerFast

        from despin.train.fit.t5 import load_model

        if not (folder / "config.json").is_file():
            raise SystemUnavailable(f"no base weights at {folder}")
        torch.set_num_threads(threads or available_cores())
        model: Any = load_model(folder)
        model.eval()
        fast_tokenizer: Any = PreTrainedTokenizerFast
        tokenizer = fast_tokenizer(
            tokenizer_file=str(folder / "tokenizer.json"), pad_token="<pad>", eos_token="</s>"
        )
        return cls(model, tokenizer, sum(f.stat().st_size for f in folder.glob("*.safetensors")))

    def generate(self, prompts: Sequence[str], max_new_tokens: int) -> list[str]:
        """The answer to each prompt, decoded greedily."""
        import torch

        answers: list[str] = []
        for start in range(0, len(prompts), T5_BATCH):
            batch = self._tokenizer(
                list(prompts[start : start + T5_BATCH]), return_tensors="pt", padding=True
            )
            with torch.inference_mode():
                output = self._model.generate(
                    input_ids=batch["input_ids"],
                    attention_mask=batch["attention_mask"],
                    max_new_tokens=max_new_tokens,
                    do_sample=False,
                )
            answers += self._tokenizer.batch_decode(output, skip_special_tokens=True)
        return answers
