"""The report as a file: that of the page is that of the command line, and it needs no other file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from despin import Despinner
from despin.serve.html_report import ReportedText, as_report

HOSTILE = "</script><script>alert(1)</script> <!-- data --> <img src=x onerror=alert(2)> & &lt;"
SPUN = (
    f"\U0001f600 The decrease home mentioned on Tuesday it was a highway verify.\r\n\r\n{HOSTILE}\r\n"
    "Officials stated the cash ought to go first towards highway repairs, regardless of the value.\n"
)


def parts(report: str) -> dict[str, str]:
    """What differs between reports, and the rest."""
    found = re.fullmatch(
        r'(.*<title>)(.*)(</title>.*<div id="plain">)(.*)(</div>\n  <section.*id="data">)(.*?)(</script>.*)',
        report,
        re.DOTALL,
    )
    assert found is not None
    a, title, b, plain, c, data, d = found.groups()
    return {"rest": f"{a}|{b}|{c}|{d}", "title": title, "plain": plain, "data": data}


@pytest.fixture
def written(despinner: Despinner) -> str:
    """The report that the command line writes."""
    return as_report([ReportedText.of("a.txt", despinner.correct_blocks([SPUN]))])


def test_the_page_saves_what_the_command_line_writes(desk: Any, written: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode())
    desk.page.set_input_files("#file", tmp_path / "a.txt")
    desk.page.locator("#restore:focus").wait_for()
    desk.page.click("#restore")
    desk.wait()
    name, report = desk.saved("save-report")
    assert name == "a-report.html"
    saved, expected = parts(report), parts(written)
    data, other = (json.loads(each.pop("data")) for each in (saved, expected))
    assert data.pop("view") == "side" and other.pop("view") is None
    assert data == other
    # HTML writes a carriage return as a line end, and a no-break space in two ways.
    assert saved.pop("plain").replace("&nbsp;", "\u00a0") == expected.pop("plain").replace("\r\n", "\n")
    assert saved == expected


def test_it_is_the_page_s_view_without_a_service(
    new_context: Callable[..., Any], written: str, despinner: Despinner, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(written, encoding="utf-8")
    context = new_context(offline=True)
    page = context.new_page()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(file.as_uri())
    page.locator("#result").wait_for()
    assert page.locator("#plain").count() == 0
    expected = despinner.correct(SPUN)
    assert saved(page, "#save-text") == expected.text
    page.keyboard.press("n")
    assert "stands for" in page.inner_text("#detail-reasons")
    page.keyboard.press(" ")
    result = json.loads(saved(page, "#save-json"))
    assert [e["start"] for e in result["kept"]] == [expected.edits[0].start]
    page.locator("#threshold").fill("100")
    assert saved(page, "#save-text") == SPUN
    page.check("#view-inline")
    assert [url for url in urls if not url.startswith(("blob:", file.as_uri()))] == []


def saved(page: Any, button: str) -> str:
    """What a button saves."""
    with page.expect_download() as download:
        page.click(button)
    return Path(download.value.path()).read_bytes().decode()


def test_decisions_are_in_it(desk: Any, new_context: Callable[..., Any], tmp_path: Path) -> None:
    desk.restore(SPUN)
    desk.page.keyboard.press("n")
    desk.page.keyboard.press(" ")
    desk.set_threshold(70)
    text = desk.text
    (tmp_path / "report.html").write_text(desk.saved("save-report")[1], encoding="utf-8")
    page = new_context().new_page()
    page.goto((tmp_path / "report.html").as_uri())
    assert saved(page, "#save-text") == text
    assert page.locator("#threshold").input_value() == "70"


def test_without_scripts_the_marked_text_is_there(
    new_context: Callable[..., Any], written: str, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text(written, encoding="utf-8")
    page = new_context(java_script_enabled=False).new_page()
    page.goto((tmp_path / "report.html").as_uri())
    plain = page.locator("#plain")
    assert plain.is_visible() and page.locator("#result").is_hidden()
    assert HOSTILE in plain.inner_text()
    assert plain.locator("ins").first.inner_text() == "lower house"
    assert plain.locator("del").first.inner_text() == "decrease home"
    assert plain.locator(".mark").first.get_attribute("title") is not None
    assert plain.locator(":is(script, img)").count() == 0
    assert "spun · " in plain.inner_text() and "not who wrote it" in page.inner_text("main")


def test_several_texts_are_chosen_from(
    new_context: Callable[..., Any], despinner: Despinner, tmp_path: Path
) -> None:
    texts = [ReportedText.of(name, despinner.correct_blocks([SPUN])) for name in ("a.txt", "<b>.md")]
    texts.append(ReportedText.of("empty.txt", []))
    (tmp_path / "report.html").write_text(as_report(texts), encoding="utf-8")
    page = new_context().new_page()
    page.goto((tmp_path / "report.html").as_uri())
    assert page.title() == "3 texts – Despin"
    page.click(".mark[data-edit='0']")
    kept = page.inner_text("#counts")
    assert "1 kept" in kept
    page.select_option("#document", label="<b>.md")
    assert page.inner_text("#result-title") == "<b>.md" and "kept" not in page.inner_text("#counts")
    assert page.inner_text("#detail-title").strip() == "No edit is selected"
    page.select_option("#document", label="a.txt")
    assert page.inner_text("#counts") == kept
    page.select_option("#document", label="empty.txt")
    assert page.inner_text("#counts") == "No edits"
