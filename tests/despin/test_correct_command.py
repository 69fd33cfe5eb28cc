"""`despin correct` as a person meets it: results on standard output, everything else beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

SPUN = "The decrease home of parliament mentioned that overseas officers would meet quickly.\n"
ODD = [
    b"",
    b"word",
    b"no final newline: the decrease home",
    b"one\r\ntwo within the home\r\n\r\n\tthree  spaces\r\n",
    "emoji 🙂 within the 👩‍👩‍👧 decrease home\n".encode(),
    b'<p class="home">within the <a href="https://home.example/within">decrease home</a></p>\n',
    "\ufeffbyte order mark within the\n".encode(),
    b"\x00nul\x0bvertical tab\x0cform feed\n",
]


@pytest.mark.parametrize("raw", ODD)
def test_json_edits_reverted_give_the_input_back(despin: Run, raw: bytes, tmp_path: Path) -> None:
    from despin.infer import Edit, revert_edits

    file = tmp_path / "in.txt"
    file.write_bytes(raw)
    done = despin("correct", "--json", file)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.decode().splitlines()
    answer = json.loads(line)
    assert answer["path"] == str(file) and answer["start"] == 0
    fields = {"path", "start", "text", "edits", "refused", "score", "verdict", "passages", "unanswered"}
    assert set(answer) == fields
    edits = [Edit(**e) for e in answer["edits"]]
    assert revert_edits(answer["text"], edits).encode() == raw
    assert all(0 <= e.confidence <= 1 for e in edits) and 0 <= answer["score"] <= 1


def test_text_alone_on_standard_output(despin: Run) -> None:
    done = despin("correct", stdin=SPUN.encode())
    assert done.returncode == 0 and done.stderr == b""
    assert b"lower house" in done.stdout and done.stdout.endswith(b".\n")


def test_diff_holds_both_wordings_and_colour_is_asked_for(despin: Run) -> None:
    plain = despin("correct", "--diff", "-", stdin=SPUN.encode()).stdout.decode()
    assert "[-decrease" in plain and "+}" in plain and "\x1b" not in plain
    coloured = despin("correct", "--diff", "--color", "always", stdin=SPUN.encode()).stdout.decode()
    assert "\x1b[32m" in coloured and "[-" not in coloured


def test_min_confidence_one_drops_what_is_not_certain(despin: Run) -> None:
    every = json.loads(despin("correct", "--json", "--min-confidence", "0", stdin=SPUN.encode()).stdout)
    sure = json.loads(despin("correct", "--json", "--min-confidence", "1", stdin=SPUN.encode()).stdout)
    assert every["edits"] and len(sure["edits"]) < len(every["edits"])
    assert all(e["confidence"] == 1 for e in sure["edits"])


def test_output_folder_gets_whole_files(despin: Run, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(SPUN)
    done = despin("correct", "--output", tmp_path / "out", tmp_path / "a.txt", tmp_path / "b.txt")
    assert done.returncode == 0 and done.stdout == b""
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.txt", "b.txt"]
    assert "lower house" in (tmp_path / "out" / "a.txt").read_text()


def test_output_never_overwrites_an_input(despin: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SPUN)
    done = despin("correct", "--output", tmp_path, tmp_path / "a.txt")
    assert done.returncode == 2 and (tmp_path / "a.txt").read_text() == SPUN
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text(SPUN)
    twice = despin("correct", "--output", tmp_path / "out", tmp_path / "a.txt", tmp_path / "sub" / "a.txt")
    assert twice.returncode == 2 and not (tmp_path / "out").exists()


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    assert done.returncode == 2, (done.stdout, done.stderr)
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("despin: ")
    return line


def test_bad_inputs_are_told_in_one_line(despin: Run, tmp_path: Path) -> None:
    bad = tmp_path / "latin1.txt"
    bad.write_bytes(b"caf\xe9 within the home\n")
    assert "not UTF-8 (byte 3)" in one_line(despin("correct", bad))
    assert "not UTF-8" in one_line(despin("correct", stdin=b"\xff\xffa"))
    assert "no such file" in one_line(despin("correct", tmp_path / "missing.txt"))
    assert "is a directory" in one_line(despin("correct", tmp_path))


def test_a_bad_file_does_not_cost_the_good_one(despin: Run, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text(SPUN)
    done = despin("correct", tmp_path / "missing.txt", good)
    assert "missing.txt" in one_line(done) and b"lower house" in done.stdout


def test_unreadable_checkpoints_are_told_in_one_line(
    despin: Run, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    import shutil

    assert "no checkpoint folder" in one_line(despin("correct", "--checkpoint", tmp_path / "none"))
    assert "model.bin" in one_line(despin("correct", "--checkpoint", tmp_path))
    broken = tmp_path / "broken"
    shutil.copytree(tiny_checkpoint, broken)
    (broken / "model.bin").write_bytes(b"nothing of the kind")
    assert "broken is damaged: model.bin" in one_line(despin("correct", "--checkpoint", broken))
    (broken / "digests.json").unlink()
    assert "cannot be loaded" in one_line(despin("correct", "--checkpoint", broken))
    (broken / "despin.json").write_text('{"format": 99}')
    assert "format 99" in one_line(despin("correct", "--checkpoint", broken))


def test_wrong_options_are_told_in_one_line(despin: Run) -> None:
    assert "min-confidence" in one_line(despin("correct", "--min-confidence", "2"))
    assert "No such command" in one_line(despin("corect"))


def test_a_closed_pipe_ends_it_quietly(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    big.write_text("1 2 3, 4 5 6.\n" * 20_000)
    command = [sys.executable, "-m", "despin", "correct", str(big)]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, timeout=300)
    os.close(writer)
    assert done.stderr == b"" and done.returncode == 0


def test_a_long_text_comes_block_by_block_and_its_json_whole(despin: Run, tmp_path: Path) -> None:
    from despin.infer.text.blocks import BLOCK_SIZE

    file = tmp_path / "long.txt"
    file.write_text((SPUN + "1 2 3, 4 5 6.\n" * 300 + "\n") * 10, newline="")
    raw = file.read_text()
    assert len(raw) > 2 * BLOCK_SIZE
    plain = despin("correct", file).stdout.decode()
    (line,) = despin("correct", "--json", "--min-score", "0", file).stdout.splitlines()
    answer = json.loads(line)
    assert answer["start"] == 0 and answer["edits"]
    for edit in answer["edits"]:
        assert raw[edit["start"] : edit["end"]] == edit["source"]
    restored = answer["text"]
    assert "lower house" in restored and "lower house" not in raw
    assert plain.count("\n") == restored.count("\n") == raw.count("\n")
    despin("correct", "--min-score", "0", "--output", tmp_path / "out", file)
    assert (tmp_path / "out" / "long.txt").read_text() == restored


def test_the_first_block_is_written_before_the_input_ends() -> None:
    command = [sys.executable, "-m", "despin", "correct"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin and running.stdout
        running.stdin.write(b"1 2 3, 4 5 6.\n" * 3000)
        running.stdin.flush()
        # The pipe is still open: only a program that streams answers now.
        assert running.stdout.read(14) == b"1 2 3, 4 5 6.\n"
        running.stdin.close()
        running.stdout.read()
    assert running.returncode == 0


def test_stopped_by_hand_it_leaves_no_file(tmp_path: Path) -> None:
    """With the model's own threads at work; `test_signals` has the other ways to be stopped."""
    import signal
    import time

    command = [sys.executable, "-m", "despin", "correct", "--output", str(tmp_path / "out")]
    # A test run in the background may ignore the interrupt, and its children would inherit that.
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        assert running.stdin
        running.stdin.write(b"1 2 3, 4 5 6.\n" * 3000)
        running.stdin.flush()
        while not list(tmp_path.glob("out/.despin-*")):
            assert running.poll() is None
            time.sleep(0.005)
        running.send_signal(signal.SIGINT)
        _, message = running.communicate(timeout=60)
    assert running.returncode == 130 and message.strip() == b"despin: interrupted"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_page_keeps_its_markup_and_gets_its_text_restored(despin: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f'<html><p title="decrease home">{SPUN}</p>\n<pre>{SPUN}</pre></html>\n')
    restored = despin("correct", page).stdout.decode()
    assert f"<pre>{SPUN}</pre>" in restored and '<p title="decrease home">' in restored
    assert "lower house" in restored.split("</p>")[0]
    # As text the code would be kept too, by its tags; in Markdown a fence keeps it.
    notes = tmp_path / "notes.md"
    notes.write_text(f"# Notes\n\n{SPUN}\n```\n{SPUN}```\n")
    restored = despin("correct", notes).stdout.decode()
    assert f"```\n{SPUN}```" in restored and restored.count("lower house") == 1
    assert despin("correct", "--format", "text", notes).stdout.decode().count("lower house") == 2


