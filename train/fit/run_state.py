"""The resumable state of a run: safetensors and JSON, so that a run from elsewhere is data, never code.

A state folder holds the weights, the optimizer's state, the moving average if there is one, the progress, and
for each process its place in the training data and its random generators. With these a resumed run takes the
same steps as one that was never stopped.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from despin.errors import ConfigError
from despin.infer.digests import DIGESTS_FILE, DamagedFolder, check_digests, write_digests
from despin.train.data.batches import Position
from despin.train.fit.progress import Progress

MODEL_FILE = "model.safetensors"
OPTIMIZER_FILE = "optimizer.safetensors"
AVERAGE_FILE = "average.safetensors"
PROGRESS_FILE = "progress.json"


def save_process(folder: Path, rank: int, position: Position) -> None:
    """Write what a process alone has: its position in the data and its random generators."""
    tensors = {"position": torch.tensor(position), "cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors["cuda"] = torch.cuda.get_rng_state()
    _write(folder / _process_file(rank), tensors)


def save_shared(
    folder: Path,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    average: torch.nn.Module | None,
    progress: Progress,
) -> None:
    """Write what all processes have in common, and at last the digests of all files in the folder."""
    _write(folder / MODEL_FILE, _tensors_of(model))
    _write(folder / OPTIMIZER_FILE, _flat(optimizer.state_dict()["state"]))
    if average is not None:
        _write(folder / AVERAGE_FILE, _tensors_of(average))
    progress.save(folder / PROGRESS_FILE)
    write_digests(folder)


def load_state(
    folder: Path,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    average: torch.nn.Module | None,
    rank: int,
    world: int,
) -> tuple[Progress, Position]:
    """Restore a state. The files are checked first, and nothing but tensors and numbers is read from them.

    With another number of processes than before, the data goes on behind the last pair that any of them used,
    and the random generators are left as they are. Raises ConfigError if the state is damaged, of another
    model, or of an earlier version of Despin, which pickled it.
    """
    try:
        if not (folder / DIGESTS_FILE).exists():
            raise ValueError("it has no digests.json, as states of other versions of Despin")
        check_digests(folder)
        progress = Progress.load(folder / PROGRESS_FILE)
        _restore(model, load_file(folder / MODEL_FILE))
        if average is not None:
            _restore(average, load_file(folder / AVERAGE_FILE))
        state = {
            "state": _nested(load_file(folder / OPTIMIZER_FILE)),
            "param_groups": optimizer.state_dict()["param_groups"],
        }
        optimizer.load_state_dict(state)
        return progress, _restore_process(folder, rank, world)
    except (DamagedFolder, SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(
            f"{folder}: this state cannot be resumed: {reason}; copy it again, or remove {folder} to train "
            "from the first step"
        ) from None


def _restore_process(folder: Path, rank: int, world: int) -> Position:
    positions: list[Position] = []
    while (file := folder / _process_file(len(positions))).exists():
        tensors = load_file(file)
        pool, batch = (int(number) for number in tensors["position"])
        if len(positions) == rank:
            own = tensors
        positions.append(Position(pool, batch))
    if not positions:
        raise ValueError(f"{_process_file(0)} is missing")
    if len(positions) != world:
        used = (max(position.pool for position in positions) + 1) * len(positions)
        return Position(-(-used // world), 0)
    torch.set_rng_state(own["cpu"])
    if "cuda" in own and torch.cuda.is_available():
        torch.cuda.set_rng_state(own["cuda"])
    return positions[rank]


def _process_file(rank: int) -> str:
    return f"process-{rank}.safetensors"


def _tensors_of(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Parameters and buffers by name; a parameter with several names (the embedding) has the first one."""
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


def _restore(module: torch.nn.Module, tensors: Mapping[str, torch.Tensor]) -> None:
    own = _tensors_of(module)
    if own.keys() != tensors.keys() or any(own[name].shape != t.shape for name, t in tensors.items()):
        raise ValueError("its tensors are those of another model")
    with torch.no_grad():
        for name, tensor in tensors.items():
            own[name].copy_(tensor)


def _flat(state: Mapping[int, Mapping[str, Any]]) -> dict[str, torch.Tensor]:
    """An optimizer's tensors by ``NUMBER.NAME``: number of the parameter and name of what is kept for it."""
    return {
        f"{number}.{name}": torch.as_tensor(value)
        for number, values in state.items()
        for name, value in values.items()
    }


def _nested(tensors: Mapping[str, torch.Tensor]) -> dict[int, dict[str, torch.Tensor]]:
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, tensor in tensors.items():
        number, name = key.split(".", 1)
        state.setdefault(int(number), {})[name] = tensor
    return state


def _write(file: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    """Write tensors as safetensors. Python writes, so that a full disk is an OSError like any other."""
    copies = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    try:
        with file.open("wb") as handle:
            handle.write(save(copies, metadata={"format": "pt"}))
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:  # a failed write does not name its file
        raise OSError(error.errno, error.strerror, str(file)) from None
