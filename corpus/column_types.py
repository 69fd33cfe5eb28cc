"""The Arrow types of the columns that are added, and a list that knows its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def column_type(name: str) -> pa.DataType:
    """The type of an added column, by its name without a prefix."""
    import pyarrow as pa

    edit = pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("source", pa.string()),
            ("replacement", pa.string()),
            ("confidence", pa.float64()),
        ]
    )
    return {
        "spun_score": pa.float64(),
        "spun_verdict": pa.string(),
        "restored": pa.large_string(),
        "edits": pa.list_(edit),
    }[name]


class TypedColumn(list[Any]):
    """The values of an added column. Arrow gives them the column's type, not one guessed from them.

    Guessed, the edits of a batch without any would be a list of nothing, which the next batch does not fit.
    """

    def __init__(self, name: str, values: Iterable[Any] = ()) -> None:
        """``name``: without a prefix."""
        super().__init__(values)
        self.name = name

    def __arrow_array__(self, type: pa.DataType | None = None) -> pa.Array:
        """Arrow's protocol for foreign sequences."""
        import pyarrow as pa

        return pa.array(list(self), column_type(self.name) if type is None else type)
