"""A connection to Ray that says nothing of its own."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from despin.errors import DespinError
from despin.infer.cpu import available_cores

PARTS_IN_STORE = 4
"""Parts for each worker that the object store holds, where Ray is started here."""
MIN_STORE = 128 << 20
"""Bytes of an object store; Ray asks for 75 MiB at least."""
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
    try:
        yield ray
    finally:
        ray.shutdown()


@contextmanager
def quiet_data() -> Iterator[Any]:
    """The module ``ray.data`` with the settings of CONTEXT, and without lines, while the block runs."""
    data: Any = import_module("ray.data")
    context = data.DataContext.get_current().copy()
    for name, value in CONTEXT.items():
        setattr(context, name, value)
    logger = logging.getLogger("ray.data")
    shown = [handler for handler in logger.handlers if type(handler).__name__ == "PlainRayHandler"]
    levels = [handler.level for handler in shown]
    for handler in shown:
        handler.setLevel(logging.CRITICAL)
    try:
        with data.DataContext.current(context), warnings.catch_warnings():
            # The number of retries of a part is taken in a way that ends with version 2.64.
            warnings.simplefilter("ignore", DeprecationWarning)
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
