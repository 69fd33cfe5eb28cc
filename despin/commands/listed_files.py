"""The files that a command is given, or that lie in the folders that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from despin.commands.messages import tell
from despin.infer.folder_listing import list_files
from despin.infer.targets import Source, place_of
from despin.infer.text.formats import suffixes

MAX_NAMED = 5
"""Files of a folder that were left out which are named; of the others only the number is told."""


def is_prose(name: str) -> bool:
    """Whether a file of a folder is taken: only if its name tells a known format of prose."""
    return Path(name).suffix.lower() in suffixes.TEXT_SUFFIXES


def listed_files(
    paths: Sequence[str], recursive: bool, purpose: str, leave_out: Path | None = None
) -> tuple[list[Source], bool]:
    """The files, and whether a path could not be taken; that, and what is left out, is told.

    ``purpose``: what is done with a text, for messages; ``leave_out``: a folder that is passed over. Raises
    InputError if a folder cannot be listed.
    """
    sources: list[Source] = []
    failed = False
    for path in paths:
        if not path:
            tell("'' is no file name")
            failed = True
            continue
        if path == "-" or not Path(path).is_dir():
            sources.append(Source(path, place_of(path)))
            continue
        if not recursive:
            tell(f"{path}: is a directory; to {purpose} the texts in it, add --recursive")
            failed = True
            continue
        listing = list_files(path, is_prose, leave_out)
        for problem in listing.errors:
            tell(problem)
            failed = True
        if listing.other:
            tell(f"{path}: left out, no known format of prose: {_some(listing.other)}")
        if not listing.files:
            tell(f"{path}: no text in it: none of its files has a known format of prose")
            failed = True
        place = place_of(path)
        sources += [Source(file, place / Path(file).relative_to(path)) for file in listing.files]
    return sources, failed


def _some(files: Sequence[str]) -> str:
    """How many files there are, and the names of the first."""
    more = f" and {len(files) - MAX_NAMED} more" if len(files) > MAX_NAMED else ""
    return f"{len(files)} ({', '.join(files[:MAX_NAMED])}{more})"
