"""A text through the page: restored, walked, decided about, saved, reloaded; the real checkpoint answers."""

from __future__ import annotations

from typing import Any

import pytest

from despin import Despinner, Edit, apply_edits

SPUN = (
    "The decrease home of the island’s parliament mentioned on Tuesday it would vote quickly, regardless of "
    "considerations about the value. Officials stated the cash ought to go first towards highway repairs."
)


def edits_of(result: dict[str, Any]) -> list[Edit]:
    """The edits that are made, as Python's."""
    names = ("start", "end", "source", "replacement")
    return [Edit(*(edit[name] for name in names)) for edit in result["edits"]]


def test_a_pasted_text_is_restored_as_the_despinner_does(desk: Any, despinner: Despinner, ferry: str) -> None:
    expected = despinner.correct(ferry)
    desk.restore(ferry)
    assert desk.saved("save-text") == ("restored.txt", expected.text)
    page = desk.page
    assert page.locator(".mark[data-edit]").count() == len(expected.edits) > 50
    assert page.locator("#gauge").get_attribute("aria-valuetext") == "0.99+, spun"
    assert f"{len(expected.edits)} edits · {len(expected.edits)} made" in desk.counts()
    assert "not about a person" in page.inner_text("#limit")
    # Both texts can be read in it, whatever stands beside them.
    shown = page.locator(".cell.restored").all_inner_texts()
    assert "\n".join(shown).split() == expected.text.split()
    assert "\n".join(page.locator(".cell.spun").all_inner_texts()).split() == ferry.split()


def test_the_json_is_that_of_the_command_line(desk: Any, despinner: Despinner) -> None:
    text = f"\U0001f600 {SPUN} \U0001f600\U0001f600 {SPUN}"
    desk.restore(text)
    result = desk.result
    assert result.pop("kept") == []
    assert result == {"path": "-", "start": 0, **despinner.correct(text).to_dict()}


def test_edits_are_walked_and_kept_by_keyboard(desk: Any, despinner: Despinner) -> None:
    edits = despinner.correct(SPUN).edits
    desk.restore(SPUN)
    page = desk.page
    current = page.locator(".mark:focus")
    for number in range(3):
        page.keyboard.press("n")
        assert current.get_attribute("data-edit") == str(number)
    page.keyboard.press("p")
    assert current.get_attribute("data-edit") == "1"
    assert page.inner_text("#detail-place") == f"2 of {len(edits)}"
    reasons = page.inner_text("#detail-reasons")
    assert edits[1].evidence is not None
    assert f"“{edits[1].source}” stands for “{edits[1].replacement}”" in reasons
    assert f"{edits[1].evidence.dictionary:.0%}".rstrip("%") in reasons and "Model" in reasons
    assert current.get_attribute("aria-describedby") == "detail-reasons"

    page.keyboard.press(" ")
    assert current.get_attribute("aria-pressed") == "false"
    assert desk.text == apply_edits(SPUN, [edits[0], *edits[2:]])
    assert f"{len(edits) - 1} made · 1 kept" in desk.counts()
    page.locator(".mark.is-current").focus()
    page.keyboard.press("Enter")
    assert current.get_attribute("aria-pressed") == "true"


def test_walking_goes_round_both_ends(desk: Any) -> None:
    desk.restore(SPUN)
    page = desk.page
    total = page.locator(".mark[data-edit]").count()
    page.keyboard.press("p")
    assert page.locator(".mark:focus").get_attribute("data-edit") == str(total - 1)
    page.keyboard.press("n")
    assert page.locator(".mark:focus").get_attribute("data-edit") == "0"


def test_a_click_keeps_the_original_and_a_second_takes_it_back(desk: Any, despinner: Despinner) -> None:
    expected = despinner.correct(SPUN)
    desk.restore(SPUN)
    mark = desk.page.locator(".mark[data-edit='0']")
    mark.click()
    assert mark.inner_text() == expected.edits[0].source
    assert desk.text == apply_edits(SPUN, expected.edits[1:])
    desk.page.locator(".from[data-edit='0']").click()  # in the spun text
    assert desk.text == expected.text


def test_an_alternative_is_chosen(desk: Any, despinner: Despinner) -> None:
    edits = despinner.correct(SPUN).edits
    number, wording = next(
        (i, w) for i, e in enumerate(edits) for w, _ in e.alternatives if w not in (e.source, e.replacement)
    )
    desk.restore(SPUN)
    for _ in range(number + 1):
        desk.page.keyboard.press("n")
    choices = desk.page.locator("#detail-wordings input")
    assert choices.first.is_checked()
    desk.page.get_by_role("radio", name=wording, exact=False).first.check()
    result = desk.result
    chosen = [e for e in result["edits"] if e["start"] == edits[number].start]
    assert chosen[0]["replacement"] == wording
    assert edits[number].replacement in [a["wording"] for a in chosen[0]["alternatives"]]
    assert apply_edits(SPUN, edits_of(result)) == result["text"] == desk.text
    # The slider does not take the reader's choice back; the button does.
    desk.set_threshold(100)
    assert [e["replacement"] for e in desk.result["edits"]] == [wording]
    desk.page.click("#reset")
    assert desk.text == despinner.correct(SPUN).text
    assert desk.page.locator("#reset").is_hidden()