def test_alternatives_and_switched_guards(despin: Run) -> None:
    spun = SPUN + "He waited 12 months for the Capital to reply; see https://home.example/decrease now.\n"
    answer = json.loads(
        despin("correct", "--json", "--alternatives", "3", "--min-score", "0", stdin=spun.encode()).stdout
    )
    assert answer["edits"]
    for edit in answer["edits"]:
        others = edit["alternatives"]
        assert 1 <= len(others) <= 3 and edit["source"] in [o["wording"] for o in others]
        assert edit["confidence"] + sum(o["confidence"] for o in others) <= 1.001
    assert "https://home.example/decrease" in answer["text"]
    assert "Invalid value for '--no-guard'" in one_line(despin("correct", "--no-guard", "none"))


def test_spin_is_settled_by_its_seed(despin: Run, root: Path) -> None:
    clean = b"The lower house said on Monday that foreign officials would meet as soon as possible.\n"
    config = root / "configs" / "spin" / "observed.yaml"
    first = despin("spin", "--seed", "3", "--config", config, stdin=clean)
    again = despin("spin", "--seed", "3", "--config", config, stdin=clean)
    other = {despin("spin", "--seed", str(n), stdin=clean).stdout for n in range(4, 8)}
    assert first.returncode == 0 and first.stdout == again.stdout != clean
    assert len(other) > 1
    assert "unknown setting 'colour'" in one_line(
        despin("spin", "--config", write(root, "colour: red\n"), stdin=clean)
    )


def write(root: Path, text: str) -> Path:
    import tempfile

    handle, name = tempfile.mkstemp(suffix=".yaml")
    os.close(handle)
    Path(name).write_text(text)
    return Path(name)
