from __future__ import annotations

import pytest

from despin.metrics.tables import format_share, markdown_table


def test_a_table_in_each_style() -> None:
    rows = [["a", "1"], ["b"], ["", "3"]]
    assert markdown_table(["x", "n"], rows) == (
        "| x | n |\n| --- | ---: |\n| a | 1 |\n| b |  |\n| | 3 |\n"
    )  # fmt: skip
    compact = markdown_table(["", "n"], rows[:1], "rl", "compact")
    assert compact == "| | n |\n|---:|---|\n| a | 1 |\n"
    assert markdown_table(["x", "n"], [], style="narrow") == "| x | n |\n|---|--:|\n"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("a|b", "a\\|b"),
        ("a\nb", "a b"),
        ("a\r\nb\u2028c", "a b c"),
        ("|", "\\|"),
    ],
)
def test_bars_and_line_breaks_do_not_break_the_row(cell: str, shown: str) -> None:
    table = markdown_table([cell, "n"], [[cell, "1"]])
    assert table == f"| {shown} | n |\n| --- | ---: |\n| {shown} | 1 |\n"
    assert len(table.splitlines()) == 3


def test_what_does_not_fit_the_header_is_refused() -> None:
    with pytest.raises(ValueError, match="3 cells for 2 columns"):
        markdown_table(["x", "n"], [["a", "b", "c"]])
    with pytest.raises(ValueError, match="1 letters for 2 columns"):
        markdown_table(["x", "n"], [], "l")


def test_shares_have_three_decimals() -> None:
    assert (format_share(0.12345), format_share(None)) == ("0.123", "–")
