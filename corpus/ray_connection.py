"""A connection to Ray that says nothing of its own."""

from __future__ import annotations

import io
import logging
import os
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from typing import Any, TextIO, cast

from despin.errors import DespinError
from despin.infer.cpu import available_cores

PARTS_IN_STORE = 4
"""Parts for each worker that the object store holds, where Ray is started here."""
MIN_STORE = 128 << 20
"""Bytes of an object store; Ray asks for 75 MiB at least."""
RAY_THREAD = "ray_listen_error_messages"
CONNECT_SECONDS = 10.0
ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}
"""Ray tells nobody that it is used, and its native code writes no lines. Read when it is started."""
CONTEXT = {
    "target_max_block_size": 1,  # a block for each part, so that each is a task of its own
    "max_errored_blocks": -1,  # a part that was given up; the others go on
    "enable_progress_bars": False,
    "print_on_execution_start": False,
}
"""Settings of Ray Data."""


@contextmanager
def connected(address: str, workers: int, part_bytes: int) -> Iterator[Any]:
    """The module ``ray``, connected while the block runs; what is connected already is left so.

    ``address``: ``local`` starts Ray here, for ``workers`` (0: one a core) and with room for parts of
    ``part_bytes``. Raises DespinError if there is no such cluster.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    ray: Any = import_module("ray")
    if ray.is_initialized():
        yield ray
        return
    _check_address(address)
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address == "local":
        cores = workers or available_cores()
        options |= {
            "num_cpus": cores,
            "include_dashboard": False,
            "object_store_memory": max(MIN_STORE, cores * PARTS_IN_STORE * part_bytes),
        }
    try:
        with _standard_error_closed():
            ray.init(address, **options)
    except (ConnectionError, RuntimeError, ValueError) as error:
        message = " ".join(str(error).split())
        raise DespinError(f"--ray {address}: cannot connect to a cluster: {message}") from None
    with redirect_stdout(cast(TextIO, _WithoutRay(sys.stdout))):
        try:
            yield ray
        finally:
            with redirect_stdout(io.StringIO()):  # the rest of what was not printed above
                ray.shutdown()


class _WithoutRay:
    """Standard output without what Ray's thread prints there of each task that it does again."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, or drop it."""
        if threading.current_thread().name == RAY_THREAD:
            return len(text)
        return int(self._stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _check_address(address: str) -> None:
    """Raise DespinError if nothing answers at HOST:PORT; Ray tries for minutes."""
    host, colon, port = address.rpartition(":")
    if not colon or "/" in host or not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise DespinError(f"--ray {address}: cannot connect to a cluster: {error}") from None


@contextmanager
def quiet_data() -> Iterator[Any]:
    """The module ``ray.data`` with the settings of CONTEXT, and without lines, while the block runs."""
    data: Any = import_module("ray.data")
    logger = logging.getLogger("ray.data")
    shown = [handler for handler in logger.handlers if type(handler).__name__ == "PlainRayHandler"]
    levels = [handler.level for handler in shown]
    for handler in shown:
        handler.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            # The number of retries of a part is taken in a way that ends with version 2.64.
            warnings.simplefilter("ignore", DeprecationWarning)
            context = data.DataContext.get_current().copy()
            for name, value in CONTEXT.items():
                setattr(context, name, value)
            with data.DataContext.current(context):
                yield data
    finally:
        for handler, level in zip(shown, levels):
            handler.setLevel(level)


@contextmanager
def _standard_error_closed() -> Iterator[None]:
    """Nothing goes to standard error meanwhile: native code writes there, past all loggers."""
    sys.stderr.flush()
    earlier, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(earlier, 2)
        os.close(earlier)
        os.close(nothing)
