"""The generated page of the command line is up to date."""

from __future__ import annotations

from pathlib import Path

from despin.commands.help_pages import main, markdown, pages


def test_the_command_line_s_page_is_up_to_date(root: Path) -> None:
    # Versions of click lay lines out differently: only the words are compared.
    written = (root / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written.split() == markdown().split(), "run: python -m despin.commands.help_pages docs/cli.md"


def test_every_command_is_on_it() -> None:
    from despin.cli import cli

    names = {name for name, _ in pages(cli, "despin")}
    assert {"despin correct", "despin train calibrate", "despin bench speed"} <= names
    assert all(text.startswith("Usage: ") for _, text in pages(cli, "despin"))


def test_it_is_written_only_where_it_differs(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "cli.md"
    monkeypatch.setattr("sys.argv", ["help_pages", str(file)])
    main()
    assert file.read_text(encoding="utf-8") == markdown()
    before = file.stat().st_mtime_ns
    main()
    assert file.stat().st_mtime_ns == before
