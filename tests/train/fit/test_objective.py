"""The loss: weighted pieces and a teacher beside the data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from tokenizers import Tokenizer  # noqa: E402

from despin.errors import InputError  # noqa: E402
from despin.train.data.batches import IGNORE_INDEX  # noqa: E402
from despin.train.fit.objective import Objective, divergence  # noqa: E402
from despin.train.fit.t5 import load_model  # noqa: E402
from despin.train.recipe import ObjectiveConfig  # noqa: E402

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def model(tiny_trained: Path) -> Any:
    return load_model(tiny_trained).eval()


@pytest.fixture(scope="module")
def batch() -> dict[str, Any]:
    return {
        "input_ids": torch.tensor([[5, 6, 7, 8], [9, 10, 0, 0]]),
        "attention_mask": torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]]),
        "labels": torch.tensor([[20, 21, 1], [22, 1, IGNORE_INDEX]]),
    }


def objective(config: ObjectiveConfig, model: Any, **more: Any) -> Objective:
    """With pieces 1, 20 and 22 for marks."""
    marks = {"</s>": 1, "<extra_id_0>": 20, "<extra_id_1>": 22, "▁house": 21}
    return Objective(config, marks, model.config.vocab_size, CPU, **more)


def pieces_of(folder: Path) -> dict[str, int]:
    return dict(Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab())


def test_the_default_is_the_models_own_loss(model: Any, batch: dict[str, Any]) -> None:
    assert torch.equal(objective(ObjectiveConfig(), model)(model, batch), model(**batch).loss)
    same = objective(ObjectiveConfig(changed_weight=1.0 + 1e-9), model)(model, batch)
    assert same.item() == pytest.approx(model(**batch).loss.item(), rel=1e-5)


def test_pieces_of_a_wording_weigh_as_asked(model: Any, batch: dict[str, Any]) -> None:
    logs = model(**batch).logits.log_softmax(-1)
    labels = batch["labels"]
    weight = {20: 1.0, 22: 1.0, 1: 1.0, 21: 4.0}
    summed = whole = 0.0
    for row, column in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1)):
        piece = int(labels[row, column])
        summed -= weight[piece] * logs[row, column, piece].item()
        whole += weight[piece]
    found = objective(ObjectiveConfig(changed_weight=4.0), model)(model, batch)
    assert found.item() == pytest.approx(summed / whole, rel=1e-5)


def test_a_model_is_at_no_distance_from_itself(model: Any, batch: dict[str, Any]) -> None:
    logits = model(**batch).logits
    assert divergence(logits, logits, batch["labels"]).item() == pytest.approx(0, abs=1e-6)
    other = torch.randn(logits.shape, generator=torch.Generator().manual_seed(0))
    assert divergence(logits, other, batch["labels"]).item() > 0.1
    # What is padding does not count.
    moved = logits.clone()
    moved[1, 2] += torch.arange(moved.shape[-1])
    assert divergence(moved, logits, batch["labels"]).item() == pytest.approx(0, abs=1e-6)


def test_the_teacher_teaches_and_learns_nothing(
    model: Any, batch: dict[str, Any], tiny_trained: Path
) -> None:
    config = ObjectiveConfig(teacher=str(tiny_trained), teacher_share=0.25)
    objective = Objective(config, pieces_of(tiny_trained), model.config.vocab_size, CPU)
    student = load_model(tiny_trained).eval()
    with torch.no_grad():
        student.lm_head.weight.add_(0.05 * torch.randn(student.lm_head.weight.shape))
    plain = student(**batch).loss.item()
    apart = divergence(student(**batch).logits, model(**batch).logits, batch["labels"]).item()
    loss = objective(student, batch)
    assert apart > 1e-3
    assert loss.item() == pytest.approx(0.75 * plain + 0.25 * apart, rel=1e-4)
    loss.backward()
    assert student.lm_head.weight.grad is not None
    assert all(p.grad is None for p in objective._teacher.parameters())


def test_the_teacher_is_asked_in_the_models_precision(
    model: Any, batch: dict[str, Any], tiny_trained: Path
) -> None:
    config = ObjectiveConfig(teacher=str(tiny_trained))
    pieces, rows = pieces_of(tiny_trained), model.config.vocab_size
    objective = Objective(config, pieces, rows, CPU, lambda: torch.autocast("cpu", torch.bfloat16))
    seen = []
    objective._teacher.lm_head.register_forward_hook(lambda _, __, out: seen.append(out.dtype))
    objective(model, batch)
    assert seen == [torch.bfloat16]


def test_a_teacher_that_cannot_teach_is_named(model: Any, tmp_path: Path, tiny_trained: Path) -> None:
    pieces, rows = pieces_of(tiny_trained), model.config.vocab_size
    with pytest.raises(InputError, match="no weights in"):
        Objective(ObjectiveConfig(teacher=str(tmp_path)), pieces, rows, CPU)
    teacher = ObjectiveConfig(teacher=str(tiny_trained))
    with pytest.raises(ValueError, match="pieces, the model has 7"):
        Objective(teacher, pieces, 7, CPU)
    last, before = sorted(pieces, key=pieces.__getitem__)[-2:]
    swapped = {**pieces, last: pieces[before], before: pieces[last]}
    with pytest.raises(ValueError, match=r"2 of the model's .* pieces have other ids"):
        Objective(teacher, swapped, rows, CPU)
    for bad in ({"changed_weight": 0.0}, {"teacher_share": 1.5}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            ObjectiveConfig(**bad)
