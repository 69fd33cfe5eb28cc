"""A prompt end by Ctrl-C, SIGTERM or SIGHUP, wherever the main thread is, without temporary files left."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from despin.infer.atomic_file import remove_temporary_files

MESSAGES = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}
_DEFAULT = (signal.SIG_DFL, signal.default_int_handler)


@contextmanager
def exit_on_signal(restore: bool = True) -> Iterator[None]:
    """While the block runs, such a signal ends the process with one line and status 128 + its number.

    A thread of its own waits for it, instead of an exception in the main thread: that would wait for the
    end of a call into native code, be lost in a destructor, and unwind through a shutdown of the interpreter
    that waits for the threads of the model. A signal that is ignored (``nohup``) stays ignored. In
    another thread than the main one nothing is done.

    Afterwards the handlers are as before; without ``restore``, for a process that ends, the system's own:
    an exception while the interpreter shuts down would be a traceback.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [getattr(signal, name) for name in MESSAGES if hasattr(signal, name)]
    handled = [s for s in signals if signal.getsignal(s) in _DEFAULT]
    receiver, sender = socket.socketpair()  # a pipe would not do on Windows
    sender.setblocking(False)
    earlier_descriptor = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    earlier = {s: signal.signal(s, _ignore) for s in handled}
    watch = threading.Thread(target=_watch, args=(receiver, frozenset(handled)), daemon=True)
    watch.start()
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler if restore else signal.SIG_DFL)
        signal.set_wakeup_fd(earlier_descriptor)
        sender.close()
        watch.join()
        receiver.close()


def _ignore(number: int, frame: object) -> None:
    """What the main thread does about a signal: its number goes to the waiting thread by itself."""


def _watch(receiver: socket.socket, handled: frozenset[int]) -> None:
    while number := receiver.recv(1):
        if number[0] in handled:
            _end(number[0])


def _end(number: int) -> None:
    remove_temporary_files()
    message = MESSAGES[signal.Signals(number).name]
    with suppress(OSError):  # the terminal may be gone
        os.write(2, b"\n" * os.isatty(2) + f"despin: {message}\n".encode())
    os._exit(128 + number)
