"""Language models asked in words to restore a text, sentence by sentence, with examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from despin.errors import SystemUnavailable
from despin.infer.cpu import available_cores
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.segmentation import sentence_spans

TASK = (
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
"""Written for this project."""
LONGER = 1.5
"""An answer is taken if its length is within this factor of the sentence's."""
LIMIT = 80
"""Pieces written at most."""
T5_BATCH = 16


class Writer(Protocol):
    """A model that goes on from a prompt."""

    size: int

    def write(self, prompts: Sequence[str], limit: int) -> list[str]:
        """What the model writes after each prompt, at most ``limit`` pieces."""


class Prompted:
    """A writer as a system."""

    def __init__(self, name: str, writer: Writer) -> None:
        self.name, self._writer = name, writer
        self.size = writer.size

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text with its sentences as the model writes them; one whose answer is no sentence stays."""
        places = [(n, start, end) for n, text in enumerate(texts) for start, end in sentence_spans(text)]
        # Prompts of like length in a batch.
        places.sort(key=lambda place: place[2] - place[1])
        asked = [" ".join(texts[n][start:end].split()) for n, start, end in places]
        edits: list[list[Edit]] = [[] for _ in texts]
        for (n, start, end), source, written in zip(
            places, asked, self._writer.write([prompt(s) for s in asked], LIMIT)
        ):
            if answer := taken(source, written):
                edits[n].append(Edit(start, end, texts[n][start:end], answer))
        return [apply_edits(text, sorted(found, key=lambda e: e.start)) for text, found in zip(texts, edits)]


def prompt(sentence: str) -> str:
    """What the model reads."""
    shown = "".join(f"Spun: {spun}\nOriginal: {original}\n\n" for spun, original in EXAMPLES)
    return f"{TASK}\n\n{shown}Spun: {sentence}\nOriginal:"


def taken(source: str, written: str) -> str | None:
    """The answer in what was written, None if there is none or it is the sentence itself."""
    answer = re.split(r"\n|Spun:|Original:", written.strip())[0].strip()
    fits = len(source) / LONGER <= len(answer) <= LONGER * len(source)
    return answer if fits and answer != source else None


class Base:
    """A T5 that is not fine-tuned."""

    def __init__(self, model: Any, tokenizer: Any, size: int) -> None:
        self._model, self._tokenizer, self.size = model, tokenizer, size

    @classmethod
    def open(cls, folder: Path, threads: int = 0) -> Base:
        """Raises SystemUnavailable without the weights, ModuleNotFoundError without what reads them."""
        import torch
        from transformers import PreTrainedTokenizerFast

        from despin.train.fit.t5 import load_model

        if not (folder / "config.json").is_file():
            raise SystemUnavailable(f"no base weights at {folder}")
        torch.set_num_threads(threads or available_cores())
        model: Any = load_model(folder)
        model.eval()
        made: Any = PreTrainedTokenizerFast
        tokenizer = made(tokenizer_file=str(folder / "tokenizer.json"), pad_token="<pad>", eos_token="</s>")
        return cls(model, tokenizer, sum(f.stat().st_size for f in folder.glob("*.safetensors")))

    def write(self, prompts: Sequence[str], limit: int) -> list[str]:
        """What the model answers, greedily."""
        import torch

        out: list[str] = []
        for at in range(0, len(prompts), T5_BATCH):
            batch = self._tokenizer(list(prompts[at : at + T5_BATCH]), return_tensors="pt", padding=True)
            with torch.inference_mode():
                written = self._model.generate(
                    input_ids=batch["input_ids"],
                    attention_mask=batch["attention_mask"],
                    max_new_tokens=limit,
                    do_sample=False,
                )
            out += self._tokenizer.batch_decode(written, skip_special_tokens=True)
        return out
