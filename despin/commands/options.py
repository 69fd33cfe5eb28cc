"""Options that several commands have in common."""

from __future__ import annotations

import math
from typing import Any

import click

MAX_THREADS = 256


class Probability(click.FloatRange):
    """A number in 0..1; ``nan``, which every comparison lets pass, is refused."""

    name = "probability"

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Fails like any other option outside its range."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not in the range 0<=x<=1.", param, ctx)
        return number


threads = click.option(
    "--threads",
    type=click.IntRange(0, MAX_THREADS),
    default=0,
    show_default="all cores",
    help="CPU threads.",
)
checkpoint = click.option(
    "--checkpoint", metavar="DIR", help="A checkpoint folder or hf://owner/name instead of the embedded one."
)
min_confidence = click.option(
    "--min-confidence",
    type=Probability(),
    metavar="X",
    help="Drop edits below X (0 to 1) instead of the checkpoint's own threshold.",
)
