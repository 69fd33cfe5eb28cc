"""Despin restores the natural wording of English text that an article spinner has rewritten word by word.

>>> from despin import Despinner
>>> Despinner().correct("the decrease home of the Russian Parliament").text  # doctest: +SKIP
'the lower house of the Russian Parliament'
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import extend_path
from typing import TYPE_CHECKING, Any

# In a clone this folder holds the face alone (the other packages lie beside it), so that Python started
# in the clone's root would find no despin.infer: the installed packages are searched too.
__path__ = extend_path(__path__, __name__)

if TYPE_CHECKING:
    from despin.errors import CheckpointError, ConfigError, DespinError, InputError
    from despin.infer.correction import Correction
    from despin.infer.despinner import Despinner
    from despin.infer.text.edits import Edit, Refused, apply_edits, revert_edits
    from despin.infer.text.reading import Format

    __version__: str

__all__ = [
    "CheckpointError",
    "ConfigError",
    "Correction",
    "DespinError",
    "Despinner",
    "Edit",
    "Format",
    "InputError",
    "Refused",
    "__version__",
    "apply_edits",
    "revert_edits",
]

_MODULES = {
    "CheckpointError": "despin.errors",
    "ConfigError": "despin.errors",
    "Correction": "despin.infer.correction",
    "DespinError": "despin.errors",
    "Despinner": "despin.infer.despinner",
    "Edit": "despin.infer.text.edits",
    "Format": "despin.infer.text.reading",
    "InputError": "despin.errors",
    "Refused": "despin.infer.text.edits",
    "apply_edits": "despin.infer.text.edits",
    "revert_edits": "despin.infer.text.edits",
}
"""Where each public name lives. The engine is imported when it is first asked for (PEP 562)."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("despin")
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
