"""The n-gram table: log-ratios computed by hand, and invalid files."""

from __future__ import annotations

import io
import json
import lzma
import math
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from despin.errors import CheckpointError
from despin.infer import Despinner
from despin.infer.candidates.slots import Slot
from despin.infer.checkpoint import EMBEDDED
from despin.infer.decision import ngrams
from despin.infer.decision.decide import SlotPosterior, weigh_context
from despin.infer.decision.ngrams import NGRAMS_FILE, NgramTable, normalize_token, quantize_counts
from despin.infer.digests import write_digests
from despin.infer.text.segmentation import segment_text
from despin.train.data.ngram_counts import NgramConfig, count_ngrams

TEXT = "lower house of parliament\nthe lower house voted\nmy home is my castle\n"
WORDS = {"lower", "house", "of", "parliament", "the", "voted", "my", "home", "is", "castle"}


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> NgramTable:
    monkeypatch.setattr("despin.train.data.ngram_counts.COMMONEST", 0)
    return count_ngrams([TEXT] * 16, NgramConfig((8, 8)), WORDS)


def test_log_ratios_of_a_pair_and_a_triple(table: NgramTable) -> None:
    lower, house, of, the = map(table.word_id, ("lower", "house", "of", "the"))
    # 16 lines of each kind, 13 words in all: "lower" 32 times, "house" 32 times, always together.
    total = 16 * 13
    pair = math.log((32 + 1.0) / (32 * 32 / total + 1.0))
    assert table.ratio(0, lower, house) == pytest.approx(pair)
    pair_probability = (32 + 5.0 * 32 / total) / (32 + 5.0)
    triple = math.log((16 + 0.5) / (16 * pair_probability + 0.5))
    assert table.ratio(the, lower, house) == pytest.approx(pair + triple)
    assert table.ratio(lower, house, of) > 0


def test_an_expected_but_unseen_pair_has_a_negative_log_ratio(table: NgramTable) -> None:
    house, my, of, castle = map(table.word_id, ("house", "my", "of", "castle"))
    # Expected 32 x 32 / 208 = 5 times, never seen; the table has pairs from a count of 8.
    assert table.ratio(0, house, my) == pytest.approx(math.log((2 + 1) / (32 * 32 / 208 + 1)))
    # Expected 16 x 16 / 208 = 1 time: no evidence.
    assert table.ratio(0, of, castle) == 0.0


def test_unknown_words_have_log_ratio_0(table: NgramTable) -> None:
    house = table.word_id("house")
    assert table.word_id("decrease") == 0
    assert table.ratio(house, 0, house) == table.ratio(house, house, 0) == 0.0
    assert table.word_id("HOUSE") == house
    assert normalize_token("Didn’t") == "didn't"


def test_all_pairs_are_found_up_to_the_last_of_each_first_word(table: NgramTable) -> None:
    for line in TEXT.splitlines():
        for first, second in zip(line.split(), line.split()[1:]):
            assert table._pair(table.word_id(first), table.word_id(second))[1] >= 16, (first, second)
    for first in WORDS:
        assert table._pair(table.word_id(first), len(table.vocabulary))[1] in (0.0, 16.0)


def test_counts_are_quantised_to_within_ten_percent() -> None:
    counts = np.arange(1, 100_000)
    restored = 2.0 ** (quantize_counts(counts) / 4)
    assert np.abs(restored / counts - 1).max() < 0.1


def test_a_saved_table_is_read_back(table: NgramTable, tmp_path: Path) -> None:
    table.save(tmp_path / "t.xz")
    read = NgramTable.load(tmp_path / "t.xz")
    assert (
        read.vocabulary == table.vocabulary
        and read.min_count == table.min_count
        and read.total == table.total
    )
    for name in ("unigrams", "pairs_at", "seconds", "pair_steps", "triples_at", "thirds", "triple_steps"):
        assert np.array_equal(getattr(read, name), getattr(table, name)), name


def packed_zeros(size: int) -> bytes:
    """An xz file of ``size`` zeros, made without holding them."""
    packer = lzma.LZMACompressor(preset=0)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return b"".join([*parts, packer.flush()])


def archive(content: bytes, size: int = 1) -> bytes:
    """An xz file with a deflated archive whose vocabulary is ``content``, ``size`` times."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as made, made.open("vocabulary.npy", "w") as out:
        for _ in range(size):
            out.write(content)
    return lzma.compress(inner.getvalue())


def claiming(size: int) -> bytes:
    """An array file of 1,000 bytes that claims another size."""
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, {"descr": "|u1", "fortran_order": False, "shape": (size,)})
    return out.getvalue() + bytes(1000)


def test_a_table_that_unpacks_to_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / NGRAMS_FILE
    monkeypatch.setattr(ngrams, "MAX_UNPACKED", 32 << 20)
    file.write_bytes(packed_zeros(100 << 20))
    assert file.stat().st_size < 50_000
    with pytest.raises(ValueError, match="unpacks to more than 32 MiB"):
        NgramTable.load(file)
    file.write_bytes(archive(bytes(1 << 20), 33))
    with pytest.raises(ValueError, match="unpacks to more than 32 MiB"):
        NgramTable.load(file)
    for size in (1 << 44, 1 << 62, 1001, -1000):
        file.write_bytes(archive(claiming(size)))
        with pytest.raises(ValueError, match="not an n-gram table"):
            NgramTable.load(file)


@pytest.mark.parametrize("damage", ["cut", "text", "other arrays", "lengths"])
def test_invalid_files_are_reported_in_one_line(damage: str, table: NgramTable, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(EMBEDDED, folder)
    file = folder / NGRAMS_FILE
    if damage == "lengths":
        table.thirds = table.thirds[:-1]
    table.save(file)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "text":
        file.write_text("no table\n")
    elif damage == "other arrays":
        np.savez(folder / "other.npz", x=np.zeros(3))
        file.write_bytes(lzma.compress((folder / "other.npz").read_bytes()))
    with pytest.raises(ValueError, match="not an n-gram table"):
        NgramTable.load(file)
    write_digests(folder)  # so that it is the table's own reader that refuses it
    with pytest.raises(CheckpointError) as caught:
        Despinner(folder, threads=1).correct("the decrease home")
    assert "\n" not in str(caught.value) and NGRAMS_FILE in str(caught.value)


def test_the_context_decides_where_the_model_is_uncertain(table: NgramTable) -> None:
    text = "the lower home voted"
    segment = next(segment_text(text, 64))
    slot = Slot(10, 14, "home", ("house", "castle"))
    isolated = [0.4, 0.3, 0.3]
    before = SlotPosterior(slot, isolated, [0.0, 0.0, 0.0], isolated)
    probabilities = weigh_context(segment, [before], table, 0.5)[0].probabilities
    assert probabilities[1] > 0.6 and sum(probabilities) == pytest.approx(1)
    unchanged = weigh_context(segment, [before], table, 0.0)[0].probabilities
    assert unchanged == pytest.approx([0.4, 0.3, 0.3])


def test_a_checkpoint_without_a_table_works_unchanged(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(EMBEDDED, folder)
    (folder / NGRAMS_FILE).unlink(missing_ok=True)
    settings = json.loads((folder / "despin.json").read_text())
    (folder / "despin.json").write_text(json.dumps({**settings, "context_weight": 0.5}))
    write_digests(folder)
    assert Despinner(folder, threads=1).correct("The decrease home of parliament.\n").text.endswith(".\n")
