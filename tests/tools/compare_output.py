"""Compare the output of ``despin correct --json`` before and after a change, byte for byte.

    python tests/tools/compare_output.py EVIDENCE --save before.jsonl     # with the old installation
    python tests/tools/compare_output.py EVIDENCE --against before.jsonl  # with the new one

EVIDENCE is a folder of real pairs and passages (``../shared/evidence``). Read are both sides of every pair,
every passage, the seed article, and the repository's own examples as plain text, Markdown and HTML. A line
goes to standard output; the exit status is 1 if any byte differs.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def texts(evidence: Path) -> Iterator[tuple[str, str]]:
    """File names and contents, in a fixed order."""
    for file in sorted(evidence.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            for side in ("spun", "original", "text", "passage"):
                if isinstance(row.get(side), str):
                    yield f"{file.stem}-{number:03d}-{side}.txt", row[side]
    if (evidence / "seed.txt").exists():
        yield "seed.txt", (evidence / "seed.txt").read_text(encoding="utf-8")
    for file in sorted((ROOT / "examples").glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        yield file.name, text
        yield f"{file.stem}.md", f"# Title\n\n*{text.strip()}* [link](https://example.org/decrease-home)\n"
        yield f"{file.stem}.html", f"<p class='home'>{text.strip()}</p>\n"


def restored(evidence: Path) -> tuple[bytes, int]:
    """What ``despin correct --json`` prints for all texts, and how many texts there are."""
    with tempfile.TemporaryDirectory() as scratch:
        names = []
        for name, text in texts(evidence):
            (Path(scratch) / name).write_text(text, encoding="utf-8", newline="")
            names.append(name)
        command = [str(Path(sys.executable).with_name("despin")), "correct", "--json", *names]
        return subprocess.run(command, cwd=scratch, check=True, stdout=subprocess.PIPE).stdout, len(names)


def main() -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("evidence", type=Path)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--save", type=Path, metavar="FILE")
    where.add_argument("--against", type=Path, metavar="FILE")
    args = parser.parse_args()
    output, count = restored(args.evidence)
    digest = hashlib.sha256(output).hexdigest()
    if args.save:
        args.save.write_bytes(output)
        print(f"{count} texts, {len(output):,} bytes, sha256 {digest}")
        return 0
    before = args.against.read_bytes()
    if before == output:
        print(f"identical: {count} texts, {len(output):,} bytes, sha256 {digest}")
        return 0
    lines = difflib.unified_diff(
        before.decode("utf-8").splitlines(), output.decode("utf-8").splitlines(), "before", "after", n=0
    )
    for line in list(lines)[:20]:
        print(line[:300])
    print(f"DIFFERENT: {count} texts, {len(before):,} bytes before, {len(output):,} after")
    return 1


if __name__ == "__main__":
    sys.exit(main())
