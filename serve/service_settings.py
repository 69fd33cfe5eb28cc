"""What a service is started with."""

from __future__ import annotations

from dataclasses import dataclass

from despin.infer.text.blocks import BLOCK_SIZE


@dataclass(frozen=True)
class ServiceSettings:
    """The limits of a service. Raises ValueError for a value out of range."""

    token: str | None = None
    """What clients must send as ``Authorization: Bearer …``; None lets every client in."""
    max_body: int = 2_000_000
    """Bytes of a request's body at most (413)."""
    max_queue: int = 64
    """Texts that may be accepted and not yet answered (429 past it)."""
    timeout: float = 300.0
    """Seconds after which a text that is not yet restored is given up (503)."""
    body_timeout: float = 60.0
    """Seconds that a client may take to send its body (408)."""
    round_characters: int = BLOCK_SIZE
    """Characters that are restored at once, of several texts: what a short text may have to wait for."""

    def __post_init__(self) -> None:
        for name in ("max_body", "max_queue", "timeout", "body_timeout", "round_characters"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)}")
        if self.token is not None and not (self.token.isascii() and self.token.isprintable() and self.token):
            raise ValueError("token must be of printable ASCII characters")
