"""`despin compare`: text, JSON and the proof page; what it reads and refuses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

FERRY = ("example:spun-ferry", "example:original-ferry")


def test_the_verdict_comes_first_and_each_change_has_its_row(call: Callable[..., Any]) -> None:
    done = call("compare", *FERRY)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "The text was very likely spun from this original, or from a copy of it."
    assert any(line.startswith("Likelihood ratio: ") and "or more to 1" in line for line in lines)
    assert any("wrongly called spun" in line for line in lines)
    assert "fits best: this spinner" in done.stdout
    assert "aging → growing old   [growing old ← aging]" in done.stdout


def test_json_names_what_was_compared(call: Callable[..., Any], root: Path) -> None:
    text = (root / "examples" / "spun-ferry.txt").read_bytes()
    done = call("compare", "--json", "-", FERRY[1], stdin=text)
    values = json.loads(done.stdout)
    assert values["spun"] == {"name": "standard input", "sha256": hashlib.sha256(text).hexdigest()}
    assert values["verdict"]["outcome"] == "spun" and values["family"] == "this spinner"
    comparison = values["comparison"]
    assert comparison["explained"] > 80 > comparison["explained_if_exchanged"]
    assert set(values["made_with"]) == {"Despin", "checkpoint", "dictionary of", "on"}


def test_mark_up_is_left_out(call: Callable[..., Any], tmp_path: Path, root: Path) -> None:
    text = (root / "examples" / "spun-ferry.txt").read_text(encoding="utf-8")
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
    (tmp_path / "page.html").write_text(f"<body><script>x()</script>{paragraphs}</body>", encoding="utf-8")
    values = json.loads(call("compare", "--json", "page.html", FERRY[1]).stdout)
    plain = json.loads(call("compare", "--json", *FERRY).stdout)
    assert values["comparison"]["spun_words"] == plain["comparison"]["spun_words"]
    assert values["verdict"]["outcome"] == "spun"


def test_a_dictionary_of_the_users_own(call: Callable[..., Any], tmp_path: Path) -> None:
    header = "original\tspun\tpos\tprovenance\tweight\n"
    rows = "ship\tfloating machine\tNOUN\tobserved\t3\nsank\twent beneath\tVERB\tobserved\t2\n"
    (tmp_path / "own.tsv").write_text(header + rows, encoding="utf-8")
    start = (
        "On Monday the old {} of the harbour master {} near the pier where the children of the town play. "
    )
    (tmp_path / "a.txt").write_text(start.format("floating machine", "went beneath") * 3, encoding="utf-8")
    (tmp_path / "b.txt").write_text(start.format("ship", "sank") * 3, encoding="utf-8")
    values = json.loads(call("compare", "--json", "a.txt", "b.txt", "--dictionary", "own.tsv").stdout)
    assert values["family"] == "own.tsv"
    assert values["families"][0]["explained"] == 6
    without = json.loads(call("compare", "--json", "a.txt", "b.txt").stdout)
    assert without["family"] is None


def test_what_is_refused(call: Callable[..., Any], refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    assert "only one of SPUN and ORIGINAL" in refused("compare", "-", "-")
    assert "none.txt: no such file" in refused("compare", "a.txt", "none.txt")
    assert "would be overwritten" in refused("compare", "a.txt", "a.txt", "--html", "./a.txt")
    assert "--html" in refused("compare", "a.txt", "a.txt", "--html", "-")
    assert "--dictionary" in refused("compare", "a.txt", "a.txt", "--dictionary", "none.tsv")


def test_the_proof_is_written_as_a_file(call: Callable[..., Any], tmp_path: Path) -> None:
    done = call("compare", *FERRY, "--html", "out/proof.html")
    assert done.exit_code == 0 and done.stdout.startswith("The text was very likely spun")
    page = (tmp_path / "out" / "proof.html").read_text(encoding="utf-8")
    assert "The text was very likely spun from this original" in page and "growing old" in page


def test_what_a_text_holds_does_not_reach_the_terminal(call: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a\udce9\n.txt").write_text("The old \x1b[31mred\u202e\x07 boat sank.")
    (tmp_path / "b.txt").write_text("The new boat sank.")
    done = call("compare", "a\udce9\n.txt", "b.txt", "--html", "proof.html")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.replace("\n", "").isprintable() and "a\\udce9\\n.txt" in done.stdout
    assert json.loads(call("compare", "a\udce9\n.txt", "b.txt", "--json").stdout)["spun"]["name"]
