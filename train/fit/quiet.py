"""Progress bars and warnings of third-party packages that say nothing new about a run."""

from __future__ import annotations

import logging

EXPECTED = {
    # The embedding is shared by encoder and decoder; load_model restores that.
    "accelerate.utils.other": "Removed shared tensor",
    # The output layer is not tied to the embedding, as in T5 1.1 and FLAN-T5.
    "transformers.modeling_utils": "The tied weights mapping and config for this model",
}
"""By logger, the start of a warning that is expected and of no consequence here."""


class _Expected(logging.Filter):
    """Drops one message."""

    def __init__(self, start: str) -> None:
        super().__init__()
        self.start = start

    def filter(self, record: logging.LogRecord) -> bool:
        return self.start not in record.getMessage()


def silence_libraries() -> None:
    """Turn off progress bars of transformers, and the warnings in EXPECTED. Other warnings are shown."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for name, start in EXPECTED.items():
        logger = logging.getLogger(name)
        if not any(isinstance(f, _Expected) for f in logger.filters):
            logger.addFilter(_Expected(start))
