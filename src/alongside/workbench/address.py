"""Where a served engagement can be reached, noted for the commands that print links."""

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from alongside.store.atomic_file import write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from alongside.workbench.opened import Opened

__all__ = ["forget_address", "known_address", "note_address"]

_DEFAULT = "http://127.0.0.1:8717/"


def note_address(bench: "Opened", url: str) -> None:
    """Note that this process serves at `url`. No secret is in it."""
    write_atomic(_file(bench), json.dumps({"url": url, "process": os.getpid()}).encode())


def forget_address(bench: "Opened", url: str) -> None:
    """Take the note back, unless another process has written its own."""
    with suppress(OSError, ValueError):
        if json.loads(_file(bench).read_bytes()) == {"url": url, "process": os.getpid()}:
            _file(bench).unlink()


def known_address(bench: "Opened") -> tuple[str, bool]:
    """Return where the engagement is served, and whether it is at this moment; else where it is by default."""
    try:
        noted = json.loads(_file(bench).read_bytes())
        os.kill(noted["process"], 0)
        return str(noted["url"]), True
    except (OSError, ValueError, TypeError, KeyError):
        return _DEFAULT, False


def _file(bench: "Opened") -> "Path":
    return bench.state / "serving.json"
