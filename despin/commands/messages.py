"""Messages to the person at the command line."""

from __future__ import annotations

import sys
from contextlib import suppress


def printable(text: str) -> str:
    """A text of others on one line: what does not print, or moves the cursor or the direction, as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def tell(message: str) -> None:
    """Write a message as one line on standard error, which may be closed or full."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"despin: {printable(' '.join(message.split()))}\n")
        sys.stderr.flush()
