"""The proof page: complete, inert, escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from despin.infer.candidates.inverse import InverseLexicon
from despin.serve.comparison_page import comparison_page
from despin.trace.families import row_keys
from despin.trace.proof import NamedText, Proof, error_lines, percent, prove
from despin.trace.verdicts import Verdict

HOSTILE = '</style><script>alert(1)</script><img src=x onerror="alert(2)"> & "it" <!-- result -->'


class Page(HTMLParser):
    """The tags, ids, links and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        assert not any(name.startswith("on") for name in values)
        if "id" in values:
            self.ids.append(values["id"] or "")
        if "href" in values:
            self.links.append(values["href"] or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def proof(spun: str, original: str, lexicon: InverseLexicon, name: str = "a.txt") -> Proof:
    families = {"this spinner": row_keys([("decrease home", "lower house")])}
    texts = NamedText.of(name, spun), NamedText.of("b.txt", original)
    return prove(*texts, lexicon, families, {"Despin": "1", "on": "2026-01-01"})


def test_each_change_leads_to_its_counterpart(lexicon: InverseLexicon) -> None:
    spun = "The decrease home met. It was a green day.\nAll went away then."
    original = "The lower house met. It was a very red day.\nAll went away."
    made = proof(spun, original, lexicon)
    page = Page(comparison_page(made))
    assert len(page.ids) == len(set(page.ids))
    assert all(link[0] == "#" and link[1:] in page.ids for link in page.links)
    numbers = [n for n, c in enumerate(made.evidence.comparison.changes, 1) if c.kind != "punctuation"]
    assert {f"s{n}" for n in numbers} | {f"o{n}" for n in numbers} | {f"c{n}" for n in numbers} <= set(
        page.ids
    )
    assert made.spun.sha256 in page.text and "a likely original" in page.text.lower()
    assert {"line1", "line2", "line3"} <= set(page.ids)


def test_all_of_both_texts_is_in_it(lexicon: InverseLexicon) -> None:
    spun = (
        "One two. The decrease home met – as “they” did.\nThree four five six seven eight nine ten, eleven!"
    )
    original = "The lower house met: as 'they' did."
    page = comparison_page(proof(spun, original, lexicon))
    cells = re.findall(r'<div class="cell">(.*?)</div>', page, re.DOTALL)[2:]
    for side, text in ((0, spun), (1, original)):
        shown = re.sub(r"<sup>\d+</sup>|<[^>]*>|∅", "", "".join(cells[side::2]))
        assert "".join(shown.split()) == "".join(text.split())


def test_nothing_in_the_texts_becomes_mark_up(lexicon: InverseLexicon) -> None:
    page = comparison_page(proof(HOSTILE, HOSTILE.upper() + " more", lexicon, name=HOSTILE))
    parsed = Page(page)
    assert not {"script", "img", "iframe", "object"} & set(parsed.tags)
    assert "default-src 'none'" in page and "script-src" not in page
    assert parsed.tags.count("style") == 1


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (1, "100 %"), (0.999, "over 99 %"), (0.001, "under 1 %")]
)
def test_shares_are_not_rounded_to_certainty(share: float, text: str) -> None:
    assert percent(share) == text


def test_no_line_is_empty(lexicon: InverseLexicon) -> None:
    page = comparison_page(proof("All went away then.\n\n", "All went away then.\n\n", lexicon))
    assert page.count('<div class="line" id=') == 1


def test_of_short_texts_no_more_is_said_than_was_measured(lexicon: InverseLexicon) -> None:
    made = proof("The decrease home met.", "The lower house met.", lexicon)
    assert made.verdict.outcome == "too short"
    page = Page(comparison_page(made))
    assert (
        "Likelihood ratio" not in page.text and "to 1 for" not in page.text and "fits best" not in page.text
    )
    values = made.to_dict()
    assert values["verdict"]["likelihood_ratio"] is values["family"] is None
    assert values["verdict"]["probabilities"] == values["verdict"]["log10_ratios"] == {}


@pytest.mark.parametrize(("words", "lines"), [(39, 2), (40, 1)])
def test_error_rates_say_from_what_length_on_they_hold(words: int, lines: int) -> None:
    errors = {"wrongly_called_spun": {"copied": [0, 9]}, "called_spun": {"real pair": [8, 9]}}
    told = error_lines(Verdict("spun", {}, {}, {}, errors), words)
    assert told[0] == "0 of 9 other pairs were wrongly called spun, 1 of 9 real spun ones missed"
    assert told[1:] == ["measured on texts of 40 words and more; the shorter one here has 39"][: lines - 1]
