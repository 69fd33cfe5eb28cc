from __future__ import annotations

import hashlib
import platform
from pathlib import Path

from despin.metrics.signature import checkpoint_hash, machine, signature_line, versions


def test_the_checkpoint_s_hash_is_that_of_weights_and_dictionary(tmp_path: Path) -> None:
    assert checkpoint_hash(tmp_path) == "none"
    (tmp_path / "inverse.tsv").write_bytes(b"dictionary")
    only = hashlib.sha256(b"dictionary").hexdigest()[:12]
    assert checkpoint_hash(tmp_path) == f"{only} (without model.bin)"
    (tmp_path / "model.bin").write_bytes(b"weights" * 300_000)
    both = hashlib.sha256(b"weights" * 300_000 + b"dictionary").hexdigest()[:12]
    assert checkpoint_hash(tmp_path) == both


def test_machine_and_versions_are_all_there() -> None:
    assert machine()["cpu"].strip()
    assert int(machine()["cores"]) >= 1
    assert list(versions()) == ["despin", "ctranslate2", "python"]
    assert versions()["python"] == platform.python_version()


def test_one_line() -> None:
    assert signature_line({"pairs": "ab", "python": "3"}) == "Signature: pairs ab | python 3"
