"""Mentions: short quotations, in which words may be spoken about and not used.

A text about spun wordings quotes them: “counterfeit consciousness”. What stands in a short quotation is
therefore no evidence that the text around it was spun.
"""

from __future__ import annotations

from collections.abc import Sequence

from despin.infer.text.tokens import Token

MAX_TOKENS = 6
"""Tokens of a quotation that may be a mention; a longer one is somebody's speech."""
_CLOSING = {"“": "”", '"': '"', "‘": "’", "«": "»", "„": "“"}


def mention_spans(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """The spans of short quotations in a segment, in characters, quotation marks included."""
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(tokens):
        closing = _CLOSING.get(tokens[index].text)
        if closing is not None:
            for end in range(index + 2, min(index + 2 + MAX_TOKENS, len(tokens))):
                if tokens[end].text == closing:
                    spans.append((tokens[index].start, tokens[end].end))
                    index = end
                    break
        index += 1
    return spans
