"""Documents are drawn by weight; what is held out of training never meets it."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

datasets = pytest.importorskip("datasets")

from despin.train.data.corpora import HELD_OUT_OF_1000, Corpora, excerpt, is_held_out  # noqa: E402
from despin.train.recipe import CorpusConfig  # noqa: E402


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps what `datasets` writes out of the home folder."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))


def written(file: Path, rows: Sequence[object]) -> str:
    """The path of a .jsonl file with these rows."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(file)


def drawn(corpora: Corpora, count: int) -> list[str]:
    """``count`` documents, each with a seed of its own."""
    return [corpora.draw(random.Random(n)) for n in range(count)]


SOURCES = [f"outlet-{n}" for n in range(400)]


def test_about_one_source_in_fifty_is_held_out() -> None:
    count = sum(is_held_out(f"https://outlet-{n}.example") for n in range(20_000))
    assert 0.8 * HELD_OUT_OF_1000 < count / 20 < 1.2 * HELD_OUT_OF_1000


def test_the_line_is_the_same_on_every_machine() -> None:
    assert [n for n in range(200) if is_held_out(f"outlet-{n}")] == [30, 68, 133, 138]


def test_sides_never_meet_in_a_source(tmp_path: Path) -> None:
    # Each outlet has three documents, so a line drawn by document would cut through outlets.
    rows = [{"text": f"{source} story {n}", "source": source} for source in SOURCES for n in range(3)]
    config = [CorpusConfig(written(tmp_path / "a.jsonl", rows))]
    training = {t.split()[0] for t in drawn(Corpora(config), 1000)}
    held_out = {t.split()[0] for t in drawn(Corpora(config, held_out=True), 100)}
    assert not training & held_out
    assert held_out == {s for s in SOURCES if is_held_out(s)}
    assert len(training) > 0.8 * (len(SOURCES) - len(held_out))


def test_without_sources_the_text_itself_settles_the_side(tmp_path: Path) -> None:
    rows = [{"text": f"story {n}"} for n in range(400)]
    config = [CorpusConfig(written(tmp_path / "a.jsonl", rows))]
    held_out = set(drawn(Corpora(config, held_out=True), 120))
    assert held_out == {row["text"] for row in rows if is_held_out(row["text"])}
    assert not held_out & set(drawn(Corpora(config), 800))


def test_one_outlet_in_two_files_is_on_one_side(tmp_path: Path) -> None:
    first = written(tmp_path / "a.jsonl", [{"text": f"{s} a", "source": s} for s in SOURCES])
    second = written(tmp_path / "b.jsonl", [{"text": f"{s} b", "source": s} for s in SOURCES])
    training = drawn(Corpora([CorpusConfig(first)]), 800)
    held_out = drawn(Corpora([CorpusConfig(second)], held_out=True), 80)
    assert not {t.split()[0] for t in training} & {t.split()[0] for t in held_out}


def test_draws_hang_on_the_seed_alone(tmp_path: Path) -> None:
    config = [CorpusConfig(written(tmp_path / "a.jsonl", [{"text": f"story {n}"} for n in range(50)]))]
    one, other = Corpora(config), Corpora(config)
    drawn(other, 7)
    assert drawn(one, 30) == drawn(other, 30)
    assert len(set(drawn(one, 30))) > 10


def test_corpora_are_mixed_by_weight(tmp_path: Path) -> None:
    mix = [
        CorpusConfig(written(tmp_path / "a.jsonl", [{"text": f"often {n}"} for n in range(20)]), weight=3),
        CorpusConfig(
            written(tmp_path / "b.jsonl", [{"body": f"rarely {n}"} for n in range(200)]), field="body"
        ),
    ]
    counts = Counter(t.split()[0] for t in drawn(Corpora(mix), 1000))
    assert 650 < counts["often"] < 850 and counts["often"] + counts["rarely"] == 1000


