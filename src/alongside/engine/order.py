"""What a parent asks of a version's worker, and what comes back: plain JSON both ways."""

from dataclasses import dataclass, field, fields
from typing import Any

from alongside.core.run import Effect

__all__ = ["Order", "Outcome", "Tally"]


@dataclass(frozen=True, slots=True)
class Order:
    """Run a workflow once.

    `inputs` are plain JSON by parameter, `kept_inputs` digests of encoded values (a resume). `judge` is handed to the
    judge with the answer (the case's checks and expectations); `verdict_key` is where the verdict is kept, `remembered`
    whether it may stand in for a run. `verify` is how many kept pure steps are executed again and compared.
    `refresh` asks models anew, unless they were asked `since` then.
    `watched`: it is told while it happens (see `telling`). `replay_spent` is what its replay has spent and has promised
    to others (nano-dollars), so that no call goes past the replay's limit; None: none is declared, or it is no replay's.
    `again`: it was begun before, in a worker that was lost; what that paid for counts.
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
    remembered: bool = True
    verify: int = 0
    watched: bool = False
    replay_spent: int | None = None
    again: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the order as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Leaves executed and kept, and what they cost: money in nano-dollars (None: something was unpriced)."""

    executed: int = 0
    kept: int = 0
    model_executed: int = 0
    model_kept: int = 0
    spent: int | None = 0
    cold_cost: int | None = 0
    cold_seconds: float = 0.0

    def plus(self, *, effect: Effect, executed: bool, cost: int | None, seconds: float) -> "Tally":
        """Return the tally with one more leaf."""
        is_model = effect == "model"
        return Tally(
            executed=self.executed + executed,
            kept=self.kept + (not executed),
            model_executed=self.model_executed + (executed and is_model),
            model_kept=self.model_kept + (is_model and not executed),
            spent=_sum(self.spent, cost) if executed else self.spent,
            cold_cost=_sum(self.cold_cost, cost),
            cold_seconds=self.cold_seconds + seconds,
        )


def _sum(known: int | None, more: int | None) -> int | None:
    return None if known is None or more is None else known + more


@dataclass(frozen=True, slots=True)
class Outcome(Tally):
    """How a run ended. `status` is done, failed, not-run or interrupted; costs in nano-dollars (None: unpriced).

    `exit_code` is that of the error (see `core.errors`), 0 where there is none.
    `wanted` is the call that stopped it and that somebody may approve: step, digest of the arguments, as people
    read it. `damaged` are blobs that were gone; `differs` are kept steps that answered otherwise when verified.
    `surroundings` is what it leaned on beside the version (see `store.surroundings`), by digest.
    """

    run: str
    status: str
    output: str = ""
    error: str = ""
    code: str = ""
    verdicts: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0
    resolved: tuple[tuple[str, str], ...] = ()
    opaque: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    differs: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    surroundings: dict[str, str] = field(default_factory=dict[str, str])
    out_of_fold: bool = False
    exit_code: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Outcome":
        """Return the outcome that `to_json` gave."""
        made: dict[str, Any] = dict(told)
        for name in ("verdicts", "differs", "damaged", "wanted"):
            made[name] = tuple(told.get(name, ()))
        made["resolved"] = tuple((config, model) for config, model in told.get("resolved", ()))
        return cls(**made)
