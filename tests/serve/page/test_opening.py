"""Files that are opened or dropped: their format, their bytes, and what is no text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from despin import Despinner
from despin.infer.text.formats.suffixes import TEXT_SUFFIXES

LINE = "The decrease home mentioned on Tuesday it was a highway verify, regardless of the value."
BODY = {
    "html": f"<!doctype html>\r\n<p>{LINE.replace('decrease', '<b>decrease</b>')}</p>\r\n",
    "markdown": f"# Head\r\n\r\n{LINE.replace('decrease', '**decrease**')}\r\n",
    "text": f"\ufeff{LINE}\r\n\r\n{LINE}\n",
}


@pytest.mark.parametrize(("name", "format"), [("a.html", "html"), ("b.MD", "markdown"), ("c.d.txt", "text")])
def test_a_file_is_restored_and_saved_byte_for_byte(
    desk: Any, despinner: Despinner, tmp_path: Path, name: str, format: str
) -> None:
    file = tmp_path / name
    file.write_bytes(BODY[format].encode())
    desk.page.set_input_files("#file", file)
    desk.page.locator("#restore:focus").wait_for()
    assert desk.page.input_value("#format") == format
    desk.page.click("#restore")
    desk.wait()
    stem, suffix = file.stem, file.suffix
    assert desk.saved("save-text") == (f"{stem}-restored{suffix}", expected(despinner, BODY[format], format))
    assert desk.page.inner_text("#result-title") == name
    desk.page.reload()
    assert desk.saved("save-text") == (f"{stem}-restored{suffix}", expected(despinner, BODY[format], format))


def expected(despinner: Despinner, text: str, format: Any) -> str:
    """What the page has to give, which opens a text as blocks."""
    restored = "".join(block.text for block in despinner.correct_blocks([text], format))
    assert restored != text and restored.count("\r\n") == text.count("\r\n")
    return restored


def test_a_file_that_is_changed_in_the_form_is_a_text_of_its_own(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LINE)
    desk.page.set_input_files("#file", tmp_path / "a.txt")
    desk.page.fill("#source", f"{LINE} It was a clean verify.")
    desk.page.click("#restore")
    desk.wait()
    name, text = desk.saved("save-text")
    assert name == "restored.txt" and "check" in text


def transfer_of(desk: Any, **files: str) -> Any:
    """What a drop of these files (name and content, ``_`` for the dot) carries."""
    return desk.page.evaluate_handle(
        """(files) => {
            const transfer = new DataTransfer();
            for (const [name, text] of Object.entries(files)) {
                transfer.items.add(new File([text], name.replace("_", ".")));
            }
            return transfer;
        }""",
        files,
    )


def test_a_file_is_dropped(desk: Any) -> None:
    transfer = transfer_of(desk, dropped_md=LINE)
    desk.page.dispatch_event("body", "dragover", {"dataTransfer": transfer})
    assert desk.page.locator(".drop-hint").is_visible()
    desk.page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    assert desk.page.locator(".drop-hint").is_hidden()
    desk.page.locator("#restore:focus").wait_for()
    assert desk.page.input_value("#source") == LINE
    assert desk.page.input_value("#format") == "markdown"


def test_a_drop_that_fails_leaves_the_result(desk: Any) -> None:
    desk.restore(LINE)
    desk.page.keyboard.press("n")
    desk.page.keyboard.press(" ")
    before = desk.text, desk.counts()
    desk.page.dispatch_event("body", "drop", {"dataTransfer": transfer_of(desk, x_png="\0PNG")})
    notice = desk.page.locator("#result-problem", has_text="x.png is not a text file.")
    notice.wait_for()
    assert desk.page.locator("#form").is_hidden() and (desk.text, desk.counts()) == before
    desk.page.click("#close-problem")
    assert notice.count() == 0 and desk.page.locator("#close-problem").is_hidden()


def test_of_several_files_one_is_open_and_named(desk: Any) -> None:
    transfer = transfer_of(desk, a_md=LINE, b_txt="other")
    desk.page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    desk.page.locator("#problem", has_text="Only a.md is open").wait_for()
    assert desk.page.input_value("#source") == LINE


def test_a_draft_can_be_had_back(desk: Any, ferry: str) -> None:
    page = desk.page
    desk.put("my draft")
    page.select_option("#format", "latex")
    for name, text in (("example", ferry), ("drop", LINE)):
        if name == "example":
            page.click("#example")
        else:
            page.dispatch_event("body", "drop", {"dataTransfer": transfer_of(desk, a_md=LINE)})
        page.locator("#back").wait_for()
        assert page.input_value("#source") == text
        page.click("#back")
        assert page.input_value("#source") == "my draft" and page.input_value("#format") == "latex"
        assert page.locator("#back").is_hidden()


def test_a_result_can_be_had_back(desk: Any) -> None:
    desk.restore(LINE)
    desk.page.keyboard.press("n")
    desk.page.keyboard.press(" ")
    before = desk.text, desk.counts()
    desk.page.dispatch_event("body", "drop", {"dataTransfer": transfer_of(desk, a_md="other")})
    desk.page.get_by_role("button", name="Back to the result").click()
    assert (desk.text, desk.counts()) == before and desk.page.locator("#form").is_hidden()
    desk.page.reload()
    assert (desk.text, desk.counts()) == before


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x00\x00", b"caf\xe9"])
def test_what_is_no_text_is_refused(desk: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "thing.txt").write_bytes(content)
    desk.page.set_input_files("#file", tmp_path / "thing.txt")
    desk.page.locator("#problem", has_text="thing.txt is not").wait_for()
    assert desk.page.input_value("#source") == ""


def test_utf_16_is_read(desk: Any, tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        (tmp_path / "a.txt").write_bytes(f"\ufeff{LINE}".encode(encoding))
        desk.page.set_input_files("#file", tmp_path / "a.txt")
        desk.page.locator("#restore:focus").wait_for()
        assert desk.page.input_value("#source").removeprefix("\ufeff") == LINE
        desk.page.fill("#source", "")


def test_formats_are_told_by_name_as_in_the_command_line(desk: Any) -> None:
    names = [f"a.b{suffix}" for suffix in TEXT_SUFFIXES] + ["A.HTML", "none", "a.unknown"]
    told = desk.page.evaluate(
        """async (names) => {
            const { formatOf } = await import(new URL("static/opening.js", document.baseURI));
            return names.map(formatOf);
        }""",
        names,
    )
    assert told == [*TEXT_SUFFIXES.values(), "html", "text", "text"]


def test_each_format_can_be_chosen(desk: Any) -> None:
    values = desk.page.locator("#format option").evaluate_all("options => options.map(o => o.value)")
    assert set(values) == set(TEXT_SUFFIXES.values())
