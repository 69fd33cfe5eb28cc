"""Whether two wordings deny the same, told so that "whether or not" and "whether" do."""

from __future__ import annotations

import re

_NO_DENIAL = re.compile(
    r"\b(?:whether or not|or not|if not|no matter|(?:not|never) (?:only|just|solely|simply|merely)|"
    r"(?:no|not|n['’]t(?: any)?) (?:much )?(?:less|fewer|more|later|doubt)|"
    r"not (?:(?:too|so|very) )?long ago|not way back|not far|in no time|no longer than)\b|"
    r"n['’]t (?:only|just|solely|simply|merely)\b"
)
"""Wordings with a "no" or "not" that deny nothing of what they are said about."""
_DENIAL = re.compile(
    r"['’]t\b|\b(?:not|no|never|none|nor|cannot|neither|without|with out|devoid of|nobody|nothing|nowhere)\b"
)
_CONTRARY = re.compile(
    r"\b(?:(?:un|im|in|ir|il|dis|non)[a-z]{3,}|[a-z]+less|lack\w*|fail\w*|refus\w*|avoid\w*|"
    r"forg[eo]t\w*|free\w*|missing|absen\w*|rarely|seldom|hardly|few|little|less|unless|zero|left out|"
    r"let alone|at once|regardless|(?:stay|stays|stayed|keep|keeps|kept) away)\b"
)
"""Words that deny in themselves: "not fair" may become "unfair"."""


def same_denial(source: str, replacement: str) -> bool:
    """Whether neither or both of two wordings deny, by a "not" or by a word of contrary sense."""
    denied = [_DENIAL.search(_NO_DENIAL.sub(" ", w.lower())) is not None for w in (source, replacement)]
    if denied[0] == denied[1]:
        return True
    other = replacement if denied[0] else source
    return _CONTRARY.search(other.lower()) is not None
