"""What stands in the cells of tables."""

from __future__ import annotations

NO_VALUE = "–"
"""Where there is no value."""
NO_WORDING = "∅"
"""Where there is no wording."""


def format_share(value: float | None) -> str:
    """A number in 0..1 with three decimals."""
    return NO_VALUE if value is None else f"{value:.3f}"
