"""The gate beside a change: what was promised, how it stands, and whether this person may ship now."""

from dataclasses import dataclass

from alongside.core.release import Version
from alongside.release.gate import Item
from alongside.views.screens.names import Named
from alongside.views.screens.page import Asked
from alongside.workbench import Workbench
from alongside.workbench.proving import Proof

__all__ = ["GateLine", "GateShown", "gate_shown"]

_MARKS = {"met": "right", "unmet": "wrong", "unproven": "wait"}
_WORDS = {"met": "met", "unmet": "not met", "unproven": "not proven"}
_FEW = 4


@dataclass(frozen=True, slots=True)
class GateLine:
    """One promise: a mark, its name, its evidence, whose it is, and the cases to look at."""

    mark: str
    name: str
    evidence: str
    owner: str = ""
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateShown:
    """`ship` says what the button does; where it can't be pressed, `why` names the reason and `look` a case to open.

    `leave` is set where the change is fit to ship and only the role is missing.
    """

    lines: tuple[GateLine, ...]
    not_checked: tuple[str, ...]
    ship: str
    version: str
    may: bool
    why: str
    look: str
    leave: bool


def gate_shown(
    bench: Workbench, proof: Proof | None, working: Version, names: Named, asked: Asked, *, stale: str
) -> GateShown:
    """Return the gate for the working tree; `stale` says what changed since the proof, empty: nothing did."""
    ship = f"Ship v{len(names.released) + 1}"
    verdict = proof.verdict if proof and not proof.only else None
    lines = tuple(_line(item, stale) for item in verdict.items) if verdict else _before(bench, proof)
    why, look = _why(proof, working, names, stale)
    leave = not why and "engineer" not in asked.may
    if leave:
        why = "Shipping takes an engineer. This change stands in the working tree, proven; nothing is lost when you leave."
    return GateShown(
        lines, verdict.not_checked if verdict else (), ship, working.id, not why, why, look, leave
    )


def _line(item: Item, stale: str) -> GateLine:
    """Return a promise as it stands; of what was proven of something else nothing stands."""
    mark, evidence = _MARKS[item.status], item.evidence
    if stale:
        mark, evidence = "none", f"{_WORDS[item.status]} before: {evidence}"
    return GateLine(mark, _sentence(item.name), evidence, item.owner, item.cases[:_FEW])


def _before(bench: Workbench, proof: Proof | None) -> tuple[GateLine, ...]:
    """Return the lines that a proof of every case will fill."""
    names = ["must-pass cases", *(promise.name for promise in bench.engagement.done)]
    if proof is None or proof.only or proof.status != "running":
        return tuple(GateLine("none", _sentence(name), "not run yet") for name in ["nothing broken", *names])
    done = len(proof.now)
    broken = GateLine(
        "wrong" if proof.broken else "wait",
        "Nothing broken",
        f"{len(proof.broken)} of {done} so far",
        cases=proof.broken[:_FEW],
    )
    must = [result for result in list(proof.now.values()) if result.case.must_pass]
    failing = tuple(result.case.id for result in must if result.status != "passed")
    shown = f"{len(must) - len(failing)} of {len(must)} so far"
    held = GateLine("wrong" if failing else "wait", "Must-pass cases", shown, cases=failing[:_FEW])
    rest = (
        GateLine("wait", _sentence(name), f"{done} of {len(proof.cases)} cases so far") for name in names[1:]
    )
    return (broken, held, *rest)


def _why(proof: Proof | None, working: Version, names: Named, stale: str) -> tuple[str, str]:  # noqa: PLR0911  one line a reason
    """Return why it can't ship, and the case to look at first."""
    if working.id == names.live:
        return f"The working tree is {names.of(working.id)}, which is live: there is nothing to ship.", ""
    if proof is None or proof.only:
        return "Nothing is proven on every case yet: run the change on all of them first.", ""
    if stale:
        return f"{stale} since this proof, so it says nothing of what is here now: prove again.", ""
    if proof.broken:
        name = next(case.name for case in proof.cases if case.id == proof.broken[0])
        return (
            f"Can't ship: {name} is broken. Change it again, and only what that touches re-runs.",
            proof.broken[0],
        )
    if proof.status == "running":
        return "The proof is under way.", ""
    if proof.verdict is None:
        return "The proof did not end: prove again, and it goes on from what it ran.", ""
    unmet = next((item for item in proof.verdict.items if item.status != "met"), None)
    if unmet is not None:
        return f"Can't ship: {unmet.name}: {unmet.evidence}.", next(iter(unmet.cases), "")
    return "", ""


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]
