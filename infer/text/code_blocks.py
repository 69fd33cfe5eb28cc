"""Blocks of code in plain text: fenced, indented, lines typed after a prompt, tracebacks.

Plain text indents prose too (quotations, letters, verse), so an indented block counts as code only if it
follows a blank line and at least half of its lines look like code: they end in ``;``, ``{``, ``}`` or
``):``, assign, call, or begin with a prompt, a comment sign or an option. A fence of tildes counts only with
the name of a language, since lines of tildes also divide sections. Behind a fence that is never closed the
paragraphs that look like code are code.
"""

from __future__ import annotations

import re

from despin.infer.text.glued_tokens import glued_tokens

JUDGED_LINES = 32
"""Lines of a paragraph by which it is judged whether code goes on."""
_SHELL = r"[\w.-]{1,64}@[\w.-]{1,64}:[^\s#$]{0,200}[#$]|>>>|[A-Z]:\\[^>\n]{0,200}>"
_HINT = re.compile(rf"```|~~~|^Traceback \(most|^(?: {{4}}|\t| {{0,3}}(?:\$|{_SHELL}) )", re.MULTILINE)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(
    r"[ \t]{0,3}(?:(?P<ticks>`{3,})|(?P<tildes>~{3,}))(?![`~])[ \t]*+(?P<info>[\w{.][^`~\n]*)?\s*\Z"
)
_INDENTED = re.compile(r"(?: {4}|\t)[ \t]*\S")
_PROMPT = re.compile(rf"[ \t]{{0,3}}(?:\$ (?=[a-z./~])|(?:{_SHELL}) )")
_TRACEBACK = "Traceback (most recent call last):"
_CODE_LINE = re.compile(
    r"[ \t]*+(?:[$%#>] |>>> |\.\.\. |//|/\*|--|\}|@\w"
    r"|import \w|from \w+ import|return\b|(?:def|class|func|fn) \w+"
    r"|[^\n]*?(?:[;{}]|\):|->|=>)\s*\Z"
    r"|\w[\w.\[\]\"']*\s*[-+*/|]?=\s*\S|[\w.]+\([^()\n]*\)\s*\Z|</?\w)"
)


def code_blocks(text: str) -> list[tuple[int, int]]:
    """The spans of blocks of code in characters, in order and without overlap, each of whole lines."""
    if not _HINT.search(text):
        return []
    lines = [match.span() for match in _LINE.finditer(text)]
    fenced = _fenced_blocks(text, lines)
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(lines):
        end = fenced.get(index, index)
        if end == index and _INDENTED.match(text, *lines[index]) and _is_blank(text, lines, index - 1):
            end = _indented_end(text, lines, index)
            if not _looks_like_code(text, lines[index:end]):
                index = end
                continue
        if end == index + 1:
            end = _unclosed_end(text, lines, end)
        if end == index and text.startswith(_TRACEBACK, lines[index][0]):
            end = _traceback_end(text, lines, index)
        if end == index and _PROMPT.match(text, *lines[index]):
            end += 1
        if end > index:
            spans.append((lines[index][0], lines[end - 1][1]))
        index = max(end, index + 1)
    return spans


def _fenced_blocks(text: str, lines: list[tuple[int, int]]) -> dict[int, int]:
    """The lines that open a fence, each with the number of the line after its end.

    A fence without a closing one is searched for once for each length of fence, so time is linear: fences of
    k different lengths take k²/2 characters.
    """
    fences = [(n, m) for n, (s, e) in enumerate(lines) if (m := _FENCE.match(text, s, e))]
    unclosed: dict[str, int] = {}
    blocks: dict[int, int] = {}
    index = 0
    while index < len(fences):
        number, fence = fences[index]
        marks = fence["ticks"] or fence["tildes"]
        index += 1
        if marks[0] == "~" and not fence["info"]:
            continue
        blocks[number] = number + 1
        if len(marks) >= unclosed.get(marks[0], len(marks) + 1):
            continue
        for later in range(index, len(fences)):
            end, closing = fences[later]
            if not closing["info"] and (closing["ticks"] or closing["tildes"]).startswith(marks):
                blocks[number] = end + 1
                index = later + 1
                break
        else:
            unclosed[marks[0]] = len(marks)
    return blocks


def _traceback_end(text: str, lines: list[tuple[int, int]], start: int) -> int:
    """The number of the line after a traceback of Python: indented lines, then the error."""
    end = start + 1
    while end < len(lines) and text[lines[end][0]] in " \t":
        end += 1
    return min(end + 1, len(lines))


def _unclosed_end(text: str, lines: list[tuple[int, int]], start: int) -> int:
    """The number of the line after the paragraphs that look like code, from line ``start`` on."""
    end = start
    while start < len(lines):
        index = start
        # A few lines show what a paragraph is; another fence may stand in each of them.
        while index < min(len(lines), start + JUDGED_LINES) and not _is_blank(text, lines, index):
            index += 1
        if index > start:
            if not _looks_like_code(text, lines[start:index]):
                break
            while index < len(lines) and not _is_blank(text, lines, index):
                index += 1
            end = index
        start = index + 1
    return end


def _is_blank(text: str, lines: list[tuple[int, int]], index: int) -> bool:
    return index < 0 or not text[slice(*lines[index])].strip()


def _indented_end(text: str, lines: list[tuple[int, int]], start: int) -> int:
    """The number of the line after the last indented line of the block that begins at line ``start``."""
    end = start + 1
    for index in range(start + 1, len(lines)):
        if _INDENTED.match(text, *lines[index]):
            end = index + 1
        elif not _is_blank(text, lines, index):
            break
    return end


def _looks_like_code(text: str, lines: list[tuple[int, int]]) -> bool:
    full = [text[start:end] for start, end in lines if not text[start:end].isspace()]
    return sum(map(_is_code_line, full)) * 2 >= len(full)


def _is_code_line(line: str) -> bool:
    return bool(_CODE_LINE.match(line)) or 3 * sum(1 for _ in glued_tokens(line)) >= len(line.split())