def test_every_kind_of_file_is_read(tmp_path: Path) -> None:
    rows = [{"text": "a story\nof two lines"}]
    lines = written(tmp_path / "a.jsonl", rows)
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(Path(lines).read_bytes()))
    table = tmp_path / "c.parquet"
    datasets.Dataset.from_list(rows).to_parquet(str(table))
    plain = tmp_path / "d.txt"
    plain.write_text("one story\n\n \nanother story\n", encoding="utf-8")
    for path in (lines, str(packed), str(table)):
        assert drawn(Corpora([CorpusConfig(path)]), 2) == ["a story\nof two lines"] * 2
    assert set(drawn(Corpora([CorpusConfig(str(plain))]), 20)) == {"one story", "another story"}


def test_a_zstandard_file_is_read(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    file = tmp_path / "a.jsonl.zst"
    file.write_bytes(zstandard.ZstdCompressor().compress(b'{"text": "a story"}\n'))
    assert drawn(Corpora([CorpusConfig(str(file))]), 1) == ["a story"]


def test_empty_documents_are_never_drawn(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [{"text": ""}, {"text": " \n"}, {"text": "a story"}])
    assert set(drawn(Corpora([CorpusConfig(path)]), 20)) == {"a story"}


def test_a_side_without_text_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [{"text": "a story", "source": "outlet-0"}])
    assert not is_held_out("outlet-0")
    with pytest.raises(ValueError, match="no document was found on this side"):
        Corpora([CorpusConfig(path)], held_out=True).draw(random.Random(0))


def test_nothing_to_draw_from_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one is needed"):
        Corpora([])
    with pytest.raises(FileNotFoundError, match=r"no corpus at .*gone\.jsonl"):
        Corpora([CorpusConfig(str(tmp_path / "gone.jsonl"))])


def test_a_missing_text_is_never_drawn(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [{"text": None}, {"text": "a story"}])
    assert set(drawn(Corpora([CorpusConfig(path)]), 20)) == {"a story"}


def test_a_field_that_the_corpus_lacks_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [{"text": "a story"}])
    with pytest.raises(ValueError, match="body"):
        Corpora([CorpusConfig(path, field="body")]).draw(random.Random(0))


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt"])
def test_an_empty_file_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(ValueError, match=name):
        Corpora([CorpusConfig(str(tmp_path / name))])


PARAGRAPH = st.text("ab ", min_size=1, max_size=30)


@given(st.lists(st.one_of(PARAGRAPH, st.just("")), max_size=12), st.integers(10, 80), st.integers(0, 999))
def test_a_window_is_a_run_of_whole_paragraphs(lines: list[str], characters: int, seed: int) -> None:
    text = "\n".join(lines)
    paragraphs = [p for p in lines if p.strip()]
    got = excerpt(text, random.Random(seed), characters)
    if not paragraphs:
        assert got == ""
        return
    assert len(got) <= 4 * characters
    if len(max(paragraphs, key=len)) > characters:
        return
    taken = got.split("\n")
    runs = [n for n in range(len(paragraphs)) if paragraphs[n : n + len(taken)] == taken]
    assert runs
    size = sum(map(len, taken))
    assert size <= characters
    # It could not have been longer, unless the text is.
    assert any(
        n + len(taken) == len(paragraphs) or size + len(paragraphs[n + len(taken)]) > characters for n in runs
    )


def test_windows_begin_anywhere_but_leave_enough_behind_them() -> None:
    text = "\n".join(f"{n:04} " + "x" * 95 for n in range(20))
    heads = Counter(excerpt(text, random.Random(n), 500)[:4] for n in range(600))
    assert set(heads) == {f"{n:04}" for n in range(16)}
    assert all(len(excerpt(text, random.Random(n), 500).split("\n")) == 5 for n in range(50))


def test_a_paragraph_without_end_is_cut() -> None:
    assert excerpt("x" * 10_000, random.Random(0), 100) == "x" * 400
