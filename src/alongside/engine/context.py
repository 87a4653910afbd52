"""The run that code is in: one ContextVar, the only ambient state."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Generator
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
    "UnderWay",
    "Usage",
    "check_going",
    "record_read",
    "record_wait",
    "unwatched",
]


class NotRun(BaseException):
    """The run stops here: what it would need isn't on its tape, or it has ended. Not an Exception, so no workflow swallows it."""

    def __init__(self, code: str, reason: str, *, call: tuple[str, str, str] | None = None) -> None:
        """`call` is the (step, digest of the arguments, call as people read it) that somebody may approve."""
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.call = call


class UnderWay(NamedTuple):
    """A step that began and hasn't ended: its name, and what to trace where the run ends before it."""

    step: str
    broken_off: Callable[[], Span]


@dataclass
class RunState:
    """One run as it happens.

    `tape` is the run whose tape answers reads and external effects: the run itself, or on a replay the
    run that the case came from. `draw` tells the draws of a replay apart; `group` is the case's, for fold models.
    `tell` is where a run that somebody watches is told. `purse` holds its cost limit, None where none is declared.
    Once it is `over` no step of it begins, on whatever thread; once it is `told` its record is on its way to the store,
    and what is answered later only adds to what that says it cost.
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
    under_way: dict[str, UnderWay] = field(default_factory=dict[str, UnderWay])
    over: bool = False
    told: bool = False
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

    def begin(self, span: str, step: UnderWay) -> bool:
        """Note that a step begins; False: it may not, the run is over."""
        with self.lock:
            if not self.over:
                self.under_way[span] = step
            return not self.over

    def check_going(self) -> None:
        """Raise NotRun where the run has ended: nothing of it begins any more."""
        if self.over:
            raise NotRun("run-over", f"run {self.id} has ended, and nothing of it begins any more")

    def end(self) -> list[str]:
        """Let no step begin any more; return those under way, the last one first."""
        with self.lock:
            self.over = True
            return [one.step for one in self.under_way.values()][::-1]


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
    `blocks` says that its function is no async one: on the loop it can't wait for what needs the loop.
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
    blocks: bool = False

    def ordered_reads(self) -> tuple[Read, ...]:
        """Return what it read by itself, in an order that doesn't depend on which came first."""
        return tuple(sorted(self.reads.values(), key=lambda read: (read.kind, read.name)))


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


def check_going() -> None:
    """Raise NotRun where the run that code is in has ended."""
    context = CONTEXT.get()
    if context is not None:
        context.run.check_going()
