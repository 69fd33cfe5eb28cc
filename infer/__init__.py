"""Despin at work: restores the natural wording of English text that an article spinner rewrote.

>>> from despin.infer import Despinner
>>> Despinner().correct("the decrease home of the Russian Parliament").text  # doctest: +SKIP
'the lower house of the Russian Parliament'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from despin.infer.text.edits import Edit, apply_edits, revert_edits

if TYPE_CHECKING:
    from despin.errors import CheckpointError
    from despin.infer.despinner import Correction, Despinner

__all__ = ["CheckpointError", "Correction", "Despinner", "Edit", "apply_edits", "revert_edits"]


def __getattr__(name: str) -> Any:
    # The engine is imported when it is first asked for, so that importing Despin costs little.
    if name in ("Despinner", "Correction"):
        from despin.infer import despinner

        return getattr(despinner, name)
    if name == "CheckpointError":
        from despin.errors import CheckpointError

        return CheckpointError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
