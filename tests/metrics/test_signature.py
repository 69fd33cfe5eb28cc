from __future__ import annotations

import platform
from pathlib import Path

from despin.infer.checkpoint import CHECKPOINT_FILES, REQUIRED_FILES
from despin.metrics.signature import checkpoint_hash, machine, signature_line, versions


def test_the_hash_covers_all_that_inference_reads(tmp_path: Path) -> None:
    assert checkpoint_hash(tmp_path) == "none"
    (tmp_path / "inverse.tsv").write_bytes(b"dictionary")
    missing = ", ".join(name for name in REQUIRED_FILES if name != "inverse.tsv")
    assert checkpoint_hash(tmp_path).endswith(f" (without {missing})")
    hashes = set()
    for name in CHECKPOINT_FILES:
        (tmp_path / name).write_bytes(b"x" * 2_000_000)
        hashes.add(checkpoint_hash(tmp_path))
    assert len(hashes) == len(CHECKPOINT_FILES) and len(checkpoint_hash(tmp_path)) == 12
    for name in CHECKPOINT_FILES:
        (tmp_path / name).write_bytes(b"x" * 1_999_999 + b"y")
        hashes.add(checkpoint_hash(tmp_path))
    assert len(hashes) == 2 * len(CHECKPOINT_FILES)
    (tmp_path / "README.md").write_text("The card may change.")
    assert checkpoint_hash(tmp_path) in hashes


def test_machine_and_versions_are_all_there() -> None:
    assert machine()["cpu"].strip()
    assert int(machine()["cores"]) >= 1
    assert list(versions()) == ["despin", "ctranslate2", "python"]
    assert versions()["python"] == platform.python_version()


def test_one_line() -> None:
    assert signature_line({"pairs": "ab", "python": "3"}) == "Signature: pairs ab | python 3"
