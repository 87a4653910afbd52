"""What a parent asks of a version's worker, and what comes back: plain JSON both ways."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Order", "Outcome"]


@dataclass(frozen=True, slots=True)
class Order:
    """Run a workflow once.

    `inputs` are plain JSON by parameter, `kept_inputs` digests of encoded values (a resume). `judge` is handed to the
    judge with the answer (the case's checks and expectations); `verdict_key` is where the verdict is remembered. `verify` is how many
    kept pure steps are executed again and compared. `refresh` asks models anew, unless they were asked `since` then.
    """

    run: str
    workflow: str
    mode: str
    inputs: dict[str, Any] = field(default_factory=dict[str, Any])
    kept_inputs: dict[str, str] = field(default_factory=dict[str, str])
    case: str = ""
    tape: str = ""
    group: str = ""
    draw: int = 0
    refresh: bool = False
    since: float = 0.0
    allow: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    by: str = ""
    released: str = ""
    seconds: float = 300.0
    judge: dict[str, Any] | None = None
    verdict_key: str = ""
    verify: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the order as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `status` is done, failed, not-run or interrupted; costs in nano-dollars (None: unpriced).

    `exit_code` is that of the error (see `core.errors`), 0 where there is none.
    `wanted` is the call that stopped it and that somebody may approve: step, digest of the arguments, as people
    read it. `damaged` are blobs that were gone; `differs` are kept steps that answered otherwise when verified.
    """

    run: str
    status: str
    output: str = ""
    error: str = ""
    code: str = ""
    verdicts: tuple[dict[str, Any], ...] = ()
    executed: int = 0
    kept: int = 0
    model_executed: int = 0
    model_kept: int = 0
    spent: int | None = 0
    cold_cost: int | None = 0
    cold_seconds: float = 0.0
    seconds: float = 0.0
    resolved: tuple[tuple[str, str], ...] = ()
    opaque: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    differs: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    out_of_fold: bool = False
    exit_code: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> "Outcome":
        """Return the outcome that `to_json` gave."""
        made: dict[str, Any] = dict(fields)
        for name in ("verdicts", "differs", "damaged", "wanted"):
            made[name] = tuple(fields.get(name, ()))
        made["resolved"] = tuple((config, model) for config, model in fields.get("resolved", ()))
        return cls(**made)
