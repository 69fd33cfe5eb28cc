"""Short quotations may mention words instead of using them."""

from __future__ import annotations

import pytest

from despin.infer.text.mentions import mention_spans
from despin.infer.text.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("they write “counterfeit consciousness” here", ["“counterfeit consciousness”"]),
        ('they write "uncooked records" and "final yr".', ['"uncooked records"', '"final yr"']),
        ("they write «final yr» and ‘present yr’", ["«final yr»", "‘present yr’"]),
        ("he said “the officers stated it all in the final yr of the finances” and left", []),
        ("an open “quotation", []),
        ("“” nothing", []),
    ],
)
def test_short_quotations(text: str, mentions: list[str]) -> None:
    assert [text[a:b] for a, b in mention_spans(tokenize(text))] == mentions
