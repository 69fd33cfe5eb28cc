"""A word is whole: what touches code, a tag, an entity or an invisible character is never half edited."""

from __future__ import annotations

import pytest

from despin.infer.text.protected import protected_spans
from despin.infer.text.reading import Format, read_view


def may_be_edited(text: str, format: Format) -> str:
    """What is read of a document, with a dot for each character that no edit may touch."""
    view = read_view(text, format)
    shown = list(view.text)
    for start, end in [*protected_spans(view.text), *view.fixed]:
        shown[start:end] = "." * (end - start)
    return "".join(shown).strip()


@pytest.mark.parametrize(
    ("format", "text", "shown"),
    [
        # HTML's old names need no semicolon, and end where the name ends.
        ("html", "final&nbspyr", "final\u00a0yr"),
        ("html", "play&shyground", "playground"),
        ("html", "x&copystated", "x©stated"),
        ("html", "Sales&ampground it", "............ it"),
        ("html", "A&notword; and &lt;", "A¬word; and <"),
        # words divided at the end of a line
        ("html", "mis&shy;\nstated", "misstated"),
        ("markdown", "mis\u00ad\nstated", "misstated"),
        ("markdown", "> mis-\n> stated", "misstated"),
        ("text", "mis\u200b\nstated", "misstated"),
        # words beside code, templates and images
        ("html", "mis{{x}}stated it", "... ...... it"),
        ("html", "<code>mis</code>stated it", "...... it"),
        ("html", "loss<br>of it", "loss of it"),
        ("markdown", "`mis`stated it", "...... it"),
        ("markdown", "![a](b)town it", ".... it"),
        ("text", "`mis`stated it", "........... it"),
        # tags and emphasis inside a word of plain text
        ("text", "mis<i>stated</i> it", "................ it"),
        ("text", "mis<!--x-->stated it", "................. it"),
        ("text", "a <b>final yr</b> it", "a ...final yr.... it"),
        ("text", "play**ground** it", "............** it"),
        ("text", "**final yr** it", "**final yr** it"),
        # formulas at a line's start
        ("markdown", "So it is.\n\n\\(decrease home\\) it", "So it is.\n it"),
        ("markdown", "- \\( a_{home} + final \\) it", "it"),
        # pairs of tags whose name is a word
        ("text", "[record]final yr[/record] it", "........final yr......... it"),
        ("markdown", "[film]final yr[/film] it", "......final yr....... it"),
        ("text", "[record] it", "[record] it"),
        # hosts, keys
        ("text", "localhost/home it", ".............. it"),
        ("text", "127.0.0.1:80/home it", "................. it"),
        ("text", "decrease-home-2020 it", ".................. it"),
        ("text", "a 10-year-old covid-19 case", "a 10-year-old covid-19 case"),
        ("text", "decrease*home decrease^home decrease&home", "............. ............. ............."),
        ("text", "AT&T and R&D", "AT&T and R&D"),
    ],
)
def test_what_may_be_edited(format: Format, text: str, shown: str) -> None:
    assert may_be_edited(text, format) == shown
