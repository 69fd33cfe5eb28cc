"""Each file of a checkpoint damaged in turn: one line, never a traceback, a crash or another text."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from despin.cli import cli
from despin.errors import CheckpointError
from despin.infer.checkpoint import (
    CHECKPOINT_FILES,
    EMBEDDED,
    REQUIRED_FILES,
    VOCABULARY_MAP,
    open_checkpoint,
)
from despin.infer.decision.ngrams import NGRAMS_FILE
from despin.infer.digests import DIGESTS_FILE, read_digests, update_digests, write_digests

TEXT = "The decrease home of parliament said on Monday that prices rose again.\n"


@pytest.fixture(scope="module")
def whole(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint with all files, digests included."""
    from despin.train.data.ngram_counts import NgramConfig, count_ngrams

    folder = tmp_path_factory.mktemp("whole") / "checkpoint"
    shutil.copytree(tiny_checkpoint, folder)
    words = {"lower", "house", "said", "prices"}
    count_ngrams([TEXT] * 9, NgramConfig((1, 1)), words).save(folder / NGRAMS_FILE)
    write_digests(folder)
    assert set(read_digests(folder)) == set(CHECKPOINT_FILES)
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(whole, tmp_path / "checkpoint"))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def halved(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def cut_at_a_line(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[: len(lines) // 2]))


def longer(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


def removed(file: Path) -> None:
    file.unlink()


DAMAGES = [emptied, halved, cut_at_a_line, longer, folder_instead, removed]


def message_of(folder: Path) -> str:
    """The one line with which a checkpoint is refused."""
    with pytest.raises(CheckpointError) as caught:
        _ = open_checkpoint(folder).ngrams
    message = str(caught.value)
    assert "\n" not in message and str(folder) in message and len(message) < 500
    return message


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", CHECKPOINT_FILES)
def test_a_damaged_file_is_named(copied: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(copied / name)
    assert name in message_of(copied)


@pytest.mark.parametrize("name", CHECKPOINT_FILES)
def test_a_flipped_bit_anywhere_is_found(copied: Path, name: str) -> None:
    rng = random.Random(name)
    content = (copied / name).read_bytes()
    for place in {0, len(content) // 2, len(content) - 1, *(rng.randrange(len(content)) for _ in range(5))}:
        flipped = bytearray(content)
        flipped[place] ^= 1 << rng.randrange(8)
        (copied / name).write_bytes(flipped)
        assert name in message_of(copied)
    (copied / name).write_bytes(content)
    assert open_checkpoint(copied).ngrams is not None


@pytest.mark.parametrize("damage", [*DAMAGES[:2], folder_instead])
def test_damaged_digests_are_named(copied: Path, damage: Callable[[Path], None]) -> None:
    damage(copied / DIGESTS_FILE)
    assert f"{DIGESTS_FILE} cannot be read" in message_of(copied)


@pytest.mark.parametrize(
    "content", ["[]", "3", '{"../model.bin": {"bytes": 1, "sha256": ""}}', '{"model.bin": "x"}', "[" * 99_999]
)
def test_digests_of_another_form_are_refused(copied: Path, content: str) -> None:
    (copied / DIGESTS_FILE).write_text(content)
    assert DIGESTS_FILE in message_of(copied)


def test_a_file_that_was_added_is_refused(copied: Path, whole: Path) -> None:
    (copied / NGRAMS_FILE).unlink()
    write_digests(copied)
    _ = open_checkpoint(copied)
    shutil.copy(whole / NGRAMS_FILE, copied)
    assert f"{NGRAMS_FILE} is not among the files" in message_of(copied)


def test_a_change_of_ones_own_is_accepted_by_new_digests(copied: Path) -> None:
    settings = json.loads((copied / "despin.json").read_text())
    (copied / "despin.json").write_text(json.dumps({**settings, "words": 32}))
    assert f"despin train digests {copied}" in message_of(copied)
    update_digests(copied, ["despin.json"])
    assert open_checkpoint(copied).settings["words"] == 32
    # Only what is said to have changed is accepted.
    halved(copied / "inverse.tsv")
    update_digests(copied, ["despin.json"])
    assert "inverse.tsv" in message_of(copied)


def test_the_command_writes_new_digests(copied: Path, tmp_path: Path) -> None:
    (copied / "despin.json").write_text('{"format": 1, "words": 16}')
    done = CliRunner().invoke(cli, ["train", "digests", str(copied)])
    assert (done.exit_code, done.stdout) == (0, f"{copied / DIGESTS_FILE}\n")
    assert open_checkpoint(copied).settings["words"] == 16
    done = CliRunner().invoke(cli, ["train", "digests", str(tmp_path)])
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and "config.json is missing" in done.stderr
    assert not (tmp_path / DIGESTS_FILE).exists()


def test_an_export_between_two_names_is_told(copied: Path) -> None:
    copied.rename(copied.with_name("checkpoint.old"))
    assert f"rename {copied}.old" in message_of(copied)


def test_a_checkpoint_without_digests_is_read(copied: Path) -> None:
    (copied / DIGESTS_FILE).unlink()
    assert open_checkpoint(copied).ngrams is not None
    update_digests(copied, ["despin.json"])
    assert not (copied / DIGESTS_FILE).exists()


def shuffled_vocabulary(folder: Path) -> str:
    pieces = json.loads((folder / "shared_vocabulary.json").read_text())
    random.Random(0).shuffle(pieces)
    (folder / "shared_vocabulary.json").write_text(json.dumps(pieces))
    return "tokenizer.json and shared_vocabulary.json are of different models"


def shuffled_tokenizer(folder: Path) -> str:
    described = json.loads((folder / "tokenizer.json").read_text())
    random.Random(0).shuffle(described["model"]["vocab"])
    (folder / "tokenizer.json").write_text(json.dumps(described))
    return "tokenizer.json"


def tokenizer_of_another_model(folder: Path) -> str:
    shutil.copy(EMBEDDED / "tokenizer.json", folder)
    return "tokenizer.json and shared_vocabulary.json are of different models"


def half_a_map(folder: Path) -> str:
    cut_at_a_line(folder / VOCABULARY_MAP)
    return f"{VOCABULARY_MAP} does not map each piece to itself"


@pytest.mark.parametrize(
    "damage", [shuffled_vocabulary, shuffled_tokenizer, tokenizer_of_another_model, half_a_map]
)
def test_parts_that_do_not_belong_together_are_refused_by_themselves(
    copied: Path, damage: Callable[[Path], str]
) -> None:
    message = damage(copied)
    write_digests(copied)
    assert message in message_of(copied)


ONE_BY_ONE = """
import os, sys
import despin.infer.despinner
from despin.errors import DespinError
text, *folders = sys.argv[1:]
for folder in folders:
    if not (pid := os.fork()):  # a crash ends the fork alone
        try:
            print(len(despin.infer.Despinner(folder, threads=1, min_score=0.0).correct(text).text))
        except DespinError as error:
            print(f"refused: {error}")
        except BaseException as error:
            print(f"raised {type(error).__name__}: {error}")
        sys.stdout.flush()
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    if status:
        print(f"died of {status}", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it forks")
def test_without_digests_nothing_crashes_either(whole: Path, tmp_path: Path) -> None:
    """Older checkpoints: what can be seen without digests is refused before CTranslate2 reads it."""

    def damaged() -> Iterator[Path]:
        for name in CHECKPOINT_FILES:
            for damage in (emptied, halved, folder_instead):
                folder = Path(shutil.copytree(whole, tmp_path / f"{name}-{damage.__name__}"))
                (folder / DIGESTS_FILE).unlink()
                damage(folder / name)
                yield folder

    folders = list(damaged())
    command = [sys.executable, "-c", ONE_BY_ONE, TEXT, str(whole), *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    first, *lines = done.stdout.splitlines()
    assert int(first) > 0 and len(lines) == len(folders)
    unseen = "inverse.tsv-halved"  # it may end at a line's end: only a digest tells
    for folder, line in zip(folders, lines):
        assert line.startswith("refused: ") or folder.name == unseen, (folder.name, line)


def test_the_embedded_digests_cover_what_inference_reads() -> None:
    there = {name for name in CHECKPOINT_FILES if (EMBEDDED / name).exists()}
    assert set(REQUIRED_FILES) <= there <= set(read_digests(EMBEDDED))
