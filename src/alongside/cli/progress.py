"""Progress on stderr: a bar on a terminal once a second has begun to drag, else a line every ten seconds."""

import os
import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

__all__ = ["Progress"]

_PATIENCE = 0.3
_EVERY = 10.0


class Progress:
    """How far a long command is. `update` may be called as often as one likes."""

    def __init__(self, what: str, *, clock: Callable[[], float]) -> None:
        self._what = what
        self._clock = clock
        self._started = clock()
        self._told = self._started
        self._bar: Bar | None = None
        self._task: Any = None
        self._on_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def update(self, done: int, total: int, newest: str = "") -> None:
        """Say that `done` of `total` are finished; `newest` names the last one."""
        now = self._clock()
        if self._on_terminal:
            if self._bar is not None or now - self._started >= _PATIENCE:
                self._draw(done, total, newest)
        elif now - self._told >= _EVERY:
            self._told = now
            self._line(f"{self._what}: {done} of {total}")

    def tell(self, text: str) -> None:
        """Say what is going on, where there is nothing to count."""
        self._line(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _line(self, text: str) -> None:
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def _draw(self, done: int, total: int, newest: str) -> None:
        if self._bar is None:
            self._bar = _bar()
            self._task = self._bar.add_task(self._what, total=total)
            self._bar.start()
        self._bar.update(
            self._task, completed=done, total=total, description=f"{self._what} {newest}".strip()
        )


def _bar() -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
