"""Comparison of wordings by negation: "whether or not" and "whether" are equal, "do not" and "do" are not."""

from __future__ import annotations

import re

_NOT_NEGATION = re.compile(
    r"\b(?:whether or not|or not|if not|no matter|(?:not|never) (?:only|just|solely|simply|merely)|"
    r"(?:no|not|n['’]t(?: any)?) (?:much )?(?:less|fewer|more|later|doubt)|"
    r"not (?:(?:too|so|very) )?long ago|not way back|not far|in no time|no longer than)\b|"
    r"n['’]t (?:only|just|solely|simply|merely)\b"
)
"""Phrases with a "no" or "not" that negate nothing."""
_NEGATION = re.compile(
    r"['’]t\b|\b(?:not|no|never|none|nor|cannot|neither|without|with out|devoid of|nobody|nothing|nowhere)\b"
)
_NEGATIVE_WORD = re.compile(
    r"\b(?:(?:un|im|in|ir|il|dis|non)[a-z]{3,}|[a-z]+less|lack\w*|fail\w*|refus\w*|avoid\w*|"
    r"forg[eo]t\w*|free\w*|missing|absen\w*|rarely|seldom|hardly|few|little|less|unless|zero|left out|"
    r"let alone|at once|regardless|(?:stay|stays|stayed|keep|keeps|kept) away)\b"
)
"""Words that are negative in themselves: "not fair" may become "unfair"."""


def same_negation(source: str, replacement: str) -> bool:
    """Whether both or neither of two wordings are negated, by a "not" or by a negative word."""
    negated = [_NEGATION.search(_NOT_NEGATION.sub(" ", w.lower())) is not None for w in (source, replacement)]
    if negated[0] == negated[1]:
        return True
    other = replacement if negated[0] else source
    return _NEGATIVE_WORD.search(other.lower()) is not None
