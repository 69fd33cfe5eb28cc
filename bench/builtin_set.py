"""The built-in evaluation set: fictional news of twelve domains, written for this project.

Each passage was spun by our own spinner with two dictionaries: half of the substitutions come from the
training dictionary and half from ``withheld.tsv``, whose rows are in no training dictionary. The second half
shows how a system generalises beyond its dictionary. ``despin bench builtin`` spins the originals again.
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
"""The name of the set on the command line."""
_FOLDER = Path(__file__).parent / "data"
PAIRS = str(_FOLDER / "pairs.jsonl")
CLEAN = str(_FOLDER / "clean.jsonl")
ORIGINALS = _FOLDER / "originals.jsonl"
WITHHELD = _FOLDER / "withheld.tsv"


def spin_evenly(
    text: str, known: Sequence[Edit], withheld: Mapping[str, Sequence[str]], rng: random.Random
) -> str:
    """``text`` with as many known as withheld substitutions.

    ``known`` are the spinner's edits, ``withheld`` maps originals to spun wordings. Of two that
    overlap one is drawn at random; the more frequent kind is then sampled down to the other's number.
    """
    withheld_edits = list(_withheld_edits(text, withheld, rng))
    overlapping = [e for e in known if any(_overlap(e, other) for other in withheld_edits)]
    known_edits = [e for e in known if e not in overlapping]
    for edit in overlapping:
        if rng.random() < 0.5:
            known_edits.append(edit)
            withheld_edits = [other for other in withheld_edits if not _overlap(edit, other)]
    known_edits = [e for e in known_edits if not any(_overlap(e, other) for other in withheld_edits)]
    count = min(len(known_edits), len(withheld_edits))
    chosen = rng.sample(known_edits, count) + rng.sample(withheld_edits, count)
    return apply_edits(text, sorted(chosen, key=lambda edit: edit.start))


def _withheld_edits(text: str, withheld: Mapping[str, Sequence[str]], rng: random.Random) -> Iterator[Edit]:
    tokens = tokenize(text)
    for first_token, end_token, wordings in PhraseTable(withheld).find(text, tokens):
        start, end = tokens[first_token].start, tokens[end_token - 1].end
        source = text[start:end]
        yield Edit(start, end, source, copy_case(source, rng.choice(wordings)))


def _overlap(a: Edit, b: Edit) -> bool:
    return a.start < b.end and b.start < a.end


def read_withheld(file: Path = WITHHELD) -> dict[str, list[str]]:
    """Originals and their spun wordings that are in no training dictionary."""
    wordings: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        original, spun = line.split("\t")
        wordings.setdefault(original, []).append(spun)
    return wordings


def write_pairs() -> str:
    """Spin the originals again and write the pairs; returns the file. Meant for a clone."""
    from despin.train.spin.spinner import Spinner

    spinner, withheld = Spinner(), read_withheld()
    lines = []
    for number, line in enumerate(ORIGINALS.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        seed = f"builtin:{number}"
        known = spinner.spin(row["text"], seed=seed).edits
        spun = spin_evenly(row["text"], known, withheld, random.Random(seed))
        pair = {"id": row["id"], "domain": row["domain"], "spun": spun, "original": row["text"]}
        lines.append(json.dumps(pair, ensure_ascii=False) + "\n")
    write_text(Path(PAIRS), "".join(lines))
    return PAIRS
