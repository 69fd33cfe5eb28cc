"""Substitutions outside the dictionary, to simulate a spinner whose dictionary is only partly known."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from despin.infer.text.casing import copy_case
from despin.infer.text.edits import Edit
from despin.infer.text.tokens import fold
from despin.train.spin.dictionary import Entry


class Noise:
    """Replacements two steps away in the dictionary: a spun form of another original of the same form.

    "big" is spun to "massive", and so is "huge", which is also spun to "monstrous": so "big" may
    become "monstrous". Single words only, because such a step rarely changes their meaning much.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._forms: dict[str, list[str]] = {}
        self._originals: dict[str, list[str]] = {}
        for entry in entries:
            if " " not in entry.original and " " not in entry.spun:
                self._forms.setdefault(fold(entry.original), []).append(entry.spun)
                self._originals.setdefault(fold(entry.spun), []).append(entry.original)
        self._cache: dict[tuple[str, str], list[str]] = {}

    def near(self, original: str, spun: str) -> list[str]:
        """The forms two steps from ``original`` by way of ``spun``, without those one step away."""
        key = (fold(original), fold(spun))
        if key not in self._cache:
            direct = {fold(form) for form in self._forms.get(key[0], ())} | {key[0]}
            further = {
                form
                for other in self._originals.get(key[1], ())
                for form in self._forms.get(fold(other), ())
                if fold(form) not in direct
            }
            self._cache[key] = sorted(further)
        return self._cache[key]

    def apply(self, edits: Sequence[Edit], share: float, rng: random.Random) -> list[Edit]:
        """The edits, each given another replacement from `near`, if any, with probability ``share``."""
        out = []
        for edit in edits:
            if rng.random() < share and (near := self.near(edit.source, edit.replacement)):
                drawn = near[int(rng.random() * len(near))]
                edit = replace(edit, replacement=copy_case(edit.source, drawn))
            out.append(edit)
        return out
