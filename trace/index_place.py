"""Where an index is: a folder of its own (tantivy), or the address of a search server."""

from __future__ import annotations

import json
from pathlib import Path

from despin.errors import InputError
from despin.infer.files import write_text
from despin.trace.search_index import SearchIndex

DESCRIPTION = "despin-index.json"
"""The file that makes a folder an index."""
VERSION = 1
"""Of what is indexed and stored of a document."""
SCHEMES = ("http://", "https://")


def create_index(place: str, threads: int = 0) -> SearchIndex:
    """The index at a place for adding to it; a new one where there is none.

    Raises InputError if something else is there, and ModuleNotFoundError without the engine's package.
    """
    if _is_address(place):
        from despin.trace.opensearch_index import OpenSearchIndex

        return OpenSearchIndex(place, create=True)
    from despin.trace.tantivy_index import TantivyIndex

    folder = Path(place)
    if not (folder / DESCRIPTION).exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{place}: is no index and not empty; name a new folder for the index")
        write_text(folder / DESCRIPTION, json.dumps({"version": VERSION, "engine": "tantivy"}) + "\n")
    _check(place, folder)
    return TantivyIndex(folder / "tantivy", threads)


def open_index(place: str) -> SearchIndex:
    """The index at a place for searching. Raises InputError if there is none."""
    if _is_address(place):
        from despin.trace.opensearch_index import OpenSearchIndex

        return OpenSearchIndex(place)
    from despin.trace.tantivy_index import TantivyIndex, is_there

    folder = Path(place)
    if not (folder / DESCRIPTION).is_file():
        raise InputError(f"{place}: no index; to make one: despin index COLLECTION --out {place}")
    _check(place, folder)
    if not is_there(folder / "tantivy"):
        raise InputError(f"{place}: damaged, files are missing; delete the folder and index again")
    return TantivyIndex(folder / "tantivy")


def _is_address(place: str) -> bool:
    """Whether it is a server's address. Raises InputError if it is that of something else, or empty."""
    if place.lower().startswith(SCHEMES):
        return True
    if not place or "://" in place:
        shown = place.rpartition("@")[2]
        raise InputError(f"{shown!r}: no place of an index; give a folder or http(s)://HOST:PORT/NAME")
    return False


def _check(place: str, folder: Path) -> None:
    """Raise InputError unless the description is one that this version can read."""
    try:
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        version = described["version"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{folder / DESCRIPTION}: damaged ({error}); delete the folder and index again"
        ) from None
    if version != VERSION:
        raise InputError(
            f"{place}: an index of version {version}, this Despin reads {VERSION}; "
            "delete the folder and index again"
        )
