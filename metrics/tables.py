"""What stands in the cells of tables."""

from __future__ import annotations

NONE = "–"
"""Where there is no value."""
NOTHING = "∅"
"""Where there is no wording."""


def share(value: float | None) -> str:
    """A number in 0..1 with three decimals."""
    return NONE if value is None else f"{value:.3f}"
