"""Code and mark-up in plain text are protected, the prose beside them is not, and time is linear."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.code_spans import CodeSpans
from despin.infer.text.next_match import NextMatch
from despin.infer.text.protected import protected_spans

WHOLE = [
    "`final\nyr`",
    "`" + "final yr " * 80 + "home`",
    "``final `yr` home``",
    "{{ final yr | home }}",
    "{{< figure final yr >}}",
    "{{Infobox house\n| final = yr\n| home = {{small|decrease}}\n}}",
    "{% if final yr %}",
    "{# final yr #}",
    "{% raw %}final yr{% endraw %}",
    "${final yr}",
    "#{final yr}",
    "%(final yr)s",
    "<%= final yr %>",
    "<?php echo 'final yr'; ?>",
    r"\textbf{final yr}",
    r"\cite[final yr]{decrease home}",
    r"\href{final yr}{the {decrease} home}",
    r"\begin{equation} final yr \end{equation}",
    "\\begin{verbatim}\nfinal yr\n\n\\end{verbatim}",
    r"\( final yr \)",
    r"\[ final yr \]",
    "$final + yr$",
    "$$final^{yr}$$",
    "[code]final yr[/code]",
    "[img]final yr[/img]",
    "[url=final yr]",
    '[gallery ids="1,2" title="final yr"]',
    '[quote="final yr"]',
    "[[Final yr]]",
    '<a title="final > yr" href="home">',
    '<p class="' + "final yr " * 300 + '">',
    "<p\n  title='final yr'>",
    "<!DOCTYPE final yr>",
    "<PRE>final\n\nyr</PRE>",
    "<kbd>final yr</kbd>",
    'final-home="final yr"',
    r"C:\Final yr\Decrease home\final-yr",
    "play&shy;ground",
    "don&#8217;t",
    "&home;",
    "https://a.example/{{ id }}-decrease-home",
    "?x=1&amp;decrease-home",
]


WHOLE += [
    "-----BEGIN PRIVATE KEY-----\nfinal yr\n-----END PRIVATE KEY-----",
    "[Name]",
    "[Company Home Address]",
    '{"home": "officers", "final": true}',
    "`home `",
    "` home`",
]


@pytest.mark.parametrize("part", WHOLE)
@pytest.mark.parametrize("frame", ["§", "stated § home", "Officers stated:\n§\nthe decrease home."])
def test_the_whole_is_protected_and_nothing_else(part: str, frame: str) -> None:
    text = frame.replace("§", part)
    start = text.index(part)
    assert protected_spans(text) == [(start, start + len(part))]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The ``foo`` function, stated final yr, calls ``bar`` of it", ["``foo``", "``bar``"]),
        ("[b]final yr[/b] and [i]home[/i]", ["[b]", "[/b]", "[i]", "[/i]"]),
        ("[url=https://a.example]final yr[/url]", ["[url=https://a.example]", "[/url]"]),
        ('[caption id="x"]final yr[/caption]', ['[caption id="x"]', "[/caption]"]),
        ("see [[Final yr|the decrease home]] there", ["[[Final yr|"]),
        ("[[File:Home.png|thumb|The final yr]]", ["[[File:Home.png|thumb|"]),
        ("{% if x %}final yr{% endif %}", ["{% if x %}", "{% endif %}"]),
        ("final yr&nbsp;home &mdash; it", ["&nbsp;", "&mdash;"]),
        ("<p>final yr</p>", ["<p>", "</p>"]),
        ("the `foo`-like final yr", ["`foo`"]),
        ("<!-- final", ["<!--"]),
        ("<pre>final yr", ["<pre>"]),
    ],
)
def test_the_prose_between_is_not(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in protected_spans(text)] == parts


@pytest.mark.parametrize(
    "text",
    [
        "The firm spent $5 million final yr and might spend $6 million.",
        "It cost $5 or 6$ final yr, US$5 and A$6, or $5, not 6$.",
        "make $$$ and $$$ final yr",
        "`this' and `that' of the final yr",
        "``this'' and ``that'' of the final yr",
        "don`t say that we can`t",
        "an unclosed ` final yr\n\nof the ` home",
        "With p < 0.05 and q > 3 the final yr",
        "The officers [sic] stated [the] final yr [left]",
        "AT&T and R&D; home",
        "Barnes&Noble; home",
        "a <b\n\nc> d final yr",
        "the officers [stated it] final yr",
        "[final yr] and [Officers](stated)",
        "the home (final, yr) and home(house)",
        "the `90s and the `80s of the final yr",
        "an {open brace} and { another",
    ],
)
def test_prose_is_not_taken_for_code(text: str) -> None:
    assert protected_spans(text) == []


BLOCKS = [
    "```\nfinal yr\n\ndecrease home\n```\n",
    "````python\nfinal yr\n```\nhome\n````\n",
    "~~~text\nfinal yr\n~~~\n",
    "    final = yr\n\n    home(yr)\n",
    "\tif final_yr:\n\t\treturn home\n",
    "$ run final yr\n",
    ">>> run final yr\n",
    "root@host:~# run final yr\n",
    'Traceback (most recent call last):\n  File "home.py", line 5\n    final = yr\nKeyError: final yr\n',
]


@pytest.mark.parametrize("block", BLOCKS)
def test_blocks_of_code_are_protected(block: str) -> None:
    text = f"Officers stated it:\n\n{block}\nThe decrease home.\n"
    start = text.index(block)
    assert protected_spans(text) == [(start, start + len(block))]


@pytest.mark.parametrize(
    "text",
    [
        "He wrote:\n\n    The officers stated it final yr,\n    and the decrease home fell.\n\nIt did.",
        "One part\n~~~~~~~~\nfinal yr\n~~~~~~~~\nAnother part",
        "\tOfficers stated it final yr; so did\n\tthe decrease home.",
        "$ 5 million final yr",
    ],
)
def test_indented_and_divided_prose_is_not_code(text: str) -> None:
    assert protected_spans(text) == []


def test_a_fence_that_is_never_closed_protects_its_line_and_the_code_behind_it() -> None:
    assert protected_spans("```text\nfinal yr\n") == [(0, 8)]
    code = "```\nhome = yr\n\nfor home in yr:\n    final(home)\n"
    assert protected_spans(f"{code}\nthe final yr\n\nhome = yr\n")[0] == (0, len(code))


SIGNS = ["<a ", '<b a="', "='", "</", "<!--", "<pre>", "<?", "`", "``", "{", "}", "{{", "{%", "$", "$$"]
SIGNS += ["a(", "a[", '{"a":', "-----BEGIN A-----", ", ", "[A"]
SIGNS += ["\\a{", "\\(", "[", "[[", "[b]", "[a=", "]", "|", "&shy;", "%(", "C:\\"]
SIGNS += ['"', "'", "\n", "\n\n", " ", "a", ">"]


class _CountingMatch(NextMatch):
    """Counts the characters that searches go over."""

    scanned = 0

    def find(self, pattern: re.Pattern[str], position: int, limit: int | None = None) -> re.Match[str] | None:
        known = self._last.get(pattern)
        match = super().find(pattern, position, limit)
        if self._last.get(pattern) is not known:
            found = self._last[pattern][1]
            self.scanned += (found.end() if found else len(self._text)) - position
        return match


class _CountingSet(set[int]):
    """Counts the places that the search for the end of a tag visits."""

    visits = 0

    def __contains__(self, place: object) -> bool:
        self.visits += 1
        return super().__contains__(place)


def _steps(text: str) -> tuple[int, int]:
    """The characters searched through `NextMatch`, and the places that the search for tags' ends visits."""
    spans = CodeSpans(text)
    spans._next = counting = _CountingMatch(text)
    spans._not_tags = visited = _CountingSet()
    spans.find([])
    return counting.scanned, visited.visits


@pytest.mark.parametrize("first", SIGNS)
def test_searches_take_linear_time(first: str) -> None:
    for others in itertools.product(SIGNS, repeat=2):
        unit = first + "".join(others)
        small, large = (_steps(unit * n) for n in (8, 32))
        # Four times the text: about four times the steps, where a quadratic search takes sixteen times.
        assert large[0] <= 6 * small[0] + 200, unit
        assert large[1] <= 6 * small[1] + 200, unit


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from([*SIGNS, "final yr", "```\n", "    x", "[/b]", "`"]), max_size=30).map("".join)
)
def test_spans_are_in_order_and_disjoint(text: str) -> None:
    last = 0
    for start, end in protected_spans(text):
        assert last <= start < end <= len(text)
        last = end
