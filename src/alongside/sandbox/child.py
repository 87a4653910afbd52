"""The first code that runs in a worker process: caps, then the entry function."""

import contextlib
import faulthandler
import importlib
import os
import resource
import signal
import socket
import sys
from typing import Final

from alongside.sandbox.channel import Channel

__all__ = ["main"]

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


def main(descriptor: int) -> None:
    """Read the job description from `descriptor`, set the caps, call the entry, and leave when it returns.

    The first frame is `{"entry": "module:function", "role", "options", "memory", "parent"}`.
    """
    faulthandler.enable()
    channel = Channel(socket.socket(fileno=descriptor))
    try:
        start, _ = channel.receive()
        _die_with(start["parent"])
        _cap(start["memory"])
        module, _, function = start["entry"].partition(":")
        entry = getattr(importlib.import_module(module), function)
        with contextlib.suppress(EOFError):  # our parent is gone or has had enough
            entry(start["role"], start["options"], channel)
    except EOFError:
        return
    finally:
        channel.close()


def _die_with(parent: int) -> None:
    """Have the kernel kill us when the parent dies, also in the middle of native code (Linux only).

    Elsewhere a worker ends at its next use of the channel.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel knew of our wish
        os._exit(1)


def _cap(memory: int | None) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory is not None:
        with contextlib.suppress(ValueError, OSError):  # macOS knows no such cap
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
