"""Errors one by one: the restored and the original wording, and the context."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from despin.bench.confusions import Confusion, confusions, page, table
from despin.metrics.edit_scores import score_text

LINE = st.lists(st.sampled_from(["the", "home", "house", "3", "said", ",", "x"]), max_size=8).map(" ".join)


def test_each_sort_of_error_once() -> None:
    spun = "the decrease home mentioned it quickly and left"
    restored = "the reduce house mentioned it soon and departed"
    original = "the lower house said it soon and left"
    found = confusions("a", spun, restored, original)
    assert [(c.spun, c.restored, c.original) for c in found] == [
        ("decrease", "reduce", "lower"),
        ("mentioned", "mentioned", "said"),
        ("left", "departed", "left"),
    ]
    assert found[0].left_context == "the" and found[0].right_context == "home mentioned it quickly and left"


def test_words_added_and_dropped() -> None:
    (one,) = confusions("a", "he left it", "he left it", "he left for it")
    assert (one.spun, one.restored, one.original) == ("", "", "for")
    assert "∅" in table([one]) and "<mark>∅</mark>" in page([("despin", [one])])


@settings(max_examples=80)
@given(LINE, LINE, LINE)
def test_there_are_errors_where_the_scores_say_so(spun: str, restored: str, original: str) -> None:
    found = confusions("a", spun, restored, original)
    counts = score_text(spun, restored, original)
    missed, needless = counts.gold - counts.correct, counts.proposed - counts.correct
    assert missed <= len(found) <= missed + needless
    assert all(c.restored != c.original or not c.spun or " " in c.spun for c in found)
    assert bool(found) == bool(missed or needless)


def test_the_commonest_come_first() -> None:
    often, once = Confusion("a", "", "home", "home", "house", ""), Confusion("b", "", "x|y", "z", "w", "")
    lines = table([once, often, often]).splitlines()
    assert lines[2].startswith("| 2 | home | home | house |") and "x\\|y" in lines[3]
    assert len(table([once, often], limit=1).splitlines()) == 3


def test_the_page_is_sound_and_escapes_what_it_shows() -> None:
    rows: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            rows.append(tag)

    shown = page([("despin", [Confusion("<i>", "a", "<b>", "&", "c", "")])])
    Reader().feed(shown)
    assert rows.count("tr") == 2 and "i" not in rows and "b" not in rows
    assert "&lt;b&gt;" in shown and "&amp;" in shown
