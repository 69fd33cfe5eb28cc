"""The exceptions that Despin raises on purpose, under one base."""

from __future__ import annotations


class DespinError(Exception):
    """Base of all errors that Despin raises on purpose; the message is one line that says what to do."""


class InputError(DespinError):
    """An input or output that cannot be used; the message names it."""


class CheckpointError(DespinError):
    """A checkpoint that cannot be used; the message says what is missing and what to do."""


class ConfigError(DespinError, ValueError):
    """A configuration that cannot be used; the message names the field and says what it takes."""


class SystemUnavailable(DespinError):
    """A system of the benchmark that cannot run here; the message is the reason."""
