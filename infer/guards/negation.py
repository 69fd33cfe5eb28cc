"""Comparison of wordings by negation: "whether or not" and "whether" are equal, "do not" and "do" are not."""

from __future__ import annotations

import re

_NOT_NEGATION = re.compile(
    r"\b(?:whether or not|or not|if not|no matter|(?:not|never) (?:be )?(?:only|just|solely|simply|merely)|"
    r"(?:no|not|n['’]t(?: any)?) (?:much )?(?:less|fewer|more|later|doubt)|"
    r"not (?:(?:too|so|very) )?long ago|not way back|not far|in no time|no longer than)\b|"
    r"\b(?:without|with out|not using) (?:a |any )?doubt\b|\bno\.? (?=\d)|"
    r"n['’]t (?:only|just|solely|simply|merely)\b"
)
"""Phrases with a "no" or "not" that negate nothing."""
_NEGATION = re.compile(
    r"['’]t\b|\b(?:not|no|never|none|nor|cannot|neither|without|with out|devoid of|nobody|nothing|nowhere)\b"
)
_NEGATIVE_LIST = (
    "un(?:able|acceptable|aware|available|certain|clear|common|controlled|decided|defined|desirable|desired|"
    "disclosed|documented|doubtedly|employed|equal|ethical|even|expected|fair|familiar|finished|fit|"
    "fortunate|friendly|happy|healthy|identified|imaginable|important|interested|known?|lawful|like|likely|"
    "limited|lucky|named|natural|necessary|official|paid|pleasant|popular|predictable|prepared|"
    "questionabl[ey]|related|reliable|safe|satisfactory|seen|stable|successful|suitable|sure|surprisingly|"
    "true|used|usual|wanted|willing|wise)(?:ly)?|"
    "in(?:ability|accessible|accurate|action|active|adequate|appropriate|capable|competent|complete|"
    "conceivable|consistent|correct|direct|effective|experienced|frequent|secure|sensitive|significant|"
    "sufficient|tolerable|valid|visible)(?:ly)?|"
    "im(?:material|mature|moral|partial|perfect|possible|practical|precise|probable|proper)(?:ly)?|"
    "il(?:legal|legible|legitimate|licit|logical)(?:ly)?|ir(?:regular|relevant|responsible|respective)(?:ly)?|"
    "dis(?:agree|allow|approve|believe|connect|honest|like|miss|obey|prove|satisfied|similar|trust)\\w*|"
    "non-?(?!e)[a-z]{3,}"
)
_NEGATIVE_PREFIXED = re.compile(rf"\b(?:{_NEGATIVE_LIST})\b")
"""Words negated by a prefix, by list: "important", "under" and "interest" begin alike."""
_NEGATIVE_WORD = re.compile(
    r"\b(?!(?:unless|nonetheless|nevertheless|bless|press)\b)[a-z]+less\b|"
    r"\b(?:lack\w*|fail(?:s|ed|ing|ure|ures)?|refus(?:e|es|ed|al|ing)|avoid\w*|forg[eo]t\w*|free(?:ly)?|"
    r"missing|absent|absence|rarely|seldom|hardly|few|little|less|unless|zero|left out|minus|"
    r"let alone|at once|regardless|whatever|despite|recently|at least|"
    r"(?:stay|stays|stayed|keep|keeps|kept) away)\b"
)
"""Words that are negative in themselves: "not often" may become "rarely"."""
_RARELY = re.compile(r"\b(?:rarely|seldom|hardly|infrequently)\b")
_NEVER = re.compile(r"(?<!almost )(?<!hardly )\bnever\b(?! mind)")
_EVER = re.compile(r"\b(?:n?ever|by no means|at no (?:time|point)|under no circumstances|in no way)\b")
_PREFIX = re.compile(r"\b(?:un|in|im|il|ir|dis|non-?)([a-z]{3,})\b")


def same_negation(source: str, replacement: str) -> bool:
    """Whether both or neither of two wordings are negated, by a "not", a prefix or a negative word.

    A "never" is not the same as a "not" without "ever".
    """
    before, after = source.lower(), replacement.lower()
    if _changes_force(before, after) or _changes_force(after, before):
        return False
    bare = [_NOT_NEGATION.sub(" ", wording) for wording in (before, after)]
    if _loses_ever(*bare) or _loses_ever(*reversed(bare)):
        return False
    negated = [_NEGATION.search(wording) is not None for wording in bare]
    if negated[0] == negated[1]:
        return negated[0] or not (_loses_prefix(before, after) or _loses_prefix(after, before))
    negation, other = (before, after) if negated[0] else (after, before)
    return (
        _NEGATIVE_WORD.search(other) is not None
        or _NEGATIVE_PREFIXED.search(other) is not None
        or any(re.search(rf"\b{stem}", negation) for stem in _PREFIX.findall(other))
    )


def _changes_force(wording: str, other: str) -> bool:
    """Whether a "never" stands against a "rarely"."""
    return bool(_NEVER.search(wording) and _RARELY.search(other))


def _loses_ever(wording: str, other: str) -> bool:
    """Whether a "never" stands against a "not" that is of one time only."""
    return bool(_NEVER.search(wording) and _NEGATION.search(other)) and not _EVER.search(other)


def _loses_prefix(wording: str, other: str) -> bool:
    """Whether one has a word with a negative prefix, and the other the same word without it."""
    if _NEGATIVE_WORD.search(other):
        return False
    for match in _NEGATIVE_PREFIXED.finditer(wording):
        stem = _PREFIX.fullmatch(match[0])
        if stem is not None and re.search(rf"\b{stem[1]}\b", other):
            return True
    return False