def test_wordings_are_chosen_by_arrow_keys(desk: Any, despinner: Despinner) -> None:
    edit = despinner.correct(SPUN).edits[0]
    desk.restore(SPUN)
    page = desk.page
    page.keyboard.press("n")
    page.locator("#detail-wordings :checked").focus()
    wordings = [edit.replacement, *(w for w, _ in edit.alternatives if w != edit.source), edit.source]
    for wording in [*wordings[1:], wordings[0]]:
        page.keyboard.press("ArrowDown")
        assert page.evaluate("() => document.activeElement.value") == wording
        assert page.locator(".mark[data-edit='0']").inner_text() == wording
    page.keyboard.press("n")  # from there, too
    assert page.locator(".mark:focus").get_attribute("data-edit") == "1"


def test_the_slider_needs_no_request(desk: Any, despinner: Despinner, ferry: str) -> None:
    desk.restore(ferry)
    requests: list[str] = []
    desk.page.on("request", lambda request: requests.append(request.url))
    edits = despinner.correct(ferry).edits
    for percent in (80, 95, 0):
        desk.set_threshold(percent)
        sure = [edit for edit in edits if edit.confidence >= percent / 100]
        assert f"{len(sure)} made" in desk.counts()
        assert desk.page.locator(".mark.is-kept").count() == len(edits) - len(sure)
        assert desk.text == apply_edits(ferry, sure)
    assert [url for url in requests if not url.startswith("blob:")] == []


def test_refused_edits_stand_apart(desk: Any, despinner: Despinner, ferry: str) -> None:
    refused = despinner.correct(ferry).refused
    assert refused
    desk.restore(ferry)
    desk.page.click("#refused summary")
    lines = desk.page.locator("#refused-list li").all_inner_texts()
    assert len(lines) == len(refused)
    assert refused[0].edit.source in lines[0] and refused[0].reason in lines[0]
    desk.page.click("#refused-list button >> nth=0")
    assert desk.page.locator(".is-shown").inner_text() == refused[0].edit.source


def test_the_view_is_switched(desk: Any) -> None:
    desk.restore(SPUN)
    page = desk.page
    assert page.locator(".cell.spun").first.is_visible() and not page.locator("del").first.is_visible()
    page.check("#view-inline")
    assert not page.locator(".cell.spun").first.is_visible() and page.locator("del").first.is_visible()
    assert page.locator("del").first.inner_text() in SPUN


def test_all_of_it_survives_a_reload(desk: Any) -> None:
    desk.restore(SPUN)
    page = desk.page
    page.keyboard.press("n")
    page.keyboard.press(" ")
    desk.set_threshold(70)
    page.check("#view-inline")
    before = desk.text, desk.counts(), desk.result
    page.reload()
    assert (desk.text, desk.counts(), desk.result) == before
    assert page.locator("#threshold").input_value() == "70"
    assert page.locator("#text.inline").count() == 1
    page.click("#change")
    assert page.input_value("#source") == SPUN
    page.reload()
    assert page.input_value("#source") == SPUN and page.locator("#result").is_hidden()


def test_of_what_is_too_much_to_keep_the_text_is_kept(desk: Any) -> None:
    page = desk.page
    page.add_init_script(
        """const setItem = Storage.prototype.setItem;
        Storage.prototype.setItem = function (key, value) {
            if (value.length > 1000) throw new DOMException("full", "QuotaExceededError");
            setItem.call(this, key, value);
        };"""
    )
    page.reload()
    desk.restore(SPUN)
    assert "too many edits" in page.inner_text("#not-kept")
    page.reload()
    assert page.input_value("#source") == SPUN and page.locator("#result").is_hidden()


def test_nothing_is_kept_in_another_tab(desk: Any) -> None:
    desk.restore(SPUN)
    other = desk.page.context.new_page()
    other.goto(desk.address)
    assert other.input_value("#source") == "" and other.locator("#form").is_visible()


def test_the_text_is_copied(desk: Any, despinner: Despinner) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.restore(SPUN)
    desk.page.click("#copy")
    desk.page.get_by_text("Copied", exact=True).first.wait_for()
    assert desk.page.evaluate("navigator.clipboard.readText()") == despinner.correct(SPUN).text


@pytest.mark.parametrize("verdict", ["clean", "unsure"])
def test_a_text_that_is_left_alone_can_be_restored_all_the_same(
    desk: Any, despinner: Despinner, verdict: str
) -> None:
    text = {
        "clean": "The lower house of parliament voted late on Monday to set aside the money for the road.",
        "unsure": "He had been to the city earlier than the show opened.",
    }[verdict]
    assert despinner.correct(text).verdict == verdict
    desk.restore(text)
    assert desk.text == text and desk.counts() == "No edits"
    meaning = desk.page.inner_text("#meaning")
    assert "left as it is" in meaning and ("Only English prose is judged" in meaning) == (verdict == "clean")
    desk.page.click("#anyway")
    desk.wait()
    assert desk.text == despinner.with_options(min_score=0.0).correct(text).text


def test_an_empty_text_is_asked_for(desk: Any) -> None:
    desk.page.click("#restore")
    assert "no text yet" in desk.page.inner_text("#problem")
    assert desk.page.locator("#source:focus").count() == 1


def test_another_text_has_no_selected_edit(desk: Any) -> None:
    desk.restore(SPUN)
    page = desk.page
    page.keyboard.press("n")
    assert page.inner_text("#detail-title").startswith("Edit 1 of ")
    page.click("#change")
    desk.restore(SPUN.replace("Officials", "Ministers"))
    assert page.inner_text("#detail-title").strip() == "No edit is selected"
    assert page.locator(".is-current, #detail-wordings input, #detail-reasons p").count() == 0
