"""Markdown tables and the values in their cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

NO_VALUE = "–"
"""Shown where there is no value."""
NO_WORDING = "∅"
"""Shown where there is no wording."""

_DELIMITERS = {
    "spaced": {"l": " --- ", "r": " ---: "},
    "compact": {"l": "---", "r": "---:"},
    "narrow": {"l": "---", "r": "--:"},
}


def format_share(value: float | None) -> str:
    """A number in 0..1 with three decimals."""
    return NO_VALUE if value is None else f"{value:.3f}"


def markdown_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    align: str | None = None,
    style: Literal["spaced", "compact", "narrow"] = "spaced",
) -> str:
    """A table in GitHub-flavoured Markdown, ending with a line break.

    ``align`` has a letter for each column, "l" (left) or "r" (right); without it, the first column is
    left-aligned and the others are right-aligned. ``style`` is how the delimiter row is written. Bars and
    line breaks in cells are escaped. A row may be shorter than the header: its last cells are then blank.
    Raises ValueError if a row or ``align`` does not fit the header.
    """
    columns = "l" + "r" * (len(header) - 1) if align is None else align
    if len(columns) != len(header):
        raise ValueError(f"align has {len(columns)} letters for {len(header)} columns")
    lines = [_row(header, len(header)), "|".join(_DELIMITERS[style][c] for c in columns)]
    lines += (_row(cells, len(header)) for cells in rows)
    return "".join(f"|{line}|\n" for line in lines)


def _row(cells: Sequence[str], columns: int) -> str:
    if len(cells) > columns:
        raise ValueError(f"a row has {len(cells)} cells for {columns} columns")
    shown = [f" {escaped} " if (escaped := _escape(cell)) else " " for cell in cells]
    return "|".join([*shown, *["  "] * (columns - len(cells))])


def _escape(cell: str) -> str:
    """The cell on one line and with its bars escaped, so that neither ends the row or the cell."""
    return " ".join(cell.splitlines()).replace("|", "\\|")
