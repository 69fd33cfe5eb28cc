"""Reports without a browser: parts in their places, offsets as JavaScript counts, a policy that holds."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import PurePosixPath
from typing import Any

import pytest

from despin.infer.correction import Correction, Passage
from despin.infer.text.edits import Edit, Refused, apply_edits
from despin.serve.html_report import ReportedText, as_report, named_apart


def restored(source: str, old: str, new: str, score: float = 0.9) -> Correction:
    """A block in which one wording was restored, and its first character refused."""
    start = source.index(old)
    edit = Edit(start, start + len(old), old, new, 0.8)
    refused = Refused(Edit(0, 1, source[0], "x", 0.5), "name", "a name")
    text = apply_edits(source, [edit])
    return Correction(text, [edit], score, [refused], "spun", [Passage(0, len(source), score)])


def data_of(report: str) -> dict[str, Any]:
    """What the report's script reads."""
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', report, re.DOTALL)
    values: dict[str, Any] = json.loads(found)
    return values


def test_offsets_are_utf_16_and_count_in_the_whole_text() -> None:
    blocks = [
        restored("\U0001f600 a home.\n", "home", "house", 0.9),
        restored("\U0001f600 no home", "home", "ho"),
    ]
    text = ReportedText.of("a.txt", blocks, mark="\ufeff")
    (values,) = data_of(as_report([text]))["documents"]
    units = values["text"].encode("utf-16-le")
    assert values["text"] == "\ufeff\U0001f600 a home.\n\U0001f600 no home"
    for edit in [*values["edits"], *values["refused"]]:
        assert units[2 * edit["start"] : 2 * edit["end"]].decode("utf-16-le") == edit["source"]
    assert len(values["edits"]) == len(values["refused"]) == len(values["passages"]) == 2
    assert (values["score"], values["verdict"], values["name"]) == (0.9, "spun", "a.txt")


HOSTILE = "</script><!-- data --><!-- plain --><script>alert(1)</script> home & <img src=x>"


def test_no_tag_of_a_text_is_one_of_the_report() -> None:
    report = as_report([ReportedText.of(HOSTILE, [restored(HOSTILE, "home", "<b>house</b>")])])
    clean = as_report([ReportedText.of("a", [restored("home", "home", "house")])])
    for tag in ("<script", "</script", "<img", "<b>", "<!--"):
        assert report.count(tag) == clean.count(tag), tag
    assert data_of(report)["documents"][0]["text"] == HOSTILE


def test_the_policy_allows_the_script_and_style_of_the_report() -> None:
    report = as_report([ReportedText.of("a", [restored("home", "home", "house")])])
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', report)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', report, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", report, re.DOTALL)
    for kind, content in (("script", script), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy[0]
    assert "default-src 'none'" in policy[0] and "unsafe" not in policy[0]
    assert "import " not in re.sub(r"//.*", "", script) and "export " not in script
    assert " style=" not in report and not re.search(r"<[^>]*\son\w+=", report)


def test_nothing_is_loaded_from_elsewhere() -> None:
    report = as_report([ReportedText.of("a", [restored("home", "home", "house")])])
    assert re.findall(r'(?:src|href)="', report) == [] and "@import" not in report and "url(" not in report


@pytest.mark.parametrize(("names", "title"), [(["<a>.txt"], "&lt;a&gt;.txt"), (["a", "b"], "2 texts")])
def test_a_report_is_named_after_its_text(names: list[str], title: str) -> None:
    report = as_report([ReportedText.of(name, []) for name in names])
    assert f"<title>{title} – Despin</title>" in report


@pytest.mark.parametrize(
    ("places", "names"),
    [
        (["/x/a.txt", "/x/b.txt"], ["a.txt", "b.txt"]),
        (["/x/one/a.txt", "/x/two/a.txt", "/x/b.txt"], ["one/a.txt", "two/a.txt", "b.txt"]),
        (["/1/s/a.txt", "/2/s/a.txt", "/3/t/a.txt"], ["1/s/a.txt", "2/s/a.txt", "3/t/a.txt"]),
        (["/a.txt", "/s/a.txt"], ["/a.txt", "s/a.txt"]),
        (["/x/a.txt", "/x/a.txt", "/y/a.txt"], ["x/a.txt", "x/a.txt (2)", "y/a.txt"]),
        (["standard input", "standard input"], ["standard input", "standard input (2)"]),
    ],
)
def test_texts_of_one_name_are_told_apart(places: list[str], names: list[str]) -> None:
    assert named_apart([PurePosixPath(place) for place in places]) == names
