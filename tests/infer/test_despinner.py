"""The embedded checkpoint through the public interface."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from despin.errors import CheckpointError
from despin.infer import Despinner, apply_edits, revert_edits
from despin.infer.long_text import LongText
from despin.infer.text.blocks import BLOCK_SIZE

SPUN = (
    "Officers at the overseas ministry mentioned on Monday that they’re targeted on ending the “loss of life "
    "march” on the border.\n\nThe decrease home will vote “as quickly as potential,” in line with two "
    "individuals acquainted with the plan."
)


@pytest.fixture(scope="module")
def despinner() -> Despinner:
    return Despinner(threads=1)


def test_a_spun_passage_is_restored(despinner: Despinner) -> None:
    correction = despinner.correct(SPUN)
    for wording in ("“death march”", "“as soon as possible,”", "lower house", "said", "foreign ministry"):
        assert wording in correction.text
    assert correction.score > 0.5
    assert apply_edits(SPUN, correction.edits) == correction.text
    assert revert_edits(correction.text, correction.edits) == SPUN


@pytest.mark.parametrize("name", ["ferry", "budget", "clinic"])
def test_clean_prose_is_left_unchanged(despinner: Despinner, root: Path, name: str) -> None:
    clean = (root / "examples" / f"original-{name}.txt").read_text(encoding="utf-8")
    spun = (root / "examples" / f"spun-{name}.txt").read_text(encoding="utf-8")
    assert despinner.correct(clean).text == clean
    assert despinner.correct(spun).score > despinner.correct(clean).score + 0.1


def test_a_batch_gives_each_text_its_own_edits(despinner: Despinner) -> None:
    texts = ["", "word", SPUN, SPUN.upper(), "x" * 5000, "\n\n", SPUN * 3]
    together = despinner.correct_batch(texts)
    for text, correction in zip(texts, together, strict=True):
        assert revert_edits(correction.text, correction.edits) == text
        # Int8 sums depend slightly on the batch, so only confident edits must be the same.
        confident = {(e.start, e.replacement) for e in despinner.correct(text).edits if e.confidence > 0.9}
        assert confident <= {(e.start, e.replacement) for e in correction.edits}


def test_long_lines_and_long_texts_lose_nothing(despinner: Despinner) -> None:
    line = (SPUN.replace("\n", " ") + "0123456789, " * 400) * 21
    line = line[:100_000]
    for text in ("a" * 100_000, "<" * 100_000, "“" * 100_000, ".\n" * 20_000):
        assert despinner.correct(text).text == text
    correction = Despinner(threads=1, min_score=0.0).correct(line)
    assert len(line) == 100_000 and correction.edits
    assert revert_edits(correction.text, correction.edits) == line


def test_a_confidence_threshold_selects_a_subset(despinner: Despinner) -> None:
    every = {e.start for e in despinner.correct(SPUN).edits}
    some = {e.start for e in Despinner(threads=1, min_confidence=0.9).correct(SPUN).edits}
    assert some <= every
    with pytest.raises(ValueError, match="min_confidence"):
        Despinner(min_confidence=1.5)


def test_threads_get_the_same_result(despinner: Despinner) -> None:
    expected = despinner.correct(SPUN).text
    results: list[str] = []
    workers = [
        threading.Thread(target=lambda: results.append(despinner.correct(SPUN).text)) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == [expected] * 4


def test_a_missing_checkpoint_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no checkpoint folder"):
        Despinner(tmp_path / "none")
    with pytest.raises(CheckpointError, match="cannot be fetched"):
        Despinner("hf://no such name")


def test_an_untrained_model_loses_nothing(tiny_checkpoint: Path) -> None:
    correction = Despinner(tiny_checkpoint, threads=1, min_confidence=0.0, min_score=0.0).correct(SPUN)
    assert revert_edits(correction.text, correction.edits) == SPUN


MIXED = (
    "He met members of the decrease home, who mentioned that overseas officers agreed.\r\n"
    '<p class="home">within the <b>decrease</b> home &amp; overseas</p>\n\n'
    "\tdecrease\thome   “overseas” 🙂 漢字 https://home.example/in?last=yr #home @officers x@home.example "
    "and more\n"
    "```\nhome = decrease(overseas)\n```\n| within the | final yr |\n"
)


def test_a_megabyte_of_mixed_text_is_kept_byte_for_byte(tiny_checkpoint: Path) -> None:
    # Most lines contain no slot, since an untrained model decodes to the maximum length.
    plain = "\t1,234  &amp; <br/> “” 🙂 漢字 …\r\n\n" * 2000
    text = (MIXED + plain) * (1_000_000 // len((MIXED + plain).encode()) + 1)
    correction = Despinner(tiny_checkpoint, min_confidence=0.0, min_score=0.0).correct(text)
    assert revert_edits(correction.text, correction.edits).encode() == text.encode()
    assert len(text.encode()) >= 1_000_000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["decrease", "home", "within the", "“", "<b>", "\n", "\r", "\x00", "é", "'s", "."])
    )
    .map(" ".join)
    .flatmap(lambda text: st.text(max_size=20).map(lambda tail: text + tail))
)
def test_reverting_the_edits_restores_any_text(despinner: Despinner, text: str) -> None:
    correction = despinner.correct(text)
    assert apply_edits(text, correction.edits) == correction.text
    assert revert_edits(correction.text, correction.edits) == text
    assert all(text[e.start : e.end] == e.source != e.replacement for e in correction.edits)
    assert all(0 <= e.confidence <= 1 for e in correction.edits) and 0 <= correction.score <= 1


def test_a_text_that_scores_below_min_score_is_left_unchanged() -> None:
    forced = Despinner(threads=1, min_score=0.0).correct(SPUN)
    gated = Despinner(threads=1, min_score=1.0).correct(SPUN)
    assert forced.edits and not gated.edits and gated.text == SPUN
    assert gated.score == forced.score


def test_tortured_phrases_of_papers_are_restored(despinner: Despinner) -> None:
    restored = despinner.correct(
        "We trained a profound learning model and compared it with a help vector machine. The irregular "
        "woodland was faster to prepare. Counterfeit consciousness and huge information change the field."
    ).text
    for term in ("deep learning", "support vector machine", "random forest"):
        assert term in restored
    assert "Artificial intelligence" in restored and "big data" in restored


def test_mark_up_after_an_article_does_not_hide_a_slot() -> None:
    despinner = Despinner(threads=1, min_score=0.0)
    for page in ("<p>Parliament has a <b>decrease home</b>, she said.</p>", "<p>a  <i>decrease home</i></p>"):
        restored = despinner.correct(page, format="html")
        assert restored.text == page.replace("decrease home", "lower house")


def test_spun_passages_are_corrected_and_the_clean_rest_is_left_alone(root: Path) -> None:
    clean = (root / "examples" / "clean.txt").read_text(encoding="utf-8")
    spun = (root / "examples" / "spun-ferry.txt").read_text(encoding="utf-8")
    paragraphs = [line for line in clean.splitlines() if line.strip()]
    before = "\n".join(paragraphs * 3) + "\n"
    correction = Despinner(threads=1).correct(before + spun + "\n" + before)
    assert correction.verdict == "spun" and len(correction.edits) > 20
    start, end = len(before), len(before) + len(spun)
    outside = [e for e in correction.edits if e.end <= start or e.start >= end]
    assert len(outside) <= 2
    (passage,) = (p for p in correction.passages if p.end > start and p.start < end)
    assert passage.start >= start - 400 and passage.end <= end + 400 and passage.score > 0.9
    assert Despinner(threads=1).correct(before).verdict == "clean"


@pytest.mark.parametrize(
    "text",
    [
        "He stated his case.",
        "officers",
        "Su decisión final fue correcta.",
        "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be "
        "in want of a wife.",
        "Shall I compare thee to a summer’s day? Thou art more lovely and more temperate: Rough winds do "
        "shake the darling buds of May, And summer’s lease hath all too short a date;",
    ],
)
def test_short_texts_with_little_evidence_are_left_alone(text: str, despinner: Despinner) -> None:
    correction = despinner.correct(text)
    assert correction.text == text and correction.verdict in ("clean", "unsure") and not correction.passages


def test_blocks_are_judged_with_what_the_blocks_before_tell() -> None:
    embedded = Despinner(threads=1)
    spun = (
        "Officers stated it final yr, and the decrease home handed the invoice after Nora Lively had left. "
        * 4
    )
    doubtful = "Lively stated his case.\n"
    alone = embedded.correct(doubtful)
    first, second = embedded.correct_blocks([spun, "\n" * (BLOCK_SIZE - len(spun)), doubtful])
    assert alone.verdict != "spun" and not alone.edits
    assert first.text.rstrip("\n") == embedded.correct(spun).text
    assert second.score > alone.score and second.text == "Lively said his case.\n"


SHORT_SPUN = (
    "Officers stated it final yr, and the decrease home handed the invoice. It was a long time ago. " * 3
)


def test_options_differ_between_despinners_that_share_what_is_loaded() -> None:
    embedded = Despinner(threads=1)
    careful = embedded.with_options(point="careful", min_confidence=0.9, alternatives=2, evidence=True)
    assert careful.engine is embedded.engine and embedded.point == "natural"
    assert careful.correct(SHORT_SPUN) == Despinner(
        threads=1, point="careful", min_confidence=0.9, alternatives=2, evidence=True
    ).correct(SHORT_SPUN)
    copied = pickle.loads(pickle.dumps(careful))
    assert copied.correct(SHORT_SPUN) == careful.correct(SHORT_SPUN) and copied.engine is not careful.engine
    for edit in careful.correct(SHORT_SPUN).edits:
        assert edit.evidence is not None and 1 <= len(edit.alternatives) <= 2
        assert 0 < edit.evidence.dictionary <= 1 and 0 <= edit.evidence.model <= 1
    assert all(edit.evidence is None for edit in embedded.correct(SHORT_SPUN).edits)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threads": 2}, "unknown option 'threads'"),
        ({"point": "best"}, "point must be one of"),
        ({"min_confidence": 2}, "min_confidence"),
        ({"alternatives": -1}, "alternatives must be at least 0"),
        ({"mode": "best"}, "without a language model"),
    ],
)
def test_other_options_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Despinner(threads=1).with_options(**options)


def test_texts_are_restored_beside_others_as_alone() -> None:
    embedded = Despinner(threads=1)
    careful = embedded.with_options(point="careful")
    clean = "He said it last year.\n"
    texts = [
        LongText(embedded, [SHORT_SPUN, clean * 4], block_size=200),
        LongText(careful, [SHORT_SPUN]),
        LongText(embedded, [f"<p>{SHORT_SPUN}</p>"], "html"),
        LongText(embedded, []),
    ]
    rounds = []
    while any(together := embedded.correct_together(texts)):
        rounds.append(together)
    alone = LongText(embedded, [SHORT_SPUN + clean * 4], block_size=200)
    expected = []
    while correction := embedded.correct_together([alone])[0]:
        expected.append(correction)
    assert len(expected) > 1 and [r[0] for r in rounds if r[0]] == expected
    assert rounds[0][1] == careful.correct(SHORT_SPUN)
    assert rounds[0][2] == embedded.correct(f"<p>{SHORT_SPUN}</p>", "html")
    assert [r[3] for r in rounds] == [None] * len(rounds)


def test_alternatives_are_written_as_the_document_is() -> None:
    embedded = Despinner(threads=1, alternatives=3)
    page = f"<p>{SHORT_SPUN}</p><p>The decrease <b>home</b> handed it.</p>"
    (edit,) = [e for e in embedded.correct(page, "html").edits if "<b>" in e.source]
    assert edit.replacement == "lower <b>house"
    assert all(wording.count("<b>") == 1 for wording, _ in edit.alternatives)
    assert "decrease <b>home" in [wording for wording, _ in edit.alternatives]
