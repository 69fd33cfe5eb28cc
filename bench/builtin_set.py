"""The set that comes with the package: fictional news of twelve domains, written for this project.

Each passage was spun by our own spinner with two dictionaries: half of the substitutions are of the
dictionary that trains and half of ``withheld.tsv``, whose rows no training dictionary holds. What a system
does with the second half tells what it does beyond its dictionary. ``despin bench builtin`` makes the
pairs again from the originals.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from despin.infer.candidates.phrases import PhraseTable
from despin.infer.files import write_text
from despin.infer.text.casing import copy_case
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.tokens import tokenize

BUILTIN = "builtin"
"""How the set is asked for."""
_FOLDER = Path(__file__).parent / "data"
PAIRS = str(_FOLDER / "pairs.jsonl")
CLEAN = str(_FOLDER / "clean.jsonl")
ORIGINALS = _FOLDER / "originals.jsonl"
WITHHELD = _FOLDER / "withheld.tsv"


def spun(text: str, known: Sequence[Edit], withheld: Mapping[str, Sequence[str]], rng: random.Random) -> str:
    """``text`` with as many substitutions of the one kind as of the other.

    ``known`` are those of the spinner, ``withheld`` maps originals to spun wordings. Where both meet, a
    coin decides; of the kind that is left with more, some are taken back.
    """
    others = list(_withheld_edits(text, withheld, rng))
    met = [edit for edit in known if any(_meet(edit, other) for other in others)]
    kept = [edit for edit in known if edit not in met]
    for edit in met:
        if rng.random() < 0.5:
            kept.append(edit)
            others = [other for other in others if not _meet(edit, other)]
    kept = [edit for edit in kept if not any(_meet(edit, other) for other in others)]
    count = min(len(kept), len(others))
    chosen = rng.sample(kept, count) + rng.sample(others, count)
    return apply_edits(text, sorted(chosen, key=lambda edit: edit.start))


def _withheld_edits(text: str, withheld: Mapping[str, Sequence[str]], rng: random.Random) -> Iterator[Edit]:
    tokens = tokenize(text)
    for first, behind, wordings in PhraseTable(withheld).find(text, tokens):
        start, end = tokens[first].start, tokens[behind - 1].end
        source = text[start:end]
        yield Edit(start, end, source, copy_case(source, rng.choice(wordings)))


def _meet(one: Edit, other: Edit) -> bool:
    return one.start < other.end and other.start < one.end


def read_withheld(file: Path = WITHHELD) -> dict[str, list[str]]:
    """Originals and their spun wordings that no training dictionary holds."""
    found: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        original, wording = line.split("\t")
        found.setdefault(original, []).append(wording)
    return found


def write_pairs() -> str:
    """Spin the originals again and write the pairs; returns the file. Meant for a clone."""
    from despin.train.spin.spinner import Spinner

    spinner, withheld = Spinner(), read_withheld()
    lines = []
    for number, line in enumerate(ORIGINALS.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        known = spinner.spin(row["text"], seed=f"builtin:{number}").edits
        made = spun(row["text"], known, withheld, random.Random(f"builtin:{number}"))
        pair = {"id": row["id"], "domain": row["domain"], "spun": made, "original": row["text"]}
        lines.append(json.dumps(pair, ensure_ascii=False) + "\n")
    write_text(Path(PAIRS), "".join(lines))
    return PAIRS
