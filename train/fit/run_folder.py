"""The output folder of a run: the recipe it was started with, the best weights, the resumable state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from despin.errors import ConfigError
from despin.infer.digests import write_digests
from despin.infer.files import write_text
from despin.train.fit.folders import emptied, recover_folder, replace_folder
from despin.train.recipe import Budget, Recipe

RECIPE_FILE = "recipe.json"
RECORD_FILE = "training.json"
"""In a folder of weights: their score and how they were trained."""
NO_SCORE = -1.0
"""The best score before the first evaluation."""
FREE_SETTINGS = ("output", "budget", "save_minutes", "threads", "workers")
"""Settings that may change when a run is resumed, because the weights do not depend on them, or with another
number of threads in the last digits only. The budget is checked on its own: it may only grow."""


MAPPINGS = ("like",)
"""Settings that are mappings of the user's own keys."""


class RunFolder:
    """Paths in a run's output folder, and the steps that must not be interrupted half-way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "log.jsonl"
        self.start = path / "start"
        """The model before the first step, with its tokenizer."""
        self.best = path / "best"
        self.state = path / "state"
        self.new_state = path / "state.part"
        """Where a state is written before it replaces ``state``."""
        for folder in (self.start, self.best, self.state):
            recover_folder(folder)

    def check_recipe(self, recipe: Recipe) -> None:
        """Raise ConfigError if this run was started with another recipe. A longer budget is allowed."""
        file = self.path / RECIPE_FILE
        if not file.exists():
            return
        try:
            started = json.loads(file.read_text(encoding="utf-8"))
            budget = Budget(**started["budget"])
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{file}: cannot be read ({error}); remove {self.path} to start again"
            ) from None
        difference = _first_difference(started, _values(recipe)) or _shorter_limit(budget, recipe.budget)
        if difference:
            name, before, now = difference
            raise ConfigError(
                f"{file}: this run was started with {name}: {before}, and the recipe says {now}; restore the "
                f"old value, choose another output folder, or remove {self.path} to start again"
            )

    def write_recipe(self, recipe: Recipe) -> None:
        """Record all values of the recipe."""
        write_text(self.path / RECIPE_FILE, json.dumps(_values(recipe), indent=1) + "\n")

    def best_score(self) -> float:
        """The score of the weights in ``best``, NO_SCORE if there are none."""
        file = self.best / RECORD_FILE
        if not file.exists():
            return NO_SCORE
        try:
            record = json.loads(file.read_text(encoding="utf-8"))
            # Runs of earlier versions recorded it with the progress.
            return float(record["score"] if "score" in record else record["progress"].get("best", NO_SCORE))
        except (ValueError, LookupError, TypeError, AttributeError):
            raise ConfigError(
                f"{file}: cannot be read; remove {self.best} to let the run choose its best weights again"
            ) from None

    def new_best(self) -> Path:
        """An empty folder to be filled with weights and given to `keep_best`."""
        return emptied(self.path / "best.part")

    def keep_best(self, fresh: Path, record: Mapping[str, Any]) -> None:
        """Replace ``best`` by a folder of weights together with their record, which holds their ``score``."""
        (fresh / RECORD_FILE).write_text(json.dumps(record, indent=1), encoding="utf-8")
        write_digests(fresh)
        replace_folder(fresh, self.best)

    def clear_new_state(self) -> None:
        """Empty ``new_state``."""
        emptied(self.new_state)

    def keep_state(self) -> None:
        """Replace the resumable state by ``new_state``."""
        replace_folder(self.new_state, self.state)


def _values(recipe: Recipe) -> dict[str, Any]:
    """All values as they are after a round trip through JSON."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(recipe)))
    return values


def _first_difference(started: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, Any, Any] | None:
    """Name, old and new value of the first setting that differs.

    Settings that one side lacks are those of another version of Despin, and not compared.
    """
    for name, value in now.items():
        if name in FREE_SETTINGS or name not in started or started[name] == value:
            continue
        before, after = _settings_in(name, started[name]), _settings_in(name, value)
        if before is None or after is None:
            return name, started[name], value
        if isinstance(value, list) and len(before) != len(after):
            return name, started[name], value
        if inner := _first_difference(before, after):
            return f"{name}.{inner[0]}".replace(".[", "["), *inner[1:]
    return None


def _settings_in(name: str, value: Any) -> dict[str, Any] | None:
    """Nested settings by name, or by index for a list of them; None for a plain value."""
    if isinstance(value, dict) and name not in MAPPINGS:
        return value
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return {f"[{i}]": item for i, item in enumerate(value)}
    return None


def _shorter_limit(before: Budget, now: Budget) -> tuple[str, Any, Any] | None:
    """Name, old and new value of the first limit of the budget that is lower than before (None: no limit)."""
    for name, limit in asdict(now).items():
        old = getattr(before, name)
        if limit is not None and (old is None or limit < old):
            return f"budget.{name}", old, limit
    return None
