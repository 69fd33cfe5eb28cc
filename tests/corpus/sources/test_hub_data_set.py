"""Data sets of the hub, by a data set that is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import datasets
import pytest

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Source
from despin.errors import InputError

Read = Callable[..., Any]


def rows() -> Any:
    """Some documents."""
    for number in range(600):
        yield {"text": f"The house {number} rose.", "id": number, "tags": ["a"]}


def test_a_data_set_is_streamed(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def load(*args: Any, **options: Any) -> Any:
        asked.append((args, options))
        return datasets.IterableDataset.from_generator(rows)

    monkeypatch.setattr(datasets, "load_dataset", load)
    found = read("owner/name", "owner/name:en", split="test", part_documents=500)
    assert found.texts == [row["text"] for row in rows()] * 2
    assert found.rows[-1] == {"text": "The house 599 rose.", "id": 599, "tags": ["a"]}
    assert [args for args, _ in asked] == [("owner/name", None), ("owner/name", "en")]
    assert all(options == {"split": "test", "streaming": True} for _, options in asked)


@pytest.mark.parametrize(
    "error", [OSError("offline\nnow"), ValueError("Config name is missing."), KeyError("x")]
)
def test_what_goes_wrong_is_one_line(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    from despin.corpus.sources.reading_parts import read_parts

    def load(*args: Any, **options: Any) -> Any:
        raise error

    monkeypatch.setattr(datasets, "load_dataset", load)
    with pytest.raises(InputError, match=r"^data set owner/name: ") as caught:
        list(read_parts(Source(0, "owner/name", "hub", split="train"), CorpusSettings()))
    assert "\n" not in str(caught.value)
    if isinstance(error, ValueError):
        assert "owner/name:CONFIGURATION" in str(caught.value)
