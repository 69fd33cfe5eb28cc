"""Documents are drawn by weight; what is held out of training never meets it."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import random
import re
import socket
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

datasets = pytest.importorskip("datasets")

from despin.errors import InputError  # noqa: E402
from despin.train.data import corpora as corpora_module  # noqa: E402
from despin.train.data.bad_lines import find_bad_line  # noqa: E402
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
    with pytest.raises(ValueError, match="no document was found on the held-out side"):
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


GOOD = b'{"text": "a story"}\n'
BAD_LINES = [
    ("a.jsonl", GOOD + b"{not json\n", "2: not JSON: "),
    ("a.jsonl", GOOD * 3 + b'{"text": "caf\xe9"}\n' + GOOD, r"4: not UTF-8 \(byte 13 of the line\)"),
    ("a.jsonl", GOOD + b'["a"]\n', "2: must be a JSON object, got list"),
    ("a.jsonl", GOOD + b'{"text": "cut of', "2: not JSON: "),
    ("a.json", b'[{"text": "a"},\n{"text": b}]', "2: not JSON: "),
    ("a.json", GOOD + b"{\n", "2: not JSON: "),
    ("a.txt", b"a story\nan\xff other\n", r"2: not UTF-8 \(byte 2 of the line\)"),
]


def compressed(suffix: str, content: bytes) -> bytes:
    """``content`` as a file of this suffix."""
    if suffix == ".zst":
        return bytes(pytest.importorskip("zstandard").ZstdCompressor().compress(content))
    return {"": lambda c: c, ".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}[suffix](
        content
    )


@pytest.mark.parametrize(("name", "content", "message"), BAD_LINES)
def test_a_bad_line_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{re.escape(str(file))}:{message}") as caught:
        Corpora([CorpusConfig(str(file))])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", ["", ".gz", ".xz", ".bz2", ".zst"])
def test_a_bad_line_is_named_in_a_compressed_file(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a.jsonl{suffix}"
    file.write_bytes(compressed(suffix, GOOD * 2 + b"oops\n"))
    with pytest.raises(ValueError, match=f"^{re.escape(str(file))}:3: not JSON: "):
        Corpora([CorpusConfig(str(file))])


def test_a_parquet_file_with_invalid_text_is_named(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    text = arrow.array([b"a story", b"caf\xe9"], arrow.binary()).cast(arrow.string(), safe=False)
    parquet.write_table(arrow.table({"text": text}), tmp_path / "a.parquet")
    with pytest.raises(ValueError, match=r"^corpus .*a\.parquet: cannot be read: .*UTF8"):
        Corpora([CorpusConfig(str(tmp_path / "a.parquet"))])


def test_a_damaged_compressed_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(compressed(".gz", GOOD * 1000)[:-12])
    with pytest.raises(InputError, match=r"a\.jsonl\.gz: truncated; download or compress it again"):
        Corpora([CorpusConfig(str(file))])


def test_a_good_file_has_no_bad_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD * 3)
    assert find_bad_line(str(tmp_path / "a.jsonl")) is None


def test_a_missing_file_is_told_before_the_first_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora_module, "_load", lambda _: pytest.fail("read a corpus"))
    path = written(tmp_path / "a.jsonl", [{"text": "a"}])
    with pytest.raises(FileNotFoundError, match=r"no corpus at .*gone\.txt"):
        Corpora([CorpusConfig(path), CorpusConfig(str(tmp_path / "gone.txt"))])


@pytest.mark.parametrize("name", ["a.jsonl", "b.txt", "c.parquet"])
def test_a_local_file_is_read_without_asking_a_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = tmp_path / name
    if name.endswith("parquet"):
        datasets.Dataset.from_list([{"text": "a story"}]).to_parquet(str(file))
    else:
        file.write_bytes(GOOD if name.endswith("jsonl") else b"a story\n")
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: asked.append(args) or [])
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    monkeypatch.setattr(datasets.config, "HF_UPDATE_DOWNLOAD_COUNTS", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    assert drawn(Corpora([CorpusConfig(str(file))]), 1) == ["a story"]
    assert asked == []


def test_a_packaged_example_is_a_corpus(root: Path) -> None:
    clean = (root / "examples" / "clean.txt").read_text(encoding="utf-8")
    assert all(text in clean for text in drawn(Corpora([CorpusConfig("example:clean")]), 3))
    with pytest.raises(InputError, match="example:nothing"):
        Corpora([CorpusConfig("example:nothing")])


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".bz2", ".zst"])
def test_a_file_that_is_not_what_its_suffix_says_is_refused(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.jsonl{suffix}").write_bytes(GOOD * 9)
    with pytest.raises(InputError, match=rf"a\.jsonl\{suffix}: not a .* file"):
        Corpora([CorpusConfig(str(tmp_path / f"a.jsonl{suffix}"))])
    # `datasets` would unpack it by its first bytes, to any size.
    (tmp_path / "a.jsonl").write_bytes(compressed(suffix, GOOD * 9))
    with pytest.raises(InputError, match=r"a\.jsonl: it is an archive"):
        Corpora([CorpusConfig(str(tmp_path / "a.jsonl"))])


def test_a_corpus_that_unpacks_to_far_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("despin.metrics.compressed.MIN_LIMIT", 1 << 20)
    file = tmp_path / "a.jsonl.zst"
    file.write_bytes(compressed(".zst", GOOD * 500_000))
    with pytest.raises(InputError, match=r"a\.jsonl\.zst: unpacks to more than 1 MiB, 100 times its size"):
        Corpora([CorpusConfig(str(file))])


def test_only_one_line_tells_of_text_that_cannot_be_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD + b'{"text": "\\ud800 half a character"}\n')
    with pytest.raises(ValueError, match=r"^corpus .*a\.jsonl: cannot be read: "):
        Corpora([CorpusConfig(str(tmp_path / "a.jsonl"))])
    assert capfd.readouterr().err == ""
