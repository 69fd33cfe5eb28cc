"""transformers' `generate` on a T5, what Despin's engine is compared with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from despin.errors import SystemUnavailable


class TransformersGenerate:
    """`generate` of transformers, greedy, in float32."""

    def __init__(self, folder: Path | None, threads: int) -> None:
        self._folder, self._threads = folder, threads
        self._model: Any = None

    def segments(self, texts: Sequence[str]) -> list[list[str]]:
        """The subword pieces of the segments by the model's own tokenizer, without slot markers."""
        from tokenizers import Tokenizer

        from despin.infer.text.segmentation import segment_text

        if self._folder is None or not (self._folder / "tokenizer.json").is_file():
            return []
        tokenizer = Tokenizer.from_str((self._folder / "tokenizer.json").read_text(encoding="utf-8"))
        parts = [text[p.start : p.end].strip() for text in texts for p in segment_text(text) if p.tokens]
        return [tokenizer.encode(part).tokens for part in parts]

    def run(self, inputs: Sequence[Sequence[str]], lengths: Sequence[int] | None, batch: int) -> None:
        """Generate ``lengths`` pieces for each input; None means as many as the input has.

        A batch generates as many as its longest member needs; inputs are sorted by length before batching.
        """
        model, piece_ids = self._load()
        import torch

        order = sorted(range(len(inputs)), key=lambda n: len(inputs[n]))
        for start in range(0, len(order), batch):
            members = order[start : start + batch]
            rows = [[piece_ids.get(p, 2) for p in inputs[n]] for n in members]
            count = max(len(inputs[n]) if lengths is None else lengths[n] for n in members)
            longest = max(map(len, rows))
            ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
            mask = (torch.arange(longest) < torch.tensor([[len(row)] for row in rows])).long()
            with torch.no_grad():
                model.generate(
                    input_ids=ids,
                    attention_mask=mask,
                    do_sample=False,
                    num_beams=1,
                    min_new_tokens=count,
                    max_new_tokens=count,
                )

    def _load(self) -> tuple[Any, dict[str, int]]:
        if self._folder is None or not (self._folder / "config.json").is_file():
            raise SystemUnavailable(f"no model at {self._folder}" if self._folder else "no --base given")
        if self._model is None:
            try:
                import torch
                from transformers import T5ForConditionalGeneration
            except ModuleNotFoundError as error:
                raise SystemUnavailable(f"the package {error.name} is missing") from None
            torch.set_num_threads(self._threads)
            model: Any = T5ForConditionalGeneration.from_pretrained(self._folder, dtype=torch.float32)
            model.eval()
            tokenizer = json.loads((self._folder / "tokenizer.json").read_text(encoding="utf-8"))
            pieces = [row[0] for row in tokenizer["model"]["vocab"]]
            piece_ids = {piece: n for n, piece in enumerate(pieces)}
            piece_ids |= {added["content"]: added["id"] for added in tokenizer.get("added_tokens", [])}
            self._model = (model, piece_ids)
        loaded: tuple[Any, dict[str, int]] = self._model
        return loaded
