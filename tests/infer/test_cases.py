"""Whole texts with the embedded checkpoint: the handed cases after public reports, and our own of each kind.

What counts is the part that a case's kind names; other restored words may be chosen otherwise.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from despin.infer.despinner import Despinner
from despin.infer.text.reading import Format

SPUN = "Officers stated it final yr, and the decrease home handed the invoice. "
RESTORED = "Officials said it last year, and the lower house passed the bill. "
PARTS = {
    "name-surname": ["Nora Lively and Anton Flick left", "Wendy Shorter and Carl Wooden "],
    "case-nation": ["Most Americans in the United States"],
    "abbreviation-dot": ["10 percent of the total"],
    "shy-entity": ["the play&shy;ground that day", "the green&shy;house "],
    "inline-in-word-html": ["the down<b>town</b> that day", "the play<b>ground</b> "],
    "pdf-hyphen": ["was mis-\nstated and", "was un-\nrequested by"],
    "md-dollars": [
        "spent $5 million last year, officials said",
        "the next year",
        "$6 million, several groups said",
    ],
}
"""For the cases whose other words may be chosen otherwise: what must stand in the text."""


@pytest.fixture(scope="module")
def despinner() -> Despinner:
    return Despinner(threads=1)


def test_the_handed_cases(root: Path, despinner: Despinner) -> None:
    file = root.parent / "shared" / "cases" / "reports.jsonl"
    if not file.is_file():
        pytest.skip("../shared/cases is not here")
    forced = Despinner(threads=1, min_score=0.0)
    wrong = []
    for line in file.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        chosen = despinner if case.get("min_score") is None else forced
        text = chosen.correct(case["input"], case["format"]).text
        parts = PARTS.get(case["id"])
        if not (text == case["expected"] if parts is None else all(part in text for part in parts)):
            wrong.append((case["id"], text))
    assert wrong == []


@pytest.mark.parametrize(
    ("format", "text", "part"),
    [
        # words and what stands inside them
        ("text", "The back\u00adground was over\u200bstated.", "back\u00adground was over\u200bstated"),
        ("text", "The play-\nground of the down-\ntown.", "play-\nground of the down-\ntown"),
        ("text", "The decre\u00adase home had left.", "The lower house had left"),
        ("html", "<p>The decre&shy;ase home had left.</p>", "The lower house had left"),
        ("html", "<p>The over<i>stated</i> sum.</p>", "over<i>stated</i> sum"),
        ("markdown", "The play**ground** and down*town*.", "play**ground** and down*town*"),
        # phrases over line ends, tags and quotation marks
        ("text", "They stated that the decrease\nhome had left.", "the lower\nhouse had left"),
        ("text", "> They stated that the decrease\n> home had left.", "the lower\n> house had left"),
        ("html", "<p>It was the <b>decrease</b> home.</p>", "the <b>lower</b> house"),
        ("markdown", "It was the [decrease home](/home) of it.", "the [lower house](/home) of it"),
        ("text", "It was the decrease\u00a0home of it.", "the lower\u00a0house of it"),
        # facts
        (
            "text",
            "They cut hundreds of jobs and saved tens of millions.",
            "hundreds of jobs and saved tens of millions",
        ),
        ("text", "There is a 10 kilometer limit and it took 24 hours.", "10 kilometer limit"),
        ("text", "The decision is not final. There was no stake.", "is not final"),
        (
            "text",
            "Mr. Present met Gerald Wooden and Ida Flick.",
            "Mr. Present met Gerald Wooden and Ida Flick",
        ),
        ("text", "Then the ship The Lady Corrigan sank.", "The Lady Corrigan"),
        # addresses, code, keys
        (
            "text",
            "See ssh://host/decrease/home and final.yr@home.example.",
            "ssh://host/decrease/home and final.yr@home.example",
        ),
        ("text", "Run `final yr` or --final-yr with total_cash.", "`final yr` or --final-yr with total_cash"),
        ("text", "See C:\\final\\yr.txt and r/finances.", "C:\\final\\yr.txt and r/finances"),
        ("text", "The {{ finances }} of ${final_yr} hold.", "{{ finances }} of ${final_yr}"),
        ("text", "The decrease-home officers had left.", "lower-house officials"),
        # Markdown
        (
            "markdown",
            "See [final yr][1].\n\n[1]: https://a.example/final-yr",
            "[1]: https://a.example/final-yr",
        ),
        ("markdown", "A note[^final].\n\n[^final]: Officers stated it.", "[^final]: Officials said it."),
        ("markdown", "The sum $x_{final} + home$ holds.", "$x_{final} + home$"),
        ("markdown", "---\ntitle: Final yr\n---\n\nIt is so.", "title: Final yr"),
        ("markdown", "It was :home: and `officers` it.", ":home: and `officers`"),
        # HTML
        ("html", '<p><span translate="no">final yr</span> it.</p>', ">final yr<"),
        ("html", '<p><a title="final yr" href="/officers">it</a>.</p>', 'title="final yr" href="/officers"'),
        ("html", "<p>For x < 5 officers stated it.</p>", "For x < 5 officials said it"),
        (
            "html",
            "<p>They don&#8217;t say so, officers stated.</p>",
            "They don&#8217;t say so, officials said",
        ),
        ("html", "<script>var officers = 'final yr'</script>", "var officers = 'final yr'"),
    ],
)
def test_our_own_cases(despinner: Despinner, format: Format, text: str, part: str) -> None:
    separator = "\n\n" if format == "markdown" and text.startswith("---") else ""
    document = text + "\n\n" + SPUN if separator else SPUN + "\n\n" + text + "\n"
    restored = despinner.correct(document, format).text
    assert part in restored
    assert RESTORED.strip() in restored
