"""What a word made of a case's file, kept beside the store so that it can be taken back: `.alongside/touched/WORD.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alongside.store.atomic_file import write_atomic

__all__ = ["Touch", "forget_touch", "keep_touch", "touch_of"]

_FOLDER = "touched"
_MOST = 500


@dataclass(frozen=True, slots=True)
class Touch:
    """The file's bytes before (None: it was made) and the digest of it after; what it expected, and what is new."""

    before: bytes | None
    after: str
    expected: Mapping[str, Any] = field(default_factory=dict[str, Any])
    new: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def made(self) -> bool:
        """Whether the word made the case."""
        return self.before is None


def keep_touch(state: Path, word: str, touch: Touch) -> None:
    """Keep what a word did; a word that did something before keeps how it was at first. The oldest are forgotten."""
    known = touch_of(state, word)
    first = known or touch
    kept = {
        "before": None if first.before is None else first.before.decode(),
        "after": touch.after,
        "expected": dict(first.expected),
        "new": {**first.new, **touch.new},
    }
    write_atomic(_file(state, word), json.dumps(kept).encode())
    files = sorted((state / _FOLDER).glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in files[:-_MOST]:
        path.unlink(missing_ok=True)


def touch_of(state: Path, word: str) -> Touch | None:
    """Return what a word did, None where nobody knows."""
    try:
        kept = json.loads(_file(state, word).read_bytes())
        before = kept["before"]
        return Touch(
            None if before is None else before.encode(), kept["after"], kept["expected"], kept["new"]
        )
    except (OSError, ValueError, KeyError):
        return None


def forget_touch(state: Path, word: str) -> None:
    """Forget what a word did."""
    _file(state, word).unlink(missing_ok=True)


def _file(state: Path, word: str) -> Path:
    return state / _FOLDER / f"{word}.json"
