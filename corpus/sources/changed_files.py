"""Which files have changed since they were listed: what was read of them is of no one state."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from despin.corpus.parts import Source
from despin.corpus.sources.listing import local_entry, state_of
from despin.corpus.storage import local_path
from despin.errors import InputError


def changed_files(sources: Iterable[Source]) -> list[str]:
    """The local files that are not as they were listed; those that are gone are none of them."""
    changed = []
    for source in sources:
        if source.kind == "hub" or local_path(source.path) is None:
            continue
        versions = source.version.split(",") if source.files else [f"{source.size}:{source.version}"]
        for path, version in zip(source.files or [source.path], versions):
            with suppress(OSError, InputError):
                now = local_entry(local_path(path) or path)
                if state_of(now) != version:
                    changed.append(path)
    return changed
