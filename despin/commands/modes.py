"""The mode that is at hand: ``best`` only with a language model that is installed."""

from __future__ import annotations

from despin.commands.messages import tell
from despin.infer.decision.points import Mode


def mode_at_hand(mode: Mode, language_model: str | None) -> Mode:
    """``mode``; but ``fast``, and a line that says so, if it needs a language model that is not installed."""
    from despin.infer.language_model.store import LanguageModelMissing, find

    if mode == "best":
        try:
            find(language_model)
        except LanguageModelMissing as error:
            tell(f"{error}; going on in the mode fast")
            return "fast"
    return mode
