"""Everyday tasks: ``nox -s lint types tests docs``."""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "types", "tests"]


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format, as CI checks them."""
    session.install("ruff>=0.8")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types of the clone."""
    session.install("-e", ".[dev]")
    session.run("python", "tests/tools/check_types.py", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """The test suite, or the tests named after ``--``."""
    session.install(".[test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Write docs/cli.md again."""
    session.install(".")
    session.run("python", "-m", "despin.commands.help_pages", "docs/cli.md")
