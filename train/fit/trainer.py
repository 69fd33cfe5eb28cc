"""The training run. It uses accelerate, so that one recipe serves a CPU, one GPU or several."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from despin.train.data.batches import PairStream, Position, batches_from
from despin.train.fit.environment import hardware, package_versions
from despin.train.fit.evaluation import held_out_loss, score_examples, score_real
from despin.train.fit.objective import Objective, require_teacher
from despin.train.fit.optimizer import build_optimizer, learning_rate, train_positions
from despin.train.fit.progress import Clock, Progress, TrainingLog, duration
from despin.train.fit.quiet import silence_libraries
from despin.train.fit.run_folder import RunFolder
from despin.train.fit.run_inputs import prepare_inputs
from despin.train.fit.run_state import PROGRESS_FILE, load_state, save_process, save_shared
from despin.train.fit.t5 import require_base, save_weights
from despin.train.recipe import Recipe

LOG_EVERY = 10
"""Steps between two lines of the log."""


class Trainer:
    """One training run in its output folder. Constructed again, it resumes from the last saved state.

    With a budget in steps, a resumed run ends with the weights of one that was never stopped, bit for bit on
    one machine: the state holds the place in the data and the random generators too.

    Raises ConfigError if the folder holds a run of another recipe or a damaged one, InputError if the base or
    the teacher is a local folder that does not exist or cannot be read.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.folder = RunFolder(Path(recipe.output))
        self._check_before_reading()
        self.accelerator = _accelerator(recipe)
        self.journal = TrainingLog(self.folder.log, self.accelerator.is_main_process)
        self.inputs = prepare_inputs(recipe, self.folder, self.accelerator.main_process_first)
        model = self.inputs.model
        model.train()
        train_positions(model, recipe.model.learn_positions)
        optimizer = build_optimizer(model, recipe.optim)
        self.model, self.optimizer = self.accelerator.prepare(model, optimizer)
        self.objective = Objective(
            recipe.objective,
            self.inputs.encoder.id_of,
            int(model.config.vocab_size),
            self.accelerator.device,
            self.accelerator.autocast,
        )
        self.average = self._moving_average()
        self.best_score = self.folder.best_score()
        self.progress, self.position = self._resume()

    def _check_before_reading(self) -> None:
        """Find at once what would otherwise fail after minutes of reading."""
        if not (self.folder.start / "config.json").exists():
            require_base(self.recipe.model.base)
        if self.recipe.objective.teacher is not None:
            require_teacher(self.recipe.objective.teacher)
        self.folder.check_recipe(self.recipe)
        self.folder.path.mkdir(parents=True, exist_ok=True)

    def _moving_average(self) -> AveragedModel | None:
        """The exponential moving average of the weights, saved and restored with the state."""
        if not self.recipe.optim.ema:
            return None
        update = get_ema_multi_avg_fn(self.recipe.optim.ema)  # type: ignore[no-untyped-call]
        return AveragedModel(self.accelerator.unwrap_model(self.model), multi_avg_fn=update)

    def _resume(self) -> tuple[Progress, Position]:
        """The saved progress and position in the data, weights and all else restored; or those of a start."""
        # Whatever was drawn until here depends on what an earlier attempt had left in the folder.
        torch.manual_seed(self.recipe.seed)
        if not self.folder.state.exists():
            if self.accelerator.is_main_process:
                self.journal.rewind(0)
            return Progress(), Position()
        progress, position = load_state(
            self.folder.state,
            self.accelerator.unwrap_model(self.model),
            self.optimizer,
            self.average,
            self.accelerator.process_index,
            self.accelerator.num_processes,
        )
        if self.accelerator.is_main_process:
            self.journal.rewind(progress.step)
        time = (self.folder.state / PROGRESS_FILE).stat().st_mtime
        saved = datetime.fromtimestamp(time).strftime("%Y-%m-%d %H:%M:%S")
        self.journal.say(
            f"resuming from step {progress.step} in {self.folder.state}, saved {saved} after "
            f"{duration(progress.seconds)} of training"
        )
        return progress, position

    def save(self) -> None:
        """Save the resumable state; an interrupted save leaves the previous one."""
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process:
            self.folder.clear_new_state()
        self.accelerator.wait_for_everyone()
        save_process(self.folder.new_state, self.accelerator.process_index, self.position)
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process:
            model = self.accelerator.unwrap_model(self.model)
            save_shared(self.folder.new_state, model, self.optimizer, self.average, self.progress)
            self.folder.keep_state()
        self.accelerator.wait_for_everyone()

    def train(self) -> Path:
        """Train to the end of the budget and return the folder of the best weights."""
        recipe, progress = self.recipe, self.progress
        batches = self._batches()
        clock = Clock()
        every = recipe.eval.every
        # With a longer budget than before, less of it is used.
        passed = math.floor(progress.share(recipe.budget) / every + 1e-9)
        progress.evaluations = min(progress.evaluations, passed)
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
            if share >= (progress.evaluations + 1) * every:
                self.evaluate(share)
                progress.evaluations += 1
                clock.skip()
            if progress.seconds - saved_at > 60 * recipe.save_minutes:
                self.save()
                saved_at = progress.seconds
                clock.skip()
        self.evaluate(1.0)
        self.save()
        return self.folder.best

    def _batches(self) -> Iterator[Any]:
        """Training batches without end, each with the position behind it, from the first unused one on."""
        recipe = self.recipe
        stream = PairStream(
            self.inputs.maker,
            self.inputs.encoder,
            recipe.optim.tokens,
            start=self.position.pool,
            rank=self.accelerator.process_index,
            world=self.accelerator.num_processes,
        )
        loader = DataLoader(
            stream,
            batch_size=None,
            num_workers=recipe.workers,
            persistent_workers=recipe.workers > 0,
            prefetch_factor=2 if recipe.workers else None,  # pools
            pin_memory=torch.cuda.is_available(),
            # The loader draws a seed; drawn from torch's own generator, it would disturb dropout.
            generator=torch.Generator(),
        )
        return batches_from(loader, self.position)

    def _agreed_share(self) -> float:
        """The share of the budget used: with several processes the largest, so that all stop together."""
        share = self.progress.share(self.recipe.budget)
        if self.accelerator.num_processes == 1:
            return share
        shares = self.accelerator.gather(torch.tensor([share], device=self.accelerator.device))
        return float(shares.max())

    def _set_rate(self, share: float) -> float:
        rate = learning_rate(self.recipe.optim, share)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        return rate

    def _step(self, batches: Any) -> torch.Tensor:
        progress, optim = self.progress, self.recipe.optim
        total = torch.zeros((), device=self.accelerator.device)
        for self.position, batch in islice(batches, optim.accumulate):
            tokens = int(batch["attention_mask"].sum()) + int((batch["labels"] >= 0).sum())
            progress.tokens += tokens * self.accelerator.num_processes
            batch = {k: v.to(self.accelerator.device, non_blocking=True) for k, v in batch.items()}
            loss = self.objective(self.model, batch) / optim.accumulate
            self.accelerator.backward(loss)
            total += loss.detach()
        self.accelerator.clip_grad_norm_(self.model.parameters(), optim.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.average is not None:
            self.average.update_parameters(self.accelerator.unwrap_model(self.model))
        progress.step += 1
        return total

    def _report(
        self, losses: list[torch.Tensor], rate: float, share: float, since: tuple[float, int]
    ) -> None:
        if not self.accelerator.is_main_process:
            return
        progress = self.progress
        loss = float(torch.stack(losses).mean())
        speed = (progress.tokens - since[1]) / max(progress.seconds - since[0], 1e-9)
        remaining = progress.seconds * (1 - share) / share if share else 0.0
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
            f"{share:.0%}  left {duration(remaining)}"
        )

    def evaluate(self, share: float) -> None:
        """Measure on held-out sources and real pairs; keep the weights if they are the best so far."""
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process:
            trained = self.accelerator.unwrap_model(self.model)
            model: Any = trained if self.average is None else self.average.module
            model.eval()
            with self.accelerator.autocast():
                scores, score = self._measure(model)
            model.train()
            self._report_scores(scores, share)
            if score >= self.best_score:
                self._keep(model, scores, score)
        self.accelerator.wait_for_everyone()

    def _measure(self, model: Any) -> tuple[dict[str, float], float]:
        """Scores by name, and the one by which weights are chosen.

        Real pairs are few and of few sites, so that neither they nor held-out text decide alone.
        """
        inputs = self.inputs
        loss = held_out_loss(model, inputs.held_out, inputs.encoder)
        synthetic = score_examples(model, inputs.held_out, inputs.encoder)
        scores = {"loss": loss} | {n: getattr(synthetic, n) for n in ("precision", "recall", "f05")}
        score = synthetic.f05
        if inputs.real:
            real = score_real(model, inputs.real, inputs.encoder)
            scores |= {f"real_{n}": getattr(real, n) for n in ("precision", "recall", "f05", "error_rate")}
            score = (real.f05 + synthetic.f05) / 2
        return {name: round(value, 4) for name, value in scores.items()}, score

    def _report_scores(self, scores: dict[str, float], share: float) -> None:
        progress = self.progress
        self.journal.write(
            kind="eval",
            step=progress.step,
            share=round(share, 4),
            tokens=progress.tokens,
            seconds=round(progress.seconds, 1),
            cpu_seconds=round(progress.cpu_seconds, 1),
            **scores,
        )
        shown = "  ".join(f"{name} {value}" for name, value in scores.items())
        self.journal.say(f"step {progress.step}  {shown}")

    def _keep(self, model: Any, scores: dict[str, float], score: float) -> None:
        fresh = self.folder.new_best()
        save_weights(model, fresh)
        shutil.copy(self.folder.start / "tokenizer.json", fresh)
        shutil.copy(self.folder.path / "inverse.tsv", fresh)
        record = {
            "score": score,
            "progress": asdict(self.progress),
            "scores": scores,
            "dictionary": self.inputs.dictionary,
            "parameters": sum(p.numel() for p in model.parameters()),
            # Of this machine: the card may be written on another one.
            "hardware": hardware(),
            "versions": package_versions(),
        }
        self.folder.keep_best(fresh, record)
        self.best_score = score


def _accelerator(recipe: Recipe) -> Accelerator:
    """Set threads, seed and kernels, and choose the precision."""
    silence_libraries()
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    # cuDNN makes a new attention plan for each shape, and nearly every batch has a shape of its own.
    torch.backends.cuda.enable_cudnn_sdp(False)
    bf16 = torch.cuda.is_available() if recipe.bf16 is None else recipe.bf16
    return Accelerator(mixed_precision="bf16" if bf16 else "no")
