"""The training run: accelerate underneath, so one recipe serves a CPU, one GPU or several."""

from __future__ import annotations

import json
import math
import random
import shutil
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from despin.infer.candidates.inverse import InverseLexicon
from despin.train.data.batches import Encoder, PairStream
from despin.train.data.corpora import Corpora, excerpt
from despin.train.data.examples import ExampleMaker, load_mix
from despin.train.data.inversion import measure_inverse
from despin.train.fit.environment import hardware, package_versions
from despin.train.fit.evaluation import (
    held_out_examples,
    held_out_loss,
    real_examples,
    score_examples,
    score_real,
)
from despin.train.fit.objective import Objective
from despin.train.fit.progress import Clock, Progress, TrainingLog, duration
from despin.train.fit.t5 import build_model, load_model
from despin.train.recipe import Recipe
from despin.train.spin.dictionary import dictionary_summary
from despin.train.spin.spinner import SpinnerMix

LOG_EVERY = 10
"""Steps between two lines of the log."""


class Trainer:
    """One training run in its output folder; made anew it goes on where it stopped."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.folder = Path(recipe.output)
        self.folder.mkdir(parents=True, exist_ok=True)
        if recipe.threads:
            torch.set_num_threads(recipe.threads)
        torch.manual_seed(recipe.seed)
        # cuDNN's attention is planned anew for each shape, and nearly every batch has one of its own.
        torch.backends.cuda.enable_cudnn_sdp(False)
        bf16 = torch.cuda.is_available() if recipe.bf16 is None else recipe.bf16
        self.accelerator = Accelerator(mixed_precision="bf16" if bf16 else "no")
        self.journal = TrainingLog(self.folder / "log.jsonl", self.accelerator.is_main_process)
        corpora = Corpora(recipe.corpora)
        held_out = Corpora(recipe.corpora, held_out=True)
        mix = load_mix(recipe.pairs)
        withheld = recipe.pairs.withheld > 0
        known = load_mix(recipe.pairs, recipe.pairs.withheld) if withheld else mix
        with self.accelerator.main_process_first():
            lexicon = self._lexicon("inverse.tsv", corpora, mix)
            # What is withheld must not even be offered in training; what ships offers it.
            narrow = self._lexicon("inverse-training.tsv", corpora, known) if withheld else lexicon
            model, described = self._model(corpora, mix)
        # Noted now: the files may have changed by the time that the card is written.
        self.dictionary = dictionary_summary(
            list(dict.fromkeys(mix.entries))
        )  # sites share most of their rows
        self.encoder = Encoder(described, recipe.form)
        self.maker = ExampleMaker(corpora, known, narrow, recipe.pairs, recipe.seed)
        unseen = ExampleMaker(held_out, mix, lexicon, recipe.pairs, recipe.seed + 1)
        self.held_out = held_out_examples(unseen, recipe.eval.segments)
        self.real = []
        if recipe.eval.pairs and Path(recipe.eval.pairs).exists():
            plain = ExampleMaker(held_out, mix, lexicon, _plain(recipe), recipe.seed)
            self.real = real_examples(recipe.eval.pairs, plain, recipe.pairs.words[1])
        model.train()
        for name, weights in model.named_parameters():
            if "relative_attention_bias" in name:
                weights.requires_grad_(recipe.model.learn_positions)
        optimizer = torch.optim.AdamW(
            _groups(model, recipe.optim.weight_decay),
            lr=recipe.optim.learning_rate,
            betas=(0.9, recipe.optim.beta2),
            fused=True,
        )
        self.model, self.optimizer = self.accelerator.prepare(model, optimizer)
        self.objective = Objective(
            recipe.objective,
            self.encoder.id_of,
            int(model.config.vocab_size),
            self.accelerator.device,
            self.accelerator.autocast,
        )
        self.average: AveragedModel | None = None
        if recipe.optim.ema:
            mean = get_ema_multi_avg_fn(recipe.optim.ema)  # type: ignore[no-untyped-call]
            self.average = AveragedModel(self.accelerator.unwrap_model(self.model), multi_avg_fn=mean)
            self.accelerator.register_for_checkpointing(self.average)
        self.progress = self._resume()

    def _lexicon(self, name: str, corpora: Corpora, mix: SpinnerMix) -> InverseLexicon:
        file = self.folder / name
        if not file.exists():
            measure_lexicon(self.recipe, corpora, mix).save(file)
        return InverseLexicon.load(file)

    def _model(self, corpora: Corpora, mix: SpinnerMix) -> tuple[Any, dict[str, Any]]:
        start = self.folder / "start"
        if not (start / "config.json").exists():
            rng = random.Random(f"pieces:{self.recipe.seed}")
            texts = (excerpt(corpora.draw(rng), rng) for _ in range(self.recipe.lexicon_documents))
            phrases = [p for e in mix.entries for p in (e.original, e.spun)]
            model, described = build_model(self.recipe.model, texts, phrases)
            fresh = self.folder / "start.part"
            model.save_pretrained(fresh)
            (fresh / "tokenizer.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
            shutil.rmtree(start, ignore_errors=True)
            fresh.rename(start)
        described = json.loads((start / "tokenizer.json").read_text(encoding="utf-8"))
        return load_model(start), described

    def _resume(self) -> Progress:
        state = self.folder / "state"
        if not (state / "progress.json").exists() and (self.folder / "state.old").exists():
            (self.folder / "state.old").rename(state)  # killed between two renames
        if not (state / "progress.json").exists():
            return Progress()
        self.accelerator.load_state(str(state))
        progress = Progress.load(state / "progress.json")
        self.journal.say(f"resumed at step {progress.step} of {state}")
        return progress

    def save(self) -> None:
        """Save the resumable state beside the old one, then put it in its place."""
        self.accelerator.wait_for_everyone()
        fresh, state, old = (self.folder / n for n in ("state.part", "state", "state.old"))
        if self.accelerator.is_main_process:
            shutil.rmtree(fresh, ignore_errors=True)
        self.accelerator.wait_for_everyone()
        self.accelerator.save_state(str(fresh))
        if self.accelerator.is_main_process:
            self.progress.save(fresh / "progress.json")
            shutil.rmtree(old, ignore_errors=True)
            if state.exists():
                state.rename(old)
            fresh.rename(state)
            shutil.rmtree(old, ignore_errors=True)
        self.accelerator.wait_for_everyone()

    def train(self) -> Path:
        """Train to the end of the budget; returns the folder of the best weights."""
        recipe, progress = self.recipe, self.progress
        stream = PairStream(
            self.maker,
            self.encoder,
            recipe.optim.tokens,
            # A pool that was begun is left behind: pairs are endless, and none should be met twice.
            start=progress.pool + 1 if progress.step else 0,
            rank=self.accelerator.process_index,
            world=self.accelerator.num_processes,
        )
        loader = DataLoader(
            stream,
            batch_size=None,
            num_workers=recipe.workers,
            persistent_workers=recipe.workers > 0,
            # A worker makes a pool at a time: enough ahead that none is waited for.
            prefetch_factor=8 if recipe.workers else None,
            pin_memory=torch.cuda.is_available(),
        )
        batches = iter(loader)
        clock = Clock()
        next_eval = (math.floor(progress.share(recipe.budget) / recipe.eval.every) + 1) * recipe.eval.every
        saved_at = progress.seconds
        since = (progress.seconds, progress.tokens)
        losses: list[torch.Tensor] = []
        while (share := self._agreed_share()) < 1:
            rate = self._set_rate(share)
            losses.append(self._step(batches))
            clock.add_to(progress)
            if progress.step % LOG_EVERY == 0:
                self._report(losses, rate, share, since)
                losses, since = [], (progress.seconds, progress.tokens)
            if share >= next_eval:
                self.evaluate(share)
                next_eval += recipe.eval.every
                clock.skip()
            if progress.seconds - saved_at > 60 * recipe.save_minutes:
                self.save()
                saved_at = progress.seconds
                clock.skip()
        self.evaluate(1.0)
        self.save()
        return self.folder / "best"

    def _agreed_share(self) -> float:
        """The share of the budget used; with several processes the furthest one's, so all stop at once."""
        share = self.progress.share(self.recipe.budget)
        if self.accelerator.num_processes == 1:
            return share
        shares = self.accelerator.gather(torch.tensor([share], device=self.accelerator.device))
        return float(shares.max())

    def _set_rate(self, share: float) -> float:
        optim = self.recipe.optim
        if share < optim.warmup:
            factor = max(share / optim.warmup, 0.01)
        else:
            done = (share - optim.warmup) / (1 - optim.warmup)
            factor = 1 - (1 - optim.final) * min(done, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = optim.learning_rate * factor
        return optim.learning_rate * factor

    def _step(self, batches: Any) -> torch.Tensor:
        progress, optim = self.progress, self.recipe.optim
        summed = torch.zeros((), device=self.accelerator.device)
        for batch in islice(batches, optim.accumulate):
            progress.pool = max(progress.pool, int(batch.pop("pool")))
            tokens = int(batch["attention_mask"].sum()) + int((batch["labels"] >= 0).sum())
            progress.tokens += tokens * self.accelerator.num_processes
            batch = {k: v.to(self.accelerator.device, non_blocking=True) for k, v in batch.items()}
            loss = self.objective(self.model, batch) / optim.accumulate
            self.accelerator.backward(loss)
            summed += loss.detach()
        self.accelerator.clip_grad_norm_(self.model.parameters(), optim.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.average is not None:
            self.average.update_parameters(self.accelerator.unwrap_model(self.model))
        progress.step += 1
        return summed

    def _report(
        self, losses: list[torch.Tensor], rate: float, share: float, since: tuple[float, int]
    ) -> None:
        if not self.accelerator.is_main_process:
            return
        progress = self.progress
        loss = float(torch.stack(losses).mean())
        speed = (progress.tokens - since[1]) / max(progress.seconds - since[0], 1e-9)
        left = progress.seconds * (1 - share) / share if share else 0.0
        self.journal.write(
            kind="train",
            step=progress.step,
            loss=round(loss, 4),
            rate=rate,
            tokens=progress.tokens,
            seconds=round(progress.seconds, 1),
            cpu_seconds=round(progress.cpu_seconds, 1),
            tokens_a_second=round(speed),
        )
        self.journal.say(
            f"step {progress.step}  loss {loss:.3f}  {speed:,.0f} tokens/s  "
            f"{share:.0%}  left {duration(left)}"
        )

    def evaluate(self, share: float) -> None:
        """Measure on held-out sources and, if given, on real pairs; keep the weights if they are the best."""
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process:
            trained = self.accelerator.unwrap_model(self.model)
            model: Any = trained if self.average is None else self.average.module
            model.eval()
            with self.accelerator.autocast():
                loss = held_out_loss(model, self.held_out, self.encoder)
                made = score_examples(model, self.held_out, self.encoder)
                real = score_real(model, self.real, self.encoder) if self.real else None
            model.train()
            values = {"loss": loss, "precision": made.precision, "recall": made.recall, "f05": made.f05}
            if real:
                values |= {
                    f"real_{n}": getattr(real, n) for n in ("precision", "recall", "f05", "error_rate")
                }
            values = {k: round(v, 4) for k, v in values.items()}
            self.journal.write(
                kind="eval",
                step=self.progress.step,
                share=round(share, 4),
                tokens=self.progress.tokens,
                seconds=round(self.progress.seconds, 1),
                cpu_seconds=round(self.progress.cpu_seconds, 1),
                **values,
            )
            self.journal.say(
                f"step {self.progress.step}  " + "  ".join(f"{k} {v}" for k, v in values.items())
            )
            # Real pairs are few and of few sites: neither they nor held-out text decide alone.
            merit = (real.f05 + made.f05) / 2 if real else made.f05
            if merit >= self.progress.best:
                self.progress.best = merit
                self._keep(model, values)
        self.accelerator.wait_for_everyone()

    def _keep(self, model: Any, values: dict[str, float]) -> None:
        fresh, best = self.folder / "best.part", self.folder / "best"
        shutil.rmtree(fresh, ignore_errors=True)
        model.save_pretrained(fresh)
        shutil.copy(self.folder / "start" / "tokenizer.json", fresh)
        shutil.copy(self.folder / "inverse.tsv", fresh)
        record = {
            "progress": asdict(self.progress),
            "scores": values,
            "dictionary": self.dictionary,
            "parameters": sum(p.numel() for p in model.parameters()),
            # The card may be written on another machine.
            "hardware": hardware(),
            "versions": package_versions(),
        }
        (fresh / "training.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
        shutil.rmtree(best, ignore_errors=True)
        fresh.replace(best)


def measure_lexicon(recipe: Recipe, corpora: Corpora, mix: SpinnerMix) -> InverseLexicon:
    """The inverse dictionary on the recipe's corpora."""
    rng = random.Random(f"lexicon:{recipe.seed}")
    texts = (excerpt(corpora.draw(rng), rng) for _ in range(recipe.lexicon_documents))
    return measure_inverse(mix.spinners, texts, recipe.seed)


def _plain(recipe: Recipe) -> Any:
    from dataclasses import replace

    return replace(recipe.pairs, hidden_hints=0.0, open_slots=0.0)


def _groups(model: torch.nn.Module, decay: float) -> list[dict[str, Any]]:
    """Weight matrices decay; norms and relative position biases do not."""
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    plain = [p for n, p in named if p.ndim < 2 or "relative_attention_bias" in n]
    rest = [p for n, p in named if not (p.ndim < 2 or "relative_attention_bias" in n)]
    return [{"params": rest, "weight_decay": decay}, {"params": plain, "weight_decay": 0.0}]
