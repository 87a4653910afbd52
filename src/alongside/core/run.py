"""A run of a workflow and the spans it left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Effect", "Mode", "Read", "Run", "RunStatus", "Span", "SpanStatus"]

Effect = Literal["pure", "model", "read", "external"]
Mode = Literal["new", "serve", "replay"]
RunStatus = Literal["running", "done", "failed", "not-run", "interrupted"]
SpanStatus = Literal["kept", "executed", "tape", "open"]


@dataclass(frozen=True, slots=True)
class Read:
    """Something a step looked at beside its inputs.

    `kind` is prompt, parameter, file, listing, index, model, project, time zone, or installed: what distributions
    there are.
    """

    kind: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Span:
    """One timed step of a run. Times are seconds since the epoch; money in nano-dollars (None: unpriced).

    `kind` is `leaf` (kept on the ledger), `step` (called others, so it re-executes) or `workflow`.
    `parts` are the key's parts in the order in which `why` compares them.
    """

    id: str
    parent: str
    step: str
    kind: Literal["leaf", "step", "workflow"]
    effect: Effect
    status: SpanStatus
    key: str
    parts: tuple[tuple[str, str], ...]
    reads: tuple[Read, ...]
    output: str
    error: str
    started: float
    seconds: float
    cost: int | None = 0
    tokens: int = 0
    resolved: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution. `inputs` and `output` are digests of encoded values; `case` where a replay ran it."""

    id: str
    workflow: str
    version: str
    mode: Mode
    case: str
    inputs: Mapping[str, str]
    status: RunStatus
    output: str
    error: str
    started: float
    seconds: float
    cost: int | None
    cold_cost: int | None
    cold_seconds: float
    released: str = ""
