"""Glued tokens: addresses, paths, keys and names of code, told from prose by one principle.

A run of characters between white space is one token, and not prose, when it is glued together by signs
that prose does not glue words with: ``decrease_home``, ``final.yr``, ``a/b/c``, ``key=value``,
``--final-yr``, ``x@y``, ``name()``. No list of schemes or domains is needed.

What prose glues words with stays prose: hyphens and dashes, apostrophes, quotation marks, brackets,
commas and semicolons, one slash between two words ("and/or"), the dots of abbreviations ("U.S.", "p.c."),
a full stop or question mark without the space after it ("year.The"), an ampersand beside a single letter
("AT&T", "R&D"), the signs of numbers ("$5", "5%", "10:30", "1/2-inch", "#1", "~5", "18+"), emphasis with
``*`` or ``_`` around words, one word in braces ("{dollars}", which spinners write), and ``>`` and ``|`` at
either end of a run.

Every pattern looks at a bounded number of characters around one position, or is anchored at the start of a
run, so time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MIN_SLUG_HYPHENS = 5
"""Hyphens from which on a lower-case run is an address's slug: prose hyphenates at most five words ("two-
and-a-half-month"), 1 run in 300,000 words of news, press releases, encyclopedia and reviews has more."""

_SIGNS = r"/\\_@#=+~<>|{}$%.:?()\[*^&\-"
# A run with a sign at which one of the patterns below may match; most runs have none.
_CANDIDATE = re.compile(rf"(?<!\S)[^\s{_SIGNS}]*+[{_SIGNS}]\S*+")
# Dashes, curly quotes and Chinese punctuation part a run as white space does; so does a link's label from
# its target: "[label](target)".
_PARTS = re.compile(r"[—―…“”„«»，。、；：！？（）「」『』]|(?<=\])(?=\([^)])")
# The commonest candidates: words joined by hyphens, in quotes or brackets, with punctuation after them.
_LETTER = r"[^\W\d_]"
_ORDINARY = re.compile(rf"[\"'‘(\[]*+{_LETTER}++(?:['’-]{_LETTER}++){{0,4}}+[\"'’)\],;:!?.]*+")
_OPENERS = "\"'‘([{<>*_|¿¡"
_CLOSERS = "\"'’)]}>*_|.,;:!?"
_ENDING = r"(?i:com|org|net|gov|edu|info|io|pdf|txt|docx?|html?|xlsx?|csv|zip|jpe?g|png|gif|mp[34]|exe|md)"
_JOINT = re.compile(
    r"(?<=\w)_+(?=\w)"
    r"|\\(?=\w)|(?<=\w)\\"
    r"|@(?=\w)|(?<=\w)@"
    rf"|#(?={_LETTER}|_)|(?<=\w)#"
    r"|(?<=[\w)\]}\"'])[!<>:+*-]?={1,3}(?=[^\s=])|^=(?=\w)"
    r"|(?<=\w)\?(?=[a-z\d&_-])"
    r"|(?<![\d%])%(?=[\w(])|%[\dA-Fa-f]{2}(?=[\w%])"
    rf"|(?<={_LETTER}{_LETTER})(?:[+^]|&(?=[a-z])|\*{{1,3}})(?={_LETTER}{_LETTER})"
    rf"|~(?={_LETTER}|/)|(?<=\w)~(?=\w)"
    rf"|\$(?={_LETTER}|[_({{])"
    r"|(?<=\w)(?:[<>|]|->)(?=\w)"
    rf"|(?<={_LETTER}):(?=[\w/+\\])|:[\\/]|::|//"
    r"|(?<=[\w\])])\(\)"
    # A dot before a lower-case letter, except in abbreviations of single letters: "e.g", "p.c".
    rf"|(?<=[\w)\]])(?<!\b{_LETTER})\.(?=[a-z])|(?<=\b{_LETTER})\.(?=[a-z][\w-])"
    # Before capitals it is a full stop whose space is missing, except in "FINAL.TXT" and "Home.Com".
    rf"|(?<=[A-Z]{{2}})\.(?=[A-Z]{{2}})|(?<=\w)\.(?={_ENDING}(?:$|[/:?#]))"
    r"|^\.{1,2}/|^\.(?=[a-z])"
)
_CALL_OR_EMOJI = re.compile(
    r"[\w\])]\(\)|(?<!\w):[a-z][\w+-]*:(?!\w)"
    # A call with what prose has not in brackets; "home(house)" is prose. "home[0]" and "home[yr]", but not
    # "home[1]" and "year[a]", which have notes.
    r"|\w\((?=[^\s()]*[\"'=,*])[^\s()]+\)"
    r"|\w\[(?!(?:sic|edit|note|[ivx]+)\])[a-z_]{2,40}\]"
    r"|\w\[(?:0|-\d+|\d*:\d*|[ijk]|\"[^\s\"]+\"|'[^\s']+')\]"
)
_BRACED_WORD = re.compile(rf"(?<![${{%#@])\{{({_LETTER}+)\}}(?!\}})")
_OPTION = re.compile(r"--?[a-z][\w-]*+(?<!-)")
_FRACTION = re.compile(r"\d[/\d]*/\d+")
_SLASHED_WORD = re.compile(rf"{_LETTER}[^\W\d_'’]+\.?|[A-Z]|[$€£~+]?\d[\d.,:%]*\+?[a-z]{{0,3}}|")
_HOST = re.compile(r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?/", re.IGNORECASE)
# A number behind two hyphens, or letters and digits in one part, is a key's: "home-final-2020", "v2-home";
# behind one hyphen ("covid-19"), or before ("10-year-old"), it is prose's.
_KEY = re.compile(
    r"[A-Z]{2,}-\d+|[a-z]+(?:-[a-z]+)+-\d[\d.]*|(?:[a-z]+-)*v?\d*(?<=[a-z])\d+(?:-[a-z]+)+|(?:[a-z]+-)+v\d[\d.]*"
)
_SLUG = re.compile(rf"[a-z\d]++(?:-[a-z\d]++){{{MIN_SLUG_HYPHENS},}}+")
_RUN = re.compile(r"\S*")
_EMPHASIS = re.compile(r"(?<!\w)(_{1,3})(?=[^\W_])(?:[^_\n]|\n(?![ \t\r]*\n))+(?<=\S)\1(?!\w)")


def glued_tokens(text: str, touching: bool = False) -> Iterator[tuple[int, int]]:
    """The spans of glued tokens in characters, in order, without the punctuation around them.

    ``touching``: whether something that is not white space stands directly before ``text``; its first run
    then cannot be an option such as ``-x``.
    """
    emphasis: set[int] | None = None
    for run in _CANDIDATE.finditer(text):
        for start, end in _parts(run[0], run.start()):
            part = text[start:end]
            if _ORDINARY.fullmatch(part):
                continue
            glued = is_glued(part, not (touching and start == 0))
            if not glued and "_" in part:
                if emphasis is None:
                    emphasis = set(_emphasis_signs(text))
                glued = _lone_underscore(part, start, emphasis)
            if glued:
                yield start + len(part) - len(part.lstrip(_OPENERS)), start + _trimmed_length(part)


def is_glued(run: str, at_space: bool = True) -> bool:
    """Whether a run without white space is a glued token. ``at_space``: white space stands before it."""
    core = run.lstrip(_OPENERS).rstrip(_CLOSERS)
    if not any(map(str.isalpha, core)):
        return False
    if "{" in core or "}" in core:
        core = _BRACED_WORD.sub(r"\1", core)
        if "{" in core or "}" in core:
            return True
    if _JOINT.search(core) or _CALL_OR_EMOJI.search(run):
        return True
    if core[0] == "-" and at_space and _OPTION.fullmatch(core):
        return True
    if "/" in core and _is_path(core):
        return True
    return "-" in core and (_SLUG.fullmatch(core) or _KEY.fullmatch(core)) is not None


def _parts(run: str, offset: int) -> Iterator[tuple[int, int]]:
    """The spans between the dashes and curly quotes of a run."""
    start = 0
    for splitter in _PARTS.finditer(run):
        if splitter.start() > start:
            yield offset + start, offset + splitter.start()
        start = splitter.end()
    if start < len(run):
        yield offset + start, offset + len(run)


def _is_path(core: str) -> bool:
    """Whether slashes join more than two words, or something that is no plain word or number."""
    if _HOST.match(core):
        return True
    parts = _FRACTION.sub("0", core).split("/")
    if len(parts) == 1:
        return False
    if len(parts) > 2 or not parts[0] or not _SLASHED_WORD.fullmatch(parts[0]):
        return True
    is_unit = len(parts[1]) == 1  # "km/h"
    return not (is_unit or _SLASHED_WORD.fullmatch(parts[1]))


def _lone_underscore(part: str, start: int, emphasis: set[int]) -> bool:
    """Whether an underscore at either end of a run belongs to a name: it has no partner to emphasise with."""
    stripped = part.strip("\"'‘’()[]{}<>*|.,;:!?")
    first = start + part.index(stripped)
    last = first + len(stripped) - 1
    if not any(map(str.isalpha, stripped)):
        return False
    return (stripped[0] == "_" and first not in emphasis) or (stripped[-1] == "_" and last not in emphasis)


def _emphasis_signs(text: str) -> Iterator[int]:
    """The offsets of the underscores around words."""
    for match in _EMPHASIS.finditer(text):
        yield from range(match.start(), match.end(1))
        yield from range(match.end() - len(match[1]), match.end())


def _trimmed_length(part: str) -> int:
    """The length of a run without the punctuation after it; a call keeps its brackets."""
    trimmed = part.rstrip(_CLOSERS)
    return len(trimmed) + (trimmed.endswith("(") and part.startswith(")", len(trimmed)))


def run_end(text: str, start: int, limit: int) -> int:
    """The end of the run of characters without white space that begins at ``start``, ``limit`` at most."""
    match = _RUN.match(text, start, limit)
    return match.end() if match else start
