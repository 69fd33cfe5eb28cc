"""Spans inside text that are code or mark-up, not prose: inline code, tags, templates, formulas.

One pass looks at each sign that can open such a span, and asks the rule of that sign for the span's end.
A rule sees no further than the paragraph, except where the mark-up itself has closing tags. All searches go
through `NextMatch` or a table made once a paragraph, so time is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import unescape
from html.entities import html5

from despin.infer.text.next_match import NextMatch

_OPENING = re.compile(r"[`<{$%\\\[&=]|(?<=\w)\(|-----BEGIN ")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_NEWLINE = re.compile(r"\n")
_TICKS = re.compile(r"`+")
_DASHES = re.compile(r"-->")
_TAG_EVENT = re.compile(r"[<>]|=[ \t\r\n]*+[\"']|\n[ \t\r]*\n")
_TAG_NAME = re.compile(r"</?([A-Za-z][\w:.-]*)(?=[\s/>])")
_AUTOLINK = re.compile(r"<[A-Za-z][^\s<>]*[:@][^\s<>]*>")
_DECLARATION = re.compile(r"<![A-Za-z\[][^<>]*>")
_CLOSERS = {"<%": re.compile(r"%>"), "<?": re.compile(r"\?>")}
_CODE_ELEMENTS = "script style pre code textarea xmp kbd samp tt var math svg"
_CLOSING_TAG = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in _CODE_ELEMENTS.split()}
_QUOTE = {'"': re.compile('"'), "'": re.compile("'")}
_ENTITY = re.compile(r"&(?:#(?:\d{1,7}|[xX][\dA-Fa-f]{1,6})|([A-Za-z][A-Za-z\d]{1,31}));")
_TEMPLATE_END = {"{%": re.compile(r"%\}"), "{#": re.compile(r"#\}")}
_RAW_BLOCK = re.compile(r"\{%[-+]?\s*(raw|verbatim|highlight|comment|code)\b")
_RAW_END = {
    name: re.compile(rf"\{{%[-+]?\s*end{name}\s*[-+]?%\}}")
    for name in ("raw", "verbatim", "highlight", "comment", "code")
}
_FORMAT_FIELD = re.compile(r"%\([^()\n]{1,100}\)[#0 +-]*\d*\.?\d*[a-zA-Z]?")
_DOLLAR = re.compile(r"\$")
_DOLLARS = re.compile(r"\$\$")
_FORMULA_SIGN = re.compile(r"[\\^_={}]")
_BRACE = re.compile(r"\\.|[{}]")
_SPACE = re.compile(r"\s")
_WORD = re.compile(r"[^\W_]+")
_COMMAND = re.compile(r"\\([A-Za-z@]+)\*?")
_MATH_END = {"(": re.compile(r"\\\)"), "[": re.compile(r"\\\]")}
_ENVIRONMENTS = (
    "verbatim Verbatim lstlisting minted equation align gather multline eqnarray math displaymath "
    "tikzpicture tabular array alltt"
)
_ENVIRONMENT_END = {
    name + star: re.compile(r"\\end\{" + name + re.escape(star) + r"\}")
    for name in _ENVIRONMENTS.split()
    for star in ("", "*")
}
_ENVIRONMENT = re.compile(r"\\begin\{([A-Za-z]+\*?)\}")
_DRIVE = re.compile(r"(?:\A|(?<=\W)|\W)[A-Za-z]:\Z")
_DRIVE_PATH = re.compile(r"(?:[^\\/:*?\"<>|\n]{1,80}\\)*[^\s\\/:*?\"<>|]*")
_SQUARE_END = re.compile(r"\]")
_WIKI_END = re.compile(r"\]\]")
_WIKI_START = re.compile(r"\[\[")
_BRACKET_TAG = re.compile(r"\[(/?)([A-Za-z][\w-]{0,40}|\*)(=[^\[\]\n]*+|\s[^\[\]\n=]*+=[^\[\]\n]*+)?\]")
_CLOSED = re.compile(r"\[/([A-Za-z][\w-]{0,40})\]")
_FORUM_TAGS = (
    "b i u s code quote url img email list color size font center left right justify spoiler table tr td th "
    "sub sup pre noparse nowiki youtube media video attach indent gallery caption"
)
_FORUM_END = {name: re.compile(rf"\[/{name}\]", re.IGNORECASE) for name in _FORUM_TAGS.split()}
_WHOLE_LIST = "code pre img url email noparse nowiki youtube media video attach"
_WHOLE_FORUM_TAGS = frozenset(_WHOLE_LIST.split())
"""Elements whose content is an address or code; ``[url=…]`` has a label, which is prose."""
_BEFORE_BRACE = "#@%"
_IN_NAMES = "._-/+%:"
"""What may join the parts of a name before its arguments."""
_OBJECT = re.compile(r"\{\s{0,40}\"[^\"\n]{1,80}\"\s{0,40}:")
_ARMOUR = re.compile(r"-----BEGIN [A-Z0-9 ]{1,60}-----")
_ARMOUR_END = re.compile(r"-----END [A-Z0-9 ]{1,60}-----")
# Two arguments at least, each one word, number or string: one word in brackets is prose.
_ARGUMENT = r"(?:[\w.*-]{1,80}(?:=[\w.]{1,80})?|\"[^\"\n]{0,80}\"|'[^'\n]{0,80}')"
_CALL = re.compile(rf"\({_ARGUMENT}(?:, ?{_ARGUMENT}){{1,20}}\)")
_INDEX = re.compile(r"\[(?:[\d\s:,-]{0,40}:[\d\s:,-]{0,40}|\"[^\"\n]{1,80}\"|'[^'\n]{1,80}')\]")
_PLACEHOLDER = re.compile(r"\[[A-Z][\w'’-]{0,40}(?: [A-Z][\w'’-]{0,40}){0,3}\](?![\w(\[:])")
"""What a reader of a form letter puts his own words for: "[Name]", "[Company Address]"."""
_ATTRIBUTE_NAME = re.compile(r"[\w:.-]")


class CodeSpans:
    """The search of one text. `find` gives the spans; it may be called once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = NextMatch(text)
        self._start = 0
        self._braces: dict[int, int] = {}
        self._braces_end = 0
        self._ticks: dict[int, tuple[int, int]] | None = None
        self._not_tags: set[int] = set()
        self._closed: frozenset[str] | None = None
        self._rules: dict[str, Callable[[int], int | None]] = {
            "`": self._inline_code,
            "<": self._tag,
            "{": self._template,
            "$": self._formula,
            "%": self._format_field,
            "\\": self._command,
            "[": self._bracket,
            "&": self._entity,
            "=": self._attribute,
            "(": self._call,
            "-": self._armour,
        }

    def find(self, blocks: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The spans ``(start, end)`` in characters outside ``blocks``, in order and without overlap."""
        text, position = self._text, 0
        spans: list[tuple[int, int]] = []
        block = 0
        while opening := _OPENING.search(text, position):
            start = opening.start()
            while block < len(blocks) and blocks[block][1] <= start:
                block += 1
            if block < len(blocks) and blocks[block][0] <= start:
                position = blocks[block][1]
                continue
            self._start = start
            end = self._rules[text[start]](start)
            if end is None:
                position = start + 1
                continue
            first = self._with_word_before(start, end, spans[-1][1] if spans else 0)
            end = self._with_word_behind(start, end)
            spans.append((first, end))
            position = end
        return spans

    def _is_in_word(self, start: int, end: int) -> bool:
        """Whether a span is a tag between letters, or code, which is glued to any letter beside it."""
        text = self._text
        if text[start] == "<":
            is_between = text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()
            return is_between and not text.startswith("<br", start)
        return text[start] == "`"

    def _with_word_behind(self, start: int, end: int) -> int:
        """The end of the span: that of the word behind it if they are one."""
        word = _WORD.match(self._text, end) if self._is_in_word(start, end) else None
        return word.end() if word else end

    def _with_word_before(self, start: int, end: int, limit: int) -> int:
        """The start of the span: that of the attribute's name, drive or divided word before the sign."""
        text = self._text
        is_in_word = self._is_in_word(start, end) or (
            text[start] == "&" and is_word_character(unescape(text[start : text.index(";", start) + 1]))
        )
        if is_in_word:
            while start > limit and _WORD.match(text, start - 1):
                start -= 1
        elif text[start] == "(" or (text[start] == "[" and _INDEX.match(text, start)):
            while start > limit and (_WORD.match(text, start - 1) or text[start - 1] in _IN_NAMES):
                start -= 1
        elif text[start] == "=":
            while start > limit and _ATTRIBUTE_NAME.match(text, start - 1):
                start -= 1
        elif text[start] == "{" and start > limit and text[start - 1] in _BEFORE_BRACE:
            start -= 1
        elif text[start] == "\\" and start >= limit + 2 and text[start - 1] == ":":
            start -= 2
        return start

    def _find(self, pattern: re.Pattern[str], position: int) -> int | None:
        """The end of the next match in the paragraph of the sign in question."""
        blank = self._next.find(_BLANK_LINE, self._start)
        match = self._next.find(pattern, position, blank.start() if blank else None)
        return match.end() if match else None

    def _find_anywhere(self, pattern: re.Pattern[str], position: int) -> int | None:
        match = self._next.find(pattern, position)
        return match.end() if match else None

    def _closing_brace(self, position: int) -> int | None:
        """The offset after the brace that closes the one at ``position``, in the same paragraph."""
        if position >= self._braces_end:
            blank = self._next.find(_BLANK_LINE, self._start)
            self._braces_end = blank.start() if blank else len(self._text)
            self._braces = {}
            opened: list[int] = []
            for match in _BRACE.finditer(self._text, position, self._braces_end):
                if match[0] == "{":
                    opened.append(match.start())
                elif match[0] == "}" and opened:
                    self._braces[opened.pop()] = match.end()
        return self._braces.get(position)

    def _inline_code(self, start: int) -> int | None:
        """CommonMark's rule: to the next run of as many backticks in the paragraph.

        Not code: an apostrophe ("don`t"), and a quotation such as `this', where a space stands on one side of
        what would be code, as in "`this' and `that'" or "the `90s and the `80s".
        """
        if self._ticks is None:
            self._ticks = _matching_ticks(self._text)
        text = self._text
        content = self._ticks.get(start)
        if content is None:
            return None
        first, last = content
        end = last + first - start
        before, after = text[start - 1 : start], text[end : end + 1]
        spaces = text[first].isspace() + text[last - 1].isspace()
        if before == "\\" or (before.isalnum() and text[first].isalnum()):
            return None
        if (spaces == 1 and len(text[first:last].split(maxsplit=1)) > 1) or (spaces == 2 and end - last == 1):
            return None
        if after.isalpha() and _SPACE.search(text, first, last):
            return None
        return end

    def _tag(self, start: int) -> int | None:
        text = self._text
        if text.startswith("<!--", start):
            return self._find_anywhere(_DASHES, start + 4) or start + 4
        if code := _CLOSERS.get(text[start : start + 2]):
            return self._find_anywhere(code, start + 2)
        if match := _DECLARATION.match(text, start) or _AUTOLINK.match(text, start):
            return match.end()
        name = _TAG_NAME.match(text, start)
        end = self._tag_end(name.end()) if name else None
        if end is None or name is None or text[start + 1] == "/" or text[end - 2] == "/":
            return end
        closing = _CLOSING_TAG.get(name[1].lower())
        return (closing and self._find_anywhere(closing, end)) or end

    def _tag_end(self, position: int) -> int | None:
        """The offset after the ``>`` that ends a tag: not in quotes, nor behind ``<`` or a blank line.

        From one place outside quotes the outcome is always the same; so the places of failed searches are
        kept, and no later search goes over the same ground again.
        """
        text, visited = self._text, []
        while position not in self._not_tags:
            visited.append(position)
            event = _TAG_EVENT.search(text, position)
            if event is None or event[0] in "<\n" or event[0][0] == "\n":
                break
            if event[0] == ">":
                return event.end()
            closed = text.find(event[0][-1], event.end())
            position = event.end() if closed < 0 else closed + 1
        self._not_tags.update(visited)
        return None

    def _template(self, start: int) -> int | None:
        text = self._text
        sign = text[start : start + 2]
        if ending := _TEMPLATE_END.get(sign):
            end = self._find(ending, start + 2)
            raw = _RAW_BLOCK.match(text, start)
            return (end and raw and self._find_anywhere(_RAW_END[raw[1]], end)) or end
        if _OBJECT.match(text, start):
            return self._closing_brace(start)
        if sign != "{{" and (start == 0 or text[start - 1] not in _BEFORE_BRACE):
            return None
        end = self._closing_brace(start)
        return end if end and (sign != "{{" or text[end - 2] == "}") else None

    def _formula(self, start: int) -> int | None:
        """A formula by Pandoc's rule: no space inside either dollar sign, no digit after the second.

        What begins like an amount must hold a sign of mathematics, since "US$5 or 6$" is prose.
        """
        text = self._text
        following = text[start + 1 : start + 2]
        if following == "{":
            return self._closing_brace(start + 1)
        if following == "$":
            end = self._find(_DOLLARS, start + 2)
            return end if end and _FORMULA_SIGN.search(text, start + 2, end - 2) else None
        if not following or following.isspace() or text[start - 1 : start].isalnum():
            return None
        end = self._find(_DOLLAR, start + 1)
        if end is None or text[end - 2].isspace() or text[end - 2] == "\\" or text[end : end + 1].isdigit():
            return None
        is_amount = following in ".,-+" or following.isdigit()
        return None if is_amount and not _FORMULA_SIGN.search(text, start + 1, end - 1) else end

    def _format_field(self, start: int) -> int | None:
        match = _FORMAT_FIELD.match(self._text, start)
        return match.end() if match else None

    def _command(self, start: int) -> int | None:
        """A command of LaTeX with its arguments, a formula, an environment without prose; a Windows path.

        A command without arguments is a glued token and found as such.
        """
        text = self._text
        if math := _MATH_END.get(text[start + 1 : start + 2]):
            return self._find(math, start + 2)
        if _DRIVE.match(text, max(start - 3, 0), start):
            path = _DRIVE_PATH.match(text, start + 1)
            return path.end() if path else None
        if (environment := _ENVIRONMENT.match(text, start)) and environment[1] in _ENVIRONMENT_END:
            end = self._find_anywhere(_ENVIRONMENT_END[environment[1]], environment.end())
            return end or environment.end()
        command = _COMMAND.match(text, start)
        if not command:
            return None
        end = command.end()
        while end < len(text):
            argument = None
            if text[end] == "{":
                argument = self._closing_brace(end)
            elif text[end] == "[":
                argument = self._find(_SQUARE_END, end + 1)
            if argument is None:
                break
            end = argument
        return end if end > command.end() else None

    def _bracket(self, start: int) -> int | None:
        """A tag in square brackets (forums, WordPress), or the target of a wiki link."""
        text = self._text
        if text.startswith("[[", start):
            end = self._find(_WIKI_END, start + 2)
            inner = self._next.find(_WIKI_START, start + 2)
            if end is None or (inner and inner.start() < end):
                return None
            label = text.rfind("|", start, end)
            return end if label < 0 else label + 1
        if _WORD.match(text, start - 1) and start and (index := _INDEX.match(text, start)):
            return index.end()
        return self._bracket_tag(start) or self._placeholder(start)

    def _placeholder(self, start: int) -> int | None:
        match = _PLACEHOLDER.match(self._text, start)
        return match.end() if match and not self._text[start - 1 : start].isalnum() else None

    def _bracket_tag(self, start: int) -> int | None:
        text = self._text
        tag = _BRACKET_TAG.match(text, start)
        if not tag:
            return None
        name = tag[2].lower()
        if tag[1] or tag[3]:
            if name not in _WHOLE_FORUM_TAGS or tag[1] or name in ("url", "email"):
                return tag.end()
        elif name not in _FORUM_END:
            return tag.end() if name in self._closed_names() else None
        closed = self._find_anywhere(_FORUM_END[name], tag.end())
        if closed and name in _WHOLE_FORUM_TAGS:
            return closed
        return tag.end() if closed or tag[3] else None

    def _closed_names(self) -> frozenset[str]:
        """The names of tags in square brackets that are closed somewhere in the text."""
        if self._closed is None:
            self._closed = frozenset(match[1].lower() for match in _CLOSED.finditer(self._text))
        return self._closed

    def _entity(self, start: int) -> int | None:
        """A character written as an entity, with the word that it is part of ("play&shy;ground")."""
        match = _ENTITY.match(self._text, start)
        if not match:
            return None
        is_unknown = match[1] and match[1] + ";" not in html5
        if is_unknown and self._text[start - 1 : start].isalnum():  # "Barnes&Noble; and"
            return None
        if not is_word_character(unescape(match[0])):
            return match.end()
        rest = _WORD.match(self._text, match.end())
        return rest.end() if rest else match.end()

    def _call(self, start: int) -> int | None:
        """A call of a function with the words and numbers that it is given: "home(final, yr=1)"."""
        call = _CALL.match(self._text, start)
        return call.end() if call else None

    def _armour(self, start: int) -> int | None:
        """A key or message in armour, to the line that ends it."""
        begin = _ARMOUR.match(self._text, start)
        return (begin and self._find_anywhere(_ARMOUR_END, begin.end())) or None

    def _attribute(self, start: int) -> int | None:
        """The quoted value of an attribute or key, on one line."""
        text = self._text
        quote = _QUOTE.get(text[start + 1 : start + 2])
        if not quote or start == 0 or not _ATTRIBUTE_NAME.match(text, start - 1):
            return None
        closed = self._next.find(quote, start + 2)
        newline = self._next.find(_NEWLINE, start)
        if closed is None or (newline and newline.start() < closed.start()):
            return None
        return closed.end()


def is_word_character(character: str) -> bool:
    """Whether a character, such as that of an entity, may stand inside a word: letters, marks, apostrophes,
    soft hyphens, joiners."""
    return (
        unicodedata.category(character[0]) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Cf")
        or character in "'’"
    )


def _matching_ticks(text: str) -> dict[int, tuple[int, int]]:
    """For each run of backticks, by offset, the code up to the next equal run in the paragraph."""
    breaks = [match.start() for match in _BLANK_LINE.finditer(text)]
    following: dict[int, int] = {}
    matching: dict[int, tuple[int, int]] = {}
    for run in reversed(list(_TICKS.finditer(text))):
        while breaks and breaks[-1] > run.start():
            breaks.pop()
            following = {}
        length = run.end() - run.start()
        if length in following:
            matching[run.start()] = (run.end(), following[length])
        following[length] = run.start()
    return matching
