"""The card: written from what was recorded, nothing made up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from despin.train.ship.card import EXAMPLE_INPUT, EXAMPLE_OUTPUT, card, rewrite_cards, speed, terms  # noqa: E402


@pytest.fixture
def lineage(root: Path) -> list[dict[str, Any]]:
    return list(json.loads((root / "models" / "despin-small" / "lineage.json").read_text()))


def test_the_shipped_lineage_gives_a_whole_card(lineage: list[dict[str, Any]]) -> None:
    text = card(lineage)
    runs = [step for step in lineage if "recipe" in step]
    for part in ("google/flan-t5-small (Apache-2.0)", "traceforge-title-model 0.2.0 (MIT)", "CC BY-SA 3.0",
                 "must not be used for", "Not for rewriting", "processor hours"):  # fmt: skip
        assert part in text, part
    assert f"{sum(s['progress']['tokens'] for s in runs):,} tokens" in text
    assert all(f"`{s['config']}`, seed {s['seed']}" in text for s in runs)
    assert "Scores as it ships" not in text


def test_a_gpus_share_of_its_peak() -> None:
    step = {
        "progress": {"tokens": 1_000_000, "seconds": 10.0},
        "hardware": "1 x NVIDIA H100 80GB HBM3",
        "parameters": 40_000_000,
    }
    # 6 x 4e7 x 1e5 = 2.4e13 of 9.89e14
    assert speed(step) == "100,000 tokens a second, 2.4% of the card's bf16 peak"
    assert speed({**step, "hardware": "AMD EPYC, 2 cores"}) == "100,000 tokens a second"
    assert speed({**step, "parameters": None}) == "100,000 tokens a second"


def test_terms_by_name() -> None:
    assert terms("press.jsonl.zst").startswith("public domain")
    assert terms("mine.txt") == "see its source"


def test_rewriting_adds_the_reports_and_can_be_done_again(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    shutil.copy(root / "models" / "despin-small" / "lineage.json", folder)
    (tmp_path / "table.md").write_text("| despin | 0.9 |\n\nsignature: x\n")
    for _ in range(2):
        rewrite_cards([folder], [tmp_path / "table.md"])
        text = (folder / "README.md").read_text()
        assert text.count("## Scores as it ships") == text.count("| despin | 0.9 |") == 1
        assert text.index("signature: x") < text.index("## Limits")


def test_the_slot_example_is_what_plain_transformers_give(root: Path, lineage: list[dict[str, Any]]) -> None:
    from transformers import AutoTokenizer, T5ForConditionalGeneration

    folder = str(root / "models" / "despin-small")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = T5ForConditionalGeneration.from_pretrained(folder)
    output = model.generate(tokenizer(EXAMPLE_INPUT, return_tensors="pt").input_ids, max_new_tokens=64)
    assert tokenizer.decode(output[0]) == f"<pad>{EXAMPLE_OUTPUT}</s>"
    text = card(lineage)
    assert EXAMPLE_INPUT in text and f"# <pad>{EXAMPLE_OUTPUT}</s>" in text


def test_the_slot_example_is_marked_as_the_engine_marks_it(root: Path) -> None:
    from tokenizers import Tokenizer

    from despin.infer.candidates.inverse import InverseLexicon
    from despin.infer.candidates.slots import find_slots, mark_slots
    from despin.infer.candidates.subwords import Subwords
    from despin.infer.checkpoint import EMBEDDED
    from despin.infer.text.tokens import tokenize

    tokenizer = Tokenizer.from_file(str(root / "models" / "despin-small" / "tokenizer.json"))
    text = "The organization mentioned that earnings grew."
    tokens = tokenize(text)
    slots = find_slots(text, tokens, InverseLexicon.load(EMBEDDED / "inverse.tsv"), hints=2)
    marked = mark_slots(text, tokens, slots, Subwords(tokenizer))
    encoded = tokenizer.encode(EXAMPLE_INPUT, add_special_tokens=False)
    assert [*encoded.tokens, "</s>"] == marked.pieces
