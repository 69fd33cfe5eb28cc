"""Placeholder during integration."""

from __future__ import annotations
from dataclasses import dataclass


@dataclass
class Look:
    words: int
    score: float
    is_suspect: bool
    spans: list[tuple[int, int]]


class FirstLook:
    digest = "none"

    @classmethod
    def load(cls) -> FirstLook:
        return cls()

    def look(self, text: str) -> Look:
        return Look(text.count(" ") + 1, 0.5, True, [(0, len(text))])
