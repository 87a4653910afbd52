"""The run that code is in: one ContextVar, the only ambient state."""

import contextlib
import threading
from collections import Counter
from collections.abc import Generator
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from alongside.core.run import Effect, Mode, Read, Span
from alongside.engine.order import Tally
from alongside.engine.telling import Tell

__all__ = [
    "CONTEXT",
    "WATCH",
    "Context",
    "Frame",
    "NotRun",
    "RunState",
    "Usage",
    "record_read",
    "record_wait",
    "unwatched",
]


class NotRun(BaseException):
    """The run stops here: what it would need isn't on its tape. Not an Exception, so no workflow swallows it."""

    def __init__(self, code: str, reason: str, *, call: tuple[str, str, str] | None = None) -> None:
        """`call` is the (step, digest of the arguments, call as people read it) that somebody may approve."""
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.call = call


@dataclass
class RunState:
    """One run as it happens.

    `tape` is the run whose tape answers reads and external effects: the run itself, or on a replay the
    run that the case came from. `draw` tells the draws of a replay apart; `group` is the case's, for fold models.
    `tell` is where a run that somebody watches is told. `purse` holds its cost limit, None where none is declared.
    """

    id: str
    mode: Mode | None
    session: Any
    tape: str
    draw: int = 0
    case: str = ""
    group: str = ""
    refresh: bool = False
    since: float = 0.0
    allow: frozenset[str] = frozenset()
    accept: frozenset[str] = frozenset()
    by: str = ""
    tell: Tell | None = None
    purse: Any = None
    spans: list[Span] = field(default_factory=list[Span])
    under_way: dict[str, str] = field(default_factory=dict[str, str])
    tally: Tally = field(default_factory=Tally)
    counters: Counter[tuple[str, ...]] = field(default_factory=Counter[tuple[str, ...]])
    resolved: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    stopped: NotRun | None = None
    verification: Any = None
    damaged: list[str] = field(default_factory=list[str])
    opaque: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, *what: str) -> int:
        """Return how often this was counted before, and count it."""
        with self.lock:
            number = self.counters[what]
            self.counters[what] += 1
            return number


class Usage(NamedTuple):
    """What a leaf used: nano-dollars (None: unpriced), tokens, the model that answered."""

    cost: int | None = 0
    tokens: int = 0
    resolved: str = ""


@dataclass
class Frame:
    """A step on its way: what it read, whether it called another, what a pure one did that it mustn't.

    `caller` is the step or workflow that called it. `waited` are the seconds for which it stood in a queue of ours; they aren't its work.
    `unasked` says that it waits for its turn to ask a model, and has asked none: refused or cancelled now, it did nothing.
    """

    span: str
    step: str
    effect: Effect | Literal["import"]
    guarded: bool
    caller: str = ""
    reads: dict[tuple[str, str], Read] = field(default_factory=dict[tuple[str, str], Read])
    children: int = 0
    impure: str = ""
    usage: Usage = field(default_factory=Usage)
    waited: float = 0.0
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """Where code stands: its run, its step, and its branch of our `gather`."""

    run: RunState
    frame: Frame
    branch: str = ""

    def inside(self, frame: Frame) -> "Context":
        """Return the same place with another step on top."""
        return Context(self.run, frame, self.branch)

    def branched(self, branch: str) -> "Context":
        """Return the same place in a branch."""
        return replace(self, branch=branch)


class _Watch(threading.local):
    off = 0


WATCH = _Watch()
"""Whether the guard looks away on this thread: the engine's own work isn't the step's."""


@contextlib.contextmanager
def unwatched() -> Generator[None, None, None]:
    """Let the engine read and write files while a guarded step is on top."""
    WATCH.off += 1
    try:
        yield
    finally:
        WATCH.off -= 1


CONTEXT: ContextVar[Context | None] = ContextVar("alongside-run", default=None)


def record_read(read: Read) -> None:
    """Note that the step under way looked at something beside its inputs."""
    context = CONTEXT.get()
    if context is not None:
        context.frame.reads[read.kind, read.name] = read


def record_wait(seconds: float) -> None:
    """Note that the step under way stood in a queue: its runtime is that of its work, however busy we are."""
    context = CONTEXT.get()
    if context is not None:
        context.frame.waited += seconds
