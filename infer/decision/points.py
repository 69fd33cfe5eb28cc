"""The names of the modes and operating points."""

from __future__ import annotations

from typing import Literal, get_args

Mode = Literal["fast", "best"]
"""The embedded weights alone, or with a language model too."""
MODES: tuple[Mode, ...] = get_args(Mode)
Point = Literal["natural", "careful"]
"""An operating point: fewest wrong words, or highest F0.5."""
POINTS: tuple[Point, ...] = get_args(Point)
